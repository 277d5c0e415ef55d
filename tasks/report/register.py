"""The action items of all meetings in one list: `actions.json` for programs, `actions.csv` for people.

A meeting that is processed again replaces its own items and gives them their old ids, so that nothing doubles. The `status`
column of the table is a person's: what somebody writes there is kept.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from tasks.files import in_turn, write_atomic
from tasks.language.words import normalise
from tasks.meeting.clock import clock
from tasks.schema import ActionItem, DueRelation, Interval, Minutes, Model

JSON_NAME, CSV_NAME, LOCK_NAME = "actions.json", "actions.csv", ".actions.lock"
OPEN = "open"
_NEAR_S = 5.0
"""How far the same words may have moved when a recording is recognised anew."""
_ALIKE = 60.0
"""Least `rapidfuzz.fuzz.token_set_ratio` (0 to 100) of two wordings of one item heard at one place."""
_COLUMNS = (
    "id",
    "status",
    "owner",
    "task",
    "due_date",
    "due_phrase",
    "due_relation",
    "due_from",
    "meeting",
    "held_on",
    "heard_at",
    "quote",
    "minutes",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these at the start of a cell, a spreadsheet would compute what somebody said."""


class RegisteredItem(Model):
    """One action item and where it comes from."""

    id: str
    status: str = Field(default=OPEN, description="open until a person writes something else")
    task: str
    owner: str | None
    due_phrase: str | None
    due_date: dt.date | None
    due_relation: DueRelation | None = None
    due_from: dt.date | None = None
    meeting: str
    held_on: dt.date
    recording_sha256: str
    start_s: float
    end_s: float
    quote: str
    minutes: str = Field(description="the folder of the minutes, beside this file")


_ITEMS = TypeAdapter(tuple[RegisteredItem, ...])


def with_known_ids(minutes: Minutes, out: Path) -> Minutes:
    """The minutes with the ids and states that their items had when the recording was processed before."""
    known = [item for item in read_register(out) if item.recording_sha256 == minutes.recording.sha256]
    items: list[ActionItem] = []
    for item in minutes.action_items:
        earlier = max((other for other in known), key=lambda other: _likeness(item, other), default=None)
        if earlier and _likeness(item, earlier) > 0:
            known.remove(earlier)
            items.append(item.model_copy(update={"id": earlier.id, "status": earlier.status}))
        else:
            items.append(item)
    return minutes.model_copy(update={"action_items": tuple(items)})


def update_register(minutes: Minutes, folder: Path) -> None:
    """Put the items of one meeting, with the ids that they are to keep, into the register beside its folder."""
    with in_turn(folder.parent / LOCK_NAME):
        _update(minutes, folder)


def _update(minutes: Minutes, folder: Path) -> None:
    before = read_register(folder.parent)
    own = [item for item in before if item.recording_sha256 == minutes.recording.sha256]
    new = [_registered(item, minutes, folder) for item in minutes.action_items]
    ids = {item.id for item in new}
    touched = [item for item in own if item.status != OPEN and item.id not in ids]
    others = [item for item in before if item.recording_sha256 != minutes.recording.sha256]
    items = sorted([*others, *touched, *new], key=lambda item: (item.held_on, item.recording_sha256, item.start_s))
    if items or before:
        write_atomic(folder.parent / JSON_NAME, _ITEMS.dump_json(tuple(items), indent=2).decode() + "\n")
        write_atomic(folder.parent / CSV_NAME, _as_csv(items))


def read_register(out: Path) -> tuple[RegisteredItem, ...]:
    """The items of all meetings; none if there is no register yet, or none that can be read."""
    try:
        items = _ITEMS.validate_json((out / JSON_NAME).read_bytes())
    except (OSError, ValidationError):
        return ()
    edited = _edited_states(out / CSV_NAME)
    return tuple(item.model_copy(update={"status": edited.get(item.id, item.status)}) for item in items)


def _edited_states(path: Path) -> dict[str, str]:
    """What people wrote into the table: id -> status. A table that a spreadsheet saved in its own way may not be readable."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    return {row["id"]: row["status"].strip() for row in rows if row.get("id") and (row.get("status") or "").strip()}


def _likeness(item: ActionItem, other: RegisteredItem) -> float:
    """How alike two wordings are if they were heard in one place, 0 to 100, else 0."""
    from rapidfuzz import fuzz

    place = Interval(start_s=max(0.0, other.start_s - _NEAR_S), end_s=other.end_s + _NEAR_S)
    if not place.overlap_s(item.evidence):
        return 0
    alike: float = fuzz.token_set_ratio(normalise(item.task), normalise(other.task))
    return alike if alike >= _ALIKE else 0


def _registered(item: ActionItem, minutes: Minutes, folder: Path) -> RegisteredItem:
    return RegisteredItem(
        id=item.id,
        status=item.status,
        task=item.task,
        owner=item.owner,
        due_phrase=item.due_phrase,
        due_date=item.due_date,
        due_relation=item.due_relation,
        due_from=item.due_from,
        meeting=minutes.title,
        held_on=minutes.recording.recorded_at.date(),
        recording_sha256=minutes.recording.sha256,
        start_s=item.evidence.start_s,
        end_s=item.evidence.end_s,
        quote=item.evidence.quote,
        minutes=folder.name,
    )


def _as_csv(items: Sequence[RegisteredItem]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(value) for value in _row(item)] for item in items)
    return "\ufeff" + text.getvalue()


def _row(item: RegisteredItem) -> Iterable[object]:
    values = item.model_dump() | {"heard_at": clock(item.start_s)}
    return (values[name] for name in _COLUMNS)


def _cell(value: object) -> str:
    text = " ".join(str(value if value is not None else "").split())
    return f"'{text}" if text.startswith(_FORMULA) else text
