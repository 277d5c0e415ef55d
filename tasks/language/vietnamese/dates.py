"""Vietnamese times: what bounds them, and what stands around their days. Plain text: small letters, digits for number words."""

import re

from tasks.language.date_words import DateWords
from tasks.language.vietnamese.days import COUNTED, DAYS, HOUR, NUMBER, PART, THEN, digits

_SUBJECT = r"(?:em|tôi|mình|tớ|(?:anh|chị|em|bạn|cô|chú|bác|chúng|bọn) \w+|(?:bên|nhóm|phòng|cả|mọi) \w+(?: \w+)?)"
_LIMIT = (
    r"(?:chậm nhất|muộn nhất|trễ nhất|(?<!gia )(?<!thời )hạn(?: chót| cuối)?|deadline|không (?:muộn|trễ|chậm) hơn|"
    r"không quá|không sau)"
)

VI = DateWords(
    number=NUMBER,
    digits=digits,
    lead=(
        r"(?:(?:(?<!chứng )chỉ|ngay|bất (?:cứ|kỳ|kì) (?:lúc|ngày) nào|đâu đó|trong thời gian|liên tục|suốt|mãi|nội|"
        r"bắt đầu(?= kể)|"
        r"cũng|nhưng|chắc|có lẽ|(?:em|tôi|mình|anh|chị) nghĩ là) )+"
    ),
    bounds=(
        ("by", rf"{_LIMIT}(?: (?:là|vào|đến|trước|trong))*:? "),
        ("before", r"(?:từ (?:nay|giờ|bây giờ) )?trước(?: hoặc vào| khi)? "),
        ("within", r"trong vòng "),
        ("until", r"(?:cho |kéo dài |từ (?:nay|giờ|bây giờ) )?(?:đến|tới)(?: tận)? "),
        (
            "not_before",
            r"(?:nhưng )?(?:(?:không|chưa|đừng|chớ)(?: được| nên)? trước|sớm nhất(?: (?:là|vào|cũng|phải|đến|tới))*|"
            r"không sớm hơn|"
            r"(?:không|chưa) (?:cho )?(?:đến|tới)|(?:phải|chờ|đợi)(?: chờ| đợi)?(?: cho)? (?:đến|tới)|sang(?! năm)) ",
        ),
        ("after", r"(?:từ )?sau |(?:(?:phải|để|chờ|đợi) )*(?<!hôm )(?<!vừa )(?<!tuần )(?<!tháng )(?<!năm )qua "),
        ("from", r"(?:trong khoảng )?(?:kể |bắt đầu |(?<!máy )tính )?từ |bắt đầu(?: vào)? "),
        ("between", r"(?:(?:trong |vào )?khoảng |trong |vào )?giữa "),
        ("around", r"(?:vào |trong )?(?:khoảng|tầm|quanh|độ|cỡ|chừng|quãng)(?: khoảng| chừng| tầm| vào)? "),
        ("not", r"không phải (?:vào )?"),
        ("on", r"(?:vào|trong|cho|lúc|đúng)(?: đúng)? "),
    ),
    closings=(
        ("from", r" trở đi| (?:trở )?về sau"),
        ("not_before", rf" mới\b|(?= {_SUBJECT} mới )|,? (?:là )?sớm nhất"),
        ("by", r",? (?:là )?(?:(?:chậm|muộn|trễ) nhất|hạn (?:chót|cuối))"),
        ("around", r" gì đó| (?:hay|hoặc) (?:tầm|khoảng|quanh|gần) đó"),
    ),
    clock_before=(
        rf"(?:hết(?= (?:thứ|t[2-7]|chủ|cn|mùng|mồng|[0-9]|ngày (?:mai|kia|mốt|mùng|mồng|[0-9])))|"
        rf"(?:lúc )?{HOUR}(?: {PART}(?! (?:nay|mai|mốt|hôm)))?|(?:cuối|đầu|hết) (?:giờ|buổi|ngày)(?: làm(?: việc)?)?"
        rf"(?: {PART}(?! (?:nay|mai|mốt|hôm)))?|(?:buổi )?{PART}(?! (?:nay|mai|mốt|hôm)))"
        r"(?: của| vào)? "
    ),
    clock_after=rf"(?:,? (?:(?:lúc|trước|vào|khoảng) )?(?:{HOUR}(?: {PART})?|(?:buổi )?{PART}(?! nay))(?!\w))+",
    event=r"(?!)",
    days=DAYS,
    counted=COUNTED,
    next_meeting=r"(?:buổi|cuộc|kỳ) họp (?:sau|tới|tiếp theo)(?!\w)",
    joins_between=r" và ",
    joins_range=r" (?:cho )?(?:đến|tới) (?:hết )?| ?[-–—] ?",
    either=r",? (?:hoặc|hay|và)(?: là)?(?: vào| trước)? ",
    both=r",? (?:nhưng|và|mà) ",
    corrected=(
        r"(?:[\s,;.…–—-]*(?:à(?: quên)?|quên|ờ|ừ|không(?: phải)?|nhầm(?: rồi)?|xin lỗi|khoan(?: đã)?|(?:(?:em|tôi|mình|"
        r"anh|chị) )?nói nhầm|"
        r"ý (?:em|tôi|mình|anh|chị) là|phải là|đúng (?:hơn|ra) là|thôi|sửa lại(?: là)?|đổi (?:lại )?(?:thành|sang)|"
        r"dời (?:sang|đến|lại)|lùi (?:sang|đến|lại)|chuyển sang|mà là)(?!\w))+[\s,;.…–—:-]+"
    ),
    not_due_after=frozenset({"mỗi"}),
    name=r"(?<!thông )báo (?!giá|cáo|chí)\w+(?: \w+){0,2}",
    attributive="(?!)",
    titled="(?!)",
    person=r"[\w,;] Mai$",
    clause_end=THEN,
    clause_start=r"[.?!;:,](?= |$)| (?:nhưng|và|nên|vì|nếu|mà|thì|rằng|hoặc|sẽ) ",
    negated=r"\b(?:không|chưa|đừng|chẳng|chớ)\b(?! (?:quên|được quên|sao|chỉ|những))",
    unable=r"\bkịp(?!\w)",
    moved=r"\b(?:dời|lùi|hoãn|(?:chuyển|đổi) (?:lịch|hạn|cuộc|buổi))\b",
    meets_again=re.compile(
        r"\b(?:(?:buổi|cuộc|kỳ) họp (?:sau|tới|tiếp theo)(?: sẽ)?(?: là| diễn ra| vào)|(?:họp|gặp) lại(?: nhau)?)(?!\w)",
        re.IGNORECASE,
    ),
    meets_at=re.compile(r",? (?:tại|ở) (?P<place>[\w-]+(?: (?!(?:nhé|nha|ạ|lúc|vào|và|để)(?!\w))[\w-]+){0,5})", re.IGNORECASE),
    taken_back=re.compile(
        r"^(?:(?:à|ừ|ờ),? )*(?:không phải|khoan|nhầm|xin lỗi|à không|thôi)(?!\w)|"
        r"\bnói nhầm\b",
        re.IGNORECASE,
    ),
)
