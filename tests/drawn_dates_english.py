"""English sentences with a due date and its meaning by docs/due-dates.md, drawn from the tables of drawn_words_english."""

import datetime as dt
import random

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
    monday,
    month_by_name,
    month_end,
    next_month,
    next_weekday,
    on_day,
    quarter_end,
    working_days,
)
from tests.drawn_words_english import (
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
    IN_PERIOD,
    LASTING,
    MONTHS,
    NAMED,
    NUMBERS,
    OPENERS,
    ORDINALS,
    PARTS,
    PEOPLE,
    RANGES,
    TRAILERS,
    VAGUE,
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
    return day and Named(words, f"on {words}", day)


def dated(rng: random.Random, base: dt.date) -> Named | None:
    """A month and its day, three times in four without the year."""
    aim = base + dt.timedelta(days=rng.randint(1, 300))
    month, number, nth = MONTHS[aim.month], aim.day, ordinal(aim.day, rng)
    words = rng.choice(
        (f"{month} {number}", f"{month} {nth}", f"the {nth} of {month}", f"{number} {month}", f"{month} the {nth}")
    )
    if rng.random() < 0.75:
        day = day_of_year(base, aim.month, number)
        return day and Named(words, f"on {words}", day)
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


def amount(rng: random.Random) -> tuple[str, int]:
    """Words for a number of days or weeks, and the days."""
    number = rng.randint(1, 12)
    unit, days = rng.choice((("day", 1), ("week", 7)))
    if number == 1:
        return rng.choice((f"a {unit}", f"one {unit}")), days
    return f"{rng.choice((str(number), NUMBERS[number - 1]))} {unit}s", number * days


def within(rng: random.Random, base: dt.date) -> When:
    words, days = amount(rng)
    if rng.random() < 0.3:
        number = rng.randint(2, 12)
        count, kind = rng.choice((str(number), NUMBERS[number - 1])), rng.choice(("working", "business"))
        return bound(f"within {count} {kind} days", "by", working_days(base, number))
    plural = words.endswith("s")
    mark = "'" if plural else "'s"
    forms = (
        f"within {words}",
        f">in {words} at the latest",
        f"no later than {words} from now",
        f">in {words}{mark} time at the latest",
    )
    return bound(rng.choice((*forms, f"within the next {words}") if plural else forms), "by", base + dt.timedelta(days=days))


def bare_end(rng: random.Random, base: dt.date) -> When | None:
    """ "End of Q2", without a preposition, is the last day it may be done."""
    end = end_of_period(rng, base)
    return end and bound(">" + end.words.removeprefix("the "), "by", end.day)


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first."""
    kind = rng.choice("wwnodxs")
    if kind == "s":
        a, b = rng.randrange(6), rng.randrange(7)
        words = rng.choice(("between {a} and {b} next week", "from {a} to {b} next week", "from {a} through {b} of next week"))
        start, end = day_of_week(base, a, 1), day_of_week(base, b, 1)
        # on an early day of the week the first day alone could be meant of this one
        sure = a < b and start == next_weekday(base, a)
        return bound(words.format(a=DAYS[a], b=DAYS[b]), "between", start, end) if sure else None
    if kind == "x":
        month, low = rng.choice(MONTHS[1:]), rng.randint(1, 20)
        high = low + rng.randint(1, 8)
        start, end = day_of_year(base, MONTHS.index(month), low), day_of_year(base, MONTHS.index(month), high)
        template = rng.choice(("between the {a} and the {b} of {m}", "from the {a} to the {b} of {m}", "from {m} {a} to {b}"))
        words = template.format(
            a=ordinal(low, rng) if "the" in template else low, b=ordinal(high, rng) if "the" in template else high, m=month
        )
        return bound(words, "between", start, end) if start and end and start < end else None
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or (a.words.split()[0] != b.words.split()[0] and kind == "n"):
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 40 or (
        kind == "d" and any(len(word) == 4 and word.isdigit() for word in (a.words + b.words).split())
    ):
        return None
    return bound(rng.choice(RANGES).format(a=a.words, b=b.words), "between", a.day, end)


def period(rng: random.Random, base: dt.date) -> When | None:
    """Next week, next month, this weekend, the week of the 12th."""
    following, day = next_month(base), rng.choice((numbered, dated))(rng, base)
    kind = rng.choice(("week", "month", "weekend", "week of"))
    if kind == "week":
        return bound(
            rng.choice((*IN_PERIOD, "during {p}", "in the course of {p}")).format(p="next week"),
            "between",
            day_of_week(base, 0, 1),
            day_of_week(base, 4, 1),
        )
    if kind == "month":
        words = rng.choice((*IN_PERIOD, "in the course of {p}")).format(p="next month")
        return bound(words, "between", following, month_end(following.year, following.month))
    if kind == "weekend":
        words = rng.choice(("this weekend", "over the weekend", "sometime this weekend"))
        return bound(words, "between", day_of_week(base, 5, 0), day_of_week(base, 6, 0)) if base.weekday() < 5 else None
    if not day or day.day.weekday() > 4 or monday(day.day) <= base:
        return None
    words = rng.choice(("the week of {d}", "in the week of {d}", "during the week of {d}")).format(d=day.words)
    return bound(words, "between", monday(day.day), monday(day.day) + dt.timedelta(days=4))


def corrected(rng: random.Random, base: dt.date, relation: str) -> When | None:
    """Two days of the same sort, of which the last one counts."""
    kinds = rng.choice(("ww", "ww", "oo", "wo", "wm", "mw"))
    wrong, right = MAKERS[kinds[0]](rng, base), MAKERS[kinds[1]](rng, base)
    if not wrong or not right or wrong.day == right.day or (kinds == "oo" and wrong.day.month != right.day.month):
        return None
    form = CORRECTED[relation]
    first, again = (form.replace("{d}", day.words).replace("{on}", day.on) for day in (wrong, right))
    if rng.random() < 0.3 and relation in ("by", "on"):
        first = CORRECTED["on" if relation == "by" else "by"].replace("{d}", wrong.words).replace("{on}", wrong.on)
        return bound(f">{first}, no, wait, {again}", relation, right.day)
    return bound(">" + rng.choice(CORRECTIONS).format(first=first, again=again, day=right.words), relation, right.day)


def undated(rng: random.Random, base: dt.date) -> When | None:
    """A time that gives no day: one of two days, a fiscal quarter, "soon", or nothing at all."""
    kind = rng.choice(("either", "either", "fiscal", "vague", "none"))
    if kind == "either":
        which = rng.choice("wwod")
        a, b = MAKERS[which](rng, base), MAKERS[which](rng, base)
        if not a or not b or a.day >= b.day:
            return None
        return When(
            rng.choice(("{p}{a} or {b}", "either {p}{a} or {b}", "by {a} or {b}", ">, {a} or {b}", "by {a} or by {b}")).format(
                p="on ", a=a.words, b=b.words
            )
        )
    return When({"fiscal": rng.choice(FISCAL), "vague": ">" + rng.choice(VAGUE), "none": ">"}[kind])


def when(rng: random.Random, base: dt.date, relation: str | None) -> When | None:
    chance = rng.random()
    if relation is None:
        return undated(rng, base)
    if relation == "between":
        return span(rng, base) if chance < 0.6 else period(rng, base)
    if chance < 0.1:
        return corrected(rng, base, relation)
    if relation == "by" and chance < 0.25:
        return (within if chance < 0.2 else bare_end)(rng, base)
    return on_day(rng, base, relation, FORMS[relation], MAKERS)


def action(rng: random.Random, relation: str | None, words: str) -> list[str]:
    table = {"until": LASTING, "from": LASTING, "between": rng.choice((ACTIONS, LASTING))}.get(relation or "", ACTIONS)
    if (relation is None and words == ">") or (rng.random() < 0.05 and table is ACTIONS):
        table = rng.choice((NAMED, ACTIONS)) if words == ">" else NAMED
    return rng.choice(table).split("|")


def english(rng: random.Random, base: dt.date, relation: str | None) -> Drawn | None:
    """One sentence with that relation, or None when the words drawn would say no certain day on that date."""
    said = when(rng, base, relation)
    if said is None:
        return None
    verb, obj, rest, done = action(rng, relation, said.words)
    words = said.words.removeprefix(">").replace("{clock}", rng.choice(CLOCKS)).replace("{part}", rng.choice(PARTS))
    needs = "need" if obj.endswith("s") and obj != "the Sunday Times" else "needs"
    fields = {"verb": verb, "obj": obj, "rest": rest, "done": done, "needs": needs, "when": words}
    fields["who"] = rng.choice([who for who in PEOPLE if who not in obj + rest])
    fields["task"] = f"{verb} {obj} {rest}".strip()
    if said.clause:
        template = words + "."
    elif words.startswith(",") or not words:
        template = rng.choice([row for row in AT_END if row.endswith("{when}.") and "," not in row])
    elif said.words.startswith(">") or "," in words or rng.random() < 0.65:
        template = rng.choice(AT_END)
    else:
        template = (
            rng.choice(IN_MIDDLE)
            if rest.startswith(("to ", "with ", "for ", "about ")) and rng.random() < 0.4
            else rng.choice(AT_START)
        )
    task = (
        f"{obj} {template.split('{obj} ')[1].split(' {when}')[0]}".format(**fields).strip()
        if "{done}" in template
        else fields["task"]
    )
    return Drawn(finish(rng, template.format(**fields)), "en", base, said.relation, said.first, said.last, task)


def finish(rng: random.Random, sentence: str) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1].rstrip(), sentence[-1]
    trailer = rng.choice(TRAILERS) if rng.random() < 0.6 else ""
    if (
        (trailer.startswith(",") and mark == "?")
        or (not trailer.startswith(",") and "deadline" in body)
        or ("I think" in body and "I think" in trailer)
    ):
        trailer = ""
    return joined(rng.choice(OPENERS) if rng.random() < 0.6 else "", body, trailer, mark)
