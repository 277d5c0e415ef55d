"""English sentences with a due date and its meaning by docs/due-dates.md, drawn from the tables of english_words."""

import datetime as dt
import random
import re

from tests.drawn.english_days import MAKERS, amount, dated, end_of_period, numbered, ordinal
from tests.drawn.english_words import (
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
    IN_PERIOD,
    LASTING,
    MONTH_RANGES,
    MONTHS,
    NAMED,
    NUMBERS,
    OPENERS,
    PARTS,
    PEOPLE,
    RANGES,
    TRAILERS,
    VAGUE,
    WEEK_RANGES,
)
from tests.drawn.rules import (
    Drawn,
    When,
    bound,
    day_of_week,
    day_of_year,
    joined,
    monday,
    month_end,
    next_month,
    next_weekday,
    on_day,
    working_days,
)


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
    """End of Q2, without a preposition, is the last day it may be done."""
    end = end_of_period(rng, base)
    return bound(">" + end.words.removeprefix("the "), "by", end.day) if end else None


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first."""
    kind = rng.choice("wwnodxs")
    if kind in "xs":
        return (month_span if kind == "x" else week_span)(rng, base)
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or a.words == b.words or (kind == "n" and a.words.split()[0] != b.words.split()[0]):
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 25 or re.search(r"\b20\d\d\b", a.words + " " + b.words):
        return None
    return bound(rng.choice(RANGES).format(a=a.words, b=b.words), "between", a.day, end)


def week_span(rng: random.Random, base: dt.date) -> When | None:
    """Monday to Wednesday next week; None early in a week, when the first day alone could be meant of this one."""
    a, b = rng.randrange(6), rng.randrange(7)
    start, end = day_of_week(base, a, 1), day_of_week(base, b, 1)
    if a >= b or start != next_weekday(base, a):
        return None
    form = rng.choice(WEEK_RANGES)
    return bound(form.format(a=DAYS[a], b=DAYS[b]), "between", start, end)


def month_span(rng: random.Random, base: dt.date) -> When | None:
    """The 5th to the 9th of March."""
    month, low = rng.randint(1, 12), rng.randint(1, 20)
    high = low + rng.randint(1, 8)
    start, end = day_of_year(base, month, low), day_of_year(base, month, high)
    if not start or not end or start > end:
        return None
    form = rng.choice(MONTH_RANGES)
    words = form.format(a=ordinal(low, rng), b=ordinal(high, rng), low=low, high=high, m=MONTHS[month])
    return bound(words, "between", start, end)


def period(rng: random.Random, base: dt.date) -> When | None:
    """Next week, next month, this weekend, the week of the 12th."""
    following, day = next_month(base), rng.choice((numbered, dated))(rng, base)
    kind = rng.choice(("week", "month", "weekend", "week of"))
    if kind == "week":
        words = rng.choice((*IN_PERIOD, "during {p}", "in the course of {p}")).format(p="next week")
        return bound(words, "between", day_of_week(base, 0, 1), day_of_week(base, 4, 1))
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
    if rng.random() < 0.3 and relation in ("by", "on") and again != right.words:
        first = CORRECTED["on" if relation == "by" else "by"].replace("{d}", wrong.words).replace("{on}", wrong.on)
        return bound(f">{first}, no, wait, {again}", relation, right.day)
    return bound(">" + rng.choice(CORRECTIONS).format(first=first, again=again, day=right.words), relation, right.day)


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
        return span(rng, base) if chance < 0.6 else period(rng, base)
    if chance < 0.1:
        return corrected(rng, base, relation)
    if relation == "by" and chance < 0.25:
        return (within if chance < 0.2 else bare_end)(rng, base)
    return on_day(rng, base, relation, FORMS[relation], MAKERS, BEFORE_FORMS)


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
    template = words + "." if said.clause else sentence_around(rng, said.words, words, rest)
    task = fields["task"]
    if "{done}" in template:
        task = template.removesuffix(" {when}.").format(**fields).strip()
    return Drawn(finish(rng, template.format(**fields)), "en", base, said.relation, said.first, said.last, task)


def sentence_around(rng: random.Random, form: str, words: str, rest: str) -> str:
    """A sentence with a place for {when} where these words may stand."""
    if words.startswith(",") or not words:
        return rng.choice([row for row in AT_END if row.endswith("{when}.") and "," not in row])
    if form.startswith(">") or "," in words or rng.random() < 0.65:
        return rng.choice(AT_END)
    middle = rest.startswith(("to ", "with ", "for ", "about ")) and rng.random() < 0.4
    return rng.choice(IN_MIDDLE if middle else AT_START)


def finish(rng: random.Random, sentence: str) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1].rstrip(), sentence[-1]
    trailer = rng.choice(TRAILERS) if rng.random() < 0.6 else ""
    clause = trailer and not trailer.startswith(",")
    repeated = "I think" in body and "I think" in trailer
    if repeated or (trailer.startswith(",") and mark == "?") or (clause and ("deadline" in body or body.endswith(" so"))):
        trailer = ""
    return joined(rng.choice(OPENERS) if rng.random() < 0.6 else "", body, trailer, mark)
