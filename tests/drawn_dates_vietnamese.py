"""Vietnamese sentences of north and south with a due date and its meaning, drawn from the tables of drawn_words_vietnamese."""

import datetime as dt
import random
import re

from tests.drawn_calendar import (
    Drawn,
    Maker,
    Named,
    When,
    bound,
    day_of_month,
    day_of_week,
    day_of_year,
    joined,
    listed,
    monday,
    month_by_name,
    month_end,
    next_month,
    next_weekday,
    on_day,
    quarter_end,
    real_date,
    working_days,
)
from tests.drawn_words_vietnamese import (
    ACTIONS,
    AT_END,
    AT_START,
    CLOCKS,
    CORRECTED,
    CORRECTIONS,
    DAYS,
    FISCAL,
    FORMS,
    IN_MIDDLE,
    LASTING,
    MONTHS,
    NAMED,
    ONES,
    OPENERS,
    PARTS,
    PEOPLE,
    QUARTERS,
    RANGES,
    SPEAKERS,
    TRAILERS,
    VAGUE,
)


def weekday_name(index: int) -> str:
    return "chủ nhật" if index == 6 else f"thứ {DAYS[index]}"


def restyled(rng: random.Random, words: str) -> str:
    """The weekdays written in one way for the whole phrase: thứ sáu, Thứ Sáu, Thứ sáu, thứ 6, Thứ 6, T6."""
    style = rng.choice(
        listed("thứ {word}; thứ {word}; thứ {word}; Thứ {Word}; Thứ {word}; thứ {number}; Thứ {number}; T{number}")
    )
    for index, word in enumerate(DAYS):
        words = re.sub(rf"thứ {word}\b", style.format(word=word, Word=word.capitalize(), number=index + 2), words)
    sunday = {"Thứ {Word}": "Chủ Nhật", "Thứ {word}": "Chủ nhật", "T{number}": "CN"}.get(style, "chủ nhật")
    return words.replace("chủ nhật", sunday)


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
        return day and on(f"{words} {rng.choice(('tháng sau', 'tháng tới'))}", day)
    day = day_of_month(base, number)
    if day and day.month == base.month and rng.random() < 0.2:
        return on(f"{words} tháng này", day)
    return day and on(words, day)


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
        return day and on(rng.choice(short), day)
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


