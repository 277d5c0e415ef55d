"""Of recordings with few, some and many word errors, how many the minutes warn of; printed by `retries.py`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from speech_set import print_head, print_row

from tasks.evaluation.words import Count
from tasks.meeting.segments import mean_confidence
from tasks.schema import Word
from tasks.transcription.belief import doubtful_belief, doubtful_places


class Result(NamedTuple):
    """What became of a recording, and the words that its minutes are made of."""

    name: str
    wrong: Count
    kept: list[Word]
    mistaken: list[bool]
    """Of each of the words, whether it is wrong."""


def report_warnings(results: Sequence[Result]) -> None:
    """Of recordings with few, some and many errors, how many the minutes warn of; and with other thresholds."""
    bands = {"below 20 %": (0.0, 0.2), "20 to 50 %": (0.2, 0.5 + 1e-9), "above 50 %": (0.5 + 1e-9, float("inf"))}
    alike = {name: [each for each in results if low <= each.wrong.rate < high] for name, (low, high) in bands.items()}
    print_head("warned", *(f"{name}, {len(them)}" for name, them in alike.items()))
    said: dict[str, Callable[[Result], bool]] = {
        "of the whole": lambda each: doubtful_belief(each.kept) is not None,
        "of the whole or of places": lambda each: doubtful_belief(each.kept) is not None or bool(doubtful_places(each.kept)),
        **{f"mean belief below {bound}": partial(is_below, bound=bound) for bound in (0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75)},
        **{
            f"{row} in a row below {bound}": partial(has_row_below, row=row, bound=bound)
            for row in (3, 5, 8)
            for bound in (0.5, 0.6, 0.7)
        },
    }
    for name, warned in said.items():
        print_row(name, *(f"{sum(map(warned, them)) / max(1, len(them)):.0%}" for them in alike.values()))
    inside, outside = (share_wrong(results, doubted=doubted) for doubted in (True, False))
    print(f"\nOf the words in doubtful places {inside} are wrong, of the others {outside}.\n")
    print_head("recording", "word error rate", "words there", "mean belief")
    for each in sorted(results, key=lambda each: -each.wrong.rate):
        print_row(each.name, f"{each.wrong.rate:.0%}", each.wrong.words, f"{mean_confidence(each.kept) or 0:.2f}")


def share_wrong(results: Sequence[Result], *, doubted: bool) -> str:
    """How many of the words inside or outside of doubtful places are wrong."""
    wrong = []
    for each in results:
        places = doubtful_places(each.kept)
        for word, mistaken in zip(each.kept, each.mistaken, strict=True):
            if any(place.start_s <= word.start_s < place.end_s for place in places) is doubted:
                wrong.append(mistaken)
    return f"{sum(wrong)} of {len(wrong)}"


def is_below(each: Result, bound: float) -> bool:
    """Whether the engine's mean belief is so low."""
    return (mean_confidence(each.kept) or 0.0) < bound


def has_row_below(each: Result, row: int, bound: float) -> bool:
    """Whether there are so many words in a row with so low a mean belief."""
    beliefs = [word.confidence or 0.0 for word in each.kept]
    return any(sum(beliefs[first : first + row]) < bound * row for first in range(len(beliefs) - row + 1))
