"""What the detector knows about each segment: its cues, those around it, its place in the meeting and who holds the floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tasks.actions.detector_words import CUES, OTHER_CUES, PATTERNS, SUBJECT_CUES, WORK_CUES, plain_words
from tasks.schema import Segment

Array = NDArray[np.float64]

_CONTENT_WORDS = 3
_NEAR_S, _FAR_S, _FLOOR_S = 8.0, 40.0, 60.0
_OPENING_S = 60.0
_WINDOWS_S = ((-12.0, -0.01), (0.01, 12.0), (-40.0, -0.01), (0.01, 40.0))
_NOBODY = -8.0
"""The score of a neighbour that does not exist."""
_GROUPS = (
    ("you_will", "you_must", "you_work", "you_are", "want_you", "if_you", "ask_you", "starts_with_you"),
    ("role", "role_in_full", "role_will", "they_will"),
    ("i_will", "i_must", "i_deliver"),
    ("we_will", "we_must"),
    tuple(name for name in WORK_CUES if not name.startswith(("deliver", "document"))),
    ("deliver", "deliver_to", "document"),
    ("next_meeting", "minutes_time", "individual", "instructions", "meantime", "lunch", "due", "going_from"),
)
_COLUMN = {name: number for number, name in enumerate(CUES)}
assert len(_COLUMN) == len(SUBJECT_CUES) + len(WORK_CUES) + len(OTHER_CUES), "two cues of one name"


@dataclass(frozen=True)
class Talk:
    """The segments of a meeting as numbers, one row each."""

    cues: Array
    """Cues of the wording, then: asks, length, is short, is long."""
    words: Array
    start_s: Array
    end_s: Array
    speaker: NDArray[np.intp]
    grams: tuple[frozenset[str], ...]
    """The words and pairs of words of each segment."""

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def neighbours(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """For each segment the last and the next one of the same speaker that has content; -1 where there is none."""
        return _last_of_speaker(self, range(len(self))), _last_of_speaker(self, range(len(self) - 1, -1, -1))


def talk_of(segments: Sequence[Segment]) -> Talk:
    """The segments, in order, as numbers."""
    texts = [plain_words(segment.text) for segment in segments]
    known = {text: [pattern.search(text) is not None for pattern in PATTERNS] for text in set(texts)}
    words = np.array([len(text.split()) for text in texts], dtype=float)
    asks = np.array(["?" in segment.text for segment in segments], dtype=float)
    wording = np.array([known[text] for text in texts], dtype=float).reshape(len(texts), len(PATTERNS))
    return Talk(
        cues=np.column_stack([wording, asks, np.log1p(words), words <= 2, words >= 8]),
        words=words,
        start_s=np.array([segment.start_s for segment in segments]),
        end_s=np.array([segment.end_s for segment in segments]),
        speaker=np.unique([segment.speaker or "" for segment in segments], return_inverse=True)[1],
        grams=tuple(grams_of(text) for text in texts),
    )


def grams_of(text: str) -> frozenset[str]:
    """The words of a plain text, and its pairs of words."""
    words = text.split()
    return frozenset(words) | {f"{first} {second}" for first, second in pairwise(words)}


def grams_around(talk: Talk) -> list[frozenset[str]]:
    """For each segment the words of the two before and the two after it."""
    none = frozenset[str]()
    return [none.union(*talk.grams[max(0, row - 2) : row], *talk.grams[row + 1 : row + 3]) for row in range(len(talk))]


def context_features(talk: Talk) -> NDArray[np.float32]:
    """Own cues first, then those of the speaker's neighbouring segments, of all speech around, place and floor."""
    around = [
        _faded(talk.cues, talk.start_s, seconds, order)
        for seconds in (_NEAR_S, _FAR_S)
        for order in (slice(None), slice(None, None, -1))
    ]
    own = [np.where(index[:, None] >= 0, talk.cues[index], 0.0) for index in talk.neighbours]
    return np.hstack([talk.cues, *own, *around, place_features(talk), floor_features(talk)]).astype(np.float32)


