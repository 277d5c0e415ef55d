"""A recording becomes spans: decoded once, in a stream, cut in silence, with the speech regions known.

Memory holds one span at a time, whatever the recording's length. All offsets are counted in samples.
"""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.joined import JoinedDecoder, decoder_of
from tasks.audio.layout import LayoutJudge, arrange, channels_of, echo_frames, frame_levels
from tasks.audio.levels import clipped_samples, level_dbfs, write_wav
from tasks.audio.options import AudioOptions
from tasks.audio.quality import DecodedCounts, part_notices, quality_notices
from tasks.audio.speech import SampleRange, SpeechFound, find_speech, quietest
from tasks.engine.base import Progress, untold
from tasks.errors import ResourceError
from tasks.files import require_room, sha256_of_file
from tasks.ranges import union
from tasks.schema import Interval, Layout, Recording, Region, Span, SplitAudio
from tasks.store import digest

_MIN_CUT_SHARE = 0.5
"""A span is cut in its second half, so that spans do not become tiny."""
_LEAST_BIT_RATE = 400
"""Bits a second of speech in the sparest coders (Codec 2); a header that promises more in a file of its size lies."""
_LOOKAHEAD = SAMPLE_RATE
"""Heard beyond the longest span, so that a word that begins just before the limit is known when the cut is chosen."""


class SpanAudio(NamedTuple):
    """The audio of one span, shape (channels, n), with the speech of each channel in samples from the span's start."""

    samples: Samples
    layout: Layout
    speech: list[SpeechFound]


def split_recording(
    path: Path,
    recording: Recording,
    work: Path,
    options: AudioOptions,
    *,
    parts: Sequence[Path] = (),
    progress: Progress = untold,
) -> SplitAudio:
    """Decode a recording, or the parts of it, into span files below `work`, and say what lies where.

    Raises a `ResourceError` if there is no room for them, and leaves none then.
    """
    files = parts or (path,)
    folder = work / "spans" / digest([recording.sha256, options.model_dump()])[:16]  # other options cut elsewhere
    require_room(work, _most_bytes(files, recording))
    try:
        return _split(decoder_of(files, recording), recording, folder, options, progress)
    except ResourceError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _most_bytes(files: Sequence[Path], recording: Recording) -> float:
    """Bytes that the spans take by what the header promises, as far as a file of this size can keep it."""
    size_s = sum(path.stat().st_size for path in files) * 8 / _LEAST_BIT_RATE
    return min(recording.duration_s or 0.0, size_s) * SAMPLE_RATE * 2 * min(2, recording.channels)


def _split(
    decoder: Decoder | JoinedDecoder, recording: Recording, folder: Path, options: AudioOptions, progress: Progress
) -> SplitAudio:
    work = folder.parent.parent
    spans: list[Span] = []
    heard = DecodedCounts()
    for piece in _pieces(decoder, recording.channels, options):
        start = round(spans[-1].end_s * SAMPLE_RATE) if spans else 0
        spans.append(_save_span(len(spans), start, piece, folder, work))
        heard.add(piece.samples.size, clipped_samples(piece.samples), sum(found.second_look_s for found in piece.speech))
        del piece  # else its audio is held while the next one is decoded
        progress(spans[-1].end_s / recording.duration_s if recording.duration_s else 0.5)
    lost = tuple(Interval(start_s=start / SAMPLE_RATE, end_s=end / SAMPLE_RATE) for start, end in decoder.lost)
    places = decoder.parts if isinstance(decoder, JoinedDecoder) else []
    promised_s = None if places else recording.duration_s
    notices = (*quality_notices(spans, lost, promised_s, heard), *part_notices(recording.parts, places))
    return SplitAudio(
        duration_s=spans[-1].end_s if spans else 0.0,
        track=recording.track,
        parts=tuple(places),
        spans=tuple(spans),
        undecodable=lost,
        notices=notices,
    )


def find_cut(samples: Samples, regions: list[SampleRange], limit: int) -> int:
    """The sample at which to cut, at most `limit`: in the last pause of the second half, else where it is quietest.

    Args:
        samples: shape (channels, n), n at least `limit`.
        regions: speech of all channels together, in order, without overlap.
    """
    first = round(limit * _MIN_CUT_SHARE)
    edges = [0, *(edge for region in regions for edge in region), samples.shape[1]]
    pauses = list(zip(edges[::2], edges[1::2], strict=True))
    late = [(max(start, first), min(end, limit)) for start, end in pauses]
    real: list[int] = [(start + end) // 2 for start, end in late if start < end]
    touching: list[int] = [end for start, end in pauses[1:-1] if start == end and first <= end <= limit]
    return (real or touching or [quietest(samples, first, limit)])[-1]


def _pieces(decoder: Decoder | JoinedDecoder, channels: int, options: AudioOptions) -> Iterator[SpanAudio]:
    """The spans, one after the other."""
    limit = round(options.max_span_s * SAMPLE_RATE)
    judge = LayoutJudge("mix" if channels > 2 else options.channels)  # what is mixed down does not keep people apart
    rest: list[Samples] = []
    taken = 0

    def take() -> SpanAudio:
        nonlocal rest, taken
        buffer = np.concatenate(rest, axis=1) if len(rest) > 1 else rest[0]
        rest = []
        piece = _cut(_hear(buffer[:, : limit + _LOOKAHEAD], judge, options), limit)
        rest = [buffer[:, piece.samples.shape[1] :].copy()]  # a view would keep all of the buffer
        taken += piece.samples.shape[1]
        return piece

    for block in decoder:
        rest.append(block)
        while decoder.position - taken >= limit + _LOOKAHEAD:
            yield take()
    while decoder.position > taken:
        yield take()


def _hear(buffer: Samples, judge: LayoutJudge, options: AudioOptions) -> SpanAudio:
    layout = judge.judge(buffer)
    samples = arrange(buffer, layout)
    if len(samples) == 1:
        return SpanAudio(samples, layout, [find_speech(samples[0], options)])
    echo = echo_frames(frame_levels(samples))
    return SpanAudio(samples, layout, [find_speech(row, options, ignored) for row, ignored in zip(samples, echo, strict=True)])


def _cut(piece: SpanAudio, limit: int) -> SpanAudio:
    """The piece, or if it is longer than the limit, as much as is best cut off; what follows is heard again with the next one."""
    if piece.samples.shape[1] <= limit:
        return piece
    regions = union((region for found in piece.speech for region in found.regions), touching=False)
    cut = find_cut(piece.samples, regions, limit)
    speech = [
        SpeechFound([(start, min(end, cut)) for start, end in found.regions if start < cut], found.second_look_s)
        for found in piece.speech
    ]
    return SpanAudio(piece.samples[:, :cut], piece.layout, speech)


def _save_span(index: int, start: int, piece: SpanAudio, folder: Path, work: Path) -> Span:
    path = folder / f"{index:04d}.wav"
    write_wav(path, piece.samples)
    speech = [
        Region(start_s=(start + first) / SAMPLE_RATE, end_s=(start + last) / SAMPLE_RATE, channel=channel)
        for channel, found in zip(channels_of(piece.layout), piece.speech, strict=True)
        for first, last in found.regions
    ]
    return Span(
        index=index,
        start_s=start / SAMPLE_RATE,
        end_s=(start + piece.samples.shape[1]) / SAMPLE_RATE,
        audio_path=path.relative_to(work).as_posix(),
        sha256=sha256_of_file(path),
        layout=piece.layout,
        level_dbfs=level_dbfs(piece.samples),
        speech=tuple(sorted(speech, key=lambda region: (region.start_s, region.channel or 0))),
    )
