"""Vietnamese due phrases: which words name a time, and which day they mean."""

import datetime as dt
import re
import unicodedata

from tasks.actions.calendar_days import (
    MONDAY,
    WEDNESDAY,
    days_later,
    end_of_month,
    end_of_named_month,
    end_of_week,
    months_later,
    numeric_date,
    on_day_of_month,
    weekday_after,
    weekday_from,
    weekday_of_week,
)
from tasks.actions.date_words import DateWords, rule

_DIGITS = dict(một=1, mốt=1, hai=2, ba=3, bốn=4, tư=4, năm=5, lăm=5, nhăm=5, sáu=6, bảy=7, bẩy=7, tám=8, chín=9)
_DIGIT = "|".join(_DIGITS)
_NUMBER = rf"(?:\d{{1,3}}|(?:(?:{_DIGIT}) )?(?:mười|mươi)(?: (?:{_DIGIT}))?|{_DIGIT})"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)"
_WEEK = r"(?: ?(?:tuần (?:này|sau|tới)|này|tới|sau))"
_POINTS = (
    r"(?:sáng|trưa|chiều|tối|đêm)?(?: ?ngày)? ?hôm nay|(?:sáng|trưa|chiều|tối|đêm) nay",
    r"(?:(?:sáng|trưa|chiều|tối) )?ngày (?:mai|kia|mốt)|(?:sáng|trưa|chiều|tối) (?:mai|mốt)",
    rf"(?:(?:sáng|trưa|chiều|tối) )?{_WEEKDAY}{_WEEK}?",
    rf"(?:cuối|đầu|giữa) tháng {_NUMBER}",
    r"(?:(?:đầu|giữa|cuối) )?(?:tuần|tháng) (?:này|sau|tới)|cuối (?:ngày|tuần|tháng|năm)(?: (?:này|nay))?",
    rf"ngày {_NUMBER} tháng (?:này|sau|tới)",
    rf"(?:ngày|mùng|mồng) {_NUMBER}(?:(?: tháng |/){_NUMBER})?(?:(?: năm |/)20\d\d)?",
    rf"(?:trong (?:vòng )?)?{_NUMBER} (?:ngày|tuần|tháng|hôm) (?:nữa|tới)",
    rf"trong (?:vòng )?{_NUMBER} (?:ngày|tuần|tháng)",
    rf"{_NUMBER} tháng {_NUMBER}",
    r"\d{1,2}/\d{1,2}(?:/20\d\d)?",
)
_VAGUE = (
    r"càng sớm càng tốt|sớm nhất có thể|lúc nào đó|hôm nào đó|hôm nào|sau này|lần sau|khi nào rảnh|sớm|(?:trước |vào |cho |"
    r"đến )?(?:buổi|cuộc) họp (?:sau|tới|tuần sau)"
)
_PREPOSITION = r"(?:chậm nhất(?: là)?|muộn nhất(?: là)?|hạn(?: chót)?(?: là)?|trước|vào|đến|tới|cho tới|cho đến|trong|từ nay đến)"

_PHRASE = re.compile(rf"(?<!\w)(?:(?:{_PREPOSITION} ){{0,2}}(?:{'|'.join(_POINTS)})|{_VAGUE})(?!\w)", re.IGNORECASE)
_NOT_DUE_AFTER = frozenset("từ mỗi qua".split())
_FIRM = re.compile(r"^(?:trước|chậm nhất|muộn nhất|hạn|đến|từ nay đến)\b", re.IGNORECASE)

_LEADING = re.compile(rf"^(?:(?:{_PREPOSITION}|vòng) )+")
_PART = re.compile(r"^(?:sáng|trưa|chiều|tối|đêm) (?=ngày|thứ|chủ|mai|mốt|hôm)|^ngày (?=hôm)")
_NUMBER_WORDS = re.compile(rf"\b(?:(?:({_DIGIT}) )?(mười|mươi)(?: ({_DIGIT}))?|({_DIGIT}))\b")
_WEEKDAY_NUMBER = {"chủ nhật": 6} | {f"thứ {number}": number - 2 for number in range(2, 8)}


