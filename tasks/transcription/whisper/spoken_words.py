"""Whisper's tokens as words in time, the same for every engine.

The libraries align pieces, with each mark of punctuation apart: ` $`, `3`, `.`, `5`, ` million`. Words are what stands between
spaces, so that joined by spaces they are the text that the engine wrote: `$3.5`, `million`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Protocol

from tasks.clean_text import visible
from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED
from tasks.schema import Word

_LONGEST_MEDIAN_S = 0.7
_SENTENCE_END = ".。!！?？"
_SILENT = frozenset("\"'“¿([{-.。,，!！?？:：”)]}、")
"""Marks for which nothing is said: their time is that of a pause."""
_TRUST_SEGMENT_S = 0.5
"""These three, and what is done with them, as in `whisper.timing.add_word_timestamps`."""


class Aligned(Protocol):
    """What the libraries call a `WordTiming`: a piece of text, its tokens, and where it is in the sound."""

    word: str
    tokens: list[int]
    start: float
    end: float
    probability: float


@dataclass
class TextPiece:
    """Some text of a window, and where it was found in the sound."""

    text: str
    tokens: int
    start_s: float
    end_s: float
    belief: float

    @property
    def duration_s(self) -> float:
        """Seconds that it takes."""
        return self.end_s - self.start_s

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing in it to be said."""
        return _SILENT.issuperset(self.text.strip())


class Marked(Protocol):
    """A segment as Whisper marks it with times, and its text tokens."""

    start_s: float
    end_s: float
    tokens: list[int]


def placed_words(aligned: Iterable[Aligned], segments: Iterable[Marked], language: str) -> list[Word]:
    """The words of a window, from the alignment of all its text tokens.

    A word at the end of a sentence or beside a pause, which attention draws into the pause, is cut to a likely length.
    """
    pieces = [
        TextPiece(visible(part.word), len(part.tokens), float(part.start), float(part.end), part.probability) for part in aligned
    ]
    lengths = [piece.duration_s for piece in pieces if piece.duration_s]
    usual_s = min(_LONGEST_MEDIAN_S, float(median(lengths))) if lengths else 0.0
    if lengths:
        _shorten_at_sentence_ends(pieces, 2 * usual_s)
    words, spoken_until_s, left = [], 0.0, iter(joined(pieces, language))
    for segment in segments:
        if own := _take(left, len(segment.tokens)):
            spoken_until_s = _shorten_at_pauses(own, segment, usual_s, spoken_until_s)
            words += [_word(piece, language) for piece in own]
    return words


def joined(pieces: Sequence[TextPiece], language: str) -> list[TextPiece]:
    """Whole words; their time is from the first of their pieces that is said to the last. Only spaces may be lost."""
    unspaced = base_language(language) in UNSPACED
    words: list[list[TextPiece]] = []
    for piece in pieces:
        if words and not _begins_word(words[-1], piece, unspaced):
            words[-1].append(piece)
        else:
            words.append([piece])
    return [_one(word) for word in words if any(piece.text.strip() for piece in word)]


def _begins_word(word: Sequence[TextPiece], piece: TextPiece, unspaced: bool) -> bool:
    if all(part.is_silent for part in word):
        return False
    if not unspaced:
        return piece.text[:1].isspace()
    inside = piece.text[:1].isascii() and word[-1].text[-1:].isascii() and not piece.text[:1].isspace()
    return piece.text[:1].isspace() or not (piece.is_silent or inside)


def _one(pieces: Sequence[TextPiece]) -> TextPiece:
    said = [piece for piece in pieces if not piece.is_silent] or pieces[:1]
    total = sum(piece.tokens for piece in said)
    return TextPiece(
        text="".join(piece.text for piece in pieces),
        tokens=sum(piece.tokens for piece in pieces),
        start_s=said[0].start_s,
        end_s=max(said[0].start_s, said[-1].end_s),
        belief=sum(piece.belief * piece.tokens for piece in said) / total if total else 0.0,
    )


def _shorten_at_sentence_ends(pieces: Sequence[TextPiece], longest_s: float) -> None:
    for before, piece in pairwise(pieces):
        if piece.duration_s > longest_s:
            if piece.text in _SENTENCE_END:
                piece.end_s = piece.start_s + longest_s
            elif before.text in _SENTENCE_END:
                piece.start_s = piece.end_s - longest_s


def _take(pieces: Iterator[TextPiece], tokens: int) -> list[TextPiece]:
    """The next words, as many as these tokens make."""
    taken: list[TextPiece] = []
    while tokens > 0 and (piece := next(pieces, None)) is not None:
        tokens -= piece.tokens
        taken.append(replace(piece))
    return taken


def _shorten_at_pauses(words: Sequence[TextPiece], segment: Marked, usual_s: float, spoken_until_s: float) -> float:
    """Shorten the first and the last word of a segment in place; gives the segment's end."""
    first, last, longest_s = words[0], words[-1], 2 * usual_s
    two_long = len(words) > 1 and words[1].end_s - first.start_s > 2 * longest_s
    if first.end_s - spoken_until_s > 4 * usual_s and (first.duration_s > longest_s or two_long):
        if len(words) > 1 and words[1].duration_s > longest_s:
            first.end_s = words[1].start_s = max(words[1].end_s / 2, words[1].end_s - longest_s)
        first.start_s = max(0.0, first.end_s - longest_s)
    if first.start_s < segment.start_s - _TRUST_SEGMENT_S and segment.start_s < first.end_s:
        first.start_s = max(0.0, min(first.end_s - usual_s, segment.start_s))
    if last.start_s < segment.end_s < last.end_s - _TRUST_SEGMENT_S:
        last.end_s = max(last.start_s + usual_s, segment.end_s)
        return segment.end_s
    return last.end_s


def _word(piece: TextPiece, language: str) -> Word:
    """A word; in a language without spaces it keeps the one before it, which means something there."""
    text = piece.text.rstrip() if base_language(language) in UNSPACED else piece.text.strip()
    belief = min(1.0, max(0.0, round(float(piece.belief), 4)))
    return Word(text=text, start_s=piece.start_s, end_s=max(piece.start_s, piece.end_s), confidence=belief)
