"""Ranges of whole numbers, such as samples or milliseconds."""

from collections.abc import Iterable


def union(ranges: Iterable[tuple[int, int]], *, touching: bool = True) -> list[tuple[int, int]]:
    """The same numbers without overlaps, in order; ranges that only touch become one if `touching`, else stay apart."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1] + touching:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
