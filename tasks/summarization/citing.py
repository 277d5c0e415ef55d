"""Which segments of a section carry a sentence: the fewest that share its words, its numbers and its names."""

from collections import Counter
from collections.abc import Sequence
from math import fsum, log

from tasks.language.codes import base_language
from tasks.language.detection import language_of
from tasks.language.numbers import numbers_in
from tasks.language.words import content_stems, normalise
from tasks.schema import Segment, Transcript

MAX_CITED = 6
_NUMBER_WEIGHT = 3.0
"""Beside a word that only one segment has: a number must have been said where it is cited."""


def cite(sentence: str, transcript: Transcript, segments: Sequence[Segment]) -> tuple[str, ...]:
    """Ids of at most so many segments, in their order; those with most words where nothing is shared, so that it can be checked.

    Greedy set cover: each segment taken has the most weight of what is not covered yet, rare words weighing more.
    """
    languages = {base_language(segment.language) for segment in segments} | {language_of(sentence)}
    wanted = _marks(sentence, languages)
    said = [_marks_said(segment, transcript, languages) & wanted for segment in segments]
    spread = Counter(mark for marks in said for mark in marks)
    weight = {mark: (_NUMBER_WEIGHT if mark[0].isdigit() else 1.0) * log(1 + len(said) / spread[mark]) for mark in spread}
    left, chosen = set(spread), list[int]()
    while left and len(chosen) < MAX_CITED:
        best = max(range(len(said)), key=lambda place: fsum(weight[mark] for mark in said[place] & left))
        chosen.append(best)
        left -= said[best]
    if not chosen:
        longest = sorted(range(len(segments)), key=lambda place: -len(segments[place].text))
        chosen = longest[:MAX_CITED]
    return tuple(segments[place].id for place in sorted(chosen))


def _marks(text: str, languages: set[str]) -> frozenset[str]:
    stems = frozenset[str]().union(*(content_stems(text, language) for language in languages))
    return stems | numbers_in(text) | frozenset(word for word in normalise(text).split() if word.isdigit())


def _marks_said(segment: Segment, transcript: Transcript, languages: set[str]) -> frozenset[str]:
    speaker = transcript.name_of(segment.speaker) or ""
    return _marks(f"{speaker} {segment.text}", languages)
