"""Vietnamese words: those that say nothing by themselves, the letters of no other language, what denies, and what only points."""

STOP_WORDS = frozenset(
    "tôi em anh chị mình chúng ta họ nó ông bà cô chú bạn ai gì nào đâu sao thì là mà và với của cho để ở tại trong ngoài trên"
    " dưới vào ra lên xuống đến tới từ về theo do vì bởi nên nếu khi lúc đã đang sẽ vẫn còn cũng đều chỉ rất quá lắm hơn nhất"
    " như nhé nha ạ dạ vâng ừ ơi à này kia đó đấy ấy đây thế vậy không chưa chẳng đừng có được bị phải cần nên hãy các những một"
    " mọi mỗi cái con chiếc việc chuyện phần điều rồi xong lại nữa luôn ngay cả hay hoặc nhưng người".split()
)
PLAIN_WORDS = frozenset(word for word in STOP_WORDS if not word.isascii()) | {"cho"}
LETTERS = "đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
ACCENTED = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
NEGATION = r"\b(?:không|chưa|chẳng|đừng|chả)\b(?! (?:ạ|nhỉ)?$)"
POINTING = r"^\w+(?: \w+)? (?P<pronoun>nó|(?:việc|cái|phần) (?:này|đó|ấy|kia))(?!\w)"
BECAUSE = r"(?<!\w)(?:bởi vì|tại vì|(?<!không phải )vì)(?! (?:vậy|thế|sao|gì))(?!\w)"
"""`Do` and `tại` mostly say something else."""
TASK_LEAD = r"^.*?\b(?:sẽ|xin nhận|để (?:em|tôi|mình)|hãy)\s+"
DOES = (
    r"(?= (?!(?:tôi|em|anh|chị|mình|tớ|chúng|bọn|các|cả|mọi|ai|cô|chú|bác|ông|bà|bạn|cậu|nhóm|bên|phòng|ban|đội|công|khách|"
    r"là|thì|mà|mới|nhé|nha|ạ|đi|có|không|chưa|còn|lại|cũng|họp|gặp|nghỉ|rảnh|bận|trời|vào|lúc|sáng|trưa|chiều|tối)(?!\w))"
    r"(?-i:[a-zà-ỹđ]))"
)
"""Behind a Vietnamese name at the start of a sentence: what is done, and nobody else who does it."""
