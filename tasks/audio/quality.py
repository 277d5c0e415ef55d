"""What the reader of the minutes should know about the sound itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.audio.speech import QUIET_DBFS
from tasks.schema import Interval, Layout, Notice, NoticeKind, Part, PartAudio, Span

_CLIPPED_SHARE = 0.001
_SECOND_LOOK_S = 1.0
_LAYOUTS = {
    Layout.SEPARATE: "the two channels carry different people, so each was recognised by itself",
    Layout.LEFT: "the right channel is empty, only the left one was used",
    Layout.RIGHT: "the left channel is empty, only the right one was used",
    Layout.DIFFERENCE: "the two channels are of opposite phase; one was turned round",
}


@dataclass
class DecodedCounts:
    """Counts over the whole recording."""

    samples: int = 0
    clipped: int = 0
    second_look_s: float = 0.0

    def add(self, samples: int, clipped: int, second_look_s: float) -> None:
        """Count one span."""
        self.samples += samples
        self.clipped += clipped
        self.second_look_s += second_look_s


def quality_notices(
    spans: Sequence[Span], lost: Sequence[Interval], promised_s: float | None, heard: DecodedCounts
) -> Iterator[Notice]:
    """Everything that was odd about a recording."""
    decoded_s = spans[-1].end_s if spans else 0.0
    yield from _lost(lost)
    yield from _length(decoded_s, promised_s)
    yield from _loudness(spans, heard)
    for layout in dict.fromkeys(span.layout for span in spans if span.layout in _LAYOUTS):
        since = next(span.start_s for span in spans if span.layout is layout)
        yield _info(f"{_LAYOUTS[layout]}{f' (from {since:.0f} s on)' if since else ''}")
    if heard.second_look_s >= _SECOND_LOOK_S:
        yield _info(f"{heard.second_look_s:.0f} s of faint or unclear speech were found at a second look only")


def part_notices(parts: Sequence[Part], places: Sequence[PartAudio]) -> Iterator[Notice]:
    """What was odd about the lengths of the files of a meeting."""
    for number, (part, place) in enumerate(zip(parts, places, strict=True), start=1):
        if not part.track:
            continue
        if place.track:
            yield from _length(place.duration_s, part.duration_s, f"part {number} of")
        elif place.duration_s:
            yield _warning(f"nothing of part {number} could be decoded; silence stands for its {place.duration_s:.1f} s")
        else:
            yield _warning(f"nothing of part {number} could be decoded; its length is not known, so the times do not count it")


def _lost(lost: Sequence[Interval]) -> Iterator[Notice]:
    if lost:
        seconds = sum(interval.duration_s for interval in lost)
        yield _warning(f"{seconds:.1f} s are missing or could not be decoded, first at {lost[0].start_s:.1f} s")


def _length(decoded_s: float, promised_s: float | None, which: str = "") -> Iterator[Notice]:
    if not promised_s or abs(decoded_s - promised_s) <= max(1.0, 0.02 * promised_s):
        return
    what = f"{which} the recording".strip()
    if decoded_s < promised_s:
        yield _warning(f"{what} breaks off after {decoded_s:.1f} s, its header says {promised_s:.1f} s")
    else:
        yield _info(f"{what} is {decoded_s:.1f} s long, its header says {promised_s:.1f} s")


def _loudness(spans: Sequence[Span], heard: DecodedCounts) -> Iterator[Notice]:
    levels = [span.level_dbfs for span in spans if span.level_dbfs is not None]
    if levels and max(levels) < QUIET_DBFS:
        yield _info(f"the recording is very quiet ({max(levels):.0f} dBFS), so it was made louder to look for speech")
    if heard.clipped > _CLIPPED_SHARE * heard.samples:
        share = heard.clipped / heard.samples
        yield _warning(f"the recording is clipped: {share:.1%} of it is louder than it can hold, so words may be distorted")


def _info(message: str) -> Notice:
    return Notice(kind=NoticeKind.INFO, stage="audio", message=message)


def _warning(message: str) -> Notice:
    return Notice(kind=NoticeKind.WARNING, stage="audio", message=message)
