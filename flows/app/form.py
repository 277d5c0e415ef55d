"""What can be corrected in the app, and which corrections a filled-in form means."""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.app.library import MeetingFolder
from flows.corrections import Entry
from tasks.report.content import in_order
from tasks.schema import ActionItem, Transcript

TASK_FIELDS = ("text", "owner", "due", "status")
DECISION = "decision"


@dataclass(frozen=True)
class Field:
    """One text that can be changed: where its correction goes, and what it says now."""

    block: str
    key: str
    part: str
    value: str


def fields_of(meeting: MeetingFolder) -> tuple[list[Field], list[list[Field]]]:
    """The names of the voices, and the texts of each task and decision in the order of the page."""
    speakers = [Field("speakers", label, label, name) for label, name in _voices(meeting.transcript)]
    decisions = [[Field("items", each.id, DECISION, each.text)] for each in meeting.minutes.decisions]
    return speakers, [*decisions, *(_task(item) for item in in_order(meeting.minutes.action_items))]


def changed(fields: Sequence[Field], values: Sequence[str | None]) -> list[Entry]:
    """The corrections that these values mean; what says what it said before means none.

    A name, a text or a state that is empty means none either; an empty owner or day is nobody, or no day.
    """
    entries: list[Entry] = []
    for field, given in zip(fields, values, strict=True):
        value = " ".join((given or "").split())
        if value == field.value or (not value and field.part not in ("owner", "due")):
            continue
        part = "text" if field.part == DECISION else field.part
        entries.append((field.block, field.key, {part: value} if field.block == "items" else value))
    return entries


def _voices(transcript: Transcript) -> list[tuple[str, str]]:
    labels = dict.fromkeys(turn.speaker for turn in transcript.turns)
    labels |= dict.fromkeys(segment.speaker for segment in transcript.segments if segment.speaker)
    return [(label, transcript.name_of(label) or label) for label in labels]


def _task(item: ActionItem) -> list[Field]:
    due = item.due_date.isoformat() if item.due_date else ""
    values = {"text": item.task, "owner": item.owner or "", "due": due, "status": item.status}
    return [Field("items", item.id, part, values[part]) for part in TASK_FIELDS]
