"""Compares minutes with what was really said in a sample meeting."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
from scipy.optimize import linear_sum_assignment
from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer

from tasks.schema import Interval, Minutes, Transcript

_STEP_S = 0.01
_TOLERANCE_S = 2.0


@dataclass(frozen=True)
class Comparison:
    """One sample meeting: the output folder and the ground truth beside the recording."""

    folder: Path
    truth_file: Path

    @cached_property
    def truth(self) -> dict[str, Any]:
        return json.loads(self.truth_file.read_text(encoding="utf-8"))

    @cached_property
    def minutes(self) -> Minutes:
        return Minutes.model_validate_json((self.folder / "minutes.json").read_bytes())

    @cached_property
    def transcript(self) -> Transcript:
        return Transcript.model_validate_json((self.folder / "transcript.json").read_bytes())

    @cached_property
    def word_error_rate(self) -> float:
        """By the rules of Whisper's paper, which write "five hundred dollars" and "$500" alike."""
        said = " ".join(turn["text"] for turn in self.truth["turns"])
        heard = " ".join(segment.text for segment in self.transcript.segments)
        normal = EnglishTextNormalizer() if self.truth["language"] == "en" else BasicTextNormalizer()
        return jiwer.wer(normal(said), normal(heard))

    @cached_property
    def _speaker_overlap(self) -> tuple[list[str], list[str], np.ndarray]:
        """True names, found labels, and hundredths of a second that each pair shares."""
        said = [(turn["start_s"], turn["end_s"], turn["speaker"]) for turn in self.truth["turns"]]
        found = [(turn.start_s, turn.end_s, turn.speaker) for turn in self.transcript.turns]
        names, labels = (sorted({name for *_, name in turns}) for turns in (said, found))
        length = round(self.truth["duration_s"] / _STEP_S) + 1
        true, guess = drawn(said, names, length), drawn(found, labels, length)
        shared = [[np.sum((true == i) & (guess == j)) for j in range(len(labels))] for i in range(len(names))]
        return names, labels, np.array(shared)

    @cached_property
    def right_speaker_share(self) -> float:
        """Share of speech time with the right speaker under the best one-to-one naming of the labels."""
        _, _, shared = self._speaker_overlap
        rows, columns = linear_sum_assignment(-shared)
        spoken = sum(turn["end_s"] - turn["start_s"] for turn in self.truth["turns"])
        return float(shared[rows, columns].sum() * _STEP_S / spoken)

    def person(self, owner: str | None) -> str | None:
        """The true name behind an owner, who may be a label that nobody named."""
        names, labels, shared = self._speaker_overlap
        return names[shared[:, labels.index(owner)].argmax()] if owner in labels else owner

    @cached_property
    def missed_actions(self) -> list[str]:
        """True action items without one found at the same time with the same owner and due date."""
        found = [
            (self.person(item.owner), item.due_date and item.due_date.isoformat(), item.evidence)
            for item in self.minutes.action_items
        ]
        return [
            true["quote"]
            for true in self.truth["action_items"]
            if not any(owner == true["owner"] and due == true["due_date"] and near(true, where) for owner, due, where in found)
        ]

    @cached_property
    def missed_decisions(self) -> list[str]:
        places = [decision.evidence for decision in self.minutes.decisions]
        return [true["quote"] for true in self.truth["decisions"] if not any(near(true, place) for place in places)]

    @cached_property
    def false_items(self) -> list[str]:
        """Items and decisions found where there are none."""
        pairs = [(self.truth["action_items"], self.minutes.action_items), (self.truth["decisions"], self.minutes.decisions)]
        return [
            item.evidence.quote
            for truths, items in pairs
            for item in items
            if not any(near(true, item.evidence) or inside(true, item.evidence) for true in truths)
        ]

    @cached_property
    def traps_taken(self) -> list[str]:
        """Sentences that are no action items and became one. A re-assigned task is asked for there, so it may be cited."""
        traps = [trap for trap in self.truth["traps"] if trap["kind"] != "reassigned"]
        return [trap["quote"] for trap in traps if any(inside(trap, item.evidence) for item in self.minutes.action_items)]

    def line(self) -> str:
        """The figures of this meeting, for people."""
        actions, decisions = len(self.truth["action_items"]), len(self.truth["decisions"])
        return (
            f"{self.minutes.recording.name}: WER {self.word_error_rate:.1%}, right speaker {self.right_speaker_share:.1%}, "
            f"decisions {decisions - len(self.missed_decisions)}/{decisions}, "
            f"action items {actions - len(self.missed_actions)}/{actions}, "
            f"false items {len(self.false_items)}, traps taken {len(self.traps_taken)}/{len(self.truth['traps'])}"
        )


def drawn(turns: list[tuple[float, float, str]], names: list[str], length: int) -> np.ndarray:
    """The turns on a grid of hundredths of a second; -1 where nobody speaks."""
    grid = np.full(length, -1)
    for start_s, end_s, name in turns:
        grid[round(start_s / _STEP_S) : round(end_s / _STEP_S)] = names.index(name)
    return grid


def near(true: dict[str, Any], place: Interval) -> bool:
    """The passage starts within two seconds of the true sentence."""
    return abs(true["start_s"] - place.start_s) <= _TOLERANCE_S


def inside(true: dict[str, Any], place: Interval) -> bool:
    """The passage holds more than half of the true sentence."""
    shared = min(true["end_s"], place.end_s) - max(true["start_s"], place.start_s)
    return shared > 0.5 * (true["end_s"] - true["start_s"])
