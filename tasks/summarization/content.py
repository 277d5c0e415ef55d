"""How much was said at all."""

import re

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED
from tasks.schema import Transcript

_WORD = re.compile(r"[^\W_]+")
_CHARACTER = re.compile(r"[^\W_]")


def different_words(transcript: Transcript) -> int:
    """How many different words were said; characters in languages that are written without spaces."""
    return len(
        {
            word
            for segment in transcript.segments
            for word in (_CHARACTER if base_language(segment.language) in UNSPACED else _WORD).findall(segment.text.casefold())
        }
    )
