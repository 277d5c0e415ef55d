"""What the head of a GGUF file says of its model, read without any library and without its weights.

    GGUF | version | tensors | pairs | pairs of (name, type, value) ...      little-endian, strings with their length before them

Files come from strangers, so every length is held against the file's own.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_STRING, _ARRAY = 8, 9
_MOST_PAIRS = 10_000
"""Real files have some thirty."""
_USER_DEFINED = 4
"""The type of a token that is no control token for llama.cpp, though it may be a mark such as `<think>`."""


class GgufError(ValueError):
    """What is wrong with a file, as the end of a sentence that begins with `it`."""


@dataclass(frozen=True)
class GgufHead:
    """The named values of a file."""

    values: dict[str, Any] = field(repr=False)

    @property
    def architecture(self) -> str:
        """E.g. `qwen2`."""
        return str(self.values.get("general.architecture", ""))

    @property
    def chat_template(self) -> str:
        """Empty if there is none."""
        return str(self.values.get("tokenizer.chat_template", ""))

    @property
    def longest(self) -> int | None:
        """Tokens that the model was made for."""
        tokens = self.values.get(f"{self.architecture}.context_length")
        return tokens if isinstance(tokens, int) and tokens > 0 else None

    @property
    def embeds(self) -> bool:
        """Whether the model turns text into numbers instead of answering."""
        causal, pooling = (self.values.get(f"{self.architecture}.{name}") for name in ("attention.causal", "pooling_type"))
        return causal is False or bool(pooling)

    @property
    def added_tokens(self) -> dict[int, str]:
        """Tokens that were put beside those of the vocabulary."""
        texts, kinds = (self.values.get(f"tokenizer.ggml.{name}") or [] for name in ("tokens", "token_type"))
        return {number: text for number, (text, kind) in enumerate(zip(texts, kinds, strict=False)) if kind == _USER_DEFINED}


def read_head(path: Path) -> GgufHead:
    """The head of a file.

    Raises:
        GgufError: it is none, or it is cut short or altered.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _Reader(file, path.stat().st_size).head()


class _Reader:
    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size

    def head(self) -> GgufHead:
        if self._bytes(min(4, self._left)) != _MAGIC:
            raise GgufError("is no GGUF file" if self._left else "is empty")
        if (version := self._number("<I")) not in _VERSIONS:
            raise GgufError(f"is of version {version} of GGUF, which is not read here")
        self._number("<Q")
        if (pairs := self._number("<Q")) > _MOST_PAIRS:
            raise GgufError("is cut short or altered")
        return GgufHead(dict(self._pairs(pairs)))

    def _pairs(self, count: int) -> Iterable[tuple[str, Any]]:
        for _ in range(count):
            name = self._string()
            yield name, self._value(self._number("<I"))

    def _value(self, kind: int) -> Any:
        if kind == _ARRAY:
            return self._array(self._number("<I"), self._number("<Q"))
        return self._string() if kind == _STRING else self._number(_format(kind))

    def _array(self, kind: int, count: int) -> list[Any]:
        if kind == _STRING:
            if count * 8 > self._left:
                raise GgufError("is cut short or altered")
            return [self._string() for _ in range(count)]
        form = _format(kind)
        return [value for (value,) in struct.iter_unpack(form, self._bytes(count * struct.calcsize(form)))]

    def _string(self) -> str:
        return self._bytes(self._number("<Q")).decode(errors="replace")

    def _number(self, form: str) -> Any:
        (value,) = struct.unpack(form, self._bytes(struct.calcsize(form)))
        return value

    def _bytes(self, count: int) -> bytes:
        if count > self._left:
            raise GgufError("is cut short or altered")
        self._left -= count
        read = self._file.read(count)
        if len(read) < count:
            raise GgufError("is cut short or altered")
        return read


def _format(kind: int) -> str:
    if kind not in _NUMBERS:
        raise GgufError("is cut short or altered")
    return _NUMBERS[kind]
