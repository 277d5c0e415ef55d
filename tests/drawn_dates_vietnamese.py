"""Vietnamese sentences of north and south with a due date, drawn from tables. What they mean is docs/due-dates.md, worked out in drawn_calendar."""

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
    real_date,
    working_days,
)

DAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
MONTHS = ("", "một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
QUARTERS = ("một", "hai", "ba", "bốn")
CLOCKS = ("5 giờ chiều", "9 giờ sáng", "12 giờ trưa", "hai giờ chiều", "10 rưỡi sáng", "3 giờ rưỡi chiều", "8 giờ tối")
PARTS = ("sáng", "trưa", "chiều", "tối")

# Kinds of days: w thứ sáu, n thứ sáu này or tới, k thứ sáu tuần sau, o ngày 5, d ngày 5 tháng 4, m ngày mai, p mai, a ngày kia,
# t hôm nay, e cuối tháng 3, h hết tháng 3, u tuần sau as a beginning. A form that begins with ">" stands at the end only.
FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "by": {
        "wnkodma": (
            "chậm nhất {d}", "chậm nhất là {d}", "chậm nhất vào {d}", "muộn nhất {d}", "muộn nhất là {d}", "trễ nhất {d}", "trễ nhất là {d}",
            "không muộn hơn {d}", "không trễ hơn {d}", ">, hạn {d}", ">, hạn là {d}", ">, hạn chót là {d}", ">, hạn chót {d}",
            ">, {d} là hạn chót", ">, deadline là {d}", ">, {d} là muộn nhất", ">, {d} là trễ nhất",
        ),
        "wnkod": ("trước {d}", "trước {d}", "trước {d}", "trước {clock} {d}", "trước cuối ngày {d}", "chậm nhất {clock} {d}"),
        "wn": ("trước hết giờ làm {d}", "muộn nhất là cuối ngày {d}", "chậm nhất là {part} {d}"),
        "p": ("chậm nhất là sáng {d}", "muộn nhất {clock} {d}", "trễ nhất là chiều {d}"),
        "t": ("trong hôm nay", "trong ngày hôm nay", "chậm nhất là hôm nay", "trước cuối ngày hôm nay", "nội trong hôm nay", "trước 5 giờ chiều nay"),
        "e": ("trước {d}", "{d}", "chậm nhất là {d}", "muộn nhất là {d}", "trễ nhất là {d}", ">, hạn chót là {d}"),
        "h": (">{d}", "chậm nhất là {d}", "muộn nhất là {d}"),
    },
    "on": {
        "wnkod": (
            "vào {d}", "vào {d}", "{d}", "{part} {d}", "vào {part} {d}", "lúc {clock} {d}", "vào lúc {clock} {d}", "đúng {d}", "vào đúng {d}",
            "{clock} {d}", "đầu giờ chiều {d}", "đầu giờ sáng {d}",
        ),
        "ma": ("{d}", "vào {d}", "lúc {clock} {d}", "{clock} {d}", "ngay {d}"),
        "p": ("{d}", "sáng {d}", "chiều {d}", "trưa {d}", "lúc {clock} {d}", "{clock} {d}", "vào sáng {d}", "ngay sáng {d}"),
        "t": ("hôm nay", "ngay hôm nay", "tối nay", "chiều nay", "trưa nay", "đêm nay", "vào tối nay"),
    },
    "until": {
        "wnkodma": (
            "đến {d}", "cho đến {d}", "tới {d}", "cho tới {d}", "đến hết {d}", "cho đến hết {d}", "tới hết {d}", "cho tới hết {d}",
            "liên tục đến {d}", "liên tục cho đến {d}", "suốt đến {d}", "đến tận {d}", "cho đến tận {d}", "tới tận {d}",
        ),
        "wnkod": ("đến {part} {d}", "cho đến {part} {d}", "tới {part} {d}", "đến {clock} {d}", "cho đến cuối ngày {d}"),
        "e": ("đến {d}", "cho đến {d}", "tới {d}", "cho tới {d}"),
        "h": ("đến {d}", "cho đến {d}", "tới {d}", "cho tới {d}"),
    },
    "not_before": {
        "wnkodma": (
            "không trước {d}", ">, nhưng không trước {d}", "không sớm hơn {d}", ">, nhưng không sớm hơn {d}", "sớm nhất là {d}", "sớm nhất {d}",
            "sớm nhất vào {d}", "sớm nhất là vào {d}", "sớm nhất cũng {d}", ">, sớm nhất cũng phải {d}", ">, {d} là sớm nhất",
            "phải đến {d} {who} mới {task} được", "phải tới {d} {who} mới {task} được", "đến {d} {who} mới {task} được", "mãi đến {d} {who} mới {task}",
            "{who} phải đến {d} mới {task} được", "{who} phải tới {d} mới {task} được", "sớm nhất là {d} {who} mới {task} được",
            "sớm nhất cũng phải đến {d} {who} mới {task} được", "đừng {task} trước {d}", "không trước {d} thì {who} mới {task} được",
            "{who} không {task} trước {d}",
        ),
        "e": ("sớm nhất là {d}", ">, nhưng không trước {d}", "phải đến {d} {who} mới {task} được", "đừng {task} trước {d}"),
        "u": ("sớm nhất là {d}", ">, nhưng không trước {d}", "phải đến {d} {who} mới {task} được", "sang {d} {who} mới {task} được"),
    },
    "after": {
        "wnkodm": (
            "sau {d}", "sau {d}", "chỉ sau {d}", "ngay sau {d}", "bất cứ lúc nào sau {d}", "bất kỳ ngày nào sau {d}", ">, nhưng phải sau {d}",
            ">, nhưng chỉ sau {d}", ">, để sau {d}", "sau {d} {who} mới {task}", "sau {d} thì {who} {task}", "chỉ sau {d} {who} mới {task} được",
            "phải sau {d} {who} mới {task} được", "qua {d} {who} mới {task}", "đợi qua {d} rồi {who} {task}", "{who} chỉ {task} sau {d}",
            "để qua {d} rồi {who} {task}", "chờ qua {d} {who} mới {task}",
        ),
    },
    "from": {
        "wnkodma": (
            "từ {d}", "từ {d} trở đi", "kể từ {d}", "kể từ {d} trở đi", "bắt đầu từ {d}", "bắt đầu {d}", "tính từ {d}", "ngay từ {d}",
            "bắt đầu kể từ {d}", "bắt đầu từ {d} trở đi", "tính từ {d} trở đi", "từ {d} trở về sau", "từ {d} về sau", "bắt đầu vào {d}",
        ),
        "wnkod": ("từ {part} {d}", "từ {part} {d} trở đi", "bắt đầu từ {part} {d}", "kể từ {part} {d}", "từ {clock} {d} trở đi"),
        "p": ("từ mai trở đi", "từ sáng mai", "bắt đầu từ mai", "kể từ mai"),
        "u": ("từ {d}", "từ {d} trở đi", "bắt đầu từ {d}", "kể từ {d}", "bắt đầu {d}"),
    },
    "around": {
        "wnkod": (
            "khoảng {d}", "vào khoảng {d}", "tầm {d}", "vào tầm {d}", "cỡ {d}", "chừng {d}", "độ {d}", "tầm khoảng {d}", "đâu đó khoảng {d}",
            "đâu khoảng {d}", "khoảng chừng {d}", "chắc khoảng {d}", "chắc tầm {d}", ">{d} gì đó", ">{d} hay tầm đó", "cỡ khoảng {d}",
            "quãng {d}", "quanh {d}",
        ),
    },
}  # fmt: skip
RANGES = (
    "từ {a} đến {b}", "từ {a} tới {b}", "giữa {a} và {b}", "từ {a} cho đến {b}", "từ {a} cho tới {b}", "từ {a} đến hết {b}", "từ {a} tới hết {b}",
    "trong khoảng từ {a} đến {b}", "trong khoảng {a} đến {b}", "trong thời gian từ {a} đến {b}", "trong khoảng từ {a} tới {b}", ">, từ {a} đến {b}",
)  # fmt: skip
CORRECTED = {
    "by": "trước {d}", "on": "{on}", "until": "đến {d}", "after": "sau {d}", "from": "từ {d}", "around": "khoảng {d}", "not_before": "sớm nhất là {d}",
}  # fmt: skip
CORRECTIONS = (
    "{first}, à không, {again}", "{first}, xin lỗi, {day}", "{first}, à nhầm, {day}", "{first}, nhầm, {again}", "{first}, không, {again}",
    "{first}, ý em là {day}", "{first}, xin lỗi, ý tôi là {again}", "{first}, à quên, {again}", "{first}, không phải, {again}",
)  # fmt: skip
VAGUE = (
    "càng sớm càng tốt", "sớm nhất có thể", "khi nào rảnh", "lúc nào tiện", "khi kiểm toán xong", "ngay sau cuộc gọi", "khi hợp đồng được ký", "dần dần",
)  # fmt: skip
FISCAL = ("cuối quý hai năm tài chính", "trước khi hết năm tài chính", "hết năm tài chính", "cuối năm tài chính", "trong quý ba của năm tài chính")

