"""Labelled pieces of speech become turns: short fragments folded, edges without sound cut off, speakers numbered."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.diarization.clustering import UNKNOWN
from tasks.diarization.diarizer import UNKNOWN_SPEAKER
from tasks.meeting.labels import speaker_label
from tasks.schema import Region, Turn

_FRAGMENT_S = 1.0
_EDGE_S = 0.25
"""Speech regions are padded, so that recognizers lose no word: by no more than this at each end."""
_EDGE_DB = 30.0
_FRAME = SAMPLE_RATE // 100
_TOUCHING_S = 1e-6


def folded(pieces: Sequence[Region], labels: Sequence[int]) -> list[int]:
    """The labels, with fragments of under a second inside one person's turn given to that person.

    Between two people, and at the end of a turn, a fragment keeps its label: nobody can tell whose it is.
    """
    runs = [[number for number, _ in run] for _, run in groupby(enumerate(labels), key=lambda item: item[1])]
    found = list(labels)
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        owner = labels[before[-1]]
        brief = sum(pieces[number].duration_s for number in run) < _FRAGMENT_S
        one_turn = all(_touch(pieces[a], pieces[b]) for a, b in pairwise([before[-1], *run, after[0]]))
        if brief and one_turn and owner == labels[after[0]] and owner != UNKNOWN:
            for number in run:
                found[number] = owner
    return found


def merge_turns(
    pieces: Sequence[Region], labels: Sequence[int], pause_s: float = 0.0, known: Mapping[int, str] | None = None
) -> list[Turn]:
    """The pieces of one voice that touch as one turn; speakers are numbered by first appearance.

    Args:
        pieces: in order of time; two over the same time are two people at once.
        pause_s: a pause of up to so long is part of the turn, if nobody else speaks in it.
        known: the names of labels whose voices were recognised.
    """
    order = dict.fromkeys(label for label in labels if label != UNKNOWN)
    names = {label: speaker_label(number) for number, label in enumerate(order, start=1)} | {UNKNOWN: UNKNOWN_SPEAKER}
    names |= known or {}
    turns: list[Turn] = []
    for piece, label in zip(pieces, labels, strict=True):
        turn = Turn(start_s=piece.start_s, end_s=piece.end_s, speaker=names[label], channel=piece.channel)
        last = next((at for at in reversed(range(len(turns))) if turns[at].speaker == turn.speaker), None)
        if last is not None and _goes_on(turns[last], turn, pause_s, turns[last + 1 :]):
            turns[last] = turns[last].model_copy(update={"end_s": max(turn.end_s, turns[last].end_s)})
        else:
            turns.append(turn)
    return sorted(turns, key=lambda turn: turn.start_s)


def _goes_on(before: Turn, after: Turn, pause_s: float, others: Sequence[Turn]) -> bool:
    """Whether a turn goes on with what the same person says after a pause."""
    if before.channel != after.channel or after.start_s - before.end_s > max(pause_s, _TOUCHING_S):
        return False
    pause = Region(start_s=min(before.end_s, after.start_s), end_s=after.start_s)
    return _touch(before, after) or not any(turn.overlap_s(pause) for turn in others if turn.channel == after.channel)


def sounding(region: Region, samples: Samples) -> Region:
    """The region without the silence at its ends, as far as it is padding. Samples: int16, shape (n,)."""
    frames = samples[: samples.size // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float32)
    levels = 10 * np.log10(np.square(frames).mean(axis=1) + 1)
    loud = np.flatnonzero(levels > np.percentile(levels, 95) - _EDGE_DB) if levels.size else np.array([])
    if not loud.size:
        return region
    first = min(loud[0] * _FRAME / SAMPLE_RATE, _EDGE_S)
    last = min((levels.size - 1 - loud[-1]) * _FRAME / SAMPLE_RATE, _EDGE_S)
    if region.duration_s <= first + last:
        return region
    return region.model_copy(update={"start_s": region.start_s + float(first), "end_s": region.end_s - float(last)})


def _touch(before: Region | Turn, after: Region | Turn) -> bool:
    return before.channel == after.channel and abs(after.start_s - before.end_s) < _TOUCHING_S
