"""Words as the check compares them: normalised, without grammar, cut to their stems."""

import re
import unicodedata
from functools import lru_cache

from tasks.language.english import ENGLISH
from tasks.language.languages import LANGUAGES, language_or_english

_WORD = re.compile(r"[\w']+")
_LONGEST_SHOWN = 80
_LONGEST_CLAIM = 4000
"""Characters of a claim that are looked at: several times what a draft may hold, so a flood of text costs nothing."""

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


def content_stems(text: str, language: str) -> frozenset[str]:
    """What a sentence speaks of: its words without grammar. Where each syllable is a word, they stay as they are."""
    return stems_of(normalise(text), language)


def stems_of(normal: str, language: str) -> frozenset[str]:
    """The same for a sentence that is normalised."""
    return frozenset(found for word in normal.split() if (found := _content_stem(word, language)))


@lru_cache(maxsize=65536)
def _content_stem(word: str, language: str) -> str | None:
    known = language_or_english(language)
    least = 1 if known.syllabic else 2
    return known.stem(word) if len(word) > least and word not in known.stop_words and not word.isdigit() else None


_REPORTING = frozenset(ENGLISH.stem(word) for word in REPORTING) | REPORTING


def is_stop_word(word: str) -> bool:
    """Whether a normalised word says nothing by itself in a language that is known."""
    return any(word in language.stop_words for language in LANGUAGES.values())


def telling(stems: frozenset[str]) -> frozenset[str]:
    """Without the words that every report uses."""
    return stems - _REPORTING
