"""Recognition with second thoughts: what the guards doubt is tried again in other ways before it is given up.

A window that fails is recognised once more without the prompt, then in two halves, then with some chance allowed. The first
answer without a doubt counts; if there is none, the first of all stays, with its flags, and the stage decides what becomes of it.
"""

from collections.abc import Callable, Iterator, Sequence

from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.speech import quietest
from tasks.errors import BackendError
from tasks.schema import Word
from tasks.transcription.guards.verdicts import GuardOptions, Verdict, judge, removable
from tasks.transcription.holes import Answer, fill_holes
from tasks.transcription.recognizer import Heard, Hint, Recognizer
from tasks.transcription.windows import Window

_SHORTEST_S = 2.0
"""Shorter windows are not halved."""
_CHANCE = 0.4
Attempt = Callable[[Recognizer, Sequence[Window], Hint], Iterator[Answer]]
"""Another way to recognise windows."""


def recognize_guarded(
    recognizer: Recognizer, windows: Sequence[Window], hint: Hint, options: GuardOptions, done: Callable[[Window], None]
) -> list[Verdict | BackendError]:
    """One verdict a window, or the error on which the engine gave up; `done` is told of each after its first attempt."""
    answers: list[Answer] = []
    for window, answer in zip(windows, _plain(recognizer, windows, hint), strict=True):
        answers.append(answer)
        done(window)
    answers = fill_holes(recognizer, windows, answers, hint)
    verdicts = [judged(window, answer, options) for window, answer in zip(windows, answers, strict=True)]
    for attempt in _attempts(hint):
        doubted = [number for number, verdict in enumerate(verdicts) if isinstance(verdict, Verdict) and verdict.flags]
        again = [windows[number] for number in doubted]
        answers = fill_holes(recognizer, again, list(attempt(recognizer, again, hint)), hint) if again else []
        for number, answer in zip(doubted, answers, strict=True):
            verdicts[number] = better(verdicts[number], judged(windows[number], answer, options))
    return verdicts


def _attempts(hint: Hint) -> list[Attempt]:
    return [*([without_prompt] if hint.prompt else []), in_halves, with_chance]


def _plain(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    return recognizer.recognize([window.samples for window in windows], hint)


def without_prompt(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window as before, but without words to expect."""
    return _plain(recognizer, windows, _unprompted(hint))


def with_chance(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window with answers drawn by chance."""
    return _plain(recognizer, windows, _unprompted(hint).model_copy(update={"temperature": _CHANCE}))


def in_halves(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window in two parts, cut at the quietest place of its middle third."""
    cuts = [_middle(window) for window in windows]
    halves = [half for window, cut in zip(windows, cuts, strict=True) for half in (window.samples[:cut], window.samples[cut:])]
    answers = list(recognizer.recognize(halves, _unprompted(hint)))
    for first, second, cut in zip(answers[::2], answers[1::2], cuts, strict=True):
        yield _joined(first, second, cut / SAMPLE_RATE)


def _middle(window: Window) -> int:
    size = window.samples.size
    return quietest(window.samples, size // 3, 2 * size // 3) if size > _SHORTEST_S * SAMPLE_RATE else size // 2


def _joined(first: Answer, second: Answer, cut_s: float) -> Answer:
    if isinstance(first, BackendError) or isinstance(second, BackendError):
        return first if isinstance(first, BackendError) else second
    moved = [word.model_copy(update={"start_s": word.start_s + cut_s, "end_s": word.end_s + cut_s}) for word in second.words]
    known = [belief for belief in (first.no_speech, second.no_speech) if belief is not None]
    longer = first if len(first.words) >= len(second.words) else second
    return Heard(words=(*first.words, *moved), language=longer.language, no_speech=min(known, default=None))


def _unprompted(hint: Hint) -> Hint:
    return hint.model_copy(update={"prompt": None})


def judged(window: Window, answer: Answer, options: GuardOptions) -> Verdict | BackendError:
    """What the guards think of an answer; an error stays one."""
    return answer if isinstance(answer, BackendError) else judge(answer, window.samples, window.speech, options)


def better(before: Verdict | BackendError, now: Verdict | BackendError) -> Verdict | BackendError:
    """The new verdict if it raises fewer doubts: none, or only that words may be missing, of which the longer text has fewer."""
    if isinstance(before, BackendError) or isinstance(now, BackendError):
        return before
    ranks = [(removable(verdict.flags), bool(verdict.flags), -_spoken_s(verdict.heard.words)) for verdict in (before, now)]
    return now if ranks[1] < ranks[0] else before


def _spoken_s(words: Sequence[Word]) -> float:
    return sum(word.duration_s for word in words)
