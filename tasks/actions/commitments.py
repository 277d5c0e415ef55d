"""What people take on and settle in words that no rule knows: found by what was learnt from written meetings.

Neighbouring lines that speak of one task become one claim with its owner; the claim stands in the sentence that says most. What
is over the first line is listed like the rules' own; what is only over the second is possible. An owner is a guess until it is
checked: a claim that fails the check with its owner is checked without.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from math import exp
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.actions.assignment import Assignment
from tasks.language.cues import compiled
from tasks.language.due_dates import Due, named_days
from tasks.language.languages import language_or_english
from tasks.language.tense import is_over, is_own_plan
from tasks.language.trimming import told_and_quoted, without_small_talk
from tasks.language.words import content_stems
from tasks.meeting.calendar import Calendar, due_fields
from tasks.meeting.hashed_sum import Blocks, HashedSum, read_sum
from tasks.meeting.line_features import line_blocks, own_blocks, word_blocks
from tasks.meeting.lines import TalkLine
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence
from tasks.schema import ActionClaim, Claim, Findings, OwnerSource, PossibleClaim, PossibleKind

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

    def probabilities(self, lines: Sequence[TalkLine], blocks: Sequence[Blocks]) -> NDArray[np.float64]:
        """One for each line, given what `line_blocks` says of each."""
        known = [line.language in LEARNT for line in lines]
        odds = [self._odds(each) if read else -np.inf for each, read in zip(blocks, known, strict=True)]
        return np.array([1 / (1 + exp(-value)) for value in odds])

    def _odds(self, blocks: Blocks) -> float:
        return self.around.score(blocks) + _OWN_SHARE * self.alone.score(own_blocks(blocks))

    def telling(self, text: str, people: People) -> float:
        """How much a text says of an item by its words alone, as log-odds."""
        return self.alone.score(word_blocks(text, people))


@dataclass(frozen=True)
class Commitments:
    """What was learnt from written meetings."""

    lines: dict[str, LineModel]
    assignment: Assignment


@dataclass(frozen=True)
class MeetingTalk:
    """A meeting as the rules read it."""

    lines: Sequence[TalkLine]
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
    blocks = line_blocks(talk.lines, talk.people)
    for kind, model in learnt.lines.items():
        scores = model.probabilities(talk.lines, blocks)
        for rows in _parted([int(row) for row in np.flatnonzero(scores >= model.possible)], talk, learnt, kind):
            anchor = max(rows, key=lambda row: _telling(talk, model, row))
            told = talk.lines[anchor]
            if not _says_enough(told.text, told.language) or any(name in cited for row in rows for name in talk.lines[row].ids):
                continue
            claim = _claim(talk, model, rows, anchor)
            if max(scores[rows]) < model.table or _only_meets(told, talk.days):
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
        return learnt.assignment.groups(talk.lines, rows, talk.people)
    groups: list[list[int]] = []
    for row in rows:
        if groups and row - groups[-1][-1] <= _MISSING_ROWS + 1:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _telling(talk: MeetingTalk, model: LineModel, row: int) -> tuple[bool, float]:
    line = talk.lines[row]
    return _says_enough(line.text, line.language), model.telling(line.text, talk.people)


def _says_enough(text: str, language: str) -> bool:
    """Whether a reader learns something from it: `Maybe, but not this year.` tells nothing by itself."""
    return len(text.split()) >= _LEAST_WORDS and len(content_stems(text, language)) >= _LEAST_CONTENT


def _only_meets(line: TalkLine, days: Calendar) -> bool:
    """`Tuesday is fine with me`: whether a line says little but the day on which they meet again."""
    said = named_days(line.text, line.language)
    due = days.at(line.start_s).due(line.text, line.language)
    if not said or due is None or days.next_meeting is None or due.last != days.next_meeting:
        return False
    return not _says_enough(reduce(lambda text, day: text.replace(day, " "), said, line.text), line.language)


def _claim(talk: MeetingTalk, model: LineModel, rows: Sequence[int], anchor: int) -> Claim:
    """In the sentence of the anchor that says most, if it can stand without the others; a short anchor is quoted whole."""
    told = talk.lines[anchor]
    inside = [one for one in talk.sentences if set(one.segment_ids) <= set(told.ids)]
    text = quote = told.text
    if long := [one.text for one in inside if _says_enough(one.text, one.language)]:
        best = max(long, key=lambda text: model.telling(text, talk.people))
        text, quote = told_and_quoted(best, [one.text for one in inside if one.text != best], told.text, told.language)
    else:
        text = without_small_talk(text, told.language)
    ids = (name for row in rows for name in (told.ids_of(quote) if row == anchor else talk.lines[row].ids))
    return Claim(text=text, segment_ids=tuple(ids), quote=quote)


def _task(claim: Claim, talk: MeetingTalk, learnt: Commitments, rows: Sequence[int], anchor: int) -> ActionClaim:
    told = talk.lines[anchor]
    speaker = talk.people.speaker(told.speaker)
    said = claim.quote or claim.text
    own = speaker if is_own_plan(said, told.language) else None
    owner = _agent(said, told.language, talk.people) or own or learnt.assignment.owner_of(talk.lines, rows, talk.people)
    source = None if owner is None else OwnerSource.SELF_COMMITMENT if owner == speaker else OwnerSource.ADDRESSED
    row, due = next(((row, due) for row, due in _dues(claim, talk, rows, anchor, owner) if due), (anchor, None))
    dated = talk.lines[row].ids_of(due.phrase) if due else ()
    cited = {*claim.segment_ids, *dated}
    return ActionClaim(
        text=claim.text,
        segment_ids=tuple(name for line in talk.lines for name in line.ids if name in cited),
        quote=claim.quote,
        owner=owner,
        owner_source=source,
        owner_guessed=True,
        **due_fields(due),
    )


def _agent(said: str, language: str, people: People) -> str | None:
    """Who is named as the one by whom it will be done."""
    agent = compiled(language_or_english(language).cues.agent, people.pattern).search(said)
    return people.person(agent["name"]) if agent else None


def _dues(
    claim: Claim, talk: MeetingTalk, rows: Sequence[int], anchor: int, owner: str | None
) -> Iterator[tuple[int, Due | None]]:
    """When it is due, and the line that says so: the sentence itself, what stands beside it, another of its lines, or what the
    owner says right after them. The day of the next meeting, named there, is no deadline."""
    lines = talk.lines
    yield anchor, talk.days.at(lines[anchor].start_s).deadline(claim.quote or claim.text, lines[anchor].language)
    after = range(rows[-1] + 1, min(rows[-1] + 1 + _REPLY_ROWS, len(lines)))
    replies = [row for row in after if owner and talk.people.speaker(lines[row].speaker) == owner]
    for row in (anchor, *rows, *replies):
        due = talk.days.at(lines[row].start_s).deadline(lines[row].text, lines[row].language)
        if due and not is_over(lines[row].text, due.phrase, lines[row].language):
            yield row, due


def _possible(claim: Claim, kind: str, score: float) -> PossibleClaim:
    return PossibleClaim(
        kind=PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION,
        text=claim.text,
        segment_ids=claim.segment_ids,
        quote=claim.quote,
        score=round(score, 3),
    )
