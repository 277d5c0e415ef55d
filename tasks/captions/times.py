"""The line of a caption file that says from when to when: as the standards write it, and as editors and shifters leave it.

>>> read_times("-00:00:03,000 –> 00:00:01,000 align:start")
Times(start_ms=-3000, end_ms=1000, rest='', exact=True)
"""

import re
from typing import NamedTuple

from tasks.source_file import LONGEST_S

_ARROW = r"[-\u2010-\u2015\u2212=]*\s?(?:>|&gt;)+|[\u2190-\u21ff\u27f0-\u27ff\u2794-\u27be]"
_CLOCK = re.compile(
    r"(?P<minus>[-\u2010-\u2015\u2212]\s?)?(?:(?P<hours>\d{1,4}):)?(?P<minutes>[-\u2212]?\d{1,3}):(?P<seconds>[-\u2212]?\d{1,2})"
    r"(?:[.,:;](?P<fraction>[-\u2212]?\d{1,9}))?"
)
_TIME = r"[-\u2010-\u2015\u2212]?\s?\d[\d:.,;]{0,20}(?:[-\u2212]\d[\d:.,;]{0,8}){0,3}"
_LINE = re.compile(rf"\s*(?P<start>{_TIME})\s*(?P<arrow>{_ARROW})\s*(?P<end>{_TIME})(?P<rest>(?:\s.*)?)")
_BARE_LINE = re.compile(
    r"\s*(?P<start>\d[\d:.,]{0,20}?\d[.,]\d{1,9})\s*[,;|~/\u2010-\u2015\u2212-]*\s*(?P<end>\d[\d:]{0,12}:\d\d[.,]\d{1,9})\s*"
)
"""Any sign, or none, between two times to the millisecond that fill the line: YouTube's SBV has a comma."""
_SETTINGS = re.compile(r"\s*(?:(?:align|line|position|size|vertical|region|[xXyY][12]):\S*\s*)*")
_ARROW_SPLIT = re.compile(_ARROW)
_ALMOST_TIME = re.compile(r"\s*[-\u2212]?\d[\w:.,;]*:[\w:.,;]*\s*|\s*\w*[:.,]\w*\d[\w:.,;]*\s*")
_ONLY_CLOCK = re.compile(rf"\s*{_TIME}[\d:.,;\s-]*")
_FINE_CLOCK = re.compile(r"\d:\d{1,2}[.,]\d")

_LONGEST_TIMES = 200


class Times(NamedTuple):
    """From when to when, negative before zero; what else stands on the line; whether it is finer than `minutes:seconds`."""

    start_ms: int
    end_ms: int
    rest: str
    exact: bool


def read_times(line: str) -> Times | None:
    """The times of a line that is nothing else; None for words, and for times that cannot be read."""
    match = (_LINE.fullmatch(line) or _BARE_LINE.fullmatch(line)) if ":" in line else None
    if match is None:
        return None
    start, end = _milliseconds(match["start"]), _milliseconds(match["end"])
    if start is None or end is None:
        return None
    rest = match.groupdict().get("rest") or ""
    exact = bool(re.search(r"[.,]|:\d+:", f"{match['start']} {match['end']}"))
    return Times(start, end, rest[len(_match_settings(rest)) :].strip(), exact)


def is_broken_times(line: str, *, inside: bool) -> bool:
    """Whether a line was meant for times and cannot be read.

    Args:
        inside: the line stands among the words of a cue, where an arrow may be a word.
    """
    if len(line) > _LONGEST_TIMES or (inside and read_times(line)):
        return False
    sides = _ARROW_SPLIT.split(line, maxsplit=1)
    if len(sides) == 1:
        return not inside and bool(_ONLY_CLOCK.fullmatch(line) and _FINE_CLOCK.search(line))
    left, right = sides[0], sides[1].strip().split(maxsplit=1)
    first, more = (*right, "", "")[:2]
    if _ALMOST_TIME.fullmatch(left):
        return not more or bool(_ALMOST_TIME.fullmatch(first)) or not inside
    plain = len(left.split()) <= 1 and len(_match_settings(more)) == len(more)
    return not inside and plain and bool(_ALMOST_TIME.fullmatch(first))


def _match_settings(text: str) -> str:
    match = _SETTINGS.match(text)
    return match[0] if match else ""


def _milliseconds(clock: str) -> int | None:
    """`1:02:03,5` is 3723500; a minus anywhere counts for the whole, as those write it who shift captions too far."""
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int((match[part] or "0").strip("-\u2212")) for part in ("hours", "minutes", "seconds"))
    rough = len(match["seconds"]) == 1 and match["fraction"] is None
    if hours * 3600 > LONGEST_S or seconds > 59 or (match["hours"] is not None and minutes > 59) or rough:
        return None
    fraction = (match["fraction"] or "").strip("-\u2212")[:3].ljust(3, "0")
    value = (hours * 3600 + minutes * 60 + seconds) * 1000 + int(fraction)
    negative = match["minus"] or any("-" in part or "\u2212" in part for part in match.groups("") if part)
    return -value if negative else value
