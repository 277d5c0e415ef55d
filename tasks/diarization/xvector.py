"""Speaker embeddings by x-vector models of the Hugging Face Hub on transformers, e.g. microsoft/wavlm-base-plus-sv.

    model(input_values=...).embeddings  # (batch, 25600) float32 -> (batch, 512)

Every window has the same length, so how windows are batched changes nothing. Nothing is downloaded, nothing is unpickled,
and no code of a repository is run.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.by_voice import ByVoice, Wave, unit_vectors
from tasks.diarization.clustering import Vectors, VoiceOptions
from tasks.diarization.diarizer import SpanReader
from tasks.engine.hub_options import PRECISION, THREADS, HubOptions, Wanted, batch_size
from tasks.errors import BackendError, ConfigError, DependencyError
from tasks.models.step_down import DTYPES, Load, is_of_the_device, ran_out_of_memory
from tasks.models.strange_files import require_bearable_files
from tasks.models.torch_backend import OFFLINE, SAFE, HubBackend, quiet_transformers
from tasks.schema import SplitAudio, Turn

_CLASSES = {
    "wavlm": "WavLMForXVector",
    "wav2vec2": "Wav2Vec2ForXVector",
    "unispeech-sat": "UniSpeechSatForXVector",
    "wav2vec2-conformer": "Wav2Vec2ConformerForXVector",
    "data2vec-audio": "Data2VecAudioForXVector",
}


class _OpenedXvector(NamedTuple):
    model: Any
    extractor: Any


class XVector(HubBackend[_OpenedXvector], ByVoice):
    """Speakers by voice with a model of the Hub or of a local folder."""

    name = "xvector"
    summary = "speaker embeddings of a Hugging Face Hub model (WavLM, UniSpeech, wav2vec 2.0), batched"
    packages = ("transformers", "torch", "sklearn")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(HubOptions, VoiceOptions):
        """Which weights, how they are run, and the clustering. Its thresholds depend on the model: measure yours."""

        example = "microsoft/wavlm-base-plus-sv"

        window_s: float = Field(1.6, ge=1.0, le=10, description="length of a window, in seconds")
        batch_size: int = batch_size(32, 1024, "windows embedded")
        precision: Wanted = PRECISION
        threads: int | None = THREADS

    @property
    def window_s(self) -> float:
        return float(self.options.window_s)

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        try:
            return super().diarize(audio, read)
        except (RuntimeError, ValueError) as error:
            if is_of_the_device(error):
                raise
            raise BackendError(f"transformers stopped: {str(error).split(chr(10), 1)[0]}.") from error

    def embed(self, waves: Sequence[Wave], starts: Sequence[range]) -> Vectors:
        length = round(self.window_s * SAMPLE_RATE)
        windows = [wave[start : start + length] for wave, each in zip(waves, starts, strict=True) for start in each]
        return unit_vectors(np.stack(list(self.fit.batches(windows, self.embedded))))

    def open_model(self, load: Load) -> _OpenedXvector:
        return _load(self.folder, DTYPES[load.precision], load.device)

    def embedded(self, windows: Sequence[Wave]) -> list[Any]:
        import torch

        opened = self.model
        heard = opened.extractor(list(windows), sampling_rate=SAMPLE_RATE, return_tensors="pt")["input_values"]
        with torch.inference_mode():
            found = opened.model(input_values=heard.to(opened.model.device, opened.model.dtype)).embeddings
        return list(found.float().cpu().numpy())


def _load(folder: Path, dtype: str, device: str) -> _OpenedXvector:
    """The model and its feature extractor. Missing weights are refused, not filled with random numbers."""
    import torch
    from safetensors import SafetensorError

    library, wanted = quiet_transformers(), _class_name(folder)
    try:
        model, report = getattr(library, wanted).from_pretrained(folder, dtype=getattr(torch, dtype), **SAFE)
        extractor = library.Wav2Vec2FeatureExtractor.from_pretrained(folder, **OFFLINE)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if isinstance(error, RuntimeError) and ran_out_of_memory(error):
            raise
        raise _unusable(folder, str(error).strip().split("\n", 1)[0] or type(error).__name__) from error
    if missing := sorted(key for key in report["missing_keys"] if not key.startswith("objective.")):
        raise _unusable(folder, f"it lacks {len(missing)} weights, among them '{missing[0]}'")
    if extractor.sampling_rate != SAMPLE_RATE:
        raise _unusable(folder, f"it hears {extractor.sampling_rate} Hz and not {SAMPLE_RATE} Hz")
    return _OpenedXvector(model.to(device).eval().requires_grad_(False), extractor)


def _class_name(folder: Path) -> str:
    """The class of transformers for the model in a folder; a model for anything but speakers is refused."""
    require_bearable_files(folder)
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind, made_for = settings.get("model_type"), settings.get("architectures") or []
    except (OSError, ValueError, AttributeError) as error:
        raise _unusable(folder, "it has no config.json that can be read") from error
    if kind not in _CLASSES or not any(str(name).endswith("ForXVector") for name in made_for):
        what = f"{', '.join(map(str, made_for)) or 'nothing'} of the type '{kind}'"
        raise ConfigError(
            f"is a model for {what}, and this backend runs those for ForXVector of the types {', '.join(_CLASSES)}.",
            where=str(folder),
            fix="Choose a model for speaker verification, such as microsoft/wavlm-base-plus-sv.",
        )
    if not any(folder.glob("*.safetensors")):
        raise _unusable(folder, "it has no weights as safetensors, and others are not loaded because they may hold code")
    return _CLASSES[kind]


def _unusable(folder: Path, why: str) -> DependencyError:
    return DependencyError(
        f"is no x-vector model that can be loaded: {why}.", where=str(folder), fix="Fetch it again with `minutes models pull`."
    )
