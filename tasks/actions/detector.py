"""Where in an English meeting tasks are handed out and decisions taken: a probability for each segment.

For action items, three weighted sums of cues look at every segment (all it knows, its own words, only what is around); a forest
of randomised trees then judges the tenth that scores best, by those scores and those of the segments around. For decisions, which
have no wording of their own, one sum of cues and one of plain words are added up. Needs numpy and a file beside this one, which
`benchmarks/train_detector.py` writes; `detector.txt` says from which meetings it was learnt. Other languages get zeros.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.actions.detector_features import Array, Talk, candidate_features, context_features, grams_around, talk_of
from tasks.schema import Segment

WEIGHTS = Path(__file__).with_suffix(".npz")
_LONGEST_MEETING = 2000
"""Segments read at once: longer recordings are several meetings, or are as long as several."""
_CLIP = 6.0


@dataclass(frozen=True)
class Sums:
    """Weighted sums of standardised features, one for each set of columns."""

    mean: Array
    scale: Array
    weights: Array
    """Shape (features, sums)."""
    bias: Array

    def scores(self, features: NDArray[np.float32]) -> Array:
        """Log-odds, one column for each sum."""
        scores: Array = ((features - self.mean) / self.scale).clip(-_CLIP, _CLIP) @ self.weights + self.bias
        return scores


@dataclass(frozen=True)
class Forest:
    """Decision trees in one table of nodes. A leaf has feature -1."""

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    share: NDArray[np.float32]
    """What part of the segments in a leaf was positive."""

    def scores(self, features: NDArray[np.float32]) -> Array:
        """The mean share over all trees."""
        nodes = np.tile(self.roots, (len(features), 1))
        while True:
            asked = self.feature[nodes]
            inner = asked >= 0
            if not inner.any():
                mean: Array = self.share[nodes].mean(axis=1, dtype=float)
                return mean
            value = np.take_along_axis(features, np.maximum(asked, 0).astype(np.intp), axis=1)
            following = np.where(value <= self.threshold[nodes], self.left[nodes], self.right[nodes])
            nodes = np.where(inner, following, nodes)


@dataclass(frozen=True)
class WordingModel:
    """Weights of words and pairs of words."""

    number: dict[str, int]
    own: Array
    around: Array

    def scores(self, talk: Talk) -> Array:
        """Log-odds from the words of each segment and of those beside it."""
        return self._sum(talk.grams, self.own) + self._sum(grams_around(talk), self.around)

    def _sum(self, texts: Sequence[frozenset[str]], weights: Array) -> Array:
        known = [[self.number[gram] for gram in text if gram in self.number] for text in texts]
        return np.array([weights[sorted(part)].sum() / max(len(part), 1) ** 0.5 for part in known])


@dataclass(frozen=True)
class ActionModel:
    """What was learnt about action items."""

    sums: Sums
    cutoff: float
    """The first score from which a segment is a candidate."""
    forest: Forest
    threshold: float
    """The probability from which a segment is one: best F1 in cross-validation on the meetings it was learnt from."""

    def scores(self, talk: Talk, features: NDArray[np.float32]) -> Array:
        """A probability for each segment; 0 for those that are no candidates."""
        first = self.sums.scores(features)
        rows = np.flatnonzero(first[:, 0] >= self.cutoff)
        result = np.zeros(len(talk))
        if rows.size:
            result[rows] = self.forest.scores(candidate_features(talk, first, rows))
        return result


@dataclass(frozen=True)
class DecisionModel:
    """What was learnt about decisions."""

    sums: Sums
    wording: WordingModel
    mix: Array
    """Weight of the sum of cues, weight of the wording, bias: they make log-odds of a probability."""
    threshold: float

    def scores(self, talk: Talk, features: NDArray[np.float32]) -> Array:
        """A probability for each segment."""
        odds = self.mix[0] * self.sums.scores(features)[:, 0] + self.mix[1] * self.wording.scores(talk) + self.mix[2]
        result: Array = 1 / (1 + np.exp(-odds))
        return result


@dataclass(frozen=True)
class Scores:
    """One probability for each segment."""

    actions: Array
    decisions: Array


def score(segments: Sequence[Segment]) -> Scores:
    """Both at once, which takes half the time."""
    result = Scores(np.zeros(len(segments)), np.zeros(len(segments)))
    for part, talk in _english_talks(segments):
        features = context_features(talk)
        result.actions[part] = action_model().scores(talk, features)
        result.decisions[part] = decision_model().scores(talk, features)
    return result


def score_actions(segments: Sequence[Segment]) -> Array:
    """For each segment the probability that a task is handed out or taken on there."""
    result = np.zeros(len(segments))
    for part, talk in _english_talks(segments):
        result[part] = action_model().scores(talk, context_features(talk))
    return result


def _english_talks(segments: Sequence[Segment]) -> Iterator[tuple[NDArray[np.intp], Talk]]:
    """Numbers of the English segments, in parts that are read at once, and what is said in each part."""
    english = [number for number, segment in enumerate(segments) if segment.language == "en"]
    for part in np.array_split(english, -(-len(english) // _LONGEST_MEETING)) if english else ():
        yield part, talk_of([segments[number] for number in part])


@cache
def action_model() -> ActionModel:
    """The packaged model of action items, with its threshold."""
    part = _packaged("actions")
    return ActionModel(_sums(part), float(part["cutoff"]), Forest(*_fields(part, Forest)), float(part["threshold"]))


@cache
def decision_model() -> DecisionModel:
    """The packaged model of decisions, with its threshold."""
    part = _packaged("decisions")
    grams = part["wording.grams"].tobytes().decode().split("\n")
    wording = WordingModel({gram: number for number, gram in enumerate(grams)}, part["wording.own"], part["wording.around"])
    return DecisionModel(_sums(part), wording, part["mix"], float(part["threshold"]))


def _packaged(kind: str) -> dict[str, NDArray[Any]]:
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return {name.removeprefix(f"{kind}."): file[name] for name in file.files if name.startswith(f"{kind}.")}


def _sums(part: dict[str, NDArray[Any]]) -> Sums:
    return Sums(*_fields(part, Sums))


def _fields(part: dict[str, NDArray[Any]], table: type[Sums] | type[Forest]) -> list[NDArray[Any]]:
    return [part[f"{table.__name__.lower()}.{field.name}"] for field in fields(table)]
