"""Diarization by voice, whatever the model that hears the voices: windows, embeddings, people, turns."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.span_files import cut_out
from tasks.diarization.clustering import Vectors, cluster_voices
from tasks.diarization.diarizer import Diarizer, SpanReader
from tasks.diarization.turns import folded, merge_turns, sounding
from tasks.schema import Region, Span, SplitAudio, Turn

Wave = NDArray[np.float32]
_SHORTEST_S = 0.4
_COVERED = 0.75
"""A last window is heard if so much of it is speech."""
_TARGET_RMS = 10 ** (-30 / 20)
_MOST_GAIN = 30.0
_FULL_SCALE = 32768.0


class ByVoice(Diarizer):
    """Base of the engines that turn windows of speech into embeddings. Their `Options` are `VoiceOptions`."""

    @property
    @abstractmethod
    def window_s(self) -> float:
        """Length of a window."""

    @abstractmethod
    def embed(self, waves: Sequence[Wave], starts: Sequence[range]) -> Vectors:
        """One unit vector for each window of each wave, in order, shape (windows, size), computed in batches.

        Args:
            waves: speech at 16 kHz and of even loudness, each long enough for its last window.
            starts: of each wave, the samples at which its windows start.
        """

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        pieces: list[Region] = []
        vectors: list[Vectors] = []
        for span in audio.spans:
            found, embedded = self.embed_span(span, read(span))
            pieces += found
            vectors.append(embedded)
        if not pieces:
            return []
        heard = np.concatenate([part for part in vectors if len(part)])
        labels = cluster_voices(heard, [piece.duration_s for piece in pieces], self.options)
        return merge_turns(pieces, folded(pieces, labels))

    def embed_span(self, span: Span, samples: Samples) -> tuple[list[Region], Vectors]:
        """Pieces that tile the speech of a span, each with the embedding of the window around it."""
        regions = [region for region in span.speech if region.duration_s >= _SHORTEST_S]
        sounds = [cut_out(samples, span, region) for region in regions]
        starts = [window_starts(sound.size, self.window_s, self.options.step_s) for sound in sounds]
        pieces = [
            piece
            for region, sound, each in zip(regions, sounds, starts, strict=True)
            for piece in tiled(region, sounding(region, sound), each, self.window_s)
        ]
        if not pieces:
            return [], np.zeros((0, 0), dtype=np.float32)
        waves = [filled(even(sound), each, self.window_s) for sound, each in zip(sounds, starts, strict=True)]
        return pieces, self.embed(waves, starts)


def window_starts(size: int, window_s: float, step_s: float) -> range:
    """The samples at which the windows over a sound of so many samples start; at least one."""
    step = max(1, round(step_s * SAMPLE_RATE))
    last = size - round(_COVERED * window_s * SAMPLE_RATE)
    return range(0, max(last, 0) + 1, step)


def tiled(region: Region, heard: Region, starts: range, window_s: float) -> Iterator[Region]:
    """Pieces without gaps over what is heard of a region, one around the middle of each window; some may be empty."""
    centres = [region.start_s + start / SAMPLE_RATE + window_s / 2 for start in starts]
    inner = [min(max((a + b) / 2, heard.start_s), heard.end_s) for a, b in pairwise(centres)]
    for start, end in pairwise([heard.start_s, *inner, heard.end_s]):
        yield Region(start_s=start, end_s=end, channel=region.channel)


def even(sound: Samples) -> Wave:
    """Samples as float32 of even loudness, because some models hear a quiet voice as another one."""
    wave = sound.astype(np.float32) / _FULL_SCALE
    rms = float(np.sqrt(np.mean(np.square(wave))))
    return wave * np.float32(min(_TARGET_RMS / max(rms, 1e-6), _MOST_GAIN))


def filled(wave: Wave, starts: range, window_s: float) -> Wave:
    """The wave, begun again at its end until it fills its last window."""
    missing = starts[-1] + round(window_s * SAMPLE_RATE) - wave.size
    return np.concatenate([wave, np.resize(wave, missing)]) if missing > 0 else wave


def unit_vectors(vectors: NDArray[np.floating[Any]]) -> Vectors:
    """The same directions at length 1; what is no direction, as of digital silence, points evenly everywhere."""
    found = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    usable = np.isfinite(lengths) & (lengths > 0)
    evenly = np.float32(found.shape[1] ** -0.5)
    return np.where(usable, found / np.where(usable, lengths, 1), evenly).astype(np.float32)
