"""Which files of a folder are taken for recordings. What a file really is, its content says later."""

import re
from collections.abc import Iterable
from pathlib import Path

MEDIA_SUFFIXES = frozenset(
    ".3gp .aac .ac3 .aif .aiff .amr .avi .caf .flac .m2ts .m4a .m4b .m4v .mka .mkv .mov .mp2 .mp3 .mp4 .mpeg .mpg .mts .oga"
    " .ogg .opus .ts .w64 .wav .webm .wma .wmv".split()
)
TS_PACKET = 188
CAPTION_SUFFIXES = (".vtt", ".srt")
"""The first one wins where a meeting has both: it can hold more than the other."""
SUFFIXES = MEDIA_SUFFIXES | frozenset(CAPTION_SUFFIXES)
_CAPTION_MARK = re.compile(r"\.(?:transcript|captions?|subtitles?|cc|[a-z]{2,3}(?:-[a-z0-9]{2,8})*)$")
"""`talk.transcript.vtt` of Zoom, `talk.en.srt` of players and downloads."""
_PICTURE_MARK = re.compile(r"_\d{3,4}x\d{3,4}$")
"""`GMT20260302-101500_Recording_1920x1080.mp4` of Zoom."""


def is_other_ts(name: str, head: bytes) -> bool:
    """True for a program text or a translation called `.ts`, by its first bytes; video has a `G` in front of every packet."""
    return (
        name.lower().endswith(".ts") and bool(head) and (head[:1] != b"G" or head[TS_PACKET : TS_PACKET + 1] not in (b"", b"G"))
    )


def choose_recordings(files: Iterable[Path]) -> list[Path]:
    """Those of one folder's media and caption files that are taken, sorted by name.

    Captions are taken only if the recording that they belong to is not there: Zoom and Teams export both.
    """
    files = sorted(files)
    media = [path for path in files if path.suffix.lower() in MEDIA_SUFFIXES]
    return sorted([*media, *_captions_alone(files, media)])


def _captions_alone(files: Iterable[Path], media: Iterable[Path]) -> list[Path]:
    """Captions without their recording, one file of those that differ only in the suffix."""
    stems = [path.stem.casefold() for path in media]
    taken = {*stems, *(_PICTURE_MARK.sub("", stem) for stem in stems)}
    captions = [path for path in files if path.suffix.lower() in CAPTION_SUFFIXES]
    alone: dict[str, Path] = {}
    for path in sorted(captions, key=lambda path: CAPTION_SUFFIXES.index(path.suffix.lower())):
        stem = path.stem.casefold()
        if stem not in taken and _CAPTION_MARK.sub("", stem) not in taken:
            alone.setdefault(stem, path)
    return list(alone.values())