def within(rng: random.Random, base: dt.date) -> When:
    number = rng.randint(1, 10)
    count = rng.choice((str(number), ONES[number]))
    unit, day = rng.choice(
        (
            ("ngày", base + dt.timedelta(days=number)),
            ("tuần", base + dt.timedelta(weeks=number)),
            ("ngày làm việc", working_days(base, number)),
        )
    )
    forms = (
        "trong vòng {n}",
        "trong vòng {n} tới",
        "trong vòng {n} nữa",
        "chậm nhất là {n} nữa",
        "muộn nhất {n} nữa",
        "trong vòng {n} kể từ hôm nay",
    )
    return bound(rng.choice(forms).format(n=f"{count} {unit}"), "by", day)


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first."""
    kind = rng.choice("wwwkodsx")
    if kind in "sx":
        return shared_span(rng, base, kind)
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or (kind in "kod" and a.words.split()[-2:-1] != b.words.split()[-2:-1] and "tháng" in a.words + b.words):
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 40 or (
        kind == "d" and any(str(year) in a.words + b.words for year in (a.day.year, b.day.year))
    ):
        return None
    return bound(rng.choice(RANGES).format(a=a.words, b=b.words), "between", a.day, end)


def shared_span(rng: random.Random, base: dt.date, kind: str) -> When | None:
    """Two days of which only the second says its week (s) or its month (x)."""
    template = rng.choice(RANGES)
    if kind == "s":
        a, b, week = rng.randrange(6), rng.randrange(7), rng.choice(("tuần sau", "tuần tới"))
        start, end = day_of_week(base, a, 1), day_of_week(base, b, 1)
        # on an early day of the week the first day alone could be meant of this one
        sure = a < b and start == next_weekday(base, a)
        return bound(template.format(a=weekday_name(a), b=f"{weekday_name(b)} {week}"), "between", start, end) if sure else None
    month, low = rng.randint(1, 12), rng.randint(1, 20)
    high = low + rng.randint(1, 8)
    first, last = day_of_year(base, month, low), day_of_year(base, month, high)
    words = template.format(a=f"ngày {low}", b=rng.choice((f"ngày {high} tháng {month}", f"ngày {high}/{month}")))
    return bound(words, "between", first, last) if first and last and first < last else None


def period(rng: random.Random, base: dt.date) -> When | None:
    """Next week, next month, the week of the 12th."""
    following, later, day = next_month(base), rng.choice(("sau", "tới")), rng.choice((numbered, dated))(rng, base)
    kind = rng.choice(("tuần", "tháng", "tuần có"))
    if kind == "tuần":
        words = rng.choice(("tuần {}", "trong tuần {}", "vào tuần {}")).format(later)
        return bound(words, "between", day_of_week(base, 0, 1), day_of_week(base, 4, 1))
    if kind == "tháng":
        words = rng.choice(("tháng {}", "trong tháng {}", "vào tháng {}")).format(later)
        return bound(words, "between", following, month_end(following.year, following.month))
    if not day or day.day.weekday() > 4 or monday(day.day) <= base:
        return None
    words = rng.choice(("trong tuần có {}", "tuần có {}", "vào tuần có {}")).format(day.words)
    return bound(words, "between", monday(day.day), monday(day.day) + dt.timedelta(days=4))


def corrected(rng: random.Random, base: dt.date, relation: str) -> When | None:
    """Two days of the same sort, of which the last one counts."""
    kinds = rng.choice(("ww", "ww", "oo", "nn", "wo", "wm"))
    wrong, right = MAKERS[kinds[0]](rng, base), MAKERS[kinds[1]](rng, base)
    if (
        not wrong
        or not right
        or wrong.day == right.day
        or "tháng" in wrong.words + right.words
        or (relation, kinds[1]) == ("by", "m")
    ):
        return None
    if kinds == "oo" and wrong.day.month != right.day.month:
        return None
    form = CORRECTED[relation]
    first, again = (form.replace("{d}", day.words).replace("{on}", day.on) for day in (wrong, right))
    return bound(">" + rng.choice(CORRECTIONS).format(first=first, again=again, day=right.words), relation, right.day)


def undated(rng: random.Random, base: dt.date) -> When | None:
    """A time that gives no day: one of two days, a fiscal quarter, "soon", or nothing at all."""
    kind = rng.choice(("either", "either", "fiscal", "vague", "none"))
    if kind == "either":
        which = rng.choice("wwod")
        a, b = MAKERS[which](rng, base), MAKERS[which](rng, base)
        if not a or not b or a.day >= b.day:
            return None
        forms = (
            "{a} hoặc {b}",
            "vào {a} hoặc {b}",
            "{a} hay {b}",
            "trước {a} hoặc {b}",
            ">, {a} hoặc là {b}",
            "vào {a} hoặc vào {b}",
        )
        return When(rng.choice(forms).format(a=a.words, b=b.words))
    return When({"fiscal": rng.choice(FISCAL), "vague": ">" + rng.choice(VAGUE), "none": ">"}[kind])


def when(rng: random.Random, base: dt.date, relation: str | None) -> When | None:
    chance = rng.random()
    if relation is None:
        return undated(rng, base)
    if relation == "between":
        return span(rng, base) if chance < 0.65 else period(rng, base)
    if chance < 0.1:
        return corrected(rng, base, relation)
    return within(rng, base) if relation == "by" and chance < 0.22 else on_day(rng, base, relation, FORMS[relation], MAKERS)


def action(rng: random.Random, relation: str | None, words: str) -> list[str]:
    table = {"until": LASTING, "from": LASTING, "between": rng.choice((ACTIONS, LASTING))}.get(relation or "", ACTIONS)
    if (rng.random() < 0.05 and table is ACTIONS) or (words == ">" and rng.random() < 0.6):
        table = NAMED
    return rng.choice(table).split("|")


def vietnamese(rng: random.Random, base: dt.date, relation: str | None) -> Drawn | None:
    """One sentence with that relation, or None when the words drawn would say no certain day on that date."""
    said = when(rng, base, relation)
    if said is None:
        return None
    verb, obj, rest = action(rng, relation, said.words)
    words = (
        restyled(rng, said.words).removeprefix(">").replace("{clock}", rng.choice(CLOCKS)).replace("{part}", rng.choice(PARTS))
    )
    fields = {"verb": verb, "obj": obj, "rest": rest, "me": rng.choice(SPEAKERS), "when": words}
    fields["who"] = rng.choice([who for who in PEOPLE if who not in rest])
    fields["task"] = f"{verb} {obj} {rest}".strip()
    if said.clause:
        template = words + "."
    elif words.startswith(",") or not words:
        template = rng.choice([row for row in AT_END if row.endswith("{when}.") and "," not in row])
    elif said.words.startswith(">") or "," in words or rng.random() < 0.65:
        template = rng.choice(AT_END)
    else:
        template = (
            rng.choice(IN_MIDDLE) if rest.startswith(("cho ", "với ", "về ")) and rng.random() < 0.4 else rng.choice(AT_START)
        )
    passive = " được {verb}" in template
    task = template.split(" {when}")[0].format(**fields).strip() if passive else fields["task"]
    return Drawn(finish(rng, template.format(**fields)), "vi", base, said.relation, said.first, said.last, task)


def finish(rng: random.Random, sentence: str) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1].rstrip(), sentence[-1]
    closed = mark == "?" or body.endswith((" ạ", " nhé", " nha")) or rng.random() < 0.4
    return joined(rng.choice(OPENERS) if rng.random() < 0.5 else "", body, "" if closed else rng.choice(TRAILERS), mark)
