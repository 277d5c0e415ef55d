"""Who of up to three people speaks when, in one channel of a span: windows of ten seconds, put together.

The people of a window are numbered anew in the next one. Where two windows overlap, the numbers that agree best are taken for the
same people, so a number means one person for a while and not for the whole recording: whose voice it is, embeddings tell.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.segmentation_network import FIELD, PEOPLE, STEP, SegmentationNetwork, segment

Frames = NDArray[np.bool_]
"""Who speaks, shape (frames, people)."""
_WINDOW = 10 * SAMPLE_RATE
_WINDOW_FRAMES = 1 + (_WINDOW - FIELD) // STEP
_SHARED_FRAMES = 145
"""Two and a half seconds of each window are looked at twice. Chosen by hand: the network is not sure at the edges of a window."""
_HOP_FRAMES = _WINDOW_FRAMES - _SHARED_FRAMES
_BATCH = 4
"""Windows at once in each thread. Sixteen took 200 MB more and were no faster."""
_PERMUTATIONS = tuple(permutations(range(PEOPLE)))


class Stretch(NamedTuple):
    """Frames in which the same people speak: one of them, or two at once."""

    start: int
    end: int
    people: tuple[int, ...]


def find_activity(
    network: SegmentationNetwork, wave: NDArray[np.float32], audible: Sequence[tuple[float, float]], pool: Executor
) -> Frames:
    """Who speaks in each frame of a wave. Windows without audible stretches, given in seconds, are silent."""
    count = 1 + max(0, wave.size - 1) // STEP
    last = max(0, count - _WINDOW_FRAMES)
    starts = [*range(0, last, _HOP_FRAMES), last]
    chosen = [start for start in starts if _touches(start * STEP / SAMPLE_RATE, audible)]
    found = np.zeros((max(count, _WINDOW_FRAMES), PEOPLE), dtype=np.bool_)
    known = 0
    for start, window in zip(chosen, _segmented(network, wave, chosen, pool), strict=True):
        shared = max(0, known - start)
        ordered = window[:, _best_order(found[start : start + shared], window[:shared])]
        found[start + shared // 2 : start + _WINDOW_FRAMES] = ordered[shared // 2 :]
        known = start + _WINDOW_FRAMES
    return found[:count]


def stretches(frames: Frames, bridged: int) -> list[Stretch]:
    """Where the same people speak, in order. One person's pauses of up to so many frames are theirs."""
    codes = _bridged(frames @ (1 << np.arange(PEOPLE)), bridged)
    edges = np.flatnonzero(np.diff(codes, prepend=0, append=0))
    return [
        Stretch(int(start), int(end), tuple(person for person in range(PEOPLE) if codes[start] >> person & 1))
        for start, end in pairwise(edges)
        if codes[start]
    ]


def steadied(frames: Frames, shortest: int) -> Frames:
    """The frames without a voice that flickers up for fewer than so many while, or right before or after, another is heard.

    Nobody says a word in it; the words that fall into it are the other's.
    """
    found = frames.copy()
    for person in range(frames.shape[1]):
        edges = np.flatnonzero(np.diff(frames[:, person], prepend=False, append=False))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if end - start < shortest and np.delete(frames[max(0, start - 1) : end + 1], person, axis=1).any():
                found[start:end, person] = False
    return found


def spread(frames: Frames, speech: NDArray[np.bool_], reach: int) -> Frames:
    """The frames of speech with whoever speaks in them, else with who speaks nearest, up to so many frames away.

    Detection of speech finds its edges well and takes noise for speech; the network is sure of voices and late at their edges.
    """
    places = np.flatnonzero(frames.any(axis=1))
    if not places.size:
        return frames
    every = np.arange(len(frames))
    after = np.searchsorted(places, every).clip(0, places.size - 1)
    before = (after - 1).clip(0)
    nearest = places[np.where(np.abs(places[before] - every) <= np.abs(places[after] - every), before, after)]
    near = speech & (np.abs(nearest - every) <= reach)
    return np.where(near[:, None], frames[nearest], False)


def time_of(frame: float) -> float:
    """When a frame begins, in seconds: half a step before the middle of what it hears."""
    return max(0.0, ((frame - 0.5) * STEP + FIELD / 2) / SAMPLE_RATE)


def frames_of(stretches: Iterable[tuple[float, float]], count: int) -> NDArray[np.bool_]:
    """The frames, of so many, whose middle lies in one of the stretches, given in seconds."""
    found = np.zeros(count, dtype=np.bool_)
    for start_s, end_s in stretches:
        first, last = (max(0, round((second * SAMPLE_RATE - FIELD / 2) / STEP)) for second in (start_s, end_s))
        found[first:last] = True
    return found


def _bridged(codes: NDArray[np.int_], longest: int) -> NDArray[np.int_]:
    found = codes.copy()
    silent = np.flatnonzero(np.diff(codes == 0, prepend=False, append=False))
    for start, end in zip(silent[::2], silent[1::2], strict=True):
        if start > 0 and end < codes.size and end - start <= longest and codes[start - 1] == codes[end]:
            found[start:end] = codes[end]
    return found


def _segmented(
    network: SegmentationNetwork, wave: NDArray[np.float32], starts: Sequence[int], pool: Executor
) -> Iterator[Frames]:
    import torch

    device = network.filters.device

    def batch(first: int) -> Frames:
        waves = np.zeros((len(starts[first : first + _BATCH]), _WINDOW), dtype=np.float32)
        for row, start in zip(waves, starts[first : first + _BATCH], strict=True):
            part = wave[start * STEP : start * STEP + _WINDOW]
            row[: part.size] = part
        with torch.inference_mode():
            found: Frames = segment(network, torch.from_numpy(waves).to(device)).cpu().numpy()
        return found

    return (window for windows in pool.map(batch, range(0, len(starts), _BATCH)) for window in windows)


def _best_order(known: Frames, found: Frames) -> tuple[int, ...]:
    """The columns of what was found in the order in which they agree best with what is known."""
    together = known.T.astype(np.int64) @ found
    return max(_PERMUTATIONS, key=lambda order: sum(together[person, order[person]] for person in range(PEOPLE)))


def _touches(first_s: float, audible: Sequence[tuple[float, float]]) -> bool:
    return any(start_s < first_s + _WINDOW / SAMPLE_RATE and end_s > first_s for start_s, end_s in audible)
