"""A file to which lines are only added. What a crash leaves of it are whole lines, and perhaps a part of the last one."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tasks.files import as_resource_error, open_own


def append(path: Path, lines: Iterable[str]) -> None:
    """Add lines; they are on the disk when this returns. Raises a `ResourceError`, and then none of them is there."""
    data = "".join(f"{line}\n" for line in lines).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(open_own(path, os.O_APPEND), "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            try:
                _write(file.fileno(), data if _ends_whole(file.fileno(), size) else b"\n" + data)
            except OSError:
                with suppress(OSError):
                    file.truncate(size)
                raise
    except OSError as error:
        raise as_resource_error(error, path) from error


class JournalLines(NamedTuple):
    """What a journal holds from some byte on."""

    whole: list[bytes]
    end: int
    """Where the whole lines end, to go on from there the next time."""
    torn: bool
    """Whether a part of a line follows: somebody died while writing it, or writes it just now."""


def read(path: Path, start: int = 0) -> JournalLines:
    """The lines from a byte on; none if there is no such file."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            data = file.read()
    except FileNotFoundError:
        return JournalLines([], start, torn=False)
    whole, _, rest = data.rpartition(b"\n")
    return JournalLines([line for line in whole.split(b"\n") if line], start + len(data) - len(rest), torn=bool(rest))


def _ends_whole(handle: int, size: int) -> bool:
    """False after a crash in the middle of a line: what is added must not become a part of that."""
    return not size or os.pread(handle, 1, size - 1) == b"\n"


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
    os.fsync(handle)
