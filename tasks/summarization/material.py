"""The transcript as a language model reads it: one line a segment, cut into windows that fit.

    [S0001] Anna: Let's begin with the budget.
    [S0002] Tom: I'll send it by Friday.

A segment cannot pretend to be another line, another speaker or a control token: brackets of all kinds are written as others.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tasks.schema import Interval, Segment, Transcript

_HARMLESS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")"})
_OVERLAP = 0.05
"""Share of a window that repeats the end of the one before, so that a request and its answer stand together."""
_UNKNOWN_SPEAKER = "?"


@dataclass(frozen=True)
class MaterialLine:
    """One segment as it is shown, and what it costs."""

    segment: Segment
    text: str
    tokens: int
    whole: bool = True
    """False if it had to be cut to fit at all."""


@dataclass(frozen=True)
class MaterialWindow:
    """Neighbouring lines that are read in one go."""

    lines: tuple[MaterialLine, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(line.segment.id for line in self.lines)

    @property
    def place(self) -> Interval:
        """When it was said."""
        segments = [line.segment for line in self.lines]
        return Interval(start_s=segments[0].start_s, end_s=max(segment.end_s for segment in segments))


def as_data(text: str) -> str:
    """Text on one line, in which nothing is markup for the model."""
    return " ".join(text.split()).translate(_HARMLESS)


def cut_windows(
    transcript: Transcript, count_tokens: Callable[[str], int], longest: int, *, with_ids: bool = True
) -> list[MaterialWindow]:
    """Windows of at most `longest` tokens that hold every segment, cut between speakers where that is possible."""
    turns = [
        [_line(segment, transcript, count_tokens, longest, with_ids) for segment in turn]
        for _, turn in groupby(transcript.segments, key=lambda segment: segment.speaker)
    ]
    windows: list[MaterialWindow] = []
    open_lines: list[MaterialLine] = []
    for turn in turns:
        if open_lines and _tokens(open_lines) + _tokens(turn) > longest and 2 * _tokens(open_lines) >= longest:
            windows.append(MaterialWindow(tuple(open_lines)))
            open_lines = _tail(open_lines, longest)
        for line in turn:
            if _tokens(open_lines) + line.tokens > longest:
                windows.append(MaterialWindow(tuple(open_lines)))
                open_lines = _tail(open_lines, longest, room_for=line.tokens)
            open_lines.append(line)
    return [*windows, MaterialWindow(tuple(open_lines))] if open_lines else windows


def _line(
    segment: Segment, transcript: Transcript, count_tokens: Callable[[str], int], longest: int, with_id: bool
) -> MaterialLine:
    mark = f"[{segment.id}] " if with_id else ""
    speaker = as_data(transcript.name_of(segment.speaker) or _UNKNOWN_SPEAKER)
    words = as_data(segment.text).split(" ")
    whole = True
    while True:
        text = f"{mark}{speaker}: {' '.join(words)}"
        tokens = count_tokens(text) + 1
        if tokens <= longest or len(words) == 1:
            return MaterialLine(segment, text, tokens, whole)
        words, whole = words[: max(1, min(len(words) - 1, len(words) * longest // tokens))], False


def _tail(lines: Sequence[MaterialLine], longest: int, room_for: int = 0) -> list[MaterialLine]:
    """The last lines of a window, to begin the next with."""
    room = min(int(longest * _OVERLAP), longest - room_for)
    kept: list[MaterialLine] = []
    for line in reversed(lines):
        if _tokens(kept) + line.tokens > room:
            break
        kept.insert(0, line)
    return kept


def _tokens(lines: Iterable[MaterialLine]) -> int:
    return sum(line.tokens for line in lines)
