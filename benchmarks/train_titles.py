"""Learns what a title of a part of a meeting is like: `python benchmarks/train_titles.py`.

Reads the `topics` of `benchmarks/training_meetings`: stretches of lines and the phrase that heads each, mostly as it was said.
Writes `tasks/summarization/titles.npz`. Prints how often the first choice is the phrase of the topics, and how many of its words
are (F1): on training meetings that were left out in turn, and then on `benchmarks/written_meetings`, of which nothing is learnt;
beside it the phrase whose words a part says more than the others. Deterministic.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from train_written import FOLDER, FOLDS, example_of, fit
from written_truth import Written, written_meetings

from tasks.meeting.hashed_sum import HashedSum, arrays_of
from tasks.summarization.people import known_people
from tasks.summarization.spoken import spoken_sentences
from tasks.summarization.title_phrases import TitlePhrase
from tasks.summarization.titles import WEIGHTS, best_first, phrases_of

STRENGTH = 1.0
"""`C`."""
COLUMNS = ("meetings", "chosen by", "parts", "the phrase itself", "F1 of its words", "no word of it")
Choice = Callable[["Part"], str]


@dataclass(frozen=True)
class Part:
    """A part of a meeting."""

    meeting: str
    language: str
    titles: tuple[str, ...]
    """The phrase that heads it, and another that would do."""
    phrases: Sequence[TitlePhrase]


def parts_of(written: Written) -> list[Part]:
    """The parts of a meeting that have titles."""
    transcript = example_of(written).meeting.transcript
    topics = written.truth.get("topics") or []
    segments = [transcript.segments[topic["lines"][0] - 1 : topic["lines"][1]] for topic in topics]
    phrases = phrases_of(segments, written.language, known_people(transcript), spoken_sentences(transcript))
    return [
        Part(written.name, written.language, tuple(topic[key] for key in ("title", "also") if key in topic), found)
        for topic, found in zip(topics, phrases, strict=True)
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def likeness(phrase: str, titles: Sequence[str]) -> float:
    """F1 of the words of the phrase against the title that it is most like."""
    own = _words(phrase)
    shared = [(sum((Counter(own) & Counter(_words(title))).values()), len(_words(title))) for title in titles]
    return max(2 * both / (len(own) + count) if both else 0.0 for both, count in shared)


def learn(parts: Sequence[Part]) -> HashedSum:
    """One weighted sum."""
    rows = [(phrase.features, likeness(phrase.text, part.titles) == 1) for part in parts for phrase in part.phrases]
    return fit([features for features, _ in rows], [label for _, label in rows], STRENGTH)


def by_learning(learnt: HashedSum) -> Choice:
    """As the product does."""
    return lambda part: next((phrase.text for phrase in best_first(part.phrases, part.language, learnt)), "")


def by_weight(part: Part) -> str:
    """As in languages of which nothing was learnt."""
    return max(part.phrases, key=lambda phrase: phrase.weight).text if part.phrases else ""


def left_out(parts: Sequence[Part]) -> Choice:
    """What is chosen in each meeting by what was learnt from the others."""
    names = sorted({part.meeting for part in parts})
    fold = {name: number % FOLDS for number, name in enumerate(names)}
    choices = [by_learning(learn([part for part in parts if fold[part.meeting] != number])) for number in range(FOLDS)]
    return lambda part: choices[fold[part.meeting]](part)


def row(name: str, how: str, parts: Sequence[Part], choice: Choice) -> str:
    """One line of the table."""
    found = np.array([likeness(choice(part), part.titles) for part in parts])
    return f"| {name} | {how} | {len(parts)} | {np.mean(found == 1):.0%} | {np.mean(found):.2f} | {np.mean(found == 0):.0%} |"


def main() -> None:
    """Learn, tell how well it does, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    chosen = parser.parse_args()
    parts = [part for written in written_meetings(chosen.folder) for part in parts_of(written)]
    unread = [part for written in written_meetings() for part in parts_of(written)]
    learnt = learn(parts)
    np.savez_compressed(chosen.out, allow_pickle=False, **arrays_of("title", learnt))
    turns = left_out(parts)
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for language in ("en", "vi"):
        for name, material, choice in (("left out in turn", parts, turns), ("unread", unread, by_learning(learnt))):
            some = [part for part in material if part.language == language]
            print(row(f"{language}, {name}", "words said more than elsewhere", some, by_weight))
            print(row(f"{language}, {name}", "learnt", some, choice), flush=True)


if __name__ == "__main__":
    main()
