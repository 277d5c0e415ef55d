"""What was done with the recordings of an output folder: `ledger.json`, by content, with attempts and errors.

It saves hashing unchanged files again and says what not to try again. Nothing in it is needed: without it, or with a
damaged one, the `run.json` files beside it tell what is done.
"""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from flows.finished import Outcome
from flows.folder.fingerprint import Fingerprint, place
from tasks.errors import ResourceError
from tasks.files import displayable, write_atomic
from tasks.path_text import PathText
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.report.manifest import Manifest, read_manifest
from tasks.schema import Model, Status
from tasks.store import digest

FILE_NAME = "ledger.json"
_PERMANENT = ("AudioError", "ConfigError")
"""Errors that the same content and configuration give again."""
_INTERRUPTED = "Interrupted"


def unread_sha256(path: Path) -> str:
    """What stands for the content of a file that could not be read: every failure has an entry."""
    return digest(["unread", displayable(place(path))])


class Entry(Model):
    """How the last attempt at a recording ended."""

    sha256: str
    name: str
    path: PathText | None
    """Where it lay; None if only `run.json` tells of it."""
    status: Status
    at: dt.datetime
    attempts: int = 1
    """Runs in which it was tried with this `work_key`."""
    work_key: str | None = None
    """Hash of the configuration and the sidecar."""
    run_key: str | None = None
    folder: str | None = None
    """Name of the folder with its minutes."""
    duration_s: float | None = None
    error: str | None = None
    error_class: str | None = None
    permanent: bool = False

    @property
    def failed(self) -> bool:
        return self.status is Status.FAILED

    @property
    def interrupted(self) -> bool:
        """It was begun and never ended: the process died, or still works on it."""
        return self.error_class == _INTERRUPTED


class Seen(Model):
    """A file whose content is known as long as it looks the same."""

    path: PathText
    look: Fingerprint
    sha256: str


class Content(Model):
    """The content of `ledger.json`."""

    version: Literal[1] = 1
    recordings: tuple[Entry, ...] = ()
    files: tuple[Seen, ...] = ()


class History:
    """The history of an output folder in memory."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.damaged = False
        content = self._read()
        self.entries = {entry.sha256: entry for entry in content.recordings}
        self._files = {seen.path: seen for seen in content.files}
        for entry in self._untold():
            self.entries[entry.sha256] = entry

    def sha256_of(self, path: Path, fingerprint: Fingerprint | None) -> str | None:
        """The hash of a file that looks as it did when it was read."""
        seen = self._files.get(place(path))
        return seen.sha256 if seen and seen.look == fingerprint else None

    def see(self, path: Path, fingerprint: Fingerprint | None, sha256: str) -> None:
        """Remember the hash of a file."""
        if fingerprint:
            self._files[place(path)] = Seen(path=place(path), look=fingerprint, sha256=sha256)

    def put(self, entry: Entry) -> None:
        """Remember how a recording ended."""
        self.entries[entry.sha256] = entry

    def attempts(self, sha256: str, work_key: str) -> int:
        """In how many runs a content was tried in this way."""
        entry = self.entries.get(sha256)
        return entry.attempts if entry and entry.work_key == work_key else 0

    def forget_gone(self, folder: Path) -> list[Entry]:
        """Drop the files below a folder that are not there any more, and the failures that only they stood for."""
        root = place(folder)
        if not _holds_anything(folder):
            return []  # perhaps a disk that is not mounted today
        gone = [path for path in self._files if Path(path).is_relative_to(root) and _is_gone(path)]
        for path in gone:
            del self._files[path]
        known = {seen.sha256 for seen in self._files.values()}
        dropped = [
            entry
            for entry in self.entries.values()
            if entry.failed and entry.sha256 not in known and entry.path and Path(entry.path).is_relative_to(root)
        ]
        for entry in dropped:
            del self.entries[entry.sha256]
        return dropped

    def save(self) -> None:
        """Write it; it is there whole or not at all."""
        content = Content(recordings=tuple(self.entries.values()), files=tuple(self._files.values()))
        write_atomic(self.out / FILE_NAME, content.model_dump_json(indent=1) + "\n")

    def _read(self) -> Content:
        try:
            return Content.model_validate_json((self.out / FILE_NAME).read_bytes())
        except FileNotFoundError:
            return Content()
        except (OSError, ValidationError):
            self.damaged = True
            return Content()

    def _untold(self) -> Iterator[Entry]:
        """Entries for minutes in the output folder that the history does not know."""
        told = {entry.folder for entry in self.entries.values()}
        for run_file in sorted(self.out.glob(f"*/{RUN_FILE}")):
            folder = run_file.parent
            if folder.name in told or (manifest := read_manifest(folder)) is None:
                continue
            known, found = self.entries.get(manifest.recording.sha256), entry_of_manifest(manifest, folder)
            if known is None or known.at < found.at:
                yield found


def forgive_interrupted(out: Path, since: dt.datetime) -> None:
    """Take back the attempts that began since then and never ended: the process is ended in an orderly way."""
    history = History(out)
    for entry in list(history.entries.values()):
        if entry.interrupted and entry.at >= since:
            history.entries.pop(entry.sha256)
            if entry.attempts > 1:
                history.put(entry.model_copy(update={"attempts": entry.attempts - 1}))
    history.save()


def _holds_anything(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entries)
    except OSError:
        return False


def _is_gone(path: str) -> bool:
    """True only if it is certain: what cannot be looked at for now may still be there."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def entry_of_manifest(manifest: Manifest, folder: Path, path: str | None = None, work_key: str | None = None) -> Entry:
    """What a `run.json` tells."""
    return Entry(
        sha256=manifest.recording.sha256,
        name=manifest.recording.name,
        path=path,
        status=manifest.status,
        at=dt.datetime.fromtimestamp((folder / RUN_FILE).stat().st_mtime, dt.UTC),
        work_key=work_key,
        run_key=manifest.run_key,
        folder=folder.name,
        duration_s=manifest.coverage.duration_ms / 1000,
    )


def entry_of_start(path: Path, sha256: str, work_key: str, attempts: int) -> Entry:
    """What is true of a recording from now on if this process dies: it was tried, and failed."""
    error = ResourceError(
        "the process ended while it worked on this recording (out of memory, killed, or power lost).",
        where=displayable(str(path)),
        fix="If it happens again, choose a smaller model or a smaller audio.max_span_s.",
    )
    return entry_of_failure(Outcome.failure(str(path), error), sha256, work_key, attempts).model_copy(
        update={"error_class": _INTERRUPTED}
    )


def entry_of_failure(outcome: Outcome, sha256: str, work_key: str, attempts: int) -> Entry:
    """What is known of a recording that failed."""
    return Entry(
        sha256=sha256,
        name=outcome.name,
        path=place(outcome.path),
        status=Status.FAILED,
        at=dt.datetime.now(dt.UTC),
        attempts=attempts,
        work_key=work_key,
        error=displayable(outcome.error or ""),
        error_class=outcome.error_class,
        permanent=outcome.error_class in _PERMANENT,
    )
