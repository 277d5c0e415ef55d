"""What the sound of a window says without any model: syllable-like bursts of energy, pauses, rhythm.

A syllable is a rise and fall of the loudness by some decibels; steady noise, hum and a held tone have none. The
bursts are somewhat fewer than the syllables said, since neighbours melt together in quick speech.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE, Samples

_FRAME = SAMPLE_RATE // 100
FRAMES_PER_S = 100
_COARSE = 4
"""Samples taken together: what is left reaches to 2 kHz."""
_EMPHASIS = np.float32(0.9)
"""Takes hum and rumble down, which carry no words."""
_SMOOTHING = np.hanning(9)[1:-1].astype(np.float32) / np.hanning(9)[1:-1].sum()
_FULL_SCALE = 32768.0
_SILENT_DB = -96.0
_FAINTEST_DB = -75.0
"""After the emphasis, which takes about 10 dB from a voice."""
_BELOW_LOUDEST_DB = 42.0
_ABOVE_NOISE_DB = 1.0
_RISE_DB = 3.0
_VARIED_CROSSINGS = 0.08
_FEW_FRAMES = 5
_STEADY = 1e-3
"""Deviation of what does not change at all, but for rounding."""
Levels = NDArray[np.float32]


class SoundStretch(NamedTuple):
    """A part of a window, in seconds from its start."""

    start_s: float
    end_s: float


class Sound:
    """The loudness of a window, its bursts, and where the voice detector heard speech."""

    def __init__(self, samples: Samples, speech: Sequence[tuple[float, float]]) -> None:
        self._samples = samples
        self.duration_s = samples.size / SAMPLE_RATE
        self.levels = _levels(samples)
        self.floor = _floor(self.levels)
        self._clipped = np.maximum(self.levels, self.floor)
        self.bursts = _peaks(self._clipped) / FRAMES_PER_S
        self._spoken = _spoken(speech, self.levels.size)
        self._spoken_until = np.concatenate([[0], np.cumsum(self._spoken)])

    def burst_count(self, start_s: float, end_s: float) -> int:
        """Syllable-like bursts in a stretch."""
        first, last = np.searchsorted(self.bursts, (start_s, end_s))
        return int(last - first)

    def spoken_s(self, start_s: float = 0.0, end_s: float = np.inf) -> float:
        """Seconds of a stretch that the voice detector calls speech."""
        first, last = self._frames(start_s, end_s)
        return float(self._spoken_until[last] - self._spoken_until[first]) / FRAMES_PER_S

    def loudest(self, start_s: float = 0.0, end_s: float = np.inf) -> float:
        """The highest level of a stretch, in dB."""
        first, last = self._frames(start_s, end_s)
        return float(self.levels[first:last].max()) if last > first else _SILENT_DB

    @cached_property
    def voice_s(self) -> float:
        """Seconds in which the detector and the bursts agree that somebody speaks."""
        return float((self._spoken & self._near_bursts).sum()) / FRAMES_PER_S

    def spoken_bursts(self, start_s: float, end_s: float) -> int:
        """Bursts of a stretch in what the voice detector calls speech."""
        frames = (self.bursts[slice(*np.searchsorted(self.bursts, (start_s, max(start_s, end_s))))] * FRAMES_PER_S).astype(int)
        return int(self._spoken[frames].sum())

    def is_varied(self, start_s: float, end_s: float) -> bool:
        """Whether the timbre changes as it does between vowels and hissing sounds; notes and noise keep theirs."""
        first, last = self._frames(start_s, end_s)
        rates = self._crossings[first:last][self.levels[first:last] > self.floor]
        if rates.size < _FEW_FRAMES:
            return False
        low, high = np.percentile(rates, (10, 90))
        return bool(high - low > _VARIED_CROSSINGS)

    @cached_property
    def sounding_s(self) -> float:
        """Seconds in which somebody can have spoken: called speech, or near a burst."""
        return float((self._spoken | self._near_bursts).sum()) / FRAMES_PER_S

    @cached_property
    def loudness(self) -> float:
        """The level of the loud parts of syllables."""
        return float(np.percentile(self.levels, 95)) if self.levels.size else _SILENT_DB

    def pause_near(self, time_s: float, reach_s: float) -> bool:
        """Whether a pause of at least 80 ms stands within reach of a moment."""
        first, last = self._frames(time_s - reach_s, time_s + reach_s)
        quiet = self._clipped[first:last] <= max(self.floor + 1, self.loudness - 25)
        return _longest_run(quiet) >= 8

    def rhythm(self, start_s: float, end_s: float, period_s: float) -> float:
        """How alike loudness and timbre are to themselves one period (give or take a fifth) later: 1 the same, 0 unlike."""
        first, last = self._frames(start_s, end_s)
        longest = (last - first) // 2
        lags = slice(
            min(max(4, int(0.8 * period_s * FRAMES_PER_S)), longest), min(int(1.2 * period_s * FRAMES_PER_S) + 2, longest)
        )
        likeness = (_likeness(self._clipped[first:last]) + _likeness(self._timbre[first:last])) / 2
        return float(likeness[lags].max(initial=0.0))

    @cached_property
    def _near_bursts(self) -> NDArray[np.bool_]:
        near = np.zeros(self.levels.size, dtype=bool)
        for burst in self.bursts:
            first, last = self._frames(burst - 0.25, burst + 0.25)
            near[first:last] = True
        return near

    @cached_property
    def _timbre(self) -> Levels:
        """The crossings of what counts; those of the rest are 0."""
        return np.where(self.levels > self.floor, self._crossings, np.float32(0))

    @cached_property
    def _crossings(self) -> Levels:
        """The share of samples around each 10 ms at which the sign changes."""
        signs = np.signbit(_framed(self._samples))
        rates = np.count_nonzero(signs[:, 1:] != signs[:, :-1], axis=1).astype(np.float32) / _FRAME
        return np.convolve(rates, _SMOOTHING, mode="same")[: rates.size] if rates.size >= _SMOOTHING.size else rates

    def _frames(self, start_s: float, end_s: float) -> tuple[int, int]:
        size = self.levels.size
        first = min(max(0, int(start_s * FRAMES_PER_S)), size)
        return first, max(first, min(size, int(np.ceil(min(end_s, self.duration_s) * FRAMES_PER_S))))


def _framed(samples: Samples) -> Samples:
    return samples[: samples.size // _FRAME * _FRAME].reshape(-1, _FRAME)


def _levels(samples: Samples) -> Levels:
    """The loudness of each 10 ms below 2 kHz, where vowels are, smoothed over 80 ms, in dB below full scale."""
    sound = _framed(samples).reshape(-1, _COARSE).astype(np.float32) @ np.ones(_COARSE, dtype=np.float32)
    if sound.size:
        sound[1:] -= _EMPHASIS * sound[:-1]
        sound[:1] = sound[1:2]
    frames = sound.reshape(-1, _FRAME // _COARSE)
    power = np.einsum("ij,ij->i", frames, frames) / (_FRAME * _COARSE * _FULL_SCALE**2)
    if power.size >= _SMOOTHING.size:
        power = np.convolve(np.pad(power, _SMOOTHING.size // 2, mode="reflect"), _SMOOTHING, mode="valid")
    levels: Levels = 10 * np.log10(power + np.float32(10 ** (_SILENT_DB / 10)))
    return levels


def _floor(levels: Levels) -> float:
    """The level below which nothing counts."""
    sounding = levels[levels > _SILENT_DB + 3]
    if not sounding.size:
        return _FAINTEST_DB
    noise = float(np.percentile(sounding, 10)) + _ABOVE_NOISE_DB
    return max(min(noise, float(np.percentile(sounding, 99)) - _RISE_DB), float(sounding.max()) - _BELOW_LOUDEST_DB, _FAINTEST_DB)


def _peaks(levels: Levels) -> NDArray[np.int64]:
    """Frames at which the level peaks between a rise and a fall of `_RISE_DB` or more."""
    if not levels.size:
        return np.zeros(0, dtype=np.int64)
    slope = np.sign(np.diff(levels))
    turns = np.flatnonzero(slope[1:] != slope[:-1]) + 1
    frames = [*turns.tolist(), levels.size - 1]
    return np.array(_tops(frames, levels[frames].tolist()), dtype=np.int64)


def _tops(frames: list[int], levels: list[float]) -> list[int]:
    """The frames of turns before which the level rose, and after which it fell (or the sound ended), far enough."""
    tops: list[int] = []
    low = high = levels[0]
    top, rising = frames[0], True
    for frame, level in zip(frames, levels, strict=True):
        if rising and level > high:
            top, high = frame, level
        low = min(low, level) if not rising or high - low < _RISE_DB else low
        if rising and high - level >= _RISE_DB:
            if high - low >= _RISE_DB and (not tops or top > tops[-1]):
                tops.append(top)
            low, rising = level, False
        elif not rising and level - low >= _RISE_DB:
            top, high, rising = frame, level, True
    if rising and high - low >= _RISE_DB:
        tops.append(top)
    return tops


def _spoken(speech: Sequence[tuple[float, float]], size: int) -> NDArray[np.bool_]:
    spoken = np.zeros(size, dtype=bool)
    for start_s, end_s in speech:
        spoken[max(0, int(start_s * FRAMES_PER_S)) : max(0, int(np.ceil(end_s * FRAMES_PER_S)))] = True
    return spoken


def _longest_run(frames: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]])))
    return int((edges[1::2] - edges[::2]).max()) if edges.size else 0


def _likeness(values: Levels) -> NDArray[np.float64]:
    """How values correlate with themselves, by the number of frames between."""
    if values.size < 2 or values.std() < _STEADY:
        return np.zeros(values.size)
    centred = (values - values.mean()).astype(np.float64)
    spectrum = np.fft.rfft(centred, 2 * _power_of_two(values.size))
    products = np.fft.irfft(np.square(np.abs(spectrum)))[: values.size]
    energy = np.concatenate([[0], np.cumsum(np.square(centred))])
    sizes = np.sqrt(energy[:0:-1] * (energy[-1] - energy[:-1]))
    likeness: NDArray[np.float64] = products / np.maximum(sizes, 1e-12)
    return likeness


def _power_of_two(size: int) -> int:
    return 1 << (size - 1).bit_length()
