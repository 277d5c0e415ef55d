"""The files of one meeting, decoded one after the other as if they were one recording."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.schema import PartAudio, Recording, SplitAudio

_SILENCE = 60 * SAMPLE_RATE


class Source(NamedTuple):
    """One file, and what is known of it before it is decoded."""

    path: Path
    track: int
    """0 for a file that is not worth a try."""
    channels: int
    length: int
    """Samples of silence that stand for it if nothing can be decoded."""


class JoinedDecoder:
    """Decodes several files in a row; what `Decoder` gives, for all of them together.

    Each begins where the one before ends, counted in samples. A file of which nothing can be decoded becomes silence of the
    length that its header promises, and is in `lost`. Raises `AudioError` when nothing at all can be decoded.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.lost: list[tuple[int, int]] = []
        self.position = 0
        self.parts: list[PartAudio] = []
        """Where each file lies, complete after the last block."""

    def __iter__(self) -> Iterator[Samples]:
        rows = 2 if any(source.channels > 1 for source in self.sources) else 1
        for source in self.sources:
            start, heard = self.position, source.track > 0
            decoder = Decoder(source.path, source.track)
            try:
                for block in decoder if heard else ():
                    self.position += block.shape[1]
                    yield np.repeat(block, rows // len(block), axis=0)
            except AudioError:
                if not source.path.is_file():
                    raise
                heard = False
            if not heard:
                yield from self._silence(start + source.length - self.position, rows)
            self._end_part(source, start, decoder.lost if heard else [(0, self.position - start)], heard=heard)
        if not any(part.track for part in self.parts):
            where = displayable(str(self.sources[0].path))
            raise AudioError("holds no audio that can be decoded, nor do its other parts.", where=where, fix="Record it again.")

    def _silence(self, length: int, rows: int) -> Iterator[Samples]:
        for start in range(0, length, _SILENCE):
            count = min(_SILENCE, length - start)
            self.position += count
            yield np.zeros((rows, count), dtype=np.int16)

    def _end_part(self, source: Source, start: int, lost: Sequence[tuple[int, int]], *, heard: bool) -> None:
        self.lost += [(start + first, start + last) for first, last in lost if last > first]
        place = {"start_s": start / SAMPLE_RATE, "end_s": self.position / SAMPLE_RATE}
        self.parts.append(PartAudio(**place, track=source.track if heard else 0, channels=source.channels))


def decoder_of(files: Sequence[Path], recording: Recording) -> Decoder | JoinedDecoder:
    """What decodes a recording for the first time."""
    if not recording.parts:
        return Decoder(files[0], recording.track)
    return JoinedDecoder(
        [
            Source(path, part.track, part.channels, round((part.duration_s or 0.0) * SAMPLE_RATE))
            for path, part in zip(files, recording.parts, strict=True)
        ]
    )


def decoder_again(files: Sequence[Path], audio: SplitAudio) -> Decoder | JoinedDecoder:
    """What decodes a recording as it was decoded before."""
    if not audio.parts:
        return Decoder(files[0], audio.track)
    return JoinedDecoder(
        [
            Source(path, part.track, part.channels, round(part.duration_s * SAMPLE_RATE))
            for path, part in zip(files, audio.parts, strict=True)
        ]
    )
