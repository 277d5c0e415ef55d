"""Rolling captions show each line again while the next one comes: every line is kept once."""

from collections.abc import Sequence
from itertools import pairwise

from tasks.captions.cues import Cue

_LEAST_SCROLLS = 2
_MOST_LINES = 4
"""Nobody shows more at once."""
_ROLLING_SHARE = 0.25
"""YouTube scrolls in every other cue, others in every cue; in ordinary captions a repeated line is a rare accident."""


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """The cues without the lines that were on the screen before; captions that do not roll stay as they are."""
    repeated = [0, *(_repeated_lines(before, cue) for before, cue in pairwise(cues))]
    scrolls = sum(0 < count < len(cue.lines) for count, cue in zip(repeated, cues, strict=False))
    if scrolls < max(_LEAST_SCROLLS, _ROLLING_SHARE * len(cues)):
        return list(cues)
    return [cue._replace(lines=cue.lines[count:]) for count, cue in zip(repeated, cues, strict=True) if count < len(cue.lines)]


def _repeated_lines(before: Cue, cue: Cue) -> int:
    """How many of the first lines are the last ones of the cue before."""
    shown, shows = [line.text for line in before.lines], [line.text for line in cue.lines]
    return next((count for count in range(min(len(shown), len(shows), _MOST_LINES), 0, -1) if shown[-count:] == shows[:count]), 0)
