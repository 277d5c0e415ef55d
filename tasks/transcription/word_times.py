"""Words and their times, where an engine gives only a text, or times that cannot be."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED
from tasks.schema import Word


def split_words(text: str, language: str) -> list[str]:
    """The words of a text; in languages without spaces its characters, each with the marks and punctuation after it."""
    if base_language(language) not in UNSPACED:
        return text.split()
    return [piece for chunk in text.split() for piece in _characters(chunk)]


def spread(pieces: Sequence[str], start_s: float, end_s: float, confidence: float | None = None) -> list[Word]:
    """Words over a stretch of time, each as long as its letters are many."""
    total = sum(map(len, pieces))
    if not total:
        return []
    edges = [start_s + (end_s - start_s) * done / total for done in accumulate(map(len, pieces), initial=0)]
    return [
        Word(text=piece, start_s=start, end_s=max(start, end), confidence=confidence)
        for piece, (start, end) in zip(pieces, pairwise(edges), strict=True)
    ]


def settle(words: Iterable[Word], duration_s: float) -> tuple[Word, ...]:
    """The same words inside the window, none before the one that it follows."""
    return tuple(_settled(words, duration_s))


def _settled(words: Iterable[Word], duration_s: float) -> Iterator[Word]:
    reached = 0.0
    for word in words:
        reached = min(duration_s, max(reached, word.start_s))
        yield word.model_copy(update={"start_s": reached, "end_s": min(duration_s, max(reached, word.end_s))})


def _characters(chunk: str) -> list[str]:
    pieces: list[str] = []
    for character in chunk:
        if pieces and _belongs_to(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _belongs_to(piece: str, character: str) -> bool:
    """Marks and punctuation belong to what they follow; letters and digits of the Western world to their like."""
    if unicodedata.category(character)[0] in "MP":
        return True
    return character.isascii() and piece.isascii() and piece[-1].isalnum()
