"""Any container to 16 kHz samples of one or two channels, in a stream."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tasks.audio.media import open_media, require_sane
from tasks.audio.mpeg_junk import Junk, duration_s
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.source_file import as_source_error, require_bearable

if TYPE_CHECKING:
    import av

SAMPLE_RATE = 16_000
Samples = NDArray[np.int16]
_GAP_S = 0.1
_LONGEST_GAP_S = 3600.0
_LONGEST_GAPS_S = 12 * 3600.0
"""Time stamps that jump further, or in all of a file this far, are damaged themselves."""
_SILENCE_S = 60.0
"""Silence comes in blocks of at most this length, so that a long gap takes no more memory than speech."""
_MICROSECONDS = 1_000_000
_MOST_VALUES = 1 << 20
"""Samples of all channels together that are gathered, so that no rate and no number of channels takes more memory."""


@dataclass
class Decoder:
    """Decodes one track of a file once. Iterate over it for int16 blocks of shape (channels, n), at 16 kHz.

    Mono stays mono; everything else comes as two channels. Times count from the start of the file, as a player shows
    them: a track that begins late begins with silence. Packets that cannot be decoded become silence of the same length;
    `lost` holds their (start, end) in samples. Raises `AudioError` when nothing at all can be decoded.
    """

    path: Path
    track: int = 1
    lost: list[tuple[int, int]] = field(default_factory=list)
    position: int = 0
    _given_s: float = 0.0
    _missing_s: float = 0.0
    _start_s: float | None = None

    def __iter__(self) -> Iterator[Samples]:
        decoded_any = False
        for block, good in self._blocks():
            decoded_any = decoded_any or (good and block.size > 0)
            if block.size:
                self._advance(block.shape[1], lost=not good)
                yield block
        if not decoded_any:
            where = displayable(str(self.path))
            raise AudioError("holds no audio that can be decoded.", where=where, fix="Record or export it again.")

    def _blocks(self) -> Iterator[tuple[Samples, bool]]:
        import av

        with open_media(self.path) as container:
            stream = container.streams.audio[self.track - 1]
            resampler = _Resampler(1 if stream.codec_context.channels == 1 else 2)
            if container.start_time is not None:
                self._start_s = container.start_time / _MICROSECONDS
            begins_s = float((stream.start_time or 0) * (stream.time_base or 0))
            junk = Junk(stream.codec_context.name)
            for packet in _packets(container, stream, self.path):
                yield from self._gap(self.believed(junk.lost_s(packet)), resampler)
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:
                    yield from self._gap(self.believed(duration_s(packet)), resampler)
                    continue
                for frame in frames:
                    require_sane(self.path, frame.sample_rate, frame.layout.nb_channels)
                    late = not self._given_s and (frame.time or 0) <= begins_s + _GAP_S  # nothing was lost then
                    yield from self._gap(self._missing_before_s(frame), resampler, good=late)
                    self._given_s += frame.samples / frame.sample_rate
                    yield resampler.resample(frame), True
            yield resampler.flush(), True

    def _gap(self, seconds: float, resampler: "_Resampler", *, good: bool = False) -> Iterator[tuple[Samples, bool]]:
        """Silence after everything that was decoded so far."""
        if not seconds:
            return
        yield resampler.drain(), True
        self._given_s += seconds
        left = round(seconds * SAMPLE_RATE)
        while left > 0:
            length = min(left, round(_SILENCE_S * SAMPLE_RATE))
            yield np.zeros((resampler.channels, length), dtype=np.int16), good
            left -= length

    def _missing_before_s(self, frame: "av.AudioFrame") -> float:
        """Seconds that are missing before a frame by its time stamp: damaged packets often vanish without an error."""
        if frame.time is None:
            return 0.0
        if self._start_s is None:
            self._start_s = frame.time
        gap_s = frame.time - self._start_s - self._given_s
        return self.believed(gap_s) if gap_s > _GAP_S else 0.0

    def believed(self, gap_s: float) -> float:
        if gap_s > _LONGEST_GAP_S or self._missing_s + gap_s > _LONGEST_GAPS_S:
            return 0.0
        self._missing_s += gap_s
        return gap_s

    def _advance(self, samples: int, *, lost: bool) -> None:
        start, self.position = self.position, self.position + samples
        require_bearable(self.position / SAMPLE_RATE, self.path)
        if not lost:
            return
        if self.lost and self.lost[-1][1] == start:
            start = self.lost.pop()[0]
        self.lost.append((start, self.position))


class _Resampler:
    """Frames of any rate and layout to 16 kHz with one or two channels; the format may change inside a file.

    Frames are gathered to a second before they are converted: one by one they cost more than decoding them.
    """

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._format: tuple[object, ...] | None = None
        self._resampler: Any = None
        self._waiting: Any = None

    def resample(self, frame: "av.AudioFrame") -> Samples:
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        rest = [self.flush()] if found != self._format else []
        if found != self._format:
            self._open(frame)
            self._format = found
        frame.pts = None
        self._waiting.write(frame)
        enough = self._waiting.samples >= min(frame.sample_rate, _MOST_VALUES // frame.layout.nb_channels)
        return self._joined([*rest, *([self.drain()] if enough else [])])

    def drain(self) -> Samples:
        """What the frames until now make, but for the few samples that the filter holds back."""
        frame = self._waiting.read() if self._waiting else None
        return self._joined([self._samples(piece) for piece in self._resampler.resample(frame)] if frame else [])

    def flush(self) -> Samples:
        """Everything that is left; after that only another format may come."""
        rest = self.drain()
        pieces = self._resampler.resample(None) if self._resampler else []
        return self._joined([rest, *(self._samples(piece) for piece in pieces)])

    def _open(self, frame: "av.AudioFrame") -> None:
        import av

        layout = "mono" if self.channels == 1 else "stereo"
        if " channels" in frame.layout.name:
            layout = frame.layout.name  # nobody said where they stand: FFmpeg would guess, and leave some of them out
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
        self._waiting = av.AudioFifo()

    def _samples(self, frame: "av.AudioFrame") -> Samples:
        count = frame.layout.nb_channels
        plane: Any = frame.planes[0]  # interleaved, with padding after the last sample
        samples = np.frombuffer(plane, np.int16, frame.samples * count).reshape(-1, count).T
        return samples if count == self.channels else _mixed(samples, self.channels)

    def _joined(self, pieces: list[Samples]) -> Samples:
        return pieces[0] if len(pieces) == 1 else np.concatenate([np.empty((self.channels, 0), np.int16), *pieces], axis=1)


def _mixed(samples: Samples, channels: int) -> Samples:
    """The mean of all channels, given to each of the new ones."""
    return np.repeat(samples.mean(axis=0, keepdims=True, dtype=np.float32).astype(np.int16), channels, axis=0)


def _packets(
    container: "av.container.InputContainer", stream: "av.AudioStream", path: Path
) -> Iterator["av.Packet[av.AudioStream]"]:
    """Packets until the end, or until the container itself breaks off."""
    import av

    try:
        yield from container.demux(stream)
    except av.error.FFmpegError:
        return
    except OSError as error:
        raise as_source_error(error, path) from error
