"""Who speaks a cue: the voice tag, else the `Name: words` convention of Zoom and of our own SubRip files.

A colon alone makes no name. The convention counts when no cue has a voice tag and at least half of the cues begin with
what can be a name. A name has a letter, at most five words and no end of a sentence; `Note`, `Next step` and the like
are none; one without a capital must come twice.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.captions.cues import Cue, Line

_PREFIX = re.compile(r"(?:>{2,3}\s{0,2})?(?P<name>[^:]{1,60}?)\s?:(?:\s+|$)(?P<words>.*)")
_TITLES = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|[A-Z])\.")
_SENTENCE_MARK = re.compile(r"""[?!;…"“”]|[.,]$|\.\s""")
_MOST_WORDS = 5
_NO_NAME = re.compile(
    r"(?:.*\s)?(?:actions?|agenda|answer|budget|conclusion|date|deadline|decisions?|example|fact|fyi|goal|idea|items?|link|memo"
    r"|notes?|outcome|plan|points?|problem|ps|questions?|re|reason|reminder|result|steps?|subject|summary|tasks?|time|todo"
    r"|topic|update|warning)|chú ý|ghi chú|lưu ý|ví dụ|câu hỏi|kết luận",
    re.IGNORECASE,
)
"""What stands before a colon without being a person."""


def with_speakers(cues: Sequence[Cue]) -> list[Cue]:
    """The cues, with names taken from the text where that is the convention of the file."""
    if any(line.speaker for cue in cues for line in cue.lines):
        return list(cues)
    names = prefixed_names([cue.lines[0].text for cue in cues])
    return [cue._replace(lines=tuple(_named(cue.lines, names))) for cue in cues]


def prefixed_names(texts: Sequence[str]) -> set[str]:
    """The names that these cues begin with; empty where that is not their convention."""
    matches = [match for text in texts if (match := _PREFIX.fullmatch(text)) and _can_be_name(match["name"])]
    if len(matches) * 2 < len(texts):
        return set()
    counted = Counter(match["name"] for match in matches)
    return {name for name, count in counted.items() if count > 1 or not name[0].islower()}


def _named(lines: Sequence[Line], names: set[str]) -> Iterator[Line]:
    speaker: str | None = None
    for line in lines:
        match = _PREFIX.fullmatch(line.text)
        if match and match["name"] in names:
            speaker = match["name"]
        text = match["words"] if match and match["name"] in names else line.text
        if text:
            yield Line(speaker, text)


def _can_be_name(text: str) -> bool:
    return (
        any(letter.isalpha() for letter in text)
        and len(text.split()) <= _MOST_WORDS
        and not _SENTENCE_MARK.search(_TITLES.sub("", text))
        and not _NO_NAME.fullmatch(text)
    )
