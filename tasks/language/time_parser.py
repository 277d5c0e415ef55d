"""Finds times in speech: a word that bounds, a time of day, the words of a day, each read by itself and then put together."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tasks.language.date_words import Bound, DateWords, DayRule, Days
from tasks.language.plain_text import Plain
from tasks.schema import DueRelation

_TURNED: dict[Bound | None, Bound] = {"before": "not_before", "until": "not_before", "after": "by"}
"""What a bound means in a clause that denies: `I won't send it before Friday`."""
_BOUNDS: dict[Bound | None, DueRelation] = {
    "by": "by",
    "within": "by",
    "until": "until",
    "not_before": "not_before",
    "after": "after",
    "from": "from",
    "between": "between",
    "around": "around",
}
"""What leaves the relation to the day is not here."""


@dataclass(frozen=True)
class NamedDays:
    """Days that words name, up to a place in the text."""

    end: int
    first: dt.date | None
    last: dt.date | None
    relation: DueRelation | None
    bare: bool = False
    weekday: bool = False
    ranged: bool = False


@dataclass(frozen=True)
class Mention:
    """A time in a text: a stretch of it, in which the words that count begin at `start`."""

    opens: int
    start: int
    named: NamedDays
    bound: Bound | None

    @property
    def end(self) -> int:
        return self.named.end


@dataclass(frozen=True)
class TimeParser:
    """A text with the tables to read it and the days it counts from."""

    plain: Plain
    words: DateWords
    base: dt.date
    next_meeting: dt.date | None

    def mentions(self) -> Iterator[Mention]:
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

    def mention_at(self, at: int, told: bool = False) -> Mention | None:
        """The longest time that begins here; `told` when it is known to be one."""
        text = self.plain.text
        lead = compiled(self.words.lead).match(text, at)
        found: list[tuple[int, bool, bool, Mention]] = []
        for bound, begins in self._bounds_at([lead.end()] if lead else [], at):
            clock = compiled(self.words.clock_before).match(text, begins)
            for start in (begins, *([clock.end()] if clock else [])):
                named = self._days_at(start, self.base, told or bound is not None or start > begins)
                if named and (mention := self._closed(Mention(at, at, named, bound))):
                    found.append((mention.end, named.first is not None, bound is not None or start == begins, mention))
        return max(found, key=lambda ranked: ranked[:3])[3] if found else None

    def _bounds_at(self, after_lead: list[int], at: int) -> Iterator[tuple[Bound | None, int]]:
        """What may bound a time that begins here, and where its day begins: nothing, or the longest words."""
        for opens in (*after_lead, at):
            yield None, opens
            found = [
                (match.end(), bound)
                for bound, pattern in self.words.bounds
                if (match := compiled(pattern).match(self.plain.text, opens))
            ]
            if found:
                end, longest = max(found, key=lambda pair: pair[0])
                yield longest, end

    def _days_at(self, at: int, base: dt.date, bound: bool) -> NamedDays | None:
        """The longest words of a day that begin here."""
        text, words = self.plain.text, self.words
        if bound and (meeting := compiled(words.next_meeting).match(text, at)):
            return _named(meeting.end(), self.next_meeting)
        matches = [
            (match.end(), rule, match)
            for rule in words.days
            if (bound or not rule.bound) and (match := rule.pattern.match(text, at)) and not self._is_person(match)
        ]
        found = [_counted_days(*max(matches, key=lambda triple: triple[0]), base)] if matches else []
        for counted in words.counted:
            match = counted.pattern.match(text, at)
            if match and (day := self._days_at(match.end(), base, True)):
                found.append(_named(day.end, counted.days(match, day.last) if day.last else None))
        return max(found, key=lambda named: named.end, default=None)

    def _closed(self, mention: Mention) -> Mention | None:
        """The mention with the time of day, the second day and the bound that stand behind; None if it is something else."""
        text, words = self.plain.text, self.words
        named, bound = mention.named, mention.bound
        named = _up_to(named, compiled(words.clock_after).match(text, named.end))
        if bound and (event := compiled(words.event).match(text, named.end)):
            named = _up_to(named, event)
        ranged = named if named.ranged else self._range(named, bound)
        if ranged:
            named = _up_to(ranged, compiled(words.clock_after).match(text, ranged.end))
            given_up = bound != "between" and compiled(words.moved).search(self._clause_before(mention.opens))
            bound = "not" if given_up else "on"
        elif bound == "between":
            return None
        for relation, pattern in words.closings:
            if closing := compiled(pattern).match(text, named.end):
                named, bound = _up_to(named, closing), bound if (bound, relation) == ("after", "not_before") else relation
        if bound == "range" or re.compile(r"\w|-\w|\.\w|'s\b").match(text, named.end):
            return None
        return replace(mention, named=named, bound=bound)

    def _range(self, first: NamedDays, bound: Bound | None) -> NamedDays | None:
        """The days up to a second one, which is counted from the first."""
        text, words = self.plain.text, self.words
        if bound not in ("between", "range", "from", "on", "around", None):
            return None
        joined = compiled(words.joins_between if bound == "between" else words.joins_range).match(text, first.end)
        if not joined:
            return None
        clock = compiled(words.clock_before).match(text, joined.end())
        starts = (*([clock.end()] if clock else []), joined.end())
        for start in starts:
            second = self._days_at(start, self.base, True)
            if second and second.bare and first.first:
                second = self._days_at(start, first.first, True)
            if second:
                return _stretch(first, second)
        return None

    def _with_what_follows(self, mention: Mention) -> Mention:
        """The mention that corrects this one; or both as one that was not understood, when only one of them is meant."""
        text, words = self.plain.text, self.words
        if (corrected := compiled(words.corrected).match(text, mention.end)) and (
            later := self.mention_at(corrected.end(), told=True)
        ):
            bound = later.bound or mention.bound
            return self._with_what_follows(replace(later, opens=mention.opens, bound=bound))
        if (joined := compiled(words.both).match(text, mention.end)) and (both := self._both(mention, joined.end())):
            return both
        if (either := compiled(words.either).match(text, mention.end)) and (later := self.mention_at(either.end(), told=True)):
            unknown = NamedDays(later.end, None, None, None)
            return self._with_what_follows(replace(mention, named=unknown))
        return mention

    def _both(self, lower: Mention, at: int) -> Mention | None:
        """A lower and an upper limit together, this one counted from that: `not before Monday but by Friday`."""
        relation, begins, _ = bounded(lower.bound, lower.named)
        upper = replace(self, base=begins).mention_at(at, told=True) if begins and relation in ("not_before", "from") else None
        limit, _, ends = bounded(upper.bound, upper.named) if upper else (None, None, None)
        if upper is None or ends is None or limit not in ("by", "until"):
            return None
        return replace(lower, named=NamedDays(upper.end, begins, ends, "between"), bound=None)

    def _turned(self, mention: Mention) -> Mention:
        clause = self._clause_before(mention.opens)
        if not compiled(self.words.negated).search(clause):
            return mention
        unable = compiled(self.words.unable).search(clause)
        return replace(mention, bound="not" if unable else _TURNED.get(mention.bound, "not"))

    def _clause_before(self, at: int) -> str:
        return compiled(self.words.clause_start).split(self.plain.text[:at])[-1]

    def _is_person(self, match: re.Match[str]) -> bool:
        """Whether the words of a day are a name, which a capital inside a sentence tells."""
        start, end = self.plain.starts[match.start()], self.plain.ends[match.end() - 1]
        return bool(compiled(self.words.person).search(self.plain.said[max(0, start - 2) : end]))

    def _name_at(self, at: int) -> NamedDays | None:
        """A day that is part of a name: `the Sunday Times`, `the Monday meeting`, `Casual Friday rules`."""
        text, words = self.plain.text, self.words
        day = self._days_at(at, self.base, False)
        if day is None or not (day.bare and day.weekday):
            return None
        attributive = not compiled(words.clause_end).match(text, day.end)
        names = f"{words.name}|{words.attributive}" if attributive else words.name
        if compiled(rf"\b(?:{names}) $").search(text[:at]):
            return day
        capitals = attributive and compiled(words.titled).search(self.plain.said[: self.plain.ends[day.end - 1]])
        return day if capitals and not compiled(words.clock_after).match(text, day.end) else None


def bounded(bound: Bound | None, named: NamedDays) -> tuple[DueRelation | None, dt.date | None, dt.date | None]:
    """The relation, and the days that it leaves."""
    first, last = named.first, named.last
    if first is None or last is None or bound == "not":
        return None, None, None
    if bound == "around" and first != last:
        return None, None, None
    if bound == "before":
        return "by", None, last if first == last else first - dt.timedelta(days=1)  # the last day before a week begins
    relation = named.relation
    if bound in _BOUNDS:
        relation = _BOUNDS[bound]
    if relation in ("not_before", "after", "from"):
        return relation, last if relation == "after" else first, None
    return relation, first if relation == "between" else None, last


def _counted_days(end: int, rule: DayRule, match: re.Match[str], base: dt.date) -> NamedDays:
    weekday = bool(match.groupdict().get("weekday"))
    return replace(
        _named(end, rule.days(match, base), rule.relation), bare=rule.bare, weekday=weekday, ranged=rule.relation == "between"
    )


def _named(end: int, days: Days, relation: DueRelation | None = None) -> NamedDays:
    if isinstance(days, tuple):
        return NamedDays(end, *days, relation or "between")
    return NamedDays(end, days, days, relation or "on")


def _stretch(first: NamedDays, second: NamedDays) -> NamedDays:
    """From the one to the other; in `Monday to Friday next week` both are of that week."""
    begins, ends = first.first, second.last
    if begins and ends and first.bare and first.weekday and second.weekday and not second.bare:
        begins = ends - dt.timedelta(days=(ends.weekday() - begins.weekday()) % 7)
    if begins is None or ends is None or begins > ends:
        return NamedDays(second.end, None, None, None)
    return NamedDays(second.end, begins, ends, "between")


def _up_to(named: NamedDays, match: re.Match[str] | None) -> NamedDays:
    return replace(named, end=match.end()) if match else named


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled once."""
    return re.compile(pattern)


@cache
def _opening(words: DateWords) -> re.Pattern[str]:
    """What a time can begin with, so that other words are passed over quickly."""
    bounds = [pattern for _, pattern in words.bounds]
    days = [rule.pattern.pattern for rule in words.days] + [rule.pattern.pattern for rule in words.counted]
    openings = [words.lead, *bounds, words.clock_before, *days]
    return re.compile("|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in openings))


def _word_before(text: str, position: int) -> str:
    before = re.findall(r"\w+", text[max(0, position - 24) : position])
    return before[-1] if before else ""
