"""The transcript in sections by topic: a border lies where the words before it and the words after it have little in common.

Method: lexical cohesion of TextTiling (Hearst 1997) on stems with TF-IDF weights, nearer words counting more; all borders at once
by dynamic programming, with a wish for sections of some length, as Fragkou et al. (2004) have it, and a bonus where an item of
the agenda is taken up. `benchmarks/sections.py` compares it with even cuts.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED
from tasks.language.words import content_stems, normalise, stems_of
from tasks.schema import Interval, Segment, Transcript

_UNIT_WORDS = 20
"""Least words of what is never cut: the pseudo-sentences of TextTiling (Hearst 1997)."""
_BLOCK = 15
_FADING = 0.9
"""How many units on either side of a border are compared, and how much less each farther one counts."""
_LENGTH_WEIGHT = 4.0
"""Of the square of what a section is longer or shorter than wanted, beside cohesion in standard deviations."""
_LONGEST = 2.5
"""Times the wanted length, if a segment is not longer itself."""
_AGENDA_BONUS = 3.0
_AGENDA_SHARE = 0.5
"""Of the words of an item that must be said where it is taken up."""
_AGENDA_REACH = 5
"""Units after a border that should go on about the item."""
_SHORTEST_WANTED, _GROWTH = 100.0, 6.0


@dataclass(frozen=True)
class Section:
    """Neighbouring segments about one thing."""

    segments: tuple[Segment, ...]
    agenda_item: str | None = None
    """What of the agenda is taken up where it begins."""

    @property
    def place(self) -> Interval:
        """When it was said."""
        return Interval(start_s=self.segments[0].start_s, end_s=max(segment.end_s for segment in self.segments))

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(segment.id for segment in self.segments)

    @property
    def words(self) -> int:
        return sum(map(count_words, self.segments))


@dataclass(frozen=True)
class _Unit:
    segments: tuple[Segment, ...]
    words: int
    terms: Counter[str]


def cut_sections(transcript: Transcript, words: float) -> list[Section]:
    """Sections of about so many words that hold every segment."""
    units = list(_units(transcript.segments))
    if not units:
        return []
    taken_up = _taken_up(units, transcript.recording.sidecar.agenda, transcript.language)
    edges = [0, *_best_edges(units, words, taken_up), len(units)]
    return [
        Section(tuple(segment for unit in units[start:end] for segment in unit.segments), taken_up.get(start))
        for start, end in pairwise(edges)
    ]


def topic_words(transcript: Transcript) -> float:
    """How long a topic should be: longer meetings have more topics, but not in proportion. Chosen by hand."""
    return max(_SHORTEST_WANTED, _GROWTH * math.sqrt(sum(map(count_words, transcript.segments))))


def count_words(segment: Segment) -> int:
    """Words; half the characters in languages that are written without spaces."""
    if base_language(segment.language) in UNSPACED:
        return (len(normalise(segment.text)) + 1) // 2
    return len(segment.text.split())


def _units(segments: Sequence[Segment]) -> Iterator[_Unit]:
    """Segments in a row with enough words to tell what they are about."""
    some: list[Segment] = []
    words = 0
    for segment in segments:
        some.append(segment)
        words += count_words(segment)
        if words >= _UNIT_WORDS:
            yield _unit(some, words)
            some, words = [], 0
    if some:
        yield _unit(some, words)


def _unit(segments: Sequence[Segment], words: int) -> _Unit:
    return _Unit(tuple(segments), words, Counter(term for segment in segments for term in _terms(segment)))


def _terms(segment: Segment) -> Iterator[str]:
    language, normal = base_language(segment.language), normalise(segment.text)
    if language in UNSPACED:
        letters = normal.replace(" ", "")
        yield from map("".join, pairwise(letters))
        return
    for word in normal.split():
        yield from stems_of(word, language)


def _best_edges(units: Sequence[_Unit], wanted: float, taken_up: Mapping[int, str]) -> list[int]:
    """The units before which to cut."""
    worth = [gain + (_AGENDA_BONUS if at in taken_up else 0.0) for at, gain in enumerate(_border_worth(units))]
    best, cut = [0.0] + [math.inf] * len(units), [0] * (len(units) + 1)
    for start in range(len(units)):
        words = 0
        for end in range(start + 1, len(units) + 1):
            words += units[end - 1].words
            if end > start + 1 and words > _LONGEST * wanted:
                break
            cost = best[start] + _LENGTH_WEIGHT * (words / wanted - 1) ** 2 - (worth[start] if start else 0.0)
            if cost < best[end]:
                best[end], cut[end] = cost, start
    edges, end = list[int](), len(units)
    while cut[end]:
        end = cut[end]
        edges.append(end)
    return edges[::-1]


def _border_worth(units: Sequence[_Unit]) -> list[float]:
    """How little cohesion there is before each unit, in standard deviations from the usual."""
    weighted = _weighted(units)
    cohesion = [
        _cosine(_faded(weighted[max(0, at - _BLOCK) : at][::-1]), _faded(weighted[at : at + _BLOCK]))
        for at in range(1, len(units))
    ]
    if len(cohesion) < 2 or not (spread := pstdev(cohesion)):
        return [0.0] * len(units)
    usual = fmean(cohesion)
    return [0.0, *((usual - value) / spread for value in cohesion)]


def _weighted(units: Sequence[_Unit]) -> list[dict[str, float]]:
    """TF-IDF of each unit, of length 1."""
    spread = Counter(term for unit in units for term in unit.terms)
    vectors = []
    for unit in units:
        vector = {
            term: (1 + math.log(times)) * math.log(1 + len(units) / spread[term]) for term, times in sorted(unit.terms.items())
        }
        length = math.hypot(*vector.values())
        vectors.append({term: value / length for term, value in vector.items()})
    return vectors


def _faded(vectors: Sequence[dict[str, float]]) -> dict[str, float]:
    """The sum of the vectors, the first counting most."""
    total: defaultdict[str, float] = defaultdict(float)
    for distance, vector in enumerate(vectors):
        for term, value in vector.items():
            total[term] += value * _FADING**distance
    return total


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    length = math.hypot(*one.values()) * math.hypot(*other.values())
    return sum(value * other.get(term, 0.0) for term, value in one.items()) / length if length else 0.0


def _taken_up(units: Sequence[_Unit], agenda: Sequence[str], language: str) -> dict[int, str]:
    """The units at which an item of the agenda is named and talked about from there on, and the item."""
    places: dict[int, str] = {}
    for item in agenda:
        stems = content_stems(item, language)
        named = [len(stems & unit.terms.keys()) / max(1, len(stems)) for unit in units]
        followed = [named[at] + sum(named[at + 1 : at + _AGENDA_REACH]) / _AGENDA_REACH for at in range(len(units))]
        at = max(range(len(units)), key=lambda place: followed[place])
        if named[at] >= _AGENDA_SHARE:
            places.setdefault(at, item)
    return places
