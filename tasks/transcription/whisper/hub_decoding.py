"""From sound to tokens with a Whisper of transformers, one call of its decoder for each window.

    model.generate(encoder_outputs=..., language=["vi"], task="transcribe", force_unique_generate_call=True, ...)
    # [[50258, 50278, 50360, 50365, 2425, 13, 50430, 50257]]: <|startoftranscript|><|vi|><|transcribe|><|0.00|> Hello.<|1.30|>

Without `force_unique_generate_call` the library decodes what is left of a window again after the last timestamp that it heard:
text for the silence with which a window is filled up, and sentences twice.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.transcription.recognizer import likeliest_of
from tasks.transcription.whisper.hub_model import HubDecoder, HubTokenizer, number_of

if TYPE_CHECKING:
    from torch import Tensor

_NO_SPEECH = ("<|nospeech|>", "<|nocaptions|>")
"""The token for silence; older tokenizers have the older name."""

_READ_BESIDES = 2
"""Tokens that are read with the text when its words are looked up in the sound."""


class Opened(NamedTuple):
    """A loaded model and what belongs to it."""

    model: Any
    tokenizer: Any
    extractor: Any

    @property
    def settings(self) -> Any:
        """How the model generates, and which tokens have a meaning of their own."""
        return self.model.generation_config

    @property
    def longest_prompt(self) -> int:
        """In tokens: half of what the decoder can read, as in openai-whisper."""
        return int(self.model.config.max_target_positions) // 2 - 1


@dataclass(frozen=True)
class Manner:
    """How windows are decoded."""

    prompt: Sequence[int]
    temperature: float
    timestamps: bool


def encode(opened: Opened, windows: Sequence[Samples]) -> "Tensor":
    """What the encoder makes of the windows, filled up to 30 s with silence."""
    sounds = [window.astype(np.float32) / 32768 for window in windows]
    features = opened.extractor(sounds, sampling_rate=SAMPLE_RATE, return_tensors="pt").input_features
    encoded: Tensor = opened.model.get_encoder()(features.to(opened.model.device, opened.model.dtype)).last_hidden_state
    return encoded


def first_scores(opened: Opened, encoded: "Tensor") -> "Tensor":
    """The scores of what might come first, which tell the language and whether there is speech; shape (windows, vocabulary)."""
    import torch

    decoder = HubDecoder(opened.model, encoded)
    start = torch.full((len(encoded), 1), opened.settings.decoder_start_token_id, device=encoded.device)
    return decoder.logits(decoder.read(start)[:, -1])


def language_beliefs(opened: Opened, scores: "Tensor") -> list[dict[str, float]]:
    """How probable each language is in each window."""
    tokens = opened.settings.lang_to_id
    shares = scores[:, list(tokens.values())].softmax(-1).tolist()
    return [{name[2:-2]: share for name, share in zip(tokens, row, strict=True)} for row in shares]


def likeliest(opened: Opened, scores: "Tensor", known: Sequence[str]) -> list[str]:
    """The language of each window, as Whisper names it: one of those known, if there are any."""
    if not opened.settings.is_multilingual:
        return ["en"] * len(scores)
    return [likeliest_of(beliefs, known) for beliefs in language_beliefs(opened, scores)]


def is_finite(scores: "Tensor") -> list[bool]:
    """Whether the numbers of each window are numbers: half precision can overflow."""
    found: list[bool] = scores.isfinite().all(-1).tolist()
    return found


def no_speech(opened: Opened, scores: "Tensor") -> list[float | None]:
    """The model's belief that nobody speaks; None if it knows no token for that."""
    numbers = (number_of(opened.tokenizer, name) for name in _NO_SPEECH)
    token = next((number for number in numbers if number is not None), None)
    if token is None:
        return [None] * len(scores)
    return [round(min(1.0, share), 6) for share in scores.softmax(-1)[:, token].tolist()]


