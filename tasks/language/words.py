"""Words as the check compares them: normalised, without grammar, cut to their stems; and the language of a sentence."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[\w']+")
_LONGEST_SHOWN = 80
_LONGEST_CLAIM = 4000
"""Characters of a claim that are looked at: several times what a draft may hold, so a flood of text costs nothing."""

STOP_EN = frozenset(
    "a an the i you he she it we they me him her us them my mine your yours his hers its our ours their theirs this that these"
    " those and or but so to of in on at by for from with without about will would can could should shall may might must is am"
    " are was were be been being do does did doing done have has had having not no nor yes yeah okay ok well right um uh er oh"
    " please just also then there here up out all some any as if than too very into over under after before during between"
    " through because while who whom whose which what when where why how each every other another such same only even still"
    " yet already more most much many few both either neither one ones get gets got getting go goes going gone gonna make makes"
    " made let lets it's that's i'm i'll we'll we're you're don't there's like really thing things something anything everything"
    " lot bit kind sort way maybe perhaps now today again back off down around against per via said say says".split()
)
STOP_VI = frozenset(
    "tôi em anh chị mình chúng ta họ nó ông bà cô chú bạn ai gì nào đâu sao thì là mà và với của cho để ở tại trong ngoài trên"
    " dưới vào ra lên xuống đến tới từ về theo do vì bởi nên nếu khi lúc đã đang sẽ vẫn còn cũng đều chỉ rất quá lắm hơn nhất"
    " như nhé nha ạ dạ vâng ừ ơi à này kia đó đấy ấy đây thế vậy không chưa chẳng đừng có được bị phải cần nên hãy các những một"
    " mọi mỗi cái con chiếc việc chuyện phần điều rồi xong lại nữa luôn ngay cả hay hoặc nhưng người".split()
)
REPORTING = frozenset(
    "meeting group team committee member participant project manager director speaker agenda topic issue question answer"
    " discussion decision action item task plan point detail information people everyone everybody discuss talk"
    " present presentation"
    " introduce describe explain mention suggest suggestion propose decide agree agreement review summarise summarize state ask"
    " announce instruct conclude finalise finalize evaluate consider determine clarify need want think know begin start end open"
    " close finish continue various different several certain possible main next previous new able order include add use work"
    " briefly also further future nhóm họp buổi cuộc thành viên nội dung vấn đề câu hỏi quyết định thảo luận thống nhất đồng ý"
    " trình bày đề xuất công ty".split()
)
"""Words with which minutes report, whatever was said."""

_ENDINGS = "ations ation ments ment ingly ings ing ities ity ness ies ied ions ion ers er ors or est ed es ly al s y e".split()
VIETNAMESE_LETTER = re.compile(r"[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_PLAINLY_VI = frozenset(word for word in STOP_VI if not word.isascii()) | {"cho"}
_FOREIGN = frozenset(
    "le la les des une dans est sont avec pour sur qui der die das und ist nicht mit den ein eine wir wird el los las una con"
    " para por que del il gli che di per non è sono het een van niet wij zijn".split()
)


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Lower case, composed accents, single spaces, no punctuation."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text).replace("’", "'")
    return " ".join(_WORD.findall(composed.casefold()))


def brief(text: str) -> str:
    """Words of a claim as a reason shows them."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def shortened(text: str) -> str:
    """As much of a claim as is worth checking, composed accents, plain apostrophes."""
    return unicodedata.normalize("NFC", text[:_LONGEST_CLAIM]).replace("’", "'")


def stem(word: str) -> str:
    """The start that the forms of an English word share: `colours`, `coloured` and `color` are one."""
    word = word.removesuffix("'s").replace("_", "").replace("'", "").replace("our", "or") if len(word) > 3 else word
    word = re.sub(r"is(?=e[sd]?$|ing$|ation)", "iz", word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith(("us", "ss", "is"))):
            word = word.removesuffix(ending)
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.rstrip("ie")[:6] if len(word) > 4 else word


def content_stems(text: str, language: str) -> frozenset[str]:
    """What a sentence speaks of: its words without grammar. Vietnamese syllables stay as they are."""
    return stems_of(normalise(text), language)


def stems_of(normal: str, language: str) -> frozenset[str]:
    """The same for a sentence that is normalised."""
    return frozenset(filter(None, map(_syllable if language == "vi" else _content_stem, normal.split())))


@lru_cache(maxsize=65536)
def _content_stem(word: str) -> str | None:
    return stem(word) if len(word) > 2 and word not in STOP_EN and not word.isdigit() else None


@lru_cache(maxsize=65536)
def _syllable(word: str) -> str | None:
    return word if len(word) > 1 and word not in STOP_VI and not word.isdigit() else None


_REPORTING = frozenset(stem(word) for word in REPORTING) | REPORTING


def telling(stems: frozenset[str]) -> frozenset[str]:
    """Without the words that every report uses."""
    return stems - _REPORTING


def language_of(text: str) -> str:
    """`en` or `vi` by the signs of the sentence itself, `und` for anything else."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words:
        return "und"
    english = sum(word in STOP_EN for word in words)
    vietnamese = sum(bool(VIETNAMESE_LETTER.search(word)) or word in _PLAINLY_VI for word in words)
    if vietnamese * 8 >= len(words) and vietnamese > english:
        return "vi"
    foreign = sum(word in _FOREIGN for word in words)
    strange = sum(not word.isascii() for word in words)
    return "en" if foreign <= english and strange * 4 <= len(words) else "und"
