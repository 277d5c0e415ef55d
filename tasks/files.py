"""Files that are whole or not there: written under a temporary name, flushed to disk, renamed."""

import errno
import fcntl
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from slugify import slugify

from tasks.clean_text import escaped
from tasks.errors import ConfigError, ResourceError

_CHUNK_BYTES = 1 << 20
_NAME_CHARACTERS = 60
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
"""One slash: a path keeps no second one. Of two letters at least, as a drive has one."""


def write_atomic(path: Path, content: str | bytes) -> Path:
    """Write text or bytes so that a reader sees the old file or the whole new one, never a part."""
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".partial-{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:  # made anew, so that no link is followed, with the permissions that umask leaves
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise as_resource_error(error, path) from error
    return path


def open_lock(path: Path) -> IO[str]:
    """A file to lock, made if need be. Raises `OSError` as `open_own` does."""
    return os.fdopen(open_own(path), "r+", encoding="utf-8")


def open_own(path: Path, flags: int = 0) -> int:
    """A file of ours to read and change, made if need be, as a handle.

    Raises `OSError` for a link, whose target is not ours to change, and for what may block.
    """
    flags |= os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags, 0o666)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "is no file", str(path))
    return handle


def require_path(given: str) -> None:
    """Raise a `ConfigError` for the address of something that lies elsewhere: `https://...`, `s3://...`, `file://...`."""
    address = _ADDRESS.match(given)
    if address and not os.path.lexists(given):
        fix = "Name it by its path." if address[1].lower() == "file" else "Download it, and name the file by its path."
        raise ConfigError("is an address, and only what lies on this machine is read.", where=displayable(given), fix=fix)


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """One at a time inside the block, by a lock on this file, which ends with its process.

    Where a file system has no locks nobody waits.
    """
    try:
        file = open_lock(path)
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


def folder_name(name: str, sha256: str, digits: int = 8) -> str:
    """`garden-committee-9f2c41d0`: readable, safe on every file system, and with enough digits unique by content."""
    slug = slugify(name.rpartition(".")[0] or name, max_length=_NAME_CHARACTERS) or "recording"
    return f"{slug}-{sha256[:digits]}"


def displayable(path: str) -> str:
    """A path as text: bytes that are not UTF-8, and characters that are not seen or do something, are shown as escapes."""
    return escaped(path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def as_resource_error(error: OSError, path: Path) -> ResourceError:
    """What went wrong while a file was written, and what to do."""
    where, full = displayable(str(path)), error.errno in _FULL
    if error.errno == errno.ELOOP:
        return ResourceError("is a link, and links are not followed.", where=where, fix="Delete it.")
    reason = "the disk is full" if full else f"cannot be written: {error.strerror}"
    fix = "Free some space or choose another folder with --out."
    return ResourceError(f"{reason}.", where=where, fix=fix, surroundings=full)


def require_room(folder: Path, bytes_needed: float) -> None:
    """Raise if so much cannot be written below a folder, which may not be there yet."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < bytes_needed:
        what = f"the disk has {free >> 20} MB free, and {round(bytes_needed) >> 20} MB are needed."
        fix = "Free some space or choose another folder with --out."
        raise ResourceError(what, where=displayable(str(folder)), fix=fix, surroundings=True)
