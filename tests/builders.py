"""Small valid values for tests: each builder gives a plain example, and takes what the test is about."""

import datetime as dt
from pathlib import Path
from typing import Any

import av
import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.engine.pool import ModelPool
from tasks.job import Run
from tasks.schema import (
    Coverage,
    DateSource,
    Engine,
    Evidence,
    Interval,
    MatchMethod,
    Recording,
    Region,
    Segment,
    Sidecar,
    Span,
    Transcript,
    Word,
    segment_id,
)

SAMPLE_SPEECH = Path(__file__).parents[1] / "sample_audio" / "2026-03-02-garden-committee.flac"
"""More than a minute of three people talking."""


def quiet_run() -> Run:
    """A run with no model open yet, of which nobody is told."""
    return Run(ModelPool())


def recording(**changes: Any) -> Recording:
    """A minute of audio from 2 March 2026."""
    values: dict[str, Any] = {
        "path": "meetings/standup.flac",
        "name": "standup.flac",
        "sha256": "9f2c41d0" * 8,
        "duration_s": 60.0,
        "container": "flac",
        "codec": "flac",
        "channels": 1,
        "sample_rate": 16_000,
        "recorded_at": dt.datetime(2026, 3, 2, 10, 15),
        "recorded_at_source": DateSource.FILE_NAME,
        "start_time_known": True,
        "sidecar": Sidecar(),
    }
    return Recording(**(values | changes))


def interval(start_s: float, end_s: float) -> Interval:
    return Interval(start_s=start_s, end_s=end_s)


def region(start_s: float, end_s: float, channel: int | None = None) -> Region:
    return Region(start_s=start_s, end_s=end_s, channel=channel)


def word(text: str, start_s: float, end_s: float) -> Word:
    return Word(text=text, start_s=start_s, end_s=end_s)


def words(text: str, start_s: float = 0.0, each_s: float = 0.5) -> tuple[Word, ...]:
    """One word after the other without a pause, all of one length."""
    return tuple(word(item, start_s + each_s * n, start_s + each_s * (n + 1)) for n, item in enumerate(text.split()))


def segment(number: int, text: str = "We meet again on Friday.", start_s: float | None = None, **changes: Any) -> Segment:
    """Segment 1 at 0 s, 2 at 10 s, ...; five seconds long unless told."""
    start = 10.0 * (number - 1) if start_s is None else start_s
    values: dict[str, Any] = {"id": segment_id(number), "start_s": start, "end_s": start + 5, "text": text, "language": "en"}
    return Segment(**(values | changes))


def engine(stage: str = "transcription", **changes: Any) -> Engine:
    return Engine(**({"stage": stage, "backend": "scripted", "model": "scripted", "revision": "built in"} | changes))


def evidence(*ids: str, quote: str = "We meet again on Friday.") -> Evidence:
    return Evidence(segment_ids=ids or ("S0001",), start_s=0.0, end_s=5.0, quote=quote, method=MatchMethod.EXACT)


def coverage(duration_s: float = 60.0, segments: int = 0, **changes: Any) -> Coverage:
    """Everything transcribed and read, unless told."""
    length = round(duration_s * 1000)
    values = {"duration_ms": length, "transcribed_ms": length, "silence_ms": 0, "segments": segments, "segments_read": segments}
    return Coverage(**(values | changes))


def transcript(*segments: Segment, **changes: Any) -> Transcript:
    """These segments as the transcript of a minute of audio."""
    values: dict[str, Any] = {
        "recording": recording(),
        "segments": segments,
        "language": "en",
        "coverage": coverage(segments=len(segments)),
        "engines": (engine(),),
    }
    return Transcript(**(values | changes))


def span(index: int, start_s: float, end_s: float, *speech: Region) -> Span:
    """A span that says where its audio would be; see `write_wav` for tests that need the file."""
    audio_path = f"spans/{index:04d}.wav"
    return Span(
        index=index, start_s=start_s, end_s=end_s, audio_path=audio_path, sha256=f"{index}" * 64, level_dbfs=-20.0, speech=speech
    )


def silence(seconds: float, rate: int = SAMPLE_RATE) -> Samples:
    return np.zeros(round(seconds * rate), dtype=np.int16)


def tone(seconds: float, rate: int = SAMPLE_RATE) -> Samples:
    """A sound without speech, at a quarter of full scale."""
    time = np.arange(round(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)


def noise(seconds: float, rate: int = SAMPLE_RATE) -> Samples:
    """A sound that compresses badly, so that a stretch of the file is a stretch of time."""
    return np.random.default_rng(1).normal(0, 3000, round(seconds * rate)).astype(np.int16)


def write_audio(
    path: Path,
    samples: Samples,
    rate: int = SAMPLE_RATE,
    codec: str = "pcm_s16le",
    container: str | None = None,
    *,
    metadata: dict[str, str] | None = None,
    layout: str | None = None,
) -> Path:
    """An audio file of samples, shape (n,) or (channels, n); the container follows from the suffix unless it is named."""
    layout = layout or ("stereo" if samples.ndim == 2 else "mono")
    with av.open(str(path.absolute()), "w", format=container) as file:
        file.metadata.update(metadata or {})
        fill_track(file, file.add_stream(codec, rate=rate, layout=layout), samples)
    return path


def fill_track(file: "av.container.OutputContainer", track: "av.AudioStream", samples: Samples) -> None:
    """Write a whole track. All tracks of a file must have been added before the first is filled."""
    form = {"layout": track.layout.name, "rate": track.rate}
    frame = av.AudioFrame.from_ndarray(np.atleast_2d(samples).T.reshape(1, -1), format="s16", layout=track.layout.name)
    frame.sample_rate, frame.pts = track.rate, 0
    resampler = av.AudioResampler(format=track.format, frame_size=track.codec_context.frame_size, **form)
    for piece in (*resampler.resample(frame), *resampler.resample(None)):
        file.mux(track.encode(piece))
    file.mux(track.encode(None))


def damage(path: Path, share: float = 0.05) -> None:
    """Overwrite a share of a file with zeros, from its middle on."""
    content = bytearray(path.read_bytes())
    middle, length = len(content) // 2, round(len(content) * share)
    content[middle : middle + length] = bytes(length)
    path.write_bytes(content)
