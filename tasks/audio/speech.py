"""Where somebody speaks: Silero VAD over decoded samples, with a second look where sound was left over."""

from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.layout import FRAME, frame_levels
from tasks.audio.levels import amplify, level_dbfs
from tasks.audio.options import AudioOptions
from tasks.ranges import union

LONGEST_REGION_S = 30.0
"""What a recognizer hears at once; longer speech is cut at its quietest place."""
QUIET_DBFS = -40.0
_TARGET_DBFS = -25.0
_FULL_SCALE = 32768.0
_VAD_FRAME = 512
_SECOND_THRESHOLD = 0.7
"""Share of the threshold that is enough at the second look."""
_LEFT_OVER_DB = 38.0
"""Sound is anything less than this below the speech that was found."""
_ABOVE_NOISE_DB = 6.0
_FAINTEST_DBFS = -65.0
_SILENT_DBFS = -90.0
"""Digital silence, give or take a bit."""
_LEFT_OVER_S = 3.0
_LEFT_OVER_SHARE = 0.02
_RUN_FRAMES = 6
_SMOOTH = round(0.06 * SAMPLE_RATE)
"""Sixty milliseconds: the shortest pause between two words of somebody in a hurry."""
_HOP = SAMPLE_RATE // 100
SampleRange = tuple[int, int]
Probabilities = NDArray[np.float32]


class SpeechFound(NamedTuple):
    """Speech in one channel of a stretch: (start, end) in samples, in order, and how much of it the second look added."""

    regions: list[SampleRange]
    second_look_s: float = 0.0


def find_speech(samples: Samples, options: AudioOptions, ignored: NDArray[np.bool_] | None = None) -> SpeechFound:
    """The speech of one channel, shape (n,). Very quiet audio is made louder first.

    Args:
        ignored: frames of 50 ms in which nothing counts, shape (frames,).
    """
    level = level_dbfs(samples)
    if level is None:
        return SpeechFound([])
    if level < QUIET_DBFS:
        samples = amplify(samples, _TARGET_DBFS - level)
    probabilities = _silence_ignored(speech_probabilities(samples), ignored)
    regions = _regions(probabilities, options.speech_threshold, samples.size, options)
    more = _look_again(samples, regions, options, ignored)
    added = _length(more) - _length(regions)
    return SpeechFound([part for region in more for part in cut_long(samples, region)], max(0, added) / SAMPLE_RATE)


def speech_probabilities(samples: Samples) -> Probabilities:
    """The probability of speech in each frame of 32 ms, shape (frames,)."""
    found: Probabilities = _model().audio_forward(
        np.multiply(samples, 1 / _FULL_SCALE, dtype=np.float32), sampling_rate=SAMPLE_RATE
    )
    return found


def cut_long(samples: Samples, region: SampleRange) -> list[SampleRange]:
    """The region in parts of at most 30 s, cut at the quietest place of the second half of each."""
    longest = round(LONGEST_REGION_S * SAMPLE_RATE)
    start, end = region
    cuts = [start]
    while end - cuts[-1] > longest:
        cuts.append(quietest(samples, cuts[-1] + longest // 2, min(cuts[-1] + longest, end)))
    return list(pairwise([*cuts, end]))


def quietest(samples: Samples, first: int, last: int) -> int:
    """The sample between `first` and `last` around which 60 ms are quietest, over all channels."""
    power = np.square(np.atleast_2d(samples)[:, first:last].astype(np.float32)).sum(axis=0)
    if power.size <= _SMOOTH:
        return (first + last) // 2
    sums = np.concatenate([[0.0], np.cumsum(power, dtype=np.float64)])
    energy = (sums[_SMOOTH:] - sums[:-_SMOOTH])[::_HOP]
    return first + int(energy.argmin()) * _HOP + _SMOOTH // 2


def _look_again(samples: Samples, regions: list[SampleRange], options: AudioOptions, ignored: Any) -> list[SampleRange]:
    """The regions and what a levelled copy and a lower threshold show, if much sound was left over."""
    levels = frame_levels(samples[np.newaxis])[0]
    spoken = _frames_of(regions, levels.size)
    audible = levels > _noise_db(levels) + _ABOVE_NOISE_DB
    speech_db = float(np.median(levels[spoken & audible])) if (spoken & audible).any() else float(np.percentile(levels, 95))
    left_over = audible & ~spoken & (levels > max(speech_db - _LEFT_OVER_DB, _FAINTEST_DBFS))
    if ignored is not None:
        left_over &= ~ignored[: levels.size]
    if _in_runs(left_over).sum() * FRAME < max(_LEFT_OVER_S * SAMPLE_RATE, _LEFT_OVER_SHARE * samples.size):
        return regions
    probabilities = _silence_ignored(speech_probabilities(_levelled(samples, levels)), ignored)
    again = _regions(probabilities, options.speech_threshold * _SECOND_THRESHOLD, samples.size, options)
    return union([*regions, *again])


def _noise_db(levels: NDArray[np.float32]) -> float:
    """The level of the background: of the quietest frames that are not digital silence."""
    sounding = levels[levels > _SILENT_DBFS]
    return float(np.percentile(sounding, 5)) if sounding.size else _SILENT_DBFS


def _in_runs(frames: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only the frames that stand together: a breath or a click is shorter than a word with its neighbours."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], frames, [False]])))
    kept = np.zeros_like(frames)
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start:end] = end - start >= _RUN_FRAMES
    return kept


def _levelled(samples: Samples, levels: NDArray[np.float32]) -> Samples:
    """Every second at about the same loudness; louder by at most 30 dB."""
    power = np.convolve(10 ** (levels / 10), np.ones(20) / 20, mode="same")
    gain = 10 ** (np.clip(_TARGET_DBFS - 10 * np.log10(power + 1e-12), -30, 30) / 20)
    result = samples.copy()
    for number, factor in enumerate(gain):
        frame = slice(number * FRAME, (number + 1) * FRAME)
        result[frame] = np.clip(samples[frame] * factor, -32768, 32767)
    return result


def _regions(probabilities: Probabilities, threshold: float, length: int, options: AudioOptions) -> list[SampleRange]:
    from silero_vad import get_speech_timestamps_from_probs

    found = get_speech_timestamps_from_probs(
        probabilities.tolist(),
        sampling_rate=SAMPLE_RATE,
        threshold=threshold,
        min_silence_duration_ms=options.min_silence_ms,
        speech_pad_ms=options.pad_ms,
        audio_length_samples=length,
    )
    return [(region["start"], region["end"]) for region in found if region["end"] > region["start"]]


def _silence_ignored(probabilities: Probabilities, ignored: NDArray[np.bool_] | None) -> Probabilities:
    if ignored is None or not ignored.size:
        return probabilities
    centres = (np.arange(probabilities.size) * _VAD_FRAME + _VAD_FRAME // 2) // FRAME
    return np.where(ignored[np.minimum(centres, ignored.size - 1)], np.float32(0), probabilities)


def _frames_of(regions: list[SampleRange], count: int) -> NDArray[np.bool_]:
    inside = np.zeros(count, dtype=bool)
    for start, end in regions:
        inside[start // FRAME : -(-end // FRAME)] = True
    return inside


def _length(regions: list[SampleRange]) -> int:
    return sum(end - start for start, end in regions)


@cache
def _model() -> Any:
    import torch

    threads = torch.get_num_threads()
    from silero_vad import load_silero_vad

    torch.set_num_threads(threads)  # importing silero_vad sets it to 1 for the whole process
    return load_silero_vad(sequence=True)
