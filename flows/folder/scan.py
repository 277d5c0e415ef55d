"""Which files of a folder are recordings, and why the others are left alone.

Input: a folder. Output: the recordings and the skipped entries with their reasons. Nothing is written, no link is followed,
and no file is opened that could block or be fetched from somewhere else.
"""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tasks.audio.formats import SUFFIXES, TS_PACKET, captions_beside, choose_recordings, is_other_ts
from tasks.audio.parts import find_meetings
from tasks.audio.sidecar import SIDECAR_SUFFIXES
from tasks.errors import MinutesError
from tasks.evaluation.references import is_reference
from tasks.files import displayable
from tasks.folder_options import FolderOptions
from tasks.path_text import PathText
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.schema import Model
from tasks.source_file import open_source

_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".!ut")
_TEMPORARY = (".tmp", ".temp", ".bak", "~")
_STUBS = (".icloud", ".nextcloud", ".owncloud")
_KINDS = {
    stat.S_IFLNK: "is a link; links are not followed",
    stat.S_IFIFO: "is a pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFBLK: "is a device, not a file",
    stat.S_IFCHR: "is a device, not a file",
}
_IN_THE_CLOUD = "is only a placeholder for a file in the cloud; make it available on this machine"
_DATALESS = 0x40000000
"""macOS marks files with it whose content is in the cloud."""


class Skipped(Model):
    """An entry of a folder that is left alone."""

    path: PathText
    reason: str
    expected: bool = False
    """True where nobody waits for minutes: hidden files, documents, captions beside their recording."""
    part_of: PathText | None = None
    """The first part of the meeting that this file is another part of."""


class Joined(NamedTuple):
    """Which recordings came in several files."""

    meetings: Mapping[Path, tuple[Path, ...]] = MappingProxyType({})
    """First part -> all parts of the meeting, in order."""
    apart: Mapping[Path, str] = MappingProxyType({})
    """File that looks like a part -> why it is a recording of its own."""


class Scan(NamedTuple):
    """What a folder holds."""

    recordings: list[Path]
    """For a meeting in several files the first of them."""
    skipped: list[Skipped]
    joined: Joined = Joined()


