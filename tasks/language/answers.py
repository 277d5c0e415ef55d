"""What an answer means: yes, no, or neither."""

import re
from enum import StrEnum
from functools import cache

from tasks.language.answer_words import AnswerWords
from tasks.language.languages import language_or_english
from tasks.language.words import content_stems

_LEAST_OWN = 2
"""Words of its own that a promise of another thing has."""


class Consent(StrEnum):
    """What somebody answers who was asked to do something."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """Yes and no at once, or not at that time."""


def reply_in(text: str, language: str) -> Consent | None:
    """What a sentence answers; None if it is no answer. Other languages than English and Vietnamese count as English."""
    words = _words(language)
    clauses = _pattern(words.turn).split(text.replace("’", "'"), maxsplit=1)
    first, *rest = [_clause_reply(clause, words) for clause in clauses]
    second = rest[0] if rest else None
    if second is None or first is None or first is second:
        return first or second
    if Consent.UNSURE in (first, second):
        return Consent.YES if Consent.YES in (first, second) else Consent.UNSURE
    return second if second is Consent.YES else Consent.UNSURE


def is_of_something_else(answer: str, request: str, language: str) -> bool:
    """Whether an answer without a yes promises another thing: `I will bring the keys` after `David will send the budget`."""
    words = _words(language)
    if not _pattern(words.own_plan).match(answer) or _pattern(words.back).search(answer):
        return False
    stems = content_stems(answer, language)
    return len(stems) >= _LEAST_OWN and stems.isdisjoint(content_stems(request, language))


def promises(text: str, language: str) -> bool:
    """Whether somebody who was asked says that it will be done, in words that do not only open a sentence."""
    return bool(_pattern(_words(language).commit).search(text))


def volunteers(text: str, language: str) -> bool:
    """`Who will bring it?` - `Me.`"""
    return bool(_pattern(_words(language).volunteer).search(text))


def takes_back(text: str, language: str) -> bool:
    """Whether the whole sentence takes back what its speaker has just taken on."""
    return bool(_pattern(_words(language).withdraw).search(text))


def _clause_reply(text: str, words: AnswerWords) -> Consent | None:
    yes = _says_yes(text, words)
    if _pattern(words.cannot).search(text):
        return Consent.UNSURE if yes or _pattern(words.bound).search(text) else Consent.NO
    commits = bool(_pattern(words.commit).search(text))
    if _pattern(words.done).search(text):
        return Consent.UNSURE if commits and not yes else Consent.NO
    if _pattern(words.no).search(text):
        return Consent.YES if commits else Consent.NO
    return Consent.YES if yes else None


def _says_yes(text: str, words: AnswerWords) -> bool:
    asks = text.rstrip().endswith("?")
    if match := _pattern(words.yes).search(text):
        return not asks or bool(text[match.end() :].strip(" ,.?!"))
    match = _pattern(words.perhaps_yes).search(text)
    if not match or asks:
        return False
    rest = text[match.end() :]
    following = re.findall(r"[\w'’]+", rest)
    own = [word for word in following if word.lower() not in words.after_yes and not word[:1].isupper()]
    return (not own and len(following) <= 3) or bool(_pattern(words.commit).search(rest))


def _words(language: str) -> AnswerWords:
    return language_or_english(language).answers


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
