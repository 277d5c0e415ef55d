"""Low belief of the engine becomes a warning, and good recognition none."""

from pathlib import Path

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import write_wav
from tasks.audio.options import AudioOptions
from tasks.audio.stage import inspect, split
from tasks.engine.base import Device
from tasks.job import Job
from tasks.schema import Notice, Recognition, Word
from tasks.transcription.belief import doubtful_belief, doubtful_places
from tasks.transcription.choice import TranscriptionChoice
from tasks.transcription.stage import transcribe
from tests.builders import interval, quiet_run, words

SAMPLES = Path(__file__).parent.parent / "sample_audio"
BASE = TranscriptionChoice(backend="faster-whisper", options={"model": "base", "compute_type": "int8"})

GARDEN, LAUNCH = "2026-03-02-garden-committee.flac", "2026-04-14-product-launch.mp3"


def speech(name: str) -> Samples:
    """A sample's sound."""
    return np.concatenate(list(Decoder(SAMPLES / name)), axis=1)[0]


def believed(*beliefs: float | None) -> list[Word]:
    """A word of half a second each."""
    return [
        word.model_copy(update={"confidence": belief}) for word, belief in zip(words("so " * len(beliefs)), beliefs, strict=True)
    ]


def notices(path: Path, out: Path) -> list[Notice]:
    """What the stage says of a recording that Whisper base hears."""
    job = Job(path=str(path), out=str(out), device=Device("cpu", "test"))
    run = quiet_run()
    recording = inspect(job, run, AudioOptions())
    found = transcribe(job, run, recording, split(job, run, recording, AudioOptions()), BASE).load(Recognition)
    return list(found.notices)


def test_recording_that_is_believed_is_not_doubted():
    assert doubtful_belief(believed(0.9, 0.4, 0.8)) is None


def test_recording_that_is_not_believed_is():
    assert doubtful_belief(believed(0.6, 0.5, 0.7)) == pytest.approx(0.6)


def test_engine_that_says_nothing_of_its_belief_is_not_doubted():
    assert doubtful_belief(believed(None, None)) is None
    assert doubtful_places(believed(*[None] * 6)) == []


def test_one_strange_name_is_no_doubtful_place():
    assert doubtful_places(believed(0.9, 0.9, 0.1, 0.9, 0.9, 0.9)) == []


def test_several_doubtful_words_in_a_row_are_one_place():
    assert doubtful_places(believed(*[0.9] * 4, *[0.3] * 6, *[0.9] * 4)) == [interval(1.0, 6.0)]


def test_places_apart_stay_apart():
    assert len(doubtful_places(believed(*[0.3] * 5, *[0.9] * 9, *[0.3] * 5))) == 2


@pytest.mark.slow
def test_speech_that_whisper_does_not_follow_is_a_warning(tmp_path):
    (notice,) = notices(SAMPLES / "2026-06-10-hop-tuan.ogg", tmp_path)
    assert notice.message.startswith("the recognizer believes in its words by 5")


@pytest.mark.slow
def test_clear_speech_is_none(tmp_path):
    assert notices(SAMPLES / "2026-05-20-support-call.m4a", tmp_path) == []


@pytest.mark.slow
def test_two_people_at_once_are_a_warning(tmp_path):
    first, second = (speech(name)[: 20 * SAMPLE_RATE] for name in (GARDEN, LAUNCH))
    write_wav(tmp_path / "both.wav", (first // 2 + second // 2)[np.newaxis])
    (notice,) = notices(tmp_path / "both.wav", tmp_path)
    assert notice.message.startswith(("the recognizer hardly believes", "the recognizer believes in its words by 6"))
