"""Recognised windows become a recognition: segments, what was left out and why, and what the reader should know."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from tasks.meeting.clock import clock
from tasks.meeting.segments import in_order, to_segments
from tasks.schema import UNCLEAR, Engine, Interval, Notice, NoticeKind, Recognition, Segment, Word, segment_id
from tasks.transcription.belief import doubtful_belief, doubtful_places
from tasks.transcription.guards.verdicts import GuardOptions, removable, too_much_removed
from tasks.transcription.windows import SpanWords, WindowWords

_SILENT = {"silence", "silence_phrase"}
"""Flags of words that nobody said: they leave no mark in the transcript."""


class Removed(NamedTuple):
    """A stretch of words that nobody should read, and why."""

    window: WindowWords
    first: int
    last: int
    flags: tuple[str, ...]

    @property
    def interval(self) -> Interval:
        words = self.window.words[self.first : self.last]
        return Interval(start_s=words[0].start_s, end_s=max(word.end_s for word in words))


def compose_recognition(
    spans: Sequence[SpanWords], engine: Engine, guards: GuardOptions, notices: Iterable[Notice]
) -> Recognition:
    """The recognition of a whole recording."""
    heard = [window for span in spans for window in span.windows]
    doubted = [stretch for window in heard for stretch in doubted_stretches(window)]
    gone_s = sum(stretch.window.speech_s * (stretch.last - stretch.first) / len(stretch.window.words) for stretch in doubted)
    overruled = too_much_removed(gone_s, sum(window.speech_s for window in heard), guards)
    removed = [] if overruled else doubted
    marks = [_mark(stretch) for stretch in removed if not set(stretch.flags) <= _SILENT]
    return Recognition(
        segments=tuple(in_order([*_segments(heard, removed), *marks])),
        failed=tuple(interval for span in spans for interval in span.failed),
        filtered=tuple(stretch.interval for stretch in removed),
        unheard=tuple(interval for window in heard for interval in window.unheard),
        filters=dict(Counter(flag for window in heard for flag in window.flags)),
        engine=engine,
        notices=(
            *notices,
            *_failure_notices(spans),
            *_filter_notices(removed, doubted, overruled),
            *_loss_notices(heard),
            *_unheard_notices(heard),
            *_doubt_notices(heard),
        ),
    )


def doubted_stretches(window: WindowWords) -> list[Removed]:
    """The words of a window that may be removed, neighbours together."""
    flags: dict[int, list[str]] = {}
    for doubt in window.doubts:
        if removable((doubt.flag,)):
            for place in range(doubt.first, min(doubt.last, len(window.words))):
                flags.setdefault(place, []).append(doubt.flag)
    stretches = []
    for _, group in groupby(enumerate(sorted(flags)), key=lambda item: item[1] - item[0]):
        places = [place for _, place in group]
        reasons = tuple(dict.fromkeys(flag for place in places for flag in flags[place]))
        stretches.append(Removed(window, places[0], places[-1] + 1, reasons))
    return stretches


def _segments(windows: Sequence[WindowWords], removed: Sequence[Removed]) -> Iterable[Segment]:
    """The words of each channel as segments; where language or flags change, or words are gone, a new one begins."""
    for channel in dict.fromkeys(window.channel for window in windows):
        runs = [run for window in windows if window.channel == channel for run in _kept_runs(window, removed)]
        for (language, flags), group in groupby(runs, key=lambda run: run[:2]):
            for segment in to_segments((word for _, _, words in group for word in words), language):
                yield segment.model_copy(update={"channel": channel, "flags": flags})


def _kept_runs(window: WindowWords, removed: Sequence[Removed]) -> list[tuple[str, tuple[str, ...], tuple[Word, ...]]]:
    """Language, flags and words of what is left of a window."""
    gone = {place for stretch in removed if stretch.window is window for place in range(stretch.first, stretch.last)}
    flags = tuple(flag for flag in window.flags if not gone or not removable((flag,)))
    return [(window.language, flags, tuple(word for place, word in enumerate(window.words) if place not in gone))]


def _mark(stretch: Removed) -> Segment:
    """`[unclear 00:12:03-00:12:31]` in place of what could not be made out."""
    place = stretch.interval
    return Segment(
        id=segment_id(1),
        start_s=place.start_s,
        end_s=place.end_s,
        text=f"[unclear {clock(place.start_s)}-{clock(place.end_s)}]",
        language=stretch.window.language,
        channel=stretch.window.channel,
        flags=(UNCLEAR, *stretch.flags),
    )


def _filter_notices(removed: Sequence[Removed], doubted: Sequence[Removed], overruled: bool) -> Iterable[Notice]:
    if overruled:
        message = (
            f"{_parts(len(doubted))} doubtful, too much of the speech to leave out: the words stand as recognised, with flags"
        )
        yield Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)
    if removed:
        counts = Counter(flag.replace("_", " ") for stretch in removed for flag in stretch.flags)
        reasons = ", ".join(f"{flag} {count}" for flag, count in counts.most_common())
        first = clock(removed[0].interval.start_s)
        message = f"{_parts(len(removed))} left out as invented or garbled ({reasons}), first at {first}"
        yield Notice(kind=NoticeKind.FILTERED, stage="transcription", message=message)


def _loss_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    if sparse := [window for window in windows if "sparse" in window.flags]:
        first = clock(sparse[0].start_s)
        what = f"{_parts(len(sparse))} recognised with far fewer words than the speech is long"
        message = f"{what}, first at {first}: words may be missing"
        yield Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)


def _unheard_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    if found := [interval for window in windows for interval in window.unheard]:
        seconds = sum(interval.duration_s for interval in found)
        places = "1 place" if len(found) == 1 else f"{len(found)} places"
        message = (
            f"somebody speaks in {places} for which no words were found ({seconds:.0f} s, first at {clock(found[0].start_s)})"
        )
        yield Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)


def _failure_notices(spans: Sequence[SpanWords]) -> Iterable[Notice]:
    failed = [interval for span in spans for interval in span.failed]
    if failed:
        reasons = sorted({reason for span in spans for reason in span.reasons})
        message = f"{_parts(len(failed))} not recognised, first at {failed[0].start_s:.1f} s: {reasons[0]}"
        yield Notice(kind=NoticeKind.FAILED, stage="transcription", message=message)


def _doubt_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    heard = [_believable(window) for window in windows]
    if (belief := doubtful_belief([word for words in heard for word in words])) is not None:
        message = (
            f"the recognizer believes in its words by {belief:.0%} only, so many are probably wrong: "
            "the speech may be unclear, far away, of two people at once, or in a language that it does not know"
        )
        yield Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)
    elif places := [place for words in heard for place in doubtful_places(words)]:
        where = "1 place" if len(places) == 1 else f"{len(places)} places"
        message = (
            f"the recognizer hardly believes its own words in {where} "
            f"({sum(place.duration_s for place in places):.0f} s, first at {clock(places[0].start_s)}): listen there"
        )
        yield Notice(kind=NoticeKind.WARNING, stage="transcription", message=message)


def _believable(window: WindowWords) -> list[Word]:
    """The words against which no guard says anything: the engine is sure of its loops."""
    doubted = {place for stretch in doubted_stretches(window) for place in range(stretch.first, stretch.last)}
    return [word for place, word in enumerate(window.words) if place not in doubted]


def _parts(count: int) -> str:
    return "1 part was" if count == 1 else f"{count} parts were"
