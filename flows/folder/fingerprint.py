"""Tells files that are complete from files that somebody is still writing, by looking twice."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from tasks.schema import Model
from tasks.store import digest

RECENT_S = 60.0
"""Files older than this are not watched: no writer pauses for so long."""


def place(path: Path | str) -> str:
    """The one absolute name by which the history knows a path, links and all."""
    return os.path.abspath(path)  # noqa: PTH100 - pathlib would follow links or keep `..`


class Fingerprint(Model):
    """What tells a file's content without reading it. The same look again: the same content."""

    size: int
    mtime_ns: int
    inode: int
    """For a meeting in several files a number that changes with every part and their order."""

    @classmethod
    def at(cls, path: Path, *others: Path) -> Self | None:
        """How the file looks now, or the parts of a meeting together; None if one is gone or cannot be looked at."""
        try:
            facts = [part.stat() for part in (path, *others)]
        except OSError:
            return None
        marks = [(fact.st_size, fact.st_mtime_ns, fact.st_ino) for fact in facts]
        inode = marks[0][2] if not others else int(digest(marks)[:15], 16)
        return cls(size=sum(mark[0] for mark in marks), mtime_ns=max(mark[1] for mark in marks), inode=inode)

    @property
    def age_s(self) -> float:
        """Time since it was written to; negative if that lies in the future of this clock."""
        return time.time() - self.mtime_ns / 1e9

    @property
    def recent(self) -> bool:
        """True if it was written to a moment ago, or in the future of this clock."""
        return self.age_s < RECENT_S


def still_changing(
    fingerprints: Mapping[Path, Fingerprint | None],
    settle_s: float,
    meetings: Mapping[Path, tuple[Path, ...]] = MappingProxyType({}),
) -> set[Path]:
    """Those of the recent files that look different a moment later. Sleeps once, and not at all if no file is recent."""
    recent = {path: fingerprint for path, fingerprint in fingerprints.items() if fingerprint is None or fingerprint.recent}
    if any(recent.values()):
        time.sleep(settle_s)
    return {
        path
        for path, fingerprint in recent.items()
        if fingerprint is None or Fingerprint.at(*meetings.get(path, (path,))) != fingerprint
    }
