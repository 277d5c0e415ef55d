"""The rules of docs/due-dates.md as plain arithmetic, for drawn sentences. Nothing here comes from the parser that they test."""

import calendar
import datetime as dt
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

# docs/due-dates.md lists "before Friday" with "by Friday": due on the day named. One day here would make it the day before.
BEFORE = dt.timedelta(days=0)


@dataclass(frozen=True)
class Drawn:
    """One sentence of one speaker, and what docs/due-dates.md says about it."""

    sentence: str
    language: str
    base: dt.date  # day of the meeting
    relation: str | None  # None: no day can be known
    first: dt.date | None  # due_from
    last: dt.date | None  # due_date
    task: str  # the words of the task without the date, in the order of the sentence


@dataclass(frozen=True)
class Named:
    """A day and the words for it: "Friday", and "on Friday" with its preposition."""

    words: str
    on: str
    day: dt.date


@dataclass(frozen=True)
class When:
    """Words that bound the time of a task, and what they mean."""

    words: str
    relation: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    clause: bool = False  # the words are a whole sentence with {who} and {task} in it


Maker = Callable[[random.Random, dt.date], Named | None]


def bound(words: str, relation: str, day: dt.date, end: dt.date | None = None, clause: bool = False) -> When:
    if relation == "between":
        return When(words, relation, day, end)
    if relation in ("not_before", "after", "from"):
        return When(words, relation, first=day, clause=clause)
    return When(words, relation, last=day, clause=clause)


def on_day(
    rng: random.Random, base: dt.date, relation: str, forms: dict[str, str], makers: dict[str, Maker], before: frozenset[str]
) -> When | None:
    """One of the forms, `kinds of days: templates`, filled with a day of a kind that it takes. A form with {task} is a clause."""
    kinds, template = rng.choice([(kinds, form) for kinds, rows in forms.items() for form in listed(rows)])
    named = makers[rng.choice(kinds)](rng, base)
    earlier = template in before and kinds != "e"
    if named is None or (earlier and named.day == base):
        return None
    words = template.replace("{d}", named.words).replace("{on}", named.on)
    return bound(words, relation, named.day - BEFORE if earlier else named.day, clause="{task}" in template)


def meeting_day(rng: random.Random) -> dt.date:
    """Any day of eight years; every third one at the end of a month or around a new year."""
    day = dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(8 * 365))
    if rng.random() < 0.2:
        return month_end(day.year, day.month) - dt.timedelta(days=rng.randrange(3))
    if rng.random() < 0.15:
        return dt.date(day.year, 12, 27) + dt.timedelta(days=rng.randrange(10))
    return day


def monday(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def day_of_week(base: dt.date, weekday: int, weeks: int) -> dt.date:
    return monday(base) + dt.timedelta(weeks=weeks, days=weekday)


def next_weekday(base: dt.date, weekday: int) -> dt.date:
    """The next such weekday, never the day itself."""
    return base + dt.timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)


def month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def next_month(day: dt.date) -> dt.date:
    """The first day of the following month."""
    return month_end(day.year, day.month) + dt.timedelta(days=1)


def real_date(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def day_of_month(base: dt.date, number: int) -> dt.date | None:
    """ "The 5th". None on that very day, and where this month or the next one lacks it."""
    if number == base.day or not real_date(base.year, base.month, number):
        return None
    month = base if number > base.day else next_month(base)
    return real_date(month.year, month.month, number)


def day_of_year(base: dt.date, month: int, number: int) -> dt.date | None:
    """March 5 without a year. None on that very day, for a day almost a year away, and for a 29 February this year lacks."""
    this_year = real_date(base.year, month, number)
    if this_year is None or this_year == base:
        return None
    day = this_year if this_year > base else real_date(base.year + 1, month, number)
    return day if day and (day - base).days <= 320 else None


def month_by_name(base: dt.date, month: int) -> dt.date:
    """The last day of a month without a year: of this year's, or of the next when it has passed."""
    day = month_end(base.year, month)
    return day if day >= base else month_end(base.year + 1, month)


def quarter_end(base: dt.date, quarters: int) -> dt.date:
    """The last day of the quarter of `base`, or of the one that many quarters later."""
    index = base.year * 4 + (base.month - 1) // 3 + quarters
    return month_end(index // 4, index % 4 * 3 + 3)


def working_days(base: dt.date, count: int) -> dt.date:
    day = base
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def listed(text: str) -> list[str]:
    """The entries of a table written as text: parted by semicolons and ends of lines."""
    return re.split(r"\s*[;\n]\s*", text.strip())


def joined(opener: str, body: str, trailer: str, mark: str) -> str:
    """A sentence of its parts, with single spaces and commas, capitalised; a trailer that is a question keeps its own mark."""
    text = re.sub(r"\s+,", ",", " ".join(f"{opener} {body} {trailer}".split()))
    if not text.endswith(("?", mark)):
        text += mark
    return text[0].upper() + text[1:]
