"""Whether two wordings name two things: `send version 2` and `send version 3`, `the red report` and `the blue one`.

So do a thing and its contrary. Each of two wordings has words of its own. Where both have some they name different things, unless
such a word was not said but is the paraphrase of somebody who writes down in other words what was said.
"""

import re

from tasks.language.detection import language_of
from tasks.language.negation import negates
from tasks.language.numbers import numbers_in
from tasks.language.words import content_stems, normalise

_MARK = re.compile(r"\b(?:[A-HJ-Z]|[A-Za-z]{1,2}\d[\w.]*|\d+[A-Za-z]{1,2})\b")
"""What tells things of one kind apart: `plan B`, `Q3`, `v2`, `4b`."""
_LETTER = re.compile(r"(?<=[a-z] )[b-hj-z]\b(?!['’])")
_MAY = re.compile(r"(?<=[a-z] )May\b|\b(?:the|of|for|in|our) may\b")
"""The month, not the verb."""
_ANOTHER = frozenset("another other different else khác".split())
_TURNING = (
    ("on", "off"),
    ("up", "down"),
    ("with", "without"),
    ("over", "under"),
    ("him", "her"),
    ("his", "her"),
    ("trên", "dưới"),
    ("trong", "ngoài"),
    ("lên", "xuống"),
)
"""Words of grammar that turn the sense."""


def differ(one: str, other: str, said: tuple[str, str] | None = None, *, together: bool = False) -> bool:
    """Whether two wordings of tasks or decisions name two different things. Their times should have been taken out.

    Args:
        said: the quotes that prove them; None for wordings that are themselves in the words that were said.
        together: they rest on the same passage, which says the words of both; then they differ if one word stands for another.
    """
    if marks_differ(one, other) or _turned(normalise(one).split(), normalise(other).split()):
        return True
    one, other, *spoken = (_MAY.sub(r"\g<0>month", text) for text in (one, other, *(said or (one, other))))
    language = language_of(f"{one} {other}")
    if negates(one, language) != negates(other, language):
        return True
    first, second = content_stems(one, language), content_stems(other, language)
    said_first, said_second = (content_stems(text, language) for text in spoken)
    own_first, own_second = (first - second) & said_first, (second - first) & said_second
    if together:
        return bool(own_first and own_second) and _one_place_changed(one, other, language)
    return bool(own_first - said_second and own_second - said_first)


def marks_differ(one: str, other: str) -> bool:
    """Whether numbers, letters or `another` tell them apart."""
    numbers = numbers_in(one), numbers_in(other)
    if all(numbers) and not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0]):
        return True
    marks = _marks(one), _marks(other)
    if all(marks) and not (marks[0] <= marks[1] or marks[1] <= marks[0]):
        return True
    return bool(_ANOTHER.intersection(normalise(one).split())) != bool(_ANOTHER.intersection(normalise(other).split()))


def _marks(text: str) -> frozenset[str]:
    inside = text[:1].lower() + text[1:]
    found = (match[0].lower() for match in (*_MARK.finditer(inside), *_LETTER.finditer(inside)))
    return frozenset(found)


def _turned(one: list[str], other: list[str]) -> bool:
    return any(
        (a in one and b not in one and b in other and a not in other)
        or (b in one and a not in one and a in other and b not in other)
        for a, b in _TURNING
    )


def _one_place_changed(one: str, other: str, language: str) -> bool:
    """Whether the wordings are the same but for one or two words in one place, not the first."""
    first, second = (_in_order(text, language) for text in (one, other))
    if len(first) != len(second):
        return False
    changed = [number for number, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
    return bool(changed) and changed[0] > 0 and len(changed) <= 2 and changed[-1] - changed[0] < 2


def _in_order(text: str, language: str) -> list[str]:
    return [next(iter(stems)) for word in normalise(text).split() if (stems := content_stems(word, language))]
