"""The languages that are known well: their words for tasks, answers, times and denials."""

from tasks.language.codes import base_language
from tasks.language.english import ENGLISH
from tasks.language.language import Language
from tasks.language.vietnamese import VIETNAMESE

LANGUAGES = {each.code: each for each in (ENGLISH, VIETNAMESE)}


def known_language(code: str) -> Language | None:
    """What is known of a language; None for one that the code has no words of."""
    return LANGUAGES.get(base_language(code))


def language_or_english(code: str) -> Language:
    """The same, and English for all others: their speakers use its words for days and for yes more often than none."""
    return known_language(code) or ENGLISH
