"""An instruct model of the Hub or of a folder: loaded without code from others, smaller if wanted, with an adapter if wanted."""

import json
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tasks.engine.hub_options import Precision
from tasks.errors import ConfigError, DependencyError
from tasks.models.step_down import DTYPES, ran_out_of_memory
from tasks.models.strange_files import require_bearable_files, require_ending_template
from tasks.models.torch_backend import OFFLINE, SAFE, quiet_transformers

Quantization = Literal["none", "int8", "nf4"]
_ROWS_PACKED = 32  # `block_n` of `_convert_weight_packed_for_cpu` in bitsandbytes 0.50
_OF_LIBRARIES = (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError, RuntimeError)
_TRIAL = [{"role": "system", "content": "Answer."}, {"role": "user", "content": "What was said?"}]
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "tekken.json")
_INSTRUCT = (
    "Choose an instruct model, such as Qwen/Qwen3-4B-Instruct-2507, meta-llama/Llama-3.1-8B-Instruct or google/gemma-3-4b-it."
)


@dataclass(frozen=True)
class Weights:
    """Which files, and how they are held in memory."""

    folder: Path
    adapter: Path | None
    precision: Precision
    quantization: Quantization
    device: str


def load_chat(weights: Weights) -> tuple[Any, Any]:
    """The model and its tokenizer. Missing weights are refused, not filled with random numbers."""
    _require_chat(weights)
    library = quiet_transformers()
    with _explained(weights.folder):
        if weights.quantization != "none" or weights.adapter or is_quantized_file(weights.folder):  # peft imports it too
            import_bitsandbytes()
        tokenizer = library.AutoTokenizer.from_pretrained(weights.folder, **OFFLINE)
    _require_template(tokenizer, weights.folder)
    with _explained(weights.folder):
        model, report = library.AutoModelForCausalLM.from_pretrained(
            weights.folder,
            dtype=_dtype(weights.precision),
            **_quantized(weights),
            device_map={"": weights.device},
            **SAFE,
        )
    if missing := sorted({*report["missing_keys"], *report["mismatched_keys"]} - set(model._tied_weights_keys or ())):
        raise _unusable(weights.folder, f"it lacks {len(missing)} weights, among them '{missing[0]}'")
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        raise _unusable(weights.folder, "its tokenizer is that of another model")
    _keep_plain_what_cannot_be_packed(model)
    if weights.adapter is not None:
        model = _adapted(model, weights.adapter, weights.device)
    return model.eval().requires_grad_(False), tokenizer


def is_quantized_file(folder: Path) -> bool:
    """Whether the weights lie in the folder in few bits already."""
    return "quantization_config" in _configuration(folder)


def _require_chat(weights: Weights) -> None:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    require_bearable_files(weights.folder)
    configuration = _configuration(weights.folder)
    kind, made_for = configuration.get("model_type"), configuration.get("architectures") or []
    if MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.get(str(kind)) not in made_for:
        of = f" made for {made_for[0]}" if made_for else ""
        what = f"is a model of the type '{kind}'{of}, and not one that answers in words and that transformers knows."
        raise ConfigError(what, where=str(weights.folder), fix=_INSTRUCT)
    if not any(weights.folder.glob("*.safetensors")):
        raise _unusable(weights.folder, "it has no weights as safetensors, and others are not loaded because they may hold code")
    if not any((weights.folder / name).is_file() for name in _TOKENIZERS):
        raise _unusable(weights.folder, "it has no tokenizer")
    if weights.quantization != "none" and is_quantized_file(weights.folder):
        what = f"is quantized already, so it cannot be loaded as {weights.quantization}."
        raise ConfigError(what, where=str(weights.folder), fix="Set summarization.options.quantization to none.")


