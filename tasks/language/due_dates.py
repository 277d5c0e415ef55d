"""Due phrases as they were spoken, and the day they mean, counted from the meeting's date and never from today.

A phrase that could mean two days, or no day that exists, keeps its words and gets no date.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from tasks.language.date_words import DateWords
from tasks.language.dates_english import EN
from tasks.language.dates_vietnamese import VI

_BEFORE_THE_DAY = 3
_TAKEN_BACK_WITHIN = 2


class Utterance(Protocol):
    """Words in a language: a segment or a sentence."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


def find_due_phrase(text: str, language: str) -> str | None:
    """The words that say when, with their preposition, as they stand in the text; a clear deadline goes before other times."""
    words = _words(language)
    found = list(_phrases(text, words))
    if not found:
        return None
    dated = [phrase for phrase in found if words.firm.match(phrase)] or found
    return dated[0].strip()


def find_times(text: str, language: str) -> list[str]:
    """Every time that a text names, as it stands there."""
    return [phrase.strip() for phrase in _phrases(text, _words(language))]


def is_deadline(phrase: str, language: str) -> bool:
    """Whether a phrase can only be a deadline: `by friday`, not `on friday`."""
    return bool(_words(language).firm.match(phrase))


def resolve_due_date(phrase: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> dt.date | None:
    """The day a due phrase means in a meeting held on `base`; None when it names no single day."""
    words = _words(language)
    if words.next_meeting.search(phrase):
        return next_meeting
    text = words.normalise(phrase)
    for pattern, day in words.rules:
        if match := pattern.fullmatch(text):
            return day(match, base)
    return None


def next_meeting_day(said: Sequence[Utterance], base: dt.date) -> dt.date | None:
    """The day on which this meeting says that the next one is; None if it names two, or takes it back."""
    days = {day for index in range(len(said)) if (day := _day_announced(said, index, base))}
    return days.pop() if len(days) == 1 else None


def _day_announced(said: Sequence[Utterance], index: int, base: dt.date) -> dt.date | None:
    text, language = said[index].text, said[index].language
    words = _words(language)
    match = words.meets_again.search(text)
    if match is None or text.rstrip().endswith("?"):
        return None
    rest = text[match.end() :]
    phrase = next(_phrases(rest, words), None)
    if phrase is None or len(rest.partition(phrase)[0].split()) > _BEFORE_THE_DAY:
        return None
    following = (part.text for part in islice(said, index + 1, index + 1 + _TAKEN_BACK_WITHIN))
    if any(words.taken_back.search(part) for part in (*following, *_sentences(rest.partition(phrase)[2]))):
        return None
    return resolve_due_date(phrase, base, language)


def _phrases(text: str, words: DateWords) -> Iterator[str]:
    """Every time in a text; two of which only one is meant are one phrase."""
    found = [match for match in words.phrase.finditer(text) if _word_before(text, match.start()) not in words.not_due_after]
    start = None
    for number, match in enumerate(found):
        start = match.start() if start is None else start
        following = found[number + 1].start() if number + 1 < len(found) else 0
        if not words.either.fullmatch(text, match.end(), max(following, match.end())):
            yield text[start : match.end()]
            start = None


def _sentences(text: str) -> Iterable[str]:
    return re.split(r"[.?!]\s+", text)


def _words(language: str) -> DateWords:
    return VI if language == "vi" else EN


def _word_before(text: str, position: int) -> str:
    before = re.findall(r"\w+", text[max(0, position - 24) : position])
    return before[-1].lower() if before else ""
