"""What was said, by whom, and what became of every second."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from tasks.clean_text import Text
from tasks.schema.base import Interval, Model, Notice
from tasks.schema.recording import Recording


class Word(Interval):
    """One recognised word, with the engine's own belief in it where it has one."""

    text: Text
    confidence: float | None = Field(default=None, ge=0, le=1)
    overlap: bool = Field(default=False, description="spoken while another person spoke too")
    speakers: tuple[Text, ...] = Field(default=(), description="of an overlapped word: the labels of all who spoke")


UNCLEAR = "unclear"
"""The flag of a segment that stands for words which could not be made out."""
CORRECTED = "corrected"
"""The flag of a segment whose words a person set right."""


class Segment(Interval):
    """A short stretch of one person's speech: the smallest thing that evidence can point to."""

    id: str
    text: Text
    language: str
    speaker: Text | None = None
    overlap: bool = Field(default=False, description="another person spoke during some of its words")
    channel: int | None = Field(default=None, ge=1, description="where it was heard, if the channels were kept apart")
    words: tuple[Word, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    flags: tuple[str, ...] = ()


def segment_id(number: int) -> str:
    """`S0001` for 1."""
    return f"S{number:04d}"


def _check_segments(segments: Iterable[Segment]) -> None:
    for before, after in pairwise(segments):
        if before.start_s > after.start_s:
            raise ValueError(f"segments out of order: {before.id} starts after {after.id}")
        if (len(before.id), before.id) >= (len(after.id), after.id):
            raise ValueError(f"segment ids must be unique and ascending: {before.id}, {after.id}")


class Usage(Model):
    """How much was asked of a language model, and what its server charges for that if the configuration says so."""

    requests: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    answer_tokens: int = Field(default=0, ge=0)
    cost: float | None = Field(default=None, ge=0, description="in the currency of the configured prices")

    def since(self, earlier: "Usage") -> "Usage":
        """What came after an earlier reading."""
        both = self.cost is not None and earlier.cost is not None
        return Usage(
            requests=self.requests - earlier.requests,
            prompt_tokens=self.prompt_tokens - earlier.prompt_tokens,
            answer_tokens=self.answer_tokens - earlier.answer_tokens,
            cost=(self.cost or 0) - (earlier.cost or 0) if both else self.cost,
        )


class Engine(Model):
    """Which engine made a result: the provenance that the report prints."""

    stage: str
    backend: str
    model: str
    revision: str
    device: str = "cpu"
    draft: bool = False
    usage: Usage | None = None


class Recognition(Model):
    """What was said, without speakers yet."""

    segments: tuple[Segment, ...]
    failed: tuple[Interval, ...] = ()
    filtered: tuple[Interval, ...] = ()
    unheard: tuple[Interval, ...] = Field(default=(), description="clear speech for which no words were found")
    filters: dict[str, int] = Field(default_factory=dict, description="how often each guard fired")
    engine: Engine
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _segments_in_order(self) -> Self:
        _check_segments(self.segments)
        return self


class Turn(Interval):
    """One speaker holding the floor, in one channel if the channels were kept apart."""

    speaker: Text
    channel: int | None = Field(default=None, ge=1)


class Diarization(Model):
    """Who spoke when. Empty with a notice when it failed or was switched off."""

    turns: tuple[Turn, ...] = ()
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


class Coverage(Model):
    """Where every second of the recording went, and how much of the transcript the summary read.

    Kept in whole milliseconds so that the parts add up to the duration exactly.
    """

    duration_ms: int = Field(ge=0)
    transcribed_ms: int = Field(ge=0)
    silence_ms: int = Field(ge=0)
    undecodable_ms: int = Field(default=0, ge=0)
    filtered_ms: int = Field(default=0, ge=0)
    failed_ms: int = Field(default=0, ge=0)
    unheard_ms: int = Field(default=0, ge=0, description="clear speech for which no words were found")
    segments: int = Field(default=0, ge=0)
    segments_read: int = Field(default=0, ge=0)
    undecodable: tuple[Interval, ...] = ()
    failed: tuple[Interval, ...] = ()
    filtered: tuple[Interval, ...] = ()
    unheard: tuple[Interval, ...] = ()
    filters: dict[str, int] = Field(default_factory=dict, description="how often each guard fired")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = self.transcribed_ms + self.silence_ms + self._holes_ms
        if parts != self.duration_ms:
            raise ValueError(f"coverage adds up to {parts} ms of {self.duration_ms} ms")
        if self.segments_read > self.segments:
            raise ValueError(f"{self.segments_read} of {self.segments} segments read")
        return self

    @property
    def complete(self) -> bool:
        return self._holes_ms == 0 and self.segments_read == self.segments

    @property
    def _holes_ms(self) -> int:
        return self.undecodable_ms + self.filtered_ms + self.failed_ms + self.unheard_ms


class Transcript(Model):
    """Ordered segments with speakers, and what became of the rest of the audio."""

    recording: Recording
    segments: tuple[Segment, ...]
    speakers: dict[Text, Text] = Field(default_factory=dict, description="speaker label -> name, where it is known")
    turns: tuple[Turn, ...] = ()
    language: str
    coverage: Coverage
    engines: tuple[Engine, ...] = ()
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _segments_in_order(self) -> Self:
        _check_segments(self.segments)
        return self

    @property
    def spoken(self) -> Self:
        """The same without the marks of what could not be made out: nobody should take them for words."""
        return self.model_copy(update={"segments": tuple(part for part in self.segments if UNCLEAR not in part.flags)})

    def name_of(self, label: str | None) -> str | None:
        """The person behind a speaker label, or the label itself while nobody has named it."""
        return self.speakers.get(label, label) if label else None
