"""Learns the detector of tasks and decisions from annotated meetings: `python benchmarks/train_detector.py`.

Writes `tasks/actions/detector.npz`. Deterministic: the same meetings and package versions give the same file. A series
(ES2002a-d: the same people, the same project) is never divided: the first scores that the second look learns from, and the
second scores that the lines are drawn on, come from models that have not seen the series they score. How well it does on
series that it has not seen is printed by `benchmarks/actions.py`, which learns in the same way from all series but one.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, chosen_files, read_meeting

from tasks.actions.detector import FIRST, KINDS, WEIGHTS, Detector, FirstLook, SecondLook, read_detector, second_features
from tasks.actions.detector_features import GRAMS, Talk, place_and_floor, talk_of

INNER_FOLDS = 5
STRENGTH = {"actions": 10.0, "decisions": 10.0, "mentioned": 0.5}
"""`C` of the first look: that of the baseline; 20 times less where there are 50 times as many examples."""
SECOND_STRENGTH = 0.003
NEGATIVES = 0.3
"""The share of other segments that the first look learns from."""
FEWEST = 2
"""Segments that a gram must be said in."""
FEWEST_LISTED = 20
"""Segments over the first line, in all meetings together: fewer say nothing about how many are right."""
Matrix = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Corpus:
    """All meetings as tables, one row for each segment."""

    talks: list[Talk]
    series: Matrix
    """Of each segment."""
    own: sparse.csr_matrix
    around: sparse.csr_matrix
    rest: Matrix
    labels: dict[str, Matrix]

    @property
    def starts(self) -> Matrix:
        """The first row of each meeting, and the number of rows."""
        return np.cumsum([0, *(len(talk) for talk in self.talks)])

    @property
    def names(self) -> list[str]:
        """All series, in order."""
        return sorted(set(self.series))


def corpus_of(meetings: Sequence[Meeting]) -> Corpus:
    """The tables; a segment is positive when people linked it to any item of the kind."""
    talks = [talk_of(meeting.transcript.segments) for meeting in meetings]
    return Corpus(
        talks,
        np.concatenate([[series_of(meeting)] * len(talk) for meeting, talk in zip(meetings, talks, strict=True)]),
        sparse.vstack([_table(talk.own, len(talk)) for talk in talks]).tocsr(),
        sparse.vstack([_table(talk.around, len(talk)) for talk in talks]).tocsr(),
        np.vstack([place_and_floor(talk) for talk in talks]),
        {kind: np.concatenate([_linked(meeting, kind) for meeting in meetings]) for kind in FIRST},
    )


def series_of(meeting: Meeting) -> str:
    """ES2002 of ES2002a."""
    return meeting.name[:-1]


def _table(pairs: tuple[Matrix, Matrix], count: int) -> sparse.csr_matrix:
    return sparse.csr_matrix((np.ones(len(pairs[0]), np.float32), pairs), shape=(count, GRAMS))


def _linked(meeting: Meeting, kind: str) -> Matrix:
    parts = getattr(meeting, kind) if kind in KINDS else [*meeting.sentences, *meeting.actions, *meeting.decisions]
    ids = frozenset[str]().union(*parts)
    return np.array([segment.id in ids for segment in meeting.transcript.segments])


def fit(corpus: Corpus, known: Matrix, seed: int = 0) -> Detector:
    """The detector, with its lines, from the rows that are known, which are whole series."""
    folds = [np.isin(corpus.series, part) for part in parts_of(sorted(set(corpus.series[known])), INNER_FOLDS, seed)]
    first = np.zeros((len(known), len(FIRST)))
    for held in folds:
        look = fit_first(corpus, known & ~held, seed)
        first[held] = first_scores(corpus, look, held)
    return Detector(fit_first(corpus, known, seed), {kind: fit_second(corpus, known, first, folds, kind) for kind in KINDS})


def parts_of(names: Sequence[str], count: int, seed: int) -> list[Matrix]:
    """The series divided at random; each by itself when there are not more than parts."""
    return np.array_split(np.random.default_rng(seed).permutation(names), min(count, len(names)))


def fit_first(corpus: Corpus, known: Matrix, seed: int) -> FirstLook:
    """Weights of words, place and floor."""
    said = np.asarray(corpus.own[known].sum(0)).ravel()
    rarity = np.where(said >= FEWEST, 1 + np.log((1 + known.sum()) / (1 + said)), 0).astype(np.float32)
    columns = []
    for kind in FIRST:
        labels = corpus.labels[kind]
        rows = known & (labels | (np.random.default_rng(seed).random(len(labels)) < NEGATIVES))
        learnt = LogisticRegression(C=STRENGTH[kind], class_weight="balanced", solver="liblinear", tol=1e-2, random_state=seed)
        learnt.fit(_first_table(corpus, rarity, rows), labels[rows])
        columns.append(np.append(learnt.coef_[0], learnt.intercept_[0]))
    weights = np.column_stack(columns).astype(np.float32)
    return FirstLook(rarity, weights[:GRAMS], weights[GRAMS : 2 * GRAMS], weights[2 * GRAMS : -1], weights[-1])


def _first_table(corpus: Corpus, rarity: Matrix, rows: Matrix) -> sparse.csr_matrix:
    parts = []
    for table in (corpus.own, corpus.around):
        weighed = table[rows].multiply(rarity).tocsr()
        length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(1)).ravel())
        parts.append(sparse.diags(1 / np.maximum(length, 1e-9)) @ weighed)
    return sparse.hstack([*parts, sparse.csr_matrix(corpus.rest[rows])]).tocsr()


def first_scores(corpus: Corpus, look: FirstLook, rows: Matrix) -> Matrix:
    """Log-odds of the rows, which are whole meetings."""
    starts = corpus.starts
    return np.vstack([look.scores(talk) for talk, start in zip(corpus.talks, starts, strict=False) if rows[start]])


def fit_second(corpus: Corpus, known: Matrix, first: Matrix, folds: Sequence[Matrix], kind: str) -> SecondLook:
    """Weights of first scores, and both lines from rows that were left out in turn."""
    features = np.zeros((len(known), second_features(corpus.talks[0], first[: len(corpus.talks[0])], kind).shape[1]))
    for talk, start in zip(corpus.talks, corpus.starts, strict=False):
        if known[start]:
            features[start : start + len(talk)] = second_features(talk, first[start : start + len(talk)], kind)
    labels = corpus.labels[kind]
    scores = np.zeros(len(known))
    for held in folds:
        scores[held] = _second(features[known & ~held], labels[known & ~held], 0, 0).scores(features[held])
    lines = (half_right(labels[known], scores[known]), best_line(labels[known], scores[known]))
    return _second(features[known], labels[known], max(lines), lines[1])


def _second(features: Matrix, labels: Matrix, table: float, possible: float) -> SecondLook:
    mean, scale = features.mean(0), features.std(0) + 1e-6
    learnt = LogisticRegression(C=SECOND_STRENGTH, max_iter=500).fit(((features - mean) / scale).clip(-8, 8), labels)
    return SecondLook(mean, scale, learnt.coef_[0], float(learnt.intercept_[0]), table, possible)


def best_line(labels: Matrix, scores: Matrix) -> float:
    """The score from which on F1 is best."""
    order = np.argsort(-scores, kind="stable")
    f1 = 2 * np.cumsum(labels[order]) / (np.arange(1, len(order) + 1) + labels.sum())
    return float(scores[order[f1.argmax()]])


def half_right(labels: Matrix, scores: Matrix) -> float:
    """The lowest score from which on half of what is found is right; 1 if that is hardly anything."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order]) / np.arange(1, len(order) + 1)
    count = int(np.flatnonzero(right >= 0.5).max(initial=-1)) + 1
    return float(scores[order[count - 1]]) if count >= FEWEST_LISTED else 1.0


