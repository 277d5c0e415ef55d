"""Captions that show words again while the next ones come: every word is kept once.

Rolling captions show each line again; growing ones show the whole sentence again with a word more.
"""

from collections.abc import Sequence
from itertools import pairwise

from tasks.captions.cues import Cue
from tasks.captions.markup import Line

_LEAST_REPEATS = 2
_MOST_LINES = 4
"""Nobody shows more at once."""
_ROLLING_SHARE = 0.25
"""YouTube scrolls in every other cue, others in every cue; in ordinary captions a repeated line is a rare accident."""
_LONGEST_GAP_MS = 5000
"""Between two states of one sentence; chosen by hand."""
_LEAST_SHARED = 3
"""Words that come again by accident are fewer; chosen by hand."""
_ENDS = ".,;:!?… -\u2013\u2014"


def without_repeats(cues: Sequence[Cue]) -> list[Cue]:
    """The cues without what was on the screen before; captions that neither roll nor grow stay as they are."""
    repeated = [0, *(_repeated_lines(before, cue) for before, cue in pairwise(cues))]
    scrolls = sum(0 < count < len(cue.lines) for count, cue in zip(repeated, cues, strict=False))
    if not _is_habit(scrolls, cues):
        return _grown(cues)
    return [cue._replace(lines=cue.lines[count:]) for count, cue in zip(repeated, cues, strict=True) if count < len(cue.lines)]


def _is_habit(count: int, cues: Sequence[Cue]) -> bool:
    return count >= max(_LEAST_REPEATS, _ROLLING_SHARE * len(cues))


def _repeated_lines(before: Cue, cue: Cue) -> int:
    """How many of the first lines are the last ones of the cue before."""
    shown, shows = [line.text for line in before.lines], [line.text for line in cue.lines]
    return next((count for count in range(min(len(shown), len(shows), _MOST_LINES), 0, -1) if shown[-count:] == shows[:count]), 0)


def _grown(cues: Sequence[Cue]) -> list[Cue]:
    """The last state of each sentence, from when it began; of a window that moves along the words, the words that are new."""
    grows = [_grows(before, cue) for before, cue in pairwise(cues)]
    shared = [0 if grown else _shared_words(*pair) for grown, pair in zip(grows, pairwise(cues), strict=True)]
    if not _is_habit(sum(grows) + sum(count > 0 for count in shared), cues):
        return list(cues)
    kept: list[Cue] = []
    for cue, goes_on, count in zip(cues, [False, *grows], [0, *shared], strict=True):
        if goes_on:
            kept.append(cue._replace(start_ms=kept.pop().start_ms))
        elif words := _words(cue)[count:]:
            kept.append(cue._replace(lines=(Line(cue.lines[0].speaker, " ".join(words)),)) if count else cue)
    return kept


def _shared_words(before: Cue, cue: Cue) -> int:
    """How many words a cue shows again that the cue before it ended with."""
    if not _same_voice(before, cue):
        return 0
    shown, shows = _words(before), _words(cue)
    counts = range(min(len(shown), len(shows) - 1), _LEAST_SHARED - 1, -1)
    return next((count for count in counts if shown[-count:] == shows[:count]), 0)


def _words(cue: Cue) -> list[str]:
    return " ".join(line.text for line in cue.lines).split()


def _same_voice(before: Cue, cue: Cue) -> bool:
    voices = {line.speaker for line in (*before.lines, *cue.lines)}
    return before.named == cue.named and len(voices) == 1 and cue.start_ms - before.end_ms <= _LONGEST_GAP_MS


def _grows(before: Cue, cue: Cue) -> bool:
    """Whether a cue says what the cue before it said, and more, by the same voice."""
    said, says = _whole(before), _whole(cue)
    return _same_voice(before, cue) and len(said) < len(says) and says.startswith(said)


def _whole(cue: Cue) -> str:
    return " ".join(_words(cue)).casefold().rstrip(_ENDS)
