"""The small words that qualify a sentence: what it denies, what it depends on, what is done already.

Where the small words of a language are not known, no sentence can be proved to say the same as another.
"""

import re
from collections import Counter

from tasks.language.languages import known_language
from tasks.language.negation import negates
from tasks.language.qualifier_words import QualifierWords

DENIED = "denied"
"""What a negation does."""


def qualifier_words(language: str) -> QualifierWords | None:
    """The small words of a language, None where they are not known."""
    known = known_language(language)
    return known.qualifiers if known else None


def qualifiers(text: str, language: str, *, stated: bool) -> frozenset[str]:
    """What qualifies a normalised clause, by name.

    Args:
        stated: it says how things are to be, and asks nobody.
    """
    words = qualifier_words(language)
    assert words is not None
    tables = (words.kept, words.kept_of_statements) if stated else (words.kept,)
    found = {name for table in tables for name, pattern in table.items() if re.search(rf"\b(?:{pattern})\b", text)}
    return frozenset(found | {DENIED} if negates(f"so {text}", language) else found)


def additions(text: str, language: str) -> Counter[str]:
    """The words of a normalised text that a rewriting may leave out but not add, and how often each stands there."""
    words = qualifier_words(language)
    assert words is not None
    return Counter(match[0] for match in re.finditer(rf"\b(?:{words.never_added})\b", text))
