"""A recording as it came, and its sound once it is decoded."""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from math import log10
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, field_validator, model_validator

from tasks.clean_text import Text
from tasks.schema.base import DateSource, Interval, Model, Notice


def _no_number(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("a date written as 2026-03-02 or 2026-03-02 10:15")
    return value


class Participant(Model):
    """A person who was there, as the sidecar names them."""

    name: Text = Field(min_length=1)
    aliases: tuple[Text, ...] = ()
    role: Text | None = None


class Sidecar(Model):
    """What a person wrote down about a recording in `<recording>.meta.yaml` beside it. Read, never written."""

    title: Text | None = None
    recorded_at: Annotated[dt.datetime, BeforeValidator(_no_number)] | None = None
    timezone: Text | None = Field(None, description="where the meeting was, for clocks that tell UTC: Asia/Ho_Chi_Minh")
    participants: tuple[Participant, ...] = ()
    speakers: dict[Text, Text] = Field(default_factory=dict, description="speaker label or channel -> name")
    language: Text | None = None
    agenda: tuple[Text, ...] = ()
    vocabulary: tuple[Text, ...] = ()
    parts: tuple[Text, ...] = Field(default=(), description="names of the files of the meeting, in order, this recording first")

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str | None) -> str | None:
        try:
            return name and ZoneInfo(name).key
        except (ValueError, OSError, KeyError):
            raise ValueError("the name of a time zone, such as Asia/Ho_Chi_Minh") from None


class Part(Model):
    """One file of a meeting that came in several."""

    name: Text
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    track: int = Field(ge=0, description="which audio track was used, counted from 1; 0 if none can be")
    channels: int = Field(ge=0)
    duration_s: float | None = Field(description="as decoded; before that as the container says it")
    start_s: float | None = Field(default=None, description="where it begins in the meeting; None before it is decoded")
    problem: Text | None = Field(default=None, description="why nothing of it can be heard")


class Recording(Model):
    """One source, judged by its content: a file, or the files of one meeting in order, named by the first."""

    path: Text
    name: Text
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the file; with parts, of their hashes one after the other")
    duration_s: float | None = Field(description="as the container says it; the decoded length is in the coverage")
    container: str
    codec: str = Field(description="`text` for a source that already holds the words")
    track: int = Field(default=1, ge=0, description="which audio track was used, counted from 1; 0 for text")
    channels: int
    sample_rate: int
    recorded_at: dt.datetime
    recorded_at_source: DateSource
    start_time_known: bool = Field(description="False when only the day is known")
    sidecar: Sidecar = Sidecar()
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = Field(default=(), description="the files of the meeting, if it came in several")

    def placed(self, places: "Sequence[PartAudio]") -> Self:
        """The same with the places that its parts have in the meeting since they were decoded."""
        if not self.parts:
            return self
        found = [
            part.model_copy(update={"start_s": place.start_s, "duration_s": place.duration_s})
            for part, place in zip(self.parts, places, strict=True)
        ]
        return self.model_copy(update={"parts": tuple(found)})


class Region(Interval):
    """A stretch of speech, in one channel of a recording whose channels are kept apart."""

    channel: int | None = Field(default=None, ge=1, description="counted from 1; None where the channels were mixed")


class Layout(StrEnum):
    """What was made of the two channels of a stretch of audio."""

    MIX = "mix"
    DIFFERENCE = "difference"
    LEFT = "left"
    RIGHT = "right"
    SEPARATE = "separate"


class Span(Interval):
    """Up to about ten minutes of decoded 16 kHz audio, cut in silence: the unit of saving and resuming."""

    index: int = Field(ge=0)
    audio_path: str
    sha256: str
    layout: Layout = Layout.MIX
    level_dbfs: float | None = Field(description="RMS level; None for digital silence")
    speech: tuple[Region, ...]


class PartAudio(Interval):
    """Where one file of a meeting lies in it, and what of the file was decoded."""

    track: int = Field(ge=0, description="0 if nothing could be decoded, so that silence stands for it")
    channels: int = Field(ge=0)


class SplitAudio(Model):
    """A recording decoded once: spans that tile it, speech regions inside them, and what could not be decoded."""

    duration_s: float
    track: int = Field(default=1, ge=1)
    parts: tuple[PartAudio, ...] = ()
    spans: tuple[Span, ...]
    undecodable: tuple[Interval, ...] = ()
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _spans_tile_the_recording(self) -> Self:
        edges = [0.0, *(span.end_s for span in self.spans)]
        starts = [*(span.start_s for span in self.spans), self.duration_s]
        if edges != starts:
            raise ValueError("spans must tile the recording without gap or overlap")
        return self

    @property
    def level_dbfs(self) -> float | None:
        """RMS level of the whole recording; None for digital silence."""
        power = sum(span.duration_s * 10 ** (span.level_dbfs / 10) for span in self.spans if span.level_dbfs is not None)
        return round(10 * log10(power / self.duration_s), 1) if power else None

    @property
    def speech(self) -> tuple[Region, ...]:
        return tuple(region for span in self.spans for region in span.speech)

    @property
    def one_party_a_channel(self) -> bool:
        """True when all speech lies in channels that were kept apart, and more than one of them speaks."""
        channels = {region.channel for region in self.speech}
        return len(channels) > 1 and None not in channels
