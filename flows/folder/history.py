"""What was done with the recordings of an output folder, by content, with attempts and errors, as the ledger keeps it.

It saves hashing unchanged files again and says what not to try again. Nothing in it is needed: without it, or with a
damaged one, the `run.json` files beside it tell what is done.
"""

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from flows.finished import Outcome
from flows.folder.fingerprint import Fingerprint, place
from flows.folder.ledger import FILE_NAME, INTERRUPTED, JOURNAL_NAME, Entry, FolderLedger, Seen
from tasks.errors import ResourceError
from tasks.files import displayable
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.report.manifest import Manifest, read_manifest
from tasks.schema import Status
from tasks.store import digest

_PERMANENT = ("AudioError", "ConfigError")
"""Errors that the same content and configuration give again."""
_SHORT = 8
"""Digits of a hash that the name of every folder ends with."""


def unread_sha256(path: Path) -> str:
    """What stands for the content of a file that could not be read: every failure has an entry."""
    return digest(["unread", displayable(place(path))])


class History:
    """The history of an output folder in memory."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._ledger = FolderLedger(out)
        self._folders = [path.parent for path in sorted(out.glob(f"*/{RUN_FILE}"))]
        self._by_hash = defaultdict[str, list[str]](list)
        for folder in self._folders:
            self._by_hash[folder.name.rpartition("-")[2][:_SHORT]].append(folder.name)
        for entry in self._untold():
            self.put(entry)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What is known of each content."""
        return self._ledger.entries

    @property
    def problem(self) -> str | None:
        """What of the ledger was lost, and what it costs."""
        where = displayable(str(self.out))
        if self._ledger.damaged:
            return f"{where}/{FILE_NAME} was damaged; what is done is known from the run.json files"
        if self._ledger.torn:
            return f"{where}/{JOURNAL_NAME} ends in the middle of a line, at which a run was killed; the line is left out"
        return None

    def sha256_of(self, path: Path, fingerprint: Fingerprint | None) -> str | None:
        """The hash of a file that looks as it did when it was read."""
        seen = self._ledger.files.get(place(path))
        return seen.sha256 if seen and seen.look == fingerprint else None

    def folders_of(self, sha256: str) -> Sequence[str]:
        """The names of folders with minutes that may be of this content, by the beginning of its hash."""
        return self._by_hash.get(sha256[:_SHORT], ())

    def see(self, path: Path, fingerprint: Fingerprint | None, sha256: str) -> None:
        """Remember the hash of a file."""
        if fingerprint:
            self._ledger.see(place(path), Seen(path=place(path), look=fingerprint, sha256=sha256))

    def put(self, entry: Entry) -> None:
        """Remember how a recording ended."""
        self._ledger.put(entry.sha256, entry)

    def drop(self, sha256: str) -> None:
        """Forget a content."""
        self._ledger.put(sha256, None)

    def attempts(self, sha256: str, work_key: str) -> int:
        """In how many runs a content was tried in this way."""
        entry = self.entries.get(sha256)
        return entry.attempts if entry and entry.work_key == work_key else 0

    def forget_gone(self, folder: Path) -> list[Entry]:
        """Drop the files below a folder that are not there any more, and the failures that only they stood for."""
        root = place(folder)
        if not _holds_anything(folder):
            return []  # perhaps a disk that is not mounted today
        gone = [path for path in self._ledger.files if Path(path).is_relative_to(root) and _is_gone(path)]
        for path in gone:
            self._ledger.see(path, None)
        known = {seen.sha256 for seen in self._ledger.files.values()}
        dropped = [
            entry
            for entry in self.entries.values()
            if entry.failed and entry.sha256 not in known and entry.path and Path(entry.path).is_relative_to(root)
        ]
        for entry in dropped:
            self.drop(entry.sha256)
        return dropped

    def save(self) -> None:
        """Write down what changed."""
        self._ledger.save()

    def compact(self) -> None:
        """Write it as one file: for who holds the folder's lock."""
        self._ledger.compact()

    def _untold(self) -> Iterator[Entry]:
        """Entries for minutes in the output folder that the history does not know."""
        told = {entry.folder for entry in self.entries.values()}
        for folder in self._folders:
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
            history.drop(entry.sha256)
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
        update={"error_class": INTERRUPTED}
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
