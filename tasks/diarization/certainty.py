"""What a diarization cannot know: how many people there are in little speech, and all words of people who speak at once."""

from collections.abc import Iterator, Sequence

from tasks.diarization.diarizer import UNKNOWN_SPEAKER
from tasks.language.messages import message
from tasks.ranges import union
from tasks.schema import Notice, NoticeKind, Turn

_SPEECH_S = 60.0
_TURNS = 3
"""With less speech or fewer turns a number of people is a guess."""
_OVERLAP_S = 5.0
_OVERLAP_SHARE = 0.05
"""From here on overlapped speech is more than words of agreement. Chosen by hand."""


def doubts(turns: Sequence[Turn], number_is_given: bool) -> Iterator[Notice]:
    """What a reader should know of turns that were told apart by voice."""
    people = len({turn.speaker for turn in turns} - {UNKNOWN_SPEAKER})
    spoken_s = _length([(turn.start_s, turn.end_s) for turn in turns])
    if people and not number_is_given and (spoken_s < _SPEECH_S or len(turns) < _TURNS):
        yield Notice.of(NoticeKind.INFO, "diarization", message("unsure_voices", number=people, seconds=spoken_s))
    overlap_s = _length(_overlaps(turns))
    if overlap_s >= max(_OVERLAP_S, _OVERLAP_SHARE * spoken_s):
        yield Notice.of(NoticeKind.WARNING, "diarization", message("overlapped_speech", seconds=overlap_s))


def _overlaps(turns: Sequence[Turn]) -> list[tuple[float, float]]:
    """Where two people speak at once in one channel."""
    ordered = sorted(turns, key=lambda turn: turn.start_s)
    found = []
    for number, turn in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.start_s >= turn.end_s:
                break
            if other.speaker != turn.speaker and other.channel == turn.channel:
                found.append((other.start_s, min(turn.end_s, other.end_s)))
    return found


def _length(stretches: Sequence[tuple[float, float]]) -> float:
    """Seconds of stretches that may overlap."""
    return sum(end - start for start, end in union((round(start * 1000), round(end * 1000)) for start, end in stretches)) / 1000
