"""Words, turns and holes become one transcript."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from tasks.diarization.diarizer import UNKNOWN_SPEAKER
from tasks.diarization.names import names_of_speakers
from tasks.schema import (
    UNCLEAR,
    Coverage,
    Diarization,
    Interval,
    Recognition,
    Recording,
    Segment,
    SplitAudio,
    Transcript,
    Turn,
)
from tasks.transcription.segments import in_order, make_segment

_BESIDE_S = 0.3
"""A word this near to a turn is of it: turns end where the sound ends, and recognizers are less exact."""


def assemble_transcript(
    recording: Recording, audio: SplitAudio, recognition: Recognition, diarization: Diarization
) -> Transcript:
    """The transcript of a recording: segments cut where the speaker changes, names, coverage, provenance."""
    segments = with_speakers(recognition.segments, diarization.turns)
    spoken = Counter(segment.language for segment in segments)
    return Transcript(
        recording=recording.placed(audio.parts),
        segments=tuple(segments),
        speakers=names_of_speakers(segments, recording.sidecar),
        turns=diarization.turns,
        language=spoken.most_common(1)[0][0] if spoken else recording.sidecar.language or "und",
        coverage=measure_coverage(audio, recognition, sum(UNCLEAR not in segment.flags for segment in segments)),
        engines=tuple(engine for engine in (recognition.engine, diarization.engine) if engine),
        notices=(*recording.notices, *audio.notices, *recognition.notices, *diarization.notices),
    )


def with_speakers(segments: Sequence[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """Segments of one speaker each: cut between words where the turn changes, numbered anew."""
    return in_order(part for segment in segments for part in _parts(segment, turns))


def measure_coverage(audio: SplitAudio, recognition: Recognition, segments: int) -> Coverage:
    """Every millisecond of the recording in exactly one class: holes first, then speech, and silence is the rest."""
    length = _milliseconds(audio.duration_s)
    timeline = bytearray(length)
    classes = (audio.speech, recognition.unheard, recognition.filtered, recognition.failed, audio.undecodable)
    for number, intervals in enumerate(classes, start=1):
        for interval in intervals:
            start, end = _milliseconds(interval.start_s), min(length, _milliseconds(interval.end_s))
            timeline[start:end] = bytes([number]) * max(0, end - start)
    silence, speech, unheard, filtered, failed, undecodable = (timeline.count(number) for number in range(6))
    return Coverage(
        duration_ms=length,
        transcribed_ms=speech,
        silence_ms=silence,
        undecodable_ms=undecodable,
        filtered_ms=filtered,
        failed_ms=failed,
        unheard_ms=unheard,
        segments=segments,
        undecodable=audio.undecodable,
        failed=recognition.failed,
        filtered=recognition.filtered,
        unheard=recognition.unheard,
        filters=recognition.filters,
    )


def _parts(segment: Segment, turns: Sequence[Turn]) -> Iterable[Segment]:
    near = [turn for turn in turns if _gap_s(turn, segment) <= _BESIDE_S and _may_be_heard(turn, segment)]
    if not segment.words:
        yield segment.model_copy(update={"speaker": _speaker_of(segment, near)})
        return
    labelled = [(_speaker_of(word, near), word) for word in segment.words]
    for speaker, group in groupby(labelled, key=lambda pair: pair[0]):
        part = make_segment(1, [word for _, word in group], segment.language, speaker)
        confidence = segment.confidence if part.confidence is None else part.confidence
        yield part.model_copy(update={"confidence": confidence, "flags": segment.flags, "channel": segment.channel})


def _may_be_heard(turn: Turn, segment: Segment) -> bool:
    """A turn in one channel says nothing about the words in another one."""
    return turn.channel is None or segment.channel is None or turn.channel == segment.channel


def _speaker_of(word: Interval, turns: Sequence[Turn]) -> str | None:
    """The speaker whose turns share most time with the word, else the one right beside it."""
    shared: defaultdict[str, float] = defaultdict(float)
    for turn in turns:
        shared[turn.speaker] += turn.overlap_s(word)
    if any(shared.values()):
        found = max(shared, key=shared.__getitem__)
    else:
        beside = [turn for turn in turns if turn.duration_s and _gap_s(turn, word) <= _BESIDE_S]
        found = min(beside, key=lambda turn: _gap_s(turn, word)).speaker if beside else UNKNOWN_SPEAKER
    return None if found == UNKNOWN_SPEAKER else found


def _gap_s(turn: Turn, word: Interval) -> float:
    return max(0.0, turn.start_s - word.end_s, word.start_s - turn.end_s)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
