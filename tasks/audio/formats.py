"""Which files of a folder are taken for recordings. What a file really is, its content says later."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

MEDIA_SUFFIXES = frozenset(
    ".3gp .aac .ac3 .aif .aiff .amr .avi .caf .flac .m2ts .m4a .m4b .m4v .mka .mkv .mov .mp2 .mp3 .mp4 .mpeg .mpg .mts .oga"
    " .ogg .opus .ts .w64 .wav .webm .wma .wmv".split()
)
TS_PACKET = 188
CAPTION_SUFFIXES = (".vtt", ".srt", ".sbv")
"""The first one wins where a meeting has several: it can hold more than the others."""
SUFFIXES = MEDIA_SUFFIXES | frozenset(CAPTION_SUFFIXES)
_TRANSCRIPT_MARK = re.compile(r"[._ -]transcript$")
"""`talk.transcript.vtt` of Zoom: with names, which its `talk.cc.vtt` of the same meeting lacks."""
_CAPTION_MARK = re.compile(r"[._ -](?:captions?|subtitles?|cc)$")
_LANGUAGE_MARK = re.compile(r"\.[a-z]{2,3}(?:-[a-z0-9]{2,8})*$")
"""`talk.en.srt` of players and downloads."""
_PICTURE_MARK = re.compile(r"_\d{3,4}x\d{3,4}$")
"""`GMT20260302-101500_Recording_1920x1080.mp4` of Zoom."""


def is_other_ts(name: str, head: bytes) -> bool:
    """True for a program text or a translation called `.ts`, by its first bytes; video has a `G` in front of every packet."""
    return (
        name.lower().endswith(".ts") and bool(head) and (head[:1] != b"G" or head[TS_PACKET : TS_PACKET + 1] not in (b"", b"G"))
    )


def choose_recordings(files: Iterable[Path]) -> list[Path]:
    """Those of one folder's media and caption files that are taken, sorted by name."""
    files = sorted(files)
    beside = captions_beside(files)
    return [path for path in files if path.suffix.lower() in SUFFIXES and path not in beside]


def captions_beside(files: Iterable[Path]) -> dict[Path, Path]:
    """Caption file that is not taken -> the file of the same meeting that is.

    Captions are taken only if the recording that they belong to is not there: Zoom and Teams export both. Of a transcript and
    captions of one meeting the transcript is taken, of files that differ only in the suffix the one that can hold more.
    """
    files = sorted(files)
    media: dict[str, Path] = {}
    for path in (path for path in files if path.suffix.lower() in MEDIA_SUFFIXES):
        stem = _stem(path)
        for name in (stem, _PICTURE_MARK.sub("", stem)):
            media.setdefault(unicodedata.normalize("NFC", name), path)
    beside: dict[Path, Path] = {}
    first: dict[str, Path] = {}
    for path in sorted((path for path in files if path.suffix.lower() in CAPTION_SUFFIXES), key=_rank):
        names = (unicodedata.normalize("NFC", name) for name in (_stem(path), _meeting(path), _meeting(path, any_language=True)))
        taken = next((media[name] for name in names if name in media), None) or first.get(_meeting(path))
        if taken:
            beside[path] = taken
        first.setdefault(_meeting(path), path)
    return beside


def named_twice(paths: Iterable[Path]) -> dict[Path, Path]:
    """File that somebody named -> the named file that has more of the same meeting, as `talk.transcript.vtt` of `talk.cc.vtt`.

    Files that differ only in the suffix are left as they are: whoever names them means both.
    """
    folders: defaultdict[Path, list[Path]] = defaultdict(list)
    for path in paths:
        folders[path.parent].append(path)
    beside = [pair for files in folders.values() for pair in captions_beside(files).items()]
    return {path: taken for path, taken in beside if _stem(path) != _stem(taken)}


def _stem(path: Path) -> str:
    return path.stem.casefold()


def _meeting(path: Path, *, any_language: bool = False) -> str:
    """The name of a caption file without what says which captions they are."""
    stem = _unmarked(_stem(path))
    return _unmarked(_LANGUAGE_MARK.sub("", stem)) if any_language else stem


def _unmarked(stem: str) -> str:
    return _CAPTION_MARK.sub("", _TRANSCRIPT_MARK.sub("", stem))


def _rank(path: Path) -> tuple[int, int]:
    """The smaller, the more a caption file can be expected to hold."""
    kind = 0 if _TRANSCRIPT_MARK.search(_stem(path)) else 2 if _CAPTION_MARK.search(_stem(path)) else 1
    return kind, CAPTION_SUFFIXES.index(path.suffix.lower())
