"""Two transcripts of one recording beside each other, the words that differ marked."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tasks.language.words import normalise
from tasks.schema import Segment, Transcript


class MarkedWords(NamedTuple):
    """Words in a row that stand in both transcripts, or that do not."""

    text: str
    differs: bool


class Side(NamedTuple):
    """What one transcript has in a row."""

    speaker: str | None
    segment_id: str | None
    words: tuple[MarkedWords, ...]


class Row(NamedTuple):
    """A segment of the first transcript, and the words of the second that stand where its words do."""

    start_s: float
    first: Side
    second: Side


class _Token(NamedTuple):
    text: str
    key: str
    segment: Segment


def side_by_side(first: Transcript, second: Transcript) -> list[Row]:
    """A row for each segment of the first transcript; every word of both stands in one of them."""
    ours, theirs = _tokens(first), _tokens(second)
    blocks = _blocks(ours, theirs)
    cuts = [place for place, token in enumerate(ours) if place == 0 or token.segment is not ours[place - 1].segment]
    edges = [(place, _across(place, blocks) if place else 0) for place in cuts] or [(0, 0)]
    ends = [*edges[1:], (len(ours), len(theirs))]
    differing = _differing(blocks)
    rows = list[Row]()
    for (start, other_start), (end, other_end) in zip(edges, ends, strict=True):
        left, right = range(start, end), range(other_start, other_end)
        begun = [token.segment.start_s for token in (*ours[start:end], *theirs[other_start:other_end])][:1]
        sides = (_side(first, ours, left, differing[0]), _side(second, theirs, right, differing[1]))
        rows.extend(Row(start_s, *sides) for start_s in begun)
    return rows


def _tokens(transcript: Transcript) -> list[_Token]:
    """The words as they are compared; what is no word belongs to the one before it."""
    found: list[_Token] = []
    for segment in transcript.spoken.segments:
        for text in segment.text.split():
            key = normalise(text)
            if key or not found or found[-1].segment is not segment:
                found.append(_Token(text, key, segment))
            else:
                found[-1] = found[-1]._replace(text=f"{found[-1].text} {text}")
    return found


class _Block(NamedTuple):
    """Where words of one transcript stand for words of the other."""

    same: bool
    start: int
    end: int
    other_start: int
    other_end: int


def _blocks(ours: Sequence[_Token], theirs: Sequence[_Token]) -> list[_Block]:
    from rapidfuzz.distance import Levenshtein

    found = Levenshtein.opcodes([token.key for token in ours], [token.key for token in theirs])
    return [_Block(code.tag == "equal", code.src_start, code.src_end, code.dest_start, code.dest_end) for code in found]


def _across(place: int, blocks: Sequence[_Block]) -> int:
    """The place in the other transcript; what only stands there belongs to the words before it."""
    block = next(block for block in reversed(blocks) if block.start <= place)
    return min(block.other_start + place - block.start, block.other_end) if block.end > block.start else block.other_end


def _differing(blocks: Sequence[_Block]) -> tuple[set[int], set[int]]:
    apart = [block for block in blocks if not block.same]
    ours = {place for block in apart for place in range(block.start, block.end)}
    return ours, {place for block in apart for place in range(block.other_start, block.other_end)}


def _side(transcript: Transcript, tokens: Sequence[_Token], places: range, differing: set[int]) -> Side:
    said = tokens[places.start].segment if places else None
    name = transcript.name_of(said.speaker) if said else None
    return Side(name, said.id if said else None, tuple(_marked(tokens, places, differing)))


def _marked(tokens: Sequence[_Token], places: range, differing: set[int]) -> Iterator[MarkedWords]:
    for differs, group in groupby(places, key=differing.__contains__):
        yield MarkedWords(" ".join(tokens[place].text for place in group), differs)
