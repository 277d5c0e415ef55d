"""When something is due: the words that say it, how they bound the time, and the days, counted from the meeting's date.

A time is a word that bounds it ("by", "not before"), a time of day, and the words of a day, each read by itself and then put
together; docs/due-dates.md says what each means. What is not understood for certain keeps its words and gets neither relation
nor day.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Protocol

from tasks.language.date_words import DateWords
from tasks.language.languages import language_or_english
from tasks.language.plain_text import make_plain
from tasks.language.time_parser import Mention, TimeParser, bounded, compiled
from tasks.schema import DueRelation

_ANY_DAY = dt.date(2026, 1, 1)
_BEFORE_THE_DAY = 3
_TAKEN_BACK_WITHIN = 2
_BEFORE_A_NEW_DAY = 6
"""Words, as in `no, let's move it to Monday`."""
_POSSESSIVE = re.compile(r"['’]s\b")
_LIMITS = ("by", "until", "not_before", "after", "from")


class Utterance(Protocol):
    """Words in a language: a segment or a sentence."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


@dataclass(frozen=True)
class _Said:
    text: str
    language: str


@dataclass(frozen=True)
class Due:
    """When something is due, as far as it was understood."""

    phrase: str
    """The words that say it, as they stand in the text; of a correction the last."""
    relation: DueRelation | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    stretch: str = field(default="", compare=False)
    """All words about it, with what was corrected."""

    @property
    def dated(self) -> bool:
        """Whether it names a day."""
        return self.first is not None or self.last is not None

    @property
    def is_deadline(self) -> bool:
        """Whether it is the end of the time: `by friday`, not `on friday`."""
        return self.relation in ("by", "until")


