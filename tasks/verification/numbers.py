"""The numbers in a text, whether they are written in figures or in English words."""

import re

_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
        " eighteen nineteen".split()
    )
}
_SMALL |= {word: value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_TENS = {word: 10 * _SMALL.pop(word) for word in "twenty thirty forty fifty sixty seventy eighty ninety".split()}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER_WORD = "|".join([*_SMALL, *_TENS, *_SCALES])
_WORDS = re.compile(rf"\b(?:{_NUMBER_WORD})(?:(?:[ -]|\band\b)+(?:{_NUMBER_WORD}))*\b", re.IGNORECASE)
_COUNTED_BY_HAND = 12
"""Words up to here are also said without counting anything: `one of us`."""


def numbers_in(text: str) -> set[str]:
    """Every number that stands in the text, in figures without thousands separators."""
    spoken = (_value(match[0]) for match in _WORDS.finditer(text))
    return {_THOUSANDS.sub("", figures) for figures in _FIGURES.findall(text)} | {str(value) for value in spoken}


def claimed_numbers(text: str) -> list[str]:
    """Those that must have been said when they stand in a claim."""
    figures = [_THOUSANDS.sub("", found) for found in _FIGURES.findall(text)]
    words = [value for value in (_value(match[0]) for match in _WORDS.finditer(text)) if value > _COUNTED_BY_HAND]
    return [*figures, *map(str, words)]


def _value(words: str) -> int:
    """480 for `four hundred and eighty`."""
    total = group = 0
    for word in re.findall(rf"\b(?:{_NUMBER_WORD})\b", words.lower()):
        if word in _SCALES:
            group = max(group, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, group = total + group, 0
        else:
            group += _SMALL.get(word, 0) + _TENS.get(word, 0)
    return total + group
