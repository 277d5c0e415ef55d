"""What a document is made of, whatever file it becomes: headings, paragraphs, lists, tables, and the lines that were spoken."""

import re
import unicodedata
from dataclasses import dataclass, replace

from tasks.clean_text import visible

_NO_CHARACTERS = {*range(0xFDD0, 0xFDF0), *(plane << 16 | low for plane in range(17) for low in (0xFFFE, 0xFFFF))}
"""Codes that are nothing in Unicode, and not allowed in XML."""
_RIGHT_TO_LEFT = ("R", "AL")
_FROM_RIGHT, _FROM_LEFT = "\u200f", "\u200e"
"""Marks of the reading direction, which are not seen (UAX 9)."""
_SPACE = re.compile(r"[^\S\u00a0]+")


@dataclass(frozen=True)
class Phrase:
    """Words in one style, on one line, without anything hidden in them."""

    text: str
    strong: bool = False
    quiet: bool = False
    told: bool = False
    """Said or named by people: it has a reading direction of its own."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _one_line(self.text))

    @property
    def right_to_left(self) -> bool:
        """Whether it is read from the right, as its first letter says (UAX 9, P2)."""
        kinds = map(unicodedata.bidirectional, self.text)
        return next((kind for kind in kinds if kind in ("L", *_RIGHT_TO_LEFT)), "L") in _RIGHT_TO_LEFT

    @property
    def shown(self) -> str:
        """The words in the midst of others: from the right they keep their signs at their ends, what follows its place."""
        turned = self.told and self.right_to_left
        return f"{_FROM_RIGHT}{self.text}{_FROM_RIGHT}{_FROM_LEFT}" if turned else self.text


Line = tuple[Phrase, ...]


@dataclass(frozen=True)
class Heading:
    """The title of the document (level 0), of a section or of a part of it."""

    line: Line
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Words that stand by themselves; `proof` is what was said, below what it proves."""

    line: Line
    proof: bool = False


@dataclass(frozen=True)
class ItemList:
    """A list; below each of its lines the lines that prove it."""

    items: tuple[tuple[Line, ...], ...]
    numbered: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with its heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...]
    """Of the columns, as parts of a hundred."""


@dataclass(frozen=True)
class SpokenLine:
    """What somebody says in a row; `speaker` is empty where nobody knows who."""

    at: str
    speaker: str
    words: Line

    @property
    def named(self) -> Line:
        """The speaker before the words."""
        return line(said(self.speaker, strong=True), ": ") if self.speaker else ()


Block = Heading | Paragraph | ItemList | Grid | SpokenLine


@dataclass(frozen=True)
class Document:
    """The minutes of one meeting, in reading order."""

    title: str
    language: str
    blocks: tuple[Block, ...]


def said(text: str, *, strong: bool = False, quiet: bool = False) -> Phrase:
    """What people said, wrote or are called."""
    return Phrase(text, strong=strong, quiet=quiet, told=True)


def quoted(text: str, *, quiet: bool = False) -> Line:
    """The same in quotation marks."""
    return Phrase('"', quiet=quiet), said(text, quiet=quiet), Phrase('"', quiet=quiet)


def line(*parts: str | Phrase | Line) -> Line:
    """The parts behind each other; texts are our own words."""
    phrases: list[Phrase] = []
    for part in parts:
        phrases += [Phrase(part)] if isinstance(part, str) else [part] if isinstance(part, Phrase) else part
    return tuple(phrase for phrase in phrases if phrase.text)


def quiet(parts: Line) -> Line:
    """The same words, less noticed."""
    return tuple(replace(part, quiet=True) for part in parts)


def _one_line(text: str) -> str:
    """The text on one line, without what a file of text or XML cannot hold."""
    if text.isascii() and text.isprintable():
        return text
    return _SPACE.sub(" ", "".join(letter for letter in visible(text) if ord(letter) not in _NO_CHARACTERS))
