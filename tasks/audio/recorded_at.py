"""When a recording was made: sidecar, else container metadata, else file name, else modification time. Never `now`.

A container says many a time in UTC what the file name says in local time, and then it may name another day. Where the two can be
the same moment, the meeting was on the day of the file name. Else it was on the day that the container's moment had in the time
zone of the sidecar, or where the machine is.
"""

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tasks.errors import AudioError
from tasks.files import displayable
from tasks.language.messages import message
from tasks.schema import DateSource, Message, Sidecar

_EARLIEST_YEAR = 1990
"""Containers written by clocks that were never set say 1904 or 1970."""

_METADATA_KEYS = ("com.apple.quicktime.creationdate", "creation_time", "date", "ICRD", "TDRC")
"""The first is in local time with its offset; `creation_time` is the same moment in UTC, perhaps another day."""

_QUARTER_HOUR = dt.timedelta(minutes=15)
_FURTHEST_EAST, _FURTHEST_WEST = dt.timedelta(hours=14), dt.timedelta(hours=-12)
"""Of UTC; every time zone is a whole number of quarter hours from it (IANA time zone database, 2026a)."""
_CLOCKS_DIFFER_BY = dt.timedelta(minutes=1)
"""The name is written a moment later, and mostly without seconds; chosen by hand."""
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
    note: Message | None = None
    """What the reader should know of it; None where nothing speaks against it."""


def find_recording_date(path: Path, sidecar: Sidecar, metadata: Mapping[str, str], length_s: float = 0.0) -> RecordingDate:
    """The most trusted date there is.

    Args:
        length_s: how long the recording is, for containers that were written at its end; 0 where it is not known.
    """
    if sidecar.recorded_at:
        return RecordingDate(sidecar.recorded_at, DateSource.SIDECAR, sidecar.recorded_at.time() != dt.time())
    inside, named = _from_metadata(metadata), _from_name(path.name)
    local = inside and _local(inside, sidecar.timezone)
    if inside and local and named:
        return _agreed(inside, local, named, dt.timedelta(seconds=length_s))
    return local or named or RecordingDate(_changed_at(path), DateSource.MTIME, True)


def _local(inside: RecordingDate, zone: str | None) -> RecordingDate:
    """The container's UTC as the clocks on the wall had it, in the zone that is named or where this machine is."""
    utc = inside.value
    if not inside.time_known or utc.utcoffset() != dt.timedelta():
        return inside
    value = utc.astimezone(ZoneInfo(zone) if zone else None)
    clock, local, where = f"{utc:%Y-%m-%d %H:%M}", f"{value:%Y-%m-%d %H:%M}", zone or value.tzname() or ""
    moved = value.date() != utc.date()
    return inside._replace(value=value, note=message("date_of_zone", clock=clock, local=local, zone=where) if moved else None)


def _agreed(inside: RecordingDate, local: RecordingDate, named: RecordingDate, length: dt.timedelta) -> RecordingDate:
    """One of two dates: the name's where it is the local time of the container's UTC, else the container's."""
    clock, name = f"{inside.value:%Y-%m-%d %H:%M}", f"{named.value.date()}"
    if not named.time_known and local.value.date() == named.value.date():
        return local._replace(note=None)
    if _local_time_of(inside, named, length):
        moved = inside.value.date() != named.value.date()
        return named._replace(note=message("date_of_name", clock=clock, name=name) if moved else None)
    moved = local.value.date() != named.value.date()
    return local._replace(note=message("date_of_clock", clock=f"{local.value:%Y-%m-%d %H:%M}", name=name) if moved else None)


def _local_time_of(inside: RecordingDate, named: RecordingDate, length: dt.timedelta) -> bool:
    """Whether a name may tell in some time zone what a container tells in UTC: the time, or another day without one."""
    if not inside.time_known or inside.value.utcoffset() != dt.timedelta():
        return False
    moment = inside.value.replace(tzinfo=None)
    if named.time_known:
        return any(_is_offset(named.value - began) for began in (moment, moment - length))
    days = {(moment + _FURTHEST_WEST).date(), (moment + _FURTHEST_EAST).date()}
    return named.value.date() in days - {moment.date()}


def _is_offset(ahead: dt.timedelta) -> bool:
    """Whether a time zone may be so far ahead of UTC."""
    steps = round(ahead / _QUARTER_HOUR)
    near = abs(ahead - steps * _QUARTER_HOUR) <= _CLOCKS_DIFFER_BY
    return near and _FURTHEST_WEST <= steps * _QUARTER_HOUR <= _FURTHEST_EAST


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
