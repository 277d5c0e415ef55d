"""What all data is made of: frozen models, intervals, and what code says to people about a recording."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tasks.clean_text import Text


class Model(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Interval(Model):
    """A stretch of time, start before end."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start_s > self.end_s:
            raise ValueError(f"starts at {self.start_s} s, after its end at {self.end_s} s")
        return self

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def overlap_s(self, other: "Interval") -> float:
        """Seconds shared with another interval."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))


class Status(StrEnum):
    """How a recording ended."""

    COMPLETED = "completed"
    COMPLETED_WITH_WARNINGS = "completed_with_warnings"
    NO_SPEECH = "no_speech"
    FAILED = "failed"


class DateSource(StrEnum):
    """Where the recording's date comes from, the most trusted first. Never the clock of the processing machine."""

    SIDECAR = "sidecar"
    CONTAINER = "container"
    FILE_NAME = "file_name"
    MTIME = "mtime"


class NoticeKind(StrEnum):
    """Why a notice stands in the report."""

    FALLBACK = "fallback"
    FAILED = "failed"
    FILTERED = "filtered"
    WARNING = "warning"
    INFO = "info"


class Message(Model):
    """A sentence for people. Every language makes its own of the code and the values; see tasks/language/messages.py."""

    message: Text = Field(description="in English")
    code: str | None = Field(default=None, description="what is said; None in what was stored before there were codes")
    values: "dict[str, MessageValue]" = Field(default_factory=dict, description="of whom, of how many")
    detail: Text | None = Field(default=None, description="why, in the words of a library or a server")

    def __hash__(self) -> int:
        return hash((self.message, self.code))

    def __str__(self) -> str:
        return self.message


MessageValue = Text | int | float | Message | tuple[Message, ...]
"""What fills in a message: numbers as they are, dates in ISO 8601, other messages as parts of it."""


class Notice(Message):
    """One thing that did not go as planned, or that the reader should know; all but `info` are warnings."""

    kind: NoticeKind
    stage: str

    @classmethod
    def of(cls, kind: NoticeKind, stage: str, said: Message) -> "Notice":
        """A message as a notice."""
        return cls(kind=kind, stage=stage, message=said.message, code=said.code, values=said.values, detail=said.detail)
