"""Tasks whose object is only a pronoun: `fix it`, `send them to the bank`, `làm việc đó`."""

import re

from tasks.language.words import STOP_EN

_BARE = rf"(?=\s*(?:[.,!?;]|$)|\s+(?:{'|'.join(sorted(map(re.escape, STOP_EN)))})\b)"
"""After `that` and `this`: no noun follows."""
_POINTING = {
    "en": re.compile(
        r"^(?:\w+(?: (?:to|for|at|into|about|on|with|up|out|off|over|in))?|take care of|make sure of|get back to) "
        rf"(?P<pronoun>(?:it|them|him|her)\b|(?:that|this|those|these|one)\b{_BARE})(?!\s(?:house|one|time|week|document))",
        re.IGNORECASE,
    ),
    "vi": re.compile(r"^\w+(?: \w+)? (?P<pronoun>nó|(?:việc|cái|phần) (?:này|đó|ấy|kia))(?!\w)", re.IGNORECASE),
}
_LEAD = {
    "en": re.compile(
        r"^.*?\b(?:I(?:'ll| will|'m going to| am going to| can)|let me|(?:could|can|would|will) you(?: please)?|please|"
        r"(?:has|have|needs?) to)\s+",
        re.IGNORECASE,
    ),
    "vi": re.compile(r"^.*?\b(?:sẽ|xin nhận|để (?:em|tôi|mình)|hãy)\s+", re.IGNORECASE),
}


def pronoun_of(task: str, language: str) -> re.Match[str] | None:
    """The match, with the group `pronoun`, if the task only points to its object.

    Args:
        task: an imperative.
    """
    return _POINTING.get(language, _POINTING["en"]).search(task)


def pronoun_place(task: str, language: str) -> tuple[int, int] | None:
    """Where the pronoun stands in a task that only points to its object: an imperative, or a whole sentence."""
    lead = _LEAD.get(language, _LEAD["en"]).search(task)
    start = lead.end() if lead else 0
    found = pronoun_of(task[start:], language)
    return (start + found.start("pronoun"), start + found.end("pronoun")) if found else None