def _normalise(phrase: str) -> str:
    """Lower case, digits for number words, without prepositions and times of day."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", phrase.lower())).strip(" .,!?")
    text = _PART.sub("", _LEADING.sub("", text))
    # `năm` is both "five" and "year": before a number it is the year
    text = re.sub(r"\bnăm (?=20\d\d)", "year ", text)
    text = re.sub(r"cuối năm(?: nay)?", "cuối year", text)
    return _NUMBER_WORDS.sub(_as_digits, text)


def _as_digits(match: re.Match[str]) -> str:
    tens, ten, ones, unit = match.groups()
    if not ten:
        return str(_DIGITS[unit])
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def _later(match: re.Match[str], base: dt.date) -> dt.date:
    count = int(match["count"])
    return (
        months_later(base, count) if match["unit"] == "tháng" else days_later(base, count * (7 if match["unit"] == "tuần" else 1))
    )


def _date(match: re.Match[str], base: dt.date) -> dt.date | None:
    year = int(match["year"]) if match["year"] else None
    return numeric_date(base, int(match["a"]), int(match["b"]), year, day_first=True)


_D = r"(?P<day>thứ [2-7]|chủ nhật)"
_RULES = (
    rule(r"hôm nay|(?:sáng|trưa|chiều|tối|đêm) nay|cuối ngày(?: này| nay)?", lambda _, base: base),
    rule(r"(?:ngày )?mai", lambda _, base: days_later(base, 1)),
    rule(r"ngày kia|(?:ngày )?(?:mốt|1)", lambda _, base: days_later(base, 2)),
    rule(rf"{_D}(?: tới)?", lambda m, base: weekday_after(base, _WEEKDAY_NUMBER[m["day"]])),
    rule(rf"{_D} này", lambda m, base: weekday_from(base, _WEEKDAY_NUMBER[m["day"]])),
    rule(rf"{_D} tuần này", lambda m, base: weekday_of_week(base, _WEEKDAY_NUMBER[m["day"]], 0)),
    rule(rf"{_D} (?:tuần )?(?:sau|tới)", lambda m, base: weekday_of_week(base, _WEEKDAY_NUMBER[m["day"]], 1)),
    rule(r"(?:cuối )?tuần này|cuối tuần", lambda _, base: end_of_week(base, 0)),
    rule(r"(?:cuối )?tuần (?:sau|tới)", lambda _, base: end_of_week(base, 1)),
    rule(r"đầu tuần (?:sau|tới)", lambda _, base: weekday_of_week(base, MONDAY, 1)),
    rule(r"giữa tuần (?:sau|tới)", lambda _, base: weekday_of_week(base, WEDNESDAY, 1)),
    rule(r"cuối tháng(?: này)?|tháng này", lambda _, base: end_of_month(base)),
    rule(r"(?:cuối )?tháng (?:sau|tới)", lambda _, base: end_of_month(base, 1)),
    rule(r"cuối tháng (?P<month>1[0-2]|[1-9])", lambda m, base: end_of_named_month(base, int(m["month"]))),
    rule(r"cuối year", lambda _, base: base.replace(month=12, day=31)),
    rule(r"(?P<count>\d+) (?P<unit>ngày|tuần|tháng|hôm)(?: nữa| tới)?", _later),
    rule(r"(?:ngày |mùng |mồng )?(?P<a>\d+)(?: tháng |/)(?P<b>\d+)(?:(?: year |/)(?P<year>20\d\d))?", _date),
    rule(r"ngày (?P<number>\d+) tháng này", lambda m, base: on_day_of_month(base, int(m["number"]), 0)),
    rule(r"ngày (?P<number>\d+) tháng (?:sau|tới)", lambda m, base: on_day_of_month(base, int(m["number"]), 1)),
    rule(r"(?:ngày|mùng|mồng) (?P<number>\d+)", lambda m, base: on_day_of_month(base, int(m["number"]))),
)

VI = DateWords(_PHRASE, _NOT_DUE_AFTER, _FIRM, _normalise, _RULES)
