"""The most central sentences of the meeting, as they were said. No model, no download, nothing invented.

Method: LexRank (Erkan and Radev 2004) on TF-IDF cosine similarity, then maximal marginal relevance
(Carbonell and Goldstein 1998), so that the chosen sentences do not repeat each other.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tasks.backend import Options as BaseOptions
from tasks.schema import Claim, Notes, Segment, Transcript
from tasks.summarization.summarizer import Brief, Summarizer

_DAMPING = 0.85
_ROUNDS = 40
_RELEVANCE = 0.7
Matrix = NDArray[np.float64]


class Extractive(Summarizer):
    """Quotes instead of prose."""

    name = "extractive"
    summary = "the most central sentences, verbatim; no model, draft quality"
    packages = ("sklearn",)
    install = "pip install audio-minutes"
    distribution = "scikit-learn"
    draft = True

    class Options(BaseOptions):
        """How much is kept."""

        sentences: int = Field(5, ge=1, le=50, description="how many sentences the summary has at most")
        min_words: int = Field(6, ge=1, le=50, description="shorter segments are not quoted")

    def summarize(self, transcript: Transcript, brief: Brief) -> Notes:
        long_enough = (segment for segment in transcript.segments if len(segment.text.split()) >= self.options.min_words)
        first_said: dict[tuple[str, ...], Segment] = {}
        for segment in long_enough:
            first_said.setdefault(_words(segment), segment)
        candidates = list(first_said.values())
        chosen = choose_central([segment.text for segment in candidates], self.options.sentences)
        return Notes(
            summary=tuple(_quote(candidates[index]) for index in sorted(chosen)),
            segments_read=tuple(segment.id for segment in transcript.segments),
            engine=self.engine("lexrank"),
        )


def choose_central(texts: Sequence[str], count: int) -> list[int]:
    """Indices of the most central texts that do not repeat each other, best first."""
    if len(texts) <= count:
        return list(range(len(texts)))
    similarity = _similarity(texts)
    score = _rank(similarity)
    chosen: list[int] = []
    while len(chosen) < count:
        repeated = similarity[:, chosen].max(axis=1) if chosen else np.zeros(len(texts))
        value = _RELEVANCE * score / score.max() - (1 - _RELEVANCE) * repeated
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return chosen


def _similarity(texts: Sequence[str]) -> Matrix:
    """Cosine similarity of every pair of texts, shape (n, n)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(texts)  # noqa: S106 - a pattern for words
    dense: Matrix = (vectors @ vectors.T).toarray()
    return dense


def _rank(similarity: Matrix) -> Matrix:
    """Stationary distribution of a walk that follows similarity, shape (n,)."""
    walk = similarity / np.maximum(similarity.sum(axis=1, keepdims=True), 1e-9)
    score = np.full(len(walk), 1 / len(walk))
    for _ in range(_ROUNDS):
        score = (1 - _DAMPING) / len(walk) + _DAMPING * score @ walk
    return score


def _words(segment: Segment) -> tuple[str, ...]:
    """What makes two sentences the same."""
    return tuple(re.findall(r"\w+", segment.text.casefold()))


def _quote(segment: Segment) -> Claim:
    return Claim(text=segment.text, segment_ids=(segment.id,), quote=segment.text)
