"""One batch per output folder at a time."""

import errno
import fcntl
import json
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from tasks.errors import ResourceError
from tasks.files import as_resource_error, displayable, open_lock

FILE_NAME = ".lock"
_log = logging.getLogger("minutes.lock")


@contextmanager
def sole_run(out: Path) -> Iterator[None]:
    """Hold the output folder, which is made if need be. Raises a `ResourceError` if another run holds it.

    The kernel holds the lock for this process and lets go of it however the process ends, so no lock is ever stale.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        file = open_lock(out / FILE_NAME)
    except OSError as error:
        raise as_resource_error(error, out / FILE_NAME if error.errno == errno.ELOOP else out) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fix = "Wait for its end, or choose another folder with --out."
            raise ResourceError(f"another run{_holder(file)} is writing there.", where=displayable(str(out)), fix=fix) from None
        except OSError as error:
            _log.warning("%s: this file system has no locks (%s); see to it that runs do not overlap", out, error.strerror)
        file.seek(0)
        file.truncate()
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now():%Y-%m-%d %H:%M}"}, file)
        file.flush()
        yield


def is_held(out: Path) -> bool:
    """Whether a run is at work in the output folder; False also where that cannot be told."""
    try:
        with (out / FILE_NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass  # no lock file: no run was here; a file of somebody else, or no locks here: only a line of --status depends on it
    return False


def _holder(file: IO[str]) -> str:
    """` (process 1234 on server since 2026-03-02 01:00)`, as far as it can be read."""
    try:
        file.seek(0)
        holder = json.load(file)
        return f" (process {holder['pid']} on {holder['host']} since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        return ""
