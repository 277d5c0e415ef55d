"""Settings of the report stage."""

import re
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator

from tasks.engine.base import Options
from tasks.language.wording import AUTO, languages

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*", re.ASCII)


class Format(StrEnum):
    """The files that can be written besides `run.json`."""

    MD = "md"
    HTML = "html"
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    ICS = "ics"
    DOCX = "docx"
    PDF = "pdf"
    TXT = "txt"
    EML = "eml"
    CSV = "csv"


class PageAudio(StrEnum):
    """What `minutes.html` plays."""

    LINK = "link"
    COPY = "copy"
    NONE = "none"


class Review(StrEnum):
    """Whether a person is asked before minutes count as released."""

    NONE = "none"
    UNVERIFIED = "unverified"
    ALWAYS = "always"


class ReportOptions(Options):
    """What is written, and in which language."""

    formats: tuple[Format, ...] = Field(
        (Format.MD, Format.HTML, Format.JSON, Format.SRT, Format.VTT),
        min_length=1,
        description="md: minutes.md; html: minutes.html, to listen and search;"
        " json: minutes.json and transcript.json; srt, vtt: subtitles;"
        " ics: tasks and the next meeting for calendars; docx, pdf (both: pip install 'audio-minutes[export]'), txt, eml, the"
        " draft of a mail, and csv, tasks and decisions as a table: see exports.md",
    )
    templates: str | None = Field(
        None,
        description="a folder with minutes.md.j2 or minutes.html.j2, templates of your own for these two pages: see exports.md",
    )
    language: str = Field(
        AUTO,
        json_schema_extra={"enum": [AUTO, *languages()]},
        description=f"of the headings in minutes.md and minutes.html: {', '.join(languages())};"
        " auto: that of the minutes, else English",
    )
    mail_to: tuple[str, ...] = Field((), description="to whom the draft minutes.eml is addressed; nobody by default")
    audio: PageAudio = Field(
        PageAudio.LINK,
        description="what minutes.html plays; link: the recording where it lies, or a small copy if browsers cannot play it;"
        " copy: always a copy beside the page; none: nothing",
    )

    review: Review = Field(
        Review.NONE,
        description="which tasks and decisions wait for a person's answer, in <out>/review/ and in Prefect's form; none;"
        " unverified: those that are unverified or only possible; always: all. See docs/review.md",
    )
    review_days: float = Field(7, gt=0, le=365, description="how long; after that the minutes stand unreviewed, and say so")

    @field_validator("templates")
    @classmethod
    def _lies_where_it_was_meant(cls, folder: str | None) -> str | None:
        return str(Path(folder).expanduser().absolute()) if folder else None  # corrections are applied from anywhere

    @field_validator("mail_to")
    @classmethod
    def _are_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [address for address in addresses if not _ADDRESS.fullmatch(address)]:
            raise ValueError(f"addresses such as team@example.org, not '{wrong[0]}'")
        return addresses

    @field_validator("language")
    @classmethod
    def _has_a_wording(cls, language: str) -> str:
        known = (AUTO, *languages())
        if language not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return language


class Delivery(Options):
    """Where minutes go besides the folder that they are made in; nowhere by default."""

    folders: tuple[str, ...] = Field(
        (),
        description="folders that get a copy, of each meeting in a folder of its own: Obsidian, a network share; they must exist",
    )
    formats: tuple[Format, ...] = Field((), description="what is copied; everything that is written if empty")
    send_env: tuple[str, ...] = Field(
        (),
        description="names of environment variables, each with an address of Apprise (mailto://..., slack://..., msteams://..., json://...)"
        " that gets the minutes as a message, without the transcript",
    )
