"""Voice embeddings grouped into people: how many there are is found, within bounds.

Method: average-linkage agglomerative clustering of a block of up to half an hour of speech, stopped at a distance that leaves
one person in several clusters rather than two people in one; then clusters whose means are alike are joined, and every
embedding goes to the nearest mean. The people of one block are found again in the next by the means of their voices
(Hungarian assignment), so memory does not grow with the square of the recording. See docs/speakers.md for what was measured.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from tasks.engine.base import Options

Vectors = NDArray[np.float32]
Labels = NDArray[np.intp]
Weights = NDArray[np.float64]
UNKNOWN = -1
"""The label of a voice that is like nobody's."""
_ROUNDS = 5
_STRETCH_S = 1.6
_LENIENCE = 0.1
"""How much less alike the means of little speech may be: of `_LITTLE_S` or less fully, of twice that half as much."""
_LITTLE_S = 6.0
_MOST_WINDOWS = 4500
"""In a block, however short the steps: its distances then take 81 MB."""
_MOST_TRIES = 40


class VoiceOptions(Options):
    """Settings of the clustering, and how densely voices are looked at."""

    min_speakers: int = Field(1, ge=1, le=100, description="no fewer people are told apart, if the voices allow it")
    max_speakers: int = Field(20, ge=1, le=100, description="no more people are told apart; the most similar voices become one")
    distance: float = Field(0.25, gt=0, lt=1, description="cosine distance at which the first grouping of voices stops")
    same_voice: float = Field(0.87, gt=0, lt=1, description="cosine similarity from which two groups are one person")
    unknown_below: float = Field(0.6, ge=0, lt=1, description="a voice less similar than this to every person is nobody's")
    min_speaker_s: float = Field(4.0, ge=0, description="who speaks less than this in a block is nobody of their own")
    block_min: float = Field(20.0, ge=1, le=30, description="minutes of speech that are grouped at once")
    step_s: float = Field(0.4, ge=0.1, le=1.6, description="distance between the starts of two windows, in seconds")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_speakers > self.max_speakers:
            raise ValueError(f"min_speakers of at most max_speakers ({self.max_speakers}), not {self.min_speakers}")
        return self


class Voices(NamedTuple):
    """The voices that are known so far: unit vectors, shape (people, size), and the seconds each was heard."""

    means: Vectors
    seconds: Weights


def cluster_voices(vectors: Vectors, seconds: Sequence[float], options: VoiceOptions) -> list[int]:
    """A number for each embedding, shape (n, size), of unit length: whose voice it is, or `UNKNOWN`.

    Args:
        seconds: how much speech each embedding stands for.
    """
    weights = np.asarray(seconds, dtype=np.float64)
    people = _bounded(_linked(vectors, weights, options), options)
    if len(people.means) < options.min_speakers:
        people = _at_least(vectors, weights, options)
    return [int(label) for part in _slices(len(vectors)) for label in _nearest(vectors[part], people.means, options)]


def _linked(vectors: Vectors, weights: Weights, options: VoiceOptions) -> Voices:
    """The people of all blocks, each once."""
    people: Voices | None = None
    for block in _blocks(weights, options.block_min * 60):
        found = _people(vectors[block], weights[block], _group(vectors[block], weights[block], options))
        people = found if people is None else _relinked(people, found, options.same_voice)
    assert people is not None, "no embeddings"
    return people


def _blocks(weights: Weights, longest_s: float) -> Iterator[slice]:
    """Neighbouring embeddings, in parts of equal length that hold no more speech than asked."""
    parts = max(1, int(np.ceil(weights.sum() / longest_s)), int(np.ceil(len(weights) / _MOST_WINDOWS)))
    edges = [round(part * len(weights) / parts) for part in range(parts + 1)]
    return (slice(start, end) for start, end in pairwise(edges) if end > start)


def _group(vectors: Vectors, weights: Weights, options: VoiceOptions) -> Labels:
    """Labels 0, 1, ... of one block."""
    labels = _agglomerate(vectors, options.distance)
    for _ in range(_ROUNDS):
        joined = _joined(_people(vectors, weights, labels), options.same_voice)[labels]
        labels = _without_brief(joined, vectors, weights, options.min_speaker_s)
        nearest = _compact((vectors @ _people(vectors, weights, labels).means.T).argmax(axis=1))
        if (nearest == labels).all():
            break
        labels = nearest
    return labels


