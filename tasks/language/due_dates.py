"""When something is due: the words that say it, how they bound the time, and the days, counted from the meeting's date.

A time is a word that bounds it ("by", "not before"), a time of day, and the words of a day, each read by itself and then put
together; docs/due-dates.md says what each means. What is not understood for certain keeps its words and gets neither relation
nor day.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from typing import Protocol

from tasks.language.date_words import Bound, DateWords, DayRule, Days
from tasks.language.dates_english import EN
from tasks.language.dates_vietnamese import VI
from tasks.language.plain_text import Plain, make_plain
from tasks.schema import DueRelation

_BEFORE_THE_DAY = 3
_TAKEN_BACK_WITHIN = 2
_TURNED: dict[Bound | None, Bound] = {"before": "not_before", "until": "not_before", "after": "by"}
"""What a bound means in a clause that denies: `I won't send it before Friday`."""
_LIMITS = ("by", "until", "not_before", "after", "from")


class Said(Protocol):
    """Words in a language: a segment or a sentence."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


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


@dataclass(frozen=True)
class _Named:
    """Days that words name, up to a place in the text."""

    end: int
    first: dt.date | None
    last: dt.date | None
    relation: DueRelation | None
    bare: bool = False
    weekday: bool = False
    ranged: bool = False


@dataclass(frozen=True)
class _Mention:
    """A time in a text: a stretch of it, in which the words that count begin at `start`."""

    opens: int
    start: int
    named: _Named
    bound: Bound | None

    @property
    def end(self) -> int:
        return self.named.end


