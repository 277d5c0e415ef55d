"""What one language says about time: which words name a day, and which day they mean."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

Day = Callable[[re.Match[str], dt.date], dt.date | None]


@dataclass(frozen=True)
class DateWords:
    """The tables of one language."""

    phrase: re.Pattern[str]
    """Finds the words as they were spoken."""
    not_due_after: frozenset[str]
    """A time right after one of these is not when the task is due: `the report from monday`."""
    firm: re.Pattern[str]
    """Phrases that can only be a deadline."""
    either: re.Pattern[str]
    """Between two times of which only one is meant: `monday or tuesday`."""
    next_meeting: re.Pattern[str]
    """Names the next meeting."""
    meets_again: re.Pattern[str]
    """What stands before the day of the next meeting."""
    taken_back: re.Pattern[str]
    """Starts a sentence that corrects the one before."""
    normalise: Callable[[str], str]
    """A phrase in the form that the rules know."""
    rules: tuple[tuple[re.Pattern[str], Day], ...]
    """Normalised words -> the day, given the day of the meeting."""


def rule(pattern: str, day: Day) -> tuple[re.Pattern[str], Day]:
    """One line of the rules."""
    return re.compile(pattern), day
