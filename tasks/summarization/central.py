"""Which sentences say most of what a meeting, or a part of it, is about.

Method: LexRank (Erkan and Radev 2004) on TF-IDF cosine similarity, weighted by how much a sentence says, then maximal marginal
relevance (Carbonell and Goldstein 1998), so that the chosen sentences do not repeat each other. The similarity of every pair is
never written down: a walk over it is two products with the sparse vectors, so ten hours take little more memory than one.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.schema import Claim, Segment
from tasks.summarization.choosing import choose_telling

_DAMPING = 0.85
_ROUNDS = 40
_RELEVANCE = 0.7
_CONTENT = 0.5
"""Power of a sentence's TF-IDF length in its score: 0 prefers platitudes, 1 whatever is longest."""
_PAUSE_S = 1.0
_LONGEST_WORDS = 40
_SENTENCE_END = (".", "!", "?", "…")
MIN_WORDS = 6
"""Shorter sentences are not quoted."""
Vector = NDArray[np.float64]
Sentence = tuple[Segment, ...]


def quotable(segments: Iterable[Segment], min_words: int = MIN_WORDS) -> list[Sentence]:
    """The sentences that say something, each where it was said first."""
    first_said: dict[tuple[str, ...], Sentence] = {}
    for sentence in join_sentences(segments):
        if len(text_of(sentence).split()) >= min_words and (words := _words(sentence)):
            first_said.setdefault(words, sentence)
    return list(first_said.values())


def choose_central(texts: Sequence[str], count: int) -> list[int]:
    """Indices of the most central texts that do not repeat each other, best first."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(texts) <= count:
        return list(range(len(texts)))
    vectors = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+", norm=None).fit_transform(texts)  # noqa: S106 - a pattern for words
    content = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    vectors = vectors.multiply(1 / content[:, None]).tocsr()
    score = _rank(vectors) * content**_CONTENT
    chosen: list[int] = []
    repeated = np.zeros(len(texts))
    while len(chosen) < count:
        value = _RELEVANCE * score / score.max() - (1 - _RELEVANCE) * repeated
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
        repeated = np.maximum(repeated, (vectors @ vectors[chosen[-1]].T).toarray().ravel())
    return chosen


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


def _rank(vectors: Any) -> Vector:
    """Stationary distribution of a walk that follows the similarity of unit vectors, shape (n,)."""
    size = vectors.shape[0]
    degree = vectors @ (vectors.T @ np.ones(size))
    score = np.full(size, 1 / size)
    for _ in range(_ROUNDS):
        score = (1 - _DAMPING) / size + _DAMPING * (vectors @ (vectors.T @ (score / degree)))
    return score


def _words(sentence: Sentence) -> tuple[str, ...]:
    """What makes two sentences the same."""
    return tuple(re.findall(r"\w+", text_of(sentence).casefold()))
