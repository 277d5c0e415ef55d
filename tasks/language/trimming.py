"""What of a spoken line may be left out without changing what the rest says: small words around it, and sentences beside it."""

import re
from collections.abc import Sequence

from tasks.language.negation import clauses
from tasks.language.numbers import numbers_in
from tasks.language.qualifier_words import QualifierWords
from tasks.language.qualifiers import qualifier_words, qualifiers
from tasks.language.words import content_stems, normalise

_SHORT_LINE = 20
"""Words. `I'll sort it. He's here at two.`: so much is quoted whole."""


def without_small_talk(text: str, language: str) -> str:
    """The text without clauses of small words only, at its beginning and at its end: `All right, so`, `Vâng,`, `then.`"""
    small = qualifier_words(language)
    if small is None:
        return text
    parts = list(clauses(text))
    while len(parts) > 1 and _says_nothing(parts[0], language, small):
        parts.pop(0)
    while len(parts) > 1 and _says_nothing(parts[-1], language, small):
        parts.pop()
    kept = "".join(parts).strip().rstrip(",;")
    return text if kept in ("", text) else kept[:1].upper() + kept[1:]


def told_and_quoted(sentence: str, others: Sequence[str], line: str, language: str) -> tuple[str, str]:
    """What a sentence of a line says, and the words that prove it: of a short line all, and told whole where it must be."""
    if len(line.split()) > _SHORT_LINE:
        return without_small_talk(sentence, language), sentence
    told = sentence if can_stand_without(sentence, others, language) else line
    return without_small_talk(told, language), line


def without_phrase(text: str, phrase: str) -> str:
    """The text without a phrase and the comma before it; one behind it still parts what follows."""
    before, _, after = text.partition(phrase)
    parting = "" if after.startswith(",") else " "
    return f"{before.rstrip(' ,')}{parting}{after.lstrip(' ')}".strip(" ,")


def can_stand_without(sentence: str, others: Sequence[str], language: str) -> bool:
    """Whether a sentence says the same without the others of its line: it points to nothing, and they qualify nothing."""
    small = qualifier_words(language)
    if small is None or small.drops_pronouns or sentence.rstrip().endswith("?") or _points(sentence, small):
        return False
    return not any(_may_matter(other, language) for other in others)


def _says_nothing(clause: str, language: str, small: QualifierWords) -> bool:
    """Whether it names nothing, points to nothing and speaks of nobody."""
    spoken_of = re.search(rf"\b(?:{small.personal})\b", normalise(clause)) or _points(clause, small)
    return not content_stems(clause, language) and not spoken_of and not _may_matter(clause, language)


def points_back(text: str, language: str) -> bool:
    """Whether it speaks of something that was named before: `it`, `they`, `đó`."""
    small = qualifier_words(language)
    return small is not None and _points(text, small)


def _points(text: str, small: QualifierWords) -> bool:
    return not {*small.things, *small.persons}.isdisjoint(re.findall(r"\w+", normalise(text)))


def _may_matter(text: str, language: str) -> bool:
    """Whether it asks, counts, denies or sets a condition."""
    asks = text.rstrip().endswith("?")
    return asks or bool(numbers_in(text)) or bool(qualifiers(normalise(text), language, stated=True))