def find_due(text: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> Due | None:
    """What a text says about when it is due, in a meeting held on `base`; a limit goes before other times."""
    dues = find_dues(text, base, language, next_meeting)
    return next((due for due in dues if due.relation in _LIMITS), next(iter(dues), None))


def find_dues(text: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> list[Due]:
    """Every time that a text names."""
    speech = _speech(text, base, language, next_meeting)
    return [speech.due(mention) for mention in speech.mentions()]


def find_correction(text: str, base: dt.date, language: str, before: Due, next_meeting: dt.date | None = None) -> Due | None:
    """The time that a sentence puts in the place of the one before, and nothing else: `Sorry, I meant Thursday.`"""
    speech = _speech(text, base, language, next_meeting)
    taken_back = _compiled(speech.words.corrected).match(speech.plain.text)
    return _replacement(speech, taken_back.end(), before) if taken_back else None


def find_replacement(text: str, base: dt.date, language: str, before: Due, next_meeting: dt.date | None = None) -> Due | None:
    """The time with which a text begins, said in place of the one before: without a bound of its own it keeps the other's."""
    return _replacement(_speech(text.lstrip(" ,"), base, language, next_meeting), 0, before)


def find_meaning(phrase: str, said: str, base: dt.date, language: str, next_meeting: dt.date | None = None) -> Due | None:
    """What a phrase means where it was said: `Friday` in `not before Friday` is no deadline; None if it was not said.

    A part of what was corrected means what it was corrected to.
    """
    wanted = _folded(phrase)
    return next((due for due in find_dues(said, base, language, next_meeting) if wanted in _folded(due.stretch)), None)


def _replacement(speech: "_Speech", at: int, before: Due) -> Due | None:
    mention = speech.mention_at(at, told=True)
    if mention is None or not _compiled(speech.words.clause_end).match(speech.plain.text, mention.end):
        return None
    bound = None if before.relation == "between" else before.relation
    return speech.due(mention if mention.bound else replace(mention, bound=bound))


def _folded(words: str) -> str:
    return " ".join(["", *re.findall(r"\w+", words.casefold()), ""])


def next_meeting_day(said: Sequence[Said], base: dt.date) -> dt.date | None:
    """The day on which this meeting says that the next one is; None if it names two, or takes it back."""
    days = {day for index in range(len(said)) if (day := _day_announced(said, index, base))}
    return days.pop() if len(days) == 1 else None


def _day_announced(said: Sequence[Said], index: int, base: dt.date) -> dt.date | None:
    text, language = said[index].text, said[index].language
    words = _words(language)
    match = words.meets_again.search(text)
    if match is None or text.rstrip().endswith("?"):
        return None
    rest = text[match.end() :]
    due = next(iter(find_dues(rest, base, language)), None)
    if due is None or len(rest.partition(due.stretch)[0].split()) > _BEFORE_THE_DAY:
        return None
    following = (part.text for part in islice(said, index + 1, index + 1 + _TAKEN_BACK_WITHIN))
    if any(words.taken_back.search(part) for part in (*following, *_sentences(rest.partition(due.phrase)[2]))):
        return None
    return due.last if due.phrase == due.stretch else None


@dataclass(frozen=True)
class _Speech:
    """A text with the tables to read it and the days it counts from."""

    plain: Plain
    words: DateWords
    base: dt.date
    next_meeting: dt.date | None

    def mentions(self) -> Iterator[_Mention]:
        """Every time in the text; corrected ones and two of which only one is meant are one."""
        text, at = self.plain.text, 0
        for start in re.finditer(r"(?<![\w'#-])[\w#]", text):
            if start.start() < at or not _opening(self.words).match(text, start.start()):
                continue
            if named := self._name_at(start.start()):
                at = named.end
                continue
            mention = self.mention_at(start.start())
            if mention is None:
                continue
            mention = self._with_what_follows(mention)
            at = mention.end
            if _word_before(text, mention.opens) not in self.words.not_due_after:
                yield self._turned(mention)

    def mention_at(self, at: int, told: bool = False) -> _Mention | None:
        """The longest time that begins here; `told` when it is known to be one."""
        text = self.plain.text
        lead = _compiled(self.words.lead).match(text, at)
        found: list[tuple[int, bool, bool, _Mention]] = []
        for bound, begins in self._bounds_at([lead.end()] if lead else [], at):
            clock = _compiled(self.words.clock_before).match(text, begins)
            for start in (begins, *([clock.end()] if clock else [])):
                named = self._days_at(start, self.base, told or bound is not None or start > begins)
                if named and (mention := self._closed(_Mention(at, at, named, bound))):
                    found.append((mention.end, named.first is not None, bound is not None or start == begins, mention))
        return max(found, key=lambda ranked: ranked[:3])[3] if found else None

    def _bounds_at(self, after_lead: list[int], at: int) -> Iterator[tuple[Bound | None, int]]:
        """What may bound a time that begins here, and where its day begins: nothing, or the longest words."""
        for opens in (*after_lead, at):
            yield None, opens
            found = [
                (match.end(), bound)
                for bound, pattern in self.words.bounds
                if (match := _compiled(pattern).match(self.plain.text, opens))
            ]
            if found:
                end, longest = max(found, key=lambda pair: pair[0])
                yield longest, end

    def due(self, mention: _Mention) -> Due:
        """The mention with its words and days."""
        phrase = self.plain.original(mention.start, mention.end).strip()
        stretch = self.plain.original(mention.opens, mention.end).strip()
        relation, first, last = _bounded(mention.bound, mention.named)
        return Due(phrase, relation, first, last, stretch)

    def _days_at(self, at: int, base: dt.date, bound: bool) -> _Named | None:
        """The longest words of a day that begin here."""
        text, words = self.plain.text, self.words
        if bound and (meeting := _compiled(words.next_meeting).match(text, at)):
            return _named(meeting.end(), self.next_meeting)
        matches = [
            (match.end(), rule, match)
            for rule in words.days
            if (bound or not rule.bound) and (match := rule.pattern.match(text, at))
        ]
        found = [_counted_days(*max(matches, key=lambda triple: triple[0]), base)] if matches else []
        for counted in words.counted:
            match = counted.pattern.match(text, at)
            if match and (day := self._days_at(match.end(), base, True)):
                found.append(_named(day.end, counted.days(match, day.last) if day.last else None))
        return max(found, key=lambda named: named.end, default=None)

    def _closed(self, mention: _Mention) -> _Mention | None:
        """The mention with the time of day, the second day and the bound that stand behind; None if it is something else."""
        text, words = self.plain.text, self.words
        named, bound = mention.named, mention.bound
        named = _up_to(named, _compiled(words.clock_after).match(text, named.end))
        if bound and (event := _compiled(words.event).match(text, named.end)):
            named = _up_to(named, event)
        ranged = named if named.ranged else self._range(named, bound)
        if ranged:
            named = _up_to(ranged, _compiled(words.clock_after).match(text, ranged.end))
            given_up = bound != "between" and _compiled(words.moved).search(self._clause_before(mention.opens))
            bound = "not" if given_up else "on"
        elif bound == "between":
            return None
        for relation, pattern in words.closings:
            if closing := _compiled(pattern).match(text, named.end):
                named, bound = _up_to(named, closing), bound if (bound, relation) == ("after", "not_before") else relation
        if bound == "range" or re.compile(r"\w|-\w|\.\w|'s\b").match(text, named.end):
            return None
        return replace(mention, named=named, bound=bound)

    def _range(self, first: _Named, bound: Bound | None) -> _Named | None:
        """The days up to a second one, which is counted from the first."""
        text, words = self.plain.text, self.words
        if bound not in ("between", "range", "from", "on", "around", None):
            return None
        joined = _compiled(words.joins_between if bound == "between" else words.joins_range).match(text, first.end)
        if not joined:
            return None
        clock = _compiled(words.clock_before).match(text, joined.end())
        starts = (*([clock.end()] if clock else []), joined.end())
        for start in starts:
            second = self._days_at(start, self.base, True)
            if second and second.bare and first.first:
                second = self._days_at(start, first.first, True)
            if second:
                return _stretch(first, second)
        return None

    def _with_what_follows(self, mention: _Mention) -> _Mention:
        """The mention that corrects this one; or both as one that was not understood, when only one of them is meant."""
        text, words = self.plain.text, self.words
        if (corrected := _compiled(words.corrected).match(text, mention.end)) and (
            later := self.mention_at(corrected.end(), told=True)
        ):
            bound = later.bound or mention.bound
            return self._with_what_follows(replace(later, opens=mention.opens, bound=bound))
        if (joined := _compiled(words.both).match(text, mention.end)) and (later := self.mention_at(joined.end(), told=True)):
            if both := _both(mention, later):
                return both
        if (either := _compiled(words.either).match(text, mention.end)) and (later := self.mention_at(either.end(), told=True)):
            unknown = _Named(later.end, None, None, None)
            return self._with_what_follows(replace(mention, named=unknown))
        return mention

    def _turned(self, mention: _Mention) -> _Mention:
        denied = _compiled(self.words.negated).search(self._clause_before(mention.opens))
        return replace(mention, bound=_TURNED.get(mention.bound, "not")) if denied else mention

    def _clause_before(self, at: int) -> str:
        return _compiled(self.words.clause_start).split(self.plain.text[:at])[-1]

    def _name_at(self, at: int) -> _Named | None:
        """A day that is part of a name: `the Sunday Times`, `the Monday meeting`."""
        text, words = self.plain.text, self.words
        day = self._days_at(at, self.base, False)
        if day is None or not (day.bare and day.weekday):
            return None
        attributive = not _compiled(words.clause_end).match(text, day.end)
        names = f"{words.name}|{words.attributive}" if attributive else words.name
        return day if _compiled(rf"\b(?:{names}) $").search(text[:at]) else None


def _bounded(bound: Bound | None, named: _Named) -> tuple[DueRelation | None, dt.date | None, dt.date | None]:
    """The relation, and the days that it leaves."""
    first, last = named.first, named.last
    if first is None or last is None or bound == "not":
        return None, None, None
    if bound == "around" and first != last:
        return None, None, None
    if bound == "before":
        return "by", None, last if first == last else first - dt.timedelta(days=1)  # the last day before a week begins
    relation = named.relation if bound in (None, "on", "range") else "by" if bound == "within" else bound
    if relation in ("not_before", "after", "from"):
        return relation, last if relation == "after" else first, None
    return relation, first if relation == "between" else None, last


def _counted_days(end: int, rule: DayRule, match: re.Match[str], base: dt.date) -> _Named:
    weekday = bool(match.groupdict().get("weekday"))
    return replace(
        _named(end, rule.days(match, base), rule.relation), bare=rule.bare, weekday=weekday, ranged=rule.relation == "between"
    )


def _named(end: int, days: Days, relation: DueRelation | None = None) -> _Named:
    if isinstance(days, tuple):
        return _Named(end, *days, relation or "between")
    return _Named(end, days, days, relation or "on")


def _stretch(first: _Named, second: _Named) -> _Named:
    """From the one to the other; in `Monday to Friday next week` both are of that week."""
    begins, ends = first.first, second.last
    if begins and ends and first.bare and first.weekday and second.weekday and not second.bare:
        begins = ends - dt.timedelta(days=(ends.weekday() - begins.weekday()) % 7)
    if begins is None or ends is None or begins > ends:
        return _Named(second.end, None, None, None)
    return _Named(second.end, begins, ends, "between")


def _both(one: _Mention, other: _Mention) -> _Mention | None:
    """A lower and an upper limit together: `not before Monday but by Friday`."""
    limits = {relation: first or last for relation, first, last in (_bounded(m.bound, m.named) for m in (one, other))}
    first, last = limits.get("not_before") or limits.get("from"), limits.get("by") or limits.get("until")
    if not first or not last or first > last:
        return None
    return replace(one, named=_Named(other.end, first, last, "between"), bound=None)


def _up_to(named: _Named, match: re.Match[str] | None) -> _Named:
    return replace(named, end=match.end()) if match else named


def _speech(text: str, base: dt.date, language: str, next_meeting: dt.date | None) -> _Speech:
    words = _words(language)
    return _Speech(make_plain(text, words.number, words.digits), words, base, next_meeting)


def _words(language: str) -> DateWords:
    return VI if language == "vi" else EN


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _opening(words: DateWords) -> re.Pattern[str]:
    """What a time can begin with, so that other words are passed over quickly."""
    bounds = [pattern for _, pattern in words.bounds]
    days = [rule.pattern.pattern for rule in (*words.days, *words.counted)]
    openings = [words.lead, *bounds, words.clock_before, *days]
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in openings))


def _sentences(text: str) -> Iterable[str]:
    return re.split(r"[.?!]\s+", text)


def _word_before(text: str, position: int) -> str:
    before = re.findall(r"\w+", text[max(0, position - 24) : position])
    return before[-1] if before else ""
