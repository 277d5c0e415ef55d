"""The language of a caption file: what the sidecar or the file says, else English or Vietnamese by unmistakable signs."""

import re

_VIETNAMESE = re.compile(r"[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
_ENGLISH = frozenset("the and of to in is that it for we you this on are be have with not will but do can".split())
_LEAST_SHARE = 0.15


def guess_language(text: str) -> str:
    """`vi` or `en` where enough words are only of that language, else `und`."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    signs = {"vi": sum(bool(_VIETNAMESE.search(word)) for word in words), "en": sum(word in _ENGLISH for word in words)}
    language = max(signs, key=signs.__getitem__)
    return language if words and signs[language] >= _LEAST_SHARE * len(words) else "und"


def primary(language: str | None) -> str | None:
    """`en` for `en-US`."""
    return re.split(r"[-_]", language)[0].lower() if language else None
