"""Speech to text: the one stage that must succeed.

Input: `SplitAudio`. Output: `Recognition`, words in segments with times. Each span is stored the moment it is recognised, so a
crash costs one span; on a cluster many are recognised at once. What the guards doubt is tried again, then marked. A window on
which the engine fails is counted and located; when every window fails, or the engine does not know the language, the stage
raises `BackendError`.
"""

from collections.abc import Iterable, Sequence

from tasks import versions
from tasks.audio.decode import Samples
from tasks.audio.span_files import cut_out, read_span
from tasks.engine.registry import identity
from tasks.errors import BackendError
from tasks.job import Job, Run, stored
from tasks.prefect_stage import each_part, stage_task
from tasks.schema import (
    Engine,
    Interval,
    Message,
    Model,
    Notice,
    NoticeKind,
    Recognition,
    Recording,
    Region,
    Sidecar,
    Span,
    SplitAudio,
)
from tasks.store import Ref
from tasks.transcription.choice import TranscriptionChoice
from tasks.transcription.compose import compose_recognition
from tasks.transcription.guards.retries import recognize_guarded
from tasks.transcription.guards.verdicts import Verdict
from tasks.transcription.language import Vote, choose_voters, count_votes
from tasks.transcription.recognizer import Hint, Recognizer
from tasks.transcription.windows import DoubtedWords, SpanWords, Window, WindowWords


class Opening(Model):
    """What is known before the first word: the language, and which engine listens."""

    vote: Vote
    engine: Engine


class RecognisedSpan(Model):
    """One recognised span, and what the engine that heard it had to give up since it was opened."""

    words: Ref
    steps: tuple[Message, ...]


def transcribe(job: Job, run: Run, recording: Ref, audio: Ref, choice: TranscriptionChoice) -> Ref:
    """Recognise a recording, span by span."""
    sidecar = recording.load(Recording).sidecar
    made_from = [versions.TRANSCRIPTION, audio.digest, hint_of(sidecar, choice).model_dump(), *identity("transcription", choice)]
    return stored(
        job,
        run,
        "transcription",
        Recognition,
        made_from,
        lambda: recognize_spans(job, run, audio, sidecar, choice),
        keep=lambda result: not result.failed,
    )


def recognize_spans(job: Job, run: Run, audio: Ref, sidecar: Sidecar, choice: TranscriptionChoice) -> Recognition:
    """All spans in order, each reused if it is stored."""
    source = audio.load(SplitAudio)
    if run.workers:
        _bring_back(job, source)
    [opening] = _open_each(run, [(job, audio, sidecar, choice)])
    hint = hint_of(sidecar, choice)
    vote = opening.vote
    hint = hint.model_copy(update={"language": vote.language, "languages": vote.languages, "voted": hint.language is None})
    parts = []
    for span, part in zip(
        source.spans, _recognize_each(run, [(job, audio, span, hint, choice) for span in source.spans]), strict=True
    ):
        parts.append(part)
        run.checkpoint(job, "transcription", span.end_s / source.duration_s)
    spans = [part.words.load(SpanWords) for part in parts]
    if any(span.failed for span in spans) and not any(span.windows for span in spans):
        reason = next(reason for span in spans for reason in span.reasons)
        raise BackendError(f"{choice.backend} failed on every part of the recording: {reason}")
    steps = dict.fromkeys(step for part in parts for step in part.steps)
    return compose_recognition(spans, opening.engine, choice.guards, (*opening.vote.notices, *_notices(steps)))


def _bring_back(job: Job, audio: SplitAudio) -> None:
    """Decode what an earlier run removed, once, before several processes want to."""
    if gone := [span for span in audio.spans if not (job.work / span.audio_path).is_file()]:
        read_span(job, audio, gone[0])


def _open(job: Job, run: Run, audio: Ref, sidecar: Sidecar, choice: TranscriptionChoice) -> Opening:
    with run.pool.backend("transcription", choice, job.device, Recognizer) as recognizer:
        vote = _vote(job, run, audio.load(SplitAudio), sidecar, recognizer, choice)
        return Opening(vote=vote, engine=recognizer.engine(str(choice.options.get("model", choice.backend))))


def hint_of(sidecar: Sidecar, choice: TranscriptionChoice) -> Hint:
    """What the sidecar and the configuration tell the engine: the language, and names and words to expect."""
    expected = [*choice.vocabulary, *(person.name for person in sidecar.participants), *sidecar.vocabulary]
    return Hint(language=choice.said(sidecar), prompt=", ".join(dict.fromkeys(expected)) or None)


