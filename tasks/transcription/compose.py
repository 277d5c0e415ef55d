"""Recognised windows become a recognition: segments, what was left out and why, and what the reader should know."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from tasks.language.clock import clock
from tasks.language.messages import message
from tasks.meeting.segments import in_order, to_segments
from tasks.schema import UNCLEAR, Engine, Interval, Message, Notice, NoticeKind, Recognition, Segment, Word, segment_id
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
        yield _notice(NoticeKind.WARNING, message("too_much_doubtful", number=len(doubted)))
    if removed:
        counts = Counter(flag.replace("_", " ") for stretch in removed for flag in stretch.flags)
        reasons = ", ".join(f"{flag} {count}" for flag, count in counts.most_common())
        told = message("left_out", reasons, number=len(removed), first=removed[0].interval.start_s)
        yield _notice(NoticeKind.FILTERED, told)


def _loss_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    if sparse := [window for window in windows if "sparse" in window.flags]:
        yield _notice(NoticeKind.WARNING, message("words_missing", number=len(sparse), first=sparse[0].start_s))


def _unheard_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    if found := [interval for window in windows for interval in window.unheard]:
        seconds = sum(interval.duration_s for interval in found)
        told = message("no_words", number=len(found), seconds=seconds, first=found[0].start_s)
        yield _notice(NoticeKind.WARNING, told)


def _failure_notices(spans: Sequence[SpanWords]) -> Iterable[Notice]:
    failed = [interval for span in spans for interval in span.failed]
    if failed:
        reasons = sorted({reason for span in spans for reason in span.reasons})
        yield _notice(NoticeKind.FAILED, message("not_recognised", reasons[0], number=len(failed), first=failed[0].start_s))


def _doubt_notices(windows: Sequence[WindowWords]) -> Iterable[Notice]:
    heard = [_believable(window) for window in windows]
    if (belief := doubtful_belief([word for words in heard for word in words])) is not None:
        yield _notice(NoticeKind.WARNING, message("words_doubtful", share=belief))
    elif places := [place for words in heard for place in doubtful_places(words)]:
        seconds = sum(place.duration_s for place in places)
        told = message("places_doubtful", number=len(places), seconds=seconds, first=places[0].start_s)
        yield _notice(NoticeKind.WARNING, told)


def _believable(window: WindowWords) -> list[Word]:
    """The words against which no guard says anything: the engine is sure of its loops."""
    doubted = {place for stretch in doubted_stretches(window) for place in range(stretch.first, stretch.last)}
    return [word for place, word in enumerate(window.words) if place not in doubted]


def _notice(kind: NoticeKind, said: Message) -> Notice:
    return Notice.of(kind, "transcription", said)
