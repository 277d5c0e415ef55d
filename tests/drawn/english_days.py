"""English words for days, each with the day that they mean. A maker gives None where they would be in doubt on that date."""

import datetime as dt
import random

from tests.drawn.english_words import (
    DAYS,
    MONTHS,
    NUMBERS,
    ORDINALS,
)
from tests.drawn.rules import (
    Maker,
    Named,
    day_of_month,
    day_of_week,
    day_of_year,
    month_by_name,
    month_end,
    next_month,
    next_weekday,
    quarter_end,
)


def weekday(rng: random.Random, base: dt.date) -> Named:
    index = rng.randrange(7)
    return Named(DAYS[index], f"on {DAYS[index]}", next_weekday(base, index))


def this_or_next(rng: random.Random, base: dt.date) -> Named:
    index = rng.randrange(7)
    this = base if base.weekday() == index else next_weekday(base, index)
    word, day = rng.choice([("this", this), ("next", day_of_week(base, index, 1))])
    return Named(f"{word} {DAYS[index]}", f"{word} {DAYS[index]}", day)


def weekday_of_week(rng: random.Random, base: dt.date) -> Named | None:
    index, weeks = rng.randrange(7), rng.choice((0, 1, 1))
    forms = ("{} next week", "{} of next week") if weeks else ("{} this week", "{} of this week")
    words, day = rng.choice(forms).format(DAYS[index]), day_of_week(base, index, weeks)
    return Named(words, f"on {words}", day) if day > base else None


def ordinal(number: int, rng: random.Random) -> str:
    suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return rng.choice((f"{number}{suffix}", f"{number}{suffix}", ORDINALS[number - 1]))


def numbered(rng: random.Random, base: dt.date) -> Named | None:
    number = rng.randint(1, 31)
    day, words = day_of_month(base, number), f"the {ordinal(number, rng)}"
    return Named(words, f"on {words}", day) if day else None


def dated(rng: random.Random, base: dt.date) -> Named | None:
    """A month and its day, three times in four without the year."""
    aim = base + dt.timedelta(days=rng.randint(1, 300))
    month, number, nth = MONTHS[aim.month], aim.day, ordinal(aim.day, rng)
    words = rng.choice(
        (f"{month} {number}", f"{month} {nth}", f"the {nth} of {month}", f"{number} {month}", f"{month} the {nth}")
    )
    if rng.random() < 0.75:
        day = day_of_year(base, aim.month, number)
        return Named(words, f"on {words}", day) if day else None
    year = aim.year
    words = rng.choice((f"{month} {number}, {year}", f"the {nth} of {month} {year}", f"{number} {month} {year}", aim.isoformat()))
    return Named(words, f"on {words}", aim)


def tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("tomorrow", "tomorrow", base + dt.timedelta(days=1))


def day_after_tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("the day after tomorrow", "the day after tomorrow", base + dt.timedelta(days=2))


def today(_: random.Random, base: dt.date) -> Named:
    return Named("today", "today", base)


def end_of_period(rng: random.Random, base: dt.date) -> Named | None:
    """The end of a week (its Friday), month, quarter or year; None where that is today or over."""
    month, quarter, following = rng.randint(1, 12), rng.randint(1, 4), next_month(base)
    quarter_day, year = month_by_name(base, quarter * 3), base.year + rng.randint(0, 2)
    nth = ORDINALS[quarter - 1]
    words, day = rng.choice(
        (
            (rng.choice(("the end of the week", "the end of this week")), day_of_week(base, 4, 0)),
            ("the end of next week", day_of_week(base, 4, 1)),
            (rng.choice(("the end of the month", "the end of this month")), month_end(base.year, base.month)),
            ("the end of next month", month_end(following.year, following.month)),
            (f"the end of {MONTHS[month]}", month_by_name(base, month)),
            (f"the end of {MONTHS[month]} {year}", month_end(year, month)),
            (f"the end of {year}", dt.date(year, 12, 31)),
            (rng.choice(("the end of the quarter", "the end of this quarter")), quarter_end(base, 0)),
            ("the end of next quarter", quarter_end(base, 1)),
            (rng.choice((f"the end of Q{quarter}", f"the end of the {nth} quarter")), quarter_day),
            (f"the end of Q{quarter} {year}", month_end(year, quarter * 3)),
            (rng.choice(("the end of the year", "the end of this year")), dt.date(base.year, 12, 31)),
            ("the end of next year", dt.date(base.year + 1, 12, 31)),
        )
    )
    return Named(words, words, day) if day > base else None


def amount(rng: random.Random) -> tuple[str, int]:
    """Words for a number of days or weeks, and the days."""
    number = rng.randint(1, 12)
    unit, days = rng.choice((("day", 1), ("week", 7)))
    if number == 1:
        return rng.choice((f"a {unit}", f"one {unit}")), days
    return f"{rng.choice((str(number), NUMBERS[number - 1]))} {unit}s", number * days


def counted(rng: random.Random, base: dt.date) -> Named:
    """Three days from today, two weeks from Friday."""
    words, days = amount(rng)
    start = weekday(rng, base) if "week" in words else rng.choice((today, tomorrow))(rng, base)
    return Named(f"{words} from {start.words}", f"{words} from {start.words}", start.day + dt.timedelta(days=days))


def next_unit(rng: random.Random, base: dt.date) -> Named:
    words, day = rng.choice((("next week", day_of_week(base, 0, 1)), ("next month", next_month(base))))
    return Named(words, words, day)


def new_year(_: random.Random, base: dt.date) -> Named | None:
    day = dt.date(base.year + 1, 1, 1)
    return Named("the new year", "in the new year", day) if base.month > 8 else None


MAKERS: dict[str, Maker] = {
    "w": weekday,
    "n": this_or_next,
    "k": weekday_of_week,
    "o": numbered,
    "d": dated,
    "m": tomorrow,
    "a": day_after_tomorrow,
    "t": today,
    "e": end_of_period,
    "c": counted,
    "u": next_unit,
    "y": new_year,
}
