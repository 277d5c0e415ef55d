"""What the history says of a folder: each recording, how it stands, since when, its minutes or the reason."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.folder.fingerprint import Fingerprint, place
from flows.folder.history import History
from flows.folder.ledger import Entry
from flows.folder.lock import is_held
from flows.folder.scan import Joined
from tasks.audio.parts import sha256_of_meeting
from tasks.files import displayable
from tasks.path_text import encode_path

Row = dict[str, Any]
"""path, name, state, at, attempts, minutes, reason."""
NONE = Joined().meetings


def status_rows(recordings: Iterable[Path], out: Path, meetings: Mapping[Path, tuple[Path, ...]] = NONE) -> list[Row]:
    """One row a recording, or a meeting in several files. Reads the history; hashes a file only where the history was lost."""
    history, running = History(out), is_held(out)
    homeless = {entry.name for entry in history.entries.values() if entry.path is None}
    return [_row(path, _entry(meetings.get(path, (path,)), history, homeless), out, running) for path in recordings]


def _entry(files: Sequence[Path], history: History, homeless: Collection[str]) -> Entry | None:
    """What the history knows of the content of a file, or of the parts of a meeting; `homeless` are names without a path."""
    path = files[0]
    sha256 = history.sha256_of(path, Fingerprint.at(*files))
    if sha256 is None and displayable(path.name) in homeless:
        sha256 = sha256_of_meeting(files)
    return history.entries.get(sha256 or "")


def _row(path: Path, entry: Entry | None, out: Path, running: bool) -> Row:
    row: Row = {"path": encode_path(str(path)), "name": displayable(path.name)}
    if entry is None:
        return row | {"state": "new", "at": None, "attempts": 0, "minutes": None, "reason": None}
    if entry.interrupted and running:
        return row | {"state": "in_progress", "at": _shown(entry.at), "attempts": entry.attempts, "minutes": None, "reason": None}
    same = entry.path is None or entry.path == place(path)
    return row | {
        "state": entry.status.value if same else "duplicate",
        "at": _shown(entry.at),
        "attempts": entry.attempts,
        "minutes": str(out / entry.folder / "minutes.md") if entry.folder else None,
        "reason": entry.error,
    }


def _shown(time: dt.datetime) -> str:
    return f"{time.astimezone():%Y-%m-%d %H:%M}"
