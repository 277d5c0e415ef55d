"""A meeting as its files show it: with the ids that people know and their corrections, and the text of each file."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError
from tasks.files import displayable
from tasks.language.messages import message
from tasks.report.calendar_file import to_ics
from tasks.report.correct import corrected
from tasks.report.corrections import read_corrections
from tasks.report.exports.formats import NAMES as EXPORTS
from tasks.report.exports.formats import lacking, render_export
from tasks.report.found import FoundMeeting, anchored, folders_of, read_found
from tasks.report.html_page import NAME as PAGE_NAME
from tasks.report.html_page import render_html
from tasks.report.manifest import FILE_NAME
from tasks.report.markdown import TIMELINE, render_markdown
from tasks.report.options import Format, ReportOptions
from tasks.report.playback import COPY_NAME
from tasks.report.register import Register
from tasks.report.review import ReviewItem, ReviewState, review_file, waiting_items
from tasks.report.subtitles import to_srt, to_vtt
from tasks.report.timeline import timeline_svg
from tasks.schema import Minutes, Notice, NoticeKind, Status, Transcript

FILES: dict[Format, tuple[str, ...]] = {
    Format.MD: ("minutes.md", TIMELINE),
    Format.HTML: (PAGE_NAME,),
    Format.JSON: ("minutes.json", "transcript.json"),
    Format.SRT: ("transcript.srt",),
    Format.VTT: ("transcript.vtt",),
    Format.ICS: ("minutes.ics",),
    **{form: (name,) for form, name in EXPORTS.items()},
}
"""The files of each format; the first is the one to open."""


def file_of(form: Format) -> str:
    """The file of a format, or the first of them."""
    return FILES[form][0]


def format_of(name: str) -> Format | None:
    """The format that a file belongs to."""
    return next((form for form, names in FILES.items() if name in names), None)


@dataclass(frozen=True)
class Reported:
    """A meeting as its files show it."""

    minutes: Minutes
    transcript: Transcript
    found: FoundMeeting | None
    """The same before it was corrected; None where there are no corrections."""
    corrections: str | None
    """Their digest."""
    waiting: tuple[ReviewItem, ...] = ()
    """What nobody has answered yet."""
    review: ReviewState | None = None

    def told(self) -> dict[str, Any]:
        """What `run.json` says of it."""
        return {
            "corrections": self.corrections,
            "notices": self.minutes.warnings,
            "status": self.minutes.status,
            "review": self.review,
            "unreviewed": len(self.waiting),
        }


def reported(  # noqa: PLR0913 - what was found, where it lies, and how it is shown
    minutes: Minutes,
    transcript: Transcript,
    folder: Path,
    options: ReportOptions,
    notices: Iterable[Notice] = (),
    *,
    register: Register | None = None,
    expired: bool = False,
) -> Reported:
    """What was found with the ids and states that people know, with their corrections, and with what waits for their review.

    Args:
        register: of all meetings beside this one, as it is known already.
        expired: the time for the review is over.
    """
    known = (register or Register(folder.parent)).with_known_ids(minutes)
    corrections, anchors = read_corrections(folder), {}
    if corrections.digest:
        before = next(filter(None, map(read_found, (folder, *folders_of(folder, minutes.recording.sha256)))), None)
        anchors = anchored(corrections, before)
    content, said = corrected(known, transcript, corrections, anchors)
    waiting = waiting_items(content, said, options.review)
    told = (*notices, *content.warnings[len(known.warnings) :], *_of_review(waiting, folder, options, expired))
    content = content.model_copy(update={"warnings": (*known.warnings, *told)})
    content = content.model_copy(update={"status": _status(content, known)})
    review = _review_state(waiting, waiting_items(known, transcript, options.review), expired)
    kept = corrections.digest or review in (ReviewState.WAITING, ReviewState.EXPIRED)
    found = FoundMeeting(minutes=known, transcript=transcript, anchors=anchors) if kept else None
    return Reported(content, said, found, corrections.digest, waiting, review)


def _status(content: Minutes, known: Minutes) -> Status:
    """How it ended: reviewed minutes have no warning for what was unverified in them before."""
    if content.status not in (Status.COMPLETED, Status.COMPLETED_WITH_WARNINGS):
        return content.status
    warned = any(notice.kind is not NoticeKind.INFO for notice in content.warnings)
    cleared = known.unverified and not content.unverified and content.coverage.complete
    if warned or (content.status is Status.COMPLETED_WITH_WARNINGS and not cleared):
        return Status.COMPLETED_WITH_WARNINGS
    return Status.COMPLETED


def _review_state(waiting: Sequence[ReviewItem], asked: Sequence[ReviewItem], expired: bool) -> ReviewState | None:
    if waiting:
        return ReviewState.EXPIRED if expired else ReviewState.WAITING
    return ReviewState.DONE if asked else None


def _of_review(waiting: Sequence[ReviewItem], folder: Path, options: ReportOptions, expired: bool) -> Iterator[Notice]:
    """That nobody has looked at these minutes yet, or that nobody did in time."""
    if waiting and expired:
        said = message("review_expired", number=len(waiting), days=options.review_days)
        yield Notice.of(NoticeKind.WARNING, "report", said)
    elif waiting:
        where = f"{review_file(folder).parent.name}/{review_file(folder).name}"
        yield Notice.of(NoticeKind.WARNING, "report", message("review_waiting", number=len(waiting), where=where))


def render_files(
    minutes: Minutes, transcript: Transcript, options: ReportOptions, audio: str | None = None
) -> dict[str, str | bytes]:
    """File name -> content, for the chosen formats that this machine can write; `audio` is the address of what the page plays.

    Raises a `ConfigError` for a fault in a template of the user's.
    """
    missing = dict(lacking(options.formats))
    chosen = tuple(name for form in dict.fromkeys(options.formats) if form not in missing for name in FILES[form])
    picture = timeline_svg(transcript, minutes.title)
    names = tuple(name for name in chosen if name != TIMELINE or picture)
    makers: dict[str, Callable[[], str | bytes]] = {
        "minutes.md": lambda: render_markdown(minutes, (*names, FILE_NAME), options.language, options.templates),
        PAGE_NAME: lambda: render_html(minutes, transcript, (*names, FILE_NAME), options.language, audio, own=options.templates),
        "minutes.json": lambda: minutes.model_dump_json(indent=2) + "\n",
        "transcript.json": lambda: transcript.model_dump_json(indent=2) + "\n",
        TIMELINE: lambda: picture,
        "transcript.srt": lambda: to_srt(transcript),
        "transcript.vtt": lambda: to_vtt(transcript),
        "minutes.ics": lambda: to_ics(minutes),
        **{name: partial(render_export, name, minutes, transcript, options) for name in EXPORTS.values()},
    }
    return {name: makers[name]() for name in names}


def reported_files(  # noqa: PLR0913 - what `reported` takes, and what the page plays
    minutes: Minutes,
    transcript: Transcript,
    folder: Path,
    options: ReportOptions,
    notices: Sequence[Notice] = (),
    audio: str | None = None,
    *,
    register: Register,
    expired: bool = False,
) -> tuple[Reported, dict[str, str | bytes]]:
    """A meeting as its files show it, and these files.

    Where a template of the user's fails, ours is taken, and that is said.
    """
    content = reported(minutes, transcript, folder, options, notices, register=register, expired=expired)
    try:
        return content, render_files(content.minutes, content.transcript, options, audio)
    except ConfigError as error:
        failed = Notice.of(
            NoticeKind.FALLBACK, "report", message("own_template_failed", f"{displayable(str(error.where))}: {error.what}")
        )
    ours = options.model_copy(update={"templates": None})
    content = reported(minutes, transcript, folder, options, (*notices, failed), register=register, expired=expired)
    return content, render_files(content.minutes, content.transcript, ours, audio)


def file_names(texts: Iterable[str], audio: str | None) -> tuple[str, ...]:
    """What belongs to a set, `run.json` aside."""
    return (*texts, COPY_NAME) if audio == COPY_NAME else tuple(texts)
