"""What the reader of the minutes should know about the sound itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.audio.speech import QUIET_DBFS
from tasks.language.messages import message
from tasks.schema import Interval, Layout, Message, Notice, NoticeKind, Part, PartAudio, Span

_CLIPPED_SHARE = 0.001
_SECOND_LOOK_S = 1.0
_LAYOUTS = {
    Layout.SEPARATE: message("channels_apart"),
    Layout.LEFT: message("left_channel"),
    Layout.RIGHT: message("right_channel"),
    Layout.DIFFERENCE: message("opposite_phase"),
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
    yield from _length(decoded_s, promised_s, message("the_recording"))
    yield from _loudness(spans, heard)
    for layout in dict.fromkeys(span.layout for span in spans if span.layout in _LAYOUTS):
        since = next(span.start_s for span in spans if span.layout is layout)
        yield _info(message("from_on", said=_LAYOUTS[layout], since=since) if since else _LAYOUTS[layout])
    if heard.second_look_s >= _SECOND_LOOK_S:
        yield _info(message("second_look", seconds=heard.second_look_s))


def part_notices(parts: Sequence[Part], places: Sequence[PartAudio]) -> Iterator[Notice]:
    """What was odd about the lengths of the files of a meeting."""
    for number, (part, place) in enumerate(zip(parts, places, strict=True), start=1):
        if not part.track:
            continue
        if place.track:
            yield from _length(place.duration_s, part.duration_s, message("part_of_recording", part=number))
        elif place.duration_s:
            yield _warning(message("part_undecodable", part=number, seconds=place.duration_s))
        else:
            yield _warning(message("part_without_length", part=number))


def _lost(lost: Sequence[Interval]) -> Iterator[Notice]:
    if lost:
        seconds = sum(interval.duration_s for interval in lost)
        yield _warning(message("undecodable", seconds=seconds, first=lost[0].start_s))


def _length(decoded_s: float, promised_s: float | None, what: Message) -> Iterator[Notice]:
    if not promised_s or abs(decoded_s - promised_s) <= max(1.0, 0.02 * promised_s):
        return
    if decoded_s < promised_s:
        yield _warning(message("breaks_off", what=what, seconds=decoded_s, promised=promised_s))
    else:
        yield _info(message("longer_than_header", what=what, seconds=decoded_s, promised=promised_s))


def _loudness(spans: Sequence[Span], heard: DecodedCounts) -> Iterator[Notice]:
    levels = [span.level_dbfs for span in spans if span.level_dbfs is not None]
    if levels and max(levels) < QUIET_DBFS:
        yield _info(message("very_quiet", level=max(levels)))
    if heard.clipped > _CLIPPED_SHARE * heard.samples:
        yield _warning(message("clipped", share=heard.clipped / heard.samples))


def _info(said: Message) -> Notice:
    return Notice.of(NoticeKind.INFO, "audio", said)


def _warning(said: Message) -> Notice:
    return Notice.of(NoticeKind.WARNING, "audio", said)