# verb | object | rest
ACTIONS = """gửi|báo cáo|cho chị Lan; rà soát|hợp đồng|với luật sư; cập nhật|ngân sách|cho ban giám đốc; làm|slide|cho buổi hội thảo
đăng|thông báo|lên trang nội bộ; gọi|nhà cung cấp|về hoá đơn; sửa|trang đăng nhập|cho đối tác; chia sẻ|biên bản|với mọi người; ký|hợp đồng thuê|
đặt|phòng họp|; mua|máy tính|cho nhóm mới; triển khai|bản mới|cho khách hàng; viết|thông cáo báo chí|; kiểm tra|bản sao lưu|
chạy thử|trang thanh toán|với thẻ thật; gia hạn|chứng chỉ|; chuyển|tiền cọc|cho bên cho thuê; dịch|tài liệu hướng dẫn|sang tiếng Pháp
nộp|hồ sơ dự thầu|; dọn|dữ liệu thử|; chuẩn bị|bản demo|cho khách; phỏng vấn|hai ứng viên|; đóng|các tài khoản cũ|; gom|phiếu khảo sát|của các chi nhánh
bàn giao|chìa khoá|cho chủ nhà; duyệt|thiết kế|; in|áp phích|; hủy|gói dịch vụ cũ|; so sánh|ba báo giá|; soạn|bản mô tả công việc|
giao|hàng mẫu|cho nhà máy; tải|bản ghi âm|lên kho lưu trữ; liên hệ|khách hàng|về đơn hàng; nghiệm thu|phần mềm|với bên thi công"""
LASTING = """theo dõi|nhật ký lỗi|; trực|quầy lễ tân|thay chị Mai; giữ|máy chủ thử nghiệm|; chạy|bộ kiểm thử|trên hai máy; trả lời|yêu cầu hỗ trợ|của khách
dùng|mẫu cũ|; giữ|phòng lớn|cho lớp đào tạo; tạm dừng|bản tin|; thuê|văn phòng phụ|; đón|đoàn khách|; ghi lại|mọi cuộc gọi|; treo|biển thông báo|
giảm giá|các gói cơ bản|cho khách cũ; mở|cổng đăng ký|cho sinh viên; khoá|nhánh chính|; theo dõi|doanh số|của miền Nam"""
NAMED = """gửi|số liệu Black Friday|cho chị Lan; cập nhật|bảng Monday.com|; gọi|báo Tuổi Trẻ Chủ Nhật|về bài quảng cáo; in|áp phích Black Friday|
thuê|mặt bằng đường 3 Tháng 2|; khảo sát|đường Cách Mạng Tháng Tám|; kiểm tra|hoá đơn Monday.com|với anh Phúc; sửa|cửa hàng đường 30 Tháng 4|"""
PEOPLE = ("anh Hùng", "chị Lan", "bạn Minh", "anh Tuấn", "chị Thảo", "cô Hạnh", "bên kế toán", "nhóm thiết kế")
SPEAKERS = ("em", "tôi", "mình", "bên em", "tụi em", "chúng ta", "chúng tôi")

