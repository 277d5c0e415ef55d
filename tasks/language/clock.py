"""Times and dates as people read them."""

import datetime as dt
import re
from collections.abc import Sequence

from tasks.language.wording import Wording
from tasks.schema import ActionItem, NextMeeting

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)")


def clock(seconds: float) -> str:
    """`01:02:03` for 3723 s; fractions are cut off, as on a player's display."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def stamp(seconds: float, decimal: str) -> str:
    """`01:02:03.500` as subtitles want it, with their decimal sign."""
    milliseconds = round(seconds * 1000)
    return f"{clock(milliseconds // 1000)}{decimal}{milliseconds % 1000:03d}"


def seconds_of(at: str) -> float | None:
    """`12:03` and `00:12:03.5` in seconds; None for anything else."""
    found = _CLOCK.fullmatch(at.strip())
    return 3600.0 * int(found[1] or 0) + 60.0 * int(found[2]) + float(found[3]) if found else None


def short_clock(seconds: float) -> str:
    """`1:02:03`, or `2:03` below an hour."""
    text = clock(seconds).lstrip("0:") or "0"
    return text if ":" in text else f"0:{int(text):02d}"


def long_date(date: dt.date, wording: Wording) -> str:
    """`Monday 2 March 2026`, whatever the locale of the machine."""
    return _written_out(date, wording.long_date, wording.weekdays, wording.months)


def short_date(date: dt.date, wording: Wording) -> str:
    """`Fri 6 March 2026`."""
    return _written_out(date, wording.short_date, wording.short_weekdays, wording.months)


def due_days(item: ActionItem | NextMeeting, wording: Wording, held_on: dt.date | None = None) -> str:
    """`not before Mon 9 March 2026`, without the year of the meeting where that is told; empty where no day is known."""
    first, last = (_due_day(day, wording, held_on) if day else "" for day in (item.due_from, item.due_date))
    return wording.due_forms[item.due_relation].format(first=first, last=last) if item.due_relation else last


def _due_day(day: dt.date, wording: Wording, held_on: dt.date | None) -> str:
    form = wording.day if held_on and day.year == held_on.year else wording.short_date
    return _written_out(day, form, wording.short_weekdays, wording.months)


def _written_out(date: dt.date, form: str, weekdays: Sequence[str], months: Sequence[str]) -> str:
    return form.format(weekday=weekdays[date.weekday()], day=date.day, month=months[date.month - 1], year=date.year)
