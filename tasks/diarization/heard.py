"""Stretches of speech as they were heard: whose voice each part is most like, and the turns that follow from that."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization import filter_bank
from tasks.diarization.camplusplus_network import FRAME_S, CamPlusPlusNetwork
from tasks.diarization.clustering import UNKNOWN, Vectors
from tasks.schema import Region

Track = tuple[int, int | None, int]
"""The span, its channel, and the number of a person there: one person for a while, and not for the whole recording."""
Wave = NDArray[np.float32]
_SIZE = 192
_SHORTEST_S = 0.3
"""Less is no voice: fifteen frames. Chosen by hand."""
_LONGEST_S = 30.0
"""Longer stretches are heard in parts, so that memory stays small."""
_SAME_PERSON_S = 10.0
"""So far apart a number of the segmentation still means the same person: the length of what it looks at."""


class HeardStretch(NamedTuple):
    """Where the same people speak, and of one person the pieces that tile it, each with its voice."""

    region: Region
    tracks: tuple[Track, ...]
    pieces: tuple[Region, ...] = ()
    vectors: Vectors = np.zeros((0, _SIZE), dtype=np.float32)


def with_voices(network: CamPlusPlusNetwork, stretch: HeardStretch, wave: Wave, window_s: float, step_s: float) -> HeardStretch:
    """The same with a voice for each piece, heard in a window around it. Overlapped speech and what is too short has none."""
    if len(stretch.tracks) > 1 or wave.size < _SHORTEST_S * SAMPLE_RATE:
        return stretch
    region = stretch.region
    edges, vectors = [region.start_s], []
    for first_s, last_s in _parts(0.0, wave.size / SAMPLE_RATE, _LONGEST_S):
        pieces = list(_parts(first_s, last_s, step_s))
        sound = wave[round(first_s * SAMPLE_RATE) : round(last_s * SAMPLE_RATE)]
        centres = [(start_s + end_s) / 2 - first_s for start_s, end_s in pieces]
        vectors.append(voices_around(network, sound, centres, window_s))
        edges += [region.start_s + end_s for _, end_s in pieces]
    edges[-1] = region.end_s
    tiles = [Region(start_s=start_s, end_s=max(start_s, end_s), channel=region.channel) for start_s, end_s in pairwise(edges)]
    return stretch._replace(pieces=tuple(tiles), vectors=np.concatenate(vectors))


def labelled(heard: Sequence[HeardStretch], labels: Sequence[int]) -> tuple[list[Region], list[int]]:
    """Pieces in order of time with whose voice they are, given the labels of all pieces that have a voice.

    Of two people at once, and of what is too short to tell by, each is who had their number in the segmentation nearest to it.
    Two people have two pieces over the same time.
    """
    given = iter(labels)
    tracks: defaultdict[Track, list[tuple[Region, int]]] = defaultdict(list)
    for stretch in heard:
        for piece in stretch.pieces:
            tracks[stretch.tracks[0]].append((piece, next(given)))
    pieces = [each for found in tracks.values() for each in found]
    for stretch in heard:
        if not stretch.pieces:
            who = {_nearest(stretch.region, tracks.get(track, ())) for track in stretch.tracks}
            pieces += [(stretch.region, label) for label in sorted(who - {UNKNOWN}) or [UNKNOWN]]
    pieces.sort(key=lambda each: (each[0].start_s, each[0].end_s))
    return [region for region, _ in pieces], [label for _, label in pieces]


def _nearest(at: Region, known: Sequence[tuple[Region, int]]) -> int:
    """The label of what is nearest in time, if it is near enough."""
    region, label = min(known, key=lambda each: _gap_s(at, each[0]), default=(None, UNKNOWN))
    return label if region and _gap_s(at, region) <= _SAME_PERSON_S else UNKNOWN


def _gap_s(one: Region, other: Region) -> float:
    return max(0.0, other.start_s - one.end_s, one.start_s - other.end_s)


def voices_around(network: CamPlusPlusNetwork, wave: Wave, centres: Sequence[float], window_s: float) -> Vectors:
    """The voices around moments of a wave, given in seconds, as unit vectors."""
    import torch

    with torch.inference_mode():
        sound: Any = torch.from_numpy(np.ascontiguousarray(wave)).to(network.device)
        heard = network.hear(filter_bank.log_mel(sound))
        windows = [_window(centre, window_s, heard.shape[1]) for centre in centres]
        vectors = network.embed(heard, windows).float().cpu().numpy()
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def _window(centre_s: float, window_s: float, frames: int) -> slice:
    """The frames of a window around a moment, moved so that it lies in what was heard."""
    wanted = min(frames, round(window_s / FRAME_S))
    first = min(max(round((centre_s - window_s / 2) / FRAME_S), 0), frames - wanted)
    return slice(first, first + wanted)


def _parts(start: float, end: float, step: float) -> Iterator[tuple[float, float]]:
    """A stretch in equal parts of about the step."""
    count = max(1, round((end - start) / step))
    return ((start + number * (end - start) / count, start + (number + 1) * (end - start) / count) for number in range(count))
