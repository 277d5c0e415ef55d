"""Recognition with second thoughts: what the guards doubt is tried again before it is given up.

A window with a loop, or with more words than can be said in it, is recognised once more in two halves, without the prompt
and, if nobody said the language, in the language of each half. If that raises fewer doubts it counts; else the first answer
stays, with its flags, and the stage decides what becomes of it.

What `benchmarks/retries.py` measured on Whisper base: halves mend loops, which are mostly due to a wrong language, and some of
the words that came too fast; a whole window without the prompt, or with answers drawn by chance, mended nothing that halves did
not. Words over silence only get worse: they are left out as they are.
"""

from collections.abc import Callable, Iterator, Sequence

from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.speech import quietest
from tasks.errors import BackendError
from tasks.schema import Word
from tasks.transcription.guards.verdicts import GuardOptions, Verdict, judge, removable
from tasks.transcription.holes import Answer, fill_holes, is_believed
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.windows import Window

_MENDED = frozenset({"loop", "too_fast", "script", "language", "sparse"})
"""Flags that are worth another try. The last three did not occur where this was measured."""
_SHORTEST_S = 2.0
"""Shorter windows are not halved."""
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
    doubted = [number for number, verdict in enumerate(verdicts) if is_worth_another_try(verdict)]
    again = [windows[number] for number in doubted]
    answers = fill_holes(recognizer, again, list(in_halves(recognizer, again, hint)), hint) if again else []
    for number, answer in zip(doubted, answers, strict=True):
        verdicts[number] = better(verdicts[number], judged(windows[number], answer, options))
    return verdicts


def is_worth_another_try(verdict: Verdict | BackendError) -> bool:
    """Whether a window has a flag that another way to recognise it may take away."""
    return isinstance(verdict, Verdict) and not _MENDED.isdisjoint(verdict.flags)


def _plain(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    return recognizer.recognize([window.samples for window in windows], hint)


def in_halves(recognizer: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window in two parts, cut at the quietest place of its middle third."""
    cuts = [_middle(window) for window in windows]
    halves = [half for window, cut in zip(windows, cuts, strict=True) for half in (window.samples[:cut], window.samples[cut:])]
    freely = hint.model_copy(update={"prompt": None, "language": None if hint.voted else hint.language, "languages": ()})
    answers = list(recognizer.recognize(halves, freely))
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
    return WindowResult(words=(*first.words, *moved), language=longer.language, no_speech=min(known, default=None))


def judged(window: Window, answer: Answer, options: GuardOptions) -> Verdict | BackendError:
    """What the guards think of an answer; an error stays one."""
    return answer if isinstance(answer, BackendError) else judge(answer, window.samples, window.speech, options)


def better(before: Verdict | BackendError, now: Verdict | BackendError) -> Verdict | BackendError:
    """The new verdict if it raises fewer doubts: none, or only that words may be missing, of which the longer text has fewer.

    Words that the engine hardly believes are no better than a doubt.
    """
    if isinstance(before, BackendError) or isinstance(now, BackendError):
        return before
    if now.heard.words and not is_believed(now.heard.words):
        return before
    ranks = [(removable(verdict.flags), bool(verdict.flags), -_spoken_s(verdict.heard.words)) for verdict in (before, now)]
    return now if ranks[1] < ranks[0] else before


def _spoken_s(words: Sequence[Word]) -> float:
    return sum(word.duration_s for word in words)
