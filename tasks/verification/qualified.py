"""What qualifies an item must qualify its rewriting, and nothing else may: negation, condition, limit, reason, order."""

import re
from collections import Counter
from dataclasses import dataclass, field

from tasks.language.negation import clauses, count_negations
from tasks.language.numbers import in_figures
from tasks.language.qualifiers import DENIED, additions, qualifiers
from tasks.language.words import content_stems, normalise
from tasks.verification.spoken_item import SpokenItem

_COVERED = 0.5
"""Of the words of a clause, from which on a rewriting speaks of it. Chosen by hand; tests/test_rewording.py counts its effect."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_ANSWER = re.compile(r"^\w+,\s*")
"""`No,` before what is said."""


@dataclass
class _Known:
    """What qualifies the spoken words that a rewriting takes up."""

    must: set[str] = field(default_factory=set)
    words: Counter[str] = field(default_factory=Counter)


def ill_qualified(body: str, spoken: SpokenItem) -> str | None:
    """What of that which qualifies the spoken words the rewriting left out, or brought in by itself; None if nothing."""
    plain, known = normalise(body), _known(body, spoken)
    made = qualifiers(plain, spoken.language, stated=spoken.is_statement)
    if lost := known.must - made:
        return f"it leaves out what qualifies it: {', '.join(sorted(lost))}"
    if added := made - known.must:
        return f"it adds what qualifies it: {', '.join(sorted(added))}"
    most = max(count_negations(_ANSWER.sub("", text), spoken.language) for text in spoken.texts)
    if count_negations(body, spoken.language) > most:
        return "it denies more than was denied"
    new = (additions(plain, spoken.language) - known.words).items()
    strange = next((word for word, times in new if not _was_said_so(plain, word, times, spoken)), None)
    return f"it adds '{strange}'" if strange else None


def _known(body: str, spoken: SpokenItem) -> _Known:
    """Of each sentence that the rewriting takes up: what qualifies the whole of it; negations only of the clauses taken up."""
    known, plain = _Known(), normalise(body)
    for sentence in (part for text in spoken.texts for part in _SENTENCE_END.split(spoken.timeless(text))):
        if _shared(sentence, plain, spoken.language):
            taken = [clause for clause in map(normalise, clauses(sentence)) if _is_covered(clause, plain, spoken.language)]
            whole = qualifiers(normalise(sentence), spoken.language, stated=spoken.is_statement) - {DENIED}
            known.must |= whole.union(*(qualifiers(clause, spoken.language, stated=spoken.is_statement) for clause in taken))
            known.words |= sum((additions(clause, spoken.language) for clause in taken), Counter[str]())
    return known


def _was_said_so(plain: str, word: str, times: int, spoken: SpokenItem) -> bool:
    """Whether the words on both sides of a word stood beside it in one of the sentences before: `flour and sugar`."""
    found = re.findall(rf"\w+ {re.escape(word)} (?:the |a )?\w+", plain)
    before = [f" {normalise(sentence.text)} " for sentence in spoken.before]
    return len(found) == times and all(any(f" {each} " in text for text in before) for each in found)


def _is_covered(clause: str, text: str, language: str) -> bool:
    """Whether a text speaks of most of what a clause speaks of."""
    return len(_shared(clause, text, language)) > _COVERED * len(content_stems(in_figures(clause), language))


def _shared(clause: str, text: str, language: str) -> frozenset[str]:
    return content_stems(in_figures(clause), language) & content_stems(in_figures(text), language)
