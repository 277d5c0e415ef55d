"""Any container to 16 kHz mono samples, in a stream."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.audio.inspect import audio_track, open_media
from tasks.errors import AudioError
from tasks.files import displayable

if TYPE_CHECKING:
    import av

SAMPLE_RATE = 16_000
Samples = NDArray[np.int16]
_NOTHING: Samples = np.zeros(0, dtype=np.int16)
_GAP_S = 0.1
_LONGEST_GAP_S = 3600.0
"""Time stamps that jump further are damaged themselves."""


@dataclass
class Decoder:
    """Decodes one file once. Iterate over it for blocks of int16 samples, shape (n,), at 16 kHz mono.

    Packets that cannot be decoded become silence of the same length, so that times after them stay right;
    `lost` holds their (start, end) in samples. Raises `AudioError` when nothing at all can be decoded.
    """

    path: Path
    lost: list[tuple[int, int]] = field(default_factory=list)
    position: int = 0
    _given_s: float = 0.0
    _first_s: float | None = None

    def __iter__(self) -> Iterator[Samples]:
        decoded_any = False
        for block, good in self._blocks():
            decoded_any = decoded_any or (good and block.size > 0)
            if block.size:
                self._advance(block.size, good)
                yield block
        if not decoded_any:
            where = displayable(str(self.path))
            raise AudioError("holds no audio that can be decoded.", where=where, fix="Record or export it again.")

    def _blocks(self) -> Iterator[tuple[Samples, bool]]:
        import av

        with open_media(self.path) as container:
            stream = audio_track(container, self.path)
            resampler = _Resampler()
            for packet in _packets(container, stream):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    silence = _silence_for(packet)
                    self._given_s += silence.size / SAMPLE_RATE
                    yield silence, False
                    continue
                for frame in frames:
                    yield self._gap_before(frame), False
                    self._given_s += frame.samples / frame.sample_rate
                    yield resampler.resample(frame), True
            yield resampler.flush(), True

    def _gap_before(self, frame: "av.AudioFrame") -> Samples:
        """Silence for what is missing before a frame by its time stamp: damaged packets often vanish without an error."""
        if frame.time is None:
            return _NOTHING
        self._first_s = frame.time if self._first_s is None else self._first_s
        gap_s = frame.time - self._first_s - self._given_s
        if not _GAP_S < gap_s < _LONGEST_GAP_S:
            return _NOTHING
        self._given_s += gap_s
        return np.zeros(round(gap_s * SAMPLE_RATE), dtype=np.int16)

    def _advance(self, samples: int, good: bool) -> None:
        start, self.position = self.position, self.position + samples
        if good:
            return
        if self.lost and self.lost[-1][1] == start:
            start = self.lost.pop()[0]
        self.lost.append((start, self.position))


class _Resampler:
    """Frames of any rate and layout to 16 kHz mono; the format may change inside a file."""

    def __init__(self) -> None:
        self._format: tuple[object, ...] | None = None
        self._resampler: Any = None

    def resample(self, frame: "av.AudioFrame") -> Samples:
        import av

        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        rest = _NOTHING
        if found != self._format:
            rest = self.flush()
            layout = "mono" if frame.layout.nb_channels == 1 else "stereo"
            self._format, self._resampler = found, av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
        return np.concatenate([rest, *(_to_mono(piece) for piece in self._resampler.resample(frame))])

    def flush(self) -> Samples:
        pieces = self._resampler.resample(None) if self._resampler else []
        return np.concatenate([_NOTHING, *(_to_mono(piece) for piece in pieces)])


def _to_mono(frame: "av.AudioFrame") -> Samples:
    """The mean of both channels, or the louder one where they would cancel each other out."""
    channels: Samples = frame.to_ndarray().astype(np.int16).reshape(-1, frame.layout.nb_channels)
    mixed: Samples = channels.mean(axis=1).astype(np.int16)
    power = np.square(channels, dtype=np.float64).sum(axis=0)
    return mixed if np.square(mixed, dtype=np.float64).sum() > 0.01 * power.max() else channels[:, int(power.argmax())]


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
