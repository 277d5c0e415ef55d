"""The ledger of an output folder: `ledger.json`, and what has changed since it was written, a line each, in `ledger.jsonl`.

A change costs a line, however long the ledger is; at the start and the end of a run the two become one file again. A process that
is killed at any byte leaves all changes that were saved, and perhaps a part of a line, which is left out.
"""

import datetime as dt
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from flows.folder.fingerprint import Fingerprint
from tasks.files import write_atomic
from tasks.journal import append, read
from tasks.path_text import PathText
from tasks.schema import Model, Status

FILE_NAME, JOURNAL_NAME = "ledger.json", "ledger.jsonl"
INTERRUPTED = "Interrupted"


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
        return self.error_class == INTERRUPTED


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


class Change(Model):
    """A line of `ledger.jsonl`: what is known of a content or a file from now on; None: nothing any more."""

    sha256: str | None = None
    entry: Entry | None = None
    path: PathText | None = None
    seen: Seen | None = None


class FolderLedger:
    """The ledger in memory, and how it gets to the disk."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self.entries: dict[str, Entry] = {}
        self.files: dict[str, Seen] = {}
        self.damaged = False
        """`ledger.json` cannot be read."""
        self.torn = False
        """A line of `ledger.jsonl` is none, since a process was killed while it wrote it."""
        self._unsaved: dict[tuple[str | None, str | None], Change] = {}
        self._read()

    def put(self, sha256: str, entry: Entry | None) -> None:
        """Remember how a recording ended, or forget it."""
        if self.entries.get(sha256) != entry:
            self._change(Change(sha256=sha256, entry=entry))

    def see(self, path: str, seen: Seen | None) -> None:
        """Remember the content of a file, or forget it."""
        if self.files.get(path) != seen:
            self._change(Change(path=path, seen=seen))

    def save(self) -> None:
        """Have what changed on the disk when this returns. Raises a `ResourceError`."""
        if self._unsaved:
            append(self._out / JOURNAL_NAME, (change.model_dump_json(exclude_defaults=True) for change in self._unsaved.values()))
            self._unsaved.clear()

    def compact(self) -> None:
        """The same, with everything in one file; it is there whole or not at all. For who holds the folder's lock."""
        journal = self._out / JOURNAL_NAME
        if self._unsaved or journal.exists() or not (self._out / FILE_NAME).exists():
            content = Content(recordings=tuple(self.entries.values()), files=tuple(self.files.values()))
            write_atomic(self._out / FILE_NAME, content.model_dump_json(indent=1) + "\n")
            journal.unlink(missing_ok=True)  # a kill before this is no harm: the same changes once more change nothing
            self._unsaved.clear()

    def _change(self, change: Change) -> None:
        self._unsaved[change.sha256, change.path] = change
        self._apply(change)

    def _apply(self, change: Change) -> None:
        if change.sha256 and change.entry:
            self.entries[change.sha256] = change.entry
        elif change.sha256:
            self.entries.pop(change.sha256, None)
        if change.path and change.seen:
            self.files[change.path] = change.seen
        elif change.path:
            self.files.pop(change.path, None)

    def _read(self) -> None:
        while True:
            before = _mark(self._out / FILE_NAME)
            content, lines = self._content(), read(self._out / JOURNAL_NAME)
            if _mark(self._out / FILE_NAME) == before:  # else a run has just made one file of the two
                break
        self.entries = {entry.sha256: entry for entry in content.recordings}
        self.files = {seen.path: seen for seen in content.files}
        self.torn = lines.torn
        for line in lines.whole:
            try:
                self._apply(Change.model_validate_json(line))
            except ValidationError:
                self.torn = True

    def _content(self) -> Content:
        try:
            return Content.model_validate_json((self._out / FILE_NAME).read_bytes())
        except FileNotFoundError:
            return Content()
        except (OSError, ValidationError):
            self.damaged = True
            return Content()


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns
