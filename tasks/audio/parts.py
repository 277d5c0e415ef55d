"""Which files are parts of one meeting, by their names or by a sidecar.

Input: the recordings of one folder. Output: the meetings that came in several files, and for files that look like parts but
are not joined the reason. Only sidecars are read.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tasks.audio.formats import MEDIA_SUFFIXES
from tasks.audio.sidecar import find_sidecar, read_sidecar
from tasks.files import displayable
from tasks.source_file import sha256_of_source

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<stem>.+)(?<![^\W\d_])(?:part|phần|phan)[-_. ]?(?P<number>\d{1,3})(?: ?of ?(?P<total>\d{1,3}))?\)?",
        r"(?P<stem>.+[-_. (])(?P<number>\d{1,3}) ?of ?(?P<total>\d{1,3})\)?",
        r"(?P<stem>zoom\d{4}(?:_lr)?[-_])(?P<number>\d{2,4})(?P<total>)",
    )
)
"""`talk_part1`, `talk (part 2 of 3)`, `họp phần 1`; `talk (1 of 3)`; `ZOOM0004_01` of Zoom's recorders. A bare number at the end
may as well count meetings, or tracks that were recorded at the same time, so it joins nothing."""
_SEPARATORS = " -_.("


class Mark(NamedTuple):
    """What a name says about a part."""

    series: tuple[str, ...]
    """Equal for the parts of one meeting."""
    number: int
    total: int | None


class Series(NamedTuple):
    """The meetings of a folder that came in several files."""

    meetings: tuple[tuple[Path, ...], ...]
    apart: dict[Path, str]
    """File that looks like a part -> why it is not joined with others."""


def find_meetings(recordings: Iterable[Path]) -> Series:
    """The meetings among the recordings of one folder. What a sidecar says goes before what names say."""
    media = [path for path in recordings if path.suffix.lower() in MEDIA_SUFFIXES]
    named = _named_by_sidecars(media)
    taken = {*named.apart, *(path for meeting in named.meetings for path in meeting)}
    found = _named_alike(path for path in media if path not in taken)
    return Series((*named.meetings, *found.meetings), named.apart | found.apart)


def part_mark(name: str) -> Mark | None:
    """What a file name says about a part; None if it says nothing."""
    match, suffix = _match(name)
    if match is None:
        return None
    total, text = match["total"] or "", match.string
    series = (text[: match.start("number")].casefold(), total, text[match.end("number") :].casefold(), suffix.casefold())
    return Mark(series, int(match["number"]), int(total) if total else None)


def unmarked(name: str) -> str:
    """The name of a part without its suffix and without what makes it a part."""
    match, _ = _match(name)
    return match["stem"].rstrip(_SEPARATORS) if match else name.rpartition(".")[0]


def joined_sha256(hashes: Iterable[str]) -> str:
    """The hash of a meeting in several files: of their hashes in order, as text, one after the other."""
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def sha256_of_meeting(files: Sequence[Path]) -> str:
    """The hash of a recording, or of a meeting in several files, by reading them."""
    hashes = [sha256_of_source(path) for path in files]
    return joined_sha256(hashes) if len(hashes) > 1 else hashes[0]


def _match(name: str) -> tuple[re.Match[str] | None, str]:
    """The pattern that a name follows, and its suffix."""
    stem, _, suffix = _composed(name).rpartition(".")
    return next(filter(None, (pattern.fullmatch(stem) for pattern in _PATTERNS)), None), suffix


def _named_alike(media: Iterable[Path]) -> Series:
    groups: defaultdict[tuple[str, ...], list[tuple[Mark, Path]]] = defaultdict(list)
    for path in media:
        if mark := part_mark(path.name):
            groups[mark.series].append((mark, path))
    meetings: list[tuple[Path, ...]] = []
    apart: dict[Path, str] = {}
    for group in groups.values():
        parts = [path for _, path in sorted(group, key=lambda pair: (pair[0].number, pair[1].name))]
        if reason := _flaw([mark for mark, _ in group]):
            apart |= dict.fromkeys(parts, reason)
        elif len(parts) > 1:
            meetings.append(tuple(parts))
    return Series(tuple(meetings), apart)


def _flaw(marks: Sequence[Mark]) -> str | None:
    """Why these parts are no whole series, or None."""
    numbers, total = sorted(mark.number for mark in marks), marks[0].total
    if double := sorted({number for number in numbers if numbers.count(number) > 1}):
        return f"there is more than one part {double[0]}"
    if strange := [number for number in numbers if not 1 <= number <= (total or number)]:
        return f"there is no part {strange[0]} of {total}" if total else f"parts are counted from 1, not from {strange[0]}"
    if missing := sorted(set(range(1, (total or numbers[-1]) + 1)) - set(numbers)):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return f"part {missing[0]}{more} {'are' if more else 'is'} missing"
    return None


def _named_by_sidecars(media: Sequence[Path]) -> Series:
    by_name = {_composed(path.name): path for path in media}
    lists = {path: names for path in media if (names := _listed(path, by_name))}
    claims = [name for names in lists.values() for name in names]
    meetings: list[tuple[Path, ...]] = []
    apart: dict[Path, str] = {}
    for path, names in lists.items():
        if reason := _wrong_list(path, names, by_name, claims):
            apart |= {by_name[name]: reason for name in names if name in by_name} | {path: reason}
        else:
            meetings.append(tuple(by_name[name] for name in names))
    return Series(tuple(meetings), apart)


def _listed(path: Path, by_name: dict[str, Path]) -> list[str]:
    """The parts that the sidecar of a recording names, unless it is shared with the recording that it names first."""
    names = [_composed(name) for name in read_sidecar(path)[0].parts]
    first = by_name.get(names[0]) if names else None
    return [] if first not in (None, path) and find_sidecar(first) == find_sidecar(path) else names


def _composed(name: str) -> str:
    """The name in one form, since some systems take letters and their accents apart."""
    return unicodedata.normalize("NFC", name)


def _wrong_list(path: Path, names: Sequence[str], by_name: dict[str, Path], claims: Sequence[str]) -> str | None:
    """Why a sidecar's list of parts cannot be used, or None."""
    whose = f"the sidecar of '{displayable(path.name)}'"
    if by_name.get(names[0]) != path or len(names) < 2:
        return f"{whose} must name that recording first, and at least one other"
    if missing := [name for name in names if name not in by_name]:
        return f"{whose} names '{missing[0]}', which is no recording in the same folder"
    if double := [name for name in names if claims.count(name) > 1]:
        return f"'{double[0]}' is named as a part more than once"
    return None
