"""Who speaks a cue: the voice tag, else a name before the times, else a name before the words.

Names stand before the words as `Name: words` (Zoom, our own SubRip files), as `[Name] words`, or in brackets on a line of
their own (Google Meet). Neither a colon nor a bracket alone makes a name: it is the convention of a file where at least half of
the cues begin so, or where the first cue does and several full names come, which are then named only where the speaker changes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from tasks.captions.cues import Cue
from tasks.captions.markup import Line
from tasks.captions.names import can_be_name, is_full_name, person_name

_BEFORE = r"(?:(?:>{2,3}|[-\u2010-\u2015•*])\s{0,2})?"
_COLON = re.compile(rf"{_BEFORE}(?P<name>[^:：]{{1,60}}?)\s?(?::(?:\s+|$)|:(?=[^\W\d_])|：\s*)(?P<words>.*)")
_BRACKET = re.compile(
    rf"{_BEFORE}(?:\[(?P<a>[^\[\]:]{{1,60}})\]|\((?P<b>[^():]{{1,60}})\)|<(?P<c>[^<>:]{{1,60}})>):?(?:\s+|$)(?P<words>.*)"
)
_BRACKETS = re.compile(r"[\[(<]([^\[\]()<>]*)[\])>]")
_FIRST_CUES = 3


class _Marker(NamedTuple):
    """A name that stands before words."""

    name: str
    words: str


def with_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """The cues, with names from before the times or from the text where that is the convention of the file."""
    if any(line.speaker for cue in cues for line in cue.lines):
        return list(cues)
    if any(cue.named for cue in cues):
        return _carried([cue._replace(lines=tuple(Line(cue.named, line.text) for line in cue.lines)) for cue in cues])
    texts = [tuple(line.text for line in cue.lines) for cue in cues]
    for pattern in (_COLON, _BRACKET):
        if names := _names_said(texts, pattern):
            return _carried([_named(cue, names, pattern) for cue in cues])
    return list(cues)


def prefixed_names(texts: Sequence[str]) -> set[str]:
    """The names before a colon that these cues begin with; empty where that is not their convention."""
    return _names_said([(text,) for text in texts], _COLON)


def _names_said(cues: Sequence[Sequence[str]], pattern: re.Pattern[str]) -> set[str]:
    begun = [_marker(lines[0], pattern) if _says_more(lines, pattern) else None for lines in cues]
    anywhere = Counter(marker.name for lines in cues for line in lines if (marker := _marker(line, pattern)))
    full = {name for name in anywhere if is_full_name(name)}
    first = Counter(marker.name for marker in begun if marker)
    if cues and first.total() * 2 >= len(cues):
        small = {name for name, count in first.items() if _is_small(name, pattern, count)} - full
        again = {name for name, count in anywhere.items() if count > 1 and not name[0].islower()}
        return full | again | (set(first) - small) if set(first) - small else set()
    return full if len(full) > 1 and any(marker and marker.name in full for marker in begun[:_FIRST_CUES]) else set()


def _is_small(name: str, pattern: re.Pattern[str], count: int) -> bool:
    """Whether it is written like other words: without a capital, or, if it comes once, mostly so (`The plan is this`)."""
    if name[0].islower():
        return pattern is _BRACKET or count < 2
    words = person_name(name).split()
    return count < 2 and 2 * sum(word[0].islower() for word in words) > len(words)


def _says_more(lines: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Whether words follow; `[Music]` alone is no name."""
    marker = _marker(lines[0], pattern)
    return marker is not None and (pattern is _COLON or bool(marker.words) or len(lines) > 1)


def _marker(text: str, pattern: re.Pattern[str]) -> _Marker | None:
    match = pattern.fullmatch(text)
    if match is None:
        return None
    name = match["name"] if pattern is _COLON else match["a"] or match["b"] or match["c"]
    bare = _BRACKETS.fullmatch(name.strip())
    name = (bare[1] if bare else name).strip()
    return _Marker(name, match["words"]) if name and can_be_name(name) else None


def _named(cue: Cue, names: set[str], pattern: re.Pattern[str]) -> Cue:
    """The cue with its speakers; `named` is the last of them, even if their words come in the next cue only."""
    speaker: str | None = None
    lines = []
    for line in cue.lines:
        marker = _marker(line.text, pattern)
        said = marker if marker and marker.name in names else None
        speaker = said.name if said else speaker
        lines.append(Line(speaker, said.words if said else line.text))
    return cue._replace(lines=tuple(line for line in lines if line.text), named=speaker)


def _carried(cues: Sequence[Cue]) -> list[Cue]:
    """Words without a name go to who spoke last, if the file names speakers only where they change.

    A file that names them in every cue repeats names all the time; there a cue without one stays nobody's, unless the cue
    before it holds nothing but a name.
    """
    first = [cue.lines[0].speaker for cue in cues if cue.lines]
    repeats = sum(before is not None and before == name for before, name in pairwise(first))
    only_changes = repeats < first.count(None)
    carried: list[Cue] = []
    speaker: str | None = None
    for cue in cues:
        lines = []
        for line in cue.lines:
            speaker = line.speaker or speaker
            lines.append(Line(speaker, line.text))
        if lines:
            carried.append(cue._replace(lines=tuple(lines)))
            speaker = speaker if only_changes else None
        else:
            speaker = cue.named or speaker
    return carried
