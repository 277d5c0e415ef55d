"""What one language says about time: the words that bound it, the words that name days, and which days they mean."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from tasks.language.calendar_days import Stretch
from tasks.schema import DueRelation

Days = dt.date | Stretch | None
"""One day, the first and last of several, or None where no day is certain."""
Bound = DueRelation | Literal["before", "within", "range", "not"]
"""`on` leaves it to the day; `before` ends before a stretch begins; `within` takes it whole; `range` and `between` need a second
day; `not` says only when it will not be."""


@dataclass(frozen=True)
class DayRule:
    """Words that name days, wherever they stand."""

    pattern: re.Pattern[str]
    days: Callable[[re.Match[str], dt.date], Days]
    """Given the day of the meeting."""
    relation: DueRelation | None
    """What they say without a word that bounds them; None: one day is `on`, several are `between`."""
    bound: bool
    """They name days only after a word that bounds them: `by the third`, not `the third floor`."""
    bare: bool
    """A weekday or a day of the month by itself: as the end of a range it is counted from its beginning."""


@dataclass(frozen=True)
class CountedRule:
    """Words before a day that mean another: `two weeks from`, `the week of`."""

    pattern: re.Pattern[str]
    days: Callable[[re.Match[str], dt.date], Days]
    """Given the day that follows."""


@dataclass(frozen=True, eq=False)
class DateWords:
    """The tables of one language. All patterns but those said otherwise are matched against plain text."""

    number: str
    """Number words as they are said."""
    digits: Callable[[str], str]
    lead: str
    """Said before a bound or a day without changing it much: `only`, `maybe`."""
    bounds: tuple[tuple[Bound, str], ...]
    """Before a day, each with its space."""
    closings: tuple[tuple[DueRelation, str], ...]
    """After a day."""
    clock_before: str
    clock_after: str
    event: str
    """Makes of a day the time of something: `Monday's call`; only after a word that bounds."""
    days: tuple[DayRule, ...]
    counted: tuple[CountedRule, ...]
    next_meeting: str
    joins_between: str
    joins_range: str
    either: str
    """Between two times of which only one is meant."""
    both: str
    """Between two limits that both hold."""
    corrected: str
    """Between a time and the one that replaces it, or at the start of a sentence that replaces one."""
    not_due_after: frozenset[str]
    """A time right after one of these words is not when the task is due: `last friday`."""
    name: str
    """Before a bare day: it is the end of a name."""
    attributive: str
    """Before a bare day: with a noun behind, it is a name, `the Sunday Times`."""
    titled: str
    """Ends with a bare day, as it was said: with a noun behind, it is a name, `Super Tuesday tickets`."""
    person: str
    """As it was said: the name of a person, and no day: `giao cho Mai`. With up to two letters before."""
    clause_end: str
    """What may follow a day that stands for itself."""
    clause_start: str
    negated: str
    """In the same clause, turns the bound around."""
    unable: str
    """In the same clause as a denial, makes of a bound none: `không kịp trước thứ sáu`, not in time."""
    moved: str
    """In the same clause: the first day of a range is the one that is given up."""
    meets_again: re.Pattern[str]
    """What stands before the day of the next meeting, as it was said."""
    meets_at: re.Pattern[str]
    """The place of the next meeting right after its day, as it was said."""
    taken_back: re.Pattern[str]
    """Starts a sentence that corrects the one before, as it was said."""


def day_rules(names: Mapping[str, str]) -> Callable[..., DayRule]:
    """A maker of rules whose patterns may use these names, as `<NAME>`, for what the language says in many ways."""

    def rule(
        pattern: str,
        days: Callable[[re.Match[str], dt.date], Days] = lambda match, base: None,
        relation: DueRelation | None = None,
        bound: bool = False,
        bare: bool = False,
    ) -> DayRule:
        return DayRule(re.compile(rf"(?:{filled(pattern, names)})(?!\w)"), days, relation, bound, bare)

    return rule


def filled(pattern: str, names: Mapping[str, str]) -> str:
    """The pattern with each name replaced by what stands for it."""
    return re.sub(r"<([A-Z]+)>", lambda match: names[match[1]], pattern)
