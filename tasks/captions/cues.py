"""Caption files to cues, line by line: WebVTT, SubRip and YouTube's SBV, as the standards write them and as people get them.

Every line of a file is one of these: structure (head, comment, style, times, number, identifier), words of a cue, or unread.
Words after an empty line belong to the cue before them; words after times that cannot be read belong to nobody and are unread.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tasks.captions.identifiers import Before, Role, lines_before_times
from tasks.captions.markup import Line, spoken_lines
from tasks.captions.source import Kind, TextSource
from tasks.captions.times import Times, is_broken_times, read_times

_HEAD = re.compile(r"\ufeff*WEBVTT(?:[ \t].*)?", re.IGNORECASE)
_HEAD_LINE = re.compile(r"(?:Kind|Language|Region|X-[A-Z-]+|NOTE)\s*[:= ].*", re.IGNORECASE)
_COMMENT = re.compile(r"NOTE(?:[ \t].*)?")
_STYLE = re.compile(r"(?:STYLE|REGION)[ \t]*")
_GOES_ON = {_HEAD: _HEAD_LINE, _COMMENT: re.compile(".*"), _STYLE: re.compile(r".*[{}].*|[\w-]+\s*:.*;|[a-z]+:\S+|\W*")}
"""What the next line of a head, a comment and a style looks like."""
_LANGUAGE = re.compile(r"(?:NOTE\s+)?Language:\s*(?P<code>[A-Za-z]{2,3})\b", re.IGNORECASE)
_CUT_END = re.compile(r"\n[ \t]*\n(?:(?!.*-->)[^\n]*\n)?\d[\d:.,]*[ \t]*(?:-|--|-->[ \t]*[\d:]*(?:[.,]\d{0,2})?)?\s*\Z")
_LONGEST_CUE = 20_000
"""Characters; twenty minutes of speech. What goes beyond is read by nobody, and said to be unread. Chosen by hand."""
_END = 200
"""A number or unfinished times in the last characters, with nothing after them."""


class UnreadLine(NamedTuple):
    """A line, counted from 1, that is in no cue."""

    number: int
    text: str


class Cue(NamedTuple):
    """What is shown from one moment to another, and the name before its times, if the file names speakers there."""

    start_ms: int
    end_ms: int
    lines: tuple[Line, ...]
    named: str | None = None


class Captions(NamedTuple):
    """All cues that show something, in order of time; what the file says of its language; the lines that were not read.

    The lines of a comment below its first are kept apart: where an empty line and times are lost, they are somebody's words.
    """

    cues: tuple[Cue, ...]
    language: str | None
    unread: tuple[UnreadLine, ...]
    comments: tuple[UnreadLine, ...] = ()


class _Shown(NamedTuple):
    times: Times
    before: Before | None
    rows: list[str]


def parse_captions(source: TextSource) -> Captions:
    """The cues of a caption file, and every line that is in none of them."""
    text = re.sub(r"\r+\n|\r", "\n", source.text)
    rows = text.split("\n")
    times = _times(rows)
    structure = _structure(rows, times) if source.kind is Kind.WEBVTT else {}
    language = next((match["code"].lower() for row in sorted(structure) if (match := _LANGUAGE.match(rows[row]))), None)
    body = ["" if row in structure else line for row, line in enumerate(rows)]
    shown, unread = _read(body, times, _cut_end(text))
    cues = [_cue(item) for item in shown]
    unread += [item.before.row for item, cue in zip(shown, cues, strict=True) if item.before and not _is_heard(cue)]
    ordered = sorted((cue for cue in cues if cue.lines), key=lambda cue: cue.start_ms)
    within = (cue._replace(start_ms=max(0, cue.start_ms), end_ms=max(0, cue.start_ms, cue.end_ms)) for cue in ordered)
    comments = [row for row, is_comment in structure.items() if is_comment]
    return Captions(tuple(within), language, _lines(rows, sorted(unread)), _lines(rows, comments))


def _lines(rows: Sequence[str], wanted: Sequence[int]) -> tuple[UnreadLine, ...]:
    return tuple(UnreadLine(row + 1, rows[row].strip()) for row in wanted)


def _times(rows: Sequence[str]) -> dict[int, Times]:
    """Row -> times. Where most cues are timed to the millisecond, `10:30 --> 11:00` is said by somebody."""
    found = {row: times for row, line in enumerate(rows) if (times := read_times(line))}
    exact = sum(times.exact for times in found.values())
    return {row: times for row, times in found.items() if times.exact or 2 * exact < len(found)}


def _structure(rows: Sequence[str], times: Mapping[int, Times]) -> dict[int, bool]:
    """The rows of heads, comments, styles and regions of WebVTT; True for those that stand in a comment below its first line.

    An empty line or times end them, and so does in a head and a style what is none of it. The line above times may be their
    identifier, and is nothing of this.
    """
    found: dict[int, bool] = {}
    block: re.Pattern[str] | None = None
    after_gap = True
    for row, raw in enumerate(rows):
        line = raw.strip()
        starts = next((kind for kind in (_HEAD, _COMMENT, _STYLE) if kind.fullmatch(line)), None)
        if not line or row in times or is_broken_times(line, inside=False):
            block = None
        elif starts and (after_gap or block) and not (starts is _STYLE and any(before < row for before in times)):
            block = starts
            found[row] = False
        elif block and row + 1 not in times and _GOES_ON[block].fullmatch(line):
            found[row] = block is _COMMENT
        else:
            block = None
        after_gap = not line
    return found


def _cut_end(text: str) -> int | None:
    """The row from which on an unfinished cue stands at the end of a file that was cut off."""
    cut = _CUT_END.search(text, max(0, len(text.rstrip()) - _END))
    return text[: cut.start()].count("\n") + 2 if cut else None


def _read(rows: Sequence[str], times: Mapping[int, Times], cut_from: int | None) -> tuple[list[_Shown], list[int]]:
    """What is shown, and the rows that nobody can place."""
    before = lines_before_times(rows, times)
    roles = {found.row: found for found in before.values()}
    number = 0
    shown: list[_Shown] = []
    unread: list[int] = []
    readable, room = False, 0
    for row, line in enumerate(rows):
        inside = row > 0 and bool(rows[row - 1].strip()) and row - 1 not in roles and readable
        if cut_from is not None and row >= cut_from:
            unread.extend([row] if line.strip() else [])
        elif row in times:
            shown.append(_Shown(times[row], before.get(row), [times[row].rest]))
            readable, room = True, _LONGEST_CUE
        elif row in roles:
            unread.extend([row] if roles[row].role is Role.OTHER else [])
            number = int(line) if roles[row].role is Role.NUMBER else number
        elif is_broken_times(line, inside=inside) or (not inside and number and _lacks_times(rows, row, number + 1)):
            unread.append(row)
            readable = False
        elif line.strip() and readable and len(line) <= room:
            shown[-1].rows.append(line)
            room -= len(line)
        elif line.strip():
            unread.append(row)
    return shown, unread


def _lacks_times(rows: Sequence[str], row: int, number: int) -> bool:
    """Whether this is the number of the next cue, with words where its times should be."""
    return rows[row].strip() == str(number) and row + 1 < len(rows) and bool(rows[row + 1].strip())


def _is_heard(cue: Cue) -> bool:
    """Whether the name before the times, if there is one, is that of a speaker; a voice tag knows better."""
    return cue.named is None or (bool(cue.lines) and all(line.speaker in (None, cue.named) for line in cue.lines))


def _cue(shown: _Shown) -> Cue:
    start_ms, end_ms = shown.times.start_ms, shown.times.end_ms
    name = shown.before.name if shown.before else None
    return Cue(start_ms, max(start_ms, end_ms), tuple(spoken_lines("\n".join(shown.rows))), name)
