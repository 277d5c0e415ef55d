"""A word on the border of two spans or windows is heard once: not twice, not cut in two, not lost."""

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.options import AudioOptions
from tasks.audio.span_files import cut_out, read_span
from tasks.audio.speech import cut_long
from tasks.audio.split import split_recording
from tasks.engine.base import Device
from tasks.job import Job
from tasks.schema import SplitAudio, Word
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.recognizer import Hint, pack_windows
from tests.builders import SAMPLE_SPEECH, recording, write_audio

LIMIT_S = 6.0
SHORT = AudioOptions().model_copy(update={"max_span_s": LIMIT_S})
"""Spans shorter than a configuration allows, so that a border costs seconds to recognise."""
QUIET = 60
"""Mean amplitude of int16 samples between words of the sample; its voices have ten times as much."""


@pytest.fixture(scope="module")
def recognizer() -> FasterWhisper:
    return FasterWhisper(FasterWhisper.Options(model="base"), Device("cpu", "test"))


@pytest.fixture(scope="module")
def speech() -> Samples:
    """Three people talking, with pauses between their turns."""
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0, : 45 * SAMPLE_RATE]


@pytest.fixture(scope="module")
def sample(speech, recognizer) -> tuple[Samples, list[Word]]:
    """Half a minute of speech, and where each of its words lies."""
    (heard,) = recognizer.recognize([speech[: 30 * SAMPLE_RATE]], Hint())
    return speech[: 30 * SAMPLE_RATE], list(heard.words)


def without_pauses(samples: Samples) -> Samples:
    """Whatever is quiet for longer than 60 ms is cut down to that."""
    frames = samples[: samples.size // 320 * 320].reshape(-1, 320)
    quiet = np.abs(frames.astype(float)).mean(axis=1) < QUIET
    run = np.zeros(len(frames), dtype=int)
    for number in range(1, len(frames)):
        run[number] = run[number - 1] + 1 if quiet[number] else 0
    return frames[run < 3].reshape(-1)


def border_inside(samples: Samples, word: Word) -> tuple[Samples, float]:
    """Twelve seconds in whose middle the word lies, and how many seconds they begin before."""
    shift_s = (word.start_s + word.end_s) / 2 - LIMIT_S
    first = round(shift_s * SAMPLE_RATE)
    return samples[first : first + round(2 * LIMIT_S * SAMPLE_RATE)], shift_s


def split(tmp_path, samples: Samples) -> SplitAudio:
    path = write_audio(tmp_path / "talk.wav", samples)
    return split_recording(path, recording(duration_s=None), tmp_path / ".work", SHORT)


def in_reach(samples: Samples, words: list[Word]) -> list[Word]:
    last = samples.size / SAMPLE_RATE - LIMIT_S
    return [word for word in words if LIMIT_S < (word.start_s + word.end_s) / 2 < last]


def loudness(samples: Samples, at_s: float) -> float:
    """Mean amplitude of the 20 ms around a moment."""
    middle = round(at_s * SAMPLE_RATE)
    return float(np.abs(samples[max(0, middle - 160) : middle + 160].astype(float)).mean())


def test_no_word_is_cut_wherever_the_border_would_fall(tmp_path, sample):
    samples, words = sample
    tried = in_reach(samples, words)
    assert len(tried) > 20
    assert np.median([loudness(samples, (word.start_s + word.end_s) / 2) for word in tried]) > 5 * QUIET
    for word in tried:
        clip, shift_s = border_inside(samples, word)
        borders = [span.end_s + shift_s for span in split(tmp_path, clip).spans[:-1]]
        assert borders
        assert max(loudness(samples, border) for border in borders) < QUIET


def test_no_word_is_cut_where_nobody_takes_a_breath(speech):
    samples = without_pauses(speech)
    for start in range(0, samples.size - 31 * SAMPLE_RATE, SAMPLE_RATE):
        (_, cut), *_ = cut_long(samples, (start, samples.size))
        assert loudness(samples, cut / SAMPLE_RATE) < QUIET


def test_word_on_a_border_is_recognised_once(tmp_path, sample, recognizer):
    samples, words = sample
    for word in in_reach(samples, words)[::30]:
        clip, shift_s = border_inside(samples, word)
        audio = split(tmp_path, clip)
        job = Job(path=str(tmp_path / "talk.wav"), out=str(tmp_path), device=Device("cpu", "test"))
        windows = [(span, window) for span in audio.spans for window in pack_windows(span.speech)]
        parts = [cut_out(read_span(job, audio, span), span, window) for span, window in windows]
        results = recognizer.recognize(parts, Hint())
        heard = [
            item.text
            for (_, window), found in zip(windows, results, strict=True)
            for item in found.words
            if abs(window.start_s + item.start_s + shift_s - word.start_s) < 1
        ]
        expected = [item.text for item in words if abs(item.start_s - word.start_s) < 1]
        assert heard.count(word.text) == expected.count(word.text), (expected, heard)
