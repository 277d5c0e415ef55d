"""Tasks and decisions that no rule recognised by their wording, but that the detector hears: in the words that were said."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from tasks.actions.detector import Detector
from tasks.meeting.calendar import Calendar, due_fields
from tasks.schema import ActionClaim, Claim, PossibleClaim, PossibleKind, Segment

_LEAST_WORDS = 4
_MOST_SEGMENTS = 6
"""Longer stretches are talk about a thing; each part of this length is listed for itself."""
_MISSING_SEGMENTS = 2
"""So many segments in a row may be missing from a stretch."""


@dataclass(frozen=True)
class Likely:
    """What is over the first line, and what is only over the second. All three in the order of the meeting."""

    tasks: tuple[ActionClaim, ...] = ()
    decisions: tuple[Claim, ...] = ()
    possible: tuple[PossibleClaim, ...] = ()


@dataclass(frozen=True)
class _Passage:
    """Segments of one speaker, and the best of their probabilities."""

    segments: tuple[Segment, ...]
    score: float

    @property
    def text(self) -> str:
        return " ".join(segment.text.strip() for segment in self.segments)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(segment.id for segment in self.segments)


def likely_items(
    segments: Sequence[Segment], detector: Detector, tasks_cite: Collection[str], decisions_cite: Collection[str], days: Calendar
) -> Likely:
    """What cites none of the segments that the rules' tasks or decisions cite.

    Who owns a task was not recognised, so nobody does.
    """
    scores = detector.scores(segments)
    sure, unsure = {}, list[PossibleClaim]()
    for kind, known in (("actions", tasks_cite), ("decisions", decisions_cite)):
        lines = detector.second[kind]
        sure[kind] = list(_passages(segments, scores[kind], lines.table, known, kind))
        listed = {*known, *(name for passage in sure[kind] for name in passage.ids)}
        unsure += [_possible(each, kind) for each in _passages(segments, scores[kind], lines.possible, listed, kind)]
    place = {segment.id: number for number, segment in enumerate(segments)}
    return Likely(
        tasks=tuple(_task(passage, days) for passage in sure["actions"]),
        decisions=tuple(Claim(text=each.text, segment_ids=each.ids, quote=each.text) for each in sure["decisions"]),
        possible=tuple(sorted(unsure, key=lambda claim: place[claim.segment_ids[0]])),
    )


def _passages(
    segments: Sequence[Segment], scores: NDArray[np.float64], line: float, known: Collection[str], kind: str
) -> Iterator[_Passage]:
    """Each speaker's part of each stretch over the line; of a decision, which is one whoever speaks, the best part."""
    for stretch in stretches(scores >= line):
        runs = [list(rows) for _, rows in groupby(stretch, key=lambda row: segments[row].speaker)]
        parts = [_Passage(tuple(segments[row] for row in rows), max(float(scores[row]) for row in rows)) for rows in runs]
        if kind == "decisions":
            if any(name in known for part in parts for name in part.ids):
                continue
            parts = sorted(parts, key=lambda part: -part.score)[:1]
        for part in parts:
            if len(part.text.split()) >= _LEAST_WORDS and not any(name in known for name in part.ids):
                yield part


def stretches(likely: NDArray[np.bool_]) -> Iterator[list[int]]:
    """The numbers of those that are likely, in stretches."""
    stretch: list[int] = []
    for row in map(int, np.flatnonzero(likely)):
        if stretch and (row - stretch[-1] > _MISSING_SEGMENTS + 1 or row - stretch[0] >= _MOST_SEGMENTS):
            yield stretch
            stretch = []
        stretch.append(row)
    if stretch:
        yield stretch


def _task(passage: _Passage, days: Calendar) -> ActionClaim:
    due = days.due(passage.text, passage.segments[0].language)
    return ActionClaim(text=passage.text, segment_ids=passage.ids, quote=passage.text, **due_fields(due))


def _possible(passage: _Passage, kind: str) -> PossibleClaim:
    return PossibleClaim(
        kind=PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION,
        text=passage.text,
        segment_ids=passage.ids,
        quote=passage.text,
        score=round(passage.score, 3),
    )
