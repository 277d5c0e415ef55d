"""Speech without words is recognised by itself; what stays without words is named."""

import numpy as np

from tasks.audio.decode import SAMPLE_RATE
from tasks.backend import Device, Options
from tasks.transcription.guards.retries import recognize_guarded
from tasks.transcription.guards.verdicts import GuardOptions
from tasks.transcription.recognizer import Heard, Hint, Recognizer
from tasks.transcription.windows import Window
from tests.builders import noise, region, words

FULL_S, SAID = 28.0, "we will pay five hundred dollars for the fence and the gate. I will call the carpenter tomorrow morning."
LAST = "I will call the carpenter tomorrow morning."


class Dropping(Recognizer):
    """Leaves the last eight seconds of a full window out; deaf to them for ever if it is told so."""

    name, summary = "dropping", "drops the end of full windows"

    def __init__(self, *, deaf: bool) -> None:
        super().__init__(Options(), Device("cpu", "test"))
        self.deaf, self.heard_s = deaf, []

    def recognize(self, windows, hint):
        for window in windows:
            seconds = window.size / SAMPLE_RATE
            self.heard_s.append(seconds)
            text = SAID.removesuffix(LAST) if seconds > 20 else "" if self.deaf else LAST
            until_s = seconds - 8 if seconds > 20 else seconds
            yield Heard(words=words(text, each_s=until_s / max(1, len(text.split()))), language="en")


def full_window() -> Window:
    """Three bursts of sound a second, as syllables are."""
    loud = np.sin(np.pi * 3 * np.arange(round(FULL_S * SAMPLE_RATE)) / SAMPLE_RATE) ** 4
    return Window(region(0, FULL_S), (noise(FULL_S) * loud).astype(np.int16), ((0.0, FULL_S),))


def recognized(engine: Dropping):
    (verdict,) = recognize_guarded(engine, [full_window()], Hint(language="en"), GuardOptions(), lambda _: None)
    return verdict


def test_last_sentence_that_was_dropped_is_recognised_by_itself():
    verdict = recognized(Dropping(deaf=False))
    assert " ".join(word.text for word in verdict.heard.words) == SAID
    assert verdict.unheard == ()


def test_speech_that_never_gets_words_is_named():
    verdict = recognized(Dropping(deaf=True))
    assert [(round(start_s), round(end_s)) for start_s, end_s in verdict.unheard] == [(20, 28)]