AT_END = (
    "em sẽ {task} {when}.", "em {task} {when} ạ.", "{who} sẽ {task} {when}.", "{who} {task} {when} nhé.", "nhờ {who} {task} {when}.",
    "nhờ {who} {task} {when} nha.", "{me} cần {task} {when}.", "{me} phải {task} {when}.", "để em {task} {when} ạ.", "{who} nhớ {task} {when} nha.",
    "đề nghị {who} {task} {when}.", "{who} có thể {task} {when} được không?", "{who} {task} {when} được không ạ?", "{me} sẽ {task} {when}.",
    "em nghĩ {me} nên {task} {when}.", "em, ờ, sẽ {task} {when}.", "{obj} cần được {verb} {rest} {when}.", "{obj} phải được {verb} {rest} {when}.",
    "{who} ơi, {task} {when} giúp em nhé.", "{me} xin {task} {when} ạ.",
)  # fmt: skip
AT_START = (
    "{when} em sẽ {task}.", "{when} em {task} ạ.", "{when} {who} sẽ {task}.", "{when}, {who} {task} nhé.", "{when} thì {who} sẽ {task}.",
    "{when} {me} phải {task}.", "{when}, {me} cần {task}.", "{when} {who} {task} nha.", "{when} {who} {task} được không?", "{when} thì em {task} ạ.",
)  # fmt: skip
IN_MIDDLE = ("em sẽ {verb} {obj} {when} {rest}.", "{who} {verb} {obj} {when} {rest} nhé.", "{me} phải {verb} {obj} {when} {rest}.")
OPENERS = ("", "", "", "", "", "dạ, ", "ờ, ", "ừm, ", "vâng, ", "rồi, ", "à, ", "vậy thì ")
TRAILERS = (
    "", "", "", "", "", "", " vì kiểm toán sẽ đến", " vì khách đang chờ", ", nếu mọi người đồng ý", ", được không ạ?", ", mọi người thấy sao?",
    " để cả nhóm còn sắp xếp", ", như đã thống nhất", ", nếu không có gì thay đổi", " cho kịp tiến độ",
)  # fmt: skip


