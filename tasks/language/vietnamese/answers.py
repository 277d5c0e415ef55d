"""Vietnamese: how people answer when they are asked. Data only; see `answers.AnswerWords`."""

from tasks.language.answer_words import AnswerWords

WORDS = AnswerWords(
    yes=(
        r"^(?:dạ,? )?(?:vâng|ừ|đồng ý|nhất trí|chắc chắn|được (?:ạ|chứ|anh|chị|em)|(?:em|tôi|mình) sẽ|để (?:em|tôi|mình))(?!\w)"
    ),
    perhaps_yes=r"^(?:dạ|ok|okay|được|rồi|tốt)(?!\w)",
    after_yes=frozenset("ạ anh chị em cô chú bác nhé luôn rồi được dạ vâng ok".split()),
    commit=r"(?:\b(?:em|tôi|mình|anh|chị) (?:sẽ|làm|gửi|lo|nhận)\b|để (?:em|tôi)|dạ được|vâng|được ạ|dạ)",
    cannot=(r"(?:\b(?:không (?:làm |gửi |lo )?được|không thể|không có thời gian|không kịp|bận|đi vắng|nghỉ phép)(?!\w))"),
    done=r"\b(?:em|tôi|mình|anh|chị) đã (?:làm|gửi|gọi|sửa|viết)(?!\w)",
    no=r"\b(?:xin lỗi|rất tiếc)(?!\w)",
    volunteer=(
        r"^(?:(?:dạ|vâng|ừ),? )*(?:để )?(?:em|tôi|mình|tớ)(?: (?:nhận|làm|lo|làm được|xung phong))?(?: (?:cho|nhé|ạ|nha))*[.!]*$"
    ),
    withdraw=(
        r"^(?:(?:à|ờ|thôi|không|khoan|xin lỗi|nghĩ lại thì|mà thôi|à thôi),? )*(?:(?:tôi|em|mình|anh|chị) )?(?:sẽ )?(?:không làm"
        r"(?: được)?(?: việc (?:đó|này))?(?: nữa)?|không (?:được|kịp)|thôi vậy|rút lại)(?: đâu)?(?: ạ)?[.!]*$"
    ),
    own_plan=r"(?:(?:còn|à|thì),? )*(?:em|tôi|mình) sẽ(?!\w)",
    back=r"\b(?:nó|việc (?:đó|này|ấy)|cái (?:đó|này)|luôn|ngay)(?!\w)",
    turn=r"[,;.]? \b(?:nhưng(?: mà)?|tuy nhiên)\b,? ",
    bound=r"\b(?:trước|cho đến|sớm hơn)(?!\w)",
)
