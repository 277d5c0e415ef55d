"""What people take on and settle in words that no rule knows: found by what was learnt from written meetings.

Neighbouring lines that speak of one task become one claim with its owner; the claim stands in the sentence that says most. What
is over the first line is listed like the rules' own; what is only over the second is possible. An owner is a guess until it is
checked: a claim that fails the check with its owner is checked without.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.actions.assignment import Assignment
from tasks.language.due_dates import Due
from tasks.language.trimming import told_and_quoted, without_small_talk
from tasks.language.words import content_stems
from tasks.meeting.calendar import Calendar, due_fields
from tasks.meeting.hashed_sum import Blocks, HashedSum, read_sum
from tasks.meeting.line_features import OWN_WORDS, line_blocks, own_blocks
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence
from tasks.schema import ActionClaim, Claim, Findings, OwnerSource, PossibleClaim, PossibleKind, Segment

WEIGHTS = Path(__file__).with_suffix(".npz")
KINDS = ("actions", "decisions")
LEARNT = ("en", "vi")
"""Those of the meetings it was learnt from. Segments in other languages are no tasks."""
_OWN_SHARE = 0.5
"""How much the words of a line alone count beside everything that is known of it."""
_LEAST_WORDS, _LEAST_CONTENT = 4, 2
"""Words, and those among them that grammar does not need."""
_REPLY_ROWS = 2
_MISSING_ROWS = 1
"""So many lines in a row may be missing where several settle one thing."""


@dataclass(frozen=True)
class LineModel:
    """Which lines are of one kind, and the two probabilities at which that counts."""

    around: HashedSum
    """Whether a line belongs to an item, by everything that is known of it."""
    alone: HashedSum
    """Whether it is the line that says what the item is, by its own words."""
    table: float
    """From here on it is listed."""
    possible: float
    """From here on a reader may want to see it."""

    def probabilities(self, segments: Sequence[Segment], blocks: Sequence[Blocks]) -> NDArray[np.float64]:
        """One for each segment, given what `line_blocks` says of each."""
        known = [segment.language in LEARNT for segment in segments]
        odds = [self._odds(each) if read else -np.inf for each, read in zip(blocks, known, strict=True)]
        return np.array([1 / (1 + exp(-value)) for value in odds])

    def _odds(self, blocks: Blocks) -> float:
        return self.around.score(blocks) + _OWN_SHARE * self.alone.score(own_blocks(blocks))

    def telling(self, text: str, segment: Segment, people: People) -> float:
        """How much a part of a segment says of an item by its words alone, as log-odds."""
        part = segment.model_copy(update={"text": text})
        return self.alone.score(line_blocks([part], people)[0][:OWN_WORDS])


@dataclass(frozen=True)
class Commitments:
    """What was learnt from written meetings."""

    lines: dict[str, LineModel]
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
    return read_commitments(WEIGHTS)


def read_commitments(path: Path) -> Commitments:
    """The file that `benchmarks/train_written.py` wrote."""
    with np.load(path, allow_pickle=False) as file:
        lines = {kind: _line_model(file, kind) for kind in KINDS}
        return Commitments(lines, Assignment(read_sum(file, "together"), read_sum(file, "owner")))


def _line_model(file: Any, kind: str) -> LineModel:
    return LineModel(
        read_sum(file, f"{kind}.around"),
        read_sum(file, f"{kind}.alone"),
        float(file[f"{kind}.table"]),
        float(file[f"{kind}.possible"]),
    )


def with_commitments(found: Findings, talk: MeetingTalk, learnt: Commitments, tasks_cite: Collection[str]) -> Findings:
    """The findings with what cites none of the segments that the rules cite.

    Args:
        tasks_cite: what the rules cite for tasks, those included that were refused, done or cancelled.
    """
    cited = {name for claim in (*found.decisions, *found.action_items) for name in claim.segment_ids} | set(tasks_cite)
    tasks, decisions, possible = list[ActionClaim](), list[Claim](), list[PossibleClaim]()
    blocks = line_blocks(talk.segments, talk.people)
    for kind, model in learnt.lines.items():
        scores = model.probabilities(talk.segments, blocks)
        for rows in _parted([int(row) for row in np.flatnonzero(scores >= model.possible)], talk, learnt, kind):
            anchor = max(rows, key=lambda row: _telling(talk, model, row))
            told = talk.segments[anchor]
            if not _says_enough(told.text, told.language) or any(talk.segments[row].id in cited for row in rows):
                continue
            claim = _claim(talk, model, rows, anchor)
            if max(scores[rows]) < model.table:
                possible.append(_possible(claim, kind, float(max(scores[rows]))))
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


def _telling(talk: MeetingTalk, model: LineModel, row: int) -> tuple[bool, float]:
    segment = talk.segments[row]
    return _says_enough(segment.text, segment.language), model.telling(segment.text, segment, talk.people)


def _says_enough(text: str, language: str) -> bool:
    """Whether a reader learns something from it: `Maybe, but not this year.` tells nothing by itself."""
    return len(text.split()) >= _LEAST_WORDS and len(content_stems(text, language)) >= _LEAST_CONTENT


def _claim(talk: MeetingTalk, model: LineModel, rows: Sequence[int], anchor: int) -> Claim:
    """In the sentence of the anchor that says most, if it can stand without the others; a short anchor is quoted whole."""
    ids = tuple(talk.segments[row].id for row in rows)
    told = talk.segments[anchor]
    inside = [one for one in talk.sentences if one.segment_ids == (told.id,)]
    whole = told.text.strip()
    long = [one.text for one in inside if _says_enough(one.text, one.language)]
    if not long:
        return Claim(text=without_small_talk(whole, told.language), segment_ids=ids, quote=whole)
    best = max(long, key=lambda text: model.telling(text, told, talk.people))
    text, quote = told_and_quoted(best, [one.text for one in inside if one.text != best], whole, told.language)
    return Claim(text=text, segment_ids=ids, quote=quote)


def _task(claim: Claim, talk: MeetingTalk, learnt: Commitments, rows: Sequence[int], anchor: int) -> ActionClaim:
    owner = learnt.assignment.owner_of(talk.segments, rows, talk.people)
    speaker = talk.people.speaker(talk.segments[anchor].speaker)
    source = None if owner is None else OwnerSource.SELF_COMMITMENT if owner == speaker else OwnerSource.ADDRESSED
    row, due = next(((row, due) for row, due in _dues(claim, talk, rows, anchor, owner) if due), (anchor, None))
    return ActionClaim(
        text=claim.text,
        segment_ids=tuple(talk.segments[each].id for each in sorted({*rows, row})),
        quote=claim.quote,
        owner=owner,
        owner_source=source,
        owner_guessed=True,
        **due_fields(due),
    )


def _dues(
    claim: Claim, talk: MeetingTalk, rows: Sequence[int], anchor: int, owner: str | None
) -> Iterator[tuple[int, Due | None]]:
    """When it is due, and the line that says so: the sentence itself, what stands beside it, another of its lines, or what the
    owner says right after them. The day of the next meeting, named there, is no deadline."""
    segments = talk.segments
    yield anchor, talk.days.at(segments[anchor].start_s).deadline(claim.quote or claim.text, segments[anchor].language)
    after = range(rows[-1] + 1, min(rows[-1] + 1 + _REPLY_ROWS, len(segments)))
    replies = [row for row in after if owner and talk.people.speaker(segments[row].speaker) == owner]
    for row in (anchor, *rows, *replies):
        yield row, talk.days.at(segments[row].start_s).deadline(segments[row].text, segments[row].language)


def _possible(claim: Claim, kind: str, score: float) -> PossibleClaim:
    return PossibleClaim(
        kind=PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION,
        text=claim.text,
        segment_ids=claim.segment_ids,
        quote=claim.quote,
        score=round(score, 3),
    )
