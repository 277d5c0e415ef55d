"""Around a CTranslate2 model: precision, threads, opening, languages, and what its errors mean."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from tasks.engine.base import ModelNeed
from tasks.errors import BackendError, DependencyError, ResourceError
from tasks.language.codes import base_language
from tasks.language.messages import message
from tasks.models.allocator import keep_memory
from tasks.models.cpu_threads import limit_torch, own_cores
from tasks.models.ctranslate import find_folder
from tasks.models.processor import processor_flags
from tasks.models.step_down import Load, StepDown, is_of_the_device
from tasks.schema import Message
from tasks.transcription.whisper.bfloat16_encoder import BFloat16Encoder

_ANEW = "Get it anew: minutes models pull, or minutes models convert"
_FASTEST = {"cpu": ("int8", "float32"), "cuda": ("float16", "int8_float16", "int8", "float32")}
"""What `auto` takes: the first that the device has."""
_WITH_MATRIX_UNIT = "int8_bfloat16"
"""On a CPU: the decoder in 8 bits by CTranslate2, and the encoder in bfloat16 by torch."""


def choose_compute_type(wanted: str, place: str) -> tuple[str, Message | None]:
    """The precision that was asked for, or for `auto` the fastest that the device has, and what had to be given up for it."""
    from ctranslate2 import get_supported_compute_types

    try:
        there = get_supported_compute_types(place)
    except RuntimeError as error:
        raise ResourceError(f"CTranslate2 cannot use the GPU: {first_line(error)}.", fix="Use hardware.device: cpu.") from error
    if place == "cpu" and "amx_bf16" in processor_flags():
        there, wanted = {*there, _WITH_MATRIX_UNIT}, _WITH_MATRIX_UNIT if wanted == "auto" else wanted
    if wanted == "auto":
        first, best = _FASTEST[place][0], next(name for name in (*_FASTEST[place], *sorted(there)) if name in there)
        return best, None if best == first else message("other_precision", device=place, wanted=first, precision=best)
    if wanted not in there:
        what = f"this {place} device has no {wanted}; it has {', '.join(sorted(there))}."
        raise ResourceError(what, where="transcription.options.compute_type", fix="Choose one of these, or auto.")
    return wanted, None


def known_language(wanted: str | None, known: Sequence[str], model: str) -> str | None:
    """A language as the model calls it, or None if each window decides."""
    if len(known) == 1 and wanted is None:
        return known[0]
    code = wanted and base_language(wanted)
    if code and code not in known:
        what = "English only" if len(known) == 1 else f"no language '{code}'"
        raise BackendError(f"the model '{model}' knows {what}.", fix="Choose a multilingual model, or another language.")
    return code


class FasterWhisperFit(StepDown[Any]):
    """An opened model and its load: half the batch, then 8-bit weights, then the CPU, when memory runs out."""

    def _lighter(self) -> Load:
        load = self.load
        if load.device == "cpu":
            what = f"memory ran out on the CPU with one window at a time in {load.precision}."
            raise ResourceError(what, fix="Use compute_type: int8 or a smaller model, or close other programs.")
        if not load.precision.startswith("int8"):
            self._note(message("eight_bits", device=load.device, precision=load.precision))
            return replace(load, precision=cast(Any, "int8"))
        self._note(message("cpu_instead", device=load.device))
        return replace(self._wanted, precision=cast(Any, "int8"), device="cpu")


def open_model(need: ModelNeed, place: str, compute_type: str, threads: int) -> Any:
    """The `faster_whisper.WhisperModel` of a model that is on this disk."""
    from faster_whisper import WhisperModel

    folder, where = find_folder(need), f"model '{need.id}'"
    if place == "cpu":
        keep_memory()
    by_torch = place == "cpu" and compute_type == _WITH_MATRIX_UNIT
    try:
        json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        model = WhisperModel(
            str(folder),
            device=place,
            compute_type="int8" if by_torch else compute_type,
            cpu_threads=threads or own_cores(),
            local_files_only=True,
        )
    except (RuntimeError, ValueError) as error:
        if is_of_the_device(error):
            raise
        damaged = DependencyError(f"cannot be opened: {first_line(error)}.", where=where, fix=_ANEW)
        raise missing_library(error) or damaged from error
    if model.model.n_mels != model.feature_extractor.mel_filters.shape[0]:
        what = f"wants {model.model.n_mels} mel bands, and its preprocessor_config.json does not say so."
        raise DependencyError(what, where=where, fix=_ANEW)
    if by_torch:
        limit_torch(threads)
        model.encode = BFloat16Encoder(folder).encode
    return model


def join_encoded(encoded: Sequence[Any]) -> Any:
    """One batch from the encoder's views of single windows of the same length.

    On a CPU one window after the other is encoded in six sevenths of the time that the batch takes: what the attention holds of
    one window stays in the cache.
    """
    import numpy as np
    from ctranslate2 import DataType, StorageView

    if len(encoded) == 1:
        return encoded[0]
    return StorageView.from_array(np.concatenate([np.asarray(each.to(DataType.float32)) for each in encoded]))


def missing_library(error: Exception) -> DependencyError | None:
    """The install line, if a library of CUDA is missing."""
    if "is not found or cannot be loaded" not in str(error):
        return None
    fix = "Install them: pip install nvidia-cublas-cu12 nvidia-cudnn-cu12; or use hardware.device: cpu."
    return DependencyError(f"faster-whisper misses libraries of CUDA: {first_line(error)}.", fix=fix)


def first_line(error: Exception) -> str:
    """What an engine says, without the rest and without its full stop."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
