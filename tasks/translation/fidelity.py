"""Whether a translation keeps what code can compare: names, numbers, days, ids, and whether something is denied.

    check.objection("Call Ana by Friday.", "Gọi Ana trước thứ sáu.")    # None
    check.objection("Call Ana by Friday.", "Gọi Bình trước thứ sáu.")   # "'Ana' is missing in what came"

What it passes may still be wrong in every other way, and the page says so. What it refuses may be right: a name in another
script, a nationality. Then the text stays in its own language.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from tasks.language.detection import language_of
from tasks.language.due_dates import NamedTime, named_times
from tasks.language.languages import known_language
from tasks.language.messages import message
from tasks.language.negation import negates
from tasks.language.numbers import certain_numbers, in_figures, numbers_in
from tasks.language.scripts import foreign_script
from tasks.language.wording import wording_for
from tasks.language.words import normalise
from tasks.schema import Message

_SHORTEST, _LONGEST = 0.3, 3.0
"""Letters of a translation for each letter of the text; chosen by hand."""
_SHORT = 12
"""Letters below which lengths tell nothing."""
_MARKUP = re.compile(r"[\n\r<>{}|`]|\*\*|https?://")
_SENTENCE_END = re.compile(r"[.!?…]\s+")
_ID = re.compile(r"(?<!\w)(?=[^\s]*\d)(?=[^\s]*[^\W\d_])\w[\w.@/#:+-]*\w|\S+@\S+\.\w+")
"""Letters and digits in one: `a-3f9c21`, `S0012`, `v2.1`, `Q3`."""
_MEASURE = re.compile(r"\d+(?:[.,:h]\d+)*[^\W\d_]{0,3}")
"""`3pm`, `10h30`, `20kg`, `3rd`: a number with its unit, which is written otherwise in other languages."""
_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile(r"(?<=[\w,;] )[^\W\d_a-zà-ỹ][^\W\d_]+(?!\w|\.\s)")
"""A capital inside a sentence: a name, where the language writes nothing else so."""
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.h](\d{2}))?\s?(?:a\.?m\b\.?|p\.?m\b\.?|o'clock\b|giờ\b|h\b)", re.IGNORECASE)
_MONTH = dt.timedelta(days=31)


@dataclass(frozen=True)
class FidelityCheck:
    """Compares texts of one meeting with their translations."""

    source: str
    """The language of the texts."""
    target: str
    held_on: dt.date
    next_meeting: dt.date | None
    people: tuple[str, ...]
    """Names of this meeting."""

    def objection(self, text: str, translation: str) -> Message | None:
        """Why the translation cannot stand; None if nothing speaks against it."""
        return next(self._objections(text, translation), None)

    def _objections(self, text: str, made: str) -> Iterator[Message]:
        """All reasons, the plainest first."""
        if _misshapen(text, made):
            yield message("translation_shape")
        if not self._in_target(made):
            yield message("translation_language", language=self.target)
        yield from _differing(_ids(text), _ids(made), _ids(text), _ids(made))
        if known_language(self.source) and not known_language(self.target) and self._times(text, self.source):
            yield message("translation_days_unknown", language=self.target)
        days, rest = self._days(text, self.source)
        own_days, own_rest = self._days(made, self.target)
        if days != own_days:
            yield message("translation_days")
        yield from self._of_names(rest, own_rest)
        yield from _of_numbers(rest, own_rest)
        known = known_language(self.source) and known_language(self.target)
        if known and negates(text, self.source) != negates(made, self.target):
            yield message("translation_denial")

    def _in_target(self, made: str) -> bool:
        """Whether a text seems to be in the language that was asked for; of one that is not known, only its script is seen."""
        if known_language(self.target):
            return language_of(made) == self.target
        return not foreign_script([made], self.target)

    def _days(self, text: str, language: str) -> tuple[set[object], str]:
        """The days and months that a text names, and the text without their words; of a time of day the figures stay.

        Where the words for days are not known, the days of a text cannot be compared, and it is left as it is.
        """
        if not (known_language(self.source) and known_language(self.target)):
            return set(), text
        found, rest = set[object](), text
        for time in self._times(text, language):
            found |= {(time.first, time.last, time.later)} if time.first else _months(time.stretch, language)
            rest = rest.replace(time.stretch, " ".join(match[0] for match in _CLOCK.finditer(in_figures(time.stretch))), 1)
        return found, rest

    def _times(self, text: str, language: str) -> list[NamedTime]:
        """What names days within one month, or a month: longer stretches (`this year`) are words like others."""
        times = named_times(text, self.held_on, language, self.next_meeting)
        return [
            time
            for time in times
            if (time.last - time.first <= _MONTH if time.first and time.last else _months(time.stretch, language))
        ]

    def _of_names(self, text: str, made: str) -> Iterator[Message]:
        said, written = set(_WORD.findall(text)), set(_WORD.findall(made))
        capitals = set(_CAPITAL.findall(text)) if known_language(self.source) else set()
        own_capitals = set(_CAPITAL.findall(made)) if known_language(self.target) else set()
        yield from _differing((said & self._names) | capitals, (written & self._names) | own_capitals, said, written)

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words of the names of people, as they are written."""
        return frozenset(word for name in self.people for word in _WORD.findall(name) if len(word) > 1 and word[0].isupper())


def _misshapen(text: str, made: str) -> bool:
    """Whether it is no single line of about the same length, has a word for a sentence, or is the text itself."""
    length, own = len(text), len(made)
    sentences, own_sentences = (_SENTENCE_END.split(each.strip()) for each in (text, made))
    if len(own_sentences) > len(sentences) and any(len(each.split()) == 1 for each in own_sentences):
        return True
    strange = length > _SHORT and not _SHORTEST * length <= own <= _LONGEST * length
    return not made.strip() or bool(_MARKUP.search(made)) or strange or normalise(text) == normalise(made)


def _months(text: str, language: str) -> set[object]:
    """The numbers of the months that a text names, in a language whose months are known."""
    plain = in_figures(text).casefold()
    names = enumerate(wording_for(language, language).months, start=1)
    return {number for number, name in names if re.search(rf"\b{re.escape(name.casefold())}(?!\w)", plain)}


def _ids(text: str) -> set[str]:
    return {found for found in _ID.findall(text) if not _MEASURE.fullmatch(found)}


def _differing(wanted: set[str], own: set[str], said: Iterable[str], written: Iterable[str]) -> Iterator[Message]:
    """What of the text is missing among the words of the translation, then what those have of their own."""
    there, before = ({word.casefold() for word in words} for words in (written, said))
    yield from (message("translation_lacks", what=each) for each in sorted(wanted) if each.casefold() not in there)
    yield from (message("translation_adds", what=each) for each in sorted(own) if each.casefold() not in before)


def _of_numbers(text: str, made: str) -> Iterator[Message]:
    values, own_values = _values(text), _values(made)
    for number in certain_numbers(text):
        if number.values.isdisjoint(own_values):
            yield message("translation_lacks", what=number.shown)
    for number in certain_numbers(made):
        if number.values.isdisjoint(values):
            yield message("translation_adds", what=number.shown)


def _values(text: str) -> frozenset[str]:
    """The numbers of a text, an hour of the day on both halves of the clock."""
    hours = [int(match[1]) for match in _CLOCK.finditer(in_figures(text))]
    return numbers_in(text) | {str(other) for hour in hours for other in (hour, hour % 12 or 12, (hour + 12) % 24)}
