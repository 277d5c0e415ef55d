"""How much a reader learns from a sentence: learnt from meetings with marks at the lines that minutes should quote.

Two hashed logistic regressions, on the words and letters of the sentence alone: whether it belongs in the summary of the whole
meeting, and whether it is worth a point anywhere. Greetings, asides, questions and what only gives a task were not marked.
`benchmarks/train_salience.py` learns them; docs/experiments/salience.md says what came out.
"""

from functools import cache
from pathlib import Path

import numpy as np

from tasks.meeting.hashed_sum import HashedSum, read_sum
from tasks.meeting.line_features import word_blocks
from tasks.meeting.people import People

WEIGHTS = Path(__file__).with_suffix(".npz")
MARKS = ("summary", "points")
LEARNT = ("en", "vi")
"""Those of the meetings it was learnt from."""
Salience = dict[str, HashedSum]


@cache
def packaged() -> Salience:
    """What comes with the package."""
    return read_salience(WEIGHTS)


def read_salience(path: Path) -> Salience:
    """The file that `benchmarks/train_salience.py` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return {mark: read_sum(file, mark) for mark in MARKS}


def salience_of(text: str, people: People, learnt: Salience) -> tuple[float, float]:
    """Log-odds of what belongs in the summary, and of what is worth a point, were there as much of it as of the rest."""
    blocks = word_blocks(text, people)
    return learnt["summary"].score(blocks), learnt["points"].score(blocks)
