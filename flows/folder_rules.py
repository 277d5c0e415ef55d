"""Which files of a folder are recordings, and why the others are left alone.

Input: a folder. Output: the recordings and the skipped entries with their reasons. Nothing is written, no link is followed,
and no file is opened that could block or be fetched from somewhere else.
"""

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tasks.audio.formats import SUFFIXES, choose_recordings
from tasks.path_text import PathText
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.schema import Model

_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".!ut")
_TEMPORARY = (".tmp", ".temp", ".bak", "~")
_STUBS = (".icloud", ".nextcloud", ".owncloud")
_SIDECARS = (".meta.yaml", ".meta.yml", ".meta.json")
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


class Scan(NamedTuple):
    """What a folder holds."""

    recordings: list[Path]
    skipped: list[Skipped]


def scan(folder: Path, *, recursive: bool = False) -> Scan:
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
                inner = scan(path, recursive=True)
                below = Scan([*below.recordings, *inner.recordings], [*below.skipped, *inner.skipped])
        elif skipped is None:
            files.append(path)
        below.skipped.extend([skipped] if skipped else [])
    recordings = choose_recordings(files)
    return Scan([*recordings, *below.recordings], [*below.skipped, *_beside(files, recordings)])


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
    if name.endswith(_SIDECARS):
        return Skipped(path=str(path), reason="describes a recording", expected=True)
    if path.suffix.lower() not in SUFFIXES:
        return Skipped(path=str(path), reason="is no audio, video or captions by its name", expected=True)
    return None


def _skipped_by_content(path: Path, facts: os.stat_result) -> Skipped | None:
    if getattr(facts, "st_flags", 0) & _DATALESS:
        return Skipped(path=str(path), reason=_IN_THE_CLOUD)
    try:
        with path.open("rb", buffering=0) as file:
            empty = facts.st_size > 0 and facts.st_blocks == 0 and _has_no_data(file.fileno())
    except OSError as error:
        return Skipped(path=str(path), reason=f"cannot be read: {error.strerror}")
    return Skipped(path=str(path), reason=_IN_THE_CLOUD) if empty else None


def _has_no_data(handle: int) -> bool:
    """True for a file that is one hole. File systems that count no blocks at all say that there is data."""
    try:
        os.lseek(handle, 0, os.SEEK_DATA)
    except OSError:
        return True
    return False


def _skipped_folder(path: Path, recursive: bool) -> Skipped | None:
    if (path / RUN_FILE).is_file():
        return Skipped(path=str(path), reason="holds minutes of an earlier run", expected=True)
    if not recursive:
        return Skipped(path=str(path), reason="is a folder; folder.recursive: true looks inside", expected=True)
    return None


def _beside(files: Iterable[Path], recordings: Iterable[Path]) -> list[Skipped]:
    left = sorted(set(files) - set(recordings))
    return [Skipped(path=str(path), reason="holds captions of a file that is taken", expected=True) for path in left]