def prompt_tokens(opened: Opened, prompt: str | None) -> list[int]:
    """A prompt as text, whatever it looks like: no part of it is taken for a control token."""
    if not prompt or not prompt.strip():
        return []
    tokens: list[int] = opened.tokenizer(f" {prompt.strip()}", add_special_tokens=False, split_special_tokens=True).input_ids
    return [token for token in tokens if token < opened.tokenizer.eos_token_id]


def generate(opened: Opened, encoded: "Tensor", codes: Sequence[str], manner: Manner, seeds: Sequence[int]) -> list[list[int]]:
    """The tokens of each window up to its end. With chance, each window has its own, so that it does not depend on the others."""
    import torch

    if not manner.temperature:
        return _generate(opened, encoded, codes, manner)
    said = []
    for row, seed in enumerate(seeds):
        with torch.random.fork_rng(devices=[encoded.device] if encoded.is_cuda else []):
            torch.manual_seed(seed)
            said += _generate(opened, encoded[row : row + 1], codes[row : row + 1], manner)
    return said


def _generate(opened: Opened, encoded: "Tensor", codes: Sequence[str], manner: Manner) -> list[list[int]]:
    import torch
    from transformers.modeling_outputs import BaseModelOutput

    model, settings = opened.model, opened.settings
    prompt = [settings.prev_sot_token_id, *manner.prompt[-opened.longest_prompt :]] if manner.prompt else []
    start = len(prompt) + (3 if settings.is_multilingual else 1) + (not manner.timestamps)
    with _forbidding(opened):
        sequences = model.generate(
            encoder_outputs=BaseModelOutput(last_hidden_state=encoded),
            language=list(codes) if settings.is_multilingual else None,
            task="transcribe" if settings.is_multilingual else None,
            prompt_ids=torch.tensor(prompt, device=encoded.device) if prompt else None,
            temperature=manner.temperature,
            return_timestamps=manner.timestamps,
            condition_on_prev_tokens=False,
            force_unique_generate_call=True,
            max_new_tokens=model.config.max_target_positions - start - _READ_BESIDES,
        )
    end = opened.tokenizer.eos_token_id
    said = [row[start:].tolist() for row in sequences]
    return [tokens[: tokens.index(end)] if end in tokens else tokens for tokens in said]


@contextmanager
def _forbidding(opened: Opened) -> Iterator[None]:
    """Suppressed tokens get no score. The library itself looks all of them up again at every token, which is slow."""
    import torch

    always = torch.zeros(opened.model.config.vocab_size, device=opened.model.device, dtype=opened.model.dtype)
    always[opened.settings.forbidden] = -torch.inf
    first = always.clone()
    first[opened.settings.forbidden_first] = -torch.inf
    masks = chain([first], repeat(always))
    hook = opened.model.proj_out.register_forward_hook(lambda _module, _given, scores: scores + next(masks))
    try:
        yield
    finally:
        hook.remove()


def beliefs(decoder: HubDecoder, said: Sequence[list[int]], tokenizers: Sequence[HubTokenizer]) -> list[list[float]]:
    """How probable each token of each window is after those before it."""
    import torch

    read = [[*tokenizer.sot_sequence, *tokens] for tokens, tokenizer in zip(said, tokenizers, strict=True)]
    longest = max(map(len, read))
    padded = [tokens + [tokenizer.eot] * (longest - len(tokens)) for tokens, tokenizer in zip(read, tokenizers, strict=True)]
    hidden = decoder.read(torch.tensor(padded, device=decoder.device))
    found = []
    for row, (tokens, tokenizer) in enumerate(zip(said, tokenizers, strict=True)):
        start = len(tokenizer.sot_sequence)
        shares = decoder.logits(hidden[row, start - 1 : start - 1 + len(tokens)]).softmax(-1)
        chosen = torch.tensor(tokens, device=decoder.device, dtype=torch.long)[:, None]
        found.append(shares.gather(1, chosen)[:, 0].tolist())
    return found