def weekday_name(rng: random.Random, index: int) -> str:
    """Thứ hai to chủ nhật, as recognisers and people write them."""
    if index == 6:
        return rng.choice(("chủ nhật", "chủ nhật", "Chủ nhật", "Chủ Nhật", "CN"))
    name = DAYS[index]
    return rng.choice((f"thứ {name}", f"thứ {name}", f"thứ {name}", f"Thứ {name.capitalize()}", f"Thứ {name}", f"thứ {index + 2}", f"Thứ {index + 2}", f"T{index + 2}"))


def on(words: str, day: dt.date) -> Named:
    return Named(words, f"vào {words}", day)


def weekday(rng: random.Random, base: dt.date) -> Named:
    index = rng.randrange(7)
    return on(weekday_name(rng, index), next_weekday(base, index))


def this_or_coming(rng: random.Random, base: dt.date) -> Named | None:
    """Thứ sáu này, thứ sáu tới; None where that is the day of the meeting."""
    index = rng.randrange(7)
    words = f"{weekday_name(rng, index)} {rng.choice(('này', 'tới'))}"
    return on(words, next_weekday(base, index)) if index != base.weekday() else None


def weekday_of_week(rng: random.Random, base: dt.date) -> Named | None:
    index, (week, weeks) = rng.randrange(7), rng.choice((("tuần này", 0), ("tuần sau", 1), ("tuần sau", 1), ("tuần tới", 1)))
    day = day_of_week(base, index, weeks)
    return on(f"{weekday_name(rng, index)} {week}", day) if day > base else None


