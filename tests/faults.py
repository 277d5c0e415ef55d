"""Broken, odd and difficult recordings, each made in a moment from a short stretch of the sample speech."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import Path

import av
import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tests.builders import SAMPLE_SPEECH, silence

Turn = tuple[float, float]
DEFAULT = av.stream.Disposition.default
NOT_DEFAULT = av.stream.Disposition.comment
_CHORDS = ((261.6, 329.6, 392.0), (220.0, 261.6, 329.6), (174.6, 220.0, 261.6), (196.0, 246.9, 293.7))


@dataclass(frozen=True)
class Track:
    """One audio track of a file; samples of shape (n,) or (channels, n)."""

    samples: Samples
    codec: str = "aac"
    rate: int = SAMPLE_RATE
    layout: str | None = None
    start_s: float = 0.0
    bit_rate: int | None = None
    disposition: av.stream.Disposition | None = None

    @property
    def named_layout(self) -> str:
        return self.layout or ("mono" if self.samples.ndim == 1 else "stereo")


# Sounds


@cache
def _meeting() -> Samples:
    """The sample meeting, read without the code under test."""
    with av.open(str(SAMPLE_SPEECH)) as file:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)])


def speech(start_s: float, end_s: float) -> Samples:
    """This stretch of the sample meeting, 16 kHz mono."""
    return _meeting()[round(start_s * SAMPLE_RATE) : round(end_s * SAMPLE_RATE)]


def turns(start_s: float, end_s: float, *speakers: str) -> list[Turn]:
    """When these people (all, if none is named) speak in a stretch of the sample, from the start of the stretch on."""
    said = json.loads(SAMPLE_SPEECH.with_suffix(".truth.json").read_text())["turns"]
    found = [turn for turn in said if not speakers or turn["speaker"] in speakers]
    inside = [turn for turn in found if turn["start_s"] >= start_s and turn["end_s"] <= end_s]
    return [(turn["start_s"] - start_s, turn["end_s"] - start_s) for turn in inside]


def only(sound: Samples, when: list[Turn]) -> Samples:
    """The sound during these stretches, and digital silence elsewhere."""
    kept = np.zeros_like(sound)
    for start_s, end_s in when:
        part = slice(round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE))
        kept[part] = sound[part]
    return kept


def at_rate(sound: Samples, rate: int) -> Samples:
    """A 16 kHz sound at another rate."""
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    pieces = (*resampler.resample(frame), *resampler.resample(None))
    return np.concatenate([piece.to_ndarray().reshape(-1) for piece in pieces])


def louder(sound: Samples, gain_db: float) -> Samples:
    return (sound * 10 ** (gain_db / 20)).clip(-32768, 32767).astype(np.int16)


def faint_noise(sound: Samples) -> Samples:
    """What a connected but unused input of a sound card gives."""
    return np.random.default_rng(2).normal(0, 3, sound.size).round().astype(np.int16)


def music(seconds: float) -> Samples:
    """Hold music: four chords with overtones, and a drum twice a second."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    bar, beat = (time // 2).astype(int) % len(_CHORDS), time % 0.5
    sound = np.zeros(time.size)
    for number, chord in enumerate(_CHORDS):
        now = time[bar == number]
        sound[bar == number] = sum(np.sin(2 * np.pi * note * over * now) / over for note in chord for over in range(1, 7))
    drum = np.sin(2 * np.pi * 60 * beat) * np.exp(-8 * beat)
    hiss = np.random.default_rng(3).normal(0, 1, time.size) * np.exp(-30 * beat)
    mixed = 0.12 * sound * (0.6 + 0.4 * np.exp(-2 * (time % 2))) + 0.25 * drum + 0.08 * hiss
    return (9000 * mixed / np.abs(mixed).max()).astype(np.int16)


# Files


def write_tracks(
    path: Path, *tracks: Track, picture_s: float = 0.0, container: str | None = None, options: dict[str, str] | None = None
) -> Path:
    """A file of these tracks, and of a picture if it lasts; options are those of the muxer."""
    with av.open(str(path), "w", format=container, options=options or {}) as file:
        picture = _picture(file) if picture_s else None
        streams = [file.add_stream(track.codec, rate=track.rate, layout=track.named_layout) for track in tracks]
        for stream, track in zip(streams, tracks, strict=True):
            stream.disposition = stream.disposition if track.disposition is None else track.disposition
            if track.bit_rate:
                stream.bit_rate = track.bit_rate
            stream.codec_context.options = {"strict": "experimental"}  # FFmpeg's own Vorbis and Opus coders ask for it
        packets = [_encoded(stream, track) for stream, track in zip(streams, tracks, strict=True)]
        if picture:
            packets.append(_encoded_picture(picture, picture_s))
        file.start_encoding()
        for packet in sorted(chain(*packets), key=lambda packet: float(packet.dts * packet.time_base)):
            file.mux(packet)
    return path


