"""How often a task was promised over the meetings, and by how much it is overdue at the newest one."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tasks.language.words import normalise
from tasks.report.registered import RegisteredItem
from tasks.report.state import is_closed
from tasks.schema import Minutes, Repeated

_IDLE = frozenset("a an the this that my your our his her its their again still also finally lại vẫn cũng".split())
"""Words without which a task is the same."""
_POINTING = frozenset("it them him her one those these nó việc cái phần đó này ấy kia".split())
"""Words that name no thing: `send it` is another task each time."""
_LEAST_WORDS = 2
_Key = tuple[str, frozenset[str]]


def with_progress(items: Sequence[RegisteredItem], newest: dt.date) -> tuple[RegisteredItem, ...]:
    """The items with how often each was promised up to its meeting, and the days that it is overdue at the newest meeting."""
    groups = _promises(items)
    return tuple(_with_progress(item, groups.get(_key(item.owner, item.said), []), newest) for item in items)


def repeated(minutes: Minutes, items: Iterable[RegisteredItem]) -> tuple[Repeated, ...]:
    """Which action items of the minutes had been promised on earlier days, by the register of all meetings."""
    today = minutes.recording.recorded_at.date()
    items = tuple(items)
    groups, since = _promises(items), {item.id: item.first_promised for item in items}
    found = []
    for item in minutes.action_items:
        days = _days_before(groups.get(_key(item.owner, item.said), []), today, since.get(item.id))
        if days:
            found.append(Repeated(item_id=item.id, times=len(days) + 1, first_on=days[0]))
    return tuple(found)


def _with_progress(item: RegisteredItem, same: Sequence[RegisteredItem], newest: dt.date) -> RegisteredItem:
    days = [*_days_before(same, item.held_on, item.first_promised), item.held_on]
    overdue = (newest - item.due_date).days if item.due_date and not is_closed(item.status) else 0
    facts = {"promised": len(days), "first_promised": days[0], "overdue_days": max(0, overdue)}
    return item.model_copy(update=facts)


def _days_before(same: Sequence[RegisteredItem], day: dt.date, since: dt.date | None) -> list[dt.date]:
    """The days before this one on which a task was promised, since somebody closed it last.

    Args:
        since: the first of them as it was when the meeting of this day was processed. What is closed later, often all at once,
            does not make the promises fewer.
    """
    days: list[dt.date] = []
    for item in same:
        if item.held_on < day:
            closed = is_closed(item.status) and (since is None or item.held_on < since)
            days = [] if closed else [*days, item.held_on]
    return sorted(set(days))


def _promises(items: Iterable[RegisteredItem]) -> dict[_Key | None, list[RegisteredItem]]:
    """Owner and words -> the items that share them, by day."""
    groups: defaultdict[_Key | None, list[RegisteredItem]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.held_on):
        if key := _key(item.owner, item.said):
            groups[key].append(item)
    return groups


def _key(owner: str | None, task: str) -> _Key | None:
    """What makes two promises one: the same owner and the same words. None for what nobody owns or hardly says anything."""
    words = frozenset(normalise(task).split()) - _IDLE
    return (normalise(owner), words) if owner and len(words - _POINTING) >= _LEAST_WORDS else None
