"""Vietnamese days: which words name them, and which days they mean. Plain text: small letters, digits for number words."""

import datetime as dt
import re

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
    months_later,
    numeric_date,
    on_date,
    on_day_of_month,
    start_of_month,
    week_holding,
    weekday_after,
    weekday_from,
    weekday_of_week,
    within_hours,
    working_days_later,
    working_week,
)
from tasks.language.date_words import CountedRule, day_rules, filled
from tasks.language.english.days import WEEKDAYS as ENGLISH_WEEKDAYS

_ONES = dict(một=1, mốt=1, hai=2, ba=3, bốn=4, tư=4, năm=5, lăm=5, nhăm=5, sáu=6, bảy=7, bẩy=7, tám=8, chín=9)
_ONE = "|".join(_ONES)
_AFTER_TEN = "|".join(word for word in _ONES if word != "năm")
# `năm` is both "five" and "year", `mốt` both "one" and "in two days"
_FIVE = "".join(f"(?<={word} )|" for word in ("thứ", "tháng", "ngày", "mùng", "mồng"))
NUMBER = (
    rf"\b(?:(?:(?:{_ONE}) )?(?:mười|mươi)(?: (?:{_AFTER_TEN}))?|(?:một|hai|ba|bốn|tư|sáu|bảy|bẩy|tám|chín)|"
    rf"(?:{_FIVE[:-1]})năm(?! 20)|"
    r"năm(?= (?:ngày|tuần|tháng|giờ|tiếng|hôm|năm|phút)\b))\b"
)


def digits(words: str) -> str:
    """`25` for `hai mươi lăm`."""
    parts = words.split()
    ten = next((place for place, part in enumerate(parts) if part in ("mười", "mươi")), None)
    if ten is None:
        return str(_ONES[words])
    return str(sum(_ONES[part] for part in parts[:ten]) * 10 + (0 if ten else 10) + sum(_ONES[part] for part in parts[ten + 1 :]))


_RANKED = "lần điểm phần câu ý cái bước mục đợt trang chương hạng".split()
_NOT_A_RANK = "".join(rf"(?<!\b{word} )" for word in _RANKED) + "".join(
    rf"(?:(?<!\b{word} )|(?<={other} {word} ))" for other, word in (("mọi", "người"), ("biên", "bản"))
)
PART = r"(?:sáng|trưa|chiều|tối|đêm)"
_NOT_UP_TO = r"(?! (?:hết )?(?:thứ|t[2-7]|chủ nhật|cn|ngày|mùng|mồng|hôm|cuối|tuần|tháng|[0-9]))"
HOUR = r"(?:[0-9]{1,2} ?(?:giờ|h)(?: ?(?:[0-9]{2}|rưỡi))?|[0-9]{1,2} rưỡi|[0-9]{1,2}:[0-9]{2})"
THEN = (
    r"(?=[,.?!;:)\"…]|$| (?:nhé|nha|nhá|ạ|đi|thì|là|nhưng|và|cho|vì|nếu|để|mới|luôn|vậy|tốt|được|em|tôi|mình|tớ|anh|chị|"
    r"bạn|cô|chúng|"
    r"bên|nhóm|cả|giúp|về|với|tụi|bọn)(?!\w))"
)
"""As people mix them in: `trước Friday`."""
_NO_BRAND = "".join(rf"(?<!\b{word} )" for word in "black cyber good giving easter ash super casual".split())
_NOT_CALLED = "".join(rf"(?<!\b{title} )" for title in "anh chị em cô chú bác ông bà dì cậu thầy bạn".split())
_ENGLISH_WEEKDAY = (
    rf"(?:{'|'.join(ENGLISH_WEEKDAYS)})(?:{THEN}|(?= (?:tuần|này|tới|sau|đến|trở|mới|hay|hoặc|sớm|muộn|chậm|{PART})(?!\w)))"
)
_NAMES = {
    "WEEKDAY": rf"(?:ngày )?{_NOT_A_RANK}{_NO_BRAND}(?P<weekday>(?:thứ |t)[2-7]|chủ nhật|cn|{_ENGLISH_WEEKDAY})",
    "DAY": r"(?:ngày |hôm )?(?:ngày|mùng|mồng|hôm) (?P<number>[0-9]{1,2})",
    "MONTH": r"(?P<month>1[0-2]|0?[1-9])(?![0-9])",
    "YEAR": r"(?:(?: năm |/)(?P<year>20[0-9]{2}))?",
    "COUNT": r"(?P<count>[0-9]{1,3})",
    "UNIT": r"(?P<unit>ngày làm việc|ngày|tuần|tháng|hôm|giờ|tiếng|năm|phút)",
    "NEXT": rf"(?:sau|tới{_NOT_UP_TO}|kế tiếp)(?! nữa)",
    "NOTUPTO": _NOT_UP_TO,
    "END": r"(?:cuối|hết|kết thúc)",
    "PART": PART,
    "THEN": THEN,
    "HOUR": HOUR,
}
_rule = day_rules(_NAMES)


