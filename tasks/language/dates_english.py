"""English due phrases: which words name a time, and which day they mean."""

import datetime as dt
import re

from tasks.language.calendar_days import (
    MONDAY,
    SUNDAY,
    WEDNESDAY,
    days_later,
    end_of_month,
    end_of_named_month,
    end_of_named_quarter,
    end_of_quarter,
    end_of_week,
    end_of_year,
    months_later,
    numeric_date,
    on_date,
    on_day_of_month,
    weekday_after,
    weekday_from,
    weekday_in_month,
    weekday_of_week,
    within_hours,
)
from tasks.language.date_words import DateWords, rule

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = "january february march april may june july august september october november december".split()
_SHORT_MONTHS = "jan feb mar apr jun jul aug sept sep oct nov dec".split()
_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_ORDINAL_ONES = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINAL_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()

_CARDINALS = {word: value for value, word in enumerate([*_ONES, *_TEENS], start=1)} | {"twenty": 20, "thirty": 30}
_ORDINALS = {word: value for value, word in enumerate([*_ORDINAL_ONES, *_ORDINAL_TEENS], start=1)}
_ORDINALS |= {"twentieth": 20, "thirtieth": 30}
_UNITS = _CARDINALS | _ORDINALS

_DAY = "|".join(_WEEKDAYS)
_MONTH = "|".join([*_MONTHS, *(f"{month}\\b\\.?" for month in _SHORT_MONTHS)])
_TENS = rf"(?:twenty|thirty)[ -](?:{'|'.join([*_ORDINAL_ONES, *_ONES])})"
_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_TENS}|{'|'.join(_ORDINALS)})"
_NUMBER = rf"(?:\d{{1,3}}|{_TENS}|{'|'.join(_CARDINALS)})"
_ANY_DAY = rf"(?:{_ORDINAL}|{_NUMBER})"
_YEAR = r"(?:,? (?:20\d\d|twenty twenty[ -]\w+))"
_PART = r"(?: (?:morning|afternoon|evening|night))"
_HOUR = rf"(?:noon|midnight|lunch ?time|lunch|{_NUMBER}(?:[:.]\d\d)? ?(?:am|pm|a\.m\.|p\.m\.|o'clock))"
_DAY_END = r"(?:(?:the )?(?:end|close) of (?:(?:the |this )?(?:business|working) day|(?:the |this )?day|business)|cob|eod)"
_CLOCK = rf"(?:,? (?:(?:at|by|before) )?(?:{_HOUR}|{_DAY_END}))"
_NO_DAY_AFTER = rf"(?!,? (?:(?:on|this|next) )?(?:tomorrow|{_DAY})\b)"
_HOUR_OF = rf"(?:(?:{_HOUR}|{_DAY_END}|first thing)(?:,? (?:on|in))? )"
_QUARTER = r"(?:q[1-4]|the (?:first|second|third|fourth) quarter)"
_OF_MONTH = rf"(?:(?:the|this|next) month|(?:{_MONTH}))"
_THEN = r"(?=[,.?!]|$| (?:and|at|or|so|then|please|to|if|when|because)\b)"
_DATE = (
    rf"(?:(?:{_MONTH}) (?:the )?{_ANY_DAY}(?! (?:days?|weeks?|months?|people|percent))|"
    rf"(?:the )?{_ANY_DAY} (?:of )?(?:{_MONTH})){_YEAR}?"
)
_POINTS = (
    r"(?:the )?day after tomorrow",
    rf"{_HOUR_OF}?tomorrow{_PART}?{_CLOCK}?",
    rf"(?:later )?today{_CLOCK}?",
    r"tonight|this (?:morning|afternoon|evening)|eod|eow|cob",
    r"(?:the )?(?:end|close) of (?:(?:the|this|next) )?(?:business day|business|day|work week|week|month|year|quarter|"
    rf"working day){_NO_DAY_AFTER}",
    rf"(?:the )?(?:end|beginning|start|middle) of (?:{_MONTH}|{_QUARTER}|(?:the|this|next) (?:week|month|quarter|year))",
    r"(?:the )?(?:month|quarter|year)(?:'s[ -]|[ -])end",
    rf"(?:early|late|mid)[- ](?:{_MONTH})(?! (?:the )?{_ANY_DAY})",
    rf"the (?:first|last) day of {_OF_MONTH}",
    rf"the (?:first|second|third|fourth|[1-4](?:st|nd|rd|th)|last) (?:{_DAY}) (?:of|in) {_OF_MONTH}",
    rf"(?:(?:{_DAY}) (?:of )?)?(?:in )?the week after next(?: on (?:{_DAY}))?",
    rf"(?:the )?(?:first|second|third|last) week of (?:{_MONTH})",
    rf"a week (?:from|on) (?:today|now|{_DAY})|{_NUMBER} (?:days|weeks|months) from (?:now|today)",
    rf"(?:(?:this|next|the coming|coming|the following) )?(?:{_DAY})(?!'s){_PART}?,? (?:the )?(?:{_DATE}|{_ORDINAL})",
    rf"{_HOUR_OF}?(?:(?:this|next|the coming|coming|the following) )?(?:{_DAY})(?!'s){_PART}?(?:,? (?:of )?(?:this|"
    rf"next) week)?{_CLOCK}?",
    rf"(?:early |late |later |mid |some ?time )?(?:next|this|the coming|the following) week(?! end)(?:,? (?:on )?(?:{_DAY}))?",
    r"(?:early |late |later |some ?time )?(?:next|this|the coming|the following) (?:weekend|week end|month|quarter|year)",
    rf"{_DATE}",
    rf"the {_ORDINAL} of (?:this|next|the) month",
    rf"the (?:[4-9]|[12]\d|3[01])(?:st|nd|rd|th){_THEN}",
    r"20\d\d-\d\d-\d\d|\d{1,2}[/.]\d{1,2}(?:[/.](?:20)?\d\d)?(?![\d/])",
)
_WITH_PREPOSITION = (
    rf"(?:by|before|until|till|in|during) {_QUARTER}",
    rf"(?:by|before|until|till|in|during) (?:(?:early|late|mid)[ -])?(?:{'|'.join(_MONTHS)}|spring|summer|autumn|fall|"
    rf"winter)(?! (?:the )?{_ANY_DAY})",
    rf"(?:on|by|before|until|till|no later than) the {_ORDINAL}{_THEN}",
    rf"(?:in|within) (?:the next )?(?:a |an )?(?:{_NUMBER}|a|an|couple of|few|several) ?"
    r"(?:hours?|days?|weeks?|months?|fortnight|years?)(?:(?:'s?)? time)?",
    r"(?:in|within) (?:a fortnight|half an hour|the next (?:days|weeks|week|month))",
    r"(?:over|at|on|by|before|for|until) the week ?end",
    rf"(?:by|before|at|until) {_HOUR}{_NO_DAY_AFTER}",
    r"(?:by|before|until|at|for|in) (?:the|our) next (?:meeting|time|call|sprint|session)",
    r"(?:right )?after (?:the|this) (?:meeting|call)",
)
_VAGUE = (
    r"(?:as|very) soon(?: as (?:possible|I can|we can|you can))?|soon|asap|some ?day|one day|some ?time soon|next time|"
    r"later on|later|straight away|right away|immediately|at some point|eventually|when(?:ever)? (?:I|you) (?:have|find|"
    r"get) (?:the )?time"
)
_PREPOSITION = (
    r"(?:no later than|not later than|at the latest by|latest by|by|before|until|till|on|for|in|at|during|over|within|due|"
    r"from)"
)
_LATEST = r"(?:,? at the (?:very )?latest)"

