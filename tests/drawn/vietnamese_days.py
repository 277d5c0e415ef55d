"""Vietnamese words for days, each with the day that they mean. A maker gives None where they would be in doubt on that date."""

import datetime as dt
import random

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
    real_date,
)
from tests.drawn.vietnamese_words import (
    DAYS,
    MONTHS,
    ONES,
    QUARTERS,
)


def weekday_name(index: int) -> str:
    return "chủ nhật" if index == 6 else f"thứ {DAYS[index]}"


def on(words: str, day: dt.date) -> Named:
    return Named(words, f"vào {words}", day)


def weekday(rng: random.Random, base: dt.date) -> Named:
    index = rng.randrange(7)
    return on(weekday_name(index), next_weekday(base, index))


def this_or_coming(rng: random.Random, base: dt.date) -> Named | None:
    """Thứ sáu này, thứ sáu tới; None where that is the day of the meeting."""
    index = rng.randrange(7)
    words = f"{weekday_name(index)} {rng.choice(('này', 'tới'))}"
    return on(words, next_weekday(base, index)) if index != base.weekday() else None


def weekday_of_week(rng: random.Random, base: dt.date) -> Named | None:
    index, (week, weeks) = rng.randrange(7), rng.choice((("tuần này", 0), ("tuần sau", 1), ("tuần sau", 1), ("tuần tới", 1)))
    day = day_of_week(base, index, weeks)
    return on(f"{weekday_name(index)} {week}", day) if day > base else None


def spelled(number: int) -> str:
    """5 -> năm, 15 -> mười lăm, 21 -> hai mươi mốt, 24 -> hai mươi tư."""
    if number <= 10:
        return ONES[number]
    tens, ones = divmod(number, 10)
    if tens == 1:
        return f"mười {'lăm' if ones == 5 else ONES[ones]}"
    return f"{ONES[tens]} mươi { ({1: 'mốt', 4: 'tư', 5: 'lăm'}.get(ones) or ONES[ones]) }".strip()


def day_number(rng: random.Random, number: int) -> str:
    if number > 10:
        return rng.choice((f"ngày {number}", f"ngày {number}", f"ngày {spelled(number)}"))
    return rng.choice(
        (
            f"ngày {number}",
            f"ngày {number}",
            f"mùng {number}",
            f"mùng {spelled(number)}",
            f"ngày mùng {number}",
            f"mồng {number}",
            f"ngày mồng {spelled(number)}",
        )
    )


def numbered(rng: random.Random, base: dt.date) -> Named | None:
    number, following = rng.randint(1, 31), next_month(base)
    words = day_number(rng, number)
    if rng.random() < 0.25:
        day = real_date(following.year, following.month, number)
        return on(f"{words} {rng.choice(('tháng sau', 'tháng tới'))}", day) if day else None
    day = day_of_month(base, number)
    if day and day.month == base.month and rng.random() < 0.2:
        return on(f"{words} tháng này", day)
    return on(words, day) if day else None


def dated(rng: random.Random, base: dt.date) -> Named | None:
    """A day and its month, three times in four without the year."""
    aim = base + dt.timedelta(days=rng.randint(1, 300))
    number, month, year = aim.day, aim.month, aim.year
    said = day_number(rng, number)
    short = (
        f"{said} tháng {month}",
        f"ngày {number} tháng {month}",
        f"{said} tháng {MONTHS[month]}",
        f"ngày {number}/{month}",
        f"{number}/{month}",
    )
    if rng.random() < 0.75:
        day = day_of_year(base, month, number)
        return on(rng.choice(short), day) if day else None
    long = (
        f"ngày {number} tháng {month} năm {year}",
        f"ngày {number}/{month}/{year}",
        f"{number}/{month}/{year}",
        aim.isoformat(),
    )
    return on(rng.choice((*long, f"{said} tháng {MONTHS[month]} năm {year}")), aim)


def tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("ngày mai", "ngày mai", base + dt.timedelta(days=1))


def short_tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("mai", "mai", base + dt.timedelta(days=1))


def day_after_tomorrow(rng: random.Random, base: dt.date) -> Named:
    words = rng.choice(("ngày kia", "ngày mốt"))
    return Named(words, words, base + dt.timedelta(days=2))


def today(_: random.Random, base: dt.date) -> Named:
    return Named("hôm nay", "hôm nay", base)


def period_end(rng: random.Random, base: dt.date) -> tuple[str, dt.date]:
    """Words of a month, quarter or year, and its last day."""
    month, quarter, year, following = rng.randint(1, 12), rng.randint(1, 4), base.year + rng.randint(0, 2), next_month(base)
    next_end, sau = month_end(following.year, following.month), rng.choice(("sau", "tới"))
    return rng.choice(
        (
            ("tháng này", month_end(base.year, base.month)),
            (f"tháng {sau}", next_end),
            (f"tháng {month}", month_by_name(base, month)),
            (f"tháng {MONTHS[month]}", month_by_name(base, month)),
            (f"tháng {month} năm {year}", month_end(year, month)),
            (f"tháng {month}/{year}", month_end(year, month)),
            ("quý này", quarter_end(base, 0)),
            (f"quý {sau}", quarter_end(base, 1)),
            (f"quý {rng.choice((str(quarter), QUARTERS[quarter - 1]))}", month_by_name(base, quarter * 3)),
            (f"quý {quarter} năm {year}", month_end(year, quarter * 3)),
            ("năm nay", dt.date(base.year, 12, 31)),
            (f"năm {sau}", dt.date(base.year + 1, 12, 31)),
            (f"năm {year}", dt.date(year, 12, 31)),
        )
    )


def end_of_period(rng: random.Random, base: dt.date) -> Named | None:
    words, day = period_end(rng, base)
    return Named(f"cuối {words}", f"cuối {words}", day) if day > base else None


def all_of_period(rng: random.Random, base: dt.date) -> Named | None:
    """Hết tuần này is by its Friday; hết tháng 3 by its last day."""
    weeks = (("tuần này", day_of_week(base, 4, 0)), ("tuần sau", day_of_week(base, 4, 1)), ("tuần tới", day_of_week(base, 4, 1)))
    words, day = rng.choice((*weeks, *[period_end(rng, base) for _ in range(4)]))
    return Named(f"hết {words}", f"hết {words}", day) if day > base else None


def next_unit(rng: random.Random, base: dt.date) -> Named:
    words, day = rng.choice((("tuần", day_of_week(base, 0, 1)), ("tháng", next_month(base))))
    words = f"{words} {rng.choice(('sau', 'tới'))}"
    return Named(words, words, day)


MAKERS: dict[str, Maker] = {
    "w": weekday,
    "n": this_or_coming,
    "k": weekday_of_week,
    "o": numbered,
    "d": dated,
    "m": tomorrow,
    "p": short_tomorrow,
    "a": day_after_tomorrow,
    "t": today,
    "e": end_of_period,
    "h": all_of_period,
    "u": next_unit,
}
