"""Vietnamese due phrases: which words name a time, and which day they mean."""

import datetime as dt
import re
import unicodedata

from tasks.language.calendar_days import (
    MONDAY,
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
    weekday_of_week,
    within_hours,
)
from tasks.language.date_words import DateWords, rule

_DIGITS = dict(một=1, mốt=1, hai=2, ba=3, bốn=4, tư=4, năm=5, lăm=5, nhăm=5, sáu=6, bảy=7, bẩy=7, tám=8, chín=9)
_DIGIT = "|".join(_DIGITS)
_NUMBER = rf"(?:\d{{1,3}}|(?:(?:{_DIGIT}) )?(?:mười|mươi)(?: (?:{_DIGIT}))?|{_DIGIT})"
_WEEKDAY = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ nhật)"
_WEEK = r"(?: ?(?:tuần (?:sau nữa|này|sau|tới)|này|tới|sau))"
_DAYTIME = r"(?:sáng|trưa|chiều|tối|đêm)"
_HOUR = rf"{_NUMBER} ?(?:giờ|h)(?: ?(?:\d\d|rưỡi))?"
_TIME_OF = rf"(?:{_HOUR} (?:(?:của|ngày) )?|cuối (?:giờ|buổi) |đầu (?:giờ|buổi) )"
_MONTH_NAME = rf"(?:{_NUMBER}|giêng|chạp)"
_DATE = rf"(?:ngày|mùng|mồng) {_NUMBER}(?:(?: tháng |/){_MONTH_NAME})?(?:(?: năm |/)20\d\d)?(?: âm(?: lịch)?)?"
_QUARTER = r"quý (?:này|sau|tới|nay|một|hai|ba|tư|bốn|[1-4])"
_POINTS = (
    rf"{_TIME_OF}?{_DAYTIME}?(?: ?ngày)? ?hôm nay|{_TIME_OF}?{_DAYTIME} nay",
    rf"{_TIME_OF}?(?:{_DAYTIME} )?ngày (?:mai|kia|mốt)|{_TIME_OF}?{_DAYTIME} (?:mai|mốt)",
    rf"{_TIME_OF}?(?:{_DAYTIME} )?{_WEEKDAY},? {_DATE}",
    rf"{_TIME_OF}?(?:{_DAYTIME} )?{_WEEKDAY}{_WEEK}?",
    r"(?<!mươi )(?<!mai )(?<!trăm )mốt(?=[,.?!]|$| (?:em|tôi|mình|anh|chị|nhé|nha|ạ|tớ)\b)",
    rf"(?:cuối|đầu|giữa|hết) tháng {_NUMBER}",
    rf"(?:đầu|giữa|cuối|hết) {_QUARTER}",
    r"(?:(?:đầu|giữa|cuối|hết) )?(?:tuần|tháng) (?:này|sau|tới)|(?:đầu|giữa|cuối|hết) năm (?:này|nay|sau|tới)",
    r"cuối (?:ngày|tuần|tháng|quý|năm)|hết (?:ngày|tuần|tháng|quý)|giữa tháng",
    rf"(?:ngày|mùng|mồng) {_NUMBER} tháng (?:này|sau|tới)",
    r"(?:ngày )?rằm(?: tháng (?:này|sau|tới|\w+))?",
    _DATE,
    rf"(?:trong (?:vòng )?|sau )?(?:{_NUMBER}|vài|mấy|ít|nửa) (?:ngày|tuần|tháng|hôm|giờ|tiếng) (?:nữa|tới)",
    rf"trong (?:vòng )?(?:{_NUMBER}|vài|mấy|nửa) (?:ngày|tuần|tháng|giờ|tiếng)",
    rf"(?:trong|trước|đến) tháng {_MONTH_NAME}",
    rf"trước {_HOUR}(?: {_DAYTIME})?",
    rf"{_NUMBER} tháng {_NUMBER}",
    r"\d{1,2}/\d{1,2}(?:/20\d\d)?",
)
_VAGUE = (
    r"mai mốt|nay mai|(?:trước|sau|qua|trong) (?:dịp )?tết(?: nguyên đán| âm lịch| dương lịch| tây)?|"
    r"càng sớm càng tốt|sớm nhất có thể|lúc nào đó|hôm nào đó|hôm nào|sau này|lần sau|khi nào rảnh|sớm|(?:trước |vào |cho |"
    r"đến )?(?:buổi|cuộc) họp (?:sau|tới|tuần sau)"
)
_LIMIT = r"(?:chậm nhất|muộn nhất|hạn(?: chót)?)(?: là)?"
_PREPOSITION = r"(?:trước|vào|cho tới|cho đến|đến|tới|trong|từ nay đến)"

