"""English days: which words name them, and which days they mean. Plain text: small letters, `3th` for 3rd, `#3` for three."""

import datetime as dt
import re
from collections.abc import Callable

from tasks.language.calendar_days import (
    MONDAY,
    WEDNESDAY,
    Stretch,
    days_later,
    end_of_month,
    end_of_named_month,
    end_of_quarter,
    end_of_week,
    end_of_year,
    feast,
    months_later,
    numeric_date,
    on_date,
    on_day_of_month,
    start_of_month,
    week_holding,
    weekday_after,
    weekday_from,
    weekday_in_month,
    weekday_of_week,
    weekend,
    within_hours,
    working_days_later,
    working_week,
)
from tasks.language.date_words import CountedRule, Days, day_rules, filled

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec".split()
EVENT = (
    r"(?:\w+ )?(?:meeting|call|session|review|demo|sync|stand-?up|workshop|launch|board|deadline|release|presentation|training|"
    r"webinar|class|appointment|interview|lunch|dinner|conference|retro(?:spective)?|kick-?off|check-?in|briefing|event)"
)
HOUR = (
    r"(?:noon|midday|midnight|lunch ?time|lunch|dinner|breakfast|half past #?[0-9]{1,2}|quarter (?:past|to) #?[0-9]{1,2}|"
    r"#?[0-9]{1,2}(?:[:.][0-9]{2})? ?(?:am|pm|a\.m\.?|p\.m\.?|o'clock|in the (?:morning|afternoon|evening))|"
    r"[0-9]{1,2}:[0-9]{2})(?! ?from\b)"
)
DAY_END = (
    r"(?:(?:the )?(?:very )?(?:end|close) of (?:(?:the |this )?(?:(?:business|working|work) )?day|business|play)|cob|"
    r"eod|eob|c\.o\.b\.?|"
    r"e\.o\.d\.?)"
)
PART = r"(?:(?:early |late |mid-?)?(?:morning|afternoon|evening|night))"
_FEASTS = {
    "ash wednesday": -46,
    "palm sunday": -7,
    "maundy thursday": -3,
    "good friday": -2,
    "easter sunday": 0,
    "easter monday": 1,
    "ascension day": 39,
    "whit sunday": 49,
    "whit monday": 50,
}
"""In days after Easter Sunday."""
_NAMES = {
    "WEEKDAY": rf"(?P<weekday>{'|'.join(WEEKDAYS)})",
    "MONTH": (
        rf"(?<!\bi )(?<!\bwe )(?<!\byou )(?<!\bthey )(?<!\bhe )(?<!\bshe )(?<!\bit )(?P<month>{'|'.join(MONTHS)}|"
        rf"(?:{'|'.join(_SHORT_MONTHS)})\b\.?)"
    ),
    "NUMBER": r"(?P<number>#?[0-9]{1,2})(?:th)?",
    "NTH": r"(?P<number>#?[0-9]{1,2})th",
    "COUNT": r"(?P<count>#?[0-9]{1,3}|an?)",
    "UNIT": r"(?P<unit>(?:working |business |week)?days?|weeks?|months?|years?|fortnights?|hours?|minutes?)",
    "YEAR": r"(?:,? (?P<year>20[0-9]{2}))?",
    "QUARTER": r"(?:(?:the )?(?:q(?P<quarter>[1-4])|(?:#?(?P<nth>[1-4])th) quarter)(?:(?: of)? (?P<year>20[0-9]{2}))?)",
    "END": r"(?:the )?(?:very )?(?:end|close) of",
    "EVENT": EVENT,
    "JANUARY": "|".join(MONTHS),
    "HOUR": HOUR,
    "DAYEND": DAY_END,
    "THEN": (
        r"(?=[,.?!;:)\"…]|$|\s[-–—]|-?ish\b| (?:and|at|or|so|then|please|to|if|when|because|since|while|although|though|unless|"
        r"assuming|provided|given|once|but|in|by|before|after|through|until|till|instead|on|onwards?|forward|going|"
        r"latest|inclusive|"
        r"as|that|this|it|with|for|from|i|we|you|he|she|they|is|has|will|would|can|could|should|must|shall|about|works|"
        r"not|no|sorry|wait|actually)\b)"
    ),
    "HOLIDAY": (
        r"(?:(?:good|black|easter|ash|cyber|palm|shrove|maundy|whit|giving|holy|super) (?:monday|tuesday|wednesday|"
        r"thursday|friday|"
        r"saturday|sunday)|christmas(?: eve| day)?|xmas|easter|thanksgiving|halloween|new year's(?: eve| day)?|ramadan|eid|"
        r"diwali|passover|hanukkah|pentecost|[a-z]+'s day|(?:boxing|labou?r|memorial|independence|may|earth|"
        r"remembrance|national|republic) day|(?:the )?(?:\w+ )?(?:holidays?|break|vacation))"
    ),
}
_rule = day_rules(_NAMES)