def find_due(text: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> Due | None:
    """What a text says about when it is due, in a meeting held on `base`; a limit goes before other times."""
    dues = find_dues(text, base, language, next_meeting)
    due = next((due for due in dues if due.relation in _LIMITS), next(iter(dues), None))
    return due and due_after(due, _sentences(text.partition(due.phrase)[2])[1:], base, language, next_meeting)


def due_after(
    due: Due, sentences: Sequence[str], base: dt.date, language: str, next_meeting: dt.date | None = None
) -> Due | None:
    """What is left of a time after the next sentences of whoever said it.

    `No, hang on, Wednesday's the lorry.` takes Wednesday back, and a time that is one of the two sentences after it, `By
    Thursday.`, stands in its place.
    """
    for number, sentence in enumerate(sentences):
        if not starts_correction(sentence, language):
            continue
        later = sentences[number + 1 : number + 1 + _TAKEN_BACK_WITHIN]
        if new := next(filter(None, (find_replacement(each, base, language, due, next_meeting) for each in later)), None):
            return new
        if any(due.last in (time.first, time.last) for time in named_times(_POSSESSIVE.sub("", sentence), base, language)):
            return None
    return due


def find_dues(text: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> list[Due]:
    """Every time that a text names."""
    speech = _speech(text, base, language, next_meeting)
    return [_due(speech, mention) for mention in speech.mentions()]


@dataclass(frozen=True)
class NamedTime:
    """Words of a time, whatever is said of it: also in a denial, where nothing is due."""

    stretch: str
    """The words, as they stand in the text."""
    first: dt.date | None
    last: dt.date | None
    later: bool
    """Whether it begins then: after, not before, from."""


def named_times(text: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> list[NamedTime]:
    """Every time that a text names, so that two texts can be compared."""
    speech = _speech(text, base, language, next_meeting)
    return [
        NamedTime(
            speech.plain.original(mention.opens, mention.end).strip(),
            mention.named.first,
            mention.named.last,
            mention.bound in ("after", "not_before", "from"),
        )
        for mention in speech.mentions()
    ]


def named_days(text: str, language: str) -> list[str]:
    """The words that name a day, whatever day it is today."""
    return [time.stretch for time in named_times(text, _ANY_DAY, language) if time.first or time.last]


def find_correction(text: str, base: dt.date, language: str, before: Due, next_meeting: dt.date | None = None) -> Due | None:
    """The time that a sentence puts in the place of the one before, and nothing else: `Sorry, I meant Thursday.`"""
    speech = _speech(text, base, language, next_meeting)
    taken_back = compiled(speech.words.corrected).match(speech.plain.text)
    return _replacement(speech, taken_back.end(), before) if taken_back else None


def find_replacement(text: str, base: dt.date, language: str, before: Due, next_meeting: dt.date | None = None) -> Due | None:
    """The time with which a text begins, said in place of the one before: without a bound of its own it keeps the other's."""
    return _replacement(_speech(text.lstrip(" ,"), base, language, next_meeting), 0, before)


def find_meanings(phrase: str, said: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> list[Due]:
    """What a phrase can mean where it was said: `Friday` in `not before Friday` is no deadline; empty if it was not said.

    A part of what was corrected means what it was corrected to; a bare day that is said later in a sentence of its own, as in
    `let's move it to Monday`, may keep the bound of the one before.
    """
    dues, wanted = find_dues(said, base, language, next_meeting), _folded(phrase)
    found: list[Due] = []
    for number, due in enumerate(dues):
        if wanted in _folded(due.stretch):
            lead = _sentences(said.partition(due.stretch)[0])[-1]
            kept = dues[:number] if due.relation == "on" and len(lead.split()) <= _BEFORE_A_NEW_DAY else []
            found += [due, *(_with_bound(due, other.relation) for other in kept if other.relation not in (None, "between"))]
    return found


def _with_bound(due: Due, relation: DueRelation | None) -> Due:
    first, last = (due.last, None) if relation in ("not_before", "after", "from") else (None, due.last)
    return replace(due, relation=relation, first=first, last=last)


def _replacement(speech: TimeParser, at: int, before: Due) -> Due | None:
    mention = speech.mention_at(at, told=True)
    if mention is None or not compiled(speech.words.clause_end).match(speech.plain.text, mention.end):
        return None
    bound = None if before.relation == "between" else before.relation
    return _due(speech, mention if mention.bound else replace(mention, bound=bound))


def _folded(words: str) -> str:
    return " ".join(["", *re.findall(r"\w+", words.casefold()), ""])


@dataclass(frozen=True)
class Announcement:
    """What is said of the next meeting."""

    indices: tuple[int, ...]
    """Which of the utterances say it: one, or one that was taken back up to the one that sets it right."""
    due: Due
    place: str | None
    """Where it is, in the words that follow on the day."""


def starts_correction(text: str, language: str) -> bool:
    """Whether a sentence corrects the one before: `No, wait, I am wrong.`"""
    return bool(_words(language).taken_back.search(text))


def before_announcement(text: str, base: dt.date, language: str) -> str:
    """What a text says before it says when the next meeting is; all of it if it does not."""
    sentence = _Said(text, language)
    match = _words(language).meets_again.search(text)
    return text[: match.start()] if match and _announced([sentence], 0, base) else text


def next_meeting_day(said: Sequence[Utterance], base: dt.date) -> dt.date | None:
    """The day on which this meeting says that the next one is; None if it names two, or takes it back."""
    announced = next_meeting(said, base)
    return announced.due.last if announced else None


def next_meeting(said: Sequence[Utterance], base: dt.date) -> Announcement | None:
    """What this meeting says of the next one; None if it names two days, or takes it back and names no other."""
    found = [told for index in range(len(said)) if (told := _announced(said, index, base))]
    days = {told.due.last for told in found}
    return max(found, key=lambda told: told.place is not None) if len(days) == 1 else None


def _announced(said: Sequence[Utterance], index: int, base: dt.date) -> Announcement | None:
    text, language = said[index].text, said[index].language
    words = _words(language)
    match = words.meets_again.search(text)
    if match is None or text.rstrip().endswith("?"):
        return None
    rest = text[match.end() :]
    due = next(iter(find_dues(rest, base, language)), None)
    if due is None or len(rest.partition(due.stretch)[0].split()) > _BEFORE_THE_DAY:
        return None
    following = [part.text for part in islice(said, index + 1, index + 1 + _TAKEN_BACK_WITHIN)]
    if any(words.taken_back.search(part) for part in _sentences(rest.partition(due.phrase)[2])):
        return None
    if any(words.taken_back.search(part) for part in following):
        return _set_right(said, index, following, base)
    if due.phrase != due.stretch or due.last is None:
        return None
    place = words.meets_at.match(rest.partition(due.stretch)[2])
    return Announcement((index,), due, place["place"].strip() if place else None)


def _set_right(said: Sequence[Utterance], index: int, following: Sequence[str], base: dt.date) -> Announcement | None:
    """The one day that is named in what takes an announcement back: `No, wait, I am wrong.` - `It is on Tuesday.`"""
    language = said[index].language
    named = [(number, due) for number, part in enumerate(following) for due in find_dues(part, base, language)]
    if len(named) != 1 or following[named[0][0]].rstrip().endswith("?"):
        return None
    number, due = named[0]
    whole = due.last is not None and due.relation == "on" and due.phrase == due.stretch
    return Announcement(tuple(range(index, index + number + 2)), due, None) if whole else None


def _due(speech: TimeParser, mention: Mention) -> Due:
    phrase = speech.plain.original(mention.start, mention.end).strip()
    stretch = speech.plain.original(mention.opens, mention.end).strip()
    relation, first, last = bounded(mention.bound, mention.named)
    return Due(phrase, relation, first, last, stretch)


def _speech(text: str, base: dt.date, language: str, next_meeting: dt.date | None) -> TimeParser:
    words = _words(language)
    return TimeParser(make_plain(text, words.number, words.digits), words, base, next_meeting)


def _words(language: str) -> DateWords:
    return language_or_english(language).dates


def _sentences(text: str) -> list[str]:
    return re.split(r"[.?!]\s+", text)
