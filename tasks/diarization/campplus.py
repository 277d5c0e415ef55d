"""Speakers by voice with CAM++ and pyannote's segmentation: who speaks when, overlaps included, on any CPU.

    segmentation-3.0  # ten seconds of sound -> which of up to three people speak, every 17 ms
    CAM++             # one person's speech  -> a direction, 192 numbers, that stands for the voice

The two networks are rebuilt here from what their authors published; only tensors are read from their checkpoints.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.layout import channel_row
from tasks.audio.span_files import cut_out
from tasks.diarization.activity import Stretch, find_activity, frames_of, spread, steadied, stretches, time_of
from tasks.diarization.camplusplus_network import CamPlusPlusNetwork
from tasks.diarization.clustering import UNKNOWN, Vectors, VoiceOptions, cluster_voices
from tasks.diarization.diarizer import Diarizer, SpanReader
from tasks.diarization.enrolment import Enrolment, read_enrolment, recognised
from tasks.diarization.heard import HeardStretch, labelled, with_voices
from tasks.diarization.segmentation_network import STEP, opened
from tasks.diarization.turns import folded, merge_turns, sounding
from tasks.engine.base import Device, ModelNeed
from tasks.engine.hub_options import THREADS
from tasks.files import sha256_of_file
from tasks.models.cpu_threads import limit_torch, one_core_each, own_cores
from tasks.models.pinned import pin_of, place_of
from tasks.models.state_dict import read_state_dict
from tasks.schema import Region, Span, SplitAudio, Turn

VOICES = ModelNeed("hub", "iic/speech_campplus_sv_zh_en_16k-common_advanced", "v1.0.0", ("campplus_cn_en_common.pt",))
BORDERS = ModelNeed("hub", "pyannote/segmentation-3.0", "e66f3d3b9eb0873085418a7b813d3b369bf160bb", ("pytorch_model.bin",))
WINDOW_S = 1.6
_FULL_SCALE = 32768.0
_REACH_S = 0.5
"""Speech that the segmentation is not sure of is by who speaks so near to it. The best of 0.2 to 0.8 seconds."""
_SHORTEST_S = 0.12
"""Less than a syllable takes: between the words of others nobody says anything in it."""
_BREATH_S = 0.5
"""A pause that is heard as part of what is around it."""


class Campplus(Diarizer):
    """Speakers by voice, with their overlaps."""

    name = "campplus"
    summary = "CAM++ voice embeddings, clustered; borders and overlaps by pyannote segmentation-3.0"
    packages = ("torch", "sklearn")
    install = "pip install 'audio-minutes[local]'"
    distribution = "torch"

    class Options(VoiceOptions):
        """The settings of the clustering, measured with these embeddings."""

        distance: float = Field(0.5, gt=0, lt=1, description=VoiceOptions.model_fields["distance"].description)
        same_voice: float = Field(0.65, gt=0, lt=1, description=VoiceOptions.model_fields["same_voice"].description)
        unknown_below: float = Field(0.3, ge=0, lt=1, description=VoiceOptions.model_fields["unknown_below"].description)
        min_speaker_s: float = Field(2.0, ge=0, description=VoiceOptions.model_fields["min_speaker_s"].description)
        step_s: float = Field(0.8, ge=0.1, le=1.6, description="length of the pieces whose voices are told apart, in seconds")
        pause_s: float = Field(2.0, ge=0, le=10, description="pauses of one person up to this are part of the turn, in seconds")
        voices: str | None = Field(None, description="a file that `minutes speakers enrol` wrote; null: nobody is known by voice")
        threads: int | None = THREADS

    def __init__(self, options: "Campplus.Options", device: Device) -> None:
        super().__init__(options, device)
        limit_torch(options.threads)
        self._threads = options.threads or own_cores()
        self._voices = load_network(device)
        self._borders = opened(_weights(BORDERS, device))

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (VOICES, BORDERS)

    @classmethod
    def revision(cls, options: Any) -> str:
        pins = [f"{need.id} {pin_of(need)}" for need in cls.models(options)]
        enrolled = Path(options.voices).expanduser() if options.voices else None
        known = [f"voices sha256 {sha256_of_file(enrolled)}"] if enrolled and enrolled.is_file() else []
        return ", ".join([super().revision(options), *pins, *known])

    @classmethod
    def problems(cls, options: Any) -> tuple[str, ...]:
        missing = options.voices and not Path(options.voices).expanduser().is_file()
        return (f"no file '{options.voices}' of enrolled voices: minutes speakers enrol NAME CLIP",) if missing else ()

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        return self.turns_of([heard for span in audio.spans for heard in self.hear(span, read(span))])

    def turns_of(self, heard: Sequence[HeardStretch]) -> list[Turn]:
        """Who speaks when, overlaps included: the voices grouped into people, and those named who are enrolled."""
        model = f"{VOICES.id} {VOICES.revision}"
        enrolled = (
            read_enrolment(Path(self.options.voices).expanduser(), model) if self.options.voices else Enrolment(model=model)
        )
        return turns_of(heard, self.options, enrolled)

    def hear(self, span: Span, samples: Samples) -> list[HeardStretch]:
        """The stretches of a span in which the same people speak, with their voices, channel by channel."""
        channels = sorted({region.channel for region in span.speech}, key=lambda number: number or 0)
        with one_core_each(self._threads) as pool:
            return [heard for channel in channels for heard in self._hear_channel(span, samples, channel, pool)]

    def _hear_channel(self, span: Span, samples: Samples, channel: int | None, pool: Executor) -> Iterable[HeardStretch]:
        row = channel_row(samples, channel)
        wave = row.astype(np.float32) / np.float32(_FULL_SCALE)
        regions = [region for region in span.speech if region.channel == channel]
        audible = [_within(span, sounding(region, cut_out(samples, span, region))) for region in regions]
        frames = steadied(find_activity(self._borders, wave, audible, pool), round(_SHORTEST_S * SAMPLE_RATE / STEP))
        frames = spread(frames, frames_of(audible, len(frames)), round(_REACH_S * SAMPLE_RATE / STEP))

        def heard(stretch: Stretch) -> HeardStretch:
            start_s, end_s = time_of(stretch.start), min(time_of(stretch.end), span.duration_s)
            region = Region(start_s=span.start_s + start_s, end_s=span.start_s + max(start_s, end_s), channel=channel)
            tracks = tuple((span.index, channel, person) for person in stretch.people)
            sound = wave[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]
            return with_voices(self._voices, HeardStretch(region, tracks), sound, WINDOW_S, self.options.step_s)

        return pool.map(heard, stretches(frames, round(_BREATH_S * SAMPLE_RATE / STEP)))


def load_network(device: Device) -> CamPlusPlusNetwork:
    """The network that hears voices, with its weights."""
    return CamPlusPlusNetwork(_weights(VOICES, device))


def turns_of(heard: Sequence[HeardStretch], options: "Campplus.Options", enrolled: Enrolment | None = None) -> list[Turn]:
    """Who speaks when, overlaps included: the voices grouped into people, and named if they are enrolled."""
    pieces = [piece for stretch in heard for piece in stretch.pieces]
    labels: list[int] = []
    known: dict[int, str] = {}
    if pieces:
        vectors: Vectors = np.concatenate([stretch.vectors for stretch in heard])
        labels = folded(pieces, cluster_voices(vectors, [piece.duration_s for piece in pieces], options))
        known = recognised(_means(vectors, labels), enrolled) if enrolled else {}
    return merge_turns(*labelled(heard, labels), options.pause_s, known)


def _means(vectors: Vectors, labels: Sequence[int]) -> dict[int, Vectors]:
    """The voice of each person who was told apart, as a unit vector."""
    sums = {label: vectors[np.asarray(labels) == label].sum(axis=0) for label in set(labels) - {UNKNOWN}}
    return {label: total / np.linalg.norm(total) for label, total in sums.items()}


def _within(span: Span, region: Region) -> tuple[float, float]:
    """A region in seconds since its span began."""
    return region.start_s - span.start_s, region.end_s - span.start_s


def _weights(need: ModelNeed, device: Device) -> dict[str, Any]:
    (name,) = need.files
    return {key: tensor.to(device.name) for key, tensor in read_state_dict(place_of(need) / name).items()}
