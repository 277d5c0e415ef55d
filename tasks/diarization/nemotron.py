"""Who speaks when by NVIDIA's Nemotron-3-Diarization on transformers: one network from sound to up to eight speakers.

    model(input_features, speaker_cache=..., num_lookahead_frames=...).logits  # (1, frames, 8), a frame every 10 ms

The recording is read chunk by chunk with the model's own memory of who has spoken, so speakers stay the same over spans and
memory does not grow with the length. Nothing is downloaded, nothing is unpickled, and no code of a repository is run.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.layout import channel_row
from tasks.diarization.diarizer import Diarizer, SpanReader
from tasks.diarization.turns import merge_turns
from tasks.engine.hub_options import PRECISION, THREADS, HubOptions, Wanted, batch_size
from tasks.errors import BackendError, ConfigError, DependencyError
from tasks.models.step_down import DTYPES, Load, is_of_the_device, ran_out_of_memory
from tasks.models.torch_backend import OFFLINE, SAFE, HubBackend, quiet_transformers
from tasks.schema import Region, Span, SplitAudio, Turn

_TYPE = "nemotron3_diarization"
_FULL_SCALE = 32768.0


class _OpenedNemotron(NamedTuple):
    model: Any
    processor: Any


class Nemotron(HubBackend[_OpenedNemotron], Diarizer):
    """Speakers by one network that hears the whole recording in order."""

    name = "nemotron"
    summary = "NVIDIA Nemotron-3-Diarization of the Hugging Face Hub: up to 8 speakers and overlaps in one network"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(HubOptions):
        """Which weights, how they are run, and when somebody counts as speaking."""

        example = "nvidia/Nemotron-3-Diarization"

        threshold: float = Field(0.5, gt=0, lt=1, description="probability from which somebody speaks")
        pause_s: float = Field(2.0, ge=0, le=10, description="pauses of one person up to this are part of the turn, in seconds")
        batch_size: int = batch_size(1, 1, "recordings heard")
        precision: Wanted = PRECISION
        threads: int | None = THREADS

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        try:
            found = sorted(self._pieces(audio, read), key=lambda each: (each[0].start_s, each[0].end_s))
        except (RuntimeError, ValueError) as error:
            if is_of_the_device(error):
                raise
            raise BackendError(f"transformers stopped: {str(error).split(chr(10), 1)[0]}.") from error
        return merge_turns([region for region, _ in found], [label for _, label in found], self.options.pause_s)

    def open_model(self, load: Load) -> _OpenedNemotron:
        return _load(self.folder, DTYPES[load.precision], load.device)

    def _pieces(self, audio: SplitAudio, read: SpanReader) -> Iterator[tuple[Region, int]]:
        """Stretches of each speaker, who has another number in every channel."""
        caches: dict[int | None, Any] = {}
        for span in audio.spans:
            samples = read(span) if span.speech else np.zeros((1, 0), np.int16)
            for channel in sorted({region.channel for region in span.speech}, key=lambda number: number or 0):
                active, caches[channel] = self.active(channel_row(samples, channel), caches.get(channel))
                yield from _stretches(active, span, channel)

    def active(self, row: Samples, cache: Any) -> tuple[NDArray[np.bool_], Any]:
        """Who speaks in each 10 ms of a span, shape (frames, speakers), and what the model remembers of all spans so far."""
        import torch

        model, processor = self.model
        wave = row.astype(np.float32) / np.float32(_FULL_SCALE)
        features = processor(wave, sampling_rate=SAMPLE_RATE, return_tensors="pt")["input_features"]
        config = model.config
        factor = config.audio_config.subsampling_factor
        step, ahead = config.chunk_length * factor, config.chunk_right_context * factor
        found = []
        with torch.inference_mode():
            for start in range(0, features.shape[1], step):
                chunk = features[:, start : start + step + ahead].to(model.device, model.dtype)
                beyond = max(0, chunk.shape[1] - step) // factor
                out = model(input_features=chunk, speaker_cache=cache, num_lookahead_frames=beyond)
                cache = out.speaker_cache
                found.append((out.logits.float().sigmoid() > self.options.threshold)[0, :step].cpu().numpy())
        return np.concatenate(found), cache


def _stretches(active: NDArray[np.bool_], span: Span, channel: int | None) -> Iterator[tuple[Region, int]]:
    speakers = active.shape[1]
    for speaker in range(speakers):
        edges = np.flatnonzero(np.diff(active[:, speaker], prepend=False, append=False)) / 100
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            ends = min(span.start_s + float(end), span.end_s)
            region = Region(start_s=min(span.start_s + float(start), ends), end_s=ends, channel=channel)
            yield region, speaker + speakers * (channel or 0)


def _load(folder: Path, dtype: str, device: str) -> _OpenedNemotron:
    """The model and its processor. Missing weights are refused, not filled with random numbers."""
    import torch
    from safetensors import SafetensorError

    library = quiet_transformers()
    _require_type(folder)
    try:
        wanted = library.Nemotron3DiarizationForAudioFrameClassification
        model, report = wanted.from_pretrained(folder, dtype=getattr(torch, dtype), **SAFE)
        processor = library.Nemotron3DiarizationProcessor.from_pretrained(folder, **OFFLINE)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if isinstance(error, RuntimeError) and ran_out_of_memory(error):
            raise
        raise _unusable(folder, str(error).strip().split("\n", 1)[0] or type(error).__name__) from error
    if missing := sorted(report["missing_keys"]):
        raise _unusable(folder, f"it lacks {len(missing)} weights, among them '{missing[0]}'")
    return _OpenedNemotron(model.to(device).eval().requires_grad_(False), processor)


def _require_type(folder: Path) -> None:
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise _unusable(folder, "it has no config.json that can be read") from error
    if kind != _TYPE:
        fix = "Choose nvidia/Nemotron-3-Diarization, or a model made from it."
        raise ConfigError(f"is a model of the type '{kind}', and this backend runs '{_TYPE}'.", where=str(folder), fix=fix)


def _unusable(folder: Path, why: str) -> DependencyError:
    return DependencyError(
        f"is no diarization model that can be loaded: {why}.", where=str(folder), fix="Fetch it again with `minutes models pull`."
    )
