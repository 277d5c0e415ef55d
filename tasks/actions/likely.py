"""What the detector adds to the findings of the rules: tasks and decisions whose wording no rule recognised.

They stand in the words that were said. What is over the first line is listed like the rules' own; what is only over the second is
possible. In long meetings, which are what the detector has learnt from, the rules' tasks are weighed too; in short ones it lists
nothing, and what is over the first line is possible.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from tasks.actions.detector import Detector
from tasks.language.trimming import without_small_talk
from tasks.meeting.calendar import Calendar, due_fields
from tasks.schema import ActionClaim, Claim, Findings, OwnerSource, PossibleClaim, PossibleKind, Segment

_LEAST_WORDS = 4
_MOST_SEGMENTS = 6
"""Longer stretches are talk about a thing; each part of this length is listed for itself."""
_MISSING_SEGMENTS = 2
"""So many segments in a row may be missing from a stretch."""
_BY_NAME = frozenset({OwnerSource.ADDRESSED, OwnerSource.NAMED})
_LONG_SEGMENTS = 200
"""As many as the shortest of the meetings that the detector has learnt from, in round numbers."""


@dataclass(frozen=True)
class _Passage:
    """Segments of one speaker, and the best of their probabilities."""

    segments: tuple[Segment, ...]
    score: float

    @property
    def text(self) -> str:
        return " ".join(segment.text.strip() for segment in self.segments)

    @property
    def task(self) -> str:
        """The text without small words around it."""
        return without_small_talk(self.text, self.segments[0].language)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(segment.id for segment in self.segments)


def with_likely(
    found: Findings, segments: Sequence[Segment], detector: Detector, tasks_cite: Collection[str], days: Calendar
) -> Findings:
    """The findings with what cites none of the segments that the rules cite, and with the doubtful ones as only possible.

    Args:
        tasks_cite: what the rules cite for tasks that stand, were refused or cancelled; what was only proposed is open.
    """
    scores = detector.scores(segments)
    doubted = _doubted(found.action_items, segments, scores["actions"], detector)
    decisions_cite = {name for claim in found.decisions for name in claim.segment_ids}
    sure, possible = dict[str, list[_Passage]](), [*found.possible, *doubted.values()]
    unsure = {name for claim in possible for name in claim.segment_ids}
    for kind, known in (("actions", tasks_cite), ("decisions", decisions_cite)):
        look = detector.second[kind]
        lines = (look.table, look.possible) if is_long(segments) else (1.0, look.table)
        sure[kind] = list(_passages(segments, scores[kind], lines[0], known, kind))
        listed = {*known, *unsure, *(name for passage in sure[kind] for name in passage.ids)}
        possible += [_possible(each, kind) for each in _passages(segments, scores[kind], lines[1], listed, kind)]
    place = {segment.id: number for number, segment in enumerate(segments)}
    standing = (claim for number, claim in enumerate(found.action_items) if number not in doubted)
    settled = (Claim(text=each.task, segment_ids=each.ids, quote=each.text) for each in sure["decisions"])
    return found.model_copy(
        update={
            "action_items": (*standing, *(_task(passage, days) for passage in sure["actions"])),
            "decisions": (*found.decisions, *settled),
            "possible": tuple(sorted(possible, key=lambda claim: place[claim.segment_ids[0]])),
        }
    )


def is_long(segments: Sequence[Segment]) -> bool:
    """Whether the meeting is like those that the lines were drawn on. In a shorter one the detector is one step less sure."""
    return len(segments) >= _LONG_SEGMENTS


def _doubted(
    claims: Sequence[ActionClaim], segments: Sequence[Segment], scores: NDArray[np.float64], detector: Detector
) -> dict[int, PossibleClaim]:
    """The rules' tasks of a long meeting that have no date, call nobody by name and score below the line, by their number.

    Where everybody talks for an hour, most of `I'll do that` is done on the spot.
    """
    if not is_long(segments):
        return {}
    score = {each.id: float(value) for each, value in zip(segments, scores, strict=True) if each.language in detector.languages}
    result = {}
    for number, claim in enumerate(claims):
        best = max(score.get(name, 1.0) for name in claim.segment_ids)
        firm = claim.due_phrase or claim.owner_source in _BY_NAME
        if best < detector.second["actions"].possible and not firm:
            result[number] = _possible_claim(claim, PossibleKind.TASK, best)
    return result


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
    return ActionClaim(text=passage.task, segment_ids=passage.ids, quote=passage.text, **due_fields(due))


def _possible(passage: _Passage, kind: str) -> PossibleClaim:
    claim = Claim(text=passage.task, segment_ids=passage.ids, quote=passage.text)
    return _possible_claim(claim, PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION, passage.score)


def _possible_claim(claim: Claim, kind: PossibleKind, score: float) -> PossibleClaim:
    return PossibleClaim(kind=kind, text=claim.text, segment_ids=claim.segment_ids, quote=claim.quote, score=round(score, 3))
