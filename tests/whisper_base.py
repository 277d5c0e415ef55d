"""Whisper base for all three local engines: the weights that `make install` fetched for CTranslate2, in the two other formats.

decoder/layer_0/self_attention/linear_0/weight (1536, 512)   # there: queries, keys and values in one matrix
decoder.blocks.0.attn.query.weight (512, 512)                # here, and no bias of the keys, which is zero there
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from tasks.errors import DependencyError
from tasks.models.checkpoint import to_hugging_face
from tasks.models.ctranslate import find_folder, need_of
from tasks.models.ctranslate_file import read_weights

_HEAD_WIDTH = 64
_OF_A_LAYER = {
    "self_attention/layer_norm": "attn_ln",
    "self_attention/linear_0": "attn.query attn.key attn.value",
    "self_attention/linear_1": "attn.out",
    "attention/layer_norm": "cross_attn_ln",
    "attention/linear_0": "cross_attn.query",
    "attention/linear_1": "cross_attn.key cross_attn.value",
    "attention/linear_2": "cross_attn.out",
    "ffn/layer_norm": "mlp_ln",
    "ffn/linear_0": "mlp.0",
    "ffn/linear_1": "mlp.2",
}
_OTHERS = {
    "encoder/conv1": "encoder.conv1",
    "encoder/conv2": "encoder.conv2",
    "encoder/layer_norm": "encoder.ln_post",
    "decoder/layer_norm": "decoder.ln",
    "decoder/embeddings": "decoder.token_embedding",
}


def installed_folder() -> Path | None:
    """The CTranslate2 folder of Whisper base on this machine."""
    try:
        return find_folder(need_of("base", None))
    except DependencyError:
        return None


def openai_checkpoint(folder: Path, path: Path) -> Path:
    """Write a CTranslate2 folder (float16 or float32) as a checkpoint that openai-whisper reads, with the same numbers."""
    weights = {
        ours: part.contiguous()
        for name, given in read_weights(folder / "model.bin").items()
        for ours, part in _renamed(name, given)
    }
    torch.save({"dims": _dims(weights), "model_state_dict": weights}, path)
    return path


def hugging_face_folder(checkpoint: Path, folder: Path) -> Path:
    """Write a checkpoint of openai-whisper as a folder for transformers."""
    to_hugging_face(checkpoint, folder)
    return folder


def _renamed(name: str, given: Tensor) -> Iterator[tuple[str, Tensor]]:
    side, layer, *rest = name.split("/")
    part, what = name.rsplit("/", 1)
    what = {"gamma": "weight", "beta": "bias"}.get(what, what)
    if what == "encodings":
        yield f"{side}.positional_embedding", given
    elif part in _OTHERS:
        yield f"{_OTHERS[part]}.{what}", given
    elif (names := _OF_A_LAYER.get("/".join(rest[:-1]))) and layer.startswith("layer_"):
        for ours, own in zip(names.split(), given.chunk(len(names.split())), strict=True):
            if not (ours.endswith(".key") and what == "bias"):
                yield f"{side}.blocks.{layer.removeprefix('layer_')}.{ours}.{what}", own


def _dims(weights: dict[str, Tensor]) -> dict[str, int]:
    vocabulary, width = weights["decoder.token_embedding.weight"].shape
    dims = {"n_mels": weights["encoder.conv1.weight"].shape[1], "n_vocab": vocabulary}
    for side, name in (("audio", "encoder"), ("text", "decoder")):
        layers = {key.split(".")[2] for key in weights if key.startswith(f"{name}.blocks.")}
        context = len(weights[f"{name}.positional_embedding"])
        dims |= {f"n_{side}_ctx": context, f"n_{side}_layer": len(layers)}
        dims |= {f"n_{side}_state": width, f"n_{side}_head": width // _HEAD_WIDTH}
    return dims
