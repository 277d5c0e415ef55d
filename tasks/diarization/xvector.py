"""Speaker embeddings by x-vector models of the Hugging Face Hub on transformers, e.g. microsoft/wavlm-base-plus-sv.

    model(input_values=...).embeddings  # (batch, 25600) float32 -> (batch, 512)

Every window has the same length, so how windows are batched changes nothing. Nothing is downloaded, nothing is unpickled,
and no code of a repository is run.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.by_voice import ByVoice, Wave, unit_vectors
from tasks.diarization.clustering import Vectors, VoiceOptions
from tasks.diarization.diarizer import SpanReader
from tasks.engine.base import Device, ModelNeed
from tasks.errors import BackendError, ConfigError, DependencyError
from tasks.models.cpu_threads import limit_torch
from tasks.models.pinned import need_of, pin_of, place_of, require_pin
from tasks.models.step_down import DTYPES, Load, StepDown, Wanted, choose_precision, is_of_the_device, ran_out_of_memory
from tasks.schema import SplitAudio, Turn

_CLASSES = {
    "wavlm": "WavLMForXVector",
    "wav2vec2": "Wav2Vec2ForXVector",
    "unispeech-sat": "UniSpeechSatForXVector",
    "wav2vec2-conformer": "Wav2Vec2ConformerForXVector",
    "data2vec-audio": "Data2VecAudioForXVector",
}
_WHERE = "diarization.options.model"


class _OpenedXvector(NamedTuple):
    model: Any
    extractor: Any


class XVector(ByVoice):
    """Speakers by voice with a model of the Hub or of a local folder."""

    name = "xvector"
    summary = "speaker embeddings of a Hugging Face Hub model (WavLM, UniSpeech, wav2vec 2.0), batched"
    packages = ("transformers", "torch", "sklearn")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(VoiceOptions):
        """Which weights, how they are run, and the clustering. Its thresholds depend on the model: measure yours."""

        model: str = Field(min_length=1, description="a Hub id (OWNER/NAME), or the path of a folder")
        revision: str | None = Field(None, pattern=r"^[\w./-]+$", description="of a Hub id: the commit, required")
        window_s: float = Field(1.6, ge=1.0, le=10, description="length of a window, in seconds")
        batch_size: int = Field(32, ge=1, le=1024, description="windows embedded at once; halved when memory runs out")
        precision: Wanted = Field("auto", description="fp32, fp16 or bf16; auto is fp16 on CUDA and fp32 elsewhere")
        threads: int | None = Field(None, ge=1, le=256, description="CPU threads; null for the cores this process may use")

        @model_validator(mode="after")
        def _is_pinned(self) -> Self:
            require_pin(self.model, self.revision, "microsoft/wavlm-base-plus-sv")
            return self

    def __init__(self, options: "XVector.Options", device: Device) -> None:
        super().__init__(options, device)
        limit_torch(options.threads)
        precision = choose_precision(options.precision, device.name, "diarization.options.precision")
        self._fit = StepDown(Load(options.batch_size, precision, device.name), self._open)
        self.steps = self._fit.steps

    @property
    def window_s(self) -> float:
        return float(self.options.window_s)

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (need_of(options.model, options.revision),)

    @classmethod
    def revision(cls, options: Any) -> str:
        (need,) = cls.models(options)
        return f"{super().revision(options)}, {pin_of(need)}"

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
        found = np.stack(list(self._fit.batches(windows, self._embedded)))
        self.steps = self._fit.steps
        return unit_vectors(found)

    def close(self) -> None:
        self._fit.close()

    def _embedded(self, windows: Sequence[Wave]) -> list[Any]:
        import torch

        opened = self._fit.model
        heard = opened.extractor(list(windows), sampling_rate=SAMPLE_RATE, return_tensors="pt")["input_values"]
        with torch.inference_mode():
            found = opened.model(input_values=heard.to(opened.model.device, opened.model.dtype)).embeddings
        return list(found.float().cpu().numpy())

    def _open(self, load: Load) -> _OpenedXvector:
        (need,) = self.models(self.options)
        folder = place_of(need)
        if not folder.is_dir():
            raise DependencyError(f"there is no folder '{need.id}'.", where=_WHERE, fix="Correct the path.")
        return _load(folder, DTYPES[load.precision], load.device)


def _load(folder: Path, dtype: str, device: str) -> _OpenedXvector:
    """The model and its feature extractor. Missing weights are refused, not filled with random numbers."""
    import torch
    import transformers
    from safetensors import SafetensorError

    library: Any = transformers
    wanted = _class_name(folder)
    library.utils.logging.disable_progress_bar()
    library.utils.logging.set_verbosity_error()
    safe = {"local_files_only": True, "trust_remote_code": False}
    try:
        model, report = getattr(library, wanted).from_pretrained(
            folder, dtype=getattr(torch, dtype), use_safetensors=True, output_loading_info=True, **safe
        )
        extractor = library.Wav2Vec2FeatureExtractor.from_pretrained(folder, **safe)
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
