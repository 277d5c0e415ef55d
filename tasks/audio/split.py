"""A recording becomes spans: decoded once, in a stream, cut in silence, with the speech regions known.

Memory holds one span at a time, whatever the recording's length. All offsets are counted in samples.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import level_dbfs, write_wav
from tasks.audio.options import AudioOptions
from tasks.audio.speech import speech_regions
from tasks.files import sha256_of_file
from tasks.progress import report_progress
from tasks.schema import Interval, Notice, NoticeKind, Recording, Span, SplitAudio

Region = tuple[int, int]

_MIN_CUT_SHARE = 0.5
"""A span is cut in its second half, so that spans do not become tiny."""


def split_recording(path: Path, recording: Recording, work: Path, options: AudioOptions) -> SplitAudio:
    """Decode a recording into span files below `work`, and say what lies where."""
    decoder = Decoder(path)
    folder = work / "spans" / recording.sha256[:16]
    spans: list[Span] = []
    for samples, regions in _pieces(decoder, options):
        start = round(spans[-1].end_s * SAMPLE_RATE) if spans else 0
        spans.append(_save_span(len(spans), start, samples, regions, folder, work))
        report_progress("audio", spans[-1].end_s / recording.duration_s if recording.duration_s else 0.5)
    lost = tuple(Interval(start_s=start / SAMPLE_RATE, end_s=end / SAMPLE_RATE) for start, end in decoder.lost)
    return SplitAudio(
        duration_s=spans[-1].end_s if spans else 0.0,
        spans=tuple(spans),
        undecodable=lost,
        notices=(*_loss_notices(lost), *_early_end(spans[-1].end_s if spans else 0.0, recording.duration_s)),
    )


def find_cut(regions: list[Region], length: int) -> int:
    """The sample at which to cut: the middle of the last pause in the second half, else the very end."""
    edges = [0, *(edge for region in regions for edge in region), length]
    pauses = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]
    late = [(start + end) // 2 for start, end in pauses if (start + end) // 2 >= length * _MIN_CUT_SHARE]
    return late[-1] if late else length


def _pieces(decoder: Decoder, options: AudioOptions) -> Iterator[tuple[Samples, list[Region]]]:
    """Samples of each span with its speech regions, relative to the span's start."""
    limit = round(options.max_span_s * SAMPLE_RATE)
    waiting: list[Samples] = []
    count = 0
    for block in decoder:
        waiting.append(block)
        count += block.size
        while count >= limit:
            buffer = np.concatenate(waiting)
            regions = speech_regions(buffer[:limit], options)
            cut = find_cut(regions, limit)
            yield buffer[:cut], _before(regions, cut)
            waiting, count = [buffer[cut:]], count - cut
    if count:
        rest = np.concatenate(waiting)
        yield rest, speech_regions(rest, options)


def _before(regions: list[Region], cut: int) -> list[Region]:
    return [(start, min(end, cut)) for start, end in regions if start < cut]


def _save_span(index: int, start: int, samples: Samples, regions: list[Region], folder: Path, work: Path) -> Span:
    path = folder / f"{index:04d}.wav"
    write_wav(path, samples)
    return Span(
        index=index,
        start_s=start / SAMPLE_RATE,
        end_s=(start + samples.size) / SAMPLE_RATE,
        audio_path=path.relative_to(work).as_posix(),
        sha256=sha256_of_file(path),
        level_dbfs=level_dbfs(samples),
        speech=tuple(
            Interval(start_s=(start + first) / SAMPLE_RATE, end_s=(start + last) / SAMPLE_RATE) for first, last in regions
        ),
    )


def _loss_notices(lost: tuple[Interval, ...]) -> Iterator[Notice]:
    if lost:
        seconds = sum(interval.duration_s for interval in lost)
        message = f"{seconds:.1f} s could not be decoded, first at {lost[0].start_s:.1f} s"
        yield Notice(kind=NoticeKind.WARNING, stage="audio", message=message)


def _early_end(decoded_s: float, promised_s: float | None) -> Iterator[Notice]:
    if promised_s and decoded_s < promised_s - max(1.0, 0.02 * promised_s):
        message = f"the recording breaks off after {decoded_s:.1f} s, its header says {promised_s:.1f} s"
        yield Notice(kind=NoticeKind.WARNING, stage="audio", message=message)
