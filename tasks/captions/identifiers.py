"""The line before the times of a cue: its number, its identifier, the name of who speaks, or words of the cue before.

Only the whole file can tell: a number counts on from the one before, a name comes again, words do neither.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from tasks.captions.names import can_be_name, is_full_name, is_phone
from tasks.captions.times import Times
from tasks.meeting.labels import is_nameless

_NUMBER = re.compile(r"\s*\d{1,9}\s*")
_TOKEN = re.compile(r"\s*(?=\S*\d)\S+\s*")
_QUOTED = re.compile(r"""\s*\d*\s*["“](?P<name>[^"“”]+)["”]\s*(?:\(\d+\))?\s*""")
_AROUND_NAME = re.compile(r"^\s*(?:\d+\s*[-.:)]?\s+)?[\[(<]?|[\])>]?\s*(?:\(\d+\)|[-_#]\d+)?\s*$")

_LONGEST_NAME = 100


class Role(Enum):
    """What the line before the times is."""

    NUMBER = "number"
    TOKEN = "token"  # noqa: S105 - no secret: an identifier without a space, such as Teams' GUIDs
    NAME = "name"
    OTHER = "other"
    WORDS = "words"


class Before(NamedTuple):
    """The line before the times of a cue."""

    row: int
    role: Role
    name: str | None = None


class _Candidate(NamedTuple):
    times_row: int
    row: int
    text: str
    glued: bool
    """Words or times stand directly above, so that it may belong to them."""
    apart: bool
    """An empty line parts it from the times."""


def lines_before_times(rows: Sequence[str], times: Mapping[int, Times]) -> dict[int, Before]:
    """Row of times -> the line before them, for the rows of a file (without its head and its comments)."""
    candidates = [candidate for row in sorted(times) if (candidate := _candidate(rows, times, row))]
    direct = [candidate for candidate in candidates if not candidate.apart]
    names = _names(direct, times)
    numbered = _is_convention([each for each in direct if _role(each.text) is Role.NUMBER], times)
    free_tokens = [each for each in direct if _role(each.text) is Role.TOKEN and not each.glued]
    shapes = {_shape(each.text) for each in free_tokens} if _is_convention(free_tokens, times) else set()
    others = {each.row for each in direct if not each.glued and _is_other(each, names)}
    many_others = len(others) > 1 and 2 * len(others) > len(times)
    found: dict[int, Before] = {}
    number: int | None = None
    for candidate in candidates:
        role, name = _role(candidate.text), names.get(candidate.row)
        if role is Role.NUMBER and _counts_on(candidate, number, numbered=numbered):
            number = int(candidate.text)
            found[candidate.times_row] = Before(candidate.row, role)
        elif candidate.apart:
            continue
        elif name:
            found[candidate.times_row] = Before(candidate.row, Role.NAME, name)
        elif role is Role.TOKEN and _shape(candidate.text) in shapes:
            found[candidate.times_row] = Before(candidate.row, role)
        elif many_others and candidate.row in others:
            found[candidate.times_row] = Before(candidate.row, Role.OTHER)
    return found


def _candidate(rows: Sequence[str], times: Mapping[int, Times], times_row: int) -> _Candidate | None:
    row = times_row - 1
    while row >= 0 and not rows[row].strip():
        row -= 1
    if row < 0 or row in times:
        return None
    glued = row > 0 and bool(rows[row - 1].strip())
    apart = row < times_row - 1
    return None if apart and glued else _Candidate(times_row, row, rows[row], glued, apart)


def _role(text: str) -> Role:
    if _NUMBER.fullmatch(text):
        return Role.NUMBER
    return Role.TOKEN if _TOKEN.fullmatch(text) else Role.WORDS


def _is_convention(candidates: Sequence[_Candidate], times: Mapping[int, Times]) -> bool:
    """Whether half of the cues have such a line before their times, or the first one has, and everything is glued to it."""
    return bool(candidates) and (2 * len(candidates) >= len(times) or candidates[0].row < min(times))


def _shape(identifier: str) -> str:
    """What identifiers of one file share: the signs between letters and digits, else the letters."""
    return re.sub(r"[\w\s]", "", identifier) or re.sub(r"\d+", "0", identifier.strip())


def _counts_on(candidate: _Candidate, number: int | None, *, numbered: bool) -> bool:
    value = int(candidate.text)
    if numbered and not candidate.apart and not candidate.glued:
        return True
    return value == number + 1 if number is not None else value <= 1 and (numbered or candidate.apart)


def _is_other(candidate: _Candidate, names: Mapping[int, str]) -> bool:
    return candidate.row not in names and _role(candidate.text) is Role.WORDS


def _names(candidates: Sequence[_Candidate], times: Mapping[int, Times]) -> dict[int, str]:
    """Row -> name, if the file names speakers there: in quotation marks, or by names of which some come again or are full.

    Every file that does so begins with a name.
    """
    quoted = {found.row: match["name"].strip() for found in candidates if (match := _QUOTED.fullmatch(found.text))}
    if quoted:
        return quoted
    bare = {found.row: name for found in candidates if (name := _bare_name(found.text))}
    counted, full = Counter(bare.values()), {name for name in bare.values() if is_full_name(name)}
    again = any(number > 1 for number in counted.values()) and (len(counted) > 1 or full)
    begins = bool(bare) and min(bare) < min(times)
    free = {found.row for found in candidates if not found.glued}
    only_names = all(bare.get(found.row) in full for found in candidates if not found.glued)
    if not begins or not (again or len(full) > 1) or (2 * len(bare) < len(times) and not (only_names and len(full) > 1)):
        return {}
    return {row: name for row, name in bare.items() if row in free or name in full or counted[name] > 1}


def _bare_name(text: str) -> str | None:
    """`Dana Fox` of `1 - Dana Fox (3041)`; None for what nobody is called."""
    if len(text) > _LONGEST_NAME:
        return None
    if is_nameless(" ".join(text.split())) and any(letter.isalpha() for letter in text):
        return " ".join(text.split())
    name = " ".join(_AROUND_NAME.sub("", text).split())
    capital = name[:1].isalpha() and not name[:1].islower()
    return name if is_phone(name) or (capital and ":" not in name and can_be_name(name)) else None