def _vote(job: Job, run: Run, audio: SplitAudio, sidecar: Sidecar, recognizer: Recognizer, choice: TranscriptionChoice) -> Vote:
    """The language that was said, else the one that windows vote for; stored, so that a resumed run does not vote again."""
    if said := choice.said(sidecar):
        return Vote(language=said)
    made_from = [versions.TRANSCRIPTION, [span.sha256 for span in audio.spans], *identity("transcription", choice)]
    return stored(job, run, "language", Vote, made_from, lambda: _count(job, audio, recognizer)).load(Vote)


def _count(job: Job, audio: SplitAudio, recognizer: Recognizer) -> Vote:
    windows = [(span, window) for span in audio.spans for window in recognizer.pack(span.speech)]
    voters = set(choose_voters([window for _, window in windows]))
    heard = [cut_out(read_span(job, audio, span), span, window) for span, window in windows if window in voters]
    return count_votes(recognizer.language_probabilities(heard) if heard else [])


def _recognize_stored(job: Job, run: Run, audio: Ref, span: Span, hint: Hint, choice: TranscriptionChoice) -> RecognisedSpan:
    made_from = [
        versions.TRANSCRIPTION,
        span.sha256,
        span.start_s,
        [region.model_dump() for region in span.speech],
        hint.model_dump(),
        *identity("transcription", choice),
    ]
    with run.pool.backend("transcription", choice, job.device, Recognizer) as recognizer:
        ref = stored(
            job,
            run,
            "transcription-spans",
            SpanWords,
            made_from,
            lambda: recognize_span(job, run, audio.load(SplitAudio), span, hint, recognizer, choice),
            keep=lambda result: not result.failed,
        )
        return RecognisedSpan(words=ref, steps=tuple(recognizer.steps))


def recognize_span(  # noqa: PLR0913, PLR0917 - the job, its run, and all that is read
    job: Job, run: Run, audio: SplitAudio, span: Span, hint: Hint, recognizer: Recognizer, choice: TranscriptionChoice
) -> SpanWords:
    """What was said in one span of the audio, window by window, and which windows could not be read."""
    windows = cut_windows(read_span(job, audio, span), span, recognizer.pack(span.speech))
    verdicts = recognize_guarded(
        recognizer,
        windows,
        hint,
        choice.guards,
        lambda window: run.checkpoint(job, "transcription", window.region.end_s / audio.duration_s),
    )
    done = list(zip((window.region for window in windows), verdicts, strict=True))
    failures = [(region, verdict) for region, verdict in done if isinstance(verdict, BackendError)]
    return SpanWords(
        windows=tuple(_placed(region, verdict) for region, verdict in done if isinstance(verdict, Verdict)),
        failed=tuple(Interval(start_s=region.start_s, end_s=region.end_s) for region, _ in failures),
        reasons=tuple(str(error) for _, error in failures),
    )


def cut_windows(samples: Samples, span: Span, regions: Sequence[Region]) -> list[Window]:
    """The audio of each window with the speech inside it."""
    return [Window(region, cut_out(samples, span, region), _speech_inside(span, region)) for region in regions]


def _speech_inside(span: Span, window: Region) -> tuple[tuple[float, float], ...]:
    return tuple(
        (region.start_s - window.start_s, region.end_s - window.start_s)
        for region in span.speech
        if region.channel == window.channel and window.start_s <= region.start_s and region.end_s <= window.end_s
    )


def _placed(window: Region, verdict: Verdict) -> WindowWords:
    """The words of a window in the time of the recording, inside the window."""
    words = tuple(
        word.model_copy(
            update={
                "start_s": round(min(window.start_s + word.start_s, window.end_s), 3),
                "end_s": round(min(window.start_s + word.end_s, window.end_s), 3),
            }
        )
        for word in verdict.heard.words
    )
    doubts = tuple(DoubtedWords(**doubt._asdict()) for doubt in verdict.doubts)
    unheard = tuple(
        Interval(start_s=round(window.start_s + start_s, 3), end_s=round(min(window.start_s + end_s, window.end_s), 3))
        for start_s, end_s in verdict.unheard
    )
    return WindowWords(
        **window.model_dump(),
        words=words,
        language=verdict.heard.language,
        doubts=doubts,
        unheard=unheard,
        speech_s=verdict.speech_s,
    )


def _notices(steps: Iterable[Message]) -> list[Notice]:
    return [Notice.of(NoticeKind.FALLBACK, "transcription", step) for step in steps]


_open_each = each_part(_open, "Choose language")
_recognize_each = each_part(_recognize_stored, "Recognise part")
transcribe_task = stage_task(transcribe, "Transcribe")
