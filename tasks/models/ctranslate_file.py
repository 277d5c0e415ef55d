"""The weights in a `model.bin` of CTranslate2, for what is computed elsewhere than there.

read_weights(path, "encoder/")["encoder/layer_0/ffn/linear_0/weight"].shape   # (2048, 512)

The file is what `ctranslate2.specs.ModelSpec` writes, in its version 6: names, shapes and numbers, and names that mean the same
numbers. The library can open such a file but not show what is in it.
"""

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tasks.errors import DependencyError

if TYPE_CHECKING:
    from torch import Tensor

_VERSION = 6
_DTYPES = ("float32", "int8", "int16", "int32", "float16", "bfloat16")
"""By the number that stands for them in the file."""
_SCALE = "_scale"
"""Behind the name of a weight in whole numbers: its rows were multiplied by these and rounded."""


def read_weights(path: Path, prefix: str = "") -> "dict[str, Tensor]":
    """The weights whose name begins so, on the CPU; whole numbers with a scale become float32. Raises `DependencyError`."""
    import numpy as np

    try:
        mapped = np.memmap(path, mode="c")  # not "r": torch warns of memory that cannot be written to
        return _read(memoryview(cast(Any, mapped)), prefix)
    except (struct.error, ValueError, LookupError, RuntimeError) as error:
        what = f"is no file of CTranslate2 whose weights can be read: {error}."
        raise DependencyError(what, where=str(path), fix="Set compute_type: int8, which leaves all to the library.") from error


def _read(content: memoryview, prefix: str) -> "dict[str, Tensor]":
    import torch

    place = 0

    def number(form: str) -> int:
        nonlocal place
        place += struct.calcsize(form)
        found: int = struct.unpack_from(form, content, place - struct.calcsize(form))[0]
        return found

    def text() -> str:
        nonlocal place
        size = number("<H")
        place += size
        return bytes(content[place - size : place]).rstrip(b"\0").decode()

    if (version := number("<I")) != _VERSION:
        raise ValueError(f"its version is {version}, and {_VERSION} is known")
    text(), number("<I")
    weights: dict[str, Tensor] = {}
    for _ in range(number("<I")):
        name = text()
        shape = [number("<I") for _ in range(number("<B"))]
        dtype, size = getattr(torch, _DTYPES[number("<B")]), number("<I")
        weights[name] = torch.frombuffer(content[place : place + size], dtype=dtype).reshape(shape)  # no copy
        place += size
    for _ in range(number("<I")):
        alias, meant = text(), text()
        weights[alias] = weights[meant]
    return {name: _unscaled(name, weights) for name in weights if name.startswith(prefix) and not name.endswith(_SCALE)}


def _unscaled(name: str, weights: "dict[str, Tensor]") -> "Tensor":
    if (scale := weights.get(name + _SCALE)) is None:
        return weights[name]
    return weights[name].float() / scale.reshape(-1, *[1] * (weights[name].ndim - 1))
