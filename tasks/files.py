"""Files that are whole or not there: written under a temporary name, flushed to disk, renamed."""

import errno
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from slugify import slugify

from tasks.errors import ResourceError

_CHUNK_BYTES = 1 << 20
_NAME_CHARACTERS = 60


def write_atomic(path: Path, text: str) -> Path:
    """Write text so that a reader sees the old file or the whole new one, never a part."""
    data = text.encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    except OSError as error:
        raise as_resource_error(error, path) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise as_resource_error(error, path) from error
    return path


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """One at a time inside the block, by a lock on this file, which ends with its process.

    Where a file system has no locks nobody waits.
    """
    try:
        file = path.open("a")
    except OSError as error:
        raise as_resource_error(error, path) from error
    with file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sha256_of_file(path: Path) -> str:
    """Hex digest of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def folder_name(name: str, sha256: str) -> str:
    """`garden-committee-9f2c41d0`: readable, unique by content, safe on every file system."""
    slug = slugify(name.rpartition(".")[0] or name, max_length=_NAME_CHARACTERS) or "recording"
    return f"{slug}-{sha256[:8]}"


def displayable(path: str) -> str:
    """A path as text that UTF-8 can hold: bytes that are not UTF-8 are shown as escapes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def as_resource_error(error: OSError, path: Path) -> ResourceError:
    """What went wrong while a file was written, and what to do."""
    reason = "the disk is full" if error.errno == errno.ENOSPC else f"cannot be written: {error.strerror}"
    return ResourceError(f"{reason}.", where=displayable(str(path)), fix="Free some space or choose another folder with --out.")
