"""What the detector knows about each segment: hashed words of it and of those beside it, its place, and who holds the floor.

Nothing here is a list of phrases. Words are compared without case and punctuation, because recognisers differ in both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tasks.schema import Segment

Array = NDArray[np.float64]
Numbers = NDArray[np.intp]

GRAMS = 2**16
"""Words and pairs of words are counted in so many cells."""
BESIDE = 2
"""Segments on each side whose words count as said around."""
_OPENING_S, _NEAR_S = 60.0, 60.0
_REACH = 6
_STRETCH = 10
_CONTENT_WORDS = 3
_LOWEST = -8.0
"""The score of a neighbour that does not exist; lower ones are raised to it."""
_SPELLINGS = (
    (re.compile(r"[’`]"), "'"),
    (re.compile(r"_"), ""),
    (re.compile(r"[^\w' ]+"), " "),
    (re.compile(r"\b(?:um|uh|er|erm|hmm|mm|mhm|huh|ah|oh)\b"), " "),
    (re.compile(r"\bgoing to\b"), "gonna"),
    (re.compile(r"'ll\b"), " will"),
    (re.compile(r"'re\b"), " are"),
    (re.compile(r"'ve\b"), " have"),
    (re.compile(r"'d\b"), " would"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(\w+(?: \w+)?)(?: +\1)+\b"), r"\1"),
)


@dataclass(frozen=True)
class Talk:
    """The segments of a meeting as numbers, one row each."""

    own: tuple[Numbers, Numbers]
    """Which row says which gram, in pairs without repeats."""
    around: tuple[Numbers, Numbers]
    """The same for what is said beside the row."""
    words: Array
    start_s: Array
    end_s: Array
    speaker: Numbers

    def __len__(self) -> int:
        return len(self.words)


def talk_of(segments: Sequence[Segment]) -> Talk:
    """The segments, in order, as numbers."""
    texts = [plain_words(segment.text) for segment in segments]
    grams = [gram_numbers(words) for words in texts]
    rows = np.repeat(np.arange(len(texts)), [len(each) for each in grams])
    ids = np.array([number for each in grams for number in each], dtype=np.intp)
    return Talk(
        own=(rows, ids),
        around=_said_beside(rows, ids, len(texts)),
        words=np.array([len(words) for words in texts], dtype=float),
        start_s=np.array([segment.start_s for segment in segments], dtype=float),
        end_s=np.array([segment.end_s for segment in segments], dtype=float),
        speaker=np.unique([segment.speaker or "" for segment in segments], return_inverse=True)[1],
    )


def plain_words(text: str) -> list[str]:
    """Lower case, no marks, hesitations or stutters, short forms written out."""
    text = text.lower()
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    return text.split()


def gram_numbers(words: Sequence[str]) -> list[int]:
    """The cells of the words and of their pairs, where the ends of the text count as words."""
    pairs = (f"{first} {second}" for first, second in pairwise(["<", *words, ">"]))
    return sorted({crc32(gram.encode()) % GRAMS for gram in (*words, *pairs)}) if words else []


def _said_beside(rows: Numbers, ids: Numbers, count: int) -> tuple[Numbers, Numbers]:
    distances = [distance for distance in range(-BESIDE, BESIDE + 1) if distance]
    heard = np.concatenate([rows + distance for distance in distances])
    keys = (heard * GRAMS + np.tile(ids, len(distances)))[(heard >= 0) & (heard < count)]
    return np.divmod(np.unique(keys), GRAMS)


def place_and_floor(talk: Talk) -> Array:
    """Where in the meeting each segment stands and how its speaker takes part. Shape (segments, features), about 0 to 1."""
    return np.hstack([_place(talk), _floor(talk), _turn(talk)])


def _place(talk: Talk) -> Array:
    """Smooth steps over the share of the meeting gone and over the time left."""
    first, last = talk.start_s[0], talk.end_s.max()
    gone = (talk.start_s - first) / max(last - first, 1e-3)
    left = np.log1p(np.maximum(last - talk.start_s, 0))
    return np.hstack([_bumps(gone, np.linspace(0, 1, 11), 0.08), _bumps(left, np.arange(1.0, 9.0), 0.7)])


def _bumps(values: Array, centres: Array, width: float) -> Array:
    bumps: Array = np.exp(-0.5 * ((values[:, None] - centres) / width) ** 2)
    return bumps


def _floor(talk: Talk) -> Array:
    """How much the speaker says in all, at the opening and within a minute; how many speak then, and how much."""
    said = np.zeros((len(talk), talk.speaker.max() + 1))
    said[np.arange(len(talk)), talk.speaker] = talk.words
    opening = said[talk.start_s <= talk.start_s[0] + _OPENING_S].sum(0)
    total = np.vstack([np.zeros(said.shape[1]), said.cumsum(0)])
    from_row = np.searchsorted(talk.start_s, talk.start_s - _NEAR_S)
    to_row = np.searchsorted(talk.start_s, talk.start_s + _NEAR_S)
    near = total[to_row] - total[from_row]
    shares = [part / np.maximum(part.sum(-1, keepdims=True), 1) for part in (said.sum(0), opening, near)]
    own = [shares[0][talk.speaker] * 2, shares[1][talk.speaker], shares[2][np.arange(len(talk)), talk.speaker]]
    return np.column_stack([*own, (near > 5).sum(1) / 4, np.log1p(near.sum(1)) / 6])


def _turn(talk: Talk) -> Array:
    """Whether the speaker goes on, how long the segment and its neighbours are, the pause before."""
    length = np.log1p(talk.words) / 3
    same = [shifted(talk.speaker, by, -1) == talk.speaker for by in (1, -1)]
    pause = np.clip(talk.start_s - shifted(talk.end_s, 1, talk.start_s[0]), -2, 5) / 3
    beside = [shifted(length, by, 0.0) for by in (1, -1)]
    return np.column_stack([*same, length, talk.words <= 2, talk.words >= 8, *beside, pause])


def shifted(values: NDArray[np.generic], by: int, fill: float) -> Array:
    """For each row the value `by` rows earlier (later if negative)."""
    result = np.full(len(values), fill, dtype=float)
    if 0 < by < len(values):
        result[by:] = values[:-by]
    elif 0 < -by < len(values):
        result[:by] = values[-by:]
    return result


def scores_around(talk: Talk, scores: Array) -> Array:
    """What first scores, log-odds of shape (segments,), say about each segment and those near it."""
    scores = np.maximum(scores, _LOWEST)
    reach = range(1, _REACH + 1)
    best = [np.max([shifted(scores, sign * by, _LOWEST) for by in reach], axis=0) for sign in (1, -1)]
    total = np.concatenate([[0.0], np.cumsum(1 / (1 + np.exp(-scores)))])
    row = np.arange(len(talk))
    low, high = np.maximum(row - _STRETCH, 0), np.minimum(row + _STRETCH + 1, len(talk))
    means = [(total[row] - total[low]) / _STRETCH, (total[high] - total[row + 1]) / _STRETCH]
    below_top = scores - np.sort(scores)[-4:].mean()
    return np.column_stack([scores, *best, *means, *_of_speaker(talk, scores), below_top])


def _of_speaker(talk: Talk, scores: Array) -> tuple[Array, Array]:
    """The scores of the speaker's last and next segment with content."""
    before, after = np.full(len(talk), _LOWEST), np.full(len(talk), _LOWEST)
    for speaker in np.unique(talk.speaker):
        rows = np.flatnonzero(talk.speaker == speaker)
        content = rows[talk.words[rows] >= _CONTENT_WORDS]
        known = np.concatenate([[_LOWEST], scores[content], [_LOWEST]])
        before[rows] = known[np.searchsorted(content, rows, "left")]
        after[rows] = known[np.searchsorted(content, rows, "right") + 1]
    return before, after
