"""How well tasks and decisions are found in real meetings: `python benchmarks/actions.py`.

Each series of the AMI corpus is scored by a detector that has seen no meeting of it, with lines that were drawn on the other
series. By utterance: positive is what people linked to any item. By item: a found item counts if it touches a human one, a human
one is found if an item touches it. Rows: the baseline (words of the utterance and of its two neighbours on each side as TF-IDF,
the tenth of the meeting, logistic regression; the line that is best on the held-out scores of all other series), the detector at
both lines, the rules, which learn nothing, and everything together as `minutes run` writes it from captions, verification
included. Behind each F1 stand the 5th and 95th percentile of 2,000 draws of the series. Then the written meetings
(`written_truth.py`), if there are any, and the speed of the packaged detector.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, chosen_files, read_meeting
from as_captions import Line, minutes_of, transcript_of_lines
from train_detector import Matrix, best_line, corpus_of, series_of, unseen_detectors
from written_truth import FOLDER, HEAD, as_recognized, written_meetings, written_rows

from tasks.actions.commitments import packaged as packaged_commitments
from tasks.actions.detector import KINDS, WEIGHTS, Detector, packaged, read_detector
from tasks.actions.likely import stretches
from tasks.evaluation.passages import Matches
from tasks.models.processor import processor_line
from tasks.schema import Minutes, PossibleKind

NEIGHBOURS = 2
DRAWS = 2000
ROWS = ("TF-IDF, place, logistic regression", "detector, over `possible`", "detector, over `table`", "rules", "`minutes run`",
        "`minutes run` with possible ones")  # fmt: skip
Items = list[set[int]]
"""Each as the rows of the meeting that it cites."""


@dataclass(frozen=True)
class Counts:
    """What one way found in one meeting."""

    hits: int = 0
    found: int = 0
    linked: int = 0
    items_right: int = 0
    items: int = 0
    human_found: int = 0
    human: int = 0

    def array(self) -> Matrix:
        return np.array([self.hits, self.found, self.linked, self.items_right, self.items, self.human_found, self.human])


def compared(found: Items, human: Items) -> Counts:
    """By utterance and by item."""
    cited, linked = set().union(*found), set().union(*human)
    items = Matches.between(found, human, set.__and__)
    return Counts(len(cited & linked), len(cited), len(linked), items.right, items.ours, items.found, items.human)


def baseline_scores(meetings: Sequence[Meeting], kinds: Sequence[str]) -> dict[str, list[Matrix]]:
    """For each kind and meeting whether a segment is found by the simple way."""
    texts = [[segment.text for segment in meeting.transcript.segments] for meeting in meetings]
    own = np.array([text for part in texts for text in part], dtype=object)
    around = np.array([_beside(part, row) for part in texts for row in range(len(part))], dtype=object)
    tenths = sparse.csr_matrix(np.eye(10)[np.concatenate([np.arange(len(part)) * 10 // len(part) for part in texts])])
    series = np.concatenate([[series_of(meeting)] * len(part) for meeting, part in zip(meetings, texts, strict=True)])
    labels = {kind: np.concatenate([_linked(meeting, kind) for meeting in meetings]) for kind in kinds}
    scores = {kind: np.zeros(len(series)) for kind in kinds}
    for name in sorted(set(series)):
        held = series == name
        words = [TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True) for _ in range(2)]
        pairs = list(zip(words, (own, around), strict=True))
        seen = sparse.hstack([*(word.fit_transform(text[~held]) for word, text in pairs), tenths[~held]]).tocsr()
        new = sparse.hstack([*(word.transform(text[held]) for word, text in pairs), tenths[held]]).tocsr()
        for kind in kinds:
            learnt = LogisticRegression(C=10, class_weight="balanced", solver="liblinear").fit(seen, labels[kind][~held])
            scores[kind][held] = learnt.decision_function(new)
    ends = np.cumsum([len(part) for part in texts])[:-1]
    found = {kind: np.zeros(len(series), dtype=bool) for kind in kinds}
    for name in sorted(set(series)):
        held = series == name
        for kind in kinds:
            found[kind][held] = scores[kind][held] >= best_line(labels[kind][~held], scores[kind][~held])
    return {kind: np.split(found[kind], ends) for kind in kinds}


def _beside(texts: Sequence[str], row: int) -> str:
    return " ".join([*texts[max(0, row - NEIGHBOURS) : row], *texts[row + 1 : row + 1 + NEIGHBOURS]])


def human_items(meeting: Meeting, kind: str) -> Items:
    """What people wrote, as rows."""
    return [{int(name[1:]) - 1 for name in item} for item in getattr(meeting, kind)]


def _linked(meeting: Meeting, kind: str) -> Matrix:
    rows = set().union(*human_items(meeting, kind))
    return np.array([row in rows for row in range(len(meeting.transcript.segments))])


def items_of(minutes: Minutes, kind: str, *, possible: bool = False) -> Items:
    """The items of the minutes, as rows of the transcript."""
    items = [item.evidence for item in (minutes.action_items if kind == "actions" else minutes.decisions)]
    wanted = PossibleKind.TASK if kind == "actions" else PossibleKind.DECISION
    items += [item.evidence for item in minutes.possible if possible and item.kind is wanted]
    return [{int(name[1:]) - 1 for name in evidence.segment_ids} for evidence in items]


def found_by_product(meeting: Meeting, detector: Detector, kinds: Sequence[str]) -> dict[tuple[str, str], Items]:
    """For each kind and way the items of one meeting."""
    segments = meeting.transcript.segments
    scores = detector.scores(segments)
    lines = [Line(part.start_s, part.end_s, part.speaker or "", part.text) for part in segments]
    transcript = transcript_of_lines(lines, f"2005-01-03-{meeting.name}")
    rules, everything = (
        minutes_of(transcript, each, learnt) for each, learnt in ((None, None), (detector, packaged_commitments()))
    )
    result = {}
    for kind in kinds:
        second = detector.second[kind]
        for name, line in ((ROWS[1], second.possible), (ROWS[2], second.table)):
            result[kind, name] = [set(rows) for rows in stretches(scores[kind] >= line)]
        result[kind, ROWS[3]] = items_of(rules, kind)
        result[kind, ROWS[4]] = items_of(everything, kind)
        result[kind, ROWS[5]] = items_of(everything, kind, possible=True)
    return result


def all_counts(meetings: Sequence[Meeting], folder: Path | None, kinds: Sequence[str]) -> dict[tuple[str, str], Matrix]:
    """For each kind and way the counts, shape (series, 7)."""
    names = sorted({series_of(meeting) for meeting in meetings})
    totals = {(kind, row): np.zeros((len(names), 7)) for kind in kinds for row in ROWS}
    baseline = baseline_scores(meetings, kinds)
    for name, detector in unseen_detectors(corpus_of(meetings), folder):
        for number, meeting in enumerate(meetings):
            if series_of(meeting) == name:
                found = found_by_product(meeting, detector, kinds)
                found |= {(kind, ROWS[0]): [set(rows) for rows in stretches(baseline[kind][number])] for kind in kinds}
                for (kind, row), items in found.items():
                    totals[kind, row][names.index(name)] += compared(items, human_items(meeting, kind)).array()
    return totals


def f1_scores(counts: Matrix) -> Matrix:
    """Precision, recall and F1 by utterance, then by item. Shape (..., 6) from (..., 7)."""
    hits, found, linked, right, items, human_found, human = np.moveaxis(counts, -1, 0)
    parts = [
        hits / np.maximum(found, 1),
        hits / np.maximum(linked, 1),
        right / np.maximum(items, 1),
        human_found / np.maximum(human, 1),
    ]
    f1 = [2 * p * r / np.maximum(p + r, 1e-9) for p, r in (parts[:2], parts[2:])]
    return np.stack([*parts[:2], f1[0], *parts[2:], f1[1]], axis=-1)


def tables(totals: dict[tuple[str, str], Matrix], names: Sequence[str]) -> Iterator[str]:
    """All series together, then F1 by utterance and item for each."""
    drawn = np.random.default_rng(0).integers(len(names), size=(DRAWS, len(names)))
    yield "| what | how | utterance P | R | F1 | item P | R | F1 |\n|---|---|---|---|---|---|---|---|"
    for (kind, row), counts in totals.items():
        scores, draws = f1_scores(counts.sum(0)), f1_scores(counts[drawn].sum(1))
        low, high = np.percentile(draws, (5, 95), axis=0)
        shown = [f"{scores[place]:.2f}" for place in range(6)]
        for place in (2, 5):
            shown[place] = f"**{scores[place]:.3f}** ({low[place]:.2f}-{high[place]:.2f})"
        yield f"| {kind} | {row} | {' | '.join(shown)} |"
    yield f"\n| series | {' | '.join(f'{kind}: {row}' for kind, row in totals)} |\n|---|{'---|' * len(totals)}"
    for number, name in enumerate(names):
        pairs = [f1_scores(counts[number]) for counts in totals.values()]
        yield f"| {name} | {' | '.join(f'{scores[2]:.2f}, {scores[5]:.2f}' for scores in pairs)} |"


def speed(meetings: Sequence[Meeting]) -> str:
    """Utterances per second for both kinds, and seconds to load the weights."""
    started = perf_counter()
    detector = read_detector(WEIGHTS)
    loaded_s = perf_counter() - started
    started = perf_counter()
    for meeting in meetings:
        detector.scores(meeting.transcript.segments)
    count = sum(len(meeting.transcript.segments) for meeting in meetings)
    return (
        f"{count / (perf_counter() - started):.0f} utterances a second for both kinds, features included ({processor_line()}); "
        f"weights of {WEIGHTS.stat().st_size / 2**20:.1f} MB loaded in {loaded_s:.2f} s"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--detectors", type=Path, help="a folder that keeps the detector of each series for the next time")
    parser.add_argument("--written", type=Path, default=FOLDER)
    parser.add_argument("--each", action="store_true", help="a row for each written meeting too")
    parser.add_argument("--only-written", action="store_true")
    chosen = parser.parse_args()
    if not chosen.only_written:
        meetings = [read_meeting(path) for path in chosen_files(chosen.data, None, None)]
        print(f"{len(meetings)} meetings, {sum(len(meeting.transcript.segments) for meeting in meetings)} utterances\n")
        names = sorted({series_of(meeting) for meeting in meetings})
        print(*tables(all_counts(meetings, chosen.detectors, chosen.kinds), names), sep="\n", flush=True)
        print(f"\n{speed(meetings)}")
    if written := written_meetings(chosen.written):
        heard = [as_recognized(meeting) for meeting in written]
        for name, meetings_read, commitments in (
            ("rules and detector", written, None),
            ("with commitments", written, packaged_commitments()),
            ("with commitments, a segment a sentence as a recognizer makes them", heard, packaged_commitments()),
        ):
            print(f"\n{name}:\n")
            print(f"{HEAD}\n{'|---' * HEAD.count(' | ')}|---|")
            print(*written_rows(meetings_read, packaged(), commitments, each=chosen.each), sep="\n")


if __name__ == "__main__":
    main()
