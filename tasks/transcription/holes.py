"""Clear speech of a window for which there are no words yet, and recognising on there.

Whisper often leaves the end of a full window for a next call, `<|25.20|><|25.20|>`; other engines drop a sentence without a sign.
So, whatever the engine: where somebody speaks and nothing is written, that stretch is recognised by itself, as long as it helps.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.speech import quietest
from tasks.errors import BackendError
from tasks.meeting.segments import SENTENCE_ENDS
from tasks.schema import Word
from tasks.transcription.guards.sound import Sound
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.windows import Window

_LEAST_SPOKEN_S = 1.2
_LEAST_BURSTS = 3
"""Measured by `benchmarks/retries.py`: what base lost had 3.0 s of speech and 6 bursts or more. Of 78 stretches in which
nothing was lost 72 had less than 1.2 s, the others up to 4.6 s. A short sentence has no more, and to look for one costs 2 % of
the time, 4 % with a prompt."""
_LEAST_SPOKEN_AT_STOP_S = 0.4
_LEAST_BURSTS_AT_STOP = 1
"""Where the engine itself says that it stopped, a single word is enough. Chosen by hand."""
_EDGE_S = 0.15
"""Word ends are marked this much too early."""
_PAUSE_S, _LONGEST_BACK_S = 0.3, 10.0
"""Chosen by hand. Begun in the middle of a sentence, base leaves out its first word: `to the wrong | city. That is bad news.`"""
_SAID_AGAIN = 0.7
"""Share of the words before a hole that must come again for the new ones to take their place. Chosen by hand."""
_LEAST_BELIEF = 0.4
"""In the same measurement words that were there had a mean belief of 0.62 or more, in speech that base does not follow 0.32;
what was made of 1.2 s or more without any had 0.33 or less. Of windows tried again those below it had 29 errors in 30 words."""
_NEAR_S = 0.1
"""The cut is made where it is quietest so near to the edge. Chosen by hand."""
Answer = WindowResult | BackendError


class Hole(NamedTuple):
    """Speech without words, in seconds from the window's start, before the word at `place`."""

    start_s: float
    end_s: float
    place: int


class _Task(NamedTuple):
    """A hole that is to be recognised by itself, from the beginning of its sentence on: the window's word `since`.

    `number` is that of the window, `first` the sample at which the sound begins.
    """

    number: int
    hole: Hole
    since: int
    first: int
    samples: Samples
    language: str


def find_holes(
    heard: WindowResult, sound: Sound, least_spoken_s: float = _LEAST_SPOKEN_S, least_bursts: int = _LEAST_BURSTS
) -> list[Hole]:
    """The stretches between, before and behind the words in which somebody clearly speaks."""
    return [
        hole
        for hole in _gaps(heard.words, sound.duration_s)
        if _is_spoken(hole, sound, least_spoken_s, least_bursts)
        or (_is_where_it_stopped(hole, heard) and _is_spoken(hole, sound, _LEAST_SPOKEN_AT_STOP_S, _LEAST_BURSTS_AT_STOP))
    ]


def fill_holes(recognizer: Recognizer, windows: Sequence[Window], answers: Sequence[Answer], hint: Hint) -> list[Answer]:
    """The answers with the words of their holes. All holes are recognised together, then what is left, while it gets less."""
    filled, open_ones, tried = list(answers), list(range(len(windows))), set[tuple[int, int]]()
    while True:
        tasks = [task for number in open_ones for task in _tasks(number, windows[number], filled[number])]
        tasks = [task for task in tasks if (task.number, task.first) not in tried]
        if not tasks:
            return filled
        tried.update((task.number, task.first) for task in tasks)
        for task, found in sorted(zip(tasks, _recognized(recognizer, tasks, hint), strict=True), key=_backwards):
            filled[task.number] = _with(filled[task.number], task, found)
        open_ones = sorted({task.number for task in tasks})


def _gaps(words: Sequence[Word], duration_s: float) -> Iterator[Hole]:
    """What lies between the words; without any there is nothing to go on from, and the guards see to it."""
    if words:
        ends = [0.0, *(word.end_s for word in words)]
        starts = [*(word.start_s for word in words), duration_s]
        yield from (Hole(end_s, start_s, place) for place, (end_s, start_s) in enumerate(zip(ends, starts, strict=True)))


