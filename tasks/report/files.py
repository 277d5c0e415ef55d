"""The files of one meeting, written as one set, and brought up to date when people correct or answer something.

An old set stays until the new one is rendered; then `run.json` goes first and comes back last.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from tasks.files import displayable, write_atomic
from tasks.language.messages import message
from tasks.language.wording import wording_for
from tasks.report.answers import apply_answers, read_answers
from tasks.report.corrections import FILE_NAME as CORRECTIONS
from tasks.report.corrections import read_corrections
from tasks.report.exports.formats import export_notices
from tasks.report.found import FILE_NAME as FOUND
from tasks.report.found import folders_of, read_found
from tasks.report.manifest import FILE_NAME, Manifest, read_manifest
from tasks.report.options import ReportOptions, Review
from tasks.report.playback import COPY_NAME
from tasks.report.register import Register
from tasks.report.rendering import FILES, Reported, file_names, reported, reported_files
from tasks.report.review import FOLDER as REVIEW
from tasks.report.review import ReviewState, review_file, write_review
from tasks.schema import Message
from tasks.strict_yaml import read_small, reason_of


def take_over_corrections(folder: Path, sha256: str) -> None:
    """Give a recording that was renamed the corrections that people wrote for it under its old name."""
    if (folder / CORRECTIONS).exists():
        return
    for other in folders_of(folder, sha256):
        if (other / CORRECTIONS).is_file():
            write_atomic(folder / CORRECTIONS, (other / CORRECTIONS).read_bytes().decode("utf-8", "replace"))
            return


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
    ours = (*(name for names in FILES.values() for name in names), COPY_NAME)
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
