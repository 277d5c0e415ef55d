"""A meeting as lines: what one person says before another does, however captions or a recognizer cut it into segments.

What is learnt from written meetings is learnt of such lines. A recognizer makes a segment of each sentence, or of less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tasks.meeting.segments import SENTENCE_ENDS
from tasks.schema import Segment

JOIN_PAUSE_S = 2.0
"""What follows after a longer silence is a new line, and a new sentence."""
_LONG_WORDS = 24
"""A line ends with the sentence after which it would have more words: as many as 95 of 100 written lines have at most."""
_LONGEST_WORDS = 60
"""It ends anywhere, where no sentence does."""


@dataclass(frozen=True)
class TalkLine:
    """Segments of one speaker in a row."""

    segments: tuple[Segment, ...]

    @cached_property
    def text(self) -> str:
        """The words of all."""
        return " ".join(segment.text.strip() for segment in self.segments)

    @property
    def speaker(self) -> str | None:
        """The label."""
        return self.segments[0].speaker

    @property
    def language(self) -> str:
        """Of all segments."""
        return self.segments[0].language

    @property
    def start_s(self) -> float:
        """Where the first begins."""
        return self.segments[0].start_s

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The segments, in order."""
        return tuple(segment.id for segment in self.segments)

    def ids_of(self, part: str) -> tuple[str, ...]:
        """The segments in which a part of the text stands; all of them if it is not there word for word."""
        start = self.text.find(part)
        if start < 0:
            return self.ids
        found, place = [], 0
        for segment in self.segments:
            end = place + len(segment.text.strip())
            if place < start + len(part) and end > start:
                found.append(segment.id)
            place = end + 1
        return tuple(found)


def lines_of(segments: Iterable[Segment]) -> list[TalkLine]:
    """The lines of a meeting, in order; every segment is in one."""
    lines: list[list[Segment]] = []
    for segment in segments:
        if lines and _goes_on(lines[-1], segment):
            lines[-1].append(segment)
        else:
            lines.append([segment])
    return [TalkLine(tuple(line)) for line in lines]


def same_voice(before: Segment, after: Segment) -> bool:
    """Whether one segment goes on where the other ended, as far as is known."""
    same = before.speaker == after.speaker and before.language == after.language
    return same and after.start_s - before.end_s <= JOIN_PAUSE_S


def _goes_on(line: Sequence[Segment], segment: Segment) -> bool:
    if not same_voice(line[-1], segment):
        return False
    words = sum(len(each.text.split()) for each in (*line, segment))
    if not line[-1].text.rstrip().endswith(SENTENCE_ENDS):
        return words <= _LONGEST_WORDS
    return segment.speaker is not None and words <= _LONG_WORDS  # of nobody's sentences it is not known who says the next
