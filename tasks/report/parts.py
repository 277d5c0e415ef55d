"""Where a time of the whole meeting lies in the files that it came in."""

from collections.abc import Sequence

from tasks.language.clock import clock
from tasks.language.wording import Wording
from tasks.schema import Part


def place(seconds: float, parts: Sequence[Part], say: Wording) -> str:
    """`00:31:24`, and for a meeting in several files also where that is: `00:31:24, part 2 00:00:12`."""
    begun = [(number, part.start_s) for number, part in enumerate(parts, start=1) if _starts_before(part, seconds)]
    if not begun:
        return clock(seconds)
    number, start_s = begun[-1]
    return f"{clock(seconds)}, {say.part.format(number=number)} {clock(seconds - (start_s or 0.0))}"


def _starts_before(part: Part, seconds: float) -> bool:
    return bool(part.duration_s) and part.start_s is not None and part.start_s <= seconds
