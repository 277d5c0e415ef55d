"""Vietnamese: how tasks, answers, corrections, decisions and questions sound. Data only; see `cues.Words`."""

from tasks.language.cues import CueKind, Words

_TITLE = r"(?:(?:anh|chị|em|bạn|cô|chú|bác|ông|bà|thầy|cậu) )?"
_SELF = r"(?:tôi|tớ|mình|em|anh|chị|cháu|con)"
_ASKING = r"(?:nhé|nha|nhá|được không|được chứ|được không ạ|giúp (?:em|anh|chị|tôi|mình)|đi|nhé ạ|với)"
_WE = r"(?:chúng ta|chúng tôi|chúng mình|bọn mình|cả nhóm|cả nhà|mọi người|ai đó)"
_PRONOUN = r"(?:việc (?:này|đó|ấy|kia)|cái (?:này|đó)|nó|phần (?:này|đó))"
_DOING = (
    r"(?:gửi|viết|gọi|chuẩn bị|kiểm tra|sửa|xem lại|cập nhật|đặt|lên|soạn|tổ chức|liên hệ|tìm hiểu|tìm|tạo|in|mua|"
    r"sắp xếp|mời|xác nhận|báo|thu thập|nộp|đăng|triển khai|đo|ký|dịch|hoàn thành|hoàn thiện|thiết kế|xây dựng|cài đặt|"
    r"giao|tuyển|thông báo|hỏi|mang|dọn|làm|phân tích|tính|đánh giá|phối hợp|trao đổi|thay|chuyển|thanh toán|nhắc|"
    r"tổng hợp|lập|chốt|theo dõi|rà soát|chạy|test|review)"
)

