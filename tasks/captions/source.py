"""Files that hold words instead of sound: which they are, by their content, and their text.

Input: a path. Output: the kind of text, then the text itself. Fails with a permanent `AudioError` when the file is too
large or in an encoding that cannot be told for certain.
"""

import codecs
import hashlib
import re
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from tasks.errors import AudioError
from tasks.files import displayable
from tasks.schema import Recording
from tasks.source_file import open_source

TEXT = "text"
"""The codec of a recording that already holds the words."""

_HEAD_BYTES = 4096
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXT_SUFFIXES = frozenset(".vtt .srt .sbv .json .txt .md .csv .log .html .xml .yaml .yml .ass .ttml".split())
_MB = 1 << 20


class Kind(StrEnum):
    """What a text source can be."""

    WEBVTT = "webvtt"
    SUBRIP = "subrip"
    SBV = "sbv"
    TRANSCRIPT = "transcript"


class TextSource(NamedTuple):
    """A text source that was read: its text, and the hash of the bytes that it was read from."""

    kind: Kind
    text: str
    sha256: str


_STARTS = {
    Kind.WEBVTT: re.compile(rb"\s*WEBVTT(?=\s|\Z)", re.IGNORECASE),
    Kind.TRANSCRIPT: re.compile(rb"\s*\{"),
}
_CLOCK = rb"[-\d][\d:]*:\d{1,2}:\d{1,2}"
_TIMES = {
    Kind.SUBRIP: re.compile(
        rb"^[ \t]*" + _CLOCK + rb"(?:[,.:]\d+)?[ \t]*(?:-+>|=+>|-+[ \t]?&gt;|\xe2[\x80-\x9f]..?>?)", re.MULTILINE
    ),
    Kind.SBV: re.compile(rb"^[ \t]*" + _CLOCK + rb"\.\d+,[ \t]*" + _CLOCK + rb"\.\d+[ \t]*$", re.MULTILINE),
}
"""Lines of times, of which captions without a head have one near their beginning."""
_LARGEST_MB = {Kind.WEBVTT: 20, Kind.SUBRIP: 20, Kind.SBV: 20, Kind.TRANSCRIPT: 100}


def is_text(recording: Recording) -> bool:
    """Whether the source already holds the words, so that there is nothing to hear."""
    return recording.codec == TEXT


def text_kind(path: Path) -> Kind | None:
    """What kind of text source a file is, judged by its first bytes; None for everything else.

    A transcript of ours is one only by its name too: what it says of itself is believed.
    """
    head = re.sub(rb"\r+\n|\r", b"\n", _head(path))
    begun = next((kind for kind, start in _STARTS.items() if start.match(head)), None)
    if begun and (begun is not Kind.TRANSCRIPT or path.suffix.lower() == ".json"):
        return begun
    timed = (kind for kind, times in _TIMES.items() if b"\0" not in head and times.search(head))
    return next(timed, None)


def read_source(path: Path, kind: Kind) -> TextSource:
    """The whole text of a source."""
    where, largest = displayable(str(path)), _LARGEST_MB[kind]
    with open_source(path) as file:
        data = file.read(largest * _MB + 1)
    if len(data) > largest * _MB:
        raise AudioError(f"is larger than {largest} MB, too large for text.", where=where, fix="Cut it into parts.")
    try:
        return TextSource(kind, _decoded(data), hashlib.sha256(data).hexdigest())
    except UnicodeError as error:
        what = "is neither UTF-8 nor UTF-16 with a byte order mark."
        raise AudioError(what, where=where, fix="Open it in a text editor and save it as UTF-8.") from error


def refuse_other_text(path: Path) -> None:
    """Raise for a file that is text by its name and by its content, but nothing that minutes can be made of."""
    if path.suffix.lower() not in _TEXT_SUFFIXES or not _reads_as_text(_head(path)):
        return
    raise AudioError(
        "is text, but neither captions (WebVTT, SubRip) nor a transcript.json.",
        where=displayable(str(path)),
        fix="Name the recording itself, or export its captions as .vtt or .srt.",
    )


def _head(path: Path) -> bytes:
    """The first bytes without a byte order mark; those of UTF-16 as ASCII, which is all that tells the kinds apart."""
    with open_source(path) as file:
        head = file.read(_HEAD_BYTES)
    while bom := next((bom for bom in _BOMS if head.startswith(bom)), b""):
        head = head.removeprefix(bom)
    return head.replace(b"\0", b"") if _is_wide(head) else head


def _is_wide(data: bytes) -> bool:
    return data[:2].count(0) == 1


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16").lstrip("\ufeff")
    if _is_wide(data):
        raise UnicodeError("UTF-16 without a byte order mark")
    return data.decode("utf-8").lstrip("\ufeff")


def _reads_as_text(head: bytes) -> bool:
    try:
        return "\0" not in codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
