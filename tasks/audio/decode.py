"""Any container to 16 kHz mono samples, in a stream."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tasks.audio.inspect import open_media
from tasks.errors import AudioError
from tasks.files import displayable

if TYPE_CHECKING:
    import av

SAMPLE_RATE = 16_000
Samples = NDArray[np.int16]


@dataclass
class Decoder:
    """Decodes one file once. Iterate over it for blocks of int16 samples, shape (n,), at 16 kHz mono.

    Packets that cannot be decoded become silence of the same length, so that times after them stay right;
    `lost` holds their (start, end) in samples. Raises `AudioError` when nothing at all can be decoded.
    """

    path: Path
    lost: list[tuple[int, int]] = field(default_factory=list)
    position: int = 0

    def __iter__(self) -> Iterator[Samples]:
        decoded_any = False
        for block, good in self._blocks():
            decoded_any = decoded_any or good
            if block.size:
                self._advance(block.size, good)
                yield block
        if not decoded_any:
            where = displayable(str(self.path))
            raise AudioError("holds no audio that can be decoded.", where=where, fix="Record or export it again.")

    def _blocks(self) -> Iterator[tuple[Samples, bool]]:
        import av

        with open_media(self.path) as container:
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for packet in _packets(container, stream):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    yield _silence_for(packet), False
                    continue
                for frame in frames:
                    for resampled in resampler.resample(frame):
                        yield resampled.to_ndarray()[0], True
            for resampled in resampler.resample(None):
                yield resampled.to_ndarray()[0], True

    def _advance(self, samples: int, good: bool) -> None:
        start, self.position = self.position, self.position + samples
        if good:
            return
        if self.lost and self.lost[-1][1] == start:
            start = self.lost.pop()[0]
        self.lost.append((start, self.position))


def _packets(container: "av.container.InputContainer", stream: "av.AudioStream") -> Iterator["av.Packet[av.AudioStream]"]:
    """Packets until the end, or until the container itself breaks off."""
    import av

    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        return


def _silence_for(packet: "av.Packet[av.AudioStream]") -> Samples:
    seconds = float(packet.duration * packet.time_base) if packet.duration and packet.time_base else 0.0
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)
