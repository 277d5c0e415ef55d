"""The files of the register as they lie on the disk: read with what people wrote into the table, and written.

`actions.json` and `decisions.json` are for programs, `actions.csv` is for people.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tasks.files import displayable, sha256_of_file
from tasks.report.earlier import DATA, rewrite_states
from tasks.report.manifest import FILE_NAME as RUN_NAME
from tasks.report.promises import with_progress
from tasks.report.registered import COLUMNS, RegisteredItem, registered_item, row_of
from tasks.report.reversals import FILE_NAME as DECISIONS_NAME
from tasks.report.reversals import RegisteredDecision, as_json, compared, read_decisions
from tasks.report.table import Table, Unreadable, as_read, join_tables, read_table, render_table
from tasks.schema import Minutes

JSON_NAME, CSV_NAME = "actions.json", "actions.csv"
_NEW_CSV_NAME = "actions.new{}.csv"
"""Where the table goes while `actions.csv` cannot be read."""
_DAMAGED_NAME = "actions.damaged-{}.json"
"""What becomes of an `actions.json` that cannot be read."""
_HELD_ON = re.compile(rb'"recorded_at": ?"(\d{4}-\d\d-\d\d)')
_ITEMS = TypeAdapter(tuple[RegisteredItem, ...])


@dataclass(frozen=True)
class RegisterFiles:
    """The files of the register as they are."""

    items: tuple[RegisteredItem, ...]
    """With the states of the table."""
    decisions: tuple[RegisteredDecision, ...]
    shown: Mapping[str, str]
    """Item id -> the state that its minutes show."""
    edited: Mapping[str, str]
    """Item id -> the state that somebody wrote into the table since we did."""
    table: Table
    """What people wrote into the tables."""
    target: Path
    """Where the table is written: the first of its names that no file has which cannot be read."""
    replaced: tuple[Path, ...]
    """Tables of which everything is in this one."""
    problems: tuple[str, ...]
    """For each table that cannot be read why, and what to do."""
    damaged: bool
    """Whether `actions.json` is there and cannot be read, so that the items come from the minutes."""


def marks(out: Path, tables: Iterable[Path]) -> tuple[tuple[str, int, int, int], ...]:
    """Another value as soon as one of the files is another. It costs the same however full the folder is."""
    found = []
    for path in dict.fromkeys((out / JSON_NAME, out / DECISIONS_NAME, out / CSV_NAME, *tables)):
        with suppress(OSError):
            facts = path.stat()
            found.append((path.name, facts.st_ino, facts.st_size, facts.st_mtime_ns))
    return tuple(found)


def find_tables(out: Path) -> tuple[Path, ...]:
    """`actions.csv` and what stands in for it."""
    return tuple(path for path in (out / CSV_NAME, *out.glob(_NEW_CSV_NAME.format("*"))) if path.exists())


def read_files(out: Path, found: Sequence[Path]) -> RegisterFiles:
    """The register as its files have it, with these tables; empty if there are none yet."""
    stored, damaged = _stored(out)
    known = {item.id: {name: as_read(value) for name, value in row_of(item).items()} for item in stored}
    tables: dict[Path, Table] = {}
    unreadable: dict[Path, Unreadable] = {}
    for path in found:
        try:
            tables[path] = read_table(path, COLUMNS, known)
        except Unreadable as reason:
            unreadable[path] = reason
    target = next(path for path in _names(out) if path not in unreadable)
    before = {item.id: item.status for item in stored}
    table = join_tables([tables[path] for path in sorted(tables, key=_written_at)], before)
    edited = {name: state for name, state in table.states.items() if before.get(name) != state}
    return RegisterFiles(
        items=tuple(with_state(item, edited) for item in stored),
        decisions=read_decisions(out, partial(_all_minutes, out)),
        shown=before,
        edited=edited,
        table=table,
        target=target,
        replaced=tuple(path for path in tables if path != target),
        problems=tuple(_problem(path, reason, target) for path, reason in unreadable.items()),
        damaged=damaged,
    )


def by_time(item: RegisteredItem) -> tuple[dt.date, str, float]:
    """The order of the register."""
    return item.held_on, item.recording_sha256, item.start_s


def with_state(item: RegisteredItem, states: Mapping[str, str]) -> RegisteredItem:
    """The item with its state among these, if there is one."""
    state = states.get(item.id, item.status)
    return item if state == item.status else item.model_copy(update={"status": state})


def show_states(out: Path, items: Iterable[RegisteredItem], shown: Mapping[str, str]) -> None:
    """Bring the states of the items into the minutes that show others (item id -> state)."""
    changed: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for item in items:
        if shown.get(item.id) != item.status:
            changed[item.minutes][item.id] = item.status
    for folder, states in changed.items():
        rewrite_states(out / folder, states)


def render_register(
    out: Path,
    before: RegisterFiles,
    items: Iterable[RegisteredItem],
    decisions: Iterable[RegisteredDecision],
    newest: dt.date,
    write: Callable[[Path, str], object],
) -> None:
    """Write the files of the register anew.

    Args:
        before: as they were read.
        newest: the day of a meeting that may have no `run.json` yet.
        write: writes one of them.
    """
    known = compared(decisions)
    ordered = sorted(items, key=by_time)
    if known or ordered or (out / DECISIONS_NAME).exists():
        write(out / DECISIONS_NAME, as_json(known))
    if not ordered and not (out / JSON_NAME).exists():
        return
    if before.damaged:
        (out / JSON_NAME).rename(out / _DAMAGED_NAME.format(sha256_of_file(out / JSON_NAME)[:8]))
    told = with_progress(ordered, max([newest, *(item.held_on for item in ordered), *_days_of_meetings(out)]))
    write(out / JSON_NAME, _ITEMS.dump_json(told, indent=2).decode() + "\n")
    write(before.target, render_table([(item.id, row_of(item)) for item in told], COLUMNS, before.table))
    for path in before.replaced:
        path.unlink(missing_ok=True)


def set_aside(out: Path) -> Iterator[str]:
    """A sentence for each register that was damaged."""
    for path in sorted(out.glob(_DAMAGED_NAME.format("*"))):
        yield (
            f"{displayable(str(path))}: was damaged, and the register was made anew from the minutes and the table."
            " Look for what is missing, then delete it."
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


def _all_minutes(out: Path) -> Iterator[tuple[str, Minutes]]:
    """The minutes of every meeting that can be read, with the names of their folders."""
    for path in sorted(out.glob(f"*/{DATA}")):
        with suppress(OSError, ValidationError):
            yield path.parent.name, Minutes.model_validate_json(path.read_bytes())


def _days_of_meetings(out: Path) -> Iterator[dt.date]:
    """When the meetings were held that have minutes here, with action items or without."""
    for path in out.glob(f"*/{RUN_NAME}"):
        with suppress(OSError, ValueError):
            if found := _HELD_ON.search(path.read_bytes()):
                yield dt.date.fromisoformat(found[1].decode())
