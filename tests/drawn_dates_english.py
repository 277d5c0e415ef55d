"""English sentences with a due date, drawn from tables of ways to say it. What they mean is docs/due-dates.md, worked out in drawn_calendar."""

import calendar
import datetime as dt
import random

from tests.drawn_calendar import (
    Drawn,
    Maker,
    Named,
    When,
    bound,
    capital,
    day_of_month,
    day_of_week,
    day_of_year,
    monday,
    month_by_name,
    month_end,
    next_month,
    next_weekday,
    on_day,
    quarter_end,
    working_days,
)

DAYS, MONTHS = tuple(calendar.day_name), tuple(calendar.month_name)
ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh
twenty-eighth twenty-ninth thirtieth thirty-first""".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
CLOCKS = ("5 pm", "noon", "10 am", "5:30 pm", "three o'clock", "4 p.m.", "nine in the morning", "lunchtime", "midday")
PARTS = ("morning", "afternoon", "evening", "night")

# Kinds of days: w Friday, n this or next Friday, k Friday next week, o the 5th, d March 5, m tomorrow, a the day after tomorrow,
# t today, e the end of March, c two weeks from Friday, u next week as a beginning. A form that begins with ">" stands at the end only.
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "by": {
        "wnkodma": (
            "by {d}", "no later than {d}", "not later than {d}", ">{on} at the latest", "by {d} at the latest", "at the latest by {d}",
            "by no later than {d}", ">, it's due {on}", ">, the deadline is {d}", ">, {d} at the latest",
        ),
        "wnkod": ("before {d}", "prior to {d}", "on or before {d}", "any time before {d}"),
        "wnkm": ("by EOD {d}", "by COB {d}", "before {clock} {on}", "by {clock} {on}"),
        "wnodm": ("by close of business {on}", "by the end of the day {on}", "by {d} at {clock}", "by {clock} {on}"),
        "wm": ("by {d} {part}", "by {d} EOD", "by the end of the day {d}"),
        "t": ("by EOD", "by the end of the day", "by close of business today", "by EOD today", "by tonight", "before the end of the day"),
        "e": ("by {d}", "before {d}", "no later than {d}", "by {d} at the latest"),
        "c": ("no later than {d}", "by {d} at the latest"),
    },
    "on": {
        "wnkodma": ("{on}", "{on}", "{on} at {clock}", "at {clock} {on}", "first thing {on}", "early {on}"),
        "wm": (">{d}", "{on} {part}", ">{d} {part}"),
        "od": ("on the {part} of {d}", "exactly on {d}"),
        "t": ("today", "tonight", "this afternoon", "later today", "at {clock} today"),
        "c": ("{d}", "exactly {d}"),
    },
    "until": {
        "wnkodm": (
            "until {d}", "till {d}", "through {d}", "up until {d}", "up to and including {d}", "right up until {d}", "at least until {d}",
            "until {d} inclusive", "all the way through {d}", "until {clock} {on}", "till {clock} {on}", "until the end of the day {on}",
            "until close of business {on}",
        ),
        "wm": ("until {d} {part}", "through {d} {part}"),
        "e": ("until {d}", "till {d}", "through {d}", "up until {d}"),
    },
    "not_before": {
        "wnkoda": (
            ">not before {d}", ">, not before {d}", ">, but not before {d}", "no earlier than {d}", "no sooner than {d}", "not earlier than {d}",
            "on or after {d}", ">, not until {d}", ">, but not until {d}", ">{on} at the earliest", ">, {d} at the earliest", ">, {d} or later",
            "at the earliest {on}", ">, just not before {d}", "not before {d} will {who} {task}", "not until {d} will {who} {task}",
            "{who} won't {task} before {d}", "we can't {task} until {d}", "please don't {task} before {d}", "let's not {task} before {d}",
        ),
        "e": (">, not before {d}", "no earlier than {d}", ">, but not until {d}", "we can't {task} before {d}"),
        "u": (">, not before {d}", "no earlier than {d}", ">, {d} at the earliest", "{who} can't {task} until {d}"),
        "y": ("in the new year", "sometime in the new year", "early in the new year"),
    },
    "after": {
        "wnkodm": ("after {d}", "only after {d}", "any time after {d}", "anytime after {d}", "sometime after {d}", "at some point after {d}"),
        "wnod": (
            "right after {d}", "shortly after {d}", "straight after {d}", "immediately after {d}", "once {d} is over", "once {d} has passed",
            "as soon as {d} is over", ">, but only after {d}", ">, but not until after {d}", ">, any day after {d}", "{who} can {task} only after {d}",
        ),
        "e": ("after {d}", "only after {d}", "any time after {d}"),
    },
    "from": {
        "wnkodma": (
            "from {d} on", "from {d} onwards", "from {d} onward", "starting {d}", "starting {on}", "starting from {d}", "as of {d}",
            "beginning {on}", "from {d} forward", "effective {d}", "with effect from {d}", "as from {d}", "from {d} going forward",
        ),
        "wm": ("from {d} {part} on", "starting {d} {part}"),
        "u": ("from {d} on", "starting {d}", "as of {d}", "from {d} onwards", "beginning {d}"),
    },
    "around": {
        "wnkod": (
            "around {d}", "about {d}", ">{on} or so", "roughly {d}", "around about {d}", "approximately {d}", "somewhere around {d}",
            "sometime around {d}", "on or about {d}", "on or around {d}", ">, probably around {d}", ">, say around {d}", "right around {d}",
            ">{on} or thereabouts", ">, {d} or so", ">, maybe around {d}",
        ),
    },
}  # fmt: skip
RANGES = (
    "between {a} and {b}", "from {a} to {b}", "from {a} through {b}", "from {a} until {b}", "from {a} till {b}", "any time between {a} and {b}",
    "sometime between {a} and {b}", "at some point between {a} and {b}", "anywhere between {a} and {b}", ">{a} to {b}", ">{a} through {b}",
)  # fmt: skip
IN_PERIOD = ("{p}", "sometime {p}", "at some point {p}", "some time {p}")
CORRECTED = {
    "by": "by {d}", "on": "{on}", "until": "until {d}", "after": "after {d}", "from": "starting {on}", "around": "around {d}",
    "not_before": "no earlier than {d}",
}  # fmt: skip
CORRECTIONS = (
    "{first}, no, wait, {again}", "{first}, sorry, {day}", "{first}, I mean {again}", "{first}, no, {again}", "{first}, or rather {again}",
    "{first}, sorry, I meant {day}", "{first}, no, make that {day}", "{first}, wait, no, {day}", "{first}, scratch that, {again}",
)  # fmt: skip
VAGUE = (
    "as soon as possible", "soon", "at some point", "when there is time", "when the auditors are done", "right after the call", "ASAP",
    "once the contract is signed", "in due course", "every now and then",
)  # fmt: skip
FISCAL = (
    "by the end of fiscal Q2", "by the end of the fiscal year", "before the end of the fiscal year", "in the third fiscal quarter",
    "by the end of the second fiscal quarter", "no later than the end of fiscal Q4",
)  # fmt: skip

# verb | object | rest | participle
ACTIONS = """send|the report|to Anna|sent; review|the contract|with the lawyers|reviewed; update|the budget|for the board|updated
finish|the slides|for the workshop|finished; publish|the release notes|on the wiki|published; call|the supplier|about the invoice|called
fix|the login page|for the partners|fixed; share|the minutes|with everyone|shared; sign|the lease||signed; book|the meeting room||booked
order|the laptops|for the new team|ordered; deploy|the new build|to production|deployed; draft|the press release||drafted
check|the backups||checked; test|the payment form|with real cards|tested; renew|the certificate||renewed; pay|the deposit||paid
translate|the manual|into French|translated; submit|the grant application||submitted; clean up|the test data||cleaned up
prepare|the demo|for the client|prepared; interview|the two candidates||interviewed; close|the old accounts||closed
collect|the survey answers|from the branches|collected; hand over|the keys|to the landlord|handed over; approve|the design||approved
merge|the pull request|into main|merged; print|the posters||printed; migrate|the database|to the new server|migrated
cancel|the old subscription||cancelled; compare|the three offers|with the old prices|compared; write|the job description||written
ship|the samples|to the factory|shipped; upload|the recordings|to the archive|uploaded"""
LASTING = """keep|the staging server|running|kept; monitor|the error logs||monitored; cover|the front desk|for Maria|covered
run|the nightly tests|on both machines|run; answer|the support tickets||answered; freeze|the main branch||frozen; use|the old template||used
block|the large room|for the trainers|blocked; pause|the newsletter||paused; keep|the survey|open|kept; watch|the sales figures||watched
rent|the second office||rented; host|the visitors|in the main building|hosted; limit|the travel budget||limited
share|the parking space|with the neighbours|shared; track|the working hours||tracked; log|every call|to the hotline|logged"""
NAMED = """send|the Black Friday sale figures|to Anna|sent; update|the Monday.com board||updated; call|the Sunday Times|about the advert|called
plan|the Cyber Monday campaign|with marketing|planned; design|the Giving Tuesday newsletter||designed; copy|the Black Friday banners||copied
check|the Monday.com invoice|with Paul|checked; thank|the Sunday Times|for the article|thanked"""
PEOPLE = ("Omar", "Anna", "Priya", "Tom", "Mrs. Keller", "our intern", "the design team", "Jonas")

AT_END = (
    "I'll {task} {when}.", "I will {task} {when}.", "{who} will {task} {when}.", "can you {task} {when}?", "could you please {task} {when}?",
    "please {task} {when}.", "we need to {task} {when}.", "I think I'll {task} {when}.", "I'm going to {task} {when}.", "let's {task} {when}.",
    "{who} has to {task} {when}.", "{who}, can you {task} {when}?", "{who}, please {task} {when}.", "{who} agreed to {task} {when}.",
    "I'll, um, {task} {when}.", "I think we should {task} {when}.", "{obj} {needs} to be {done} {rest} {when}.", "{obj} must be {done} {rest} {when}.",
    "{obj} should be {done} {rest} {when}.",
)  # fmt: skip
AT_START = (
    "{when}, I'll {task}.", "{when}, {who} will {task}.", "{when}, can you {task}?", "{when}, we need to {task}.", "{when} I'll {task}.",
    "{when}, please {task}.", "{when}, um, {who} has to {task}.", "{when}, could you please {task}?", "{when}, I think, we should {task}.",
)  # fmt: skip
IN_MIDDLE = ("I'll {verb} {obj} {when} {rest}.", "{who} will {verb} {obj} {when} {rest}.", "can you {verb} {obj} {when} {rest}?")
OPENERS = ("", "", "", "", "um, ", "so, ", "okay, ", "well, ", "right, ", "yeah, so ")
TRAILERS = (
    "", "", "", "", "", " because the auditors come", " since the client is waiting", ", if that's fine with everyone", ", okay?", ", all right?",
    " so that the team can plan", ", as we agreed", ", if nothing comes up", ", I think", ", assuming nobody objects",
)  # fmt: skip


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
    forms = (("{} next week", "{} of next week") if weeks else ("{} this week", "{} of this week"))
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
    words = rng.choice((f"{month} {number}", f"{month} {nth}", f"the {nth} of {month}", f"{number} {month}", f"{month} the {nth}"))
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
    words, day = rng.choice((
        (rng.choice(("the end of the week", "the end of this week")), day_of_week(base, 4, 0)), ("the end of next week", day_of_week(base, 4, 1)),
        (rng.choice(("the end of the month", "the end of this month")), month_end(base.year, base.month)),
        ("the end of next month", month_end(following.year, following.month)), (f"the end of {MONTHS[month]}", month_by_name(base, month)),
        (f"the end of {MONTHS[month]} {year}", month_end(year, month)), (f"the end of {year}", dt.date(year, 12, 31)),
        (rng.choice(("the end of the quarter", "the end of this quarter")), quarter_end(base, 0)), ("the end of next quarter", quarter_end(base, 1)),
        (rng.choice((f"the end of Q{quarter}", f"the end of the {nth} quarter")), quarter_day),
        (f"the end of Q{quarter} {year}", month_end(year, quarter * 3)),
        (rng.choice(("the end of the year", "the end of this year")), dt.date(base.year, 12, 31)), ("the end of next year", dt.date(base.year + 1, 12, 31)),
    ))  # fmt: skip
    return Named(words, words, day) if day > base else None


def counted(rng: random.Random, base: dt.date) -> Named:
    words, days = amount(rng)
    start, day = rng.choice((("today", base), ("tomorrow", base + dt.timedelta(days=1)), *[(n.words, n.day) for n in [weekday(rng, base)] * 3]))
    return Named(f"{words} from {start}", f"{words} from {start}", day + dt.timedelta(days=days))


def next_unit(rng: random.Random, base: dt.date) -> Named:
    words, day = rng.choice((("next week", day_of_week(base, 0, 1)), ("next month", next_month(base))))
    return Named(words, words, day)


def new_year(_: random.Random, base: dt.date) -> Named | None:
    day = dt.date(base.year + 1, 1, 1)
    return Named("the new year", "in the new year", day) if base.month > 8 else None


MAKERS: dict[str, Maker] = {
    "w": weekday, "n": this_or_next, "k": weekday_of_week, "o": numbered, "d": dated, "m": tomorrow, "a": day_after_tomorrow, "t": today,
    "e": end_of_period, "c": counted, "u": next_unit, "y": new_year,
}  # fmt: skip


def amount(rng: random.Random) -> tuple[str, int]:
    """Words for a number of days or weeks, and the days."""
    number = rng.randint(1, 12)
    unit, days = rng.choice((("day", 1), ("week", 7)))
    if number == 1:
        return rng.choice((f"a {unit}", f"one {unit}")), days
    return f"{rng.choice((str(number), NUMBERS[number - 1]))} {unit}s", number * days


def within(rng: random.Random, base: dt.date) -> When:
    words, days = amount(rng)
    plural = words.replace("a week", "week").replace("a day", "day") if words.startswith("a ") else words
    if rng.random() < 0.3:
        number = rng.randint(2, 12)
        count, kind = rng.choice((str(number), NUMBERS[number - 1])), rng.choice(("working", "business"))
        return bound(f"within {count} {kind} days", "by", working_days(base, number))
    possessive = words + ("'" if words.endswith("s") else "'s")
    form = rng.choice((f"within {words}", f"within the next {plural}", f">in {words} at the latest", f">in {possessive} time at the latest",
                       f"no later than {words} from now"))  # fmt: skip
    return bound(form, "by", base + dt.timedelta(days=days))


def bare_end(rng: random.Random, base: dt.date) -> When | None:
    """"End of Q2", without a preposition, is the last day it may be done."""
    end = end_of_period(rng, base)
    return end and bound(">" + end.words.removeprefix("the "), "by", end.day)


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first."""
    kind = rng.choice("wwnodx")
    if kind == "x":
        month, low = rng.choice(MONTHS[1:]), rng.randint(1, 20)
        high = low + rng.randint(1, 8)
        start, end = day_of_year(base, MONTHS.index(month), low), day_of_year(base, MONTHS.index(month), high)
        template = rng.choice(("between the {a} and the {b} of {m}", "from the {a} to the {b} of {m}", "from {m} {a} to {b}"))
        words = template.format(a=ordinal(low, rng) if "the" in template else low, b=ordinal(high, rng) if "the" in template else high, m=month)
        return bound(words, "between", start, end) if start and end and start < end else None
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or a.words.split()[0] != b.words.split()[0] and kind == "n":
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 40 or kind == "d" and any(len(word) == 4 and word.isdigit() for word in (a.words + b.words).split()):
        return None
    return bound(rng.choice(RANGES).format(a=a.words, b=b.words), "between", a.day, end)


