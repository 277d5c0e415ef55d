"""Whisper on real words: a very small one that was trained on synthetic speech, through every engine.

`tests/assets/whisper-nano/README.md` says what it is. Random weights show that the engines do the same, these that it is right.
"""

import re
from pathlib import Path

import jiwer
import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE
from tasks.engine.base import Device
from tasks.models.checkpoint import to_hugging_face
from tasks.models.ctranslate import convert
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.openai_whisper import OpenAIWhisper
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.transformers_whisper import TransformersWhisper
from tests.whisper_nano import WINDOW_S, Spoken, meeting, unpack, windows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),  # whisper leaves it open
    pytest.mark.filterwarnings("ignore:.*tiktoken:pytest.PytestUnraisableExceptionWarning"),
]
CPU = Device("cpu", "test")
ENGINES = ("openai-whisper", "faster-whisper", "transformers")
MOST_WORDS_WRONG = 0.15
MOST_WORDS_DIFFERENT = 0.01
MOST_OFF_S = 0.5


@pytest.fixture(scope="module")
def engines(tmp_path_factory) -> dict[str, Recognizer]:
    """The same weights in three formats, each in its engine."""
    folder = tmp_path_factory.mktemp("nano")
    checkpoint = unpack(folder / "nano.pt")
    to_hugging_face(checkpoint, folder / "hub")
    convert(checkpoint, folder / "ctranslate", "float32")
    faster = {"model": str(folder / "ctranslate"), "compute_type": "float32", "cpu_threads": 1, "silence_s": 30}
    return {
        "openai-whisper": OpenAIWhisper(OpenAIWhisper.Options(model=str(checkpoint), threads=1, precision="fp32"), CPU),
        "faster-whisper": FasterWhisper(FasterWhisper.Options(**faster), CPU),
        "transformers": TransformersWhisper(
            TransformersWhisper.Options(model=str(folder / "hub"), threads=1, precision="fp32"), CPU
        ),
    }


@pytest.fixture(scope="module")
def held_out() -> list[Spoken]:
    return windows()


@pytest.fixture(scope="module")
def heard(engines, held_out) -> dict[str, list[WindowResult]]:
    """What each engine hears in the windows, told the language as the stage tells it after its vote."""
    return {name: hear(engine, held_out) for name, engine in engines.items()}


def hear(engine: Recognizer, held_out: list[Spoken]) -> list[WindowResult]:
    results: list[WindowResult] = []
    for language in ("en", "vi"):
        results += list(
            engine.recognize([each.samples for each in held_out if each.language == language], Hint(language=language))
        )
    return results


def plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


def said(heard: WindowResult) -> str:
    return plain(" ".join(word.text for word in heard.words))


def test_words_are_right(heard, held_out):
    expected = [plain(spoken.text) for spoken in held_out]
    assert jiwer.wer(expected, [said(window) for window in heard["openai-whisper"]]) <= MOST_WORDS_WRONG


def test_words_begin_in_the_sound_also_where_little_silence_follows(engines, held_out):
    """The alignment of CTranslate2 may begin a step before it."""
    folder = engines["faster-whisper"].options.model
    short = FasterWhisper(FasterWhisper.Options(model=folder, compute_type="float32", cpu_threads=1, silence_s=4), CPU)
    assert all(word.start_s >= 0 for window in hear(short, held_out) for word in window.words)


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_engines_say_the_same(heard, engine):
    reference, other = (" ".join(said(window) for window in heard[name]) for name in ("openai-whisper", engine))
    assert jiwer.wer(reference, other) <= MOST_WORDS_DIFFERENT


def test_sentences_are_heard_when_they_are_said(engines, held_out):
    """By the timestamps of the segments; every sentence whose words all came out is compared with when it was spoken."""
    options = engines["openai-whisper"].options.model_copy(update={"word_timestamps": False})
    off, compared = [], 0
    for spoken, window in zip(held_out, hear(OpenAIWhisper(options, CPU), held_out), strict=True):
        words, position = [plain(word.text) for word in window.words], 0
        for start_s, end_s, text in spoken.sentences:
            wanted = plain(text).split()
            places = [n for n in range(position, len(words) - len(wanted) + 1) if words[n : n + len(wanted)] == wanted]
            if places:
                first, last = window.words[places[0]], window.words[places[0] + len(wanted) - 1]
                off += [abs(first.start_s - start_s), abs(last.end_s - end_s)]
                position, compared = places[0] + len(wanted), compared + 1
    assert compared > 0.7 * sum(len(spoken.sentences) for spoken in held_out)
    assert max(off) <= MOST_OFF_S


@pytest.mark.parametrize("engine", ENGINES)
def test_language_is_found(engines, held_out, engine):
    beliefs = engines[engine].language_probabilities([spoken.samples for spoken in held_out])
    assert [max(belief, key=belief.get) for belief in beliefs] == [spoken.language for spoken in held_out]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("level", [0, 3, 100])
def test_silence_is_known_for_silence(engines, engine, level):
    sound = np.random.default_rng(level).normal(0, level, 30 * SAMPLE_RATE).astype(np.int16)
    (window,) = engines[engine].recognize([sound], Hint(language="en"))
    assert not window.words or (window.no_speech or 0) > 0.6


def test_a_meeting_is_heard_from_file_to_transcript(tmp_path, engines, monkeypatch):
    from tests.nano_meeting import transcribe_meeting

    monkeypatch.setattr(OpenAIWhisper, "window_s", WINDOW_S)
    spoken = meeting()
    recognition = transcribe_meeting(tmp_path, spoken.samples, Path(engines["openai-whisper"].options.model))
    assert recognition.engine.backend == "openai-whisper"
    assert {segment.language for segment in recognition.segments} == {"en"}
    heard = plain(" ".join(segment.text for segment in recognition.segments))
    assert jiwer.wer(plain(spoken.text), heard) <= MOST_WORDS_WRONG
