"""What the guards doubt is tried again in other ways, and the best answer stays."""

from collections.abc import Callable

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE
from tasks.engine.base import Device, Options
from tasks.errors import BackendError
from tasks.transcription.guards.retries import recognize_guarded
from tasks.transcription.guards.verdicts import GuardOptions, Verdict
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.windows import Window
from tests.builders import noise, region, words

GOOD = "we will pay five hundred dollars for the fence"
LOOP = "thank you " * 40
PLAIN = Hint(language="en")
Answer = Callable[[np.ndarray, Hint], str | BackendError]


class Listener(Recognizer):
    """Answers by a function of what it is given, its words spread over the window; remembers what it was asked."""

    name, summary = "listener", "answers by a function"

    def __init__(self, answer: Answer, belief: float | None = None) -> None:
        super().__init__(Options(), Device("cpu", "test"))
        self.answer, self.belief = answer, belief
        self.asked: list[tuple[float, Hint]] = []

    def recognize(self, windows, hint):
        return (self._one(window, hint) for window in windows)

    def _one(self, window: np.ndarray, hint: Hint) -> WindowResult | BackendError:
        seconds = window.size / SAMPLE_RATE
        self.asked.append((round(seconds, 1), hint))
        said = self.answer(window, hint)
        if isinstance(said, BackendError):
            return said
        spoken = words(said, each_s=seconds / max(1, len(said.split())))
        return WindowResult(words=tuple(word.model_copy(update={"confidence": self.belief}) for word in spoken), language="en")


def window(seconds: float = 8.0) -> Window:
    """Three bursts of sound a second, as syllables are."""
    loud = np.sin(np.pi * 3 * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE) ** 4
    samples = (noise(seconds) * loud).astype(np.int16)
    return Window(region(100, 100 + seconds), samples, ((0.0, seconds),))


def guarded(answer: Answer, *windows: Window, hint: Hint = PLAIN, belief: float | None = None) -> tuple[list, Listener]:
    listener = Listener(answer, belief)
    return recognize_guarded(listener, windows or [window()], hint, GuardOptions(), lambda _: None), listener


def said(verdict: Verdict) -> str:
    return " ".join(word.text for word in verdict.heard.words)


def test_good_answer_is_asked_for_once():
    (verdict,), listener = guarded(lambda samples, hint: GOOD)
    assert (said(verdict), verdict.flags, len(listener.asked)) == (GOOD, (), 1)


def test_loop_that_comes_from_the_prompt_is_gone_without_it():
    (verdict,), listener = guarded(lambda samples, hint: LOOP if hint.prompt else GOOD, hint=Hint(prompt="Helen, Rob"))
    assert (said(verdict), verdict.flags) == (f"{GOOD} {GOOD}", ())
    assert [hint.prompt for _, hint in listener.asked] == ["Helen, Rob", None, None]


@pytest.mark.parametrize(("voted", "language"), [(True, None), (False, "cy")])
def test_halves_have_their_own_language_unless_somebody_said_it(voted, language):
    _, listener = guarded(lambda samples, hint: LOOP, hint=Hint(language="cy", voted=voted))
    assert [hint.language for _, hint in listener.asked] == ["cy", language, language]


def test_words_over_silence_are_not_tried_again():
    silent = window()._replace(samples=np.zeros(8 * SAMPLE_RATE, dtype=np.int16))
    (verdict,), listener = guarded(lambda samples, hint: "we meet again on friday.", silent)
    assert (verdict.flags, len(listener.asked)) == (("silence",), 1)


def test_words_that_the_engine_hardly_believes_are_not_taken():
    (verdict,), _ = guarded(lambda samples, hint: LOOP if samples.size == 8 * SAMPLE_RATE else GOOD, belief=0.3)
    assert "loop" in verdict.flags


def test_window_is_heard_in_halves_that_are_cut_where_it_is_quiet():
    (verdict,), listener = guarded(lambda samples, hint: LOOP if samples.size > 5 * SAMPLE_RATE else GOOD)
    assert said(verdict) == f"{GOOD} {GOOD}"
    whole, first, second = (seconds for seconds, _ in listener.asked)
    assert (whole, first + second) == (8.0, pytest.approx(8.0))
    assert 2.6 < first < 5.4
    assert verdict.heard.words[9].start_s == pytest.approx(first, abs=0.1)
    assert np.abs(window().samples[round(first * SAMPLE_RATE) - 800 :][:1600].astype(float)).mean() < 300


def test_loop_that_never_goes_keeps_its_flag():
    (verdict,), _ = guarded(lambda samples, hint: LOOP)
    assert "loop" in verdict.flags


def test_only_doubted_windows_are_tried_again():
    loud, other = window(), window(6.0)
    verdicts, listener = guarded(lambda samples, hint: LOOP if samples.size == 8 * SAMPLE_RATE else GOOD, loud, other)
    assert [seconds for seconds, _ in listener.asked].count(6.0) == 1
    assert said(verdicts[1]) == GOOD


def test_error_of_the_engine_is_passed_on_and_not_retried():
    error = BackendError("cannot hear.")
    verdicts, listener = guarded(lambda samples, hint: error)
    assert (verdicts, len(listener.asked)) == ([error], 1)


def test_error_while_trying_again_leaves_the_first_answer():
    (verdict,), _ = guarded(lambda samples, hint: BackendError("busy.") if samples.size < 8 * SAMPLE_RATE else LOOP)
    assert verdict.flags


def test_each_window_is_reported_done_once():
    told = []
    windows = [window(), window()]
    recognize_guarded(Listener(lambda samples, hint: LOOP), windows, PLAIN, GuardOptions(), told.append)
    assert told == windows
