"""In which of the languages that are known a text is, by its own signs."""

import re
from collections.abc import Iterable

from tasks.language.codes import UNKNOWN
from tasks.language.english import ENGLISH
from tasks.language.language import Language
from tasks.language.languages import LANGUAGES

_WORD = re.compile(r"[^\W\d_]+")
_LEAST_SHARE = 0.15
_LEAST_SHARE_OF_SENTENCE = 1 / 8
_FOREIGN = frozenset(
    "le la les des une dans est sont avec pour sur qui der die das und ist nicht mit den ein eine wir wird el los las una con"
    " para por que del il gli che di per non è sono het een van niet wij zijn".split()
)


def guess_language(text: str) -> str:
    """The code of the language of which enough words are, and of no other; else `und`. For a whole text."""
    words = _WORD.findall(text.lower())
    signs = {code: _signs(words, language) for code, language in LANGUAGES.items()}
    code = max(signs, key=signs.__getitem__)
    return code if words and signs[code] >= _LEAST_SHARE * len(words) else UNKNOWN


def language_within(text: str, around: str) -> str:
    """The language of a sentence in a meeting that is held in `around`: those that are known are told apart, no others."""
    if around not in (*LANGUAGES, UNKNOWN):
        return around
    found = guess_language(text)
    return around if found == UNKNOWN else found


def language_of(text: str) -> str:
    """The code of the language of a sentence by its own signs: English if nothing speaks against it, `und` if it is not known."""
    words = _WORD.findall(text.lower())
    if not words:
        return UNKNOWN
    english = sum(word in ENGLISH.stop_words for word in words)
    counts = {each.code: _signs(words, each) for each in LANGUAGES.values() if each is not ENGLISH}
    code = max(counts, key=counts.__getitem__)
    if counts[code] >= _LEAST_SHARE_OF_SENTENCE * len(words) and counts[code] > english:
        return code
    foreign = sum(word in _FOREIGN for word in words)
    strange = sum(not word.isascii() for word in words)
    return ENGLISH.code if foreign <= english and strange * 4 <= len(words) else UNKNOWN


def _signs(words: Iterable[str], language: Language) -> int:
    """How many of the words are of this language and of no other that is known."""
    letters = set(language.letters)
    return sum(not letters.isdisjoint(word) or word in language.plain_words for word in words)
