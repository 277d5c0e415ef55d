"""Tasks whose object is only a pronoun: `fix it`, `send them to the bank`, `làm việc đó`."""

import re

from tasks.language.languages import language_or_english


def pronoun_of(task: str, language: str) -> re.Match[str] | None:
    """The match, with the group `pronoun`, if the task only points to its object.

    Args:
        task: an imperative.
    """
    return re.search(language_or_english(language).pointing, task, re.IGNORECASE)


def pronoun_place(task: str, language: str) -> tuple[int, int] | None:
    """Where the pronoun stands in a task that only points to its object: an imperative, or a whole sentence."""
    lead = re.search(language_or_english(language).task_lead, task, re.IGNORECASE)
    start = lead.end() if lead else 0
    found = pronoun_of(task[start:], language)
    return (start + found.start("pronoun"), start + found.end("pronoun")) if found else None
