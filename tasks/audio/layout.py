"""What to make of two channels: one recording heard twice, two people on a telephone line, or one channel that is dead.

Judged by the sound, not by the header: how loud each channel is in frames of 50 ms, and how alike the two are. What was
learned from one stretch counts for the next, so that a party who is silent for a while does not change the judgement.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.schema import Layout

FRAME = SAMPLE_RATE // 20
_PIECE = 600 * FRAME
"""Samples looked at together, so that memory stays small."""
_ACTIVE_DB = -40.0
"""Frames this far below the loud ones say nothing about the channels."""
_FAINTEST_DBFS = -75.0
_APART_DB = 12.0
"""A channel this much louder than the other one holds the sound alone."""
_MOSTLY = 0.5
_PARTY_SHARE = 0.02
_PARTY_FRAMES = 20
"""A second: less than this in one channel alone is no second party."""
_OPPOSITE = -0.5
_LEAK_DB = 20.0
"""What is this much fainter than a party's own speech while the other one speaks is their echo."""
Levels = NDArray[np.float32]


@dataclass
class LayoutJudge:
    """Decides for one stretch after the other; remembers what it saw."""

    option: Literal["auto", "mix", "separate"]
    _active: int = 0
    _left_alone: int = 0
    _right_alone: int = 0
    _left_power: float = 0.0
    _right_power: float = 0.0
    _shared_power: float = 0.0

    def judge(self, samples: Samples) -> Layout:
        """The layout of a stretch, shape (channels, n)."""
        if len(samples) == 1:
            return Layout.MIX
        self._look(samples)
        if self.option == "separate":
            return Layout.SEPARATE
        alone = self._left_alone + self._right_alone
        if self.option == "auto" and alone > _MOSTLY * self._active:
            return self._parties()
        alike = self._shared_power / max(1e-9, np.sqrt(self._left_power * self._right_power))
        return Layout.DIFFERENCE if alike < _OPPOSITE else Layout.MIX

    def _parties(self) -> Layout:
        fewer = min(self._left_alone, self._right_alone)
        if fewer >= max(_PARTY_FRAMES, _PARTY_SHARE * self._active):
            return Layout.SEPARATE
        return Layout.LEFT if self._left_alone > self._right_alone else Layout.RIGHT

    def _look(self, samples: Samples) -> None:
        levels = frame_levels(samples)
        loudest = levels.max(axis=0)
        active = loudest > max(_FAINTEST_DBFS, float(np.percentile(loudest, 95)) + _ACTIVE_DB)
        lead = levels[0] - levels[1]
        self._active += int(active.sum())
        self._left_alone += int((active & (lead > _APART_DB)).sum())
        self._right_alone += int((active & (lead < -_APART_DB)).sum())
        for left, right in _pieces(samples):
            self._left_power += float(np.square(left).sum())
            self._right_power += float(np.square(right).sum())
            self._shared_power += float((left * right).sum())


def arrange(samples: Samples, layout: Layout) -> Samples:
    """The channels that a layout leaves of a stretch, shape (1 or 2, n)."""
    if len(samples) == 1 or layout is Layout.SEPARATE:
        return samples
    if layout in (Layout.LEFT, Layout.RIGHT):
        return samples[:1] if layout is Layout.LEFT else samples[1:]
    mixed = (np.add if layout is Layout.MIX else np.subtract)(samples[0], samples[1], dtype=np.int32)
    halved: Samples = (mixed >> 1).astype(np.int16)[np.newaxis]
    return halved


def channels_of(layout: Layout) -> tuple[int | None, ...]:
    """The channel numbers that `arrange` leaves, in order; None for a mixture."""
    kept: dict[Layout, tuple[int | None, ...]] = {Layout.LEFT: (1,), Layout.RIGHT: (2,), Layout.SEPARATE: (1, 2)}
    return kept.get(layout, (None,))


def channel_row(samples: Samples, channel: int | None) -> Samples:
    """One channel of an arranged stretch, shape (n,)."""
    row: Samples = samples[(channel or 1) - 1 if len(samples) > 1 else 0]
    return row


def echo_frames(levels: Levels) -> NDArray[np.bool_]:
    """Frames in which a channel only carries the other party's echo, shape (2, frames), from levels of that shape."""
    echo = np.zeros(levels.shape, dtype=bool)
    for own, other in ((0, 1), (1, 0)):
        alone = levels[own] - levels[other] > _APART_DB
        loud = levels[own][alone & (levels[own] > _FAINTEST_DBFS)]
        if loud.size:
            speech_db = float(np.percentile(loud, 75))
            echo[own] = (levels[own] < speech_db - _LEAK_DB) & (levels[other] - levels[own] > _APART_DB)
    return echo


def frame_levels(samples: Samples) -> Levels:
    """RMS level of each frame in dBFS, shape (channels, frames); what is left at the end counts as a frame of its own."""
    found = []
    for piece in _pieces(samples):
        count = -(-piece.shape[1] // FRAME)
        padded = np.pad(piece, ((0, 0), (0, count * FRAME - piece.shape[1])))
        power = np.square(padded.reshape(len(samples), count, FRAME)).mean(axis=2)
        found.append(10 * np.log10(power + 1e-12))
    return np.concatenate(found, axis=1).astype(np.float32)


def _pieces(samples: Samples) -> Iterator[NDArray[np.float32]]:
    """Stretches of samples between -1 and 1, one after the other."""
    for start in range(0, samples.shape[1], _PIECE):
        yield samples[:, start : start + _PIECE].astype(np.float32) / 32768.0
