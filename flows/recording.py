"""One recording becomes minutes."""

from prefect import flow

from configs.settings import Config
from flows.artifacts import publish_minutes
from flows.finished import Outcome, find_finished, run_key
from tasks.actions.stage import extract_actions_task as extract_actions
from tasks.audio.span_files import remove_span_files
from tasks.audio.stage import inspect_task as inspect
from tasks.audio.stage import split_task as split
from tasks.diarization.stage import assemble_task as assemble
from tasks.diarization.stage import diarize_task as diarize
from tasks.job import Job
from tasks.report.stage import write_report_task as write_report
from tasks.schema import Recording, SplitAudio
from tasks.summarization.stage import summarize_task as summarize
from tasks.transcription.stage import transcribe_task as transcribe
from tasks.verification.stage import verify_task as verify


@flow(name="recording", flow_run_name="{job.name}")
def recording(job: Job, config: Config, config_name: str) -> Outcome:
    """Turn one recording into minutes."""
    return process(job, config, config_name)


def process(job: Job, config: Config, config_name: str) -> Outcome:
    """The whole way of one recording, stage by stage; unchanged work is reused."""
    source = inspect(job)
    key = run_key(source.load(Recording), config, config_name)
    if done := find_finished(job, source.load(Recording), key):
        return done

    audio = split(job, source, config.audio)
    words = transcribe(job, source, audio, config.transcription)
    turns = diarize(job, audio, config.diarization)
    transcript = assemble(job, source, audio, words, turns)
    notes = summarize(job, transcript, config.summarization)
    findings = extract_actions(job, transcript, config.actions)
    minutes = verify(job, transcript, notes, findings, config_name)

    earlier = [source, audio, words, turns, transcript, notes, findings]
    report = write_report(job, minutes, transcript, earlier, key, config.model_dump(mode="json"))
    publish_minutes(minutes)
    remove_span_files(job, audio.load(SplitAudio))
    return Outcome.of(job, report)
