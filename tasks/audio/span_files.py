"""The decoded audio of spans: large, so it goes when the minutes are written, and comes back when a stage needs it again."""

import shutil
from pathlib import Path

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import read_wav, write_wav
from tasks.errors import AudioError
from tasks.files import displayable, sha256_of_file
from tasks.job import Job
from tasks.schema import Span, SplitAudio


def read_span(job: Job, audio: SplitAudio, span: Span) -> Samples:
    """The samples of one span, decoded again if its file is gone."""
    if not (job.work / span.audio_path).is_file():
        _restore(Path(job.path), audio, job.work)
    return read_wav(job.work / span.audio_path)


def remove_span_files(job: Job, audio: SplitAudio) -> None:
    """Give the disk space back."""
    for folder in {(job.work / span.audio_path).parent for span in audio.spans}:
        shutil.rmtree(folder, ignore_errors=True)


def _restore(path: Path, audio: SplitAudio, work: Path) -> None:
    """Decode the recording once more and cut it where it was cut before."""
    blocks = iter(Decoder(path))
    waiting: list[Samples] = []
    count = 0
    for span in audio.spans:
        length = round(span.duration_s * SAMPLE_RATE)
        while count < length and (block := next(blocks, None)) is not None:
            waiting.append(block)
            count += block.size
        samples = np.concatenate([np.empty(0, np.int16), *waiting])
        write_wav(work / span.audio_path, samples[:length])
        _require_same(path, span, work)
        waiting, count = [samples[length:]], count - length


def _require_same(path: Path, span: Span, work: Path) -> None:
    if sha256_of_file(work / span.audio_path) != span.sha256:
        (work / span.audio_path).unlink()
        where = displayable(str(path))
        raise AudioError("was changed while it was processed.", where=where, fix="Run it again when it is complete.")
