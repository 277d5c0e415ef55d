"""Whisper's tokens as pieces of text, the same for every tokenizer: ` Good`, ` morning`, `,`.

A token may hold half a character, and a text may end there: `split_to_word_tokens` of openai-whisper and of faster-whisper stops
with an IndexError or loses tokens then, so it is not used.
"""

import string
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED

_HALF = "\ufffd"
_LONGEST_CHARACTER = 4
"""In bytes, and so in tokens."""


class Tokenizer(Protocol):
    """What the tokenizers of the three libraries have in common; tokens from `eot` on have a meaning of their own."""

    @property
    def eot(self) -> int: ...

    def decode(self, tokens: Any, /) -> str: ...


def split_to_pieces(tokenizer: Tokenizer, tokens: Sequence[int], language: str) -> tuple[list[str], list[list[int]]]:
    """Words with the space before them, and their tokens; characters where there are no spaces. Punctuation stands apart.

    No token is lost, and the pieces joined are the text.
    """
    unspaced = base_language(language) in UNSPACED
    pieces: list[str] = []
    parts: list[list[int]] = []
    for text, part in _whole_characters(tokenizer, tokens):
        if not pieces or unspaced or text.startswith(" ") or part[0] >= tokenizer.eot or _is_punctuation(text):
            pieces.append(text)
            parts.append(part)
        else:
            pieces[-1] += text
            parts[-1] += part
    return pieces, parts


def _whole_characters(tokenizer: Tokenizer, tokens: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """The fewest tokens at a time that read alone as they do in the text."""
    part: list[int] = []
    for place, token in enumerate(tokens, start=1):
        part.append(token)
        text, following = tokenizer.decode(part), _following(tokenizer, tokens, place)
        if _HALF not in text or tokenizer.decode([*part, *following]) == text + tokenizer.decode(following):
            yield text, part
            part = []


def _following(tokenizer: Tokenizer, tokens: Sequence[int], place: int) -> list[int]:
    """The tokens from a place on that may still belong to a character begun before it."""
    following = list(tokens[place : place + _LONGEST_CHARACTER - 1])
    special = (number for number, token in enumerate(following) if token >= tokenizer.eot)
    return following[: next(special, None)]


def _is_punctuation(text: str) -> bool:
    """Also where there is nothing but space, as in the libraries."""
    return all(letter in string.punctuation or unicodedata.category(letter)[0] == "P" for letter in text.strip())
