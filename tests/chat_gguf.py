"""The small random instruct model of `chat_weights_random` as a GGUF file: the same weights and tokens, other arithmetic."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from tests.chat_weights_random import CHATML, MARKS, SPECIAL, random_chat

_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4
_LAYER = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_OTHER = {"model.embed_tokens": "token_embd", "model.norm": "output_norm"}


def random_gguf(path: Path, template: str | None = CHATML, **values: Any) -> tuple[Path, Path]:
    """The file, and the folder of the same model for transformers. `values` are set in the head, or left out where None."""
    folder = random_chat(path.parent / "folder", "qwen3")
    write_gguf(path, head_of(folder) | {"tokenizer.chat_template": template} | values, _tensors(folder))
    return path, folder


def head_of(folder: Path) -> dict[str, Any]:
    """What the head of the file says of a qwen3 model."""
    config = json.loads((folder / "config.json").read_text())
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokens = tokenizer["model"]["vocab"] | {added["content"]: added["id"] for added in tokenizer["added_tokens"]}
    texts = sorted(tokens, key=tokens.get)
    texts += [f"[PAD{number}]" for number in range(len(texts), config["vocab_size"])]
    kinds = [_CONTROL if text in SPECIAL or "[PAD" in text else _USER_DEFINED if text in MARKS else _NORMAL for text in texts]
    return {
        "general.architecture": "qwen3",
        "qwen3.context_length": config["max_position_embeddings"],
        "qwen3.embedding_length": config["hidden_size"],
        "qwen3.feed_forward_length": config["intermediate_size"],
        "qwen3.block_count": config["num_hidden_layers"],
        "qwen3.attention.head_count": config["num_attention_heads"],
        "qwen3.attention.head_count_kv": config["num_key_value_heads"],
        "qwen3.attention.key_length": config["head_dim"],
        "qwen3.attention.value_length": config["head_dim"],
        "qwen3.attention.layer_norm_rms_epsilon": float(config["rms_norm_eps"]),
        "qwen3.rope.freq_base": 10000.0,
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "gpt-2",
        "tokenizer.ggml.tokens": texts,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": [" ".join(pair) for pair in tokenizer["model"]["merges"]],
        "tokenizer.ggml.eos_token_id": texts.index("<|im_end|>"),
        "tokenizer.ggml.add_bos_token": False,
    }


def _tensors(folder: Path) -> dict[str, np.ndarray]:
    return {_named(name): array for name, array in load_file(folder / "model.safetensors").items() if name != "lm_head.weight"}


def _named(name: str) -> str:
    stem = name.removesuffix(".weight")
    if stem in _OTHER:
        return f"{_OTHER[stem]}.weight"
    _, _, number, part = stem.split(".", 3)
    return f"blk.{number}.{_LAYER[part]}.weight"


def write_gguf(path: Path, head: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    """A file of version 3 with tensors in 32 bits."""
    head = {name: value for name, value in head.items() if value is not None}
    start = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(head))
    start += b"".join(_text(name) + _typed(value) for name, value in head.items())
    offset = 0
    for name, array in tensors.items():
        shape = array.shape[::-1]
        start += _text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, offset)
        offset += -(-array.nbytes // 32) * 32
    data = [_padded(array.astype("<f4").tobytes()) for array in tensors.values()]
    path.write_bytes(_padded(start) + b"".join(data))


def _typed(value: Any) -> bytes:
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + _text(value)
    if isinstance(value[0], int):
        return struct.pack("<IIQ", 9, 5, len(value)) + struct.pack(f"<{len(value)}i", *value)
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 32)
