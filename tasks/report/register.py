"""The action items and decisions of all meetings in one list: `actions.json` for programs, `actions.csv` for people.

A meeting that is processed again replaces its own items and gives them their old ids, so that nothing doubles. The `status`
column of the table is a person's: what somebody writes there is kept, and comes into the minutes of its meeting.

A meeting enters as a line of `actions.jsonl`, which costs the same however many there are; the files are written anew from it at
the first meeting and the end of a run, and in between so rarely that it takes a twentieth of the time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TypeVar

from pydantic import ValidationError

from tasks.files import displayable, in_turn, write_atomic
from tasks.journal import append, read
from tasks.language.distinct import differ
from tasks.language.words import normalise
from tasks.report.promises import promise_key, repeated
from tasks.report.register_files import (
    CSV_NAME,
    JSON_NAME,
    RegisterFiles,
    by_time,
    find_tables,
    marks,
    read_files,
    render_register,
    set_aside,
    show_states,
    with_state,
)
from tasks.report.registered import RegisteredItem, registered_item
from tasks.report.reversals import RegisteredDecision, refers_back, registered, reversals, sense
from tasks.report.state import OPEN
from tasks.schema import ActionItem, Interval, Minutes, Model

JOURNAL_NAME, LOCK_NAME = "actions.jsonl", ".actions.lock"
_REST = 20
"""So many times as long as reading and writing all files took, a run goes on before it does that again. Chosen by hand."""
_Entry = TypeVar("_Entry", RegisteredItem, RegisteredDecision)
_NEAR_S = 5.0
"""How far the same words may have moved when a recording is recognised anew."""
_ALIKE = 60.0
"""Least `rapidfuzz.fuzz.token_set_ratio` (0 to 100) of two wordings of one item heard at one place."""


class RegisteredMeeting(Model):
    """A line of `actions.jsonl`: what the register has of a recording from now on."""

    recording_sha256: str
    held_on: dt.date
    items: tuple[RegisteredItem, ...] = ()
    shown: dict[str, str] = {}
    """Item id -> the state that the minutes show."""
    decisions: tuple[RegisteredDecision, ...] = ()


class Register:
    """The register of an output folder in memory. What others changed on the disk is read when it is asked for something."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._tables: tuple[Path, ...] = ()
        self._marks: object = None
        self._end = 0
        """Up to where the journal is known."""
        self._unread = 0
        """Lines of it that another version wrote."""
        self._busy_s, self._rested_at = 0.0, float("-inf")
        self._files: RegisterFiles
        self._items: dict[str, tuple[RegisteredItem, ...]]
        """Recording -> its items."""
        self._decisions: dict[str, tuple[RegisteredDecision, ...]]
        self._shown: dict[str, str]
        self._newest: dt.date
        self._sayers: defaultdict[object, set[str]] | None
        """The sense of a promise or a decision -> the recordings in which it may be said."""

    def items(self) -> tuple[RegisteredItem, ...]:
        """The items of all meetings with the states that people gave them; none if there is no register yet."""
        self._refresh()
        return tuple(sorted((item for items in self._items.values() for item in items), key=by_time))

    def with_known_ids(self, minutes: Minutes) -> Minutes:
        """The minutes with the ids and states that their items had before, and with what earlier meetings say about them."""
        self._refresh()
        own = minutes.recording.sha256
        known = list(self._items.get(own, ()))
        items: list[ActionItem] = []
        for item in minutes.action_items:
            earlier = max((other for other in known), key=lambda other: _likeness(item, other), default=None)
            if earlier and _likeness(item, earlier) > 0:
                known.remove(earlier)
                items.append(item.model_copy(update={"id": earlier.id, "status": earlier.status}))
            else:
                items.append(item)
        named = minutes.model_copy(update={"action_items": tuple(items)})
        promised = {own, *self._saying(promise_key(item.owner, item.said) for item in items)}
        said = [text for decision in minutes.decisions for text in (decision.said, decision.evidence.quote)]
        decided = self._decisions if any(map(refers_back, said)) else self._saying(map(sense, said))
        facts = {
            "repeated": repeated(named, [item for meeting in promised for item in self._items.get(meeting, ())]),
            "reversals": reversals(named, [each for meeting in decided for each in self._decisions.get(meeting, ())]),
        }
        return named.model_copy(update=facts)

    def update(self, minutes: Minutes, folder: Path) -> None:
        """Put the items of one meeting, with the ids that they are to keep, into the register.

        What people wrote into the table meanwhile comes into the minutes of all meetings, this one's too.
        """
        with self._alone():
            meeting = self._meeting(minutes, folder.name)
            if meeting.items or meeting.decisions or self._marks or self._end:
                append(self.out / JOURNAL_NAME, [meeting.model_dump_json(exclude_defaults=True)])
                self._refresh()
            if monotonic() - self._rested_at >= _REST * self._busy_s:
                self._render()

    def set_states(self, states: Mapping[str, str]) -> None:
        """Give items (id -> state) their states, as if people had just written them into the table."""
        with self._alone():
            self._items = {own: tuple(with_state(item, states) for item in items) for own, items in self._items.items()}
            self._render()

    def settle(self) -> tuple[str, ...]:
        """Bring what people wrote into the table into minutes and register. What is wrong with its files, a sentence each."""
        if not any((self.out / name).exists() for name in (JSON_NAME, CSV_NAME, JOURNAL_NAME)):
            return ()
        with self._alone():
            problems = (*self._files.problems, *self._unread_lines())
            self._render()
            return (*problems, *set_aside(self.out))

    def _unread_lines(self) -> Iterator[str]:
        if self._unread:
            yield (
                f"{displayable(str(self.out / JOURNAL_NAME))}: tasks and decisions of {self._unread} meetings, written by another"
                " version that was killed, cannot be read. Run their recordings again with --force."
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with in_turn(self.out / LOCK_NAME):
            self._refresh()
            yield

    def _refresh(self) -> None:
        """Have in memory what is on the disk."""
        if self._marks is None or marks(self.out, self._tables) != self._marks:
            with self._timed():
                self._load()
        lines = read(self.out / JOURNAL_NAME, self._end)
        self._end = lines.end
        for line in lines.whole:
            try:
                self._take(RegisteredMeeting.model_validate_json(line))
            except ValidationError as error:
                if error.errors()[0]["type"] != "json_invalid":  # that is a line at which a process was killed
                    self._unread += 1

    def _load(self) -> None:
        self._tables = find_tables(self.out)
        self._marks = marks(self.out, self._tables)  # before they are read: what is written meanwhile is read the next time
        self._files = read_files(self.out, self._tables)
        self._end, self._unread, self._sayers, self._newest = 0, 0, None, dt.date.min
        self._shown = dict(self._files.shown)
        self._items = _grouped(self._files.items)
        self._decisions = _grouped(self._files.decisions)

    def _take(self, meeting: RegisteredMeeting) -> None:
        own = meeting.recording_sha256
        self._items[own] = tuple(with_state(item, self._files.edited) for item in meeting.items)
        self._decisions[own] = meeting.decisions
        self._shown |= meeting.shown
        self._newest = max(self._newest, meeting.held_on)
        if self._sayers is not None:
            self._index(self._sayers, own)

    def _meeting(self, minutes: Minutes, folder: str) -> RegisteredMeeting:
        """What the register is to have of a meeting: its items, and those that it had before and people touched."""
        own = minutes.recording.sha256
        before = {item.id: item for item in self._items.get(own, ())}
        found = (registered_item(item, minutes, folder) for item in minutes.action_items)
        new = [_with_history(item, before.get(item.id)) for item in found]
        ids = {item.id for item in new}
        return RegisteredMeeting(
            recording_sha256=own,
            held_on=minutes.recording.recorded_at.date(),
            items=(*(item for item in before.values() if item.status != OPEN and item.id not in ids), *new),
            shown={item.id: item.status for item in minutes.action_items},
            decisions=registered(minutes, folder),
        )

    def _render(self) -> None:
        """Write all files, and forget the journal that is in them then."""
        self._busy_s = 0.0
        with self._timed():
            items = [item for items in self._items.values() for item in items]
            decisions = [each for decisions in self._decisions.values() for each in decisions]
            show_states(self.out, items, self._shown)
            write = write_atomic if self._end else _write_if_other
            render_register(self.out, self._files, items, decisions, self._newest, write)
            (self.out / JOURNAL_NAME).unlink(missing_ok=True)
        self._marks, self._rested_at = None, monotonic()

    def _saying(self, senses: Iterable[object]) -> set[str]:
        """The recordings in which one of these may have been said."""
        if self._sayers is None:
            self._sayers = defaultdict(set)
            for own in {*self._items, *self._decisions}:
                self._index(self._sayers, own)
        return set[str]().union(*(self._sayers.get(each, ()) for each in senses if each))

    def _index(self, sayers: defaultdict[object, set[str]], own: str) -> None:
        for item in self._items.get(own, ()):
            sayers[promise_key(item.owner, item.said)].add(own)
        for decision in self._decisions.get(own, ()):
            sayers[sense(decision.said)].add(own)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = monotonic()
        yield
        self._busy_s += monotonic() - began


def _grouped(entries: Iterable[_Entry]) -> dict[str, tuple[_Entry, ...]]:
    """Recording -> what comes from it."""
    groups: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.recording_sha256].append(entry)
    return {own: tuple(group) for own, group in groups.items()}


def _with_history(item: RegisteredItem, before: RegisteredItem | None) -> RegisteredItem:
    """The item with its state and its first promise, as the register has them."""
    if before is None:
        return item
    status = item.status if before.status == OPEN else before.status  # a correction may close what the table leaves open
    return item.model_copy(update={"status": status, "first_promised": before.first_promised})


def _write_if_other(path: Path, text: str) -> None:
    """Write a file unless it says just this."""
    with suppress(OSError):
        if path.read_bytes() == text.encode():
            return
    write_atomic(path, text)


def _likeness(item: ActionItem, other: RegisteredItem) -> float:
    """How alike two wordings are if they were heard in one place, 0 to 100, else 0."""
    from rapidfuzz import fuzz

    if differ(item.said, other.said, (item.evidence.quote, other.quote), together=True):
        return 0
    place = Interval(start_s=max(0.0, other.start_s - _NEAR_S), end_s=other.end_s + _NEAR_S)
    if not place.overlap_s(item.evidence):
        return 0
    alike: float = fuzz.token_set_ratio(normalise(item.said), normalise(other.said))
    return alike if alike >= _ALIKE else 0
