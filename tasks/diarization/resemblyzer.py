"""Resemblyzer voice embeddings, clustered by cosine distance. Its weights come in its wheel.

    encoder.embed_utterance(wav, return_partials=True, rate=2.5)
    -> (256,), (n, 256) one unit vector per window of 1.6 s, [slice(0, 25600), slice(6400, 32000), ...]

Method: sliding-window d-vectors (Wan et al. 2018, Generalized End-to-End Loss for Speaker Verification) and
average-linkage agglomerative clustering with a distance threshold, so that the number of speakers is found, not given.
"""

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.span_files import cut_out
from tasks.backend import Device
from tasks.backend import Options as BaseOptions
from tasks.diarization.diarizer import Diarizer, SpanReader, speaker_label
from tasks.progress import report_progress
from tasks.schema import Region, Span, SplitAudio, Turn

_FULL_SCALE = 32768.0
_SHORTEST_S = 0.4
Embeddings = NDArray[np.float32]


class Resemblyzer(Diarizer):
    """Speakers by voice on any CPU with nothing downloaded."""

    name = "resemblyzer"
    summary = "voice embeddings and clustering, weights included"
    packages = ("resemblyzer", "webrtcvad", "sklearn")
    install = "pip install 'audio-minutes[embedded]' && pip install --no-deps resemblyzer"
    distribution = "Resemblyzer"

    class Options(BaseOptions):
        """Settings of the clustering."""

        distance: float = Field(0.25, gt=0, lt=1, description="cosine distance up to which two voices are one person")
        step_s: float = Field(0.4, ge=0.1, le=1.6, description="distance between the starts of two 1.6 s windows, in seconds")
        min_speaker_s: float = Field(4.0, ge=0, description="a voice heard for less than this is given to the nearest other one")

    def __init__(self, options: "Resemblyzer.Options", device: Device) -> None:
        super().__init__(options, device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it imports from a place that scipy 2 will drop
            from resemblyzer import VoiceEncoder
        self._encoder: Any = VoiceEncoder(device=device.name, verbose=False)

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        pieces, vectors = [], []
        for span in audio.spans:
            for piece, vector in self._embed_span(span, read(span)):
                pieces.append(piece)
                vectors.append(vector)
            report_progress("diarization", span.end_s / audio.duration_s)
        if not pieces:
            return []
        labels = cluster_voices(np.stack(vectors), [piece.duration_s for piece in pieces], self.options)
        return merge_turns(pieces, labels)

    def _embed_span(self, span: Span, samples: Samples) -> list[tuple[Region, Embeddings]]:
        found = []
        for region in span.speech:
            if region.duration_s >= _SHORTEST_S:
                found += self._embed_region(cut_out(samples, span, region), region)
        return found

    def _embed_region(self, samples: Samples, region: Region) -> list[tuple[Region, Embeddings]]:
        """Pieces that tile the region, each with the embedding of the window around it."""
        wave = samples.astype(np.float32) / _FULL_SCALE
        _, partials, windows = self._encoder.embed_utterance(wave, return_partials=True, rate=1 / self.options.step_s)
        centres = [region.start_s + (window.start + window.stop) / 2 / SAMPLE_RATE for window in windows]
        edges = [region.start_s, *((a + b) / 2 for a, b in pairwise(centres)), region.end_s]
        edges = [min(edge, region.end_s) for edge in edges]
        pieces = [Region(start_s=start, end_s=end, channel=region.channel) for start, end in pairwise(edges)]
        return list(zip(pieces, partials, strict=True))


def cluster_voices(vectors: Embeddings, seconds: list[float], options: "Resemblyzer.Options") -> list[int]:
    """A cluster number for each embedding, shape (n, 256); small clusters are folded into the nearest large one."""
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) == 1:
        return [0]
    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=options.distance)
    labels = model.fit_predict(vectors)
    weight = np.bincount(labels, weights=seconds)
    large = [cluster for cluster in range(len(weight)) if weight[cluster] >= options.min_speaker_s] or [int(weight.argmax())]
    centroids = np.stack([_unit(vectors[labels == cluster].mean(axis=0)) for cluster in large])
    nearest = (vectors @ centroids.T).argmax(axis=1)
    return [large.index(label) if label in large else int(near) for label, near in zip(labels, nearest, strict=True)]


def merge_turns(pieces: list[Region], labels: list[int]) -> list[Turn]:
    """Neighbouring pieces of one voice as one turn; speakers are numbered by first appearance."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels), start=1)}
    turns: list[Turn] = []
    for piece, label in zip(pieces, labels, strict=True):
        speaker = speaker_label(numbers[label])
        before = turns[-1] if turns else None
        if before and (before.speaker, before.channel) == (speaker, piece.channel) and piece.start_s - before.end_s < 1e-6:
            turns[-1] = before.model_copy(update={"end_s": piece.end_s})
        else:
            turns.append(Turn(start_s=piece.start_s, end_s=piece.end_s, speaker=speaker, channel=piece.channel))
    return sorted(turns, key=lambda turn: turn.start_s)


def _unit(vector: Embeddings) -> Embeddings:
    return vector / np.linalg.norm(vector)