def _is_spoken(hole: Hole, sound: Sound, least_s: float, least_bursts: int) -> bool:
    if hole.end_s - hole.start_s < least_s:
        return False
    start_s, end_s = hole.start_s + _EDGE_S, hole.end_s - (_EDGE_S if hole.end_s < sound.duration_s else 0.0)
    return sound.spoken_s(start_s, end_s) >= least_s and sound.spoken_bursts(start_s, end_s) >= least_bursts


def _is_where_it_stopped(hole: Hole, heard: WindowResult) -> bool:
    return heard.stopped_s is not None and hole.place == len(heard.words)


def _tasks(number: int, window: Window, answer: Answer) -> Iterator[_Task]:
    length_s = window.samples.size / SAMPLE_RATE
    if isinstance(answer, BackendError) or not any(_may_be_spoken(gap) for gap in _gaps(answer.words, length_s)):
        return
    earliest = 0
    for hole in find_holes(answer, Sound(window.samples, window.speech)):
        since = max(earliest, _sentence_of(hole, answer.words))
        first = _pause(window.samples, answer.words[since - 1].end_s) if since else 0
        last = window.samples.size if hole.end_s >= length_s else _pause(window.samples, hole.end_s)
        yield _Task(number, hole, since, first, window.samples[first : max(first, last)], answer.language)
        earliest = hole.place


def _may_be_spoken(gap: Hole) -> bool:
    return gap.end_s - gap.start_s >= _LEAST_SPOKEN_AT_STOP_S


def _sentence_of(hole: Hole, words: Sequence[Word]) -> int:
    """The word that begins the sentence which a hole interrupts; the one behind the hole if none does."""
    start_s = hole.start_s
    for place in range(hole.place, 0, -1):
        before = words[place - 1]
        if hole.start_s - start_s > _LONGEST_BACK_S:
            return hole.place
        if before.text.endswith(SENTENCE_ENDS) or start_s - before.end_s > _PAUSE_S:
            return place
        start_s = before.start_s
    return 0


def _pause(samples: Samples, near_s: float) -> int:
    first, last = round((near_s - _NEAR_S) * SAMPLE_RATE), round((near_s + _NEAR_S) * SAMPLE_RATE)
    return quietest(samples, max(0, first), min(samples.size, last))


def _recognized(recognizer: Recognizer, tasks: Sequence[_Task], hint: Hint) -> list[Answer]:
    """An answer a task. Each window has its language already."""
    answers: list[Answer] = []
    for language, group in groupby(tasks, key=lambda task: task.language):
        said = hint.model_copy(update={"language": hint.language or language})
        answers += recognizer.recognize([task.samples for task in group], said)
    return answers


def _backwards(pair: tuple[_Task, Answer]) -> tuple[int, int]:
    """The last hole of a window first, so that the places of the others stay."""
    return pair[0].number, -pair[0].hole.place


def _with(answer: Answer, task: _Task, found: Answer) -> Answer:
    """The answer with the words of a hole, if they are believed."""
    if isinstance(answer, BackendError) or isinstance(found, BackendError):
        return answer
    by_s, hole = task.first / SAMPLE_RATE, task.hole
    moved = [_moved(word, by_s, hole.end_s) for word in found.words]
    inside = [word for word in moved if (word.start_s + word.end_s) / 2 > hole.start_s]
    if not is_believed(inside):
        return answer
    is_said_again = len(moved) - len(inside) >= _SAID_AGAIN * (hole.place - task.since)
    new = [*answer.words[: task.since], *moved] if is_said_again else [*answer.words[: hole.place], *inside]
    stopped_s = answer.stopped_s
    if hole.place == len(answer.words):
        stopped_s = None if found.stopped_s is None else found.stopped_s + by_s
    return answer.model_copy(update={"words": (*new, *answer.words[hole.place :]), "stopped_s": stopped_s})


def _moved(word: Word, by_s: float, latest_s: float) -> Word:
    start_s = min(word.start_s + by_s, latest_s)
    return word.model_copy(update={"start_s": start_s, "end_s": min(max(word.end_s + by_s, start_s), latest_s)})


def is_believed(words: Sequence[Word]) -> bool:
    """Whether there are words, and the engine does not say that it made them up."""
    beliefs = [word.confidence for word in words if word.confidence is not None]
    return bool(words) and (not beliefs or sum(beliefs) / len(beliefs) >= _LEAST_BELIEF)
