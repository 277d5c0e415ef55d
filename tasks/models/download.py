"""A file from a server: whole, with the right hash, or not at all. What an earlier attempt brought is kept and continued."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from tasks.errors import DependencyError, ResourceError
from tasks.models.catalogue import Listed

Progress = Callable[[int, int], None]
"""Is told how many bytes are there, and how many there will be (0: unknown)."""
AGAIN = "Run `minutes models pull` again: it goes on where it stopped."
TIMEOUT_S = 30.0
UNREACHABLE = (httpx.ConnectError, httpx.ConnectTimeout)
SPACE = "Free some space, or put the cache on another disk (docs/models.md), and pull again."
_ATTEMPTS = 3
_PIECE_BYTES = 1 << 16


def require_online(where: str) -> None:
    """Raise a `DependencyError` if the environment forbids to ask anybody."""
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        what = "is not on this machine, and HF_HUB_OFFLINE is set."
        raise DependencyError(what, where=where, fix="Unset HF_HUB_OFFLINE and pull again.")


def is_as_listed(path: Path, listed: Listed) -> bool:
    """Whether a file has the size and the hash that its publisher lists."""
    size = path.stat().st_size
    if listed.size not in (0, size):
        return False
    digest = hashlib.sha256() if listed.sha256 else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest() == listed.digest


def download(
    url: str, target: Path, listed: Listed, where: str, progress: Progress, headers: Mapping[str, str] | None = None
) -> Path:
    """The file at `target`, which appears when it is whole and right.

    Args:
        listed: its size (0: unknown) and hash.
        where: what it is, for messages.

    Raises:
        httpx.HTTPStatusError: the server refused.
        httpx.TransportError: it cannot be reached (`UNREACHABLE`).
        DependencyError: it broke off again and again, or sent something else.
        ResourceError: the disk is full, or cannot be written.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        _fetch(url, partial, listed, where, progress, dict(headers or {}))
        if not is_as_listed(partial, listed):
            partial.unlink()
            raise DependencyError(
                "what arrived has another hash than its publisher gives out, and was deleted.",
                where=where,
                fix="Pull again; if this repeats, a mirror or proxy alters files.",
            )
        partial.replace(target)
    except OSError as error:
        raise disk_error(error, where) from error
    return target


def require_space(folder: Path, needed_bytes: int, where: str) -> None:
    """Raise a `ResourceError` if the disk of a folder cannot hold so much more."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    if (free := shutil.disk_usage(there).free) < needed_bytes:
        what = f"needs {needed_bytes / 1e6:.0f} MB while it is fetched, and {free / 1e6:.0f} MB are free."
        raise ResourceError(what, where=where, fix=SPACE)


def disk_error(error: OSError, where: str) -> ResourceError:
    """What went wrong while a model was written, and what to do."""
    reason = "the disk is full" if error.errno == errno.ENOSPC else f"cannot be written: {error.strerror}"
    return ResourceError(f"{reason}.", where=where, fix=SPACE)


def _fetch(url: str, partial: Path, listed: Listed, where: str, progress: Progress, headers: dict[str, str]) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _continue(url, partial, listed, progress, headers)
        except (httpx.TransportError, httpx.DecodingError) as error:
            if attempt < _ATTEMPTS:
                continue
            if isinstance(error, UNREACHABLE):
                raise
            there = partial.stat().st_size / 1e6 if partial.exists() else 0.0
            raise DependencyError(f"the download broke off after {there:.1f} MB.", where=where, fix=AGAIN) from error


def _continue(url: str, partial: Path, listed: Listed, progress: Progress, headers: dict[str, str]) -> None:
    """Fetch the bytes that are missing; all of them from a server that cannot begin in the middle."""
    there = partial.stat().st_size if partial.exists() else 0
    if there and there == listed.size:
        return
    if there:
        headers = headers | {"Range": f"bytes={there}-"}
    with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # nothing is missing
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            there = 0
        total = listed.size or there + int(response.headers.get("Content-Length", 0))
        with partial.open("ab" if there else "wb") as file:
            for piece in response.iter_raw(_PIECE_BYTES):
                there += file.write(piece)
                if listed.size and there > listed.size:
                    return  # what is too long is wrong, however long it is
                progress(there, total)
            file.flush()
            os.fsync(file.fileno())
