"""Where an engine hardly believes its own words, so that the minutes can say so.

Calibrated on Whisper base by `python benchmarks/retries.py --samples --worse`, see docs/transcription.md.
"""

from collections.abc import Sequence

from tasks.meeting.segments import mean_confidence
from tasks.ranges import union
from tasks.schema import Interval, Word

_DOUBTFUL = 0.65
_ROW = 5


def doubtful_belief(words: Sequence[Word]) -> float | None:
    """The mean belief in the words of a recording, if it is so low that many of them are probably wrong."""
    belief = mean_confidence(words)
    return belief if belief is not None and belief < _DOUBTFUL else None


def doubtful_places(words: Sequence[Word]) -> list[Interval]:
    """Where several words in a row are probably wrong."""
    rows = ((first, first + _ROW) for first in range(len(words) - _ROW + 1) if _is_doubtful(words[first : first + _ROW]))
    return [Interval(start_s=words[first].start_s, end_s=words[last - 1].end_s) for first, last in union(rows, touching=False)]


def _is_doubtful(row: Sequence[Word]) -> bool:
    beliefs = [word.confidence for word in row if word.confidence is not None]
    return len(beliefs) == _ROW and sum(beliefs) < _DOUBTFUL * _ROW
