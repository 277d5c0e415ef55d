"""Logistic regression on hashed features: what all small learnt parts are made of. Needs numpy only.

Features are strings in blocks (the words of a line, its letters, the words of the line before, ...). Each block counts as a
vector of length 1, each feature in it by its rarity, as in TF-IDF; there is no vocabulary, only cells to which features are
hashed (Weinberger et al., Feature Hashing for Large Scale Multitask Learning, 2009).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

CELLS = 2**17
Blocks = Sequence[Sequence[str]]
Cells = NDArray[np.intp]


@dataclass(frozen=True)
class HashedSum:
    """The weights."""

    rarity: NDArray[np.float16]
    """How much each feature counts. Shape (CELLS,)."""
    weights: NDArray[np.float16]
    bias: float

    def score(self, blocks: Blocks) -> float:
        """Log-odds."""
        return self.bias + sum(self._share(cells_of(block)) for block in blocks)

    def _share(self, cells: Cells) -> float:
        counted = self.rarity[cells].astype(np.float64)
        length = float(np.sqrt(counted @ counted))
        return float(counted @ self.weights[cells]) / length if length else 0.0


def cells_of(features: Iterable[str]) -> Cells:
    """The cells of the features, each once, in order."""
    return np.array(sorted({crc32(feature.encode()) % CELLS for feature in features}), dtype=np.intp)


def grams(words: Sequence[str], longest: int, prefix: str) -> list[str]:
    """The words and their sequences of up to so many (at most 3), where both ends count as words."""
    framed = ["<", *words, ">"]
    found = [prefix + word for word in framed]
    if longest > 1:
        found += [f"{prefix}{first} {second}" for first, second in pairwise(framed)]
    if longest > 2:
        found += [prefix + " ".join(three) for three in zip(framed, framed[1:], framed[2:], strict=False)]
    return found


def read_sum(file: Any, name: str) -> HashedSum:
    """The sum of this name in an opened npz file."""
    return HashedSum(file[f"{name}.rarity"], file[f"{name}.weights"], float(file[f"{name}.bias"]))


def arrays_of(name: str, learnt: HashedSum) -> dict[str, Any]:
    """The same as arrays for an npz file."""
    return {f"{name}.rarity": learnt.rarity, f"{name}.weights": learnt.weights, f"{name}.bias": np.asarray(learnt.bias)}