def _weekday(match: re.Match[str]) -> int:
    said = match["weekday"]
    if said in ENGLISH_WEEKDAYS:
        return ENGLISH_WEEKDAYS.index(said)
    return 6 if said in ("chủ nhật", "cn") else int(said[-1]) - 2


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _of_week(match: re.Match[str], base: dt.date, weeks: int) -> dt.date | None:
    return weekday_of_week(base, _weekday(match), weeks)


def _later(match: re.Match[str], base: dt.date) -> dt.date | None:
    """So many days, weeks, ... after the base day."""
    count, unit = int(match["count"]), match["unit"]
    if unit == "phút":
        return base
    if unit in ("giờ", "tiếng"):
        return within_hours(base, count)
    if unit in ("tháng", "năm"):
        return months_later(base, count * (12 if unit == "năm" else 1))
    return working_days_later(base, count) if unit == "ngày làm việc" else days_later(base, count * (7 if unit == "tuần" else 1))


def _date(match: re.Match[str], base: dt.date) -> dt.date | None:
    """The date said; None if it does not fall on the weekday said."""
    said, number = match.groupdict(), int(match["number"])
    year = int(said["year"]) if said.get("year") else None
    day = (
        numeric_date(base, number, int(said["month"]), year, day_first=True)
        if said.get("month")
        else on_day_of_month(base, number)
    )
    return day if day and (not said.get("weekday") or day.weekday() == _weekday(match)) else None


def _dates(match: re.Match[str], base: dt.date) -> Stretch | None:
    """Two days of one month."""
    last = _date(match, base)
    first = on_date(last, last.month, int(match["begins"]), last.year) if last else None
    return (first, last) if first and last and first <= last else None