def spelled(number: int) -> str:
    """5 -> năm, 15 -> mười lăm, 21 -> hai mươi mốt, 24 -> hai mươi tư."""
    if number <= 10:
        return ONES[number]
    tens, ones = divmod(number, 10)
    if tens == 1:
        return f"mười {'lăm' if ones == 5 else ONES[ones]}"
    return f"{ONES[tens]} mươi {({1: 'mốt', 4: 'tư', 5: 'lăm'}.get(ones) or ONES[ones])}".strip()


def day_number(rng: random.Random, number: int) -> str:
    if number > 10:
        return rng.choice((f"ngày {number}", f"ngày {number}", f"ngày {spelled(number)}"))
    return rng.choice((
        f"ngày {number}", f"ngày {number}", f"mùng {number}", f"mùng {spelled(number)}", f"ngày mùng {number}", f"mồng {number}",
        f"ngày mồng {spelled(number)}",
    ))  # fmt: skip


def numbered(rng: random.Random, base: dt.date) -> Named | None:
    number, following = rng.randint(1, 31), next_month(base)
    words = day_number(rng, number)
    if rng.random() < 0.25:
        day = real_date(following.year, following.month, number)
        return day and on(f"{words} {rng.choice(('tháng sau', 'tháng tới'))}", day)
    day = day_of_month(base, number)
    if day and day.month == base.month and rng.random() < 0.2:
        return on(f"{words} tháng này", day)
    return day and on(words, day)


def dated(rng: random.Random, base: dt.date) -> Named | None:
    """A day and its month, three times in four without the year."""
    aim = base + dt.timedelta(days=rng.randint(1, 300))
    number, month, year = aim.day, aim.month, aim.year
    said = day_number(rng, number)
    short = (f"{said} tháng {month}", f"ngày {number} tháng {month}", f"{said} tháng {MONTHS[month]}", f"ngày {number}/{month}", f"{number}/{month}")
    if rng.random() < 0.75:
        day = day_of_year(base, month, number)
        return day and on(rng.choice(short), day)
    long = (f"ngày {number} tháng {month} năm {year}", f"ngày {number}/{month}/{year}", f"{number}/{month}/{year}", aim.isoformat())
    return on(rng.choice((*long, f"{said} tháng {MONTHS[month]} năm {year}")), aim)


def tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("ngày mai", "ngày mai", base + dt.timedelta(days=1))


def short_tomorrow(_: random.Random, base: dt.date) -> Named:
    return Named("mai", "mai", base + dt.timedelta(days=1))


def day_after_tomorrow(rng: random.Random, base: dt.date) -> Named:
    words = rng.choice(("ngày kia", "ngày mốt"))
    return Named(words, words, base + dt.timedelta(days=2))


def today(_: random.Random, base: dt.date) -> Named:
    return Named("hôm nay", "hôm nay", base)


def period_end(rng: random.Random, base: dt.date) -> tuple[str, dt.date]:
    """Words of a month, quarter or year, and its last day."""
    month, quarter, year, following = rng.randint(1, 12), rng.randint(1, 4), base.year + rng.randint(0, 2), next_month(base)
    next_end, sau = month_end(following.year, following.month), rng.choice(("sau", "tới"))
    return rng.choice((
        ("tháng này", month_end(base.year, base.month)), (f"tháng {sau}", next_end), (f"tháng {month}", month_by_name(base, month)),
        (f"tháng {MONTHS[month]}", month_by_name(base, month)), (f"tháng {month} năm {year}", month_end(year, month)),
        (f"tháng {month}/{year}", month_end(year, month)), ("quý này", quarter_end(base, 0)), (f"quý {sau}", quarter_end(base, 1)),
        (f"quý {rng.choice((str(quarter), QUARTERS[quarter - 1]))}", month_by_name(base, quarter * 3)),
        (f"quý {quarter} năm {year}", month_end(year, quarter * 3)), ("năm nay", dt.date(base.year, 12, 31)),
        (rng.choice(("năm sau", "năm tới", "sang năm")[:2]), dt.date(base.year + 1, 12, 31)), (f"năm {year}", dt.date(year, 12, 31)),
    ))  # fmt: skip


