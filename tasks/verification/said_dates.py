"""Days, weekdays and months: what a claim states in its text, and what was said."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.language.due_dates import Due, find_dues
from tasks.language.english.days import MONTHS, WEEKDAYS
from tasks.language.words import normalise

_SHORT = dict(jan=1, feb=2, mar=3, apr=4, jun=6, jul=7, aug=8, sep=9, sept=9, oct=10, nov=11, dec=12)
_MONTH_NUMBER = {name: number for number, name in enumerate(MONTHS, start=1)} | _SHORT
_VI_NUMBERS = dict(một=1, giêng=1, hai=2, ba=3, bốn=4, tư=4, năm=5, sáu=6, bảy=7, bẩy=7, tám=8, chín=9, mười=10, chạp=12)
_VI_NUMBERS |= {"mười một": 11, "mười hai": 12}
_VI_NUMBER = "mười một|mười hai|" + "|".join(word for word in _VI_NUMBERS if " " not in word)
_MONTH = "|".join([*MONTHS, *_SHORT])
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<{}>20\d\d))?"

_ISO = re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
_MONTH_FIRST = re.compile(rf"\b(?P<month>{_MONTH})\b\.? (?:the )?{_DAY.format('day')}\b(?![:.]\d){_YEAR.format('year')}", re.I)
_DAY_FIRST = re.compile(rf"\b{_DAY.format('day')} (?:of )?(?P<month>{_MONTH})\b{_YEAR.format('year')}", re.I)
_VI_DATE = re.compile(
    r"\b(?:ngày|mùng|mồng) (?P<day>\d{1,2})(?:[/-]| tháng )(?P<month>\d{1,2})(?:(?:[/-]| năm )(?P<year>20\d\d))?\b", re.I
)
_SLASHED = re.compile(
    r"(?:\b(?:on|by|before|until|vào|trước|đến) (?=\d{1,2}/\d)|\b(?=\d{1,2}/\d{1,2}/20\d\d))"
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>20\d\d))?\b",
    re.I,
)
_WHOLE_DATES = (_ISO, _MONTH_FIRST, _DAY_FIRST, _VI_DATE, _SLASHED)
_CLAIMED_MONTH = re.compile(
    rf"\b(?i:{'|'.join(month for month in MONTHS if month not in ('may', 'march'))})\b|(?<=[\w,] )(?:May|March)\b"
)
"""`May` and `March` are other words without their capital, or at the start of a sentence."""
_HINT = re.compile(rf"\d|\b(?:{'|'.join(MONTHS)}|{'|'.join(_SHORT)}|tomorrow|next|tháng|thứ|chủ|mai|tuần)\b|day", re.I)
_ANY_MONTH = re.compile(rf"\b(?:{_MONTH})\b")
_VI_MONTH = re.compile(rf"\btháng (?P<month>\d{{1,2}}|{_VI_NUMBER})\b(?! (?:ngày|tuần))", re.I)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})s?\b", re.I)
_VI_WEEKDAY_CLAIM = re.compile(
    r"(?:^|(?<=[,;(] )|(?<=trước )|(?<=vào )|(?<=sáng )|(?<=chiều )|(?<=tối )|(?<=đến )|(?<=tới )|(?<=hạn )|(?<=từ ))"
    r"(?:thứ (?P<number>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)\b",
    re.I,
)
"""Elsewhere `thứ hai` also is `the second`."""
_VI_WEEKDAY = re.compile(r"\b(?:thứ (?P<number>hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)\b", re.I)
_NEXT = {
    "day": re.compile(r"\b(?:tomorrow|ngày mai)\b", re.I),
    "week": re.compile(r"\b(?:next week|tuần (?:sau|tới))\b", re.I),
    "month": re.compile(r"\b(?:next month|tháng (?:sau|tới))\b", re.I),
}


@dataclass(frozen=True)
class DatesSaid:
    """Days that follow from what was said, and months and weekdays that were named."""

    days: frozenset[dt.date] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    relative: frozenset[str] = frozenset()
    ends: frozenset[dt.date] = frozenset()
    """Days by which something is to be done."""
    begins: frozenset[dt.date] = frozenset()
    """Days before which it is not to be done."""


@dataclass(frozen=True)
class ClaimedDate:
    """A date as a claim writes it; what it leaves open is None. A slashed date can be read in two orders."""

    shown: str
    readings: tuple[tuple[int | None, int, int | None], ...] = ()
    month: int | None = None
    weekday: int | None = None
    relative: str | None = None

    def follows_from(self, said: DatesSaid, numbers: frozenset[str], base: dt.date) -> bool:
        """Whether it was said, or is the day that was meant."""
        if self.month:
            return self.month in said.months or any(day.month == self.month for day in said.days)
        if self.weekday is not None:
            return self.weekday in said.weekdays or any(day.weekday() == self.weekday for day in said.days)
        if self.relative:
            return self.relative in said.relative or any(_is_next(self.relative, day, base) for day in said.days)
        return any(_was_said(*reading, said, numbers, base) for reading in self.readings)


def _is_next(unit: str, day: dt.date, base: dt.date) -> bool:
    if unit == "day":
        return day == base + dt.timedelta(days=1)
    if unit == "week":
        return (base + dt.timedelta(days=7)).isocalendar()[:2] == day.isocalendar()[:2]
    return (day.year * 12 + day.month) - (base.year * 12 + base.month) == 1


def _was_said(year: int | None, month: int, day: int | None, said: DatesSaid, numbers: frozenset[str], base: dt.date) -> bool:
    if year and not any(found.year == year for found in said.days) and str(year) not in numbers and year != base.year:
        return False
    same_month = [found.day for found in said.days if found.month == month]
    return day in same_month or (not same_month and month in said.months and str(day) in numbers)


def dates_said(text: str, base: dt.date, language: str) -> DatesSaid:
    """Everything that a stretch of speech says about days."""
    plain = normalise(text)
    dues = find_dues(text, base, language)
    days = (day for due in dues for day in (due.first, due.last))
    return DatesSaid(
        ends=_limits(dues, "by", "until"),
        begins=_limits(dues, "not_before", "after", "from"),
        days=frozenset(day for day in days if day),
        months=frozenset([*(_MONTH_NUMBER[name] for name in _ANY_MONTH.findall(plain)), *_vietnamese_months(plain)]),
        weekdays=frozenset(_weekdays(plain)),
        relative=frozenset(unit for unit, pattern in _NEXT.items() if pattern.search(plain)),
    )


def together(parts: Iterable[DatesSaid]) -> DatesSaid:
    """What several stretches say."""
    parts = tuple(parts)
    return DatesSaid(
        days=frozenset().union(*(part.days for part in parts)),
        months=frozenset().union(*(part.months for part in parts)),
        weekdays=frozenset().union(*(part.weekdays for part in parts)),
        relative=frozenset().union(*(part.relative for part in parts)),
        ends=frozenset().union(*(part.ends for part in parts)),
        begins=frozenset().union(*(part.begins for part in parts)),
    )


def reversed_limits(claimed: DatesSaid, said: DatesSaid) -> frozenset[dt.date]:
    """Days that a claim makes the end of the time where they were said as its beginning, or the other way round."""
    return (claimed.ends & said.begins - said.ends) | (claimed.begins & said.ends - said.begins)


def _limits(dues: Iterable[Due], *relations: str) -> frozenset[dt.date]:
    return frozenset(day for due in dues if due.relation in relations and (day := due.first or due.last))


def claimed_dates(text: str) -> tuple[list[ClaimedDate], str]:
    """The dates that a claim states, and the claim without the whole ones, whose figures are no numbers of their own."""
    found: list[ClaimedDate] = []
    if not _HINT.search(text):
        return found, text
    for pattern in _WHOLE_DATES:
        found += [_whole(match) for match in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    found += [ClaimedDate(match[0], month=_MONTH_NUMBER[match[0].lower()]) for match in _CLAIMED_MONTH.finditer(text)]
    for match in _VI_MONTH.finditer(text):
        if (number := _vietnamese_number(match["month"])) <= 12:
            found.append(ClaimedDate(match[0], month=number))
    text = _VI_MONTH.sub(" ", text)
    weekdays = (*_WEEKDAY.finditer(text), *_VI_WEEKDAY_CLAIM.finditer(text))
    found += [ClaimedDate(match[0], weekday=_weekday_number(match)) for match in weekdays]
    found += [ClaimedDate(match[0], relative=unit) for unit, pattern in _NEXT.items() for match in pattern.finditer(text)]
    return found, _VI_WEEKDAY.sub(" ", text)


def _whole(match: re.Match[str]) -> ClaimedDate:
    year = int(match["year"]) if match["year"] else None
    day, month = int(match["day"]), match["month"].lower()
    number = int(month) if month.isdigit() else _MONTH_NUMBER[month]
    swapped = ((year, day, number),) if match.re is _SLASHED else ()
    return ClaimedDate(match[0], ((year, number, day), *swapped))


def _vietnamese_number(text: str) -> int:
    return int(text) if text.isdigit() else _VI_NUMBERS[text.lower()]


def _vietnamese_months(text: str) -> Iterator[int]:
    return (_vietnamese_number(match["month"]) for match in _VI_MONTH.finditer(text))


def _weekdays(text: str) -> Iterator[int]:
    return (_weekday_number(match) for pattern in (_WEEKDAY, _VI_WEEKDAY) for match in pattern.finditer(text))


def _weekday_number(match: re.Match[str]) -> int:
    if match.re is _WEEKDAY:
        return WEEKDAYS.index(match[0].lower().removesuffix("s"))
    return _vietnamese_number(match["number"]) - 2 if match["number"] else 6