def _configuration(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _unusable(folder, "it has no config.json that can be read") from error
    return found


def _require_template(tokenizer: Any, folder: Path) -> None:
    if not tokenizer.is_fast:
        raise _unusable(folder, "its tokenizer is of a kind that transformers runs without the tokenizers library")
    if not tokenizer.chat_template:
        raise ConfigError("has no chat template: it continues text and answers no questions.", where=str(folder), fix=_INSTRUCT)
    if isinstance(tokenizer.chat_template, str):
        require_ending_template(tokenizer.chat_template, _TRIAL, {}, str(folder))


def _dtype(precision: Precision) -> Any:
    import torch

    return getattr(torch, DTYPES[precision])


def _quantized(weights: Weights) -> dict[str, Any]:
    """What the library is told of it: nothing where weights stay as they lie in the folder, since None would undo their own."""
    import transformers

    settings: Any = transformers.BitsAndBytesConfig
    if weights.quantization == "none":
        return {}
    if weights.quantization == "int8":
        return {"quantization_config": settings(load_in_8bit=True)}
    wanted = settings(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=_dtype(weights.precision),
    )
    return {"quantization_config": wanted}


def import_bitsandbytes() -> None:
    """Quietly, and without code of the Hub, which it fetches and runs where it finds AVX512-BF16 and the package `kernels`."""
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # it writes a line for each multiplication in 8 bits
    modules: dict[str, Any] = sys.modules
    there = {"kernels": modules["kernels"]} if "kernels" in modules else {}
    modules["kernels"] = None  # to `import`, what is not installed
    try:
        import bitsandbytes  # noqa: F401
    finally:
        del modules["kernels"]
        modules |= there


def _keep_plain_what_cannot_be_packed(model: Any) -> None:
    """On AVX512-BF16, bitsandbytes packs layers of 4 bits at their first use, and stops where the size of one does not fit.

    A layer that is kept as it was loaded is computed as on all other processors.
    """
    for layer in model.modules():
        if getattr(layer, "support_avx512bf16_for_cpu", False):
            state = layer.weight.quant_state
            rows, columns = state.shape
            layer.support_avx512bf16_for_cpu = rows % _ROWS_PACKED == 0 and columns % state.blocksize == 0


def _adapted(model: Any, folder: Path, device: str) -> Any:
    """The model with the layers of an adapter of PEFT put into it."""
    from peft import PeftConfig, PeftModel

    if not (folder / "adapter_model.safetensors").is_file():
        raise _unusable(folder, "it has no adapter_model.safetensors", "adapter")
    with _explained(folder, "adapter"):
        settings: Any = PeftConfig.from_pretrained(str(folder))
        if settings.is_prompt_learning:
            raise _unusable(
                folder, "it puts tokens before the prompt, and only those that change the weights can be used", "adapter"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # peft 0.21 asks transformers 5 by an old name
            adapted: Any = PeftModel(model, settings, autocast_adapter_dtype=False)
            report = adapted.load_adapter(str(folder), "default", torch_device=device, autocast_adapter_dtype=False)
    if wrong := sorted([*report.missing_keys, *report.unexpected_keys]):
        raise _unusable(folder, f"it does not fit the model: {len(wrong)} of its weights are missing or unknown", "adapter")
    return adapted.get_base_model()


@contextmanager
def _explained(folder: Path, what: str = "model") -> Iterator[None]:
    """Errors of the libraries as ours; want of memory stays as it is, since something can be done about it."""
    from safetensors import SafetensorError

    try:
        yield
    except Exception as error:  # tokenizers raises plain exceptions
        known = isinstance(error, _OF_LIBRARIES) or type(error) in (Exception, SafetensorError)
        if not known or (isinstance(error, RuntimeError) and ran_out_of_memory(error)):
            raise
        raise _unusable(folder, str(error).strip().split("\n", 1)[0] or type(error).__name__, what) from error


def _unusable(folder: Path, why: str, what: str = "model") -> DependencyError:
    fix = "Fetch it again with `minutes models pull`."
    return DependencyError(f"is no {what} that can be loaded: {why}.", where=str(folder), fix=fix)
