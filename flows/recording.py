"""One recording becomes minutes, in three phases that several recordings can be in at the same time."""

from functools import partial
from pathlib import Path

from configs.settings import Config
from flows.artifacts import publish_minutes
from flows.finished import Outcome, find_finished, run_key, with_known_names, with_names
from flows.lanes import IN_FLIGHT, Phase
from tasks.actions.stage import extract_actions_task as extract_actions
from tasks.audio.span_files import remove_span_files
from tasks.audio.stage import inspect_task as inspect
from tasks.audio.stage import split_task as split
from tasks.captions.source import is_text
from tasks.captions.stage import read_captions_task as read_captions
from tasks.diarization.stage import assemble_task as assemble
from tasks.diarization.stage import diarize_task as diarize
from tasks.job import Job, Run
from tasks.report.register import Register
from tasks.report.stage import write_report_task as write_report
from tasks.schema import Model, Recording, SplitAudio
from tasks.sentiment.stage import add_moods_task as add_moods
from tasks.sentiment.stage import sense_moods_task as sense_moods
from tasks.store import Ref
from tasks.summarization.stage import can_rewrite
from tasks.summarization.stage import rewrite_task as rewrite
from tasks.summarization.stage import summarize_task as summarize
from tasks.transcription.stage import transcribe_task as transcribe
from tasks.translation.stage import check_translation_task as check_translation
from tasks.translation.stage import translate_task as translate
from tasks.verification.stage import check_rewordings_task as check_rewordings
from tasks.verification.stage import verify_task as verify


class Prepared(Model):
    """A recording whose sound is decoded, or whose words were read from captions."""

    key: str
    """The run key."""
    speakers: dict[str, str]
    """The names that people gave to voices, in this run or before."""
    expected: tuple[str, ...]
    """Names and words to expect."""
    source: Ref
    audio: Ref | None = None
    captions: Ref | None = None


class Recognised(Model):
    """A recording whose words are known."""

    key: str
    speakers: dict[str, str]
    expected: tuple[str, ...]
    transcript: Ref
    made_from: tuple[Ref, ...]


def process(job: Job, run: Run, config: Config, config_name: str) -> Outcome:
    """The whole way of one recording; unchanged work is reused."""
    prepared = prepare(job, run, config, config_name)
    if isinstance(prepared, Outcome):
        return prepared
    return write(job, run, hear(job, run, prepared, config), config, config_name)


def phases(run: Run, config: Config, config_name: str) -> tuple[Phase, Phase, Phase]:
    """The same way in parts, for lanes. A cluster hears all recordings that are begun; one at a time enters the register."""
    heard_at_once = IN_FLIGHT if config.hardware.cluster else 1
    return (
        Phase("prepare", lambda job, _: prepare(job, run, config, config_name)),
        Phase("hear", lambda job, prepared: hear(job, run, prepared, config), heard_at_once),
        Phase("write", lambda job, heard: write(job, run, heard, config, config_name)),
    )


def prepare(job: Job, run: Run, config: Config, config_name: str) -> Prepared | Outcome:
    """What hearing needs, or the outcome of an earlier run. Needs no device."""
    source = inspect(job, run, config.audio)
    found = source.load(Recording)
    config = with_known_names(config, job.out, found)
    key, names = run_key(found, config, config_name), config.speakers
    if done := find_finished(job, found, key):
        return done
    known = Prepared(key=key, speakers=names, expected=config.transcription.vocabulary, source=source)
    if is_text(found):
        return known.model_copy(update={"captions": read_captions(job, run, source, names)})
    return known.model_copy(update={"audio": split(job, run, source, config.audio)})


def hear(job: Job, run: Run, prepared: Prepared, config: Config) -> Recognised:
    """Who said what. The decoded audio is gone then."""
    config = with_names(config, prepared.speakers, prepared.expected)
    source, audio = prepared.source, prepared.audio
    known = partial(Recognised, key=prepared.key, speakers=prepared.speakers, expected=prepared.expected)
    if audio is None:
        assert prepared.captions
        return known(transcript=prepared.captions, made_from=(source,))
    words = transcribe(job, run, source, audio, config.transcription)
    turns = diarize(job, run, audio, config.diarization)
    transcript = assemble(job, run, source, audio, words, turns, config.speakers)
    remove_span_files(job, audio.load(SplitAudio))
    return known(transcript=transcript, made_from=(source, audio, words, turns))


def write(job: Job, run: Run, heard: Recognised, config: Config, config_name: str) -> Outcome:
    """The minutes of what was said."""
    transcript = heard.transcript
    notes = summarize(job, run, transcript, config.summarization)
    findings = extract_actions(job, run, transcript, config.actions)
    minutes = verify(job, run, transcript, notes, findings, config_name)
    earlier = [*heard.made_from, transcript, notes, findings]
    if can_rewrite(config.summarization):
        rewordings = rewrite(job, run, transcript, minutes, config.summarization)
        earlier += [minutes, rewordings]
        minutes = check_rewordings(job, run, transcript, minutes, rewordings)
    if config.translation and "translation" in config.enrichments:
        translations = translate(job, run, minutes, config.translation, config.summarization)
        earlier += [minutes, translations]
        minutes = check_translation(job, run, minutes, translations)
    if config.sentiment and "sentiment" in config.enrichments:
        moods = sense_moods(job, run, transcript, minutes, config.sentiment)
        earlier += [minutes, moods]
        minutes = add_moods(job, run, minutes, moods)
    resolved = with_names(config, heard.speakers, heard.expected).model_dump(mode="json")
    report = write_report(job, run, minutes, transcript, earlier, heard.key, resolved)
    publish_minutes(minutes, transcript, run.keep(Register, Path(job.out)), config.report)
    return Outcome.of(job, report)