def period(rng: random.Random, base: dt.date) -> When | None:
    """Next week, next month, this weekend, the week of the 12th."""
    following, day = next_month(base), rng.choice((numbered, dated))(rng, base)
    kind = rng.choice(("week", "month", "weekend", "week of"))
    if kind == "week":
        return bound(rng.choice((*IN_PERIOD, "during {p}", "in the course of {p}")).format(p="next week"), "between", day_of_week(base, 0, 1), day_of_week(base, 4, 1))
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
        return When(rng.choice(("{p}{a} or {b}", "either {p}{a} or {b}", "by {a} or {b}", ">, {a} or {b}", "by {a} or by {b}")).format(p="on ", a=a.words, b=b.words))
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
    if relation is None and words == ">" or rng.random() < 0.05 and table is ACTIONS:
        table = rng.choice((NAMED, ACTIONS)) if words == ">" else NAMED
    return rng.choice(table.replace("\n", "; ").split("; ")).split("|")


def english(rng: random.Random, base: dt.date, relation: str | None) -> Drawn | None:
    """One sentence with that relation, or None when the words drawn would say no certain day on that date."""
    said = when(rng, base, relation)
    if said is None:
        return None
    verb, obj, rest, done = action(rng, relation, said.words)
    words = said.words.removeprefix(">").replace("{clock}", rng.choice(CLOCKS)).replace("{part}", rng.choice(PARTS))
    needs = "need" if obj.endswith("s") and obj != "the Sunday Times" else "needs"
    fields = {"verb": verb, "obj": obj, "rest": rest, "done": done, "needs": needs, "who": rng.choice(PEOPLE), "when": words}
    fields["task"] = f"{verb} {obj} {rest}".strip()
    if said.clause:
        template = words + "."
    elif said.words.startswith(">") or "," in words or rng.random() < 0.65:
        template = rng.choice(AT_END)
    else:
        template = rng.choice(IN_MIDDLE) if rest.startswith(("to ", "with ", "for ", "about ")) and rng.random() < 0.4 else rng.choice(AT_START)
    task = f"{obj} {template.split('{obj} ')[1].split(' {when}')[0]}".format(**fields).strip() if "{done}" in template else fields["task"]
    return Drawn(finish(rng, template.format(**fields), relation), "en", base, said.relation, said.first, said.last, task)


def finish(rng: random.Random, sentence: str, relation: str | None) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1], sentence[-1]
    trailer = rng.choice(TRAILERS)
    if mark == "?" and trailer.startswith(",") or body.rstrip().endswith(("done", "signed")):
        trailer = ""
    text = rng.choice(OPENERS) + body.rstrip() + trailer
    text = " ".join(text.replace(" ,", ",").split())
    return capital(text if text.endswith("?") else (text.removesuffix(".") + mark))