_PHRASE = re.compile(rf"(?<!\w)(?:(?:{_LIMIT} )?(?:{_PREPOSITION} )?(?:{'|'.join(_POINTS)})|{_VAGUE})(?!\w)", re.IGNORECASE)
_NOT_DUE_AFTER = frozenset("từ mỗi qua".split())
_FIRM = re.compile(r"^(?:trước|chậm nhất|muộn nhất|hạn|đến|từ nay đến)\b", re.IGNORECASE)

_EITHER = re.compile(r",? (?:hoặc|hay)(?: là)? ", re.IGNORECASE)
_NEXT_MEETING = re.compile(r"\b(?:buổi|cuộc|kỳ) họp (?:sau|tới|tiếp theo)(?!\w)", re.IGNORECASE)
_MEETS_AGAIN = re.compile(
    r"\b(?:(?:buổi|cuộc|kỳ) họp (?:sau|tới|tiếp theo)(?: sẽ)?(?: là| diễn ra| vào)|(?:họp|gặp) lại(?: nhau)?)(?!\w)",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(r"^(?:(?:à|ừ|ờ),? )*(?:không phải|khoan|nhầm|xin lỗi|à không|thôi)(?!\w)|\bnói nhầm\b", re.IGNORECASE)

_LEADING = re.compile(rf"^(?:(?:{_LIMIT}|{_PREPOSITION}|vòng|sau(?= (?:\d|{_DIGIT}|mười))) )+")
_PART = re.compile(rf"^{_TIME_OF}(?={_DAYTIME}|ngày|thứ|chủ|mai|mốt|hôm)|^{_DAYTIME} (?=ngày|thứ|chủ|mai|mốt|hôm)|^ngày (?=hôm)")
_NUMBER_WORDS = re.compile(rf"\b(?:(?:({_DIGIT}) )?(mười|mươi)(?: ({_DIGIT}))?|({_DIGIT}))\b")
_WEEKDAY_NUMBER = {"chủ nhật": 6} | {f"thứ {number}": number - 2 for number in range(2, 8)}


def _normalise(phrase: str) -> str:
    """Lower case, digits for number words, without prepositions and times of day."""
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", phrase.lower())).strip(" .,!?")
    text = _LEADING.sub("", re.sub(r"^trong (.+ (?:giờ|tiếng))$", r"\1 nữa", text))
    while (shorter := _PART.sub("", text)) != text:
        text = shorter
    text = re.sub(r"^hết\b", "cuối", text).replace(",", "")
    # `năm` is both "five" and "year": before a number it is the year
    text = re.sub(r"\bnăm (?=20\d\d)", "year ", text)
    text = re.sub(r"cuối năm\b", "cuối year", text)
    return _NUMBER_WORDS.sub(_as_digits, text)


def _as_digits(match: re.Match[str]) -> str:
    tens, ten, ones, unit = match.groups()
    if not ten:
        return str(_DIGITS[unit])
    return str((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


def _later(match: re.Match[str], base: dt.date) -> dt.date | None:
    count, unit = int(match["count"]), match["unit"]
    if unit in {"giờ", "tiếng"}:
        return within_hours(base, count)
    return months_later(base, count) if unit == "tháng" else days_later(base, count * (7 if unit == "tuần" else 1))


def _date(match: re.Match[str], base: dt.date) -> dt.date | None:
    year = int(match["year"]) if match["year"] else None
    return numeric_date(base, int(match["a"]), int(match["b"]), year, day_first=True)


def _dated_weekday(match: re.Match[str], base: dt.date) -> dt.date | None:
    """The date said, if it falls on the weekday said."""
    month, number = match["month"], int(match["number"])
    date = on_date(base, int(month), number) if month else on_day_of_month(base, number)
    return date if date and date.weekday() == _WEEKDAY_NUMBER[match["day"]] else None


_D = r"(?P<day>thứ [2-7]|chủ nhật)"
_RULES = (
    rule(r"hôm nay|(?:sáng|trưa|chiều|tối|đêm) nay|cuối ngày(?: này| nay)?", lambda _, base: base),
    rule(r"(?:ngày )?mai", lambda _, base: days_later(base, 1)),
    rule(r"ngày kia|(?:ngày )?(?:mốt|1)", lambda _, base: days_later(base, 2)),
    rule(rf"{_D}(?: tới)?", lambda m, base: weekday_after(base, _WEEKDAY_NUMBER[m["day"]])),
    rule(rf"{_D} này", lambda m, base: weekday_from(base, _WEEKDAY_NUMBER[m["day"]])),
    rule(rf"{_D} tuần này", lambda m, base: weekday_of_week(base, _WEEKDAY_NUMBER[m["day"]], 0)),
    rule(rf"{_D} tuần sau nữa", lambda m, base: weekday_of_week(base, _WEEKDAY_NUMBER[m["day"]], 2)),
    rule(
        rf"{_D} (?:ngày|mùng|mồng) (?P<number>\d+)(?:(?: tháng |/)(?P<month>\d+))?",
        _dated_weekday,
    ),
    rule(rf"{_D} (?:tuần )?(?:sau|tới)", lambda m, base: weekday_of_week(base, _WEEKDAY_NUMBER[m["day"]], 1)),
    rule(r"(?:cuối )?tuần này|cuối tuần", lambda _, base: end_of_week(base, 0)),
    rule(r"(?:cuối )?tuần (?:sau|tới)", lambda _, base: end_of_week(base, 1)),
    rule(r"đầu tuần (?:sau|tới)", lambda _, base: weekday_of_week(base, MONDAY, 1)),
    rule(r"giữa tuần (?:sau|tới)", lambda _, base: weekday_of_week(base, WEDNESDAY, 1)),
    rule(r"cuối tháng(?: này)?|tháng này", lambda _, base: end_of_month(base)),
    rule(r"(?:cuối )?tháng (?:sau|tới)", lambda _, base: end_of_month(base, 1)),
    rule(r"cuối tháng (?P<month>1[0-2]|[1-9])", lambda m, base: end_of_named_month(base, int(m["month"]))),
    rule(r"cuối quý(?: này| nay)?", lambda _, base: end_of_quarter(base)),
    rule(r"cuối quý (?:sau|tới)", lambda _, base: end_of_quarter(base, 1)),
    rule(r"cuối quý (?P<quarter>[1-4])", lambda m, base: end_of_named_quarter(base, int(m["quarter"]))),
    rule(r"cuối year(?: này| nay)?", lambda _, base: end_of_year(base)),
    rule(r"cuối year (?:sau|tới)", lambda _, base: end_of_year(base, 1)),
    rule(rf"{_HOUR.replace(_NUMBER, '[0-9]+')}(?: {_DAYTIME})?", lambda _, base: base),
    rule(r"(?P<count>\d+) (?P<unit>ngày|tuần|tháng|hôm|giờ|tiếng)(?: nữa| tới)?", _later),
    rule(r"(?:ngày |mùng |mồng )?(?P<a>\d+)(?: tháng |/)(?P<b>\d+)(?:(?: year |/)(?P<year>20\d\d))?", _date),
    rule(r"(?:ngày|mùng|mồng) (?P<number>\d+) tháng này", lambda m, base: on_day_of_month(base, int(m["number"]), 0)),
    rule(r"(?:ngày|mùng|mồng) (?P<number>\d+) tháng (?:sau|tới)", lambda m, base: on_day_of_month(base, int(m["number"]), 1)),
    rule(r"(?:ngày|mùng|mồng) (?P<number>\d+)", lambda m, base: on_day_of_month(base, int(m["number"]))),
)

VI = DateWords(
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
