"""Speech to text: the one stage that must succeed.

Input: `SplitAudio`. Output: `Recognition`, words in segments with times. Each span is stored the moment it is
recognised, so a crash costs one span. A window on which the engine fails is counted and located; when every
window fails, or the engine does not know the language, the stage raises `BackendError`.
"""

from tasks import versions
from tasks.audio.span_files import cut_out, read_span
from tasks.backend import BackendChoice
from tasks.errors import BackendError
from tasks.job import Job, stored
from tasks.prefect_stage import stage_task
from tasks.progress import report_progress
from tasks.registry import identity
from tasks.resident import resident
from tasks.schema import Interval, Model, Notice, NoticeKind, Recognition, Recording, Region, Segment, Span, SplitAudio, Word
from tasks.store import Ref
from tasks.transcription.recognizer import Recognizer, pack_windows, require_language
from tasks.transcription.segments import in_order, mean_confidence, to_segments

_DOUBTFUL = 0.45
"""Mean word confidence below which a transcript is called doubtful: clear speech has 0.6 to 0.9, a foreign tongue 0.2 to 0.4."""


class WindowWords(Region):
    """What was recognised in one window, times from the start of the recording."""

    words: tuple[Word, ...]


class SpanWords(Model):
    """What was recognised in one span, and the windows on which the engine failed."""

    windows: tuple[WindowWords, ...]
    failed: tuple[Interval, ...] = ()
    reasons: tuple[str, ...] = ()


def transcribe(job: Job, recording: Ref, audio: Ref, choice: BackendChoice) -> Ref:
    """Recognise a recording, span by span."""
    language = recording.load(Recording).sidecar.language
    require_language(choice, language)
    made_from = [versions.TRANSCRIPTION, audio.digest, language, *identity("transcription", choice)]
    return stored(
        job,
        "transcription",
        Recognition,
        made_from,
        lambda: recognize_spans(job, audio.load(SplitAudio), choice),
        keep=lambda result: not result.failed,
    )


def recognize_spans(job: Job, audio: SplitAudio, choice: BackendChoice) -> Recognition:
    """All spans in order, each reused if it is stored."""
    with resident("transcription", choice, job.device, Recognizer) as recognizer:
        done = [_recognize_stored(job, audio, span, recognizer, choice) for span in audio.spans]
        failed = tuple(interval for span in done for interval in span.failed)
        heard = [window for span in done for window in span.windows]
        if failed and not heard:
            reason = next(reason for span in done for reason in span.reasons)
            raise BackendError(f"{choice.backend} failed on every part of the recording: {reason}")
        return Recognition(
            segments=tuple(_segments(heard, recognizer.language)),
            failed=failed,
            engine=recognizer.engine(choice.backend),
            notices=(*_failure_notices(done), *_doubt_notices(heard)),
        )


def _recognize_stored(job: Job, audio: SplitAudio, span: Span, recognizer: Recognizer, choice: BackendChoice) -> SpanWords:
    made_from = [
        versions.TRANSCRIPTION,
        span.sha256,
        span.start_s,
        [region.model_dump() for region in span.speech],
        *identity("transcription", choice),
    ]
    ref = stored(
        job,
        "transcription-spans",
        SpanWords,
        made_from,
        lambda: _recognize_span(job, audio, span, recognizer),
        keep=lambda result: not result.failed,
    )
    return ref.load(SpanWords)


def _recognize_span(job: Job, audio: SplitAudio, span: Span, recognizer: Recognizer) -> SpanWords:
    samples = read_span(job, audio, span)
    windows = pack_windows(span.speech, recognizer.window_s)
    done, failed, reasons = [], [], []
    results = recognizer.recognize([cut_out(samples, span, window) for window in windows])
    for window, heard in zip(windows, results, strict=True):
        report_progress("transcription", window.end_s / audio.duration_s)
        if isinstance(heard, BackendError):
            failed.append(Interval(start_s=window.start_s, end_s=window.end_s))
            reasons.append(str(heard))
        else:
            done.append(WindowWords(**window.model_dump(), words=tuple(_placed(word, window) for word in heard)))
    return SpanWords(windows=tuple(done), failed=tuple(failed), reasons=tuple(reasons))


def _placed(word: Word, window: Interval) -> Word:
    """A word of a window, in the time of the recording and inside the window."""
    start = min(window.start_s + word.start_s, window.end_s)
    end = min(window.start_s + word.end_s, window.end_s)
    return word.model_copy(update={"start_s": round(start, 3), "end_s": round(end, 3)})


def _segments(windows: list[WindowWords], language: str) -> list[Segment]:
    """The words of each channel as segments, all in order of time."""
    channels = dict.fromkeys(window.channel for window in windows)
    return in_order(
        segment.model_copy(update={"channel": channel})
        for channel in channels
        for segment in to_segments((word for window in windows if window.channel == channel for word in window.words), language)
    )


def _doubt_notices(windows: list[WindowWords]) -> list[Notice]:
    belief = mean_confidence(word for window in windows for word in window.words)
    if belief is None or belief >= _DOUBTFUL:
        return []
    message = (
        f"the recognizer believes in its words by {belief:.0%} only, so many are probably wrong: "
        "the speech may be unclear, far away, or in a language that it does not know"
    )
    return [Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)]


def _failure_notices(done: list[SpanWords]) -> list[Notice]:
    failed = [interval for span in done for interval in span.failed]
    if not failed:
        return []
    reasons = sorted({reason for span in done for reason in span.reasons})
    parts = "1 part was" if len(failed) == 1 else f"{len(failed)} parts were"
    message = f"{parts} not recognised, first at {failed[0].start_s:.1f} s: {reasons[0]}"
    return [Notice(kind=NoticeKind.FAILED, stage="transcription", message=message)]


transcribe_task = stage_task(transcribe, "Transcribe")
