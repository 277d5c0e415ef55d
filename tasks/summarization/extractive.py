"""The most central sentences of the meeting, as they were said. No model, no download, nothing invented.

Method: LexRank (Erkan and Radev 2004) on TF-IDF cosine similarity, weighted by how much a sentence says, then maximal marginal
relevance (Carbonell and Goldstein 1998), so that the chosen sentences do not repeat each other. The similarity of every pair is
never written down: a walk over it is two products with the sparse vectors, so ten hours take little more memory than one.
"""

import re
from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from tasks.engine.base import Device, Progress, untold
from tasks.engine.base import Options as BaseOptions
from tasks.schema import Claim, Notes, Segment, Transcript
from tasks.summarization.summarizer import Brief, Summarizer

_DAMPING = 0.85
_ROUNDS = 40
_RELEVANCE = 0.7
_CONTENT = 0.5
"""Power of a sentence's TF-IDF length in its score: 0 prefers platitudes, 1 whatever is longest."""
_PAUSE_S = 1.0
_LONGEST_WORDS = 40
_SHARE = {"low": 0.5, "normal": 1.0, "high": 2.0}
"""Of the sentences asked for, by the detail that is wanted."""
_SENTENCE_END = (".", "!", "?", "…")
Vector = NDArray[np.float64]
Sentence = tuple[Segment, ...]


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

        sentences: int = Field(5, ge=1, le=50, description="how many sentences the summary has at normal detail")
        min_words: int = Field(6, ge=1, le=50, description="shorter segments are not quoted")

    def __init__(self, options: Any, device: Device) -> None:
        super().__init__(options, device)
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+", norm=None)  # noqa: S106 - a pattern for words

    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        first_said: dict[tuple[str, ...], Sentence] = {}
        for sentence in join_sentences(transcript.segments):
            if len(_text(sentence).split()) >= self.options.min_words and (words := _words(sentence)):
                first_said.setdefault(words, sentence)
        candidates = list(first_said.values())
        count = ceil(self.options.sentences * _SHARE[brief.detail])
        chosen = self.choose_central([_text(sentence) for sentence in candidates], count)
        return Notes(
            summary=tuple(_quote(candidates[index]) for index in sorted(chosen)),
            segments_read=tuple(segment.id for segment in transcript.segments),
            engine=self.engine("lexrank"),
        )

    def choose_central(self, texts: Sequence[str], count: int) -> list[int]:
        """Indices of the most central texts that do not repeat each other, best first."""
        if len(texts) <= count:
            return list(range(len(texts)))
        vectors = self._vectorizer.fit_transform(texts)
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


def join_sentences(segments: Iterable[Segment]) -> list[Sentence]:
    """Segments, those of one speaker in a row together as long as the sentence goes on without a pause."""
    sentences: list[Sentence] = []
    for segment in segments:
        if sentences and _goes_on(sentences[-1], segment):
            sentences[-1] += (segment,)
        else:
            sentences.append((segment,))
    return sentences


def _goes_on(sentence: Sentence, segment: Segment) -> bool:
    last = sentence[-1]
    return (
        last.speaker == segment.speaker
        and not last.text.rstrip().endswith(_SENTENCE_END)
        and segment.start_s - last.end_s <= _PAUSE_S
        and len(_text((*sentence, segment)).split()) <= _LONGEST_WORDS
    )


def _rank(vectors: Any) -> Vector:
    """Stationary distribution of a walk that follows the similarity of unit vectors, shape (n,)."""
    size = vectors.shape[0]
    degree = vectors @ (vectors.T @ np.ones(size))
    score = np.full(size, 1 / size)
    for _ in range(_ROUNDS):
        score = (1 - _DAMPING) / size + _DAMPING * (vectors @ (vectors.T @ (score / degree)))
    return score


def _text(sentence: Sentence) -> str:
    """What was said, as the check of evidence will look for it."""
    return " ".join(segment.text for segment in sentence)


def _words(sentence: Sentence) -> tuple[str, ...]:
    """What makes two sentences the same."""
    return tuple(re.findall(r"\w+", _text(sentence).casefold()))


def _quote(sentence: Sentence) -> Claim:
    return Claim(text=_text(sentence), segment_ids=tuple(segment.id for segment in sentence), quote=_text(sentence))
