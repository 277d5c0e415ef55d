"""Learns from written meetings which sentences minutes should quote: `python benchmarks/train_salience.py`.

Reads `benchmarks/training_meetings`, where the lines of each meeting are marked that its summary should quote, and those that
are worth a point. Writes `tasks/summarization/salience.npz`. Deterministic. Prints what the summary takes of meetings that
were left out, and then of `benchmarks/written_meetings`, of which nothing is learnt: they are marked twice, and one marking is
measured by the other, too.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from train_written import Example, example_of, fit
from written_truth import written_meetings

from tasks.meeting.hashed_sum import arrays_of
from tasks.meeting.line_features import word_blocks
from tasks.schema import Claim
from tasks.summarization.choosing import choose_telling
from tasks.summarization.salience import MARKS, WEIGHTS, Salience
from tasks.summarization.spoken import choose_spoken, spoken_sentences

FOLDER = Path(__file__).parent / "training_meetings"
FOLDS = 5
STRENGTH = 1.0
"""`C` of both sums."""
SENTENCES, A_SENTENCE = 5, 6
"""As many as the summary has, but not more than every so manieth line."""
COLUMNS = ("meetings", "chosen by", "sentences", "for the summary", "worth a point", "of the summary's lines")
Marked = Mapping[str, Sequence[int]]
Choice = Callable[[Example], list[int]]


def marks_of(example: Example, marking: int = 0) -> Marked:
    """The lines that are marked, the first or the second time."""
    marks: Marked = example.written.truth["marks"][marking]
    return marks


def learn(examples: Sequence[Example]) -> Salience:
    """Both sums. A line of the summary is worth a point, too."""
    blocks, labels = [], dict[str, list[bool]]({mark: [] for mark in MARKS})
    for example in examples:
        summary, points = (set(marks_of(example)[mark]) for mark in MARKS)
        for number, segment in enumerate(example.meeting.transcript.segments, 1):
            blocks.append(word_blocks(segment.text, example.people))
            labels["summary"].append(number in summary)
            labels["points"].append(number in summary | points)
    return {mark: fit(blocks, labels[mark], STRENGTH) for mark in MARKS}


def wanted(example: Example) -> int:
    """How many sentences are chosen."""
    return min(SENTENCES, max(1, len(example.written.lines) // A_SENTENCE))


def by_learning(learnt: Salience) -> Choice:
    """As the product does."""

    def choose(example: Example) -> list[int]:
        meeting = example.meeting.transcript
        claims = choose_spoken(spoken_sentences(meeting, learnt), meeting.segments, wanted(example))
        return [int(claim.segment_ids[0][1:]) for claim in claims]

    return choose


def by_words(example: Example) -> list[int]:
    """The sentences with the words that are said most, as in languages of which nothing was learnt."""
    meeting = example.meeting.transcript
    claims = [Claim(text=segment.text, segment_ids=(segment.id,)) for segment in meeting.segments]
    return [int(claim.segment_ids[0][1:]) for claim in choose_telling(claims, meeting.segments, wanted(example))]


def the_first(example: Example) -> list[int]:
    """The first lines."""
    return list(range(1, wanted(example) + 1))


def row(name: str, how: str, examples: Sequence[Example], choice: Choice) -> str:
    """What is right of what was chosen, by the first marking."""
    chosen, right, worth, there = 0, 0, 0, 0
    for example in examples:
        lines, marks = choice(example), marks_of(example)
        chosen, there = chosen + len(lines), there + len(marks["summary"])
        right += len(set(lines) & set(marks["summary"]))
        worth += len(set(lines) & {*marks["summary"], *marks["points"]})
    return f"| {name} ({len(examples)}) | {how} | {chosen} | {right / chosen:.0%} | {worth / chosen:.0%} | {right / there:.0%} |"


def left_out(examples: Sequence[Example]) -> Choice:
    """What is chosen in each meeting by what was learnt from the others."""
    choices = {}
    for part in range(FOLDS):
        learnt = learn([one for number, one in enumerate(examples) if number % FOLDS != part])
        choices |= {one.written.name: by_learning(learnt) for one in examples[part::FOLDS]}
    return lambda example: choices[example.written.name](example)


def rows(examples: Sequence[Example], unread: Sequence[Example], learnt: Salience) -> Iterator[str]:
    """The table."""
    turns = left_out(examples)
    for language in ("en", "vi"):
        part = [one for one in examples if one.written.language == language]
        for how, choice in (("the first lines", the_first), ("words said most", by_words), ("learnt from the others", turns)):
            yield row(f"{language}, left out in turn", how, part, choice)
        part = [one for one in unread if one.written.language == language]
        for how, choice in (("the first lines", the_first), ("words said most", by_words), ("learnt", by_learning(learnt))):
            yield row(f"{language}, unread", how, part, choice)
        yield row(f"{language}, unread", "the other marking", part, lambda example: list(marks_of(example, 1)["summary"]))


def main() -> None:
    """Learn, tell how well it does, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    examples = [example_of(written) for written in written_meetings(chosen.folder) if written.truth.get("marks")]
    learnt = learn(examples)
    arrays = {name: value for mark, each in learnt.items() for name, value in arrays_of(mark, each).items()}
    np.savez_compressed(chosen.out, allow_pickle=False, **arrays)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for line in rows(examples, [example_of(written) for written in written_meetings()], learnt):
        print(line, flush=True)


if __name__ == "__main__":
    main()
