"""From a recording to recognised words, by the stages themselves."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.audio.options import AudioOptions
from tasks.audio.stage import inspect, split
from tasks.engine.base import Device
from tasks.job import Job
from tasks.schema import Recognition
from tasks.transcription.choice import TranscriptionChoice
from tasks.transcription.stage import transcribe
from tests.builders import quiet_run, write_audio


def transcribe_meeting(folder: Path, samples: NDArray[np.int16], weights: Path) -> Recognition:
    """What is recognised in these samples, with the language found by vote and the default guards."""
    recording = write_audio(folder / "2026-03-02-meeting.flac", samples, codec="flac")
    job = Job(path=str(recording), out=str(folder / "out"), device=Device("cpu", "test"))
    run = quiet_run()
    source = inspect(job, run, AudioOptions())
    audio = split(job, run, source, AudioOptions())
    choice = TranscriptionChoice(backend="openai-whisper", options={"model": str(weights), "threads": 1})
    return transcribe(job, run, source, audio, choice).load(Recognition)