_PHRASE = re.compile(
    rf"(?<![\w'-])(?:(?:{'|'.join(_WITH_PREPOSITION)})|(?:(?:due )?{_PREPOSITION} )?(?:{'|'.join(_POINTS)})|"
    rf"{_VAGUE}){_LATEST}?(?![\w-])",
    re.IGNORECASE,
)
_NOT_DUE_AFTER = frozenset("last since every each past from of previous".split())
_FIRM = re.compile(r"^(?:by|before|until|till|no later|not later|due)\b", re.IGNORECASE)

_EITHER = re.compile(r",? or ", re.IGNORECASE)
_NEXT_MEETING = re.compile(r"\bnext (?:meeting|call|session)\b", re.IGNORECASE)
_MEETS_AGAIN = re.compile(
    r"\b(?:(?:the|our) next (?:meeting|call|session)(?: is| will be| takes place)|(?:we(?:'ll| will| shall)?|let's|let us)"
    r" (?:all )?meet (?:again|next))\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"^(?:(?:oh|well|uh|um),? )*(?:no|wait|sorry|actually|or rather)\b|\bI(?:'m| am| was) wrong\b", re.IGNORECASE
)

_LEADING = re.compile(
    r"^(?:(?:no later than|not later than|at the latest by|latest by|by|before|until|till|on|for|at|during|over|within|due|"
    r"from|the coming|coming|later|some ?time|at)\s+)+"
)
_TRAILING = re.compile(rf"(?<!this)(?<!^the)(?:{_LATEST}|{_PART}|{_CLOCK})+$")
_LEADING_HOUR = re.compile(rf"^{_HOUR_OF}(?=(?:tomorrow|this|next|the coming|coming|the following|{_DAY})\b)")
_NUMBER_WORD = re.compile(rf"\b(?:(twenty|thirty)(?:[ -]({'|'.join([*_ORDINAL_ONES, *_ONES])}))?|({'|'.join(_UNITS)}))\b")
_SPOKEN_YEAR = re.compile(r"\btwenty 20[ -]?(\d)\b|\b20 2(\d)\b")


def _normalise(phrase: str) -> str:
    """Lower case, digits for number words, without prepositions, times of day and commas."""
    text = re.sub(r"\s+", " ", phrase.lower().replace("’", "'")).strip(" .,!?")
    before = bool(re.match(r"(?:by|before)\b.*week ?end$", text))
    text = _TRAILING.sub("", _LEADING_HOUR.sub("", _LEADING.sub("", text)))
    text = re.sub(r"twenty twenty[ -](\w+)", lambda match: f"20{20 + _UNITS.get(match[1], 0)}", text)
    text = _NUMBER_WORD.sub(_as_digits, text)
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text).replace(",", "").replace("week end", "weekend")
    return f"before {text}" if before else text