DAYS = (
    # today and tomorrow
    _rule(r"(?:<PART> )?(?:ngày )?hôm nay|<PART> nay|today", lambda m, base: base),
    _rule(r"<END> (?:ngày|giờ(?: làm(?: việc)?)?)(?: (?:hôm )?nay| này)?", lambda m, base: base, "by"),
    _rule(r"<HOUR>(?: <PART>)?(?: nay)?", lambda m, base: base, bound=True),
    _rule(r"trong (?:ngày )?hôm nay", lambda m, base: base, "by"),
    _rule(rf"{_NOT_CALLED}mai<THEN>", lambda m, base: days_later(base, 1)),
    _rule(r"mai(?! (?:ơi|sẽ|đã|phải|cần|nhé|nha))", lambda m, base: days_later(base, 1), bound=True),
    _rule(r"(?:<PART> )?ngày mai|<PART> mai|tomorrow", lambda m, base: days_later(base, 1)),
    _rule(r"(?:<PART> )?ngày (?:kia|mốt)|<PART> mốt", lambda m, base: days_later(base, 2)),
    _rule(r"(?<!mai )mốt(?=[,.?!]|$| (?:em|tôi|mình|anh|chị|nhé|nha|ạ|tớ)\b)", lambda m, base: days_later(base, 2)),
    # weekdays
    _rule(r"<WEEKDAY>", lambda m, base: weekday_after(base, _weekday(m)), bare=True),
    _rule(r"<WEEKDAY> (?:sắp )?tới<NOTUPTO>", lambda m, base: weekday_after(base, _weekday(m))),
    _rule(r"<WEEKDAY> này", lambda m, base: weekday_from(base, _weekday(m))),
    _rule(r"<WEEKDAY>,? (?:của )?tuần này", lambda m, base: _of_week(m, base, 0)),
    _rule(r"<WEEKDAY>,? (?:(?:của )?tuần <NEXT>|sau<NOTUPTO>)", lambda m, base: _of_week(m, base, 1)),
    _rule(r"tuần <NEXT>,? (?:vào )?<WEEKDAY>", lambda m, base: _of_week(m, base, 1)),
    _rule(r"<WEEKDAY>,? (?:của )?tuần (?:sau|tới) nữa", lambda m, base: _of_week(m, base, 2)),
    _rule(r"<WEEKDAY>,? <DAY>(?:(?: tháng |/)<MONTH><YEAR>)?", _date),
    # weeks
    _rule(r"tuần này", lambda m, base: working_week(base, 0)),
    _rule(r"tuần <NEXT>", lambda m, base: working_week(base, 1)),
    _rule(r"tuần (?:sau|tới) nữa", lambda m, base: working_week(base, 2)),
    _rule(r"<END> tuần(?: này)?", lambda m, base: end_of_week(base, 0), "by"),
    _rule(r"<END> tuần <NEXT>", lambda m, base: end_of_week(base, 1), "by"),
    _rule(r"<END> tuần (?:sau|tới) nữa", lambda m, base: end_of_week(base, 2), "by"),
    _rule(r"đầu tuần <NEXT>", lambda m, base: weekday_of_week(base, MONDAY, 1)),
    _rule(r"giữa tuần <NEXT>", lambda m, base: weekday_of_week(base, WEDNESDAY, 1)),
    _rule(r"(?:đầu|giữa) tuần này"),
    # months, quarters, years
    _rule(r"tháng này", lambda m, base: (base, end_of_month(base))),
    _rule(r"tháng <NEXT>", lambda m, base: (start_of_month(base, 1), end_of_month(base, 1))),
    _rule(r"<END> tháng(?: này)?", lambda m, base: end_of_month(base), "by"),
    _rule(r"<END> tháng <NEXT>", lambda m, base: end_of_month(base, 1), "by"),
    _rule(r"<END> tháng <MONTH><YEAR>", lambda m, base: end_of_named_month(base, int(m["month"]), _year(m)), "by"),
    _rule(r"<END> quý(?: này| nay)?", lambda m, base: end_of_quarter(base), "by"),
    _rule(r"<END> quý <NEXT>", lambda m, base: end_of_quarter(base, 1), "by"),
    _rule(
        r"<END> quý (?P<quarter>[1-4])<YEAR>",
        lambda m, base: end_of_named_month(base, 3 * int(m["quarter"]), _year(m)),
        "by",
    ),
    _rule(r"<END> năm(?: này| nay)?", lambda m, base: end_of_year(base), "by"),
    _rule(r"<END> năm (?P<year>20[0-9]{2})", lambda m, base: dt.date(int(m["year"]), 12, 31), "by"),
    _rule(r"<END> năm <NEXT>", lambda m, base: end_of_year(base, 1), "by"),
    _rule(r"(?:sang |qua |đầu )?năm mới", lambda m, base: dt.date(base.year + 1, 1, 1), "not_before"),
    _rule(r"(?:đầu|giữa) (?:tháng|quý|năm)(?: (?:này|nay|sau|tới|[0-9]{1,2}))?"),
    _rule(r"tháng (?:[0-9]{1,2}|giêng|chạp)|quý (?:này|nay|sau|tới|[1-4])", bound=True),
    _rule(r"(?:<END> )?(?:năm|quý(?: [1-4])?(?: của)?(?: năm)?) tài (?:chính|khóa|khoá)(?: (?:này|nay|sau|tới|20[0-9]{2}))?"),
    # dates
    _rule(r"<DAY>", _date, bare=True),
    _rule(
        r"(?<!đường )(?<!phố )(?:(?:ngày |hôm )?(?:ngày|mùng|mồng) )?(?P<number>[0-9]{1,2})(?: tháng |"
        r"/)<MONTH><YEAR>",
        _date,
    ),
    _rule(r"<DAY> tháng này", lambda m, base: on_day_of_month(base, int(m["number"]), 0)),
    _rule(r"<DAY> tháng <NEXT>", lambda m, base: on_day_of_month(base, int(m["number"]), 1)),
    _rule(r"<DAY>(?:(?: tháng |/)(?:[0-9]{1,2}|giêng|chạp))?(?: âm(?: lịch)?)"),
    _rule(r"<DAY> tháng (?:giêng|chạp)(?: âm(?: lịch)?)?|(?:ngày )?rằm(?: tháng (?:này|sau|tới|\w+))?"),
    _rule(
        r"(?:(?:trong khoảng )?(?:từ|giữa) )?(?:ngày |mùng |mồng )?(?P<begins>[0-9]{1,2}) ?(?:(?:cho )?(?:đến|"
        r"tới)(?: hết)?|và|-|–) ?(?:ngày |mùng |mồng )?"
        r"(?P<number>[0-9]{1,2})(?: tháng |/)<MONTH><YEAR>",
        _dates,
        "between",
    ),
    _rule(
        r"(?P<year>20[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})",
        lambda m, base: on_date(base, int(m["m"]), int(m["d"]), _year(m)),
    ),
    # counted from the meeting
    _rule(r"(?:sau )?(?<!ngày )(?<!mùng )(?<!mồng )(?<!tháng )(?<!thứ )<COUNT> <UNIT> (?:nữa|tới)", _later),
    _rule(r"trong (?:vòng )?<COUNT> <UNIT>(?: (?:nữa|tới|sắp tới))?", _later, "by"),
    _rule(r"(?:trong (?:vòng )?|sau )?(?:vài|mấy|ít|nửa) (?:ngày|tuần|tháng|hôm|giờ|tiếng)(?: (?:nữa|tới))?"),
    _rule(r"sau [0-9]{1,3} (?:ngày|tuần|tháng|hôm|giờ|tiếng)"),
    # words that name no day
    _rule(r"(?:dịp )?(?:tết|lễ|giáng sinh|noel|quốc khánh|trung thu)(?: nguyên đán| âm lịch| dương lịch| tây)?", bound=True),
    _rule(
        r"mai mốt|nay mai|càng sớm càng tốt|sớm nhất có thể|lúc nào đó|hôm nào(?: đó)?|sau này|lần sau|khi nào rảnh|"
        r"sớm(?! (?:nhất|hơn))"
    ),
    _rule(r"(?:buổi|cuộc|kỳ) họp (?:sau|tới|tiếp theo)"),
)
_COUNTED_WORDS = (
    (r"<COUNT> <UNIT> (?:kể từ|tính từ|sau|từ) ", _later),
    (r"(?:trong )?tuần (?:có|chứa|của|bắt đầu(?: từ| vào)?) ", lambda m, day: week_holding(day)),
)
COUNTED = tuple(CountedRule(re.compile(filled(pattern, _NAMES)), days) for pattern, days in _COUNTED_WORDS)
