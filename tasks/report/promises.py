"""How often a task was promised over the meetings, and by how much it is overdue at the newest one."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from tasks.language.words import normalise
from tasks.report.registered import RegisteredItem
from tasks.report.state import is_closed
from tasks.schema import Minutes, Repeated

_IDLE = frozenset("a an the this that my your our his her its their again still also finally lại vẫn cũng".split())
"""Words without which a task is the same."""
_POINTING = frozenset("it them him her one those these nó việc cái phần đó này ấy kia".split())
"""Words that name no thing: `send it` is another task each time."""
_LEAST_WORDS = 2
Key = tuple[str, frozenset[str]]


def with_progress(items: Sequence[RegisteredItem], newest: dt.date) -> tuple[RegisteredItem, ...]:
    """The items with how often each was promised up to its meeting, and the days that it is overdue at the newest meeting."""
    promises = _promises(items)
    return tuple(_with_progress(item, promises.get(promise_key(item.owner, item.said)), newest) for item in items)


def repeated(minutes: Minutes, items: Iterable[RegisteredItem]) -> tuple[Repeated, ...]:
    """Which action items of the minutes had been promised on earlier days, by the register of all meetings."""
    today = minutes.recording.recorded_at.date()
    items = tuple(items)
    promises, since = _promises(items), {item.id: item.first_promised for item in items}
    found = []
    for item in minutes.action_items:
        promise = promises.get(promise_key(item.owner, item.said))
        times, first = promise.before(today, since.get(item.id)) if promise else (0, None)
        if first:
            found.append(Repeated(item_id=item.id, times=times + 1, first_on=first))
    return tuple(found)


def promise_key(owner: str | None, task: str) -> Key | None:
    """What makes two promises one: the same owner and the same words. None for what nobody owns or hardly says anything."""
    words = frozenset(normalise(task).split()) - _IDLE
    return (normalise(owner), words) if owner and len(words - _POINTING) >= _LEAST_WORDS else None


class Promise:
    """The items of one owner in the same words, over all meetings."""

    def __init__(self, items: Iterable[RegisteredItem]) -> None:
        ordered = sorted(items, key=lambda item: item.held_on)
        self._days = [item.held_on for item in ordered]
        self._nth = list(accumulate((day != before for before, day in pairwise(self._days)), initial=0))
        """For each item how many other days came before its day."""
        self._closed = [number for number, item in enumerate(ordered) if is_closed(item.status)]

    def before(self, day: dt.date, since: dt.date | None) -> tuple[int, dt.date | None]:
        """On how many days before this one it was promised, since somebody closed it last, and the first of them.

        Args:
            since: the first of them as it was when the meeting of this day was processed. What is closed later, often all at
                once, does not make the promises fewer.
        """
        end = bisect_left(self._days, day)
        closed = bisect_left(self._closed, bisect_left(self._days, min(day, since or day)))
        start = self._closed[closed - 1] + 1 if closed else 0
        return (self._nth[end - 1] - self._nth[start] + 1, self._days[start]) if start < end else (0, None)


def _with_progress(item: RegisteredItem, promise: Promise | None, newest: dt.date) -> RegisteredItem:
    times, first = promise.before(item.held_on, item.first_promised) if promise else (0, None)
    overdue = (newest - item.due_date).days if item.due_date and not is_closed(item.status) else 0
    facts = {"promised": times + 1, "first_promised": first or item.held_on, "overdue_days": max(0, overdue)}
    return item.model_copy(update=facts)


def _promises(items: Iterable[RegisteredItem]) -> dict[Key | None, Promise]:
    groups: defaultdict[Key | None, list[RegisteredItem]] = defaultdict(list)
    for item in items:
        if key := promise_key(item.owner, item.said):
            groups[key].append(item)
    return {key: Promise(group) for key, group in groups.items()}
