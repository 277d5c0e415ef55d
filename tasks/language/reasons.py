"""The clause of a sentence that gives a reason: `because pine rots`, `vì gỗ thông mau mục`."""

import re
from dataclasses import dataclass

from tasks.language.languages import known_language

_LEAST_WORDS = 3


@dataclass(frozen=True)
class Reason:
    """A clause that gives a reason, as it stands in its sentence."""

    words: str
    opens: bool
    """Whether the sentence begins with it."""


def reason_in(text: str, language: str) -> Reason | None:
    """The reason that a sentence gives; none in a question."""
    known = known_language(language)
    found = re.search(known.because, text, re.IGNORECASE) if known and known.because else None
    if found is None or text.rstrip().endswith("?"):
        return None
    opens = not re.search(r"\w", text[: found.start()])
    clause = text[found.start() :].strip()
    words = (clause.partition(",")[0] if opens else clause).rstrip(" .!…")
    return Reason(words, opens) if len(words.split()) >= _LEAST_WORDS else None
