"""One recording becomes minutes."""

from pathlib import Path

from prefect import flow

from configs.settings import Config
from flows.artifacts import publish_minutes
from flows.finished import Outcome, find_finished, run_key
from tasks.actions.stage import extract_actions_task as extract_actions
from tasks.audio.span_files import remove_span_files
from tasks.audio.stage import inspect_task as inspect
from tasks.audio.stage import split_task as split
from tasks.captions.source import is_text
from tasks.captions.stage import read_captions_task as read_captions
from tasks.diarization.stage import assemble_task as assemble
from tasks.diarization.stage import diarize_task as diarize
from tasks.job import Job
from tasks.report.stage import write_report_task as write_report
from tasks.schema import Recording, SplitAudio
from tasks.store import Ref
from tasks.summarization.stage import summarize_task as summarize
from tasks.transcription.stage import transcribe_task as transcribe
from tasks.verification.stage import verify_task as verify


@flow(name="recording", flow_run_name="{job.name}")
def recording(job: Job, config: Config, config_name: str) -> Outcome:
    """Turn one recording into minutes."""
    return process(job, config, config_name)


def process(job: Job, config: Config, config_name: str) -> Outcome:
    """The whole way of one recording, stage by stage; unchanged work is reused."""
    source = inspect(job, config.audio)
    key = run_key(source.load(Recording), config, config_name)
    if done := find_finished(job, source.load(Recording), key):
        return done

    transcript, heard = (read_captions(job, source), []) if is_text(source.load(Recording)) else hear(job, source, config)
    notes = summarize(job, transcript, config.summarization)
    findings = extract_actions(job, transcript, config.actions)
    minutes = verify(job, transcript, notes, findings, config_name)

    earlier = [source, *heard, transcript, notes, findings]
    report = write_report(job, minutes, transcript, earlier, key, config.model_dump(mode="json"))
    publish_minutes(minutes, Path(job.out), config.report.language)
    if heard:
        remove_span_files(job, heard[0].load(SplitAudio))
    return Outcome.of(job, report)


def hear(job: Job, source: Ref, config: Config) -> tuple[Ref, list[Ref]]:
    """The transcript of a recording with sound, and what it was made from, the decoded audio first."""
    audio = split(job, source, config.audio)
    words = transcribe(job, source, audio, config.transcription)
    turns = diarize(job, audio, config.diarization)
    return assemble(job, source, audio, words, turns, config.speakers), [audio, words, turns]
