"""Due phrases as they were spoken, and the day they mean, counted from the meeting's date and never from today.

A phrase that could mean two days, or no day that exists, keeps its words and gets no date.
"""

import datetime as dt
import re

from tasks.actions.date_words import DateWords
from tasks.actions.dates_en import EN
from tasks.actions.dates_vi import VI


def find_due_phrase(text: str, language: str) -> str | None:
    """The words that say when, with their preposition, as they stand in the text; a clear deadline goes before other times."""
    words = _words(language)
    found = [match for match in words.phrase.finditer(text) if _word_before(text, match.start()) not in words.not_due_after]
    if not found:
        return None
    dated = [match[0] for match in found if words.firm.match(match[0])] or [match[0] for match in found]
    return dated[0].strip()


def resolve_due_date(phrase: str, base: dt.date, language: str) -> dt.date | None:
    """The day a due phrase means in a meeting held on `base`; None when it names no single day."""
    words = _words(language)
    text = words.normalise(phrase)
    for pattern, day in words.rules:
        if match := pattern.fullmatch(text):
            return day(match, base)
    return None


def _words(language: str) -> DateWords:
    return VI if language == "vi" else EN


def _word_before(text: str, position: int) -> str:
    before = re.findall(r"\w+", text[max(0, position - 24) : position])
    return before[-1].lower() if before else ""
