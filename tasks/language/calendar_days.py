"""Days counted from a base day: the arithmetic behind spoken due dates. A day that does not exist is None."""

import calendar
import datetime as dt

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

MONDAY, WEDNESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 2, 4, 5, 6
_HOURS_OF_A_WORKING_DAY = 8

Stretch = tuple[dt.date, dt.date]
"""The first and the last day."""


def weekday_after(base: dt.date, weekday: int) -> dt.date:
    """The next such weekday, never the base day itself."""
    return base + dt.timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)


def weekday_from(base: dt.date, weekday: int) -> dt.date:
    """The next such weekday, the base day included."""
    return base + dt.timedelta(days=(weekday - base.weekday()) % 7)


def weekday_of_week(base: dt.date, weekday: int, weeks: int) -> dt.date | None:
    """That weekday of the calendar week so many weeks ahead; None when it has passed."""
    day = base + dt.timedelta(days=weekday - base.weekday() + 7 * weeks)
    return day if day >= base else None


def end_of_week(base: dt.date, weeks: int) -> dt.date:
    """The Friday of that week, or its Sunday when the Friday has passed."""
    return weekday_of_week(base, FRIDAY, weeks) or weekday_from(base, SUNDAY)


def working_week(base: dt.date, weeks: int) -> Stretch:
    """Monday to Friday of that week; what is left of the week of the base day."""
    return weekday_of_week(base, MONDAY, weeks) or base, end_of_week(base, weeks)


def week_holding(day: dt.date) -> Stretch:
    """Monday to Friday of the week that holds the day."""
    monday = day - dt.timedelta(days=day.weekday())
    return monday, monday + dt.timedelta(days=FRIDAY)


def weekend(base: dt.date, weeks: int) -> Stretch:
    """Saturday and Sunday of that week; what is left of the one of the base day."""
    sunday = base + dt.timedelta(days=SUNDAY - base.weekday() + 7 * weeks)
    return max(base, sunday - dt.timedelta(days=1)), sunday


def days_later(base: dt.date, days: int) -> dt.date:
    """So many days after the base day."""
    return base + dt.timedelta(days=days)


def working_days_later(base: dt.date, days: int) -> dt.date:
    """So many days after the base day, Saturdays and Sundays left out."""
    day = base
    while days:
        day += dt.timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day


def months_later(base: dt.date, months: int) -> dt.date:
    """The same day so many months later, at most the last day of that month."""
    return base + relativedelta(months=months)


def start_of_month(base: dt.date, months: int) -> dt.date:
    """The first day of the month so many months ahead."""
    return months_later(base.replace(day=1), months)


def end_of_month(base: dt.date, months: int = 0) -> dt.date:
    """The last day of the month so many months ahead."""
    first = start_of_month(base, months)
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def end_of_quarter(base: dt.date, quarters: int = 0) -> dt.date:
    """The last day of the calendar quarter so many quarters ahead."""
    return end_of_month(base, (3 - base.month) % 3 + 3 * quarters)


def end_of_named_month(base: dt.date, month: int, year: int | None = None) -> dt.date:
    """The last day of the next month of that number, the base month included; of the year given, if one is."""
    return end_of_month(dt.date(year, month, 1)) if year else end_of_month(base, (month - base.month) % 12)


def end_of_year(base: dt.date, years: int = 0) -> dt.date:
    """The last day of the year so many years ahead."""
    return dt.date(base.year + years, 12, 31)


def weekday_in_month(first: dt.date, weekday: int, number: int) -> dt.date | None:
    """The first, second, ... such weekday of the month that begins on `first`, the last one for -1; None for a fifth of four."""
    if number < 0:
        last = end_of_month(first)
        return last - dt.timedelta(days=(last.weekday() - weekday) % 7)
    day = weekday_from(first, weekday) + dt.timedelta(weeks=number - 1)
    return day if day.month == first.month else None


def within_hours(base: dt.date, hours: int) -> dt.date | None:
    """The base day for a few hours, a later one for whole days; None for what depends on the time of the meeting."""
    if hours <= _HOURS_OF_A_WORKING_DAY:
        return base
    return days_later(base, hours // 24) if hours % 24 == 0 else None


def on_date(base: dt.date, month: int, day: int, year: int | None = None) -> dt.date | None:
    """That day of the year given, else of this year or, when it has passed, of the next."""
    passed = year is None and (month, day) < (base.month, base.day)
    try:
        return dt.date(year or base.year + passed, month, day)
    except ValueError:
        return None


def on_day_of_month(base: dt.date, day: int, months: int | None = None) -> dt.date | None:
    """That day of the month so many months ahead; without a month, of this one or, when it has passed, of the next."""
    first = start_of_month(base, months if months is not None else int(day < base.day))
    try:
        return first.replace(day=day)
    except ValueError:
        return None


def numeric_date(base: dt.date, first: int, second: int, year: int | None, day_first: bool) -> dt.date | None:
    """A date of two numbers; None when either could be the day and the language has no fixed order."""
    if day_first or first > 12 or first == second:
        return on_date(base, second, first, year)
    if second > 12:
        return on_date(base, first, second, year)
    return None


def feast(base: dt.date, days: int) -> dt.date:
    """The next day so many days after Easter Sunday of the western churches, the base day included."""
    day = easter(base.year) + dt.timedelta(days=days)
    return day if day >= base else easter(base.year + 1) + dt.timedelta(days=days)
