"""The sentences of a meeting as they can be quoted, and the one that says most of a part."""

import re
from collections.abc import Iterable, Sequence

from tasks.schema import Claim, Segment
from tasks.summarization.choosing import choose_telling

_PAUSE_S = 1.0
_LONGEST_WORDS = 40
_SENTENCE_END = (".", "!", "?", "…")
MIN_WORDS = 6
"""Shorter sentences are not quoted."""
Sentence = tuple[Segment, ...]


def quotable(segments: Iterable[Segment], min_words: int = MIN_WORDS) -> list[Sentence]:
    """The sentences that say something, each where it was said first."""
    first_said: dict[tuple[str, ...], Sentence] = {}
    for sentence in join_sentences(segments):
        if len(text_of(sentence).split()) >= min_words and (words := _words(sentence)):
            first_said.setdefault(words, sentence)
    return list(first_said.values())


def central_quote(segments: Sequence[Segment]) -> Claim | None:
    """The sentence that says most of a section, in its own words; None if nothing in it is worth quoting."""
    found = quotable(segments) or quotable(segments, 1)
    return next(iter(choose_telling([quote(sentence) for sentence in found], segments, 1)), None)


def join_sentences(segments: Iterable[Segment]) -> list[Sentence]:
    """Segments, those of one speaker in a row together as long as the sentence goes on without a pause."""
    sentences: list[Sentence] = []
    for segment in segments:
        if sentences and _goes_on(sentences[-1], segment):
            sentences[-1] += (segment,)
        else:
            sentences.append((segment,))
    return sentences


def text_of(sentence: Sentence) -> str:
    """What was said, as the check of evidence will look for it."""
    return " ".join(segment.text for segment in sentence)


def quote(sentence: Sentence) -> Claim:
    """The sentence as a claim that its own words prove."""
    return Claim(text=text_of(sentence), segment_ids=tuple(segment.id for segment in sentence), quote=text_of(sentence))


def _goes_on(sentence: Sentence, segment: Segment) -> bool:
    last = sentence[-1]
    return (
        last.speaker == segment.speaker
        and not last.text.rstrip().endswith(_SENTENCE_END)
        and segment.start_s - last.end_s <= _PAUSE_S
        and len(text_of((*sentence, segment)).split()) <= _LONGEST_WORDS
    )


def _words(sentence: Sentence) -> tuple[str, ...]:
    """What makes two sentences the same."""
    return tuple(re.findall(r"\w+", text_of(sentence).casefold()))