def end_of_period(rng: random.Random, base: dt.date) -> Named | None:
    words, day = period_end(rng, base)
    return Named(f"cuối {words}", f"cuối {words}", day) if day > base else None


def all_of_period(rng: random.Random, base: dt.date) -> Named | None:
    """Hết tuần này is by its Friday; hết tháng 3 by its last day."""
    weeks = (("tuần này", day_of_week(base, 4, 0)), ("tuần sau", day_of_week(base, 4, 1)), ("tuần tới", day_of_week(base, 4, 1)))
    words, day = rng.choice((*weeks, *[period_end(rng, base) for _ in range(4)]))
    return Named(f"hết {words}", f"hết {words}", day) if day > base else None


def next_unit(rng: random.Random, base: dt.date) -> Named:
    words, day = rng.choice((("tuần", day_of_week(base, 0, 1)), ("tháng", next_month(base))))
    words = f"{words} {rng.choice(('sau', 'tới'))}"
    return Named(words, words, day)


MAKERS: dict[str, Maker] = {
    "w": weekday, "n": this_or_coming, "k": weekday_of_week, "o": numbered, "d": dated, "m": tomorrow, "p": short_tomorrow,
    "a": day_after_tomorrow, "t": today, "e": end_of_period, "h": all_of_period, "u": next_unit,
}  # fmt: skip


def within(rng: random.Random, base: dt.date) -> When:
    number = rng.randint(1, 10)
    count = rng.choice((str(number), ONES[number]))
    unit, day = rng.choice((
        ("ngày", base + dt.timedelta(days=number)), ("tuần", base + dt.timedelta(weeks=number)), ("ngày làm việc", working_days(base, number)),
    ))  # fmt: skip
    forms = ("trong vòng {n}", "trong vòng {n} tới", "trong vòng {n} nữa", "chậm nhất là {n} nữa", "muộn nhất {n} nữa", "trong vòng {n} kể từ hôm nay")
    return bound(rng.choice(forms).format(n=f"{count} {unit}"), "by", day)


def span(rng: random.Random, base: dt.date) -> When | None:
    """Two days, the second counted from the first."""
    kind = rng.choice("wwwkod")
    a, b = MAKERS[kind](rng, base), MAKERS[kind](rng, base)
    if not a or not b or kind in "kod" and a.words.split()[-2:-1] != b.words.split()[-2:-1] and "tháng" in a.words + b.words:
        return None
    end = next_weekday(a.day, b.day.weekday()) if kind == "w" else b.day
    if not 1 <= (end - a.day).days <= 40 or kind == "d" and any(str(year) in a.words + b.words for year in (a.day.year, b.day.year)):
        return None
    return bound(rng.choice(RANGES).format(a=a.words, b=b.words), "between", a.day, end)


def period(rng: random.Random, base: dt.date) -> When | None:
    """Next week, next month, the week of the 12th."""
    following, later, day = next_month(base), rng.choice(("sau", "tới")), rng.choice((numbered, dated))(rng, base)
    kind = rng.choice(("tuần", "tháng", "tuần có"))
    if kind == "tuần":
        words = rng.choice(("tuần {}", "trong tuần {}", "vào tuần {}", "nội trong tuần {}")[:3]).format(later)
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
    if not wrong or not right or wrong.day == right.day or "tháng" in wrong.words + right.words or (relation, kinds[1]) == ("by", "m"):
        return None
    if kinds == "oo" and wrong.day.month != right.day.month:
        return None
    form = CORRECTED[relation]
    first, again = (form.replace("{d}", day.words).replace("{on}", day.on) for day in (wrong, right))
    return bound(">" + rng.choice(CORRECTIONS).format(first=first, again=again, day=right.words), relation, right.day)


