"""The times that a rewriting names: no others than those of its item."""

import datetime as dt
from collections.abc import Iterator

from tasks.language.due_dates import Due
from tasks.language.numbers import numbers_in
from tasks.language.words import normalise
from tasks.schema import ActionItem, DueRelation
from tasks.verification.said_dates import DatesSaid, claimed_dates, dates_said, together
from tasks.verification.spoken_item import SpokenItem

_Meaning = tuple[DueRelation | None, dt.date | None, dt.date | None]


class Untimely(Exception):
    """The rewriting says when it is to be otherwise than the item does."""


def own_times(text: str, spoken: SpokenItem) -> list[Due]:
    """The times in a rewriting that its item has, or that were said in its words.

    A decision may have got another one in the place of a pronoun (`we move it`); its words must be proved like all others.

    Raises:
        Untimely: a task with a time of something else, a decision without its time, or a day that nobody named.
    """
    named = spoken.dues(text)
    own = [due for due in named if _is_own(due, spoken)]
    if isinstance(spoken.item, ActionItem):
        if len(own) < len(named):
            raise Untimely("it names a time that is not that of the task")
    elif any(due.dated and _meaning(due) not in map(_meaning, named) for due in spoken.dues(spoken.item.said)):
        raise Untimely("it leaves out when")
    _require_days(text, spoken)
    return own


def _is_own(due: Due, spoken: SpokenItem) -> bool:
    meant = set(_meant(spoken))
    days = [day for _, first, last in meant for day in (first, last) if day]
    figures = {str(number) for day in days for number in (day.day, day.month, day.year)}
    if not numbers_in(due.stretch) <= figures.union(*map(numbers_in, spoken.texts)):
        return False
    if due.dated:
        return _meaning(due) in meant
    return f" {normalise(due.phrase)} " in f" {' '.join(map(normalise, spoken.texts))} "


def _meant(spoken: SpokenItem) -> Iterator[_Meaning]:
    """When the item is due, and every time in its spoken words."""
    yield from (_meaning(due) for text in spoken.texts for due in spoken.dues(text))
    item = spoken.item
    if isinstance(item, ActionItem):
        yield item.due_relation, item.due_from, item.due_date


def _meaning(due: Due) -> _Meaning:
    return due.relation, due.first, due.last


def _require_days(text: str, spoken: SpokenItem) -> None:
    """Days and months that stand in the text in whatever way must follow from what was said of the item."""
    claimed, _ = claimed_dates(text)
    if not claimed:
        return
    item, base = spoken.item, spoken.days.base
    texts = spoken.texts if isinstance(item, ActionItem) else (*spoken.texts, *(one.text for one in spoken.before))
    said = [dates_said(one, base, spoken.language) for one in texts]
    if isinstance(item, ActionItem):
        said.append(DatesSaid(days=frozenset(day for day in (item.due_from, item.due_date) if day)))
    numbers = frozenset[str]().union(*map(numbers_in, texts))
    for date in claimed:
        if not date.follows_from(together(said), numbers, base):
            raise Untimely(f"the date '{date.shown}' is not that of the item")
