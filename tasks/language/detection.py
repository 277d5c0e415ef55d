"""The language of captions: what the sidecar or the file says, else English or Vietnamese by unmistakable signs."""

import re

from tasks.language.words import VIETNAMESE_LETTER

_ENGLISH = frozenset("the and of to in is that it for we you this on are be have with not will but do can".split())
_LEAST_SHARE = 0.15
_TOLD_APART = ("en", "vi", "und")


def guess_language(text: str) -> str:
    """`vi` or `en` where enough words are only of that language, else `und`."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    signs = {"vi": sum(bool(VIETNAMESE_LETTER.search(word)) for word in words), "en": sum(word in _ENGLISH for word in words)}
    language = max(signs, key=signs.__getitem__)
    return language if words and signs[language] >= _LEAST_SHARE * len(words) else "und"


def language_within(text: str, around: str) -> str:
    """The language of a sentence in a meeting that is held in `around`: English and Vietnamese are told apart, no others."""
    if around not in _TOLD_APART:
        return around
    found = guess_language(text)
    return around if found == "und" else found
