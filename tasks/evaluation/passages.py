"""Which passages of the minutes are those that people marked: by what two passages share."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import TypeVar

from tasks.schema import Interval

Ours = TypeVar("Ours")
Theirs = TypeVar("Theirs")
Place = Sequence[Interval]
"""Where something was said: one stretch, or several."""
_NEAR_S = 2.0
"""How far a time that names one moment may lie from a passage. Chosen by hand: people note times by a player's clock."""
_MOST = 0.5
"""The share of the shorter of two stretches that they must have in common; what only meets at a border is another passage."""


@dataclass(frozen=True)
class Matches:
    """How two lists of passages touch: how many of the people's were found, and how many of ours are among theirs."""

    found: int = 0
    human: int = 0
    right: int = 0
    ours: int = 0

    @classmethod
    def between(cls, ours: Sequence[Ours], human: Sequence[Theirs], touch: Callable[[Ours, Theirs], object]) -> "Matches":
        """By what two passages must have to be one."""
        found = sum(any(touch(ours_, passage) for ours_ in ours) for passage in human)
        right = sum(any(touch(passage, theirs) for theirs in human) for passage in ours)
        return cls(found, len(human), right, len(ours))

    def __add__(self, other: "Matches") -> "Matches":
        return Matches(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def same_place(ours: Place, human: Place) -> bool:
    """Whether two passages of a recording are the same one."""
    return any(_meet(one, other) for one in ours for other in human)


def _meet(one: Interval, other: Interval) -> bool:
    shorter_s = min(one.duration_s, other.duration_s)
    if shorter_s:
        return one.overlap_s(other) >= _MOST * shorter_s
    return max(one.start_s, other.start_s) - min(one.end_s, other.end_s) <= _NEAR_S
