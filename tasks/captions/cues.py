"""WebVTT and SubRip to cues, parsed by webvtt-py.

    >>> webvtt.from_string("WEBVTT\\n\\n00:01.000 --> 00:02.500\\n<v Tom>Hi <c.red>all</c></v>")[0].raw_text
    '<v Tom>Hi <c.red>all</c></v>'

The library knows blocks, times and settings; which voice speaks which words is read from the tags here, because a cue
can have several voices and the library names only the first.
"""

import html
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

import webvtt
from webvtt.errors import MalformedFileError

from tasks.captions.cleaning import clean
from tasks.captions.source import Kind, TextSource

_VTT_TAG = re.compile(r"(<[^<>]*>)")
_SRT_TAG = re.compile(r"(</?(?:b|i|u|s|c|v|font|span|br)\b[^<>]*>|\{\\[^{}]*\})", re.IGNORECASE)
"""In SubRip only known tags are tags: `a < b` and `<name>` are text there."""
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+(?P<name>[^<>]*))?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});")
_TIMED_TEXT = re.compile(r"^[ \t]*\d[\d:.,]*[ \t]*-->[^\n]*\n(?:[ \t]+\n)*[ \t]*\S", re.MULTILINE)
_CUT_END = re.compile(r"\n[ \t]*\n(?:(?!.*-->)[^\n]*\n)?\d[\d:.,]*[ \t]*(?:-|--|-->[ \t]*[\d:]*(?:[.,]\d{0,2})?)?\Z")
_END = 200
"""A number or unfinished times in the last characters, with nothing after them."""
_UNNUMBERED = re.compile(r"^(?=[ \t]*\d+:\d{1,2}:\d{1,2}[,.]\d+[ \t]*-->)", re.MULTILINE)
_LANGUAGE = re.compile(r"Language:\s*(?P<code>[A-Za-z]{2,3})\b", re.IGNORECASE)
_LONGEST_NAME = 100


class Line(NamedTuple):
    """One line of a cue, or the part of it that one voice speaks."""

    speaker: str | None
    text: str


class Cue(NamedTuple):
    """What is shown from one moment to another."""

    start_ms: int
    end_ms: int
    lines: tuple[Line, ...]


class Captions(NamedTuple):
    """All cues that show something, in order of time; what the file says of its language; how many could not be read."""

    cues: tuple[Cue, ...]
    language: str | None
    unreadable: int


def parse_captions(source: TextSource) -> Captions:
    """The cues of a caption file. Cues with broken times are counted, and the others kept."""
    text = re.sub(r"\r\n?", "\n", source.text).strip()
    cut = _CUT_END.search(text, max(0, len(text) - _END))
    whole = text[: cut.start()] if cut else text
    parsed = webvtt.from_string(whole) if source.kind is Kind.WEBVTT else _parse_srt(whole)
    tag = _VTT_TAG if source.kind is Kind.WEBVTT else _SRT_TAG
    cues = [_cue(caption, tag) for caption in parsed.captions]
    spoken = sorted((cue for cue in cues if cue.lines), key=lambda cue: cue.start_ms)
    shown = sum(bool(caption.raw_text.strip()) for caption in parsed.captions)
    missing = max(0, len(_TIMED_TEXT.findall(whole)) - shown) + bool(cut)
    language = _LANGUAGE.search("\n".join(parsed.metadata))
    return Captions(tuple(spoken), language and language["code"].lower(), missing)


def _parse_srt(text: str) -> webvtt.WebVTT:
    numbered = _UNNUMBERED.sub("0\n", text) if _UNNUMBERED.match(text) else text
    plain = "\n".join(line.rstrip() for line in numbered.split("\n"))
    try:
        return webvtt.from_buffer(io.StringIO(plain), "srt")
    except MalformedFileError:
        return webvtt.WebVTT()


def _cue(caption: webvtt.Caption, tag: re.Pattern[str]) -> Cue:
    start_ms, end_ms = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
    return Cue(start_ms, max(start_ms, end_ms), tuple(_spoken_lines(caption.raw_text, tag)))


def _spoken_lines(raw: str, tag: re.Pattern[str]) -> Iterator[Line]:
    """The lines of a cue, cut where the voice changes; tags gone, entities resolved."""
    voice: str | None = None
    said: list[str] = []
    for piece in (*tag.split(raw), "</v>"):
        name = _VOICE.fullmatch(piece)
        if name or piece.lower() == "</v>":
            yield from (Line(voice, text) for row in "".join(said).split("\n") if (text := _plain(row)))
            voice, said = (_plain(name["name"] or "")[:_LONGEST_NAME] or None if name else None), []
        elif not tag.fullmatch(piece):
            said.append(piece)


def _plain(text: str) -> str:
    """Text on one line, with `&lt;` as `<`, and clean: after the entities, which can stand for any character."""
    return " ".join(clean(_ENTITY.sub(lambda match: html.unescape(match[0]), text)).split())
