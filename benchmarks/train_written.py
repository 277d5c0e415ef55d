"""Learns from written meetings how people give and take tasks and settle things: `python benchmarks/train_written.py`.

Reads `benchmarks/training_meetings` (made for this, see its README) and, so that an hour of ordinary talk is known too, some of
the annotated real meetings. Writes `tasks/actions/commitments.npz`: which lines are of a task or a decision, which lines speak
of one task, and whose it is. Deterministic. First prints, over folds of meetings that were left out in turn, what the tables of
minutes would hold. Of `benchmarks/written_meetings` the half with odd numbers is learnt from too; the other half is never read.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, read_meeting
from as_captions import transcript_of_lines
from written_truth import HEAD, Written, count, total_row, written_meetings

from tasks.actions.assignment import NOBODY, Assignment, owner_features, pair_features
from tasks.actions.commitments import KINDS, WEIGHTS, Commitments, LineModel
from tasks.meeting.hashed_sum import CELLS, Blocks, HashedSum, arrays_of, cells_of
from tasks.meeting.line_features import line_blocks, own_blocks
from tasks.meeting.lines import TalkLine, lines_of
from tasks.meeting.people import People, is_punctuated, people_of
from tasks.schema import segment_id

FOLDER = Path(__file__).parent / "training_meetings"
FOLDS = 5
REAL_EVERY = 20
"""Every so manieth annotated meeting is learnt from as well."""
SHARED = 0.7
STRENGTH = {"around": 1.0, "alone": 2.0, "together": 1.0, "owner": 5.0}
"""`C` of each sum."""
FALSE_ITEMS = {"actions": (0.25, 1.5), "decisions": (0.25, 1.0)}
"""False items a meeting that the table may hold, and those of the table and the possible ones together."""
FEWEST = 2
Lines = tuple[float, float]


@dataclass(frozen=True)
class Example:
    """A written meeting, ready to learn from."""

    written: Written
    meeting: Meeting
    people: People

    @cached_property
    def lines(self) -> list[TalkLine]:
        """What the minutes' code makes of its segments: here nearly always one of each."""
        return lines_of(self.meeting.transcript.segments)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The line in which each segment is."""
        return {name: row for row, line in enumerate(self.lines) for name in line.ids}

    def rows(self, item: dict[str, Any]) -> list[int]:
        """The lines of a task or a decision of the truth."""
        return sorted({self.row_of[segment_id(number)] for number in item["lines"]})


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


def real_example(path: Path) -> Example:
    """An annotated meeting; nothing is known of its owners."""
    meeting = read_meeting(path)
    people = people_of(meeting.transcript, is_punctuated(meeting.transcript.segments))
    return Example(Written(meeting.name, "en", "", [], {}), meeting, people)


def learn(examples: Sequence[Example], real: Sequence[Example], lines: dict[str, Lines] | None = None) -> Commitments:
    """Everything; without lines nothing is over them."""
    everything = [*examples, *real]
    blocks = [block for one in everything for block in line_blocks(one.lines, one.people)]
    models = {}
    for kind in KINDS:
        parts = [part for one in everything for part in parts_of_items(one, kind)]
        around = fit(blocks, [part is not None for part in parts], STRENGTH["around"])
        telling = [part for part in parts if part is not False]
        own = [own_blocks(block) for block, part in zip(blocks, parts, strict=True) if part is not False]
        alone = fit(own, [part is True for part in telling], STRENGTH["alone"])
        models[kind] = LineModel(around, alone, *(lines[kind] if lines else (1.0, 1.0)))
    return Commitments(models, learn_assignment(examples))


def parts_of_items(example: Example, kind: str) -> list[bool | None]:
    """For each line: None outside of items; in one, whether it is a line that says what the item is.

    That are those which share most words with its description: `Sure, leave it with me` is part of a task and does not tell it.
    """
    texts = [line.text for line in example.lines]
    result: list[bool | None] = [None] * len(texts)
    items = example.meeting.actions if kind == "actions" else example.meeting.decisions
    truth = example.written.truth.get("tasks" if kind == "actions" else "decisions") or []
    told = [item["task" if kind == "actions" else "decision"] for item in truth] or [""] * len(items)
    for ids, description in zip(items, told, strict=True):
        shared = {row: len(_long_words(texts[row]) & _long_words(description)) for row in {example.row_of[name] for name in ids}}
        longest = max((words, len(texts[row]), row) for row, words in shared.items())[2]
        for row, words in shared.items():
            result[row] = bool(result[row]) or row == longest or (words >= max(1, SHARED * shared[longest]))
    return result


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2}


def learn_assignment(examples: Sequence[Example]) -> Assignment:
    """Both sums."""
    pairs = [pair for example in examples for pair in _pairs(example)]
    owners = [one for example in examples for one in _owners(example)]
    return Assignment(_fit_flat(pairs, STRENGTH["together"]), _fit_flat(owners, STRENGTH["owner"]))


def _pairs(example: Example) -> Iterator[tuple[list[str], bool]]:
    """Lines of tasks that follow one another, and whether they are of one task."""
    tasks = example.written.truth.get("tasks") or []
    of_line: dict[int, set[int]] = {}
    for number, task in enumerate(tasks):
        for row in example.rows(task):
            of_line.setdefault(row, set()).add(number)
    rows = sorted(of_line)
    for before, row in pairwise(rows):
        features = pair_features(example.lines, before, row, example.people)
        yield features, bool(of_line[before] & of_line[row])


def _owners(example: Example) -> Iterator[tuple[list[str], bool]]:
    """Everybody who may own a task, and whether it is so; from all of its lines, and from such parts as may be found of them."""
    for task in example.written.truth.get("tasks") or []:
        rows = example.rows(task)
        longer = [*rows, min(rows[-1] + 1, len(example.lines) - 1)]
        for part in {tuple(dict.fromkeys(each)) for each in (rows, rows[:1], rows[:2], rows[1:], rows[-1:], longer) if each}:
            candidates = owner_features(example.lines, part, example.people)
            owner = task.get("owner") if task.get("owner") in candidates else NOBODY
            for name, features in candidates.items():
                yield features, name == owner


def _fit_flat(rows: Sequence[tuple[list[str], bool]], strength: float) -> HashedSum:
    return fit([[features] for features, _ in rows], [label for _, label in rows], strength)


def fit(rows: Sequence[Blocks], labels: Sequence[bool], strength: float) -> HashedSum:
    """Balanced logistic regression, each block a vector of length 1."""
    cells = [[cells_of(block) for block in blocks] for blocks in rows]
    said = np.bincount(np.concatenate([each for blocks in cells for each in blocks]), minlength=CELLS)
    rarity = np.where(said >= FEWEST, 1 + np.log((1 + len(rows)) / (1 + said)), 0).astype(np.float16)
    values, columns, ends = [], [], [0]
    for blocks in cells:
        for each in blocks:
            counted = rarity[each].astype(np.float64)
            values.append(counted / max(float(np.linalg.norm(counted)), 1e-9))
            columns.append(each)
        ends.append(ends[-1] + sum(len(each) for each in blocks))
    table = sparse.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(rows), CELLS))
    learnt = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", random_state=0)
    learnt.fit(table, np.array(labels))
    return HashedSum(rarity, learnt.coef_[0].astype(np.float16), float(learnt.intercept_[0]))


def with_lines(learnt: Commitments, lines: dict[str, Lines]) -> Commitments:
    """The same with these lines for the table and for what is possible."""
    models = {kind: LineModel(model.around, model.alone, *lines[kind]) for kind, model in learnt.lines.items()}
    return replace(learnt, lines=models)


def lines_drawn(examples: Sequence[Example], scores: dict[str, dict[str, Any]]) -> dict[str, Lines]:
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
        right = np.array([not linked.isdisjoint(line.ids) for line in example.lines])
        starts = np.flatnonzero(over & ~np.append(False, over[:-1]))
        for start in starts:
            end = start + int(np.argmin(np.append(over[start:], False)))
            false += not right[start:end].any()
    return false / len(examples)


def save(learnt: Commitments, path: Path) -> None:
    """One file without pickled objects."""
    table = arrays_of("together", learnt.assignment.together) | arrays_of("owner", learnt.assignment.owner)
    for kind, model in learnt.lines.items():
        table |= arrays_of(f"{kind}.around", model.around) | arrays_of(f"{kind}.alone", model.alone)
        table |= {f"{kind}.table": model.table, f"{kind}.possible": model.possible}
    np.savez_compressed(path, allow_pickle=False, **table)


def main() -> None:
    """Learn, tell how well it does on meetings left out, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    half = [written for written in written_meetings() if written.learnt_from]
    examples = [example_of(written) for written in (*written_meetings(chosen.folder), *half)]
    real = [real_example(path) for path in sorted(chosen.data.glob("*.json"))[::REAL_EVERY]]
    print(f"{len(examples)} written meetings, {len(real)} real ones")
    unseen, scores = {}, {}
    for part in range(FOLDS):
        held = examples[part::FOLDS]
        learnt = learn([one for number, one in enumerate(examples) if number % FOLDS != part], real)
        for example in held:
            unseen[example.written.name] = learnt
            blocks = line_blocks(example.lines, example.people)
            scores[example.written.name] = {
                kind: model.probabilities(example.lines, blocks) for kind, model in learnt.lines.items()
            }
    lines = lines_drawn(examples, scores)
    print({kind: [round(line, 3) for line in pair] for kind, pair in lines.items()})
    print(HEAD)
    for language in ("en", "vi"):
        part = [one.written for one in examples if one.written.language == language]
        print(total_row(language, [count(one, None, with_lines(unseen[one.name], lines)) for one in part]))
    save(learn(examples, real, lines), chosen.out)


if __name__ == "__main__":
    main()