VI = Words(
    cues=(
        (
            CueKind.REQUEST,
            rf"\b{_TITLE}NAME(?: ơi)?,? (?:(?:anh|chị|em|bạn) )?(?:có thể |vui lòng |hãy |làm ơn |nhớ |cố gắng )*(?!là |ơi|"
            rf"đã |có |không |chưa |thì |nói |bảo |ạ|sẽ |phụ trách|nghĩ |{_ASKING}(?!\w))(?=[^.?!]*\b{_ASKING} ?(?:ạ)?[.?!]*$)",
        ),
        (CueKind.REQUEST, rf"\b{_TITLE}NAME(?: ơi)?,? (?:(?:anh|chị|em|bạn) )?(?:hãy|vui lòng|làm ơn|nhớ)\b"),
        (
            CueKind.REQUEST,
            rf"^(?:(?:vậy|thế|còn|à|rồi),? )*(?:(?:anh|chị|em|bạn|cậu) )?(?=DOING\b)"
            rf"(?=[^.?!]*\b(?:nhé|nha|được không|với)(?: ạ)?,? {_TITLE}NAME[.!?]*$)",
        ),
        (CueKind.NAMED, rf"\b(?:giao|phân công|nhờ|đề nghị|yêu cầu)(?: việc này)?(?: cho)? {_TITLE}NAME(?: (?:là|việc)(?!\w))?"),
        (CueKind.NAMED, rf"\bviệc (?:của|cho) {_TITLE}NAME(?: là)?[:,]?"),
        (CueKind.NAMED, rf"\b{_TITLE}NAMES (?:(?:sẽ|nhận|đảm nhận|cần|phải)\b(?: việc)?|(?=(?:phụ trách|chịu trách nhiệm|lo) ))"),
        (CueKind.NAMED_WEAK, rf"\b{_TITLE}NAME (?:nên|có thể)\b"),
        (CueKind.SELF, rf"(?<!chúng )(?<!bọn )(?<!các )\b{_SELF} (?:sẽ|xin nhận|nhận|hứa)\b(?: việc)?|\bđể (?:tôi|em|mình|tớ)\b"),
        (CueKind.SELF_WEAK, rf"(?<!chúng )(?<!bọn )(?<!các )\b{_SELF} (?:phải|cần|có thể)\b"),
        (CueKind.REQUEST_YOU, r"\b(?:anh|chị|em|bạn) (?:có thể )?(?=DOING\b)(?=[^.?!]*\b(?:nhé|nha|được không|giúp)\b)"),
        (CueKind.SELF, r"^(?:(?:dạ|vâng|ừ|rồi),? )*(?:em|tôi|mình|tớ) (?=DOING (?:cho|giúp|luôn|ngay)(?: (?:nhé|ạ|nha))*[.!]*$)"),
        (CueKind.WHO, r"\bai (?:sẽ|có thể|làm được|nhận)(?!\w)"),
        (CueKind.WHO, r"\bai (?=DOING\b)(?=[^.?!]*\b(?:được|nhỉ)(?: không| ạ)?\??$)"),
        (CueKind.GROUP, rf"\b{_WE} (?:sẽ|cần|phải)\b"),
        (CueKind.GROUP, r"\b(?:mọi người|cả nhà|cả nhóm|các bạn|các anh chị) (?=DOING\b)(?=[^.?!]*\b(?:nhé|nha|giúp)\b)"),
    ),
    adverbs=r"(?:(?:cũng|cố gắng|cố|ngay|luôn|thử|sẽ|tự|liền|nhanh chóng|phải|việc|giúp (?:em|anh|chị|tôi)) )*",
    embedded=r"(?:\b(?:nếu|khi|rằng|mà|vì|bởi vì|nói|bảo|hỏi|nghĩ|chắc|có lẽ|không biết|liệu|giả sử|lẽ ra|những gì)[, ]*)$",
    hypothetical=r"\b(?:nếu|giá mà|giá như|giả sử|có lẽ|sau này|hôm nào đó|lúc nào đó|một ngày nào đó|ước gì)\b",
    immediate=r"\b(?:ngay bây giờ|bây giờ|ở đây|trong buổi (?:họp )?này|màn hình)(?!\w)",
    negated=r"(?:không|chưa|chẳng|đừng|không thể|chả)\b",
    stative=(
        r"(?:là|có|thấy|nghĩ|biết|đồng ý|muốn|được|bị|không|vui|hiểu|tin|nhớ|thích|cần|ở|vắng|nghỉ|đi vắng|bận|rất|cảm thấy|"
        r"mất|tốn)\b"
    ),
    now=(
        r"(?:nói|trình bày|bắt đầu|chia sẻ màn hình|giới thiệu|đọc|cho|hỏi|xem|kể|nhắc lại|giải thích|mở|bàn|tiếp tục|"
        r"kết thúc|trả lời|bắt|thảo luận|họp|chờ|đợi|nghe|đến|tới|ra|vào|thử)\b"
    ),
    doing=_DOING,
    generic=(
        rf"^(?:làm|lo|xử lý|nhận|đảm nhận|phụ trách)(?: luôn| ngay| xong| {_PRONOUN})*(?:[.,!]|$| trước| vào| ngay| ạ| nhé|"
        rf" trong)|^{_DOING}(?: (?:cho|giúp|luôn|ngay|nhé|ạ))+[.!]*$"
    ),
    tail=(
        r"[,;:]? (?:vì|nhưng|để mà|còn|thì|mà|nếu|rồi (?:mình|tôi|em|anh|chị))\b|[,;:]? và (?:tôi|em|anh|chị|mình|chúng)\b|"
        r"[,;:] (?:để|rồi|như|miễn)\b"
    ),
    trim=(
        r"(?:[ ,]+(?:nhé|nha|nhá|ạ|được không|được chứ|được|luôn|đi|với|thôi|rồi|giúp (?:em|anh|chị|tôi|mình)|cho (?:tôi|em|anh|"
        r"chị) với|không))+$"
    ),
    called_last=r",|(?<=nhé)|(?<=nha)|(?<=không)|(?<=với)",
    cancel=(
        r"(?:\bthôi (?:bỏ|khỏi|không cần)\b|\bbỏ (?:việc |cái |phần )?(?:đó|này|qua)(?: đi)?|\bkhông cần (?:làm )?(?:nữa|"
        r"việc (?:đó|này) nữa)|\bkhỏi (?:cần|làm)\b|\bhủy (?:việc )?(?:đó|này))"
    ),
    agent=rf"\b(?:sẽ|phải|cần|nên)(?: được)? (?:do|được) {_TITLE}NAME(?!\w)",
    cancel_named=(
        r"\b(?:thôi (?:không cần|khỏi)|không cần|khỏi cần|khỏi|hủy|(?:tôi|em) (?:sẽ không|không)|NAME (?:sẽ không|không cần|"
        r"không phải)) (?P<what>[^.?!]+)"
    ),
    reassign=(
        rf"\bđể {_TITLE}NAME (?:làm|lo|nhận|xử lý|phụ trách)(?: {_PRONOUN}| thay)?",
        rf"\b(?:giao|chuyển) (?:{_PRONOUN} )?(?:lại )?cho {_TITLE}NAME\b(?! (?:gửi|viết|làm|gọi|sửa))",
        rf"\b{_TITLE}NAME (?:sẽ )?(?:làm|lo|nhận|xử lý)(?: {_PRONOUN})?(?: thay)\b",
    ),
    redate=(
        r"^(?:(?:à|thôi|không|khoan|hay|vậy|thế),? )*(?:đổi (?:lại )?(?:thành|sang)|dời (?:sang|đến|lại)|lùi (?:sang|đến|"
        r"lại)|chuyển sang|hay là|thôi|sửa lại là|hạn (?:chót )?là) "
    ),
    introduction=r"\b(?:tên (?:tôi |em )?là|(?:tôi|em|mình) là NAME)\b",
    decision=(
        rf"(?:\b{_WE} |\b(?:nhóm|công ty|cuộc họp|hội đồng|ban giám đốc|mình) )(?:đã |cùng |vừa |sẽ |đều )*(?:quyết định|"
        rf"thống nhất|chốt|nhất trí|đồng ý)"
        r"(?: lại)?(?: với nhau)?(?: là| rằng| sẽ)*(?!\w)",
        r"^(?:vậy|thế|được rồi|rồi|ok|vậy thì|như vậy|thôi)?,? ?(?:chốt|thống nhất|quyết định)(?: lại)?(?: là| rằng|"
        r" sẽ)*(?!\w)",
        r"\b(?:quyết định|kết luận)(?: cuối cùng)? là(?: sẽ)?(?!\w)",
    ),
    decision_question=r"(?:\b(?:đã|nếu|khi|chưa|không|có|hay|cần|phải|nên|để)\W+)$",
    reason=r"[,;]? (?:vì|bởi vì|nhưng|để mà)(?!\w)",
    recap=r"\b(?:lần trước|tuần trước|hôm trước|buổi trước|tháng trước)\b",
    decision_statement=r"^(?:chúng ta|mình|công ty|nhóm|\w+(?: \w+){0,4} sẽ)(?!\w)",
    question=(
        r"^(?:(?:còn|vậy|thế|và|thì|nhưng),? )*(?:ai|khi nào|bao giờ|ở đâu|tại sao|vì sao|làm sao|làm thế nào|bao nhiêu|"
        r"cái gì|việc gì)(?!\w)|(?:khi nào|bao giờ|ở đâu|bao nhiêu|thế nào|ra sao|là gì|hay không|chưa|không)\??$"
    ),
    question_lead=r"^(?:(?:còn|vậy|thế|và|thì|nhưng),? )*",
    open_answer=(
        r"(?:chưa (?:biết|rõ|quyết|chốt|có câu trả lời)|không (?:biết|rõ)|để (?:sau|buổi sau|tuần sau|lần sau)|bàn (?:tiếp|"
        r"sau|lại)|tính sau|hỏi lại sau|còn bỏ ngỏ|để ngỏ|(?:tuần|lần|buổi) sau (?:mình |chúng ta )?(?:bàn|tính|nói|quyết))"
    ),
    open_statement=(
        r"(?:chưa (?:biết|rõ|quyết)|cần (?:tìm hiểu|làm rõ)(?: xem)?) (?P<what>[^.?!]*(?:ai|khi nào|bao giờ|ở đâu|thế nào|"
        r"bao nhiêu|có [^.?!]* không)[^.?!]*)",
    ),
    stopwords=frozenset(
        "tôi em anh chị mình chúng ta sẽ và của cho với để thì là trước vào trong đến các những được nhé ạ này "
        "đó kia việc phần".split()
    ),
)
