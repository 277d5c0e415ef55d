"""Settings of the report stage."""

from enum import StrEnum

from pydantic import Field

from tasks.backend import Options


class Format(StrEnum):
    """The files that can be written besides `run.json`."""

    MD = "md"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"


class ReportOptions(Options):
    """What is written."""

    formats: tuple[Format, ...] = Field(
        (Format.MD, Format.JSON, Format.SRT, Format.VTT),
        min_length=1,
        description="md: minutes.md; json: minutes.json and transcript.json; srt, vtt: subtitles",
    )
