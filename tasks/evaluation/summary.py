"""A summary beside the abstract that a person wrote: ROUGE, and which sentences of the abstract it touches."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from tasks.evaluation.words import words_of
from tasks.schema import Minutes, SummaryPoint

ROUGE = ("rouge1", "rouge2", "rougeL")


def rouge(abstract: str, summary: str, language: str) -> tuple[float, ...]:
    """F1 of each kind, 0 to 1, by the port of the reference implementation.

    English is cut into words and stemmed as there, which knows no letters but a to z; every other language is cut as for the word
    error rate.
    """
    scores = (_english_scorer() if language == "en" else _scorer(language)).score(abstract, summary)
    return tuple(scores[kind].fmeasure for kind in ROUGE)


def summary_text(minutes: Minutes) -> str:
    """The summary without its evidence."""
    return " ".join(point.text for point in minutes.summary)


def told_points(minutes: Minutes) -> Iterator[SummaryPoint]:
    """Every sentence that a reader sees of what was talked about."""
    yield from minutes.summary
    yield from (point for topic in minutes.topics for point in topic.points)


@dataclass(frozen=True)
class _Tokenizer:
    language: str

    def tokenize(self, text: str) -> list[str]:
        return words_of(text, self.language)


@cache
def _english_scorer() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(ROUGE), use_stemmer=True)


@cache
def _scorer(language: str) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(list(ROUGE), tokenizer=_Tokenizer(language))