def _n(text: str | None) -> int:
    return int((text or "0").lstrip("#")) if text not in ("a", "an") else 1


def _weekday(match: re.Match[str]) -> int:
    return WEEKDAYS.index(match["weekday"])


def _month(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.startswith(name[:3]))


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _of_week(weeks: int) -> Callable[[re.Match[str], dt.date], Days]:
    return lambda match, base: weekday_of_week(base, _weekday(match), weeks)


def _end(match: re.Match[str], base: dt.date) -> dt.date:
    """The last day of this or the next week, month, quarter or year."""
    said = match.groupdict()
    ends: dict[str, Callable[[dt.date, int], dt.date]] = {
        "w": end_of_week,
        "m": end_of_month,
        "q": end_of_quarter,
        "y": end_of_year,
    }
    return ends[said.get("letter") or said["unit"][0]](base, int(bool(said.get("next"))))


def _after_next(match: re.Match[str], base: dt.date) -> dt.date | None:
    """`The friday after next`, which some count from the coming friday and some from that of next week: where both are one."""
    coming = weekday_after(base, _weekday(match))
    return days_later(coming, 7) if coming == weekday_of_week(base, _weekday(match), 1) else None


def _later(match: re.Match[str], base: dt.date) -> dt.date | None:
    """So many days, weeks, ... after the base day."""
    count, unit = _n(match["count"]), match["unit"].rstrip("s")
    if unit == "minute":
        return base
    if unit == "hour":
        return within_hours(base, count)
    if unit in ("month", "year"):
        return months_later(base, count * (12 if unit == "year" else 1))
    if unit in ("working day", "business day", "weekday"):
        return working_days_later(base, count)
    return days_later(base, count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _earlier(match: re.Match[str], base: dt.date) -> dt.date | None:
    """So many days or weeks before the base day."""
    days = {"day": 1, "week": 7}.get(match["unit"].rstrip("s"))
    return days_later(base, -days * _n(match["count"])) if days else None


def _date(match: re.Match[str], base: dt.date) -> dt.date | None:
    """The date said; None if it does not fall on the weekday said."""
    said = match.groupdict()
    year = int(said["year"]) if said.get("year") else None
    number = _n(said["number"])
    day = on_date(base, _month(said["month"]), number, year) if said.get("month") else on_day_of_month(base, number)
    return day if day and (not said.get("weekday") or day.weekday() == _weekday(match)) else None


def _dates(match: re.Match[str], base: dt.date) -> Stretch | None:
    """Two days of one month."""
    last = _date(match, base)
    first = on_date(last, last.month, _n(match["begins"]), last.year) if last else None
    return (first, last) if first and last and first <= last else None


def _counted_weekday(match: re.Match[str], base: dt.date) -> dt.date | None:
    """`The first monday of april`, not before the meeting."""
    number = -1 if match["nth"] == "last" else _n(match["nth"].removesuffix("th"))
    month = match["month"]
    first = start_of_month(base, (_month(month) - base.month) % 12 if month else int(match["which"] == "next"))
    day = weekday_in_month(first, _weekday(match), number)
    if day and day < base:
        return weekday_in_month(months_later(first, 12), _weekday(match), number) if month else None
    return day


def _quarter(match: re.Match[str], base: dt.date) -> dt.date:
    return end_of_named_month(base, 3 * int(match["quarter"] or match["nth"]), _year(match))


def _numeric(match: re.Match[str], base: dt.date) -> dt.date | None:
    year = int(match["year"]) % 100 + 2000 if match["year"] else None
    return numeric_date(base, int(match["a"]), int(match["b"]), year, day_first=False)


DAYS = (
    # today and tomorrow
    _rule(r"(?:later |earlier |some ?time )?today|tonight|this (?:very )?(?:morning|afternoon|evening)", lambda m, base: base),
    _rule(r"<DAYEND>(?: today)?|(?:the )?end of today", lambda m, base: base, "by"),
    _rule(r"<HOUR>", lambda m, base: base, bound=True),
    _rule(r"now", lambda m, base: base, bound=True),
    _rule(r"tomorrow", lambda m, base: days_later(base, 1)),
    _rule(r"(?:the )?day after tomorrow", lambda m, base: days_later(base, 2)),
    # weekdays
    _rule(r"<WEEKDAY>", lambda m, base: weekday_after(base, _weekday(m)), bare=True),
    _rule(r"(?:the |this )?(?:coming|upcoming) <WEEKDAY>", lambda m, base: weekday_after(base, _weekday(m))),
    _rule(r"the <WEEKDAY>(?: <EVENT>|<THEN>)", lambda m, base: weekday_after(base, _weekday(m)), bound=True),
    _rule(r"this <WEEKDAY>", lambda m, base: weekday_from(base, _weekday(m))),
    _rule(r"<WEEKDAY>,? (?:of |in )?this week", _of_week(0)),
    _rule(r"this week,? (?:on )?<WEEKDAY>", _of_week(0)),
    _rule(r"(?:next|the following) <WEEKDAY>(?:,? (?:of )?next week)?", _of_week(1)),
    _rule(r"<WEEKDAY>,? (?:of |in )?(?:next|the following) week", _of_week(1)),
    _rule(r"(?:next|the following) week,? (?:on )?<WEEKDAY>", _of_week(1)),
    _rule(r"(?:the )?<WEEKDAY>,? (?:of |in )?(?:the )?week after next", _of_week(2)),
    _rule(r"the week after next,? (?:on )?<WEEKDAY>", _of_week(2)),
    _rule(r"(?:the )?<WEEKDAY> after next(?! week)", _after_next),
    _rule(r"<WEEKDAY> week(?! end)", lambda m, base: days_later(weekday_after(base, _weekday(m)), 7)),
    _rule(r"next <WEEKDAY> (?:week(?! end)|fortnight)"),
    _rule(r"<WEEKDAY> fortnight", lambda m, base: days_later(weekday_after(base, _weekday(m)), 14)),
    _rule(r"(?:this |next )?<WEEKDAY>,? (?:the )?<NTH>(?! (?:of )?(?:<JANUARY>))", _date),
    _rule(r"(?:this |next )?<WEEKDAY>,? (?:the )?<NUMBER> (?:of )?<MONTH><YEAR>", _date),
    _rule(r"(?:this |next )?<WEEKDAY>,? <MONTH> (?:the )?<NUMBER><YEAR>", _date),
    _rule(r"the (?P<nth>#?[1-4]th|last) <WEEKDAY> (?:of|in) (?:(?P<which>the|this|next) month|<MONTH>)", _counted_weekday),
    # weeks
    _rule(
        r"<END> (?:(?:(?:the|this)|(?P<next>next|the following)) )?(?:work(?:ing)? )?(?P<unit>week|month|quarter|year)",
        _end,
        "by",
    ),
    _rule(r"(?:the )?(?P<unit>month|quarter|year)(?:'s)?[ -]end|eo(?P<letter>[wmqy])", _end, "by"),
    _rule(r"(?:the )?week ?end", lambda m, base: weekend(base, 0), bound=True),
    _rule(r"this (?:coming )?week ?end", lambda m, base: weekend(base, 0)),
    _rule(r"(?:later |late )?this week", lambda m, base: working_week(base, 0)),
    _rule(r"(?:next|the coming|the following) week", lambda m, base: working_week(base, 1)),
    _rule(r"(?:early|late|later|mid)(?: in)? (?:next|this|the coming|the following) (?:week|month|quarter|year)"),
    _rule(r"the week after next", lambda m, base: working_week(base, 2)),
    _rule(r"<END> the week after next", lambda m, base: end_of_week(base, 2), "by"),
    _rule(r"(?:the )?(?:beginning|start) of next week", lambda m, base: weekday_of_week(base, MONDAY, 1)),
    _rule(
        r"(?:the )?middle of next week|mid[- ]next week|midweek next week", lambda m, base: weekday_of_week(base, WEDNESDAY, 1)
    ),
    _rule(r"(?:the )?(?:#?[1-4]th|last) week (?:of|in) <MONTH>"),
    _rule(r"(?:the )?(?:next|following) week ?end", lambda m, base: weekend(base, 1)),
    _rule(r"(?:by|before) (?:the |this )?week ?end", lambda m, base: end_of_week(base, 0), "by"),
    # months, quarters, years
    _rule(r"(?:later )?this month", lambda m, base: (base, end_of_month(base))),
    _rule(r"next month", lambda m, base: (start_of_month(base, 1), end_of_month(base, 1))),
    _rule(r"<END> <MONTH><YEAR>", lambda m, base: end_of_named_month(base, _month(m["month"]), _year(m)), "by"),
    _rule(r"the last day of (?:the|this) month", lambda m, base: end_of_month(base)),
    _rule(r"the last day of next month", lambda m, base: end_of_month(base, 1)),
    _rule(r"the last day of <MONTH><YEAR>", lambda m, base: end_of_named_month(base, _month(m["month"]), _year(m))),
    _rule(r"the #?1th (?:day )?of next month", lambda m, base: on_day_of_month(base, 1, 1)),
    _rule(r"the #?1th day of <MONTH><YEAR>", lambda m, base: on_date(base, _month(m["month"]), 1, _year(m))),
    _rule(
        r"(?:(?:the )?(?:beginning|start|middle) of|early|late|mid)[- ](?:(?:the|this|next) (?:month|quarter|year)|"
        r"<MONTH>|<QUARTER>)"
    ),
    _rule(r"<END> <QUARTER>", _quarter, "by"),
    _rule(r"<END> (?P<year>20[0-9]{2})", lambda m, base: dt.date(int(m["year"]), 12, 31), "by"),
    _rule(r"(?:later )?this year", lambda m, base: (base, end_of_year(base))),
    _rule(r"(?:in )?the new year", lambda m, base: dt.date(base.year + 1, 1, 1), "not_before"),
    _rule(r"(?:some ?time )?(?:next|this) (?:quarter|year|spring|summer|autumn|fall|winter)"),
    _rule(r"<MONTH>(?! (?:the )?#?[0-9])|<QUARTER>|(?:the )?(?:spring|summer|autumn|fall|winter)", bound=True),
    _rule(
        r"(?:<END> |(?:the )?(?:beginning|start|middle) of )?(?:(?:the|this|next|our) )?(?:(?:q[1-4]|#?[1-4]th quarter) of )?"
        r"(?:(?:the|this|next|our) )?(?:#?[1-4]th )?(?:fiscal|financial|tax)(?: (?:year|quarter|"
        r"q[1-4]))?(?:'s)?(?:[ -]end)?(?: 20[0-9]{2})?"
    ),
    _rule(r"(?:<END> )?(?:(?:fiscal |financial )q[1-4]|(?:q[1-4] (?:of )?)?fy ?'?[0-9]{2,4})"),
    # dates
    _rule(r"<MONTH> (?:the )?<NUMBER><YEAR>(?! (?:days?|weeks?|months?|hours?|people|percent)|[:.][0-9])", _date),
    _rule(r"(?:the )?(?P<number>[0-9]{1,2}(?=th| )|#[0-9]{1,2}(?=th))(?:th)? <MONTH><YEAR>", _date),
    _rule(r"(?:the )?<NUMBER> of <MONTH><YEAR>", _date),
    _rule(r"the <NTH> of (?:the|this) month", _date),
    _rule(r"the <NTH> of next month", lambda m, base: on_day_of_month(base, _n(m["number"]), 1)),
    _rule(r"the (?P<number>[4-9]|[12][0-9]|3[01])th<THEN>", _date, bare=True),
    _rule(r"(?:the )?<NTH><THEN>", _date, bound=True, bare=True),
    _rule(
        r"the <NTH>(?=,? or (?:so|later|earlier|sooner)\b|(?:,? or| to| until| till| through) the #?[0-9]+th|"
        r" at the (?:latest|earliest))",
        _date,
        bare=True,
    ),
    _rule(
        r"(?:(?:from|between) )?(?:the )?(?P<begins>#?[0-9]{1,2})(?:th)? ?(?:to|until|till|through|and|-|–) ?(?:the )?<NUMBER> "
        r"(?:of )?<MONTH><YEAR>",
        _dates,
        "between",
    ),
    _rule(
        r"(?:(?:from|between) )?<MONTH> (?:the )?(?P<begins>#?[0-9]{1,2})(?:th)? ?(?:to|until|till|through|and|-|–) ?(?:the )?"
        r"<NUMBER><YEAR>(?! (?:of )?(?:<JANUARY>))",
        _dates,
        "between",
    ),
    _rule(
        r"(?P<year>20[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})", lambda m, base: on_date(base, int(m["m"]), int(m["d"]), _year(m))
    ),
    _rule(r"(?P<a>[0-9]{1,2})[/.](?P<b>[0-9]{1,2})(?:[/.](?P<year>(?:20)?[0-9]{2}))?(?![0-9/])", _numeric),
    # counted from the meeting
    _rule(r"in <COUNT> <UNIT>(?:'s?)?(?: time| from now| from today)?", _later),
    _rule(r"<COUNT> <UNIT>(?:'s?)? (?:from now|from today|hence)", _later),
    _rule(
        r"(?:within|inside(?: of)?)(?: (?:the|a))?(?: (?:next|coming|following|period of))? "
        r"<COUNT> <UNIT>(?:'s?)?(?: time)?(?! (?:of|after|from|following)\b)",
        _later,
        "by",
    ),
    _rule(r"(?:in|over|during) the (?:next|coming|following) <COUNT> <UNIT>", _later, "by"),
    _rule(r"(?:in|within|over) the next week", lambda m, base: days_later(base, 7), "by"),
    _rule(r"(?:in|within|over) the next month", lambda m, base: months_later(base, 1), "by"),
    _rule(r"(?:in|within) <COUNT> <UNIT>(?= (?:of|after|from|following)\b)"),
    _rule(r"(?:in|within) half an hour", lambda m, base: base),
    _rule(r"(?:in|within|over)(?: the next)?(?: a)? (?:couple of|few|several)? ?(?:hours|days|weeks|months|years)"),
    # words that name no day
    _rule(
        r"(?:(?:as|very) )?soon(?: as (?:possible|i can|we can|you can))?|asap|some ?day|#1 day|some ?time soon|next time|"
        r"later(?: on)?|(?:straight|right) away|immediately|at some point|eventually|when(?:ever)? (?:i|you) (?:have|find|get) "
        r"(?:the )?time|(?:right )?after (?:the|this) (?:meeting|call)"
    ),
    _rule(rf"(?P<feast>{'|'.join(_FEASTS)})<THEN>", lambda m, base: feast(base, _FEASTS[m["feast"]]), bound=True),
    _rule(r"<HOLIDAY><THEN>", bound=True),
)
_COUNTED_WORDS: tuple[tuple[str, Callable[[re.Match[str], dt.date], Days]], ...] = (
    (r"<COUNT> <UNIT> (?:from|after|following|of) ", _later),
    (r"<COUNT> <UNIT> before ", _earlier),
    (r"a week (?:on |from )?", lambda m, day: days_later(day, 7)),
    (
        r"(?:in |during )?(?:the )?week (?:of|commencing|beginning|starting(?: on)?|containing|with) ",
        lambda m, day: week_holding(day),
    ),
    (r"(?:the )?(?:day|evening|night) before ", lambda m, day: days_later(day, -1)),
    (r"(?:the )?day after ", lambda m, day: days_later(day, 1)),
)
COUNTED = tuple(CountedRule(re.compile(filled(pattern, _NAMES)), days) for pattern, days in _COUNTED_WORDS)
THEN = _NAMES["THEN"]
"""What may follow a day that stands for itself."""
