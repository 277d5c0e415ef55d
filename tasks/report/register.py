"""The action items of all meetings in one list: `actions.json` for programs, `actions.csv` for people.

A meeting that is processed again replaces its own items and gives them their old ids, so that nothing doubles. The `status`
column of the table is a person's: what somebody writes there is kept, and comes into the minutes of its meeting.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tasks.files import displayable, in_turn, sha256_of_file, write_atomic
from tasks.language.distinct import differ
from tasks.language.words import normalise
from tasks.report.earlier import DATA, rewrite_states
from tasks.report.manifest import FILE_NAME as RUN_NAME
from tasks.report.promises import repeated, with_progress
from tasks.report.registered import COLUMNS, RegisteredItem, registered_item, row_of
from tasks.report.reversals import FILE_NAME as DECISIONS_NAME
from tasks.report.reversals import RegisteredDecision, all_decisions, as_json, read_decisions, reversals
from tasks.report.state import OPEN
from tasks.report.table import Table, Unreadable, as_read, join_tables, read_table, render_table
from tasks.schema import ActionItem, Interval, Minutes

JSON_NAME, CSV_NAME, LOCK_NAME = "actions.json", "actions.csv", ".actions.lock"
_NEW_CSV_NAME = "actions.new{}.csv"
"""Where the table goes while `actions.csv` cannot be read."""
_DAMAGED_NAME = "actions.damaged-{}.json"
"""What becomes of an `actions.json` that cannot be read."""
_HELD_ON = re.compile(rb'"recorded_at": ?"(\d{4}-\d\d-\d\d)')
_NEAR_S = 5.0
"""How far the same words may have moved when a recording is recognised anew."""
_ALIKE = 60.0
"""Least `rapidfuzz.fuzz.token_set_ratio` (0 to 100) of two wordings of one item heard at one place."""


_ITEMS = TypeAdapter(tuple[RegisteredItem, ...])


def with_known_ids(minutes: Minutes, out: Path) -> Minutes:
    """The minutes with the ids and states that their items had before, and with what earlier meetings say about them."""
    register = _open(out)
    known = [item for item in register.items if item.recording_sha256 == minutes.recording.sha256]
    items: list[ActionItem] = []
    for item in minutes.action_items:
        earlier = max((other for other in known), key=lambda other: _likeness(item, other), default=None)
        if earlier and _likeness(item, earlier) > 0:
            known.remove(earlier)
            items.append(item.model_copy(update={"id": earlier.id, "status": earlier.status}))
        else:
            items.append(item)
    named = minutes.model_copy(update={"action_items": tuple(items)})
    facts = {"repeated": repeated(named, register.items), "reversals": reversals(named, _decisions(out))}
    return named.model_copy(update=facts)


def update_register(minutes: Minutes, folder: Path) -> None:
    """Put the items of one meeting, with the ids that they are to keep, into the register beside its folder.

    What people wrote into the table meanwhile comes into the minutes of all meetings, this one's too.
    """
    out = folder.parent
    with in_turn(out / LOCK_NAME):
        _save(out, _with_meeting(_open(out), minutes, folder), minutes.recording.recorded_at.date())
        before = _decisions(out)
        if (decisions := all_decisions(minutes, folder.name, before)) or before:
            _write(out / DECISIONS_NAME, as_json(decisions))


def set_states(out: Path, states: Mapping[str, str]) -> None:
    """Give items (id -> state) their states, as if people had just written them into the table."""
    if not states:
        return
    with in_turn(out / LOCK_NAME):
        register = _open(out)
        items = tuple(item.model_copy(update={"status": states.get(item.id, item.status)}) for item in register.items)
        _save(out, replace(register, items=items))


def settle_register(out: Path) -> tuple[str, ...]:
    """Bring what people wrote into the table into the minutes and the register. What is wrong with its files, a sentence each."""
    if not ((out / JSON_NAME).exists() or (out / CSV_NAME).exists()):
        return ()
    with in_turn(out / LOCK_NAME):
        register = _open(out)
        if register.items:
            _save(out, register)
        return (*register.problems, *_set_aside(out))


def read_register(out: Path) -> tuple[RegisteredItem, ...]:
    """The items of all meetings with the states that people gave them; none if there is no register yet."""
    return _open(out).items


@dataclass(frozen=True)
class _Register:
    """The files of the register as they are."""

    items: tuple[RegisteredItem, ...]
    """With the states of the table."""
    shown: Mapping[str, str]
    """Item id -> the state that its minutes show."""
    table: Table
    target: Path
    """Where the table is written: the first of its names that no file has which cannot be read."""
    replaced: tuple[Path, ...]
    """Tables of which everything is in this one."""
    problems: tuple[str, ...]
    """For each table that cannot be read why, and what to do."""
    damaged: bool
    """Whether `actions.json` is there and cannot be read, so that the items come from the minutes."""


def _open(out: Path) -> _Register:
    stored, damaged = _stored(out)
    known = {item.id: {name: as_read(value) for name, value in row_of(item).items()} for item in stored}
    tables: dict[Path, Table] = {}
    unreadable: dict[Path, Unreadable] = {}
    for path in filter(Path.exists, (out / CSV_NAME, *out.glob(_NEW_CSV_NAME.format("*")))):
        try:
            tables[path] = read_table(path, COLUMNS, known)
        except Unreadable as reason:
            unreadable[path] = reason
    target = next(path for path in _names(out) if path not in unreadable)
    before = {item.id: item.status for item in stored}
    table = join_tables([tables[path] for path in sorted(tables, key=_written_at)], before)
    return _Register(
        items=tuple(item.model_copy(update={"status": table.states.get(item.id, item.status)}) for item in stored),
        shown=before,
        table=table,
        target=target,
        replaced=tuple(path for path in tables if path != target),
        problems=tuple(_problem(path, reason, target) for path, reason in unreadable.items()),
        damaged=damaged,
    )


def _names(out: Path) -> Iterator[Path]:
    yield out / CSV_NAME
    for number in count(1):
        yield out / _NEW_CSV_NAME.format("" if number == 1 else f"-{number}")


def _written_at(path: Path) -> float:
    return path.stat().st_mtime


def _problem(path: Path, reason: Unreadable, target: Path) -> str:
    return (
        f"{displayable(str(path))}: cannot be read as the table of action items: {reason}. It is left as it is, and its"
        f" states do not count; the new table is {target.name}."
        " Save yours as CSV with the headings 'id' and 'status', or delete it."
    )


def _set_aside(out: Path) -> Iterator[str]:
    for path in sorted(out.glob(_DAMAGED_NAME.format("*"))):
        yield (
            f"{displayable(str(path))}: was damaged, and the register was made anew from the minutes and the table."
            " Look for what is missing, then delete it."
        )


def _stored(out: Path) -> tuple[tuple[RegisteredItem, ...], bool]:
    """The items of `actions.json`, or of the minutes where it is missing or damaged; whether it is damaged."""
    try:
        return _ITEMS.validate_json((out / JSON_NAME).read_bytes()), False
    except FileNotFoundError:
        damaged = False
    except (OSError, ValidationError):
        damaged = True
    if not damaged and not (out / CSV_NAME).exists():
        return (), False
    found = [registered_item(item, minutes, name) for name, minutes in _all_minutes(out) for item in minutes.action_items]
    return tuple(found), damaged


def _decisions(out: Path) -> tuple[RegisteredDecision, ...]:
    return read_decisions(out, partial(_all_minutes, out))


def _all_minutes(out: Path) -> Iterator[tuple[str, Minutes]]:
    """The minutes of every meeting that can be read, with the names of their folders."""
    for path in sorted(out.glob(f"*/{DATA}")):
        with suppress(OSError, ValidationError):
            yield path.parent.name, Minutes.model_validate_json(path.read_bytes())


def _with_meeting(register: _Register, minutes: Minutes, folder: Path) -> _Register:
    """The register with the items of one meeting instead of those that it had of it; what people touched stays."""
    sha256 = minutes.recording.sha256
    known = {item.id: item for item in register.items}
    new = [registered_item(item, minutes, folder.name) for item in minutes.action_items]
    new = [_with_history(item, known.get(item.id)) for item in new]
    ids = {item.id for item in new}
    others = [item for item in register.items if item.recording_sha256 != sha256]
    touched = [item for item in register.items if item.recording_sha256 == sha256 and item.status != OPEN and item.id not in ids]
    items = sorted([*others, *touched, *new], key=lambda item: (item.held_on, item.recording_sha256, item.start_s))
    return replace(
        register, items=tuple(items), shown={**register.shown, **{item.id: item.status for item in minutes.action_items}}
    )


def _with_history(item: RegisteredItem, before: RegisteredItem | None) -> RegisteredItem:
    """The item with its state and its first promise, as the register has them."""
    if before is None:
        return item
    status = item.status if before.status == OPEN else before.status  # a correction may close what the table leaves open
    return item.model_copy(update={"status": status, "first_promised": before.first_promised})


def _save(out: Path, register: _Register, day: dt.date = dt.date.min) -> None:
    """Write what changed: earlier minutes first, since `actions.json` says which states they show.

    Args:
        day: of a meeting that may have no `run.json` yet.
    """
    if not register.items and not (out / JSON_NAME).exists():
        return
    changed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for item in register.items:
        if register.shown[item.id] != item.status:
            changed[item.minutes][item.id] = item.status
    for folder, states in changed.items():
        rewrite_states(out / folder, states)
    if register.damaged:
        (out / JSON_NAME).rename(out / _DAMAGED_NAME.format(sha256_of_file(out / JSON_NAME)[:8]))
    newest = max([day, *(item.held_on for item in register.items), *_days_of_meetings(out)])
    items = with_progress(register.items, newest)
    _write(out / JSON_NAME, _ITEMS.dump_json(items, indent=2).decode() + "\n")
    _write(register.target, render_table([(item.id, row_of(item)) for item in items], COLUMNS, register.table))
    for path in register.replaced:
        path.unlink(missing_ok=True)


def _days_of_meetings(out: Path) -> Iterator[dt.date]:
    """When the meetings were held that have minutes here, with action items or without."""
    for path in out.glob(f"*/{RUN_NAME}"):
        with suppress(OSError, ValueError):
            if found := _HELD_ON.search(path.read_bytes()):
                yield dt.date.fromisoformat(found[1].decode())


def _write(path: Path, text: str) -> None:
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
