"""Settings of the report stage."""

from enum import StrEnum

from pydantic import Field, field_validator

from tasks.engine.base import Options
from tasks.language.wording import AUTO, languages


class Format(StrEnum):
    """The files that can be written besides `run.json`."""

    MD = "md"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"


class ReportOptions(Options):
    """What is written, and in which language."""

    formats: tuple[Format, ...] = Field(
        (Format.MD, Format.JSON, Format.SRT, Format.VTT),
        min_length=1,
        description="md: minutes.md; json: minutes.json and transcript.json; srt, vtt: subtitles",
    )
    language: str = Field(
        AUTO,
        json_schema_extra={"enum": [AUTO, *languages()]},
        description=f"of the headings in minutes.md: {', '.join(languages())}; auto: that of the minutes, else English",
    )

    @field_validator("language")
    @classmethod
    def _has_a_wording(cls, language: str) -> str:
        known = (AUTO, *languages())
        if language not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return language
