"""The small words that qualify a sentence: what it denies, what it depends on, what is done already.

Each language that is known here has a file `qualifiers_<language>.py` with a `QualifierWords`. Where the small words are not
known, no sentence can be proved to say the same as another.
"""

import importlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.language.codes import base_language
from tasks.language.negation import negates

DENIED = "denied"
"""What a negation does."""


@dataclass(frozen=True, eq=False)
class QualifierWords:
    """The tables of one language, to be matched against normalised text."""

    kept: Mapping[str, str]
    """Name -> pattern of what a sentence in other words must have too, and may not have by itself: `only`, `if`."""
    kept_of_statements: Mapping[str, str]
    """The same for what is stated; where a task is asked for, these words ask."""
    never_added: str
    """Words that may fall away but not come in: of reasons, additions, what is done already."""
    personal: str
    """Words for who speaks and who is spoken to, which nobody understands elsewhere."""
    subject: str
    """Before the verb, after the name of who is to do it."""
    things: Mapping[str, bool | None]
    """Words that point to a thing said before -> whether to several; None where the language does not tell."""
    persons: Mapping[str, bool | None]
    """The same for words that point to people."""
    directions: Mapping[str, str]
    """Before a noun: words with different values turn the sense."""
    past: re.Pattern[str]
    """A word in a form that tells of the past, unless it follows one of `passive`."""
    passive: frozenset[str]
    about: frozenset[str]
    """Before what something is about."""


def qualifier_words(language: str) -> QualifierWords | None:
    """The tables of a language, None where there are none."""
    code = base_language(language)
    return _load(code) if code in languages() else None


@cache
def languages() -> tuple[str, ...]:
    """The languages whose small words are known."""
    return tuple(sorted(path.stem.removeprefix("qualifiers_") for path in Path(__file__).parent.glob("qualifiers_*.py")))


@cache
def _load(code: str) -> QualifierWords:
    words = importlib.import_module(f"tasks.language.qualifiers_{code}").WORDS
    assert isinstance(words, QualifierWords)
    return words


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
