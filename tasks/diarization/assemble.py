"""Words, turns and holes become one transcript."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tasks.diarization.diarizer import UNKNOWN_SPEAKER
from tasks.meeting.introductions import names_of_speakers
from tasks.meeting.segments import SENTENCE_ENDS, in_order, make_segment
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
    Word,
)

_BESIDE_S = 0.3
"""A word this near to a turn is of it: turns end where the sound ends, and recognizers are less exact."""
_AT_ONCE = 0.5
"""Share of a word during which another person speaks too, from which on it is overlapped."""
_ASTRAY_S = 0.5
"""Voices are told apart every 0.4 s, so a turn may take this much of its neighbour's first or last words with it."""


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
    said = [_said(segment, turns) for segment in segments]
    for channel in dict.fromkeys(segment.channel for segment in segments):
        of_channel = (words for segment, words in zip(segments, said, strict=True) if segment.channel == channel)
        _mend_sentences([word for words in of_channel for word in words])
    return in_order(part for segment, words in zip(segments, said, strict=True) for part in _parts(segment, words, turns))


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


@dataclass
class _Said:
    """A word, who said it, and whether its sentence or segment ends there."""

    word: Word
    speaker: str | None
    is_last: bool


def _said(segment: Segment, turns: Sequence[Turn]) -> list[_Said]:
    near, last = _near(segment, turns), len(segment.words)
    return [
        _Said(word, _speaker_of(word, near), number == last or word.text.endswith(SENTENCE_ENDS))
        for number, word in enumerate(segment.words, start=1)
    ]


def _mend_sentences(said: Sequence[_Said]) -> None:
    """Give, in place, sentences their first or last words back that went with the turn beside them: `$500. I'll | call him.`"""
    ends = [number for number, word in enumerate(said, start=1) if word.is_last]
    for start, end in pairwise([0, *ends]):
        runs = [list(run) for _, run in groupby(said[start:end], key=lambda word: word.speaker)]
        if len(runs) > 1:
            _mend(runs[0], said[:start][-1:], runs[1]) or _mend(runs[-1], said[end : end + 1], runs[-2])


def _mend(run: Sequence[_Said], beside: Sequence[_Said], rest: Sequence[_Said]) -> bool:
    """Whether a run was brief and by the speaker of the word beside its sentence; it is now by the speaker of the rest."""
    brief = run[-1].word.end_s - run[0].word.start_s <= _ASTRAY_S
    astray = brief and any(word.speaker == run[0].speaker for word in beside)
    for word in run if astray else ():
        word.speaker = rest[0].speaker
    return astray


def _parts(segment: Segment, said: Sequence[_Said], turns: Sequence[Turn]) -> Iterable[Segment]:
    if not said:
        yield segment.model_copy(update={"speaker": _speaker_of(segment, _near(segment, turns))})
        return
    turns = _near(segment, turns)
    for speaker, group in groupby(said, key=lambda word: word.speaker):
        words = [_with_all_speakers(each.word, speaker, turns) for each in group]
        part = make_segment(1, words, segment.language, speaker)
        confidence = segment.confidence if part.confidence is None else part.confidence
        facts = {"confidence": confidence, "flags": segment.flags, "channel": segment.channel}
        yield part.model_copy(update=facts | {"overlap": any(word.overlap for word in words)})


def _with_all_speakers(word: Word, speaker: str | None, turns: Sequence[Turn]) -> Word:
    """The word with the labels of all who spoke for at least half of it, whose it is taken to be first; unchanged if one did."""
    heard = dict.fromkeys(turn.speaker for turn in turns if turn.overlap_s(word) > _AT_ONCE * word.duration_s)
    others = [label for label in heard if label not in (speaker, UNKNOWN_SPEAKER)]
    if speaker is None or not others:
        return word
    return word.model_copy(update={"overlap": True, "speakers": (speaker, *others)})


def _near(segment: Segment, turns: Sequence[Turn]) -> list[Turn]:
    return [turn for turn in turns if _gap_s(turn, segment) <= _BESIDE_S and _may_be_heard(turn, segment)]


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
