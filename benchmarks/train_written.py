"""Learns from written meetings how people give and take tasks and settle things: `python benchmarks/train_written.py`.

Reads `benchmarks/training_meetings` (made for this, see its README) and, so that an hour of ordinary talk is known too, some of
the annotated real meetings. Writes `tasks/actions/commitments.npz`, a detector like that of `train_detector.py`, and
`tasks/actions/assignment.npz`: which lines speak of one task, and whose it is. Deterministic. First prints, over folds of
meetings that were left out in turn, what the tables of minutes would hold; the meetings of `benchmarks/written_meetings` are
never read.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, read_meeting
from as_captions import transcript_of_lines
from train_detector import Settings, corpus_of, fit, write
from written_truth import Written, count, total_row, written_meetings

from tasks.actions.assignment import CELLS, NOBODY, Assignment, HashedSum, cells_of, owner_features, pair_features
from tasks.actions.assignment import WEIGHTS as ASSIGNMENT
from tasks.actions.commitments import LANGUAGES, Commitments
from tasks.actions.commitments import WEIGHTS as WRITTEN
from tasks.actions.detector import KINDS
from tasks.meeting.people import People, is_punctuated, people_of

FOLDER = Path(__file__).parent / "training_meetings"
FOLDS = 5
SETTINGS = Settings({"actions": 3.0, "decisions": 3.0, "mentioned": 3.0}, 0.03, 1.0)
REAL_EVERY = 6
"""Every so manieth annotated meeting is learnt from as well."""
STRENGTH = {"together": 1.0, "owner": 5.0}
FALSE_ITEMS = {"actions": (0.6, 1.5), "decisions": (0.3, 1.0)}
"""False items a meeting that the table may hold, and those of the table and the possible ones together."""
FEWEST = 2


@dataclass(frozen=True)
class Example:
    """A written meeting, ready to learn from."""

    written: Written
    meeting: Meeting
    people: People


def example_of(written: Written) -> Example:
    """The meeting as the transcript of its captions."""
    transcript = transcript_of_lines(written.lines, f"{written.date}-{written.name}")
    segments = tuple(segment.model_copy(update={"language": written.language}) for segment in transcript.segments)
    transcript = transcript.model_copy(update={"segments": segments, "language": written.language})
    linked = {
        kind: [frozenset(segments[line - 1].id for line in item["lines"]) for item in written.truth.get(kind) or []]
        for kind in ("tasks", "decisions")
    }
    meeting = Meeting(written.name, transcript, "", [], linked["decisions"], linked["tasks"])
    return Example(written, meeting, people_of(transcript, is_punctuated(segments)))


def learn(examples: Sequence[Example], real: Sequence[Meeting]) -> Commitments:
    """The detector with its lines, and the assignment."""
    corpus = corpus_of([*(example.meeting for example in examples), *real])
    known = np.ones(len(corpus.series), dtype=bool)
    detector = replace(fit(corpus, known, settings=SETTINGS), languages=LANGUAGES)
    return Commitments(detector, learn_assignment(examples))


def learn_assignment(examples: Sequence[Example]) -> Assignment:
    """Both sums."""
    pairs = [pair for example in examples for pair in _pairs(example)]
    owners = [one for example in examples for one in _owners(example)]
    return Assignment(_fit(pairs, STRENGTH["together"]), _fit(owners, STRENGTH["owner"]))


def _pairs(example: Example) -> Iterator[tuple[list[str], bool]]:
    """Lines of tasks that follow one another, and whether they are of one task."""
    tasks = example.written.truth.get("tasks") or []
    of_line: dict[int, set[int]] = {}
    for number, task in enumerate(tasks):
        for line in task["lines"]:
            of_line.setdefault(line - 1, set()).add(number)
    rows = sorted(of_line)
    for before, row in pairwise(rows):
        features = pair_features(example.meeting.transcript.segments, before, row, example.people)
        yield features, bool(of_line[before] & of_line[row])


def _owners(example: Example) -> Iterator[tuple[list[str], bool]]:
    for task in example.written.truth.get("tasks") or []:
        rows = sorted(line - 1 for line in task["lines"])
        candidates = owner_features(example.meeting.transcript.segments, rows, example.people)
        owner = task.get("owner") if task.get("owner") in candidates else NOBODY
        for name, features in candidates.items():
            yield features, name == owner


def _fit(rows: Sequence[tuple[list[str], bool]], strength: float) -> HashedSum:
    cells = [cells_of(features) for features, _ in rows]
    said = np.bincount(np.concatenate(cells), minlength=CELLS)
    rarity = np.where(said >= FEWEST, 1 + np.log((1 + len(rows)) / (1 + said)), 0).astype(np.float32)
    counted = np.concatenate([rarity[each] / max(float(np.linalg.norm(rarity[each])), 1e-9) for each in cells])
    ends = np.cumsum([0, *(len(each) for each in cells)])
    table = sparse.csr_matrix((counted, np.concatenate(cells), ends), shape=(len(rows), CELLS))
    learnt = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=0)
    learnt.fit(table, np.array([label for _, label in rows]))
    return HashedSum(rarity, learnt.coef_[0].astype(np.float32), float(learnt.intercept_[0]))


def with_lines(learnt: Commitments, lines: dict[str, tuple[float, float]]) -> Commitments:
    """The same with these lines for the table and for what is possible."""
    second = {kind: replace(look, table=lines[kind][0], possible=lines[kind][1]) for kind, look in learnt.detector.second.items()}
    return replace(learnt, detector=replace(learnt.detector, second=second))


def lines_of(examples: Sequence[Example], scores: dict[str, dict[str, Any]]) -> dict[str, tuple[float, float]]:
    """From above, the last lines that cost no more false items a meeting than they may, on meetings that were left out."""
    result = {}
    for kind in KINDS:
        everything = np.unique(np.concatenate([scores[example.written.name][kind] for example in examples]))[::-1]
        steps = everything[np.linspace(0, len(everything) - 1, 400).astype(int)]
        costs = [(line, _false_items(examples, scores, kind, line)) for line in steps]
        under = [list(takewhile(lambda one, most=most: one[1] <= most, costs)) for most in FALSE_ITEMS[kind]]
        result[kind] = (float(under[0][-1][0]), float(under[1][-1][0]))
    return result


def _false_items(examples: Sequence[Example], scores: dict[str, dict[str, Any]], kind: str, line: float) -> float:
    """Runs over the line that touch no item of this kind, a meeting."""
    false = 0
    for example in examples:
        over = scores[example.written.name][kind] >= line
        items = example.meeting.actions if kind == "actions" else example.meeting.decisions
        linked = frozenset[str]().union(*items)
        right = np.array([segment.id in linked for segment in example.meeting.transcript.segments])
        starts = np.flatnonzero(over & ~np.append(False, over[:-1]))
        for start in starts:
            end = start + int(np.argmin(np.append(over[start:], False)))
            false += not right[start:end].any()
    return false / len(examples)


def save(learnt: Commitments, detector: Path, assignment: Path) -> None:
    """Two files without pickled objects."""
    write(learnt.detector, detector)
    table = {}
    for name, one in (("together", learnt.assignment.together), ("owner", learnt.assignment.owner)):
        table |= {f"{name}.rarity": one.rarity, f"{name}.weights": one.weights, f"{name}.bias": np.asarray(one.bias)}
    np.savez_compressed(assignment, allow_pickle=False, **table)


def main() -> None:
    """Learn, tell how well it does on meetings left out, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=WRITTEN)
    parser.add_argument("--assignment", type=Path, default=ASSIGNMENT)
    chosen = parser.parse_args()
    examples = [example_of(written) for written in written_meetings(chosen.folder)]
    real = [read_meeting(path) for path in sorted(chosen.data.glob("*.json"))[::REAL_EVERY]]
    print(f"{len(examples)} written meetings, {len(real)} real ones")
    unseen, scores = {}, {}
    for part in range(FOLDS):
        held = examples[part::FOLDS]
        learnt = learn([one for number, one in enumerate(examples) if number % FOLDS != part], real)
        for example in held:
            unseen[example.written.name] = learnt
            scores[example.written.name] = learnt.detector.scores(example.meeting.transcript.segments)
    lines = lines_of(examples, scores)
    print({kind: [round(line, 3) for line in pair] for kind, pair in lines.items()})
    for language in ("en", "vi"):
        part = [one.written for one in examples if one.written.language == language]
        print(total_row(language, [count(one, None, with_lines(unseen[one.name], lines)) for one in part]))
    save(with_lines(learn(examples, real), lines), chosen.out, chosen.assignment)


if __name__ == "__main__":
    main()
