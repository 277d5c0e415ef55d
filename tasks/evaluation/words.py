"""Word and character error rates, as papers on Whisper count them.

Both texts are made alike first, by the normalisers of Whisper's paper (Radford et al. 2022, appendix C): the English one writes
numbers, spellings and contractions one way; that of all other languages takes away case and punctuation. jiwer aligns the rest.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

NORMALISER = "Whisper's English normaliser for English, its basic one for every other language (Radford et al. 2022, appendix C)"


class Count(NamedTuple):
    """Errors, and the words or characters of the reference."""

    errors: int = 0
    words: int = 0

    def __add__(self, other: "Count") -> "Count":  # type: ignore[override]
        return Count(self.errors + other.errors, self.words + other.words)

    @property
    def rate(self) -> float:
        return self.errors / self.words if self.words else float(self.errors > 0)


def words_of(text: str, language: str) -> list[str]:
    """The words as they are compared: no case, no punctuation, numbers and spellings of English made alike."""
    return str(_normalizer("en" if language == "en" else "other")(text)).split()


def word_errors(said: Sequence[str], written: Sequence[str]) -> Count:
    """Word errors of what was written; words over silence are errors too."""
    from jiwer import process_words

    if not said or not written:
        return Count(max(len(said), len(written)), len(said))
    found = process_words(" ".join(said), " ".join(written))
    return Count(found.substitutions + found.deletions + found.insertions, len(said))


def character_errors(said: Sequence[str], written: Sequence[str]) -> Count:
    """Character errors between the same words, the spaces between them counted."""
    from jiwer import process_characters

    true, guess = " ".join(said), " ".join(written)
    if not true or not guess:
        return Count(max(len(true), len(guess)), len(true))
    found = process_characters(true, guess)
    return Count(found.substitutions + found.deletions + found.insertions, len(true))


def errors_by_speaker(said: Sequence[tuple[str, Sequence[str]]], written: Sequence[str]) -> dict[str, Count]:
    """Word errors of each speaker; a word too many is one of who spoke before it.

    Args:
        said: who speaks, and the words, one turn after the other.
    """
    from jiwer import process_words

    names = [name for name, words in said for _ in words]
    found = {name: Count(0, names.count(name)) for name in names}
    if not names or not written:
        return {name: Count(count.words, count.words) for name, count in found.items()}
    for chunk in process_words(" ".join(word for _, words in said for word in words), " ".join(written)).alignments[0]:
        if chunk.type == "insert":
            found[names[max(0, chunk.ref_start_idx - 1)]] += Count(chunk.hyp_end_idx - chunk.hyp_start_idx)
        elif chunk.type != "equal":
            for place in range(chunk.ref_start_idx, chunk.ref_end_idx):
                found[names[place]] += Count(1)
    return found


@cache
def _normalizer(kind: str) -> Any:
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

    return EnglishTextNormalizer() if kind == "en" else BasicTextNormalizer()
