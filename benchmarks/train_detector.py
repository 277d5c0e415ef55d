"""Learns the detector of action items and decisions from annotated meetings: `python benchmarks/train_detector.py`.

Prints how well it does on series of meetings that it has not seen, then learns from all of them and writes
`tasks/actions/detector.npz`. Deterministic: the same meetings and package versions give the same file. A series (ES2002a-d: the
same people, the same project) is never divided. Everything that is chosen (which segments are candidates, the threshold) is
chosen inside the meetings learnt from: first scores for learning the second step, and second scores for choosing the threshold,
come from models that have not seen the series they score.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, chosen_files, read_meeting

from tasks.actions.detector import WEIGHTS, ActionModel, DecisionModel, Forest, Sums, WordingModel
from tasks.actions.detector_features import Talk, candidate_features, context_features, grams_around, talk_of

KINDS = ("actions", "decisions")
INNER_FOLDS = 5
CANDIDATES = 0.1
NEGATIVES = 0.25
"""The share of other segments that the first step learns from."""
TREES, LEAF, FEATURES = 150, 3, 0.3
FEWEST = 4
"""Segments that a word must be said in."""
Matrix = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Example:
    """One meeting, ready to learn from."""

    name: str
    talk: Talk
    features: Matrix
    labels: dict[str, Matrix]

    @property
    def series(self) -> str:
        return self.name[:-1]


def example_of(meeting: Meeting) -> Example:
    """The numbers of a meeting; a segment is positive when people linked it to any item."""
    talk = talk_of(meeting.transcript.segments)
    linked = {kind: frozenset[str]().union(*getattr(meeting, kind)) for kind in KINDS}
    labels = {kind: np.array([segment.id in ids for segment in meeting.transcript.segments]) for kind, ids in linked.items()}
    return Example(meeting.name, talk, context_features(talk), labels)


def fit(examples: Sequence[Example], kind: str, seed: int = 0) -> ActionModel | DecisionModel:
    """A model and its threshold."""
    return (fit_actions if kind == "actions" else fit_decisions)(examples, seed)


def fit_decisions(examples: Sequence[Example], seed: int) -> DecisionModel:
    """Both sums, weighed by how they spread, made a probability on meetings whose series they have not seen."""
    scores: dict[str, Matrix] = {}
    for held in folds_of(examples, INNER_FOLDS, seed):
        known = [example for example in examples if example.series not in held]
        sums, wording = fit_sums(known, "decisions", seed, steps=1), fit_wording(known, seed)
        for example in (example for example in examples if example.series in held):
            scores[example.name] = np.column_stack([sums.scores(example.features)[:, 0], wording.scores(example.talk)])
    both = np.concatenate([scores[example.name] for example in examples])
    labels = np.concatenate([example.labels["decisions"] for example in examples])
    weights = 1 / both.std(0)
    one = both @ weights
    steep = LogisticRegression(C=1e3).fit(one[:, None], labels)
    mix = np.append(weights * steep.coef_[0, 0], steep.intercept_[0])
    threshold = best_threshold(labels, 1 / (1 + np.exp(-(both @ mix[:2] + mix[2]))), int(labels.sum()))
    return DecisionModel(fit_sums(examples, "decisions", seed, steps=1), fit_wording(examples, seed), mix, threshold)


def fit_wording(examples: Sequence[Example], seed: int) -> WordingModel:
    """Weights of words for decisions."""
    counts = Counter(gram for example in examples for text in example.talk.grams for gram in text)
    number = {gram: place for place, gram in enumerate(sorted(gram for gram, count in counts.items() if count >= FEWEST))}
    total = sum(len(example.talk) for example in examples)
    rarity = np.array([np.log(total / counts[gram]) for gram in number])
    labels = np.concatenate([example.labels["decisions"] for example in examples])
    kept = labels | (np.random.default_rng(seed).random(len(labels)) < NEGATIVES)
    own = [text for example in examples for text in example.talk.grams]
    around = [text for example in examples for text in grams_around(example.talk)]
    table = sparse.hstack([word_table(list(compress(texts, kept)), number, rarity) for texts in (own, around)]).tocsr()
    learnt = LogisticRegression(C=0.03, solver="liblinear", class_weight="balanced", tol=1e-2, random_state=seed)
    weights = learnt.fit(table, labels[kept]).coef_[0]
    return WordingModel(number, weights[: len(number)] * rarity, weights[len(number) :] * rarity)


def word_table(texts: Sequence[frozenset[str]], number: dict[str, int], rarity: Matrix) -> sparse.csr_matrix:
    """One row for each text: the rarity of each of its words, divided by the root of their number."""
    known = [sorted(number[gram] for gram in text if gram in number) for text in texts]
    sizes = np.array([len(part) for part in known])
    columns = np.array([column for part in known for column in part], dtype=int)
    values = rarity[columns] / np.repeat(np.sqrt(np.maximum(sizes, 1)), sizes)
    return sparse.csr_matrix((values, columns, np.concatenate([[0], sizes.cumsum()])), (len(texts), len(number)))


def fit_actions(examples: Sequence[Example], seed: int) -> ActionModel:
    """Both steps."""
    kind = "actions"
    folds = list(folds_of(examples, INNER_FOLDS, seed))
    first: dict[str, Matrix] = {}
    for held in folds:
        sums = fit_sums([example for example in examples if example.series not in held], kind, seed)
        first |= {example.name: sums.scores(example.features) for example in examples if example.series in held}
    cutoff = float(np.quantile(np.concatenate([scores[:, 0] for scores in first.values()]), 1 - CANDIDATES))
    chosen = {example.name: candidates(example, first[example.name], cutoff, kind) for example in examples}
    truths, scores = [], []
    for held in folds:
        forest = fit_forest([chosen[example.name] for example in examples if example.series not in held], seed)
        for example in (example for example in examples if example.series in held):
            features, labels = chosen[example.name]
            if len(labels):
                truths.append(labels)
                scores.append(forest.scores(features))
    positives = sum(int(example.labels[kind].sum()) for example in examples)
    threshold = best_threshold(np.concatenate(truths), np.concatenate(scores), positives)
    return ActionModel(fit_sums(examples, kind, seed), cutoff, fit_forest(list(chosen.values()), seed), threshold)


def folds_of(examples: Sequence[Example], count: int, seed: int) -> Iterator[frozenset[str]]:
    """The series divided at random; each by itself when there are not more than folds."""
    series = np.random.default_rng(seed).permutation(sorted({example.series for example in examples}))
    return (frozenset(map(str, part)) for part in np.array_split(series, min(count, len(series))))


def fit_sums(examples: Sequence[Example], kind: str, seed: int, steps: int = 3) -> Sums:
    """Weights of all features, of own cues only, of all but own cues."""
    features = np.vstack([example.features for example in examples]).astype(float)
    labels = np.concatenate([example.labels[kind] for example in examples])
    kept = labels | (np.random.default_rng(seed).random(len(labels)) < NEGATIVES)
    features, labels = features[kept], labels[kept]
    mean, scale = features.mean(0), features.std(0) + 0.02
    features = ((features - mean) / scale).clip(-6, 6)
    own = np.arange(features.shape[1]) < examples[0].talk.cues.shape[1]
    weights, bias = np.zeros((features.shape[1], steps)), np.zeros(steps)
    for number, (columns, strength) in enumerate(((own | ~own, 0.005), (own, 0.03), (~own, 0.005))[:steps]):
        learnt = LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(features[:, columns], labels)
        weights[columns, number], bias[number] = learnt.coef_[0], learnt.intercept_[0]
    return Sums(mean, scale, weights, bias)


def candidates(example: Example, first: Matrix, cutoff: float, kind: str) -> tuple[Matrix, Matrix]:
    """Features and labels for the second step."""
    rows = np.flatnonzero(first[:, 0] >= cutoff)
    return candidate_features(example.talk, first, rows), example.labels[kind][rows]


def fit_forest(chosen: Sequence[tuple[Matrix, Matrix]], seed: int) -> Forest:
    """The second step, as tables."""
    features, labels = np.vstack([part for part, _ in chosen]), np.concatenate([part for _, part in chosen])
    learnt = ExtraTreesClassifier(TREES, min_samples_leaf=LEAF, max_features=FEATURES, random_state=seed).fit(features, labels)
    trees = [tree.tree_ for tree in learnt.estimators_]
    roots = np.cumsum([0, *(tree.node_count for tree in trees)])[:-1]
    leaf = np.concatenate([tree.children_left < 0 for tree in trees])
    below = [
        np.concatenate([getattr(tree, f"children_{side}") + root for tree, root in zip(trees, roots, strict=True)])
        for side in ("left", "right")
    ]
    shares = np.concatenate([tree.value[:, 0, 1] / tree.value[:, 0].sum(1) for tree in trees])
    return Forest(
        roots=roots.astype(np.int32),
        feature=np.where(leaf, -1, np.concatenate([tree.feature for tree in trees])).astype(np.int16),
        threshold=rounded_down(np.where(leaf, 0, np.concatenate([tree.threshold for tree in trees]))),
        left=np.where(leaf, 0, below[0]).astype(np.int32),
        right=np.where(leaf, 0, below[1]).astype(np.int32),
        share=np.where(leaf, shares, 0).astype(np.float32),
    )


def rounded_down(values: Matrix) -> Matrix:
    """In single precision such that no comparison of a single-precision number with them changes."""
    single = values.astype(np.float32)
    return np.where(single > values, np.nextafter(single, np.float32(-np.inf)), single).astype(np.float32)


def best_threshold(labels: Matrix, scores: Matrix, positives: int) -> float:
    """The score from which on F1 is best; positives that are not among the labels count as missed."""
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    recall = recall * labels.sum() / max(positives, 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return float(thresholds[f1[:-1].argmax()])


def f1_score(labels: Matrix, found: Matrix) -> float:
    """F1; 0 when there is nothing to find and nothing found."""
    return 2 * float((labels & found).sum()) / max(int(labels.sum() + found.sum()), 1)


def held_out(examples: Sequence[Example], kind: str, count: int, seed: int) -> tuple[Matrix, Matrix]:
    """What people linked, and what is found in each meeting by a model that has seen no meeting of its fold."""
    found: dict[str, Matrix] = {}
    for held in folds_of(examples, count, seed):
        learnt = fit([example for example in examples if example.series not in held], kind, seed)
        for example in (example for example in examples if example.series in held):
            found[example.name] = learnt.scores(example.talk, example.features) >= learnt.threshold
    return (
        np.concatenate([example.labels[kind] for example in examples]),
        np.concatenate([found[example.name] for example in examples]),
    )


def parts_of(examples: Sequence[Example], count: int, seed: int) -> list[Matrix]:
    """For each fold the segments of all examples that are in it."""
    series = np.concatenate([[example.series] * len(example.talk) for example in examples])
    return [np.isin(series, list(held)) for held in folds_of(examples, count, seed)]


def figures(labels: Matrix, found: Matrix, parts: Sequence[Matrix]) -> str:
    """Precision, recall and F1 over everything, and the mean of F1 over the folds."""
    hits = int((labels & found).sum())
    means = [f1_score(labels[part], found[part]) for part in parts]
    return (
        f"{hits / max(found.sum(), 1):.3f} | {hits / max(labels.sum(), 1):.3f} | {f1_score(labels, found):.3f} | "
        f"{np.mean(means):.3f} ± {np.std(means):.3f}"
    )


def read_examples(folder: Path) -> list[Example]:
    """All meetings of the folder."""
    return [example_of(read_meeting(path)) for path in chosen_files(folder, None, None)]


def write(examples: Sequence[Example], path: Path) -> None:
    """Learn from all and write one file without pickled objects."""
    actions, decisions = fit_actions(examples, 0), fit_decisions(examples, 0)
    wording = decisions.wording
    table = {
        "actions.cutoff": np.array(actions.cutoff),
        "actions.threshold": np.array(actions.threshold),
        "decisions.threshold": np.array(decisions.threshold),
        "decisions.mix": decisions.mix,
        "decisions.wording.grams": np.frombuffer("\n".join(wording.number).encode(), dtype=np.uint8),
        "decisions.wording.own": wording.own.astype(np.float32),
        "decisions.wording.around": wording.around.astype(np.float32),
    }
    for name, part in (("actions.sums", actions.sums), ("actions.forest", actions.forest), ("decisions.sums", decisions.sums)):
        table |= {f"{name}.{field.name}": getattr(part, field.name) for field in fields(part)}
    np.savez_compressed(path, allow_pickle=False, **table)


def main() -> None:
    """Print the table, then write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--folds", type=int, nargs="*", default=[99], help="99: each series by itself; none: only learn")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="`-`: write nothing")
    chosen = parser.parse_args()
    examples = read_examples(chosen.data)
    print("| kind | folds | seed | precision | recall | F1, pooled | F1, mean over folds |\n|---|---|---|---|---|---|---|")
    for kind in chosen.kinds:
        for count in chosen.folds:
            for seed in range(chosen.seeds):
                result = figures(*held_out(examples, kind, count, seed), parts_of(examples, count, seed))
                print(f"| {kind} | {count} | {seed} | {result} |", flush=True)
    if str(chosen.out) != "-":
        write(examples, chosen.out)


if __name__ == "__main__":
    main()
