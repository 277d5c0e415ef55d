"""`minutes.ics`: the action items as tasks and the next meeting as an event, for calendars (RFC 5545).

An item keeps its UID as it keeps its id, so that a calendar that reads the file again changes what it has instead of doubling it.
"""

import datetime as dt
import re
from collections.abc import Iterator

from tasks.report.state import is_closed
from tasks.schema import ActionItem, Evidence, Minutes, NextMeeting

_ESCAPED = re.compile(r"([\\;,])")
_LONGEST_LINE = 75
"""Bytes, without the line break (RFC 5545, 3.1)."""


def to_ics(minutes: Minutes) -> str:
    """The calendar of one meeting; the same minutes give the same text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//audio-minutes//{_text(minutes.version)}//EN"]
    for item in minutes.action_items:
        lines += _task(item, minutes)
    meeting = minutes.next_meeting
    if meeting and meeting.due_date and meeting.due_from in (None, meeting.due_date):  # one day, not some day between two
        lines += _meeting(meeting, minutes, meeting.due_date)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _task(item: ActionItem, minutes: Minutes) -> Iterator[str]:
    yield "BEGIN:VTODO"
    yield from _head(item.id, minutes)
    yield f"SUMMARY:{_text(': '.join(filter(None, (item.owner, item.task))))}"
    yield f"DESCRIPTION:{_text(minutes.title)}: {_quoted(item.evidence)}"
    if item.due_from and item.due_date and item.due_from < item.due_date:
        yield f"DTSTART;VALUE=DATE:{item.due_from:%Y%m%d}"
    if item.due_date:
        yield f"DUE;VALUE=DATE:{item.due_date:%Y%m%d}"
    yield f"STATUS:{'COMPLETED' if is_closed(item.status) else 'NEEDS-ACTION'}"
    yield "END:VTODO"


def _meeting(meeting: NextMeeting, minutes: Minutes, day: dt.date) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield from _head(f"next-{minutes.recording.sha256[:12]}", minutes)
    yield f"SUMMARY:{_text(minutes.title)}"
    yield f"DESCRIPTION:{_quoted(meeting.evidence)}"
    if meeting.place:
        yield f"LOCATION:{_text(meeting.place)}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"
    yield "END:VEVENT"


def _head(name: str, minutes: Minutes) -> Iterator[str]:
    yield f"UID:{_text(name)}@audio-minutes"
    # The day of the meeting, not of the run: the same minutes give the same file.
    yield f"DTSTAMP:{minutes.recording.recorded_at:%Y%m%dT%H%M%SZ}"


def _quoted(evidence: Evidence) -> str:
    return f'"{_text(evidence.quote)}"'


def _text(value: str) -> str:
    return _ESCAPED.sub(r"\\\1", " ".join(value.split()))


def _folded(line: str) -> str:
    """A long line in pieces that calendars join again; no letter is cut in two."""
    pieces, room = [""], _LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append("")
            room = _LONGEST_LINE - 1
        pieces[-1] += letter
        room -= size
    return "\r\n ".join(pieces)
