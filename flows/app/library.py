"""What the app may read and write: recordings of one folder, what was uploaded, and the minutes.

A browser names things, never paths. A name counts only if it is one of those that the app has listed itself.
"""

import datetime as dt
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import yaml

from flows.folder.scan import scan
from tasks.audio.formats import SUFFIXES
from tasks.errors import ConfigError
from tasks.files import displayable, sha256_of_file, write_atomic
from tasks.report.found import read_shown
from tasks.report.manifest import FILE_NAME, Manifest, read_manifest
from tasks.report.playback import COPY_NAME
from tasks.schema import Minutes, Transcript

UPLOADS = ".uploads"
"""The folder of what was uploaded, below that of the minutes."""


@dataclass(frozen=True)
class MeetingFolder:
    """Minutes that are there."""

    folder: Path
    minutes: Minutes
    transcript: Transcript
    manifest: Manifest


@dataclass(frozen=True)
class Library:
    """The folders of one app."""

    out: Path
    recordings: Path | None
    """The folder whose recordings can be chosen; None where there are only uploads."""
    arrivals: Path
    """Where the server puts what is being uploaded, on the disk of the minutes."""

    def choices(self) -> Mapping[str, Path]:
        """Name -> recording, of what can be chosen."""
        found = scan(self.recordings).recordings if self.recordings else []
        return {displayable(path.name): path for path in found}

    def meetings(self) -> Mapping[str, str]:
        """Name -> what a person reads of it, of all minutes, the newest meeting first."""
        found = [(path.parent.name, read_manifest(path.parent)) for path in self.out.glob(f"*/{FILE_NAME}")]
        told = sorted(((f"{known.recording.recorded_at:%Y-%m-%d %H:%M}", name) for name, known in found if known), reverse=True)
        return {name: f"{at[:10]} {name}" for at, name in told}

    def meeting(self, name: str) -> MeetingFolder | None:
        """The minutes of that name; None where there are none, or where they cannot be read."""
        folder = next((path.parent for path in self.out.glob(f"*/{FILE_NAME}") if path.parent.name == name), None)
        manifest, shown = (read_manifest(folder), read_shown(folder)) if folder else (None, None)
        return MeetingFolder(folder, *shown, manifest) if folder and manifest and shown else None

    def audio(self, meeting: MeetingFolder) -> Path | None:
        """What can be heard of a meeting: the copy beside its page, or its recording, if that is one of ours."""
        address = meeting.manifest.page_audio
        if not address:
            return None
        path = (meeting.folder / unquote(address)).resolve()
        homes = (self.recordings, self.out / UPLOADS) if address != COPY_NAME else (meeting.folder,)
        allowed = any(home and path.is_relative_to(home.resolve()) for home in homes)
        return path if allowed and path.is_file() else None

    def receive(self, upload: Path, held_on: str = "") -> Path:
        """Keep a recording that was uploaded, with the day of its meeting if somebody says it; where it lies then.

        Raises a `ConfigError` for what is no recording, or no day.
        """
        path, name = upload.resolve(), displayable(upload.name)
        if not path.is_relative_to(self.arrivals.resolve()) or not path.is_file():
            raise ConfigError("was not uploaded here.", where=name, fix="Choose the file again.")
        if path.suffix.lower() not in SUFFIXES:
            raise ConfigError("is no recording.", where=name, fix=f"Known are {', '.join(sorted(SUFFIXES))}.")
        day = _day(held_on)
        kept = self.out / UPLOADS / sha256_of_file(path)[:16] / path.name
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            _copy(path, kept)
        if day:
            write_atomic(kept.with_name(f"{kept.name}.meta.yaml"), yaml.safe_dump({"recorded_at": day.isoformat()}))
        return kept


def _copy(path: Path, target: Path) -> None:
    """The file under another name too, without its bytes being written again where the disk can do that."""
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise ConfigError(f"'{displayable(text[:40])}' is no day.", where="Held on", fix="Write it as 2026-03-02.") from None
