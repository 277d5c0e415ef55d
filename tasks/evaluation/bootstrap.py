"""Intervals of figures by the bootstrap over recordings (Bisani and Ney 2004): twenty files are few, and a mean hides that.

Recordings are drawn with replacement as often as there are; figures are the sum of their parts over the sum of their wholes. The
seed is fixed, so that the same figures have the same interval.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

DRAWS = 2000
SEED = 0
LEVEL = 95
"""Percent of the draws between the two ends of an interval."""
ENOUGH = 6
"""Recordings. Of fewer even differences that are all of one sign tell nothing at 5 % by a sign test: intervals are too narrow."""
Numbers = np.ndarray[Any, np.dtype[Any]]


class Ratio(NamedTuple):
    """A figure of one recording: errors of words, tasks found of tasks, seconds of seconds."""

    part: float
    whole: float

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


class Range(NamedTuple):
    """From where to where a figure lies."""

    low: float
    high: float


def total(ratios: Sequence[Ratio]) -> Ratio:
    """The figure of all recordings together."""
    return Ratio(sum(each.part for each in ratios), sum(each.whole for each in ratios))


def interval(ratios: Sequence[Ratio]) -> Range | None:
    """Where the figure of such recordings lies; None for a single one, which says nothing of others."""
    return _range(_drawn_values(ratios, _draws(len(ratios)))) if len(ratios) > 1 else None


def interval_of_difference(first: Sequence[Ratio], second: Sequence[Ratio]) -> Range | None:
    """Where the second figure minus the first lies, both of the same recordings in this order."""
    if len(first) < 2:
        return None
    draws = _draws(len(first))
    return _range(_drawn_values(second, draws) - _drawn_values(first, draws))


def _draws(count: int) -> Numbers:
    """The numbers of the recordings of each draw."""
    return np.random.default_rng(SEED).integers(count, size=(DRAWS, count))


def _drawn_values(ratios: Sequence[Ratio], draws: Numbers) -> Numbers:
    parts, wholes = np.moveaxis(np.array(ratios, dtype=float)[draws].sum(axis=1), -1, 0)
    values: Numbers = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
    return values


def _range(values: Numbers) -> Range | None:
    known = values[~np.isnan(values)]
    rest = (100 - LEVEL) / 2
    return Range(*(float(end) for end in np.percentile(known, (rest, 100 - rest)))) if known.size else None
