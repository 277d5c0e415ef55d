"""What the guards must know of writing: scripts, letters, and about how many syllables a word takes to say."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from tasks.language.codes import base_language
from tasks.language.languages import known_language

UNSPACED = frozenset("zh yue ja th lo my km".split())
"""Languages that are written without spaces: a character there is what a word is elsewhere."""
_VOWELS = re.compile("[aeiouyаеёиоуыэюяіїєαεηιουω]+")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_ONE_BY_ONE = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})
_LETTERS_PER_SYLLABLE = 2.5
"""Of scripts whose vowels are marks on the consonants, or are not written."""
_SCRIPTS = {
    "ru uk bg sr mk be kk mn ky tg tt ba": {"CYRILLIC"},
    "zh yue": {"CJK", "BOPOMOFO"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA"},
    "ko": {"HANGUL", "CJK"},
    "el": {"GREEK"},
    "ar fa ur ps sd": {"ARABIC"},
    "he yi": {"HEBREW"},
    "th": {"THAI"},
    "lo": {"LAO"},
    "km": {"KHMER"},
    "my": {"MYANMAR"},
    "hi mr ne sa": {"DEVANAGARI"},
    "bn as": {"BENGALI"},
    "ta": {"TAMIL"},
    "te": {"TELUGU"},
    "kn": {"KANNADA"},
    "ml": {"MALAYALAM"},
    "gu": {"GUJARATI"},
    "pa": {"GURMUKHI", "ARABIC"},
    "si": {"SINHALA"},
    "ka": {"GEORGIAN"},
    "hy": {"ARMENIAN"},
    "am": {"ETHIOPIC"},
    "bo": {"TIBETAN"},
}
_OWN_SCRIPTS = {language: scripts for languages, scripts in _SCRIPTS.items() for language in languages.split()}
_TWO_SCRIPTS = {"sr": {"LATIN"}, "kk": {"LATIN"}, "uz": {"CYRILLIC"}, "az": {"CYRILLIC"}, "mn": {"MONGOLIAN"}}
_LEAST_FOREIGN = 4
_LEAST_TO_JUDGE = 60
"""Letters: a shorter text may well hold nothing but names and loan words."""


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """A word without case and punctuation; empty if nothing is left."""
    return _NEITHER_LETTER_NOR_DIGIT.sub("", unicodedata.normalize("NFC", text).casefold())


@lru_cache(maxsize=4096)
def syllables(word: str, language: str) -> float:
    """About how many syllables it takes to say a word; 0 for punctuation."""
    letters = normal(word)
    if not letters:
        return 0.0
    known = known_language(language)
    if known and known.syllabic and not letters.isdigit():
        return 1.0
    counts = Counter("DIGIT" if character.isdigit() else _script(character) for character in letters)
    whole = counts["DIGIT"] + sum(counts[script] for script in _ONE_BY_ONE)
    plain = "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))
    voweled = len(_VOWELS.findall(plain))
    marked = sum(
        number for script, number in counts.items() if script not in _ONE_BY_ONE | {"DIGIT", "LATIN", "CYRILLIC", "GREEK"}
    )
    return max(1.0, whole + voweled + marked / _LETTERS_PER_SYLLABLE)


def foreign_script(texts: Iterable[str], language: str) -> bool:
    """Whether most letters belong to a script in which this language is not written. Latin letters are at home everywhere."""
    counts = _scripts(texts)
    foreign = sum(number for script, number in counts.items() if script not in _expected(language) | {"LATIN"})
    return foreign >= _LEAST_FOREIGN and foreign > counts.total() / 2


def unlike_language(texts: Iterable[str], language: str) -> bool:
    """Whether a long text holds no letter of its language's own: Vietnamese without any mark, Russian in Latin letters only."""
    text = " ".join(texts)
    counts = _scripts([text])
    if counts.total() < _LEAST_TO_JUDGE:
        return False
    known = known_language(language)
    if known and known.accented:
        return set(known.accented).isdisjoint(unicodedata.normalize("NFC", text).casefold())
    return not any(counts[script] for script in _expected(language))


def _expected(language: str) -> set[str]:
    code = base_language(language)
    return _OWN_SCRIPTS.get(code, {"LATIN"}) | _TWO_SCRIPTS.get(code, set())


def _scripts(texts: Iterable[str]) -> Counter[str]:
    return Counter(_script(character) for text in texts for character in text if character.isalpha())


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The first word of the character's Unicode name, which is that of its script."""
    name = unicodedata.name(character, "OTHER")
    return (
        "LATIN" if name.startswith(("FULLWIDTH LATIN", "MODIFIER", "MASCULINE", "FEMININE")) else name.split(" ")[0].split("-")[0]
    )
