"""The one way in which a file that others put there is opened: a regular file, no link, nothing that could block."""

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from tasks.errors import AudioError, MinutesError, ResourceError
from tasks.files import displayable

LONGEST_S = 48 * 3600.0
"""No meeting is longer; chosen by hand. What claims to be is damaged, or made to fill a disk."""
_CHUNK_BYTES = 1 << 20
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
"""What a system lacks of these it has no need of."""


def open_source(path: Path) -> BinaryIO:
    """The open file, unbuffered. What was looked at before may have been exchanged since: only this look counts.

    Raises:
        AudioError: it is no regular file, or cannot be opened by this user.
        ResourceError: the disk is at fault.
    """
    try:
        file = open(path, "rb", buffering=0, opener=lambda name, flags: os.open(name, flags | _FLAGS))  # noqa: SIM115
    except OSError as error:
        raise as_source_error(error, path) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise AudioError("is not a file.", where=displayable(str(path)), fix="For a folder use: minutes batch FOLDER")
    return file


def as_source_error(error: OSError, path: Path) -> MinutesError:
    """Why a source cannot be read."""
    where = displayable(str(path))
    if path.is_symlink():
        return AudioError("is a link, and links are not followed.", where=where, fix="Name the file that it leads to.")
    if isinstance(error, FileNotFoundError):
        return AudioError("was taken away.", where=where, fix="Put it back and run it again.")
    if isinstance(error, PermissionError):
        return AudioError("cannot be read: permission denied.", where=where, fix="Let this user read it.")
    if path.exists() and not path.is_file():
        return AudioError("is not a file.", where=where, fix="For a folder use: minutes batch FOLDER")
    fix = "Check the disk; the next run tries it again."
    return ResourceError(f"could not be read ({error.strerror}).", where=where, fix=fix)


def require_bearable(length_s: float, path: Path | str) -> None:
    """Raise for a recording, or captions, of a length that no meeting has."""
    if length_s > LONGEST_S:
        what = f"is longer than {LONGEST_S / 3600:.0f} hours."
        raise AudioError(what, where=displayable(str(path)), fix="Cut it into meetings, or export it again.")


def sha256_of_source(path: Path) -> str:
    """Hex digest of a source's bytes, read in pieces."""
    digest = hashlib.sha256()
    with open_source(path) as file:
        try:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        except OSError as error:
            raise as_source_error(error, path) from error
    return digest.hexdigest()
