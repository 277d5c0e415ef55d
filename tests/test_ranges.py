"""Ranges of whole numbers put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ranges import union

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda pair: (pair[0], sum(pair))))


@given(RANGES, st.booleans())
def test_union_holds_the_same_numbers_once_and_in_order(ranges, touching):
    found = union(ranges, touching=touching)
    numbers = [number for start, end in found for number in range(start, end)]
    assert numbers == sorted({number for start, end in ranges for number in range(start, end)})


@pytest.mark.parametrize(("touching", "expected"), [(True, [(0, 5)]), (False, [(0, 2), (2, 5)])])
def test_ranges_that_touch_become_one_if_asked(touching, expected):
    assert union([(2, 5), (0, 2)], touching=touching) == expected
