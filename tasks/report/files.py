"""The files of one meeting: rendered from minutes and transcript with the corrections of people in them, written as one set.

An old set stays until the new one is rendered; then `run.json` goes first and comes back last.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError
from tasks.files import displayable, write_atomic
from tasks.language.messages import message
from tasks.language.wording import wording_for
from tasks.report.answers import apply_answers, read_answers
from tasks.report.calendar_file import to_ics
from tasks.report.correct import corrected
from tasks.report.corrections import FILE_NAME as CORRECTIONS
from tasks.report.corrections import read_corrections
from tasks.report.exports.formats import NAMES as EXPORTS
from tasks.report.exports.formats import export_notices, lacking, render_export
from tasks.report.found import FILE_NAME as FOUND
from tasks.report.found import FoundMeeting, anchored, folders_of, read_found
from tasks.report.html_page import NAME as PAGE_NAME
from tasks.report.html_page import render_html
from tasks.report.manifest import FILE_NAME, Manifest, read_manifest
from tasks.report.markdown import TIMELINE, render_markdown
from tasks.report.options import Format, ReportOptions, Review
from tasks.report.playback import COPY_NAME
from tasks.report.register import Register
from tasks.report.review import FOLDER as REVIEW
from tasks.report.review import ReviewItem, ReviewState, review_file, waiting_items, write_review
from tasks.report.subtitles import to_srt, to_vtt
from tasks.report.timeline import timeline_svg
from tasks.schema import Message, Minutes, Notice, NoticeKind, Status, Transcript
from tasks.strict_yaml import read_small, reason_of

_FILES = {
    Format.MD: ("minutes.md", TIMELINE),
    Format.HTML: (PAGE_NAME,),
    Format.JSON: ("minutes.json", "transcript.json"),
    Format.SRT: ("transcript.srt",),
    Format.VTT: ("transcript.vtt",),
    Format.ICS: ("minutes.ics",),
    **{form: (name,) for form, name in EXPORTS.items()},
}


def file_of(form: Format) -> str:
    """The file of a format, or the first of them."""
    return _FILES[form][0]


def format_of(name: str) -> Format | None:
    """The format that a file belongs to."""
    return next((form for form, names in _FILES.items() if name in names), None)


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


def take_over_corrections(folder: Path, sha256: str) -> None:
    """Give a recording that was renamed the corrections that people wrote for it under its old name."""
    if (folder / CORRECTIONS).exists():
        return
    for other in folders_of(folder, sha256):
        if (other / CORRECTIONS).is_file():
            write_atomic(folder / CORRECTIONS, (other / CORRECTIONS).read_bytes().decode("utf-8", "replace"))
            return


def render_files(
    minutes: Minutes, transcript: Transcript, options: ReportOptions, audio: str | None = None
) -> dict[str, str | bytes]:
    """File name -> content, for the chosen formats that this machine can write; `audio` is the address of what the page plays.

    Raises a `ConfigError` for a fault in a template of the user's.
    """
    missing = dict(lacking(options.formats))
    chosen = tuple(name for form in dict.fromkeys(options.formats) if form not in missing for name in _FILES[form])
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


def write_files(  # noqa: PLR0913, PLR0917 - a set, and what it is written into
    folder: Path,
    content: Reported,
    texts: Mapping[str, str | bytes],
    manifest: Manifest,
    options: ReportOptions,
    seen: bytes | None,
    register: Register,
) -> Path:
    """Write a set, put its items into the register of all meetings, and what waits for review into its file.

    `run.json` is last, and returned. `seen` is what the file of the review held when its answers were read.
    """
    ours = (*(name for names in _FILES.values() for name in names), COPY_NAME)
    for stale in (FILE_NAME, *(name for name in ours if name not in manifest.files)):
        (folder / stale).unlink(missing_ok=True)
    if content.found:
        write_atomic(folder / FOUND, content.found.model_dump_json() + "\n")
    for name, text in texts.items():
        write_atomic(folder / name, text)
    if not content.found:
        (folder / FOUND).unlink(missing_ok=True)
    register.update(content.minutes, folder)
    waiting = () if content.review is ReviewState.EXPIRED else content.waiting
    write_review(folder, waiting, content.minutes, wording_for(options.language, content.minutes.language), seen)
    return write_atomic(folder / FILE_NAME, manifest.model_dump_json(indent=2) + "\n")


def take_answers(folder: Path) -> tuple[bytes | None, tuple[Message, ...]]:
    """Make corrections of the answers in the file of a review.

    Returns what the file held, None if it must stay as it is, and what in it cannot be used.
    """
    try:
        seen = read_small(review_file(folder))
    except FileNotFoundError:
        return None, ()
    except (OSError, ValueError) as error:
        return None, (message("review_unreadable", reason_of(error)),)
    answers, problems = read_answers(seen)
    content = as_reported(folder, ReportOptions(review=Review.ALWAYS))  # whatever was asked when the file was written
    if content is None:
        return None, problems
    problems += apply_answers(folder, answers, content.waiting)
    return None if problems else seen, problems


def as_reported(folder: Path, options: ReportOptions) -> Reported | None:
    """A meeting as its files show it, with corrections that came since; None if the folder does not say how it was found."""
    found = read_found(folder)
    return reported(found.minutes, found.transcript, folder, options) if found else None


def waiting_in(folder: Path) -> Reported | None:
    """A meeting of which something waits for review; None if nothing does."""
    manifest = read_manifest(folder)
    if manifest is None or manifest.review is not ReviewState.WAITING:
        return None
    content = as_reported(folder, ReportOptions.model_validate(manifest.config["report"]))
    return content if content and content.waiting else None


def review_ends(folder: Path, manifest: Manifest) -> dt.datetime:
    """When minutes that nobody reviews stand as they are."""
    since = manifest.finished_at or dt.datetime.fromtimestamp((folder / FILE_NAME).stat().st_mtime, dt.UTC)
    return since + dt.timedelta(days=ReportOptions.model_validate(manifest.config["report"]).review_days)


def settle_files(out: Path) -> tuple[str, ...]:
    """Bring what people wrote since, answers, corrections and states, into the files. What is in the way, a sentence each."""
    written = {path.parent for name in (CORRECTIONS, FOUND) for path in out.glob(f"*/{name}")}
    reviewed = {out / path.stem for path in (out / REVIEW).glob("*.yaml")}
    problems = (problem for folder in sorted(written | reviewed) for problem in apply_corrections(folder))
    return (*problems, *Register(out).settle())


def apply_corrections(folder: Path) -> tuple[str, ...]:
    """Write the files of one meeting anew if people corrected or answered something. What is in the way, a sentence each.

    A review that nobody answered in time ends here too.
    """
    manifest = read_manifest(folder)
    if manifest is None:  # they are being written, or were taken away
        return ()
    seen, wrong = take_answers(folder)
    problems = tuple(f"{displayable(str(review_file(folder)))}: {each}" for each in wrong)
    options = ReportOptions.model_validate(manifest.config["report"])
    over = dt.datetime.now(dt.UTC) > review_ends(folder, manifest)
    late = manifest.review is ReviewState.WAITING and over and not wrong
    if manifest.corrections == read_corrections(folder).digest and not late:
        return problems
    found = read_found(folder)
    if found is None:
        waits = (
            f"{displayable(str(folder / CORRECTIONS))}: waits for the next run of its recording: without minutes.json and"
            " transcript.json (report.formats: json) the minutes cannot be written anew."
        )
        return (*problems, waits)
    expired = late or manifest.review is ReviewState.EXPIRED
    notices = export_notices(options, found.minutes, found.transcript)
    audio, register = manifest.page_audio, Register(folder.parent)
    content, texts = reported_files(
        found.minutes, found.transcript, folder, options, notices, audio, register=register, expired=expired
    )
    update = {**content.told(), "files": file_names(texts, audio)}
    write_files(folder, content, texts, manifest.model_copy(update=update), options, seen, register)
    return problems
