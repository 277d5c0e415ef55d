"""Word times put right: inside the window, in order, without overlap."""

from bisect import bisect_right
from collections.abc import Sequence

from tasks.schema import Word


def in_time(words: Sequence[Word], duration_s: float) -> tuple[Word, ...]:
    """The same words with times that never go back. Where a few disagree with the rest, they give way."""
    starts = _starts([min(word.start_s, duration_s) for word in words])
    followed_by = [*starts[1:], duration_s][: len(starts)]
    return tuple(
        _timed(word, start_s, max(start_s, min(word.end_s, next_s)))
        for word, start_s, next_s in zip(words, starts, followed_by, strict=True)
    )


def _timed(word: Word, start_s: float, end_s: float) -> Word:
    if (start_s, end_s) == (word.start_s, word.end_s):
        return word
    return word.model_copy(update={"start_s": start_s, "end_s": end_s})


def _starts(starts: list[float]) -> list[float]:
    """The start times with those outside the longest ascending series replaced: spread between their neighbours."""
    trusted = _longest_ascending(starts)
    result = starts.copy()
    for before, after in zip([-1, *trusted], [*trusted, len(starts)], strict=True):
        low = starts[before] if before >= 0 else 0.0
        high = starts[after] if after < len(starts) else max(low, *starts[before + 1 :], low)
        for place in range(before + 1, after):
            result[place] = min(high, low + (high - low) * (place - before) / (after - before))
    return [max(result[: place + 1]) for place in range(len(result))] if result != sorted(result) else result


def _longest_ascending(values: list[float]) -> list[int]:
    """The places of the longest series of values that never fall."""
    tails: list[float] = []
    places: list[int] = []
    previous: list[int] = []
    for place, value in enumerate(values):
        position = bisect_right(tails, value)
        previous.append(places[position - 1] if position else -1)
        tails[position : position + 1] = [value]
        places[position : position + 1] = [place]
    series = []
    place = places[-1] if places else -1
    while place >= 0:
        series.append(place)
        place = previous[place]
    return series[::-1]
