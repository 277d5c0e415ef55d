"""Where in an English meeting tasks are handed out and decisions taken: a probability for each segment.

One way for both, two weighted sums. The first reads the words of a segment, those beside it, its place in the meeting and who
holds the floor, and scores three things: task, decision, and what anybody would put into minutes. The second reads those scores
of the segment and of those around it. `benchmarks/train_detector.py` learns the weights; `detector.txt` says from which meetings,
`docs/experiments/detector.md` how well they hold on meetings of other people. Other languages get zeros. Needs numpy only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.actions.detector_features import (
    Array,
    Numbers,
    Talk,
    gram_numbers,
    place_and_floor,
    plain_words,
    scores_around,
    talk_of,
)
from tasks.schema import Segment

WEIGHTS = Path(__file__).with_suffix(".npz")
KINDS = ("actions", "decisions")
FIRST = (*KINDS, "mentioned")
"""What the first sum scores, one column each."""
_LONGEST_MEETING = 2000
"""Segments read at once: longer recordings are several meetings, or are as long as several."""
_CLIP = 8.0


@dataclass(frozen=True)
class FirstLook:
    """Weighted sums of words, place and floor."""

    rarity: NDArray[np.float32]
    """How much each gram counts. Shape (grams,)."""
    own: NDArray[np.float32]
    """Shape (grams, kinds)."""
    around: NDArray[np.float32]
    rest: NDArray[np.float32]
    """Shape (features, kinds)."""
    bias: NDArray[np.float32]

    def scores(self, talk: Talk) -> Array:
        """Log-odds of shape (segments, kinds)."""
        words = self._words(talk.own, self.own, len(talk)) + self._words(talk.around, self.around, len(talk))
        scores: Array = words + place_and_floor(talk) @ self.rest + self.bias
        return scores

    def wording(self, texts: Sequence[str]) -> Array:
        """The part of the scores that is in the words of each text alone. Shape (texts, kinds)."""
        grams = [gram_numbers(plain_words(text)) for text in texts]
        rows = np.repeat(np.arange(len(texts)), [len(each) for each in grams])
        return self._words((rows, np.array([number for each in grams for number in each], dtype=np.intp)), self.own, len(texts))

    def _words(self, pairs: tuple[Numbers, Numbers], weights: NDArray[np.float32], count: int) -> Array:
        """The weights of the grams of each row, divided by the length of the row as a vector."""
        rows, ids = pairs
        length = np.sqrt(np.bincount(rows, self.rarity[ids].astype(float) ** 2, count))
        sums = [np.bincount(rows, self.rarity[ids].astype(float) * part[ids], count) for part in weights.T]
        return np.column_stack(sums) / np.maximum(length, 1e-9)[:, None]


@dataclass(frozen=True)
class SecondLook:
    """A weighted sum of first scores, and the lines that were drawn on meetings it had not seen."""

    mean: Array
    scale: Array
    weights: Array
    bias: float
    table: float
    """The lowest probability from which half of what is found is right; 1 where too little would be."""
    possible: float
    """The probability from which F1 is best: a reader may want to see it."""

    def scores(self, features: Array) -> Array:
        """A probability for each row."""
        odds = ((features - self.mean) / self.scale).clip(-_CLIP, _CLIP) @ self.weights + self.bias
        result: Array = 1 / (1 + np.exp(-odds))
        return result


@dataclass(frozen=True)
class Detector:
    """Both looks."""

    first: FirstLook
    second: dict[str, SecondLook]
    languages: tuple[str, ...] = ("en",)
    """Those of the meetings it was learnt from. Others get zeros."""

    def scores(self, segments: Sequence[Segment]) -> dict[str, Array]:
        """For each kind one probability for each segment."""
        result = {kind: np.zeros(len(segments)) for kind in KINDS}
        known = [number for number, segment in enumerate(segments) if segment.language in self.languages]
        for part in np.array_split(known, -(-len(known) // _LONGEST_MEETING)) if known else ():
            talk = talk_of([segments[number] for number in part])
            first = self.first.scores(talk)
            for kind in KINDS:
                result[kind][part] = self.second[kind].scores(second_features(talk, first, kind))
        return result


def second_features(talk: Talk, first: Array, kind: str) -> Array:
    """The scores around of one kind and of what is worth a mention."""
    columns = FIRST.index(kind), FIRST.index("mentioned")
    return np.hstack([scores_around(talk, first[:, column]) for column in columns])


@cache
def packaged() -> Detector:
    """The detector in the package."""
    return read_detector(WEIGHTS)


def read_detector(path: Path, languages: tuple[str, ...] = ("en",)) -> Detector:
    """The detector in a file that `benchmarks/train_detector.py` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return Detector(FirstLook(**_part(file, "first")), {kind: SecondLook(**_part(file, kind)) for kind in KINDS}, languages)


def _part(file: Any, name: str) -> dict[str, Any]:
    """The arrays `name.*`; those of one number as numbers."""
    arrays = {key.removeprefix(f"{name}."): file[key] for key in file.files if key.startswith(f"{name}.")}
    return {key: array if array.ndim else float(array) for key, array in arrays.items()}