def scan(folder: Path, *, recursive: bool = False, join_parts: bool = False) -> Scan:
    """The recordings of a folder in order, and the reason for every other entry."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names, and whatever their bytes
    except OSError as error:
        return Scan([], [Skipped(path=str(folder), reason=f"cannot be listed: {error.strerror}")])
    files: list[Path] = []
    below = Scan([], [])
    for path in (folder / name for name in names):
        skipped = _skipped(path)
        if skipped is None and path.is_dir():
            skipped = _skipped_folder(path, recursive)
            if skipped is None:
                below = _both(below, scan(path, recursive=True, join_parts=join_parts))
        elif skipped is None:
            files.append(path)
        below.skipped.extend([skipped] if skipped else [])
    recordings = choose_recordings(files)
    own = _joined(Scan(recordings, [])) if join_parts else Scan(recordings, [])
    return _both(own, Scan(below.recordings, [*below.skipped, *_beside(files)], below.joined))


def joined_among(paths: Iterable[Path], options: FolderOptions) -> Joined:
    """The meetings in the folders of these recordings that came in several files; none unless the configuration joins them."""
    found = Scan([], [])
    for folder in dict.fromkeys(path.parent for path in paths if options.join_parts):
        found = _both(found, scan(folder, join_parts=True))
    return found.joined


def _both(first: Scan, second: Scan) -> Scan:
    return Scan(
        [*first.recordings, *second.recordings],
        [*first.skipped, *second.skipped],
        Joined(
            {**first.joined.meetings, **second.joined.meetings},
            {**first.joined.apart, **second.joined.apart},
        ),
    )


def _joined(found: Scan) -> Scan:
    """The same with the parts of a meeting as one recording."""
    series = find_meetings(found.recordings)
    later = [_later_part(meeting, number) for meeting in series.meetings for number in range(2, len(meeting) + 1)]
    gone = {Path(part.path) for part in later}
    recordings = [path for path in found.recordings if path not in gone]
    return Scan(recordings, [*found.skipped, *later], Joined({meeting[0]: meeting for meeting in series.meetings}, series.apart))


def _later_part(meeting: Sequence[Path], number: int) -> Skipped:
    reason = f"is part {number} of {len(meeting)} of the meeting that begins with '{displayable(meeting[0].name)}'"
    return Skipped(path=str(meeting[number - 1]), reason=reason, expected=True, part_of=str(meeting[0]))


def _skipped(path: Path) -> Skipped | None:
    """Why an entry is left alone, or None."""
    name = path.name.lower()
    if name.endswith(_STUBS):
        return Skipped(path=str(path), reason=_IN_THE_CLOUD)
    if name.startswith("."):
        return Skipped(path=str(path), reason="is hidden", expected=True)
    try:
        facts = path.lstat()
    except OSError as error:
        return Skipped(path=str(path), reason=f"cannot be looked at: {error.strerror}")
    if kind := _KINDS.get(stat.S_IFMT(facts.st_mode)):
        return Skipped(path=str(path), reason=kind)
    if stat.S_ISDIR(facts.st_mode):
        return None
    return _skipped_by_name(path, name) or _skipped_by_content(path, facts)


def _skipped_by_name(path: Path, name: str) -> Skipped | None:
    if name.endswith(_PARTIAL):
        return Skipped(path=str(path), reason="is a download that has not ended")
    if name.startswith("~$") or name.endswith(_TEMPORARY):
        return Skipped(path=str(path), reason="is a temporary file")
    if name.endswith(SIDECAR_SUFFIXES):
        return Skipped(path=str(path), reason="describes a recording", expected=True)
    if is_reference(name):
        return Skipped(path=str(path), reason="is a reference to measure a recording by", expected=True)
    if path.suffix.lower() not in SUFFIXES:
        return Skipped(path=str(path), reason="is no audio, video or captions by its name", expected=True)
    return None


def _skipped_by_content(path: Path, facts: os.stat_result) -> Skipped | None:
    if getattr(facts, "st_flags", 0) & _DATALESS:
        return Skipped(path=str(path), reason=_IN_THE_CLOUD)
    try:
        with open_source(path) as file:
            if facts.st_size > 0 and facts.st_blocks == 0 and _has_no_data(file.fileno()):
                return Skipped(path=str(path), reason=_IN_THE_CLOUD)
            if is_other_ts(path.name, file.read(TS_PACKET + 1) if path.suffix.lower() == ".ts" else b""):
                return Skipped(path=str(path), reason="is called .ts, but is no video", expected=True)
    except MinutesError as error:
        return Skipped(path=str(path), reason=error.what.rstrip("."))
    except OSError as error:
        return Skipped(path=str(path), reason=f"cannot be read: {error.strerror}")
    return None


def _has_no_data(handle: int) -> bool:
    """True for a file that is one hole. File systems that count no blocks at all say that there is data."""
    try:
        os.lseek(handle, 0, os.SEEK_DATA)
    except OSError:
        return True
    return False


def _skipped_folder(path: Path, recursive: bool) -> Skipped | None:
    if os.path.isfile(path / RUN_FILE):  # noqa: PTH113 - `Path.is_file` raises in a folder that may not be entered
        return Skipped(path=str(path), reason="holds minutes of an earlier run", expected=True)
    if not recursive:
        return Skipped(path=str(path), reason="is a folder; folder.recursive: true looks inside", expected=True)
    return None


def _beside(files: Iterable[Path]) -> list[Skipped]:
    return [
        Skipped(path=str(path), reason=f"holds captions of a file that is taken: '{displayable(taken.name)}'", expected=True)
        for path, taken in sorted(captions_beside(files).items())
    ]