def undated(rng: random.Random, base: dt.date) -> When | None:
    """A time that gives no day: one of two days, a fiscal quarter, "soon", or nothing at all."""
    kind = rng.choice(("either", "either", "fiscal", "vague", "none"))
    if kind == "either":
        which = rng.choice("wwod")
        a, b = MAKERS[which](rng, base), MAKERS[which](rng, base)
        if not a or not b or a.day >= b.day:
            return None
        forms = ("{a} hoặc {b}", "vào {a} hoặc {b}", "{a} hay {b}", "trước {a} hoặc {b}", ">, {a} hoặc là {b}", "vào {a} hoặc vào {b}")
        return When(rng.choice(forms).format(a=a.words, b=b.words))
    return When({"fiscal": rng.choice(FISCAL), "vague": ">" + rng.choice(VAGUE), "none": ">"}[kind])


def when(rng: random.Random, base: dt.date, relation: str | None) -> When | None:
    chance = rng.random()
    if relation is None:
        return undated(rng, base)
    if relation == "between":
        return span(rng, base) if chance < 0.65 else period(rng, base)
    if chance < 0.1:
        return corrected(rng, base, relation)
    return within(rng, base) if relation == "by" and chance < 0.22 else on_day(rng, base, relation, FORMS[relation], MAKERS)


def action(rng: random.Random, relation: str | None, words: str) -> list[str]:
    table = {"until": LASTING, "from": LASTING, "between": rng.choice((ACTIONS, LASTING))}.get(relation or "", ACTIONS)
    if rng.random() < 0.05 and table is ACTIONS or words == ">" and rng.random() < 0.6:
        table = NAMED
    return rng.choice(table.replace("\n", "; ").split("; ")).split("|")


def vietnamese(rng: random.Random, base: dt.date, relation: str | None) -> Drawn | None:
    """One sentence with that relation, or None when the words drawn would say no certain day on that date."""
    said = when(rng, base, relation)
    if said is None:
        return None
    verb, obj, rest = action(rng, relation, said.words)
    words = said.words.removeprefix(">").replace("{clock}", rng.choice(CLOCKS)).replace("{part}", rng.choice(PARTS))
    fields = {"verb": verb, "obj": obj, "rest": rest, "who": rng.choice(PEOPLE), "me": rng.choice(SPEAKERS), "when": words}
    fields["task"] = f"{verb} {obj} {rest}".strip()
    if said.clause:
        template = words + "."
    elif said.words.startswith(">") or "," in words or rng.random() < 0.65:
        template = rng.choice(AT_END)
    else:
        template = rng.choice(IN_MIDDLE) if rest.startswith(("cho ", "với ", "về ")) and rng.random() < 0.4 else rng.choice(AT_START)
    passive = "{obj} {verb}" if " được {verb}" in template else ""
    task = template.split(" {when}")[0].format(**fields).strip() if passive else fields["task"]
    return Drawn(finish(rng, template.format(**fields)), "vi", base, said.relation, said.first, said.last, task)


def finish(rng: random.Random, sentence: str) -> str:
    """The sentence with a filler before it and a clause behind it, spaced and capitalised."""
    body, mark = sentence[:-1].rstrip(), sentence[-1]
    closed = mark == "?" or body.endswith((" ạ", " nhé", " nha"))
    trailer = "" if closed else rng.choice(TRAILERS)
    text = " ".join((rng.choice(OPENERS) + body + trailer).replace(" ,", ",").split())
    return capital(text if text.endswith("?") else text + mark)
