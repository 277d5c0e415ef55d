"""When a recording was made: sidecar, else container metadata, else file name, else modification time. Never `now`."""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tasks.errors import AudioError
from tasks.files import displayable
from tasks.schema import DateSource, Sidecar

_EARLIEST_YEAR = 1990
"""Containers written by clocks that were never set say 1904 or 1970."""

_METADATA_KEYS = ("com.apple.quicktime.creationdate", "creation_time", "date", "ICRD", "TDRC")
"""The first is in local time with its offset; `creation_time` is the same moment in UTC, perhaps another day."""

_DATE_IN_NAME = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)[-_. ]?(?P<month>\d\d)[-_. ]?(?P<day>\d\d)"
    r"(?:[T_ -]*(?:at )?(?P<hour>[01]\d|2[0-3])[-:._h ]?(?P<minute>[0-5]\d)(?:[-:._ ]?(?P<second>[0-5]\d))?(?!\d)"
    r"(?:\s?(?P<half>[AP])M\b)?)?"
    r"(?!\d)",
    re.IGNORECASE,
)


class RecordingDate(NamedTuple):
    """A date, where it was found, and whether the time of day is real."""

    value: dt.datetime
    source: DateSource
    time_known: bool


def find_recording_date(path: Path, sidecar: Sidecar, metadata: Mapping[str, str]) -> RecordingDate:
    """The most trusted date there is."""
    if sidecar.recorded_at:
        return RecordingDate(sidecar.recorded_at, DateSource.SIDECAR, sidecar.recorded_at.time() != dt.time())
    return _from_metadata(metadata) or _from_name(path.name) or RecordingDate(_changed_at(path), DateSource.MTIME, True)


def _changed_at(path: Path) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(path.stat().st_mtime))
    except (ValueError, OverflowError) as error:
        fix = "Give it the right time (touch), or a sidecar with `recorded_at`."
        raise AudioError("was changed at no time that a calendar has.", where=displayable(str(path)), fix=fix) from error


def _from_metadata(metadata: Mapping[str, str]) -> RecordingDate | None:
    for key in _METADATA_KEYS:
        try:
            value = dt.datetime.fromisoformat(metadata.get(key, "").strip())
        except ValueError:
            continue
        if value.year >= _EARLIEST_YEAR:
            return RecordingDate(value, DateSource.CONTAINER, len(metadata[key].strip()) > len("2026-03-02"))
    return None


def _from_name(name: str) -> RecordingDate | None:
    for match in _DATE_IN_NAME.finditer(name):
        year, month, day, hour, minute, second = (int(text or 0) for text in match.groups()[:6])
        if match["half"] and hour <= 12:
            hour = hour % 12 + (12 if match["half"] in "Pp" else 0)
        try:
            value = dt.datetime(year, month, day, hour, minute, second)
            return RecordingDate(value, DateSource.FILE_NAME, match["hour"] is not None)
        except ValueError:
            continue
    return None