def _joined(people: Voices, same_voice: float) -> Labels:
    """Which of the people are one and the same, the most alike joined first. Means of little speech need to be less alike."""
    labels = np.arange(len(people.means))
    while len(people.means) > 1:
        alike = people.means @ people.means.T
        shorter = np.minimum.outer(people.seconds, people.seconds)
        surplus = alike - (same_voice - _LENIENCE * np.minimum(1, _LITTLE_S / np.maximum(shorter, 1e-9)))
        surplus[np.tril_indices(len(surplus))] = -np.inf
        first, second = np.unravel_index(int(surplus.argmax()), surplus.shape)
        if surplus[first, second] < 0:
            break
        merge = _compact(np.where(np.arange(len(surplus)) == second, first, np.arange(len(surplus))))
        people = _people(people.means, people.seconds, merge)
        labels = merge[labels]
    return labels


def _without_brief(labels: Labels, vectors: Vectors, weights: Weights, shortest_s: float) -> Labels:
    """Embeddings of those who speak too briefly go to whom they are most like, the briefest first; one person always stays."""
    while labels.max() > 0:
        lasting = _lasting_s(labels, weights)
        briefest = int(lasting.argmin())
        if lasting[briefest] >= shortest_s:
            break
        alike = vectors[labels == briefest] @ _people(vectors, weights, labels).means.T
        alike[:, briefest] = -np.inf
        labels = labels.copy()
        labels[labels == briefest] = alike.argmax(axis=1)
        labels = _compact(labels)
    return labels


def _lasting_s(labels: Labels, weights: Weights) -> Weights:
    """The seconds of each label in stretches that are longer than a change of speaker, whose windows hold both voices."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    stretches = np.add.reduceat(weights, starts)
    return np.bincount(
        labels[starts], weights=np.where(stretches >= _STRETCH_S, stretches, 0), minlength=labels.max() + 1
    ).astype(float)


def _relinked(known: Voices, found: Voices, same_voice: float) -> Voices:
    """The people known, with those found in another block who are among them, and then the others."""
    from scipy.optimize import linear_sum_assignment

    alike = known.means @ found.means.T
    pairs = [(a, b) for a, b in zip(*linear_sum_assignment(-alike), strict=True) if alike[a, b] >= same_voice]
    sums, seconds = known.means * known.seconds[:, None], known.seconds.copy()
    for a, b in pairs:
        sums[a] += found.means[b] * found.seconds[b]
        seconds[a] += found.seconds[b]
    new = [b for b in range(len(found.means)) if b not in {b for _, b in pairs}]
    return Voices(np.concatenate([_unit(sums), found.means[new]]), np.concatenate([seconds, found.seconds[new]]))


def _bounded(people: Voices, options: VoiceOptions) -> Voices:
    """No more people than allowed: the most similar become one."""
    if len(people.means) <= options.max_speakers:
        return people
    return _people(people.means, people.seconds, _agglomerate(people.means, count=options.max_speakers))


def _at_least(vectors: Vectors, weights: Weights, options: VoiceOptions) -> Voices:
    """As many people as asked for, or as many as can be told apart, from embeddings spread over the whole recording."""
    chosen = np.unique(np.linspace(0, len(vectors) - 1, _MOST_WINDOWS).astype(int))
    sample, share = vectors[chosen], weights[chosen] * (len(vectors) / len(chosen))
    best = _people(sample, share, np.zeros(len(sample), dtype=np.intp))
    for count in range(options.min_speakers, min(options.min_speakers + _MOST_TRIES, len(sample) + 1)):
        labels = _without_brief(_agglomerate(sample, count=count), sample, share, options.min_speaker_s)
        best = max(best, _people(sample, share, labels), key=lambda people: len(people.means))
        if len(best.means) >= options.min_speakers:
            break
    return best


def _agglomerate(vectors: Vectors, distance: float | None = None, count: int | None = None) -> Labels:
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) == 1:
        return np.zeros(1, dtype=np.intp)
    model = AgglomerativeClustering(n_clusters=count, metric="cosine", linkage="average", distance_threshold=distance)
    return _compact(model.fit_predict(vectors))


def _people(vectors: Vectors, weights: Weights, labels: Labels) -> Voices:
    """The mean voice of each label, weighted by how long it was heard."""
    count = int(labels.max()) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float64)
    np.add.at(sums, labels, vectors * weights[:, None])
    return Voices(_unit(sums), np.bincount(labels, weights=weights, minlength=count).astype(float))


def _nearest(vectors: Vectors, means: Vectors, options: VoiceOptions) -> Labels:
    alike = vectors @ means.T
    return np.where(alike.max(axis=1) >= options.unknown_below, alike.argmax(axis=1), UNKNOWN)


def _slices(count: int) -> Iterator[slice]:
    return (slice(start, start + _MOST_WINDOWS) for start in range(0, count, _MOST_WINDOWS))


def _compact(labels: Labels) -> Labels:
    compact: Labels = np.unique(labels, return_inverse=True)[1]
    return compact


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
