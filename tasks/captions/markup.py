"""The words of a cue out of its markup: which voice speaks which line, tags gone, entities resolved.

Only tags that WebVTT, SubRip and their players know are tags; `a < b` and `<name>` are words.
"""

import html
import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

from tasks.clean_text import clean

_ATTRIBUTES = r"""(?:\s+[\w-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s<>"']+))*"""
_TAG = re.compile(
    r"(</?(?:b|i|u|s|c|ruby|rt|em|strong)(?:\.[^\s<>]*)?\s*/?>"
    rf"|</?(?:font|span|p|div|br){_ATTRIBUTES}\s*/?>"
    r"|<lang(?:\.[^\s<>]*)?(?:\s+[\w-]+)?>|</lang>"
    r"|<v(?:\.[^\s<>]*)?(?:\s[^<>]{0,100})?>|</v>"
    r"|<\d[\d:.]*>"
    r"|\{\\[^{}\s]*\})",
    re.IGNORECASE,
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+(?P<name>[^<>]*))?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_AROUND_VOICE = "\"'“” "
_MOST_ESCAPES = 3
_ONLY_DASHES = re.compile(r"[-\u2010-\u2015\u2212\s]+")
_BRACKETS = re.compile(r"[\[(]([^\[\]()]*)[\])]")
"""Google Meet parts the speakers of a cue so."""


class Line(NamedTuple):
    """One line of a cue, or the part of it that one voice speaks."""

    speaker: str | None
    text: str


def spoken_lines(raw: str) -> list[Line]:
    """The lines of a cue that say something, cut where the voice changes."""
    lines = list(_lines(raw))
    return [line for line in lines if len(lines) == 1 or not _ONLY_DASHES.fullmatch(line.text)]


def _lines(raw: str) -> Iterator[Line]:
    voice: str | None = None
    said: list[str] = []
    for piece in (*_TAG.split(_BREAK.sub("\n", raw)), "</v>"):
        name = _VOICE.fullmatch(piece)
        if name or piece.lower() == "</v>":
            rows = (plain(row) for row in "".join(said).split("\n"))
            yield from (Line(voice, text) for text in rows if text)
            voice, said = (_voice_name(name["name"] or "") if name else None), []
        elif not _TAG.fullmatch(piece):
            said.append(piece)


def _voice_name(text: str) -> str | None:
    """`Tom` of `"Tom"` and of `[Tom]`."""
    name = plain(text).strip(_AROUND_VOICE)
    bare = _BRACKETS.fullmatch(name)
    return (bare[1].strip() if bare else name) or None


def plain(text: str) -> str:
    """Text on one line, with `&lt;` as `<` however often it was escaped, and clean: an entity can stand for any character."""
    for _ in range(_MOST_ESCAPES):
        text = _ENTITY.sub(_resolved, text)
    return " ".join(clean(text).split())


def _resolved(entity: re.Match[str]) -> str:
    """The character; an entity that nobody knows stays, and so does a word that only begins like one."""
    name = entity[0][1:]
    return html.unescape(entity[0]) if name in html5 or name.startswith("#") else entity[0]
