"""Finds a quote in the transcript: word for word, in other letters, or with a slip of the pen."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from rapidfuzz import fuzz

from tasks.language.words import is_stop_word, normalise
from tasks.schema import Interval, MatchMethod, Segment

FUZZY_THRESHOLD = 90.0
"""Least `rapidfuzz.fuzz.partial_ratio` (0 to 100) at which a quote counts as found."""
_NEGATIONS = frozenset("not no never nobody nothing none neither nor cannot without không chưa chẳng đừng".split())

_LONGEST_QUOTE = 2000
_LONGEST_PASSAGE = 50_000
"""Characters that are compared letter by letter; beyond them a quote must stand there word for word."""


@dataclass(frozen=True)
class Found:
    """A quote as it stands in the transcript, how it was found, and the segments in which it was said."""

    quote: str
    method: MatchMethod
    said_in: list[Segment]


def find_quote(quote: str | None, passages: Sequence[list[Segment]], normal: Callable[[Segment], str]) -> Found | None:
    """Where a claim's quote stands; all of the passages where it quotes nothing; None where it quotes what was not said."""
    if not quote:
        cited = [segment for passage in passages for segment in passage]
        return Found(_joined(cited), MatchMethod.EXACT, cited)
    if not normalise(quote):
        return None
    for find in (_exact, _normalised, _fuzzy):
        for passage in passages:
            if found := find(quote, passage, normal):
                return found
    return None


def of_one_speaker(found: Found, text: str | None = None) -> Found:
    """What is shown of a quote: where it runs over a change of speaker, the whole words of the one who says most of it.

    Args:
        text: of a claim that quotes nothing; then it is who says most of that.
    """
    runs = [list(run) for _, run in groupby(found.said_in, key=lambda segment: segment.speaker)]
    if len(runs) == 1:
        return found
    quoted = set(normalise(found.quote).split())
    told = {word for word in normalise(text or "").split() if not is_stop_word(word)}

    def shared(run: Sequence[Segment]) -> tuple[int, int]:
        said = set(normalise(_joined(run)).split())
        return len(told & said), len(quoted & said)

    most = max(runs, key=shared)
    return Found(_joined(most), found.method, most)


def _joined(segments: Sequence[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def _exact(quote: str, passage: list[Segment], normal: Callable[[Segment], str]) -> Found | None:
    text = _joined(passage)
    place = text.find(quote)
    while place >= 0 and _cuts_a_word(text, place, place + len(quote)):
        place = text.find(quote, place + 1)
    if place < 0:
        return None
    said_in = _covered(passage, [len(segment.text) for segment in passage], place, place + len(quote))
    return Found(quote, MatchMethod.EXACT, said_in)


def _normalised(quote: str, passage: list[Segment], normal: Callable[[Segment], str]) -> Found | None:
    wanted, parts = normalise(quote), [normal(segment) for segment in passage]
    place = f" {' '.join(parts)} ".find(f" {wanted} ")
    if place < 0:
        return None
    said_in = _covered(passage, [len(part) for part in parts], place, place + len(wanted))
    return Found(quote, MatchMethod.NORMALISED, said_in)


def _fuzzy(quote: str, passage: list[Segment], normal: Callable[[Segment], str]) -> Found | None:
    """The spoken words that are most like the quote, if they are like enough and no number or negation differs."""
    wanted = normalise(quote)
    spoken = [(word, segment) for segment in passage for word in segment.text.split()]
    plain = [normalise(word) for word, _ in spoken]
    joined = " ".join(plain)
    if len(wanted) > min(len(joined), _LONGEST_QUOTE) or len(joined) > _LONGEST_PASSAGE:
        return None
    found = fuzz.partial_ratio_alignment(wanted, joined, score_cutoff=FUZZY_THRESHOLD)
    if not found:
        return None
    ends = list(accumulate(len(word) + 1 for word in plain))
    said = spoken[bisect_right(ends, found.dest_start) : bisect_left(ends, found.dest_end) + 1]
    text = " ".join(word for word, _ in said)
    if _meaning(text) != _meaning(quote):
        return None
    return Found(text, MatchMethod.FUZZY, list({segment.id: segment for _, segment in said}.values()))


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    return any(0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum() for edge in (start, end))


def _covered(passage: list[Segment], lengths: list[int], start: int, end: int) -> list[Segment]:
    """The segments that a stretch of their joined text touches."""
    ends = list(accumulate(length + 1 for length in lengths))
    return passage[bisect_right(ends, start) : bisect_left(ends, end) + 1]


def says_little(quote: str) -> bool:
    """Whether a quote has no word of its own: `yes`, `that is it`."""
    words = normalise(quote).split()
    return all(len(word) < 2 or is_stop_word(word) for word in words)


def has_words(text: str, wanted: str) -> bool:
    """Whether the words stand in the text, one after the other."""
    return bool(normalise(wanted)) and f" {normalise(wanted)} " in f" {normalise(text)} "


def locate(quote: str, cited: Sequence[Segment]) -> Interval:
    """When the quote was said: to the word where words have times, else its segments."""
    words = [word for segment in cited for word in segment.words]
    spoken = [normalise(word.text) for word in words]
    wanted = normalise(quote).split()
    for first in range(len(words) - len(wanted) + 1):
        if spoken[first : first + len(wanted)] == wanted:
            return Interval(start_s=words[first].start_s, end_s=words[first + len(wanted) - 1].end_s)
    return Interval(start_s=cited[0].start_s, end_s=max(segment.end_s for segment in cited))


def _meaning(text: str) -> set[str]:
    """The words of which one letter more or less changes everything."""
    return {word for word in normalise(text).split() if word[0].isdigit() or word in _NEGATIONS or word.endswith("n't")}