def unseen_detectors(corpus: Corpus, folder: Path | None = None, seed: int = 0) -> Iterator[tuple[str, Detector]]:
    """For each series a detector learnt from all others; `folder` keeps them for the next time."""
    for name in corpus.names:
        kept = folder / f"{name}.npz" if folder else None
        if kept and kept.exists():
            yield name, read_detector(kept)
            continue
        detector = fit(corpus, corpus.series != name, seed)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            write(detector, kept)
        yield name, detector


def write(detector: Detector, path: Path) -> None:
    """One file without pickled objects."""
    table = {f"first.{field.name}": getattr(detector.first, field.name) for field in fields(FirstLook)}
    for kind, look in detector.second.items():
        table |= {f"{kind}.{field.name}": np.asarray(getattr(look, field.name)) for field in fields(SecondLook)}
    np.savez_compressed(path, allow_pickle=False, **table)


def main() -> None:
    """Learn from all meetings and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    corpus = corpus_of([read_meeting(path) for path in chosen_files(chosen.data, None, None)])
    detector = fit(corpus, np.ones(len(corpus.series), dtype=bool))
    write(detector, chosen.out)
    for kind in KINDS:
        positive, second = int(corpus.labels[kind].sum()), detector.second[kind]
        print(f"{kind}: {positive} positive utterances; lines {second.table:.3f} and {second.possible:.3f}")


if __name__ == "__main__":
    main()
