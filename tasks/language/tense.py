"""Whether a sentence tells as done what was only planned or asked: `Robert ordered the boxes` of `I will order the boxes`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.language.language import Language
from tasks.language.languages import known_language
from tasks.language.qualifier_words import QualifierWords
from tasks.language.words import normalise

_REACH = 4
"""Words before a verb among which one may stand that says it is to come: `could you then please send`."""


def told_as_done(text: str, said: Iterable[str], language: str) -> str | None:
    """The first verb of the text that is told as done, and was only to come wherever it was said; None if there is none.

    A verb that was not said proves nothing; neither does one that was said otherwise, too: `we agree to sell` is an agreement.
    A question tells nothing as done.
    """
    known = known_language(language)
    if known is None or known.qualifiers is None:
        return None
    small = known.qualifiers
    plans = [_Told(tuple(normalise(each).split()), asked=each.rstrip().endswith("?")) for each in said]
    made = normalise(text).split()
    for place, word in enumerate(made):
        verb = _done_verb(made, place, small)
        if verb is None:
            continue
        root = _root(verb, known)
        found = [(told, at) for told in plans for at, each in enumerate(told.words) if _root(each, known) == root]
        if found and all(told.asked or _is_to_come(told.words, at, small) for told, at in found):
            return word
    return None


def is_own_plan(text: str, language: str) -> bool:
    """Whether whoever says it speaks of what they themselves will, would or can do: `I'd start that next week`, no question."""
    known = known_language(language)
    if known is None or known.qualifiers is None or text.rstrip().endswith("?"):
        return False
    small, words = known.qualifiers, normalise(text).split()
    first = [place for place, word in enumerate(words[:-1]) if word in small.first_person]
    return any(words[at].endswith(("'ll", "'d")) or words[at + 1] in small.to_come for at in first)


def is_over(text: str, day: str, language: str) -> bool:
    """Whether a text says of a day that it was the day of something done: `the printer left our house on Monday`."""
    known = known_language(language)
    if known is None or known.qualifiers is None:
        return False
    words = tuple(normalise(text.partition(day)[0]).split())
    verb = max((place for place in range(len(words)) if _done_verb(words, place, known.qualifiers)), default=None)
    return verb is not None and known.qualifiers.to_come.isdisjoint(words[verb:])


@dataclass(frozen=True)
class _Told:
    """A sentence of the passage."""

    words: tuple[str, ...]
    asked: bool


def _root(word: str, language: Language) -> str:
    """What `order` and `ordered` share: a stem may lose an ending that was part of the word."""
    return language.stem(language.stem(word))


def _done_verb(words: Sequence[str], place: int, small: QualifierWords) -> str | None:
    """The verb at this place, if it is told as done."""
    word, before = words[place], words[place - 1] if place else ""
    if before in small.done:
        return word
    if word in small.irregular_past:
        return small.irregular_past[word]
    is_past = small.past.match(word) and before not in small.passive and before not in small.to_come
    return word if is_past else None


def _is_to_come(words: Sequence[str], place: int, small: QualifierWords) -> bool:
    if _done_verb(words, place, small) is not None:
        return False
    return not small.to_come.isdisjoint(words[max(0, place - _REACH) : place])
