"""Vietnamese sentences of north and south with a due date and its meaning, drawn from the tables of vietnamese_words."""

import datetime as dt
import random
import re

from tests.drawn.rules import (
    BEFORE,
    Drawn,
    When,
    bound,
    day_of_week,
    day_of_year,
    joined,
    listed,
    monday,
    month_end,
    next_month,
    next_weekday,
    on_day,
    working_days,
)
from tests.drawn.vietnamese_days import MAKERS, dated, numbered, weekday_name
from tests.drawn.vietnamese_words import (
    ACTIONS,
    AT_END,
    AT_START,
    BEFORE_FORMS,
    CLOCKS,
    CORRECTED,
    CORRECTIONS,
    DAYS,
    EITHER,
    FISCAL,
    FORMS,
    IN_MIDDLE,
    LASTING,
    NAMED,
    ONES,
    OPENERS,
    PARTS,
    PEOPLE,
    RANGES,
    SPEAKERS,
    TRAILERS,
    VAGUE,
    WITHIN,
)


def restyled(rng: random.Random, words: str) -> str:
    """The weekdays written in one way for the whole phrase: thứ sáu, Thứ Sáu, Thứ sáu, thứ 6, Thứ 6, T6."""
    style = rng.choice(
        listed("thứ {word}; thứ {word}; thứ {word}; Thứ {Word}; Thứ {word}; thứ {number}; Thứ {number}; T{number}")
    )
    for index, word in enumerate(DAYS):
        words = re.sub(rf"thứ {word}\b", style.format(word=word, Word=word.capitalize(), number=index + 2), words)
    sunday = {"Thứ {Word}": "Chủ Nhật", "Thứ {word}": "Chủ nhật", "Thứ {number}": "Chủ nhật", "T{number}": "CN"}.get(
        style, "chủ nhật"
    )
    return words.replace("chủ nhật", sunday)


def within(rng: random.Random, base: dt.date) -> When:
    number, unit = rng.randint(1, 10), rng.choice(("ngày", "tuần", "ngày làm việc"))
    days = {"ngày": dt.timedelta(days=number), "tuần": dt.timedelta(weeks=number)}
    count = rng.choice((str(number), ONES[number]))
    day = base + days[unit] if unit in days else working_days(base, number)
    return bound(rng.choice(WITHIN).format(n=f"{count} {unit}"), "by", day)


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first. Neither names a year; both name a month in the same way, or none does."""
    kind = rng.choice("wwwkodsx")
    if kind in "sx":
        return shared_span(rng, base, kind)
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or a.words == b.words or re.search(r"\b20\d\d\b", a.words + " " + b.words):
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 25 or len({("tháng" in day.words, "/" in day.words) for day in (a, b)}) > 1:
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
    if not wrong or not right or wrong.day == right.day or (relation, kinds[1]) == ("by", "m"):
        return None
    if "tháng" in wrong.words + right.words or (kinds == "oo" and wrong.day.month != right.day.month):
        return None
    form = CORRECTED[relation]
    first, again = (form.replace("{d}", day.words).replace("{on}", day.on) for day in (wrong, right))
    day = right.day - BEFORE if form in BEFORE_FORMS else right.day
    return bound(">" + rng.choice(CORRECTIONS).format(first=first, again=again, day=right.words), relation, day)


def undated(rng: random.Random, base: dt.date) -> When | None:
    """A time that gives no day: one of two days, a fiscal quarter, "soon", or nothing at all."""
    kind = rng.choice(("either", "either", "fiscal", "vague", "none"))
    if kind == "either":
        which = rng.choice("wwod")
        a, b = MAKERS[which](rng, base), MAKERS[which](rng, base)
        if not a or not b or not 1 <= (b.day - a.day).days <= 20:
            return None
        return When(rng.choice(EITHER).format(a=a.words, b=b.words))
    return When({"fiscal": rng.choice(FISCAL), "vague": ">" + rng.choice(VAGUE), "none": ">"}[kind])


def when(rng: random.Random, base: dt.date, relation: str | None) -> When | None:
    chance = rng.random()
    if relation is None:
        return undated(rng, base)
    if relation == "between":
        return span(rng, base) if chance < 0.65 else period(rng, base)
    if chance < 0.1:
        return corrected(rng, base, relation)
    if relation == "by" and chance < 0.22:
        return within(rng, base)
    return on_day(rng, base, relation, FORMS[relation], MAKERS, BEFORE_FORMS)


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
    words = restyled(rng, said.words).removeprefix(">")
    words = words.replace("{clock}", rng.choice(CLOCKS)).replace("{part}", rng.choice(PARTS))
    fields = {"verb": verb, "obj": obj, "rest": rest, "me": rng.choice(SPEAKERS), "when": words}
    fields["who"] = rng.choice([who for who in PEOPLE if who not in rest])
    fields["task"] = f"{verb} {obj} {rest}".strip()
    template = words + "." if said.clause else sentence_around(rng, said.words, words, rest)
    task = fields["task"]
    if " được {verb}" in template:
        task = template.removesuffix(" {when}.").format(**fields).strip()
    return Drawn(finish(rng, template.format(**fields)), "vi", base, said.relation, said.first, said.last, task)


def sentence_around(rng: random.Random, form: str, words: str, rest: str) -> str:
    """A sentence with a place for {when} where these words may stand."""
    if words.startswith(",") or not words:
        return rng.choice([row for row in AT_END if row.endswith("{when}.") and "," not in row])
    if form.startswith(">") or "," in words or rng.random() < 0.65:
        return rng.choice(AT_END)
    middle = rest.startswith(("cho ", "với ", "về ")) and rng.random() < 0.4
    return rng.choice(IN_MIDDLE if middle else AT_START)


def finish(rng: random.Random, sentence: str) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1].rstrip(), sentence[-1]
    closed = mark == "?" or body.endswith((" ạ", " nhé", " nha", " được")) or rng.random() < 0.4
    return joined(rng.choice(OPENERS) if rng.random() < 0.5 else "", body, "" if closed else rng.choice(TRAILERS), mark)
