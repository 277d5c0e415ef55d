"""Corrects the minutes of one meeting for whoever asks: `minutes correct`, or a person in the app."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError
from tasks.files import displayable
from tasks.report.corrections import read_corrections, with_entries
from tasks.report.files import apply_corrections
from tasks.report.manifest import read_manifest
from tasks.report.register import Register

Entry = tuple[str, str, Any]
"""Block of the file, key, value."""
_HOMELESS = ("correction_homeless", "added_homeless", "corrections_unreadable", "correction_wrong")


def correct_meeting(folder: Path, entries: Sequence[Entry]) -> tuple[int, list[str]]:
    """Add the entries to `corrections.yaml` and apply them: how many corrections there are now, and what fits nothing.

    Raises a `ConfigError` if one of them is wrong, or if the files cannot be written anew.
    """
    where = displayable(str(folder))
    if read_manifest(folder) is None:
        raise ConfigError("holds no finished minutes.", where=where, fix="Name the folder that has minutes.md and run.json.")
    if entries:
        with_entries(folder, entries)
        changes = [(name, value) for block, name, value in entries if block == "items"]
        if states := {name: value["status"] for name, value in changes if "status" in value}:
            Register(folder.parent).set_states(states)
    if problems := apply_corrections(folder):
        raise ConfigError("; ".join(problems), where=where, fix="Mend that and run this again; see docs/corrections.md.")
    known, manifest = read_corrections(folder), read_manifest(folder)
    notices = manifest.notices if manifest else ()
    count = len(known.speakers) + len(known.segments) + len(known.items) + len(known.added)
    return count, [notice.message for notice in notices if notice.code in _HOMELESS]
