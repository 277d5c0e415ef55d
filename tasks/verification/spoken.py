"""What was said, prepared for checking: per segment and only once, when a claim first asks for it."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from tasks.language.numbers import numbers_in
from tasks.language.words import normalise, stems_of
from tasks.schema import Segment, Transcript
from tasks.verification.said_dates import DatesSaid, dates_said

Fact = TypeVar("Fact")

NEIGHBOURS = 2
"""Segments on either side of a cited one that count as its surroundings."""
_BLOCK = 10
_FARTHEST = 30


@dataclass(frozen=True)
class Spoken:
    """The segments of one transcript with everything that claims are compared with."""

    transcript: Transcript
    _normal: dict[int, str] = field(default_factory=dict)
    _words: dict[int, list[str]] = field(default_factory=dict)
    _numbers: dict[int, frozenset[str]] = field(default_factory=dict)
    _stems: dict[int, frozenset[str]] = field(default_factory=dict)
    _dates: dict[int, DatesSaid] = field(default_factory=dict)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self.transcript.segments

    @cached_property
    def position(self) -> dict[str, int]:
        return {segment.id: index for index, segment in enumerate(self.segments)}

    def around(self, cited: Sequence[Segment], neighbours: int = NEIGHBOURS, gap_s: float = 0.0) -> list[int]:
        """Positions of the cited segments, of so many on either side, and of those that end or start within the gap."""
        found: set[int] = set()
        for segment in cited:
            here = self.position[segment.id]
            found.update(range(max(0, here - neighbours), min(len(self.segments), here + neighbours + 1)))
            if gap_s:
                found.update(self._within(here, gap_s))
        return sorted(found)

    def _within(self, here: int, gap_s: float) -> Iterable[int]:
        centre = self.segments[here]
        before, after = here - 1, here + 1
        while before >= 0 and centre.start_s - self.segments[before].end_s <= gap_s and here - before < _FARTHEST:
            yield before
            before -= 1
        while after < len(self.segments) and self.segments[after].start_s - centre.end_s <= gap_s and after - here < _FARTHEST:
            yield after
            after += 1

    def normal(self, place: int) -> str:
        return _once(self._normal, place, lambda: normalise(self.segments[place].text))

    def words(self, place: int) -> list[str]:
        return _once(self._words, place, lambda: self.normal(place).split())

    def numbers(self, place: int) -> frozenset[str]:
        return _once(self._numbers, place, lambda: numbers_in(self.segments[place].text))

    def stems(self, place: int) -> frozenset[str]:
        segment = self.segments[place]
        return _once(self._stems, place, lambda: stems_of(self.normal(place), segment.language))

    def dates(self, place: int) -> DatesSaid:
        segment, recording = self.segments[place], self.transcript.recording
        seconds = segment.start_s if recording.start_time_known else 0.0
        base = (recording.recorded_at + dt.timedelta(seconds=seconds)).date()
        return _once(self._dates, place, lambda: dates_said(segment.text, base, segment.language))

    def text(self, places: Iterable[int]) -> str:
        """These segments in one line, normalised."""
        return " ".join(self.normal(place) for place in places)

    @cached_property
    def _blocks(self) -> tuple[dict[str, list[int]], int]:
        """Stem -> the stretches of the meeting in which it was said; how many stretches there are."""
        places: defaultdict[str, list[int]] = defaultdict(list)
        starts = range(0, max(1, len(self.segments) - _BLOCK // 2), _BLOCK // 2)
        for block, start in enumerate(starts):
            words: defaultdict[str, set[str]] = defaultdict(set)
            for place in range(start, min(start + _BLOCK, len(self.segments))):
                words[self.segments[place].language].update(self.words(place))
            for stem in frozenset().union(*(stems_of(" ".join(said), language) for language, said in words.items())):
                places[stem].append(block)
        return places, len(starts)

    def weight(self, stem: str) -> float:
        """How much a word tells about the place: 1 for a word that was never said, 0 for one said everywhere."""
        places, count = self._blocks
        return 1 - math.log(len(places.get(stem, ())) + 1) / math.log(count + 2)

    def share_said(self, stems: frozenset[str]) -> float:
        """How many of these words were said anywhere in the meeting."""
        places, _ = self._blocks
        return sum(stem in places for stem in stems) / max(1, len(stems))

    def best_stretch(self, stems: Iterable[str]) -> float:
        """The weight of these words in the stretch of the meeting that has most of them."""
        places, _ = self._blocks
        scores: defaultdict[int, float] = defaultdict(float)
        for stem in stems:
            weight = self.weight(stem)
            for block in places.get(stem, ()):
                scores[block] += weight
        return max(scores.values(), default=0.0)


def _once(cache: dict[int, Fact], place: int, make: Callable[[], Fact]) -> Fact:
    if place not in cache:
        cache[place] = make()
    return cache[place]