def _as_digits(match: re.Match[str]) -> str:
    tens, ones, unit = match.groups()
    return str(_UNITS[tens] + (_UNITS[ones] if ones else 0) if tens else _UNITS[unit])


def _weekday(name: str) -> int:
    return _WEEKDAYS.index(name)


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name.rstrip(".")[:3]))


def _named(match: re.Match[str]) -> int:
    return _month(match["month"] or match["also"])


def _year(text: str | None) -> int | None:
    return int(text) + (2000 if len(text) == 2 else 0) if text else None


def _later(match: re.Match[str], base: dt.date) -> dt.date:
    count = 1 if match["count"] in {"a", "an", "the next"} else int(match["count"])
    unit = match["unit"].rstrip("s")
    if unit == "month":
        return months_later(base, count)
    if unit == "year":
        return months_later(base, 12 * count)
    return days_later(base, count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _counted_weekday(match: re.Match[str], base: dt.date) -> dt.date | None:
    """`The first monday of april`, not before the meeting."""
    number = -1 if match["count"] == "last" else int(match["count"])
    weekday, month, today = _weekday(match["day"]), match["month"], base.replace(day=1)
    first = months_later(today, (_month(month) - base.month) % 12 if month else int(match["which"] == "next"))
    day = weekday_in_month(first, weekday, number)
    if day and day < base:
        return weekday_in_month(months_later(first, 12), weekday, number) if month else None
    return day


def _dated_weekday(match: re.Match[str], base: dt.date) -> dt.date | None:
    """The date said, if it falls on the weekday said."""
    month = match["m1"] or match["m2"]
    day = int(match["d1"] or match["d2"] or match["d3"])
    date = on_date(base, _month(month), day) if month else on_day_of_month(base, day)
    return date if date and date.weekday() == _weekday(match["day"]) else None


_D, _M = rf"(?P<day>{_DAY})", rf"(?P<month>{_MONTH})"
_RULES = (
    rule(r"today|tonight|this (?:morning|afternoon|evening)|eod|cob|(?:in )?(?:half )?an hour", lambda _, base: base),
    rule(r"(?:in )?(?:the next )?(?P<hours>\d+) hours?(?:(?:'s?)? time)?", lambda m, base: within_hours(base, int(m["hours"]))),
    rule(_HOUR.replace(_NUMBER, r"\d+"), lambda _, base: base),
    rule(r"(?:the )?(?:end|close) of (?:the |this )?(?:business day|business|day|working day)", lambda _, base: base),
    rule(r"tomorrow", lambda _, base: days_later(base, 1)),
    rule(r"(?:the )?day after tomorrow", lambda _, base: days_later(base, 2)),
    rule(rf"{_D}", lambda m, base: weekday_after(base, _weekday(m["day"]))),
    rule(rf"this {_D}", lambda m, base: weekday_from(base, _weekday(m["day"]))),
    rule(
        rf"(?:next|the following) {_D}(?: (?:of )?next week)?|(?:next|the following) week (?:on )?(?P<also>{_DAY})",
        lambda m, base: weekday_of_week(base, _weekday(m["day"] or m["also"]), 1),
    ),
    rule(rf"{_D} (?:of )?next week", lambda m, base: weekday_of_week(base, _weekday(m["day"]), 1)),
    rule(
        rf"(?:this )?{_D} (?:of )?this week|this week (?:on )?(?P<also>{_DAY})",
        lambda m, base: weekday_of_week(base, _weekday(m["day"] or m["also"]), 0),
    ),
    rule(
        rf"(?:{_D} )?(?:of )?(?:in )?the week after next(?: on (?P<also>{_DAY}))?",
        lambda m, base: (
            weekday_of_week(base, _weekday(m["day"] or m["also"]), 2) if m["day"] or m["also"] else end_of_week(base, 2)
        ),
    ),
    rule(rf"a week (?:from|on) {_D}", lambda m, base: days_later(weekday_after(base, _weekday(m["day"])), 7)),
    rule(r"a week (?:from|on) (?:today|now)", lambda _, base: days_later(base, 7)),
    rule(
        r"(?:later? )?this week|(?:the )?end of (?:the |this )?(?:work )?week|eow|before (?:the |this )?weekend",
        lambda _, base: end_of_week(base, 0),
    ),
    rule(r"(?:late )?(?:next|the following) week|week|(?:the )?end of next week", lambda _, base: end_of_week(base, 1)),
    rule(r"(?:the )?(?:beginning|start) of next week", lambda _, base: weekday_of_week(base, MONDAY, 1)),
    rule(r"(?:the )?middle of next week|mid next week", lambda _, base: weekday_of_week(base, WEDNESDAY, 1)),
    rule(r"(?:the |this )?weekend", lambda _, base: weekday_of_week(base, SUNDAY, 0)),
    rule(r"next weekend", lambda _, base: weekday_of_week(base, SUNDAY, 1)),
    rule(
        r"(?:the )?end of (?:the |this )?month|(?:the )?month(?:'s)?[ -]end|(?:later? )?this month|"
        r"the last day of (?:the|this) month",
        lambda _, base: end_of_month(base),
    ),
    rule(r"(?:the )?end of next month|(?:late )?next month|the last day of next month", lambda _, base: end_of_month(base, 1)),
    rule(rf"(?:the )?end of {_M}|the last day of (?P<also>{_MONTH})", lambda m, base: end_of_named_month(base, _named(m))),
    rule(r"the 1 day of next month", lambda _, base: on_day_of_month(base, 1, 1)),
    rule(rf"the 1 day of {_M}", lambda m, base: on_date(base, _month(m["month"]), 1)),
    rule(
        rf"the (?P<count>[1-4]|last) {_D} (?:of|in) (?:(?P<which>the|this|next) month|{_M})",
        _counted_weekday,
    ),
    rule(r"(?:the )?end of (?:the |this )?quarter|(?:the )?quarter(?:'s)?[ -]end", lambda _, base: end_of_quarter(base)),
    rule(r"(?:the )?end of next quarter", lambda _, base: end_of_quarter(base, 1)),
    rule(
        r"(?:the )?end of (?:q(?P<q>[1-4])|the (?P<number>[1-4]) quarter)",
        lambda m, base: end_of_named_quarter(base, int(m["q"] or m["number"])),
    ),
    rule(
        r"(?:the )?end of (?:the |this )?year|(?:the )?year(?:'s)?[ -]end|(?:later? )?this year",
        lambda _, base: end_of_year(base),
    ),
    rule(r"(?:the )?end of next year", lambda _, base: end_of_year(base, 1)),
    rule(
        r"(?:in )?(?:the next )?(?P<count>\d+|an?) (?P<unit>days?|weeks?|months?|years?|fortnight)(?:(?:'s?)? time|"
        r" from (?:now|today))?",
        _later,
    ),
    rule(r"in (?P<count>the next) (?P<unit>week|month)", _later),
    rule(
        rf"{_M} (?:the )?(?P<number>\d+)(?: (?P<year>20\d\d))?",
        lambda m, base: on_date(base, _month(m["month"]), int(m["number"]), _year(m["year"])),
    ),
    rule(
        rf"(?:the )?(?P<number>\d+) (?:of )?{_M}(?: (?P<year>20\d\d))?",
        lambda m, base: on_date(base, _month(m["month"]), int(m["number"]), _year(m["year"])),
    ),
    rule(r"the (?P<number>\d+)(?: of (?:the|this) month)?", lambda m, base: on_day_of_month(base, int(m["number"]))),
    rule(r"the (?P<number>\d+) of next month", lambda m, base: on_day_of_month(base, int(m["number"]), 1)),
    rule(
        rf"{_D} (?:(?P<m1>{_MONTH}) (?:the )?(?P<d1>\d+)|(?:the )?(?P<d2>\d+) (?:of )?(?P<m2>{_MONTH})|(?:the )?(?P<d3>\d+))",
        _dated_weekday,
    ),
    rule(r"(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)", lambda m, base: on_date(base, int(m["m"]), int(m["d"]), int(m["y"]))),
    rule(
        r"(?P<a>\d{1,2})[/.](?P<b>\d{1,2})(?:[/.](?P<year>(?:20)?\d\d))?",
        lambda m, base: numeric_date(base, int(m["a"]), int(m["b"]), _year(m["year"]), day_first=False),
    ),
)

EN = DateWords(
    phrase=_PHRASE,
    not_due_after=_NOT_DUE_AFTER,
    firm=_FIRM,
    either=_EITHER,
    next_meeting=_NEXT_MEETING,
    meets_again=_MEETS_AGAIN,
    taken_back=_TAKEN_BACK,
    normalise=_normalise,
    rules=_RULES,
)
