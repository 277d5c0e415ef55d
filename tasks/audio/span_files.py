"""The decoded audio of spans: large, so it goes when the minutes are written, and comes back when a stage needs it again."""

import shutil
from pathlib import Path

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.joined import decoder_again
from tasks.audio.layout import arrange, channel_row
from tasks.audio.levels import read_wav, write_wav
from tasks.errors import AudioError
from tasks.files import displayable, sha256_of_file
from tasks.job import Job
from tasks.schema import Region, Span, SplitAudio


def read_span(job: Job, audio: SplitAudio, span: Span) -> Samples:
    """The samples of one span, shape (channels, n); decoded again if its file is gone or another one."""
    path = job.work / span.audio_path
    if not path.is_file() or sha256_of_file(path) != span.sha256:
        _restore(job, audio)
    return read_wav(path)


def cut_out(samples: Samples, span: Span, part: Region) -> Samples:
    """The samples of a part of a span in its channel, shape (n,)."""
    first = round((part.start_s - span.start_s) * SAMPLE_RATE)
    return channel_row(samples, part.channel)[first : round((part.end_s - span.start_s) * SAMPLE_RATE)]


def remove_span_files(job: Job, audio: SplitAudio) -> None:
    """Give the disk space back."""
    for folder in {(job.work / span.audio_path).parent for span in audio.spans}:
        shutil.rmtree(folder, ignore_errors=True)


def _restore(job: Job, audio: SplitAudio) -> None:
    """Decode the recording once more and cut it where it was cut before."""
    path, work = Path(job.path), job.work
    blocks = iter(decoder_again(job.files, audio))
    waiting: list[Samples] = []
    count = 0
    for span in audio.spans:
        length = round(span.duration_s * SAMPLE_RATE)
        while count < length and (block := next(blocks, None)) is not None:
            waiting.append(block)
            count += block.shape[1]
        _require(count >= length, path)
        samples = np.concatenate(waiting, axis=1)
        write_wav(work / span.audio_path, arrange(samples[:, :length], span.layout))
        _require_same(path, span, work)
        waiting, count = [samples[:, length:]], count - length


def _require_same(path: Path, span: Span, work: Path) -> None:
    same = sha256_of_file(work / span.audio_path) == span.sha256
    if not same:
        (work / span.audio_path).unlink()
    _require(same, path)


def _require(unchanged: bool, path: Path) -> None:
    if not unchanged:
        where = displayable(str(path))
        raise AudioError("was changed while it was processed.", where=where, fix="Run it again when it is complete.")
