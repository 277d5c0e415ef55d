"""Given names that are also words: Will, May, Mark, Mai. As names they count only where the sentence uses them so.

A capital inside a sentence tells a name from a word, but not for the names of months. At the start of a sentence, and where a
recognizer writes no capitals, it is what stands before and behind.
"""

import re
from functools import lru_cache

from tasks.language.english.names import MONTH_NAMES
from tasks.language.languages import LANGUAGES, language_or_english

WORD_NAMES = frozenset[str]().union(*(language.word_names for language in LANGUAGES.values()))
"""Those of all languages that are known."""
_DETERMINERS = (
    "the",
    "a",
    "an",
    "this",
    "that",
    "these",
    "my",
    "our",
    "your",
    "his",
    "her",
    "their",
    "no",
    "any",
    "each",
    "every",
)
_BEFORE_MONTHS = (
    "in",
    "by",
    "of",
    "on",
    "this",
    "next",
    "last",
    "until",
    "till",
    "since",
    "from",
    "to",
    "for",
    "late",
    "early",
    "mid",
)
_BEFORE_NAMES = (
    "ask",
    "asked",
    "let",
    "have",
    "tell",
    "told",
    "thanks",
    "nhờ",
    "giao cho",
    "anh",
    "chị",
    "em",
    "bạn",
    "cô",
    "chú",
    "bác",
    "ông",
    "bà",
    "dì",
    "cậu",
    "thầy",
)
_BEHIND = (
    r"'ll\b|'s (?:going|gonna|task|action|job|turn)\b|,|[.?!]*$"
    r"| (?:will|shall|can|could|should|would|must|has to|needs to|agreed to|promised to|offered to|volunteered to)\b"
    r"(?! (?:you|i|we)\b)"
    r"| is (?:going to|gonna|supposed to|responsible|in charge|taking|not|away|absent|sick|ill|off|on)\b"
    r"| takes (?:care|over)\b| please\b"
    r"| (?:ơi|sẽ|phụ trách|nhận|đảm nhận|chịu trách nhiệm|hãy|vui lòng|làm ơn|xin|vắng)(?!\w)| (?:and|và) (?-i:[^\W\d_a-z])"
)
"""What stands behind a person: what people do, a comma after an address, another person."""
_MONTH_BEHIND = r"(?!(?:'ll| will| is going to| should| has to| can| must)(?: \w+ly)? (?:be|come|see|bring|start|begin|end)\b)"
_INSIDE = r"(?<=[\w,;] )"


def is_word(spelling: str, language: str) -> bool:
    """Whether a name is also a word of the language that is spoken."""
    return spelling.casefold() in language_or_english(language).word_names


def name_pattern(spelling: str, language: str, exact_case: bool) -> str:
    """A regular expression for one spelling of a name; one that is a word must stand as a name does.

    Args:
        spelling: one word or several, in any case.
        language: the one that is spoken.
        exact_case: whether capitals tell names from words; else any case matches.
    """
    written = r"\s+".join(re.escape(word[:1].upper() + word[1:] if exact_case else word) for word in spelling.split())
    word = f"(?-i:{written})" if exact_case else written
    if not is_word(spelling, language):
        return word
    month = spelling.casefold() in MONTH_NAMES
    refused = _BEFORE_MONTHS if month else _DETERMINERS
    free = "".join(rf"(?<!\b{before} )" for before in refused)
    called = "|".join(rf"(?<=\b{before} )" for before in _BEFORE_NAMES)
    forms = [rf"{free}{word}(?={_BEHIND}){_MONTH_BEHIND if month else ''}", rf"(?:{called}){word}"]
    if exact_case and not month:
        forms.insert(0, rf"{_INSIDE}{word}(?!\w)")
        does = language_or_english(language).does
        forms += [f"{word}{does}"] if does else []
    return f"(?:{'|'.join(forms)})"


def stands_as_name(text: str, spelling: str, language: str) -> bool:
    """Whether a text, in the case in which it was written, uses a word as the name of a person."""
    return bool(_compiled(spelling, language, any(letter.isupper() for letter in text)).search(text))


@lru_cache(maxsize=4096)
def _compiled(spelling: str, language: str, exact_case: bool) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{name_pattern(spelling, language, exact_case)})(?!\w)", re.IGNORECASE)