def place_features(talk: Talk) -> Array:
    """Where in the meeting each segment stands."""
    first, last = talk.start_s[0], talk.end_s.max()
    share = (talk.start_s - first) / max(last - first, 1e-3)
    count = np.arange(len(talk)) / len(talk)
    left_s, gone_s = np.maximum(last - talk.start_s, 0), talk.start_s - first
    return np.column_stack([share, np.log1p(left_s), np.log1p(gone_s), count, share**4, share**16])


def floor_features(talk: Talk) -> Array:
    """How much the speaker of each segment says: in all, at the opening, before and after; and the pause before."""
    said = np.zeros((len(talk), talk.speaker.max() + 1))
    said[np.arange(len(talk)), talk.speaker] = talk.words
    opening = said[talk.start_s <= talk.start_s[0] + _OPENING_S].sum(0)
    in_all = said.sum(0) / max(said.sum(), 1)
    rows = np.arange(len(talk)), talk.speaker
    held = []
    for order in (slice(None), slice(None, None, -1)):
        faded = _faded(said, talk.start_s, _FLOOR_S, order)
        held.append(faded[rows] / (faded.sum(1) + 1e-9))
    pause = np.concatenate([[0.0], talk.start_s[1:] - talk.end_s[:-1]]).clip(-2, 5)
    opens = talk.speaker == opening.argmax()
    at_opening = opening / max(opening.sum(), 1)
    return np.column_stack([in_all[talk.speaker], at_opening[talk.speaker], opens, *held, pause])


def candidate_features(talk: Talk, scores: Array, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """For the rows asked for: what their wording amounts to, and first scores, shape (n, k), of the segment and those around."""
    cues = talk.cues[rows]
    groups = np.column_stack([cues[:, [_COLUMN[name] for name in names]].sum(1) for names in _GROUPS])
    some = groups > 0
    assigns = np.logical_and(groups[:, :4].sum(1) > 0, groups[:, 4:6].sum(1) > 0)
    wording = [cues, groups, some, assigns[:, None], np.logical_and(assigns, cues[:, _COLUMN["negated"]] == 0)[:, None]]
    scored = [_around(talk, scores[:, column], rows) for column in range(scores.shape[1])]
    return np.hstack([*wording, *scored, place_features(talk)[rows], floor_features(talk)[rows]]).astype(np.float32)


def _around(talk: Talk, score: Array, rows: NDArray[np.intp]) -> Array:
    before, after = (np.where(index[rows] >= 0, score[index[rows]], _NOBODY) for index in talk.neighbours)
    chance = 1 / (1 + np.exp(-score))
    total = np.concatenate([[0.0], np.cumsum(chance)])
    columns = [score[rows], before, after, np.maximum(before, after), np.minimum(before, after)]
    for low_s, high_s in _WINDOWS_S:
        first = np.searchsorted(talk.start_s, talk.start_s[rows] + low_s, "left")
        last = np.searchsorted(talk.start_s, talk.start_s[rows] + high_s, "right")
        columns.append(np.array([score[a:b].max() if b > a else _NOBODY for a, b in zip(first, last, strict=True)]))
        columns.append(total[last] - total[np.minimum(first, last)])
    ranked = np.sort(score)[::-1]
    rank = (-score).argsort(kind="stable").argsort()
    return np.column_stack(
        [*columns, score[rows] - ranked[min(3, len(ranked) - 1)], score[rows] - ranked[0], np.log1p(rank[rows])]
    )


def _faded(values: Array, time_s: Array, seconds: float, order: slice) -> Array:
    """The sum of all rows before each row in the given order, each faded by its distance in time."""
    result, total = np.zeros_like(values), np.zeros(values.shape[1])
    ordered, fades = values[order], np.exp(-np.abs(np.diff(time_s[order])) / seconds)
    for row, fade in enumerate(fades, start=1):
        total = (total + ordered[row - 1]) * fade
        result[row] = total
    return result[order]


def _last_of_speaker(talk: Talk, order: range) -> NDArray[np.intp]:
    found = np.full(len(talk), -1)
    last: dict[int, int] = {}
    for row in order:
        speaker = int(talk.speaker[row])
        found[row] = last.get(speaker, -1)
        if talk.words[row] >= _CONTENT_WORDS:
            last[speaker] = row
    return found
