"""Whisper checkpoints of the true format with random weights: they babble, but through every piece of the real architecture.

What they say depends on the sound, mixes text with timestamps and ends sooner or later; `tokens` makes every window say exactly
that many, in every engine, so that engines can be compared in speed.
"""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

TINY = {"n_audio_state": 64, "n_audio_head": 2, "n_audio_layer": 1, "n_text_state": 64, "n_text_head": 2, "n_text_layer": 2}
BASE = {"n_audio_state": 512, "n_audio_head": 8, "n_audio_layer": 6, "n_text_state": 512, "n_text_head": 8, "n_text_layer": 6}
_FRAME = {"n_mels": 80, "n_audio_ctx": 1500, "n_vocab": 51865, "n_text_ctx": 448}
_LOGIT_STD = 4.0
_EOT = {51864: 50256, 51865: 50257, 51866: 50257}
_TIMESTAMPS = 1501
"""They are the last of every vocabulary."""


def random_checkpoint(path: Path, seed: int = 0, tokens: int | None = None, **dims: int) -> Path:
    """Save a checkpoint as `whisper.load_model` reads it, by default a tiny multilingual one of 7 MB.

    Args:
        tokens: each window says that many and stops; the first is a timestamp, the others are text.
        dims: fields of `whisper.model.ModelDimensions`, e.g. `**BASE` or `n_vocab=51864` for an English-only one.
    """
    shape = ModelDimensions(**{**_FRAME, **TINY, **dims})
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = Whisper(shape)
        for name, parameter in model.named_parameters():
            _fill(name, parameter.data)
    if tokens is None:
        _end_some_day(model)
    else:
        _end_after(model, tokens)
    state = {name: value.half() for name, value in model.state_dict().items()}
    torch.save({"dims": vars(shape), "model_state_dict": state}, path)
    return path


def _fill(name: str, values: Tensor) -> None:
    if name.endswith("token_embedding.weight"):
        values.normal_(0, _LOGIT_STD / values.shape[1] ** 0.5)
    elif name.endswith("positional_embedding"):
        values.normal_(0, 0.5)
    elif values.ndim >= 2:
        gain = 2.5 if "query" in name or "key" in name else 1.5
        values.normal_(0, gain / values[0].numel() ** 0.5)
    elif "ln" in name and name.endswith("weight"):
        values.fill_(1)
    else:
        values.normal_(0, 0.1)


def _end_some_day(model: Any) -> None:
    """The end of the text grows more likely with every position; when it comes depends on the rest."""
    decoder = model.decoder
    embedding, positions = decoder.token_embedding.weight.data, decoder.positional_embedding.data
    end = _EOT[len(embedding)]
    embedding[end] = 0
    embedding[end, 1] = _LOGIT_STD * 2
    positions[:, 1] = torch.linspace(0, 60, len(positions)).clamp(max=7)


def _end_after(model: Any, tokens: int) -> None:
    """Channel 0 is always there and forbids the end and timestamps; channel 1 appears after so many tokens and overrules it."""
    decoder = model.decoder
    embedding, positions = decoder.token_embedding.weight.data, decoder.positional_embedding.data
    end, start_tokens = _EOT[len(embedding)], 3 if len(embedding) > 51864 else 1
    decoder.ln.bias.data[:2] = torch.tensor([4.0, 0.0])
    embedding[:, :2] = 0
    embedding[-_TIMESTAMPS:, 0] = -8
    embedding[end] = 0
    embedding[end, :2] = torch.tensor([-1000.0, 1000.0])
    positions[:, :2] = 0
    positions[start_tokens - 1 + tokens :, 1] = 3000
