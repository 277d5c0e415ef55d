"""One action item in the register of all meetings: what is kept of it, and how it is a row of the table."""

import datetime as dt

from pydantic import Field

from tasks.language.clock import clock
from tasks.report.state import OPEN
from tasks.schema import ActionItem, Agreed, DueRelation, Minutes, Model

COLUMNS = (
    "id",
    "status",
    "owner",
    "agreed",
    "task",
    "due_date",
    "due_phrase",
    "due_relation",
    "due_from",
    "overdue_days",
    "promised",
    "first_promised",
    "meeting",
    "held_on",
    "heard_at",
    "quote",
    "accepted",
    "context",
    "minutes",
)


class RegisteredItem(Model):
    """One action item and where it comes from."""

    id: str
    status: str = Field(default=OPEN, description="open until a person writes something else")
    task: str
    spoken: str | None = Field(default=None, description="the task in the words of the meeting, if it was reworded or corrected")
    owner: str | None
    agreed: Agreed | None = None
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
    accepted: str | None = Field(default=None, description="the words with which the owner said yes")
    context: str | None = Field(default=None, description="what was said before a task that only points back")
    minutes: str = Field(description="the folder of the minutes, beside this file")
    overdue_days: int = Field(default=0, ge=0, description="at the newest meeting; 0 for what is closed")
    promised: int = Field(default=1, ge=1, description="on how many days its owner had promised it up to this meeting, unclosed")
    first_promised: dt.date | None = None

    @property
    def said(self) -> str:
        """The task in the words of the meeting."""
        return self.spoken or self.task


def registered_item(item: ActionItem, minutes: Minutes, folder: str) -> RegisteredItem:
    """An action item of some minutes, which lie in this folder, as the register has it."""
    return RegisteredItem(
        id=item.id,
        status=item.status,
        task=item.task,
        spoken=item.spoken,
        owner=item.owner,
        agreed=item.agreed,
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
        accepted=item.accepted.quote if item.accepted else None,
        context=item.context,
        minutes=folder,
        first_promised=next((each.first_on for each in minutes.repeated if each.item_id == item.id), None),
    )


def row_of(item: RegisteredItem) -> dict[str, object]:
    """Column -> value; what is 0 or was promised once is left empty."""
    values = item.model_dump() | {"heard_at": clock(item.start_s)}
    values |= {"overdue_days": item.overdue_days or None, "promised": item.promised if item.promised > 1 else None}
    values |= {"first_promised": item.first_promised if item.promised > 1 else None}
    return {name: values[name] for name in COLUMNS}
