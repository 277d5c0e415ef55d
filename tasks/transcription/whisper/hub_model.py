"""A Whisper in the format of transformers: loaded without code from others, and brought into the terms of openai-whisper.

What is shared with the other Whisper engines (segments, word times) speaks of tokens as openai-whisper does; `HubTokenizer` and
`HubDecoder` give it that view of a model and a tokenizer of the Hub.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.errors import ConfigError, DependencyError
from tasks.language.codes import CODE_OF
from tasks.models.step_down import ran_out_of_memory
from tasks.models.strange_files import require_bearable_files
from tasks.models.torch_backend import OFFLINE, SAFE, quiet_transformers
from tasks.transcription.whisper.attention import Watch

if TYPE_CHECKING:
    from torch import Tensor

_MULTILINGUAL_VOCABULARY = 51865
_MAX_INITIAL_TIMESTAMP = 50
"""In steps of 20 ms: the first word begins within a second, as in openai-whisper."""
_TIED = {"proj_out.weight"}
"""Not in the file because it is the same as another."""
_CONTROL = ("<|endoftext|>", "<|startoftranscript|>", "<|startofprev|>", "<|transcribe|>", "<|translate|>", "<|notimestamps|>")
"""What every tokenizer of Whisper knows. The library takes an empty one where there is none."""
_UNWANTED = ("compression_ratio_threshold", "logprob_threshold", "no_speech_threshold", "forced_decoder_ids")
"""Settings of a checkpoint that would make `generate` skip windows, try again on its own, or force a language."""


def load_whisper(folder: Path, dtype: str, device: str) -> tuple[Any, Any, Any]:
    """The model, its tokenizer and its feature extractor. Missing weights are refused, not filled with random numbers."""
    import torch
    from safetensors import SafetensorError

    require_bearable_files(folder)
    _require_whisper(folder)
    library = quiet_transformers()
    try:
        model, report = library.WhisperForConditionalGeneration.from_pretrained(
            folder, dtype=getattr(torch, dtype), attn_implementation="sdpa", **SAFE
        )
        tokenizer = library.WhisperTokenizer.from_pretrained(folder, **OFFLINE)
        extractor = library.WhisperFeatureExtractor.from_pretrained(folder, **OFFLINE)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        if isinstance(error, RuntimeError) and ran_out_of_memory(error):
            raise
        raise _unusable(folder, str(error).strip().split("\n", 1)[0] or type(error).__name__) from error
    if missing := sorted(set(report["missing_keys"]) - _TIED):
        raise _unusable(folder, f"it lacks {len(missing)} weights, among them '{missing[0]}'")
    numbers = {number_of(tokenizer, token) for token in _CONTROL}
    if None in numbers or len(numbers) < len(_CONTROL) or max(filter(None, numbers)) >= model.config.vocab_size:
        raise _unusable(folder, "its tokenizer is missing, or that of another model")
    _complete(model, tokenizer)
    return model.to(device).eval().requires_grad_(False), tokenizer, extractor


def _require_whisper(folder: Path) -> None:
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    except (OSError, ValueError, AttributeError) as error:
        raise _unusable(folder, "it has no config.json that can be read") from error
    if kind != "whisper":
        raise ConfigError(
            f"is a model of the type '{kind}', and this backend runs those of the type 'whisper'.",
            where=str(folder),
            fix="Choose a Whisper model, such as openai/whisper-*, distil-whisper/* or vinai/PhoWhisper-*.",
        )
    if not any(folder.glob("*.safetensors")):
        raise _unusable(folder, "it has no weights as safetensors, and others are not loaded because they may hold code")


def _complete(model: Any, tokenizer: Any) -> None:
    """Give the generation settings what older checkpoints lack, and take away what would act behind our back."""
    settings = model.generation_config
    known = {token: number_of(tokenizer, token) for token in _CONTROL}
    defaults = {
        "is_multilingual": model.config.vocab_size >= _MULTILINGUAL_VOCABULARY,
        "no_timestamps_token_id": known["<|notimestamps|>"],
        "prev_sot_token_id": known["<|startofprev|>"],
        "decoder_start_token_id": known["<|startoftranscript|>"],
        "max_initial_timestamp_index": _MAX_INITIAL_TIMESTAMP,
        "pad_token_id": tokenizer.eos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    for name, value in defaults.items():
        if getattr(settings, name, None) is None:
            setattr(settings, name, value)
    if settings.is_multilingual:
        settings.lang_to_id = getattr(settings, "lang_to_id", None) or language_tokens(tokenizer)
        settings.task_to_id = {"transcribe": known["<|transcribe|>"], "translate": known["<|translate|>"]}
    for name in _UNWANTED:
        setattr(settings, name, None)
    settings.num_beams, settings.do_sample, settings.top_k, settings.max_length = 1, False, 0, model.config.max_target_positions
    settings.language = settings.task = None
    settings.forbidden, settings.suppress_tokens = settings.suppress_tokens or [], None
    settings.forbidden_first, settings.begin_suppress_tokens = settings.begin_suppress_tokens or [], None
    model.config.forced_decoder_ids = None


def language_tokens(tokenizer: Any) -> dict[str, int]:
    """`<|en|>` and the like, with their numbers."""
    numbers = {f"<|{code}|>": number_of(tokenizer, f"<|{code}|>") for code in CODE_OF.values()}
    return {name: number for name, number in numbers.items() if number is not None}


def number_of(tokenizer: Any, token: str) -> int | None:
    """The number of a token, None if the tokenizer does not know it."""
    number = tokenizer.convert_tokens_to_ids(token)
    return None if number == tokenizer.unk_token_id and token != tokenizer.unk_token else number


@dataclass(frozen=True)
class HubTokenizer:
    """The tokenizer of a Hub model for one language, with the names that openai-whisper gives to its parts."""

    tokenizer: Any
    settings: Any
    language: str

    @cached_property
    def sot_sequence(self) -> tuple[int, ...]:
        start = self.settings.decoder_start_token_id
        if not self.settings.is_multilingual:
            return (start,)
        return (start, self.settings.lang_to_id[f"<|{self.language}|>"], self.settings.task_to_id["transcribe"])

    @property
    def no_timestamps(self) -> int:
        return int(self.settings.no_timestamps_token_id)

    @property
    def timestamp_begin(self) -> int:
        return self.no_timestamps + 1

    @property
    def eot(self) -> int:
        return int(self.tokenizer.eos_token_id)

    def decode(self, tokens: Sequence[int]) -> str:
        text: str = self.tokenizer.decode(tokens, clean_up_tokenization_spaces=False)
        return text


class HubDecoder:
    """The decoder for some encoded windows, read as `align` of `alignment.py` does it."""

    def __init__(self, model: Any, encoded: "Tensor") -> None:
        self._model, self._encoded = model, encoded
        self.rows, self.device = list(range(len(encoded))), encoded.device

    def restart(self, length: int) -> None:
        """Nothing is kept between two readings."""

    def read(self, tokens: "Tensor", watch: Watch | None = None) -> "Tensor":
        """The last hidden states for tokens; `watch` is told how each layer's heads ask the sound and what it answers."""
        seen: dict[str, Tensor] = {}
        hooks = []
        for number, layer in enumerate(self._model.model.decoder.layers if watch else ()):
            attention = layer.encoder_attn
            hooks.append(attention.q_proj.register_forward_hook(self._note(seen, "query", attention.num_heads)))
            hooks.append(attention.k_proj.register_forward_hook(self._note(seen, "key", attention.num_heads)))
            hooks.append(attention.register_forward_hook(_tell(watch, number, seen)))
        try:
            out = self._model.model.decoder(input_ids=tokens, encoder_hidden_states=self._encoded, use_cache=False)
        finally:
            for hook in hooks:
                hook.remove()
        hidden: Tensor = out.last_hidden_state
        return hidden

    def logits(self, hidden: "Tensor") -> "Tensor":
        """Scores over the vocabulary for hidden states, in fp32."""
        scores: Tensor = self._model.proj_out(hidden).float()
        return scores

    @staticmethod
    def _note(seen: "dict[str, Tensor]", name: str, heads: int) -> Any:
        def note(_module: Any, _given: Any, made: "Tensor") -> None:
            seen[name] = made.view(*made.shape[:2], heads, -1).transpose(1, 2)

        return note


def _tell(watch: Watch | None, number: int, seen: "Mapping[str, Tensor]") -> Any:
    def tell(*_: Any) -> None:
        assert watch
        watch(number, seen["query"], seen["key"])

    return tell


def _unusable(folder: Path, why: str) -> DependencyError:
    return DependencyError(
        f"is no Whisper that can be loaded: {why}.", where=str(folder), fix="Fetch it again with `minutes models pull`."
    )
