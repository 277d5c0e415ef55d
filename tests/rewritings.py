"""Tasks and decisions in short talks, with honest rewritings, `tests/data/honest_*.txt`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.meeting.calendar import calendar_of, due_fields
from tasks.schema import ActionClaim, ActionItem, Claim, Decision, Findings, Notes, Transcript, segment_id
from tasks.verification.minutes import compose_minutes
from tests.lies_of_talk import talk

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Rewriting:
    """One item of one short talk, and what an honest writer makes of it."""

    meeting: Transcript
    item: ActionItem | Decision
    text: str


@dataclass(frozen=True)
class Case:
    """A block of the file: what was said, which line holds the item, what is told of it, and the rewriting."""

    said: tuple[str, ...]
    place: int
    told: tuple[str, ...]
    text: str


def honest(language: str) -> list[Rewriting]:
    """The rewritings of one language, each in a talk of its own."""
    return [Rewriting(*placed(case, (), (), language), case.text) for case in cases(language)]


def cases(language: str) -> list[Case]:
    """The blocks of one language."""
    blocks = (_DATA / f"honest_{language}.txt").read_text(encoding="utf-8").split("\n\n")
    return [_case(block.strip().splitlines()) for block in blocks if not block.startswith("#")]


def _case(lines: list[str]) -> Case:
    *said, told = lines
    place = next(number for number, line in enumerate(said) if line.startswith("* "))
    *parts, text = (part.strip() for part in told.lstrip("> ").split("|"))
    return Case(tuple(line.removeprefix("* ") for line in said), place, tuple(parts), text)


def placed(case: Case, before: Sequence[str], after: Sequence[str], language: str) -> tuple[Transcript, ActionItem | Decision]:
    """The case as a meeting with these lines around it, and its item."""
    lines = (*before, *case.said, *after)
    people = tuple(dict.fromkeys(line.partition(": ")[0] for line in lines))
    meeting = talk(*lines, people=people, language=language)
    return meeting, item_of(meeting, len(before) + case.place, *case.told)


def item_of(meeting: Transcript, place: int, *told: str) -> ActionItem | Decision:
    """The item that the line proves: a task of `owner, task`, or a `decision`."""
    quote, ids = meeting.segments[place].text, (segment_id(place + 1),)
    if len(told) == 1:
        made = compose_minutes(
            meeting, Notes(), Findings(decisions=(Claim(text=told[0], segment_ids=ids, quote=quote),)), "test", "1"
        )
        (found,) = made.decisions
        return found
    due = calendar_of(meeting).due(quote, meeting.language)
    claim = ActionClaim(text=told[1], segment_ids=ids, quote=quote, owner=told[0], **due_fields(due))
    made = compose_minutes(meeting, Notes(), Findings(action_items=(claim,)), "test", "1")
    (item,) = made.action_items
    return item