def remux(source: Path, target: Path, lost: Turn | None = None, container: str | None = None) -> Path:
    """The same packets in another file, without those of a stretch of time."""
    start_s, end_s = lost or (0.0, 0.0)
    with av.open(str(source)) as given, av.open(str(target), "w", format=container) as file:
        stream = file.add_stream_from_template(given.streams.audio[0])
        for packet in given.demux(audio=0):
            if packet.dts is None or start_s <= float(packet.pts * packet.time_base) < end_s:
                continue
            packet.stream = stream
            file.mux(packet)
    return target


def spoil(path: Path, when: Turn, junk: bytes = b"\0") -> Path:
    """Overwrite the packets of a stretch of time, with what the container has written between them."""
    with av.open(str(path)) as file:
        places = [(float(packet.pts * packet.time_base), packet.pos) for packet in file.demux(audio=0) if packet.size]
    first, last = (next(pos for time, pos in places if time >= edge) for edge in when)
    content = bytearray(path.read_bytes())
    content[first:last] = (junk * (last - first))[: last - first]
    path.write_bytes(content)
    return path


def spoil_inside(path: Path, when: Turn, junk: bytes = b"\0") -> Path:
    """Overwrite the content of these packets, and leave the container in order."""
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as file:
        spoilt = [
            bytes(packet) for packet in file.demux(audio=0) if packet.size and when[0] <= packet.pts * packet.time_base < when[1]
        ]
    for packet in spoilt:
        first = content.index(packet)
        content[first : first + len(packet)] = (junk * len(packet))[: len(packet)]
    path.write_bytes(content)
    return path


def patch(path: Path, old: bytes, new: bytes) -> Path:
    """Replace bytes that must be there."""
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new))
    return path


def cut_off(path: Path, share: float) -> Path:
    """Only the first share of a file."""
    path.write_bytes(path.read_bytes()[: round(path.stat().st_size * share)])
    return path


def set_wav_length(path: Path, length: int) -> Path:
    """Let the header of a WAV file promise this many bytes of audio."""
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = length.to_bytes(4, "little")
    content[4:8] = min(length + place - 4, 0xFFFFFFFF).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def set_flac_length(path: Path, samples: int) -> Path:
    """Let the header of a FLAC file promise this many samples."""
    content = bytearray(path.read_bytes())
    content[21:26] = (content[21] & 0xF0 | samples >> 32).to_bytes(1) + (samples & 0xFFFFFFFF).to_bytes(4)
    path.write_bytes(content)
    return path


def set_mkv_length(path: Path, seconds: float) -> Path:
    """Let the header of a Matroska file promise this length."""
    content = bytearray(path.read_bytes())
    place = content.index(b"\x44\x89\x88") + 3
    content[place : place + 8] = np.array(seconds * 1000, ">f8").tobytes()
    path.write_bytes(content)
    return path


def _picture(file: "av.container.OutputContainer") -> "av.VideoStream":
    picture = file.add_stream("mpeg4", rate=10)
    picture.width = picture.height = 64
    return picture


def _encoded_picture(picture: "av.VideoStream", seconds: float) -> list["av.Packet"]:
    frames = [av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24") for _ in range(round(seconds * 10))]
    return [packet for frame in (*frames, None) for packet in picture.encode(frame)]


def _encoded(stream: "av.AudioStream", track: Track) -> list["av.Packet"]:
    layout = track.named_layout
    if not track.samples.size:
        return []
    frame = av.AudioFrame.from_ndarray(np.atleast_2d(track.samples).T.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate, frame.pts = track.rate, 0
    coder = stream.codec_context
    coder.open()
    resampler = av.AudioResampler(format=stream.format, layout=layout, rate=track.rate, frame_size=coder.frame_size or 1024)
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    for piece in pieces:
        piece.pts += round(track.start_s * track.rate)
    return [packet for piece in (*pieces, None) for packet in stream.encode(piece)]


# Measures


def overlap_s(regions: list[Turn], others: list[Turn]) -> float:
    """Seconds that two lists of stretches share."""
    return sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in regions for b in others)


def total_s(regions: list[Turn]) -> float:
    return sum(end_s - start_s for start_s, end_s in regions)


def in_order(regions: list[Turn]) -> bool:
    """Each ends before the next begins."""
    return all(before[1] <= after[0] for before, after in pairwise(regions)) and all(start < end for start, end in regions)


def at(time_s: float, *sounds: Samples) -> Samples:
    """Silence up to a time, then these sounds one after the other."""
    return np.concatenate([silence(time_s), *sounds])
