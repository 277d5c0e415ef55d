"""How well action items and decisions are found in real meetings: `python benchmarks/actions.py`.

An utterance counts as positive when people linked it to any action item (or decision). Precision, recall and F1 are over all
utterances of all meetings. Each series of meetings is scored by a model that has seen no meeting of it, with a threshold
chosen on the meetings it was learnt from. In the same run and on the same folds: words of the utterance and of its two
neighbours on each side (TF-IDF, one and two words), the tenth of the meeting and logistic regression, with the threshold that
is best on the held-out scores of all other series and, more in its favour, with the best one in hindsight; and the `rules`
backend, which learns nothing. Then the speed of the packaged detector, and what it and the rules find in the sample meetings,
which are nothing like the meetings it was learnt from.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, chosen_files, read_meeting, transcript_of
from train_detector import KINDS, Example, Matrix, best_threshold, example_of, figures, held_out, parts_of

from tasks.actions.detector import WEIGHTS, action_model, decision_model, score
from tasks.actions.rules import RuleExtractor
from tasks.engine.base import Device
from tasks.models.processor import processor_line
from tasks.schema import Transcript

SAMPLES = Path(__file__).parent.parent / "sample_audio"
NEIGHBOURS = 2


class Plain:
    """The simple baseline, on texts that are vectorised once for each fold."""

    def __init__(self, meetings: Sequence[Meeting], labels: Matrix) -> None:
        texts = [[segment.text for segment in meeting.transcript.segments] for meeting in meetings]
        self.own = np.array([text for part in texts for text in part], dtype=object)
        self.around = np.array(
            [
                " ".join(part[max(0, row - NEIGHBOURS) : row] + part[row + 1 : row + 1 + NEIGHBOURS])
                for part in texts
                for row in range(len(part))
            ],
            dtype=object,
        )
        tenths = np.concatenate([np.arange(len(part)) * 10 // len(part) for part in texts])
        self.place = sparse.csr_matrix(np.eye(10)[tenths])
        self.labels = labels

    def scores(self, known: Matrix, asked: Matrix) -> Matrix:
        """Log-odds of the rows asked for, learnt from the known rows."""
        columns = []
        for texts in (self.own, self.around):
            words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
            columns.append((words.fit_transform(texts[known]), words.transform(texts[asked])))
        columns.append((self.place[known], self.place[asked]))
        seen, new = (sparse.hstack(side).tocsr() for side in zip(*columns, strict=True))
        learnt = LogisticRegression(C=10, class_weight="balanced", solver="liblinear").fit(seen, self.labels[known])
        scores: Matrix = learnt.decision_function(new)
        return scores


def plain_found(plain: Plain, parts: Sequence[Matrix]) -> tuple[Matrix, Matrix]:
    """What the baseline finds with the threshold that is best on all other folds, and with the one that is best in hindsight."""
    scores, found = np.zeros(len(plain.labels)), np.zeros(len(plain.labels), dtype=bool)
    for part in parts:
        scores[part] = plain.scores(~part, part)
    for part in parts:
        known = plain.labels[~part]
        found[part] = scores[part] >= best_threshold(known, scores[~part], int(known.sum()))
    return found, scores >= best_threshold(plain.labels, scores, int(plain.labels.sum()))


def rules_found(transcript: Transcript, kind: str) -> Matrix:
    """The segments that the rules cite."""
    findings = RuleExtractor(RuleExtractor.Options(), Device("cpu", "benchmark")).extract(transcript)
    claims = findings.action_items if kind == "actions" else findings.decisions
    cited = {name for claim in claims for name in claim.segment_ids}
    return np.array([segment.id in cited for segment in transcript.segments])


def rows(meetings: Sequence[Meeting], examples: Sequence[Example], kind: str, count: int, seed: int) -> Iterator[str]:
    """The table for one kind and one way of dividing the series."""
    parts = parts_of(examples, count, seed)
    head = f"| {kind} | {len(parts)} | {seed} "
    labels, found = held_out(examples, kind, count, seed)
    yield f"{head}| detector | {figures(labels, found, parts)} |"
    simple, hindsight = plain_found(Plain(meetings, labels), parts)
    yield f"{head}| TF-IDF, place, logistic regression | {figures(labels, simple, parts)} |"
    yield f"{head}| the same, threshold in hindsight | {figures(labels, hindsight, parts)} |"
    rules = np.concatenate([rules_found(meeting.transcript, kind) for meeting in meetings])
    yield f"{head}| rules | {figures(labels, rules, parts)} |"


def speed(meetings: Sequence[Meeting]) -> str:
    """Utterances per second with everything, and seconds to load the weights."""
    started = perf_counter()
    thresholds = [action_model().threshold, decision_model().threshold]
    loaded = perf_counter() - started
    started = perf_counter()
    for meeting in meetings:
        score(meeting.transcript.segments)
    seconds = perf_counter() - started
    count = sum(len(meeting.transcript.segments) for meeting in meetings)
    size = WEIGHTS.stat().st_size / 2**20
    return (
        f"{count / seconds:.0f} utterances a second for both kinds, features included ({processor_line()}); weights of "
        f"{size:.1f} MB loaded in {loaded:.2f} s; thresholds {thresholds[0]:.3f} and {thresholds[1]:.3f}"
    )


def sample_rows(truth_file: Path) -> Iterator[str]:
    """What detector and rules find among the true sentences of a sample meeting, given its true turns."""
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    transcript = sample_transcript(truth)
    scores = score(transcript.segments)
    thresholds = {"actions": action_model().threshold, "decisions": decision_model().threshold}
    ways: dict[str, Callable[[str], Matrix]] = {
        "detector": lambda kind: getattr(scores, kind) >= thresholds[kind],
        "rules": lambda kind: rules_found(transcript, kind),
    }
    traps = [trap for trap in truth["traps"] if trap["kind"] != "reassigned"]
    for name, found in ways.items():
        actions, decisions = found("actions"), found("decisions")
        hit = [touched(truth["action_items"], transcript, actions), touched(truth["decisions"], transcript, decisions)]
        counts = [len(truth["action_items"]), len(truth["decisions"])]
        taken = touched(traps, transcript, actions)
        yield (
            f"| {truth['recording']} | {name} | {hit[0]}/{counts[0]} | {int(actions.sum())} | {taken}/{len(traps)} | "
            f"{hit[1]}/{counts[1]} | {int(decisions.sum())} |"
        )


def sample_transcript(truth: dict[str, Any]) -> Transcript:
    """The true turns as segments."""
    turns = [
        {"start": turn["start_s"], "end": turn["end_s"], "speaker": turn["speaker"], "text": turn["text"]}
        for turn in truth["turns"]
    ]
    transcript = transcript_of({"meeting": truth["title"], "duration": truth["duration_s"], "utterances": turns})
    segments = tuple(segment.model_copy(update={"language": truth["language"]}) for segment in transcript.segments)
    return transcript.model_copy(update={"segments": segments, "language": truth["language"]})


def touched(sentences: Sequence[dict[str, Any]], transcript: Transcript, found: Matrix) -> int:
    """How many of the sentences stand in a segment that was found."""
    segments = [segment for segment, said in zip(transcript.segments, found, strict=True) if said]
    return sum(
        any(min(part.end_s, one["end_s"]) - max(part.start_s, one["start_s"]) > 0.1 for part in segments) for one in sentences
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS))
    parser.add_argument("--folds", type=int, default=99, help="99: each series by itself")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = parser.parse_args()
    meetings = [read_meeting(path) for path in chosen_files(chosen.data, None, None)]
    examples = [example_of(meeting) for meeting in meetings]
    print(f"{len(meetings)} meetings, {sum(len(example.talk) for example in examples)} utterances\n")
    print(
        "| what | folds | seed | how | precision | recall | F1, pooled | F1, mean over folds |\n|---|---|---|---|---|---|---|---|"
    )
    for kind in chosen.kinds:
        for seed in chosen.seeds:
            for line in rows(meetings, examples, kind, chosen.folds, seed):
                print(line, flush=True)
    print(f"\n{speed(meetings)}\n")
    print("| sample | how | action items | segments cited | traps taken | decisions | segments cited |")
    print("|---|---|---|---|---|---|---|")
    for truth_file in sorted(SAMPLES.glob("*.truth.json")):
        print(*sample_rows(truth_file), sep="\n")


if __name__ == "__main__":
    main()
