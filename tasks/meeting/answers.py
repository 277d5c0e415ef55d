"""Names by which speakers are called: who is asked something by name and answers at once bears that name."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from tasks.schema import Segment

_ANSWER_S = 5.0
_NAME = r"(?P<name>[^\W\d_][\w'-]+)"
_YOU = (
    r"(?:could you|can you|would you|will you|please|what do you|do you|are you|did you|have you|how about you|how are you|"
    r"what about you|where are you|when (?:can|will|do) you|how (?:far|long|is your|was your))"
)
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:(?:so|okay|ok|and|then|now|well|good|thanks|thank you),? )*{_NAME}, {_YOU}\b",
        rf"^(?:{_YOU})\b.*, {_NAME}\?$",
        rf"^(?:(?:anh|chị|em|bạn|cô|chú) )?{_NAME} ơi\b",
        rf"\b(?:nhé|nha|được không|chưa|không|sao|thế nào)(?: ạ)?,? (?:anh |chị |em |bạn )?{_NAME}\?$",
    )
)
_ANSWERS = re.compile(
    r"^(?:(?:oh|well|um|uh|mm|right),? )*(?:yes|yeah|yep|sure|of course|okay|ok|certainly|absolutely|no|sorry|"
    r"I(?:'m| am|'ll| will| can| have|'ve| did| think| would|'d)?|we(?:'re| are|'ve| have)|"
    r"not yet|thank you|thanks|dạ|vâng|ừ|được|rồi|em|tôi|mình|"
    r"xin lỗi|chưa)(?!\w)",
    re.IGNORECASE,
)


def names_answered_to(segments: Sequence[Segment], is_name: Callable[[str, str], bool]) -> dict[str, str]:
    """Speaker label -> the one name to which that voice answered; nobody who used the name for somebody else.

    Args:
        is_name: whether a word is a name, in the text that it stands in.
    """
    used = {(segment.speaker, name) for segment in segments for name in _asked_by_name(segment.text, is_name)}
    answered: defaultdict[str, set[str]] = defaultdict(set)
    for asked, answer in pairwise(segments):
        if asked.speaker and answer.speaker and asked.speaker != answer.speaker and _follows(asked, answer):
            answered[answer.speaker].update(_asked_by_name(asked.text, is_name))
    return {label: name for label, names in answered.items() if len(names) == 1 for name in names if (label, name) not in used}


def _asked_by_name(text: str, is_name: Callable[[str, str], bool]) -> Iterator[str]:
    """Who is asked in the last sentence of a text: what comes before was not for who speaks next."""
    last = re.split(r"(?<=[.?!])\s+", text.strip())[-1]
    for pattern in _ASKED:
        if (match := pattern.search(last)) and is_name(match["name"], text):
            yield match["name"]


def _follows(asked: Segment, answer: Segment) -> bool:
    return answer.start_s - asked.end_s <= _ANSWER_S and bool(_ANSWERS.search(answer.text.strip()))
