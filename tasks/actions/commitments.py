"""What people take on and settle in words that no rule knows: found by what was learnt from written meetings.

Neighbouring lines that speak of one task become one claim with its owner; the claim stands in the sentence that says most. What
is over the first line is listed like the rules' own; what is only over the second is possible. An owner is a guess until it is
checked: a claim that fails the check with its owner is checked without.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from tasks.actions.assignment import Assignment
from tasks.actions.assignment import packaged as packaged_assignment
from tasks.actions.detector import KINDS, Detector, read_detector
from tasks.language.due_dates import Due
from tasks.meeting.calendar import Calendar, due_fields
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence
from tasks.schema import ActionClaim, Claim, Findings, OwnerSource, PossibleClaim, PossibleKind, Segment

WEIGHTS = Path(__file__).with_suffix(".npz")
LANGUAGES = ("en", "vi")
_LEAST_WORDS = 4
_MISSING_ROWS = 1
"""So many lines in a row may be missing where several settle one thing."""


@dataclass(frozen=True)
class Commitments:
    """What was learnt from written meetings."""

    detector: Detector
    assignment: Assignment


@dataclass(frozen=True)
class MeetingTalk:
    """A meeting as the rules read it."""

    segments: Sequence[Segment]
    sentences: Sequence[Sentence]
    people: People
    days: Calendar


@cache
def packaged() -> Commitments:
    """What comes with the package."""
    return Commitments(read_detector(WEIGHTS, LANGUAGES), packaged_assignment())


def with_commitments(found: Findings, talk: MeetingTalk, learnt: Commitments, tasks_cite: Collection[str]) -> Findings:
    """The findings with what cites none of the segments that the rules cite.

    Args:
        tasks_cite: what the rules cite for tasks, those included that were refused, done or cancelled.
    """
    scores = learnt.detector.scores(talk.segments)
    decisions_cite = {name for claim in found.decisions for name in claim.segment_ids}
    tasks, decisions, possible = list[ActionClaim](), list[Claim](), list[PossibleClaim]()
    for kind, known in (("actions", tasks_cite), ("decisions", decisions_cite)):
        look, listed = learnt.detector.second[kind], set(known)
        for certain, line in ((True, look.table), (False, look.possible)):
            over = [int(row) for row in np.flatnonzero(scores[kind] >= line)]
            for rows in _parted(over, talk, learnt, kind):
                names = {talk.segments[row].id for row in rows}
                anchor = max(rows, key=lambda row: (_says_enough(talk.segments[row]), scores[kind][row]))
                if names & listed or not _says_enough(talk.segments[anchor]):
                    continue
                listed |= names
                claim = _claim(talk, learnt, kind, rows, anchor)
                if not certain:
                    possible.append(_possible(claim, kind, float(scores[kind][anchor])))
                elif kind == "actions":
                    tasks.append(_task(claim, talk, learnt, rows, anchor))
                else:
                    decisions.append(claim)
    return found.model_copy(
        update={
            "action_items": (*found.action_items, *tasks),
            "decisions": (*found.decisions, *decisions),
            "possible": (*found.possible, *possible),
        }
    )


def _parted(rows: Sequence[int], talk: MeetingTalk, learnt: Commitments, kind: str) -> list[list[int]]:
    """The lines of each task, or of each decision."""
    if kind == "actions":
        return learnt.assignment.groups(talk.segments, rows, talk.people)
    groups: list[list[int]] = []
    for row in rows:
        if groups and row - groups[-1][-1] <= _MISSING_ROWS + 1:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _says_enough(segment: Segment) -> bool:
    return len(segment.text.split()) >= _LEAST_WORDS


def _claim(talk: MeetingTalk, learnt: Commitments, kind: str, rows: Sequence[int], anchor: int) -> Claim:
    """In the sentence of the anchor that says most; a sentence too short to stand alone takes its neighbours with it."""
    ids = tuple(talk.segments[row].id for row in rows)
    inside = [one for one in talk.sentences if one.segment_ids == (talk.segments[anchor].id,)]
    whole = talk.segments[anchor].text.strip()
    long = [one.text for one in inside if len(one.text.split()) >= _LEAST_WORDS]
    if not long:
        return Claim(text=whole, segment_ids=ids, quote=whole)
    told = learnt.detector.first.wording(long)[:, KINDS.index(kind)]
    best = long[int(np.argmax(told))]
    return Claim(text=best, segment_ids=ids, quote=best)


def _task(claim: Claim, talk: MeetingTalk, learnt: Commitments, rows: Sequence[int], anchor: int) -> ActionClaim:
    owner = learnt.assignment.owner_of(talk.segments, rows, talk.people)
    speaker = talk.people.speaker(talk.segments[anchor].speaker)
    source = None if owner is None else OwnerSource.SELF_COMMITMENT if owner == speaker else OwnerSource.ADDRESSED
    due = next((due for due in _dues(claim, talk, rows, anchor) if due), None)
    return ActionClaim(
        text=claim.text,
        segment_ids=claim.segment_ids,
        quote=claim.quote,
        owner=owner,
        owner_source=source,
        owner_guessed=True,
        **due_fields(due),
    )


def _dues(claim: Claim, talk: MeetingTalk, rows: Sequence[int], anchor: int) -> Iterator[Due | None]:
    """When it is due: in the sentence itself, beside it, else in another of its lines."""
    language = talk.segments[anchor].language
    yield talk.days.due(claim.quote or claim.text, language)
    for row in (anchor, *rows):
        yield talk.days.due(talk.segments[row].text, language)


def _possible(claim: Claim, kind: str, score: float) -> PossibleClaim:
    return PossibleClaim(
        kind=PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION,
        text=claim.text,
        segment_ids=claim.segment_ids,
        quote=claim.quote,
        score=round(score, 3),
    )
