"""Speech in the form that tables of words know: small letters, digits for number words, single spaces."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_ACCENT = r"[\u0300-\u036f]"
_PIECE = rf"\s+|\w+(?!{_ACCENT})|\w{_ACCENT}+|."
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
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in re.finditer(rf"(?P<number>{number})|{_PIECE}", said, re.IGNORECASE | re.DOTALL):
        piece = digits(match[0].lower()) if match["number"] else _plain(match[0])
        parts.append(piece)
        if not match["number"] and len(piece) == len(match[0]):
            starts += range(match.start(), match.end())
            ends += range(match.start() + 1, match.end() + 1)
        else:
            starts += [match.start()] * len(piece)
            ends += [match.end()] * len(piece)
    return Plain("".join(parts), said, tuple(starts), tuple(ends))


def _plain(piece: str) -> str:
    if piece.isspace():
        return " "
    return unicodedata.normalize("NFC", piece).lower().translate(_QUOTES)
