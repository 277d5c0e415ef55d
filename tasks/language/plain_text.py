"""Speech in the form that tables of words know: small letters, digits for number words, one space; each letter knows its place."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_PIECE = r"\s+|\w[\u0300-\u036f]+|."
_QUOTES = str.maketrans("’‘`", "'''")


@dataclass(frozen=True)
class Plain:
    """A text made plain, and where each of its letters stood."""

    text: str
    said: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> str:
        """The words as they were said, for a stretch of the plain text that is not empty."""
        return self.said[self.starts[start] : self.ends[end - 1]]


def make_plain(said: str, number: str, digits: Callable[[str], str]) -> Plain:
    """The plain form of a text.

    Args:
        number: pattern of the number words of the language.
        digits: what stands for one of them, given in small letters.
    """
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in re.finditer(rf"(?P<number>{number})|{_PIECE}", said, re.IGNORECASE | re.DOTALL):
        piece = digits(match[0].lower()) if match["number"] else _plain_letter(match[0])
        letters.append(piece)
        starts += [match.start()] * len(piece)
        ends += [match.end()] * len(piece)
    return Plain("".join(letters), said, tuple(starts), tuple(ends))


def _plain_letter(piece: str) -> str:
    if piece.isspace():
        return " "
    small = unicodedata.normalize("NFC", piece).lower().translate(_QUOTES)
    return small if len(small) == 1 else piece
