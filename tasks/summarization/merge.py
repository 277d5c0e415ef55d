"""Topics and points of several windows, without what they say twice.

Neighbouring windows share some lines, and a meeting says things more than once: two entries are the same if they are worded
alike, or if they cite the same passage in much the same words. The first stays and cites the passages of both.
"""

from collections.abc import Iterable
from typing import TypeVar

from rapidfuzz import fuzz

from tasks.language.numbers import numbers_in
from tasks.language.words import normalise
from tasks.schema import Claim

_ALIKE = 90.0
_ALIKE_IN_ONE_PLACE = 70.0
"""Least `rapidfuzz.fuzz.token_sort_ratio` (0 to 100) of two texts that say the same."""
AnyClaim = TypeVar("AnyClaim", bound=Claim)


def without_repeats(claims: Iterable[AnyClaim], most_cited: int) -> tuple[AnyClaim, ...]:
    """The claims in order, each said once."""
    kept: list[AnyClaim] = []
    for claim in claims:
        for number, earlier in enumerate(kept):
            if _same(earlier, claim):
                kept[number] = _united(earlier, claim, most_cited)
                break
        else:
            kept.append(claim)
    return tuple(kept)


def _same(one: Claim, other: Claim) -> bool:
    first, second = normalise(one.text), normalise(other.text)
    if numbers_in(first) != numbers_in(second):
        return False
    least = _ALIKE_IN_ONE_PLACE if set(one.segment_ids) & set(other.segment_ids) else _ALIKE
    return fuzz.token_sort_ratio(first, second) >= least


def _united(one: AnyClaim, other: AnyClaim, most_cited: int) -> AnyClaim:
    ids = tuple(dict.fromkeys([*one.segment_ids, *other.segment_ids]))[:most_cited]
    return one.model_copy(update={"segment_ids": ids})
