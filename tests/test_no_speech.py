"""Where nobody speaks, nothing is written, whatever the engine dreams."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.options import AudioOptions
from tasks.audio.stage import inspect, split
from tasks.engine.base import Device
from tasks.engine.registry import backends
from tasks.job import Job
from tasks.schema import Recognition, SplitAudio, Word
from tasks.transcription.choice import TranscriptionChoice
from tasks.transcription.recognizer import Recognizer, WindowResult
from tasks.transcription.stage import transcribe
from tests.builders import quiet_run, write_audio

LEVELS_DBFS = (-60, -50, -40, -30, -20, -10)
CLIP_S = 4.0
CHANCE = np.random.default_rng(11)
TIME = np.arange(round(CLIP_S * SAMPLE_RATE)) / SAMPLE_RATE
DREAMS = (
    "Thank you for watching.",
    "Thank you.",
    "you",
    "Bye.",
    "Please subscribe to my channel.",
    "Subtitles by the Amara.org community",
    "Cảm ơn các bạn đã theo dõi.",
    "so so so so so so so so so so so so so so so so so so so so",
    "I don't know. I don't know. I don't know. I don't know. I don't know. I don't know.",
)


def coloured(slope: float) -> Callable[[], np.ndarray]:
    """Noise whose power falls with the frequency to this power."""

    def make() -> np.ndarray:
        spectrum = np.fft.rfft(CHANCE.normal(size=TIME.size))
        frequency = np.fft.rfftfreq(TIME.size, 1 / SAMPLE_RATE)
        return np.fft.irfft(spectrum / np.maximum(frequency, 20) ** (slope / 2), TIME.size)

    return make


def hum() -> np.ndarray:
    base = CHANCE.choice([50.0, 60.0])
    return sum(np.sin(2 * np.pi * base * n * TIME) / n for n in (1, 2, 3, 5))


def chord() -> np.ndarray:
    """Notes like those of an organ, with a slow swell."""
    notes = CHANCE.choice([220.0, 261.6, 329.6, 392.0, 440.0], size=3, replace=False)
    return sum(np.sin(2 * np.pi * note * TIME) for note in notes) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.5 * TIME))


def whistle() -> np.ndarray:
    return np.sin(2 * np.pi * CHANCE.uniform(800, 3000) * TIME)


def silence() -> np.ndarray:
    return np.zeros(TIME.size)


KINDS = (silence, coloured(0), coloured(1), coloured(2), hum, chord, whistle)


def clips(count: int) -> list[Samples]:
    """Clips of every kind at every level."""
    made = []
    for number in range(count):
        sound = KINDS[number % len(KINDS)]()
        loudest = np.sqrt(np.mean(sound**2)) or 1.0
        level = 10 ** (LEVELS_DBFS[number // len(KINDS) % len(LEVELS_DBFS)] / 20)
        made.append((sound / loudest * level * 32767).clip(-32768, 32767).astype(np.int16))
    return made


class Dreamer(Recognizer):
    """Hears something everywhere, and is sure of it."""

    name, summary = "dreamer", "for tests"
    asked = 0

    def recognize(self, windows, hint):
        for window in windows:
            text = DREAMS[Dreamer.asked % len(DREAMS)].split()
            Dreamer.asked += 1
            each_s = window.size / SAMPLE_RATE / len(text)
            words = tuple(
                Word(text=word, start_s=each_s * n, end_s=each_s * (n + 1), confidence=0.9) for n, word in enumerate(text)
            )
            yield WindowResult(words=words, language="en")

    def language_probabilities(self, windows):
        return [{"en": 0.9} for _ in windows]


@pytest.fixture
def dreamer(monkeypatch):
    monkeypatch.setitem(backends("transcription"), "dreamer", Dreamer)
    return Dreamer


def test_two_hundred_clips_without_speech_leave_no_text(tmp_path: Path, dreamer):
    recording = write_audio(tmp_path / "2026-03-02-noises.flac", np.concatenate(clips(200)), codec="flac")
    job = Job(path=str(recording), out=str(tmp_path / "out"), device=Device("cpu", "test"))
    run = quiet_run()
    source = inspect(job, run, AudioOptions())
    audio = split(job, run, source, AudioOptions())
    recognition = transcribe(job, run, source, audio, TranscriptionChoice(backend="dreamer")).load(Recognition)
    assert len(audio.load(SplitAudio).spans) > 1
    assert [segment.text for segment in recognition.segments] == []


def test_the_dreamer_would_be_believed_without_guards(tmp_path: Path, dreamer):
    """The clips are told apart by the search for speech and by the guards, not by the engine."""
    heard = list(dreamer(None, Device("cpu", "test")).recognize(clips(7), None))
    assert all(window.words for window in heard)
