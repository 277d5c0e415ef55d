"""Places of two transcripts for somebody to choose between who does not know which is which, and what was chosen."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from math import comb
from typing import NamedTuple

from tasks.evaluation.bootstrap import SEED
from tasks.evaluation.comparison import LABELS
from tasks.evaluation.side_by_side import Row, Side, side_by_side
from tasks.schema import Transcript

ALIKE = "="


class Choice(NamedTuple):
    """A place where the transcripts differ, the two sides in an order that says nothing."""

    recording: str
    start_s: float
    labels: tuple[str, str]
    """Whose the first text is, and the second."""
    texts: tuple[str, str]


def choices(transcripts: Iterable[tuple[str, Transcript, Transcript]], count: int) -> list[Choice]:
    """So many places, drawn from all that differ; the same ones every time.

    Args:
        transcripts: name of the recording, and both of its transcripts.
    """
    draw = random.Random(SEED)  # noqa: S311 - an order, not a secret
    places = [(name, row) for name, one, other in transcripts for row in side_by_side(one, other) if _differs(row)]
    return [_choice(name, row, draw.random() < 0.5) for name, row in draw.sample(places, min(count, len(places)))]


def _differs(row: Row) -> bool:
    return any(words.differs for side in (row.first, row.second) for words in side.words)


def _choice(name: str, row: Row, swapped: bool) -> Choice:
    first, second = (_text(side) for side in (row.first, row.second))
    labels, texts = LABELS, (first, second)
    return (
        Choice(name, row.start_s, (labels[1], labels[0]), (second, first))
        if swapped
        else Choice(name, row.start_s, labels, texts)
    )


def _text(side: Side) -> str:
    return " ".join(words.text for words in side.words) or "(nothing)"


def verdict(chosen: Sequence[str], names: tuple[str, str]) -> str:
    """What was chosen how often, and how likely so clear a result is between two that are alike (a sign test)."""
    counts = Counter(chosen)
    first, second = (counts[label] for label in LABELS)
    total = first + second
    chance = min(1.0, 2 * sum(comb(total, k) for k in range(max(first, second), total + 1)) / 2**total)
    return (
        f"chosen: A ({names[0]}) {first}, B ({names[1]}) {second}, neither {counts[ALIKE]}; between two that are alike"
        f" so clear a result comes with a probability of {chance:.2f}"
    )
