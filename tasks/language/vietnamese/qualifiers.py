"""Vietnamese: the small words that qualify a sentence. Data only; see `qualifier_words.QualifierWords`."""

import re

from tasks.language.qualifier_words import QualifierWords

WORDS = QualifierWords(
    kept={
        "condition": r"nếu|giả sử|miễn là|phòng khi",
        "exception": r"trừ|trừ khi|ngoại trừ",
        "only": r"chỉ|duy nhất",
        "instead": r"thay vì|thay cho",
        "before": r"trước",
        "after": r"sau",
        "until": r"đến khi|cho đến|cho tới",
        "compared": r"hơn",
        "extreme": r"ít nhất|nhiều nhất|tối đa|tối thiểu",
        "perhaps": r"có lẽ|có thể|chắc là|hình như|có khi",
    },
    kept_of_statements={"should": r"nên", "must": r"phải|bắt buộc"},
    never_added=(
        r"vì|bởi|tại vì|do đó|do vậy|nhờ vậy|và|cùng với|kèm theo|kèm|đồng thời|lẫn|hoặc|hay|nhưng|tuy|mặc dù|dù|khi|ngay|lại|"
        r"lần đầu|đầu tiên|cuối cùng|tất cả|mọi|toàn bộ|cả|luôn|khác|đã|rồi|xong|từng|vừa"
    ),
    personal=r"tôi|em|mình|(?<!các )(?<!\d )bạn|tớ|cháu|tao|mày",
    first_person=frozenset(("tôi", "tớ")),
    second_person=frozenset(("mày",)),
    reports=r"(?:nói|cho biết|cho hay|báo|thông báo|nghĩ|cho)(?: rằng| là)?",
    subject=r"sẽ|cần|phải|nên|phụ trách|có nhiệm vụ|được giao|đảm nhận|nhận",
    things={"nó": None, "đó": None, "này": None, "ấy": None, "kia": None, "đấy": None, "đây": None},
    persons={"họ": None},
    directions={
        "cho": "to",
        "tới": "to",
        "từ": "from",
        "với": "with",
        "trên": "on",
        "dưới": "under",
        "trong": "in",
        "ngoài": "out",
        "lên": "up",
        "xuống": "down",
    },
    past=re.compile(r"(?!)"),
    passive=frozenset(),
    about=frozenset("về cho của trên ở trong tại".split()),
    to_come=frozenset("sẽ cần phải nên hãy nhờ để định giúp".split()),
    done=frozenset(("đã",)),
    drops_pronouns=True,
)
