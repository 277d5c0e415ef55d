"""The files of one meeting: rendered from minutes and transcript with the corrections of people in them, written as one set.

An old set stays until the new one is rendered; then `run.json` goes first and comes back last.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tasks.files import displayable, write_atomic
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
from tasks.report.options import Format, ReportOptions
from tasks.report.playback import COPY_NAME
from tasks.report.register import settle_register, update_register, with_known_ids
from tasks.report.subtitles import to_srt, to_vtt
from tasks.report.timeline import timeline_svg
from tasks.schema import Minutes, Notice, NoticeKind, Status, Transcript

_FILES = {
    Format.MD: ("minutes.md", TIMELINE),
    Format.HTML: (PAGE_NAME,),
    Format.JSON: ("minutes.json", "transcript.json"),
    Format.SRT: ("transcript.srt",),
    Format.VTT: ("transcript.vtt",),
    Format.ICS: ("minutes.ics",),
    **{form: (name,) for form, name in EXPORTS.items()},
}


@dataclass(frozen=True)
class Reported:
    """A meeting as its files show it."""

    minutes: Minutes
    transcript: Transcript
    found: FoundMeeting | None
    """The same before it was corrected; None where there are no corrections."""
    corrections: str | None
    """Their digest."""


def reported(minutes: Minutes, transcript: Transcript, folder: Path, notices: Iterable[Notice] = ()) -> Reported:
    """What was found with the ids and states that people know, and with their corrections."""
    known = with_known_ids(minutes, folder.parent)
    corrections, anchors = read_corrections(folder), {}
    if corrections.digest:
        before = next(filter(None, map(read_found, (folder, *folders_of(folder, minutes.recording.sha256)))), None)
        anchors = anchored(corrections, before)
    content, said = corrected(known, transcript, corrections, anchors)
    told = (*notices, *content.warnings[len(known.warnings) :])
    warned = any(notice.kind is not NoticeKind.INFO for notice in told)
    status = Status.COMPLETED_WITH_WARNINGS if warned and content.status is Status.COMPLETED else content.status
    content = content.model_copy(update={"warnings": (*known.warnings, *told), "status": status})
    found = FoundMeeting(minutes=known, transcript=transcript, anchors=anchors) if corrections.digest else None
    return Reported(content, said, found, corrections.digest)


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
    """File name -> content, for the chosen formats that this machine can write; `audio` is the address of what the page plays."""
    missing = dict(lacking(options.formats))
    chosen = tuple(name for form in dict.fromkeys(options.formats) if form not in missing for name in _FILES[form])
    picture = timeline_svg(transcript, minutes.title)
    names = tuple(name for name in chosen if name != TIMELINE or picture)
    makers: dict[str, Callable[[], str | bytes]] = {
        "minutes.md": lambda: render_markdown(minutes, (*names, FILE_NAME), options.language),
        PAGE_NAME: lambda: render_html(minutes, transcript, (*names, FILE_NAME), options.language, audio),
        "minutes.json": lambda: minutes.model_dump_json(indent=2) + "\n",
        "transcript.json": lambda: transcript.model_dump_json(indent=2) + "\n",
        TIMELINE: lambda: picture,
        "transcript.srt": lambda: to_srt(transcript),
        "transcript.vtt": lambda: to_vtt(transcript),
        "minutes.ics": lambda: to_ics(minutes),
        **{name: partial(render_export, name, minutes, transcript, options) for name in EXPORTS.values()},
    }
    return {name: makers[name]() for name in names}


def file_names(texts: Iterable[str], audio: str | None) -> tuple[str, ...]:
    """What belongs to a set, `run.json` aside."""
    return (*texts, COPY_NAME) if audio == COPY_NAME else tuple(texts)


def write_files(folder: Path, content: Reported, texts: Mapping[str, str | bytes], manifest: Manifest) -> Path:
    """Write a set and put its items into the register of all meetings; `run.json` is last, and returned."""
    ours = (*(name for names in _FILES.values() for name in names), COPY_NAME)
    for stale in (FILE_NAME, *(name for name in ours if name not in manifest.files)):
        (folder / stale).unlink(missing_ok=True)
    if content.found:
        write_atomic(folder / FOUND, content.found.model_dump_json() + "\n")
    for name, text in texts.items():
        write_atomic(folder / name, text)
    if not content.found:
        (folder / FOUND).unlink(missing_ok=True)
    update_register(content.minutes, folder)
    return write_atomic(folder / FILE_NAME, manifest.model_dump_json(indent=2) + "\n")


def settle_files(out: Path) -> tuple[str, ...]:
    """Bring what people wrote since, corrections and states, into minutes and register. What is in the way, a sentence each."""
    return (*settle_corrections(out), *settle_register(out))


def settle_corrections(out: Path) -> tuple[str, ...]:
    """Bring corrections that people wrote since into the files of their meetings. What is in the way, a sentence each."""
    folders = {path.parent for name in (CORRECTIONS, FOUND) for path in out.glob(f"*/{name}")}
    return tuple(problem for folder in sorted(folders) if (problem := apply_corrections(folder)))


def apply_corrections(folder: Path) -> str | None:
    """Write the files of one meeting anew if its corrections changed; the reason if they cannot be."""
    manifest = read_manifest(folder)
    if manifest is None or manifest.corrections == read_corrections(folder).digest:
        return None
    found = read_found(folder)
    if found is None:
        return (
            f"{displayable(str(folder / CORRECTIONS))}: waits for the next run of its recording: without minutes.json and"
            " transcript.json (report.formats: json) the minutes cannot be written anew."
        )
    options = ReportOptions.model_validate(manifest.config["report"])
    content = reported(found.minutes, found.transcript, folder, export_notices(options, found.minutes, found.transcript))
    texts = render_files(content.minutes, content.transcript, options, manifest.page_audio)
    update = {
        "corrections": content.corrections,
        "notices": content.minutes.warnings,
        "status": content.minutes.status,
        "files": file_names(texts, manifest.page_audio),
    }
    write_files(folder, content, texts, manifest.model_copy(update=update))
    return None
