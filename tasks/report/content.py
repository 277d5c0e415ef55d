"""What every page says and in which order, as plain text: whoever renders it escapes it."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

from tasks.language.clock import clock, long_date, short_clock
from tasks.language.messages import in_words
from tasks.language.wording import Wording
from tasks.report.parts import place
from tasks.report.state import OPEN, is_closed
from tasks.report.translated import translated_section
from tasks.schema import (
    ActionItem,
    Coverage,
    Entity,
    EntityKind,
    Evidence,
    Interval,
    Minutes,
    Notice,
    NoticeKind,
    Status,
    Topic,
    TopicMood,
)

_MAX_HOLES = 5
_MOST_NAMES = 8
"""Names of a kind; chosen by hand."""
_WORST_FIRST = (NoticeKind.FAILED, NoticeKind.FALLBACK, NoticeKind.WARNING, NoticeKind.FILTERED)
_ACTIVE = re.compile(r":(?=//)|\bwww\.|@|\b(?:mailto|xmpp):", re.IGNORECASE)
"""What begins an address, or calls people where minutes are pasted: `www.`, `a@b.c`, `@everyone`."""
_SEGMENT = re.compile(r"S\d{4,}")
_NAMED = (EntityKind.ORGANISATION, EntityKind.PRODUCT, EntityKind.PLACE, EntityKind.PERSON)


def page_content(minutes: Minutes, files: tuple[str, ...], wording: Wording) -> dict[str, Any]:
    """What every page says."""
    warnings = [notice for notice in minutes.warnings if notice.kind is not NoticeKind.INFO]
    warnings.sort(key=lambda notice: _WORST_FIRST.index(notice.kind))
    remarks = [notice for notice in minutes.warnings if notice.kind is NoticeKind.INFO]
    return {
        "minutes": minutes,
        "say": wording,
        "headline": _headline(minutes, wording),
        "worst": _worst(minutes, warnings, wording),
        "coverage": " ".join(filter(None, (coverage_line(minutes.coverage, wording), _reading_line(minutes.coverage, wording)))),
        "warnings": warnings,
        "remarks": remarks,
        "more": len(minutes.warnings) - bool(warnings),
        "details": list(dict.fromkeys((notice.stage, notice.detail) for notice in minutes.warnings if notice.detail)),
        "told": lambda said: in_words(said, wording),
        "attendance": list(_attendance(minutes, wording)),
        "shares": shares_of_talk(minutes, wording),
        "tasks": in_order(minutes.action_items),
        "topics": sorted(minutes.topics, key=_begins),
        "named": _named(minutes),
        "files": files,
        "earlier_promises": {promise.item_id: promise for promise in minutes.repeated},
        "reversals": {reversal.decision_id: reversal for reversal in minutes.reversals},
        "translated": translated_section(minutes, wording),
        "moods": {(mood.start_s, mood.end_s): mood_line(mood, wording) for mood in minutes.moods},
        "mood_note": _mood_note(minutes, wording),
        "place": lambda seconds: place(seconds, minutes.recording.parts, wording),
    }


def mood_line(mood: TopicMood, wording: Wording) -> str:
    """`mood: positive, 83 %`."""
    return wording.mood.format(label=mood.label, percent=f"{mood.share * 100:.0f}")


def _mood_note(minutes: Minutes, wording: Wording) -> str:
    model = next((engine.model for engine in minutes.engines if engine.stage == "sentiment"), "?")
    return wording.mood_note.format(model=model) if minutes.moods else ""


def subject(minutes: Minutes, wording: Wording) -> str:
    """The title with the day, by which one week's meeting is told from the next."""
    return f"{minutes.title}, {long_date(minutes.recording.recorded_at, wording)}"


def in_order(items: Sequence[ActionItem]) -> list[ActionItem]:
    """Tasks by owner, those of nobody last; of one owner by date, those without one last."""
    never = dt.date.max
    return sorted(
        items,
        key=lambda item: (
            item.owner is None,
            (item.owner or "").casefold(),
            item.due_date or item.due_from or never,
            item.evidence.start_s,
        ),
    )


def line_of(cited: Sequence[str]) -> str | None:
    """The line of the transcript to which a time leads: the first that is cited and could be one."""
    return next((name for name in cited if _SEGMENT.fullmatch(name)), None)


def tick_and_state(status: str) -> tuple[str, str]:
    """The box of an item, ticked if nobody waits for it any more, and what else there is to say of its state."""
    return "☑" if is_closed(status) else "☐", "" if status.casefold() == OPEN else status


def unlinked(text: str) -> str:
    """The same words, in which nothing becomes a link or calls somebody: a space of no width stands in every address."""
    return _ACTIVE.sub("\\g<0>\u200b", text)


def ended(text: str) -> str:
    """A text with a full stop at its end."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def began(text: str) -> str:
    """A text that begins with a capital letter."""
    return text[:1].upper() + text[1:]


def is_spoken(text: str, evidence: Evidence) -> bool:
    """Whether a text is nothing but what was said, from a capital letter on where small talk before it fell away."""
    said, quoted = (" ".join(each.split()).rstrip(".") for each in (text, evidence.quote))
    return said[:1].casefold() + said[1:] == quoted[:1].casefold() + quoted[1:]


def coverage_line(coverage: Coverage, wording: Wording) -> str:
    """`Transcribed 29:40 of 31:12 (silence 1:15, undecodable 0:17 at 00:12:03).`; the parts add up to the whole."""
    classes: list[tuple[str, int, tuple[Interval, ...]]] = [
        ("", coverage.transcribed_ms, ()),
        (wording.silence, coverage.silence_ms, ()),
        (wording.undecodable, coverage.undecodable_ms, coverage.undecodable),
        (wording.not_recognised, coverage.failed_ms, coverage.failed),
        (wording.filtered, coverage.filtered_ms, coverage.filtered),
        (wording.unheard, coverage.unheard_ms, coverage.unheard),
    ]
    seconds = whole_parts([ms for _, ms, _ in classes], sum(ms for _, ms, _ in classes) // 1000)
    parts = list(zip(classes, seconds, strict=True))
    named = [f"{name} {short_clock(whole)}{_places(where, wording.at)}" for (name, ms, where), whole in parts[1:] if ms]
    rest = f" ({', '.join(named)})" if named else ""
    return wording.transcribed.format(part=short_clock(seconds[0]), whole=short_clock(sum(seconds)), rest=rest)


def whole_parts(thousandths: list[int], whole: int) -> list[int]:
    """Each part as a whole number, so that they add up to the whole: the largest fractions are rounded up."""
    parts = [part // 1000 for part in thousandths]
    up = whole - sum(parts)
    for number in sorted(range(len(parts)), key=lambda number: thousandths[number] % 1000, reverse=True)[:up]:
        parts[number] += 1
    return parts


def shares_of_talk(minutes: Minutes, wording: Wording) -> dict[str, str]:
    """How much of the talk is whose, in percent."""
    thousandths = [round(talk.share * 100_000) for talk in minutes.talk_time]
    percents = whole_parts(thousandths, round(sum(thousandths) / 1000))
    return {
        talk.speaker: wording.share.format(percent=percent) for talk, percent in zip(minutes.talk_time, percents, strict=True)
    }


def _headline(minutes: Minutes, wording: Wording) -> str:
    recording, length_ms = minutes.recording, minutes.coverage.duration_ms
    start = f", {recording.recorded_at:%H:%M}" if recording.start_time_known else ""
    minutes_long = round(length_ms / 60_000)
    length = wording.minutes.of(minutes_long) if minutes_long else wording.seconds.of(round(length_ms / 1000))
    return f"{long_date(recording.recorded_at, wording)}{start}, {length}"


def _worst(minutes: Minutes, warnings: Sequence[Notice], wording: Wording) -> str | None:
    """What matters most of what went wrong; a hole in the reading where nothing else says so."""
    if warnings:
        return in_words(warnings[0], wording)
    if minutes.status is not Status.NO_SPEECH and not minutes.coverage.complete:
        return " ".join((coverage_line(minutes.coverage, wording), _reading_line(minutes.coverage, wording)))
    return None


def _reading_line(coverage: Coverage, wording: Wording) -> str:
    """How much of the transcript the summary read, or nothing where nobody spoke. One segment is not called all."""
    form = wording.read_all if coverage.segments_read == coverage.segments > 1 else wording.read_some
    return form.format(part=coverage.segments_read, whole=coverage.segments) if coverage.segments else ""


def _places(holes: tuple[Interval, ...], at: str) -> str:
    if not holes:
        return ""
    more = ", …" if len(holes) > _MAX_HOLES else ""
    return f" {at} " + ", ".join(clock(hole.start_s) for hole in holes[:_MAX_HOLES]) + more


def _attendance(minutes: Minutes, wording: Wording) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What is said of people, each with their share of the talk or an empty text: those who were there first."""
    shares = shares_of_talk(minutes, wording)
    names = dict.fromkeys((*minutes.participants, *shares))
    if names:
        yield wording.present_shares if shares else wording.present, [(name, shares.get(name, "")) for name in names]
    for label in ("joined_late", "left_early", "not_heard", "absent"):
        if people := getattr(minutes, label):
            yield getattr(wording, label), [(name, "") for name in people]


def _begins(topic: Topic) -> float:
    return topic.evidence.start_s if topic.start_s is None else topic.start_s


def _named(minutes: Minutes) -> list[tuple[EntityKind, list[str]]]:
    """Whom and what the talk names besides those who take part, the most often named first."""
    known = {name.casefold() for name in (*minutes.participants, *minutes.absent, *minutes.not_heard)}
    owners = {item.owner.casefold() for item in minutes.action_items if item.owner}

    def others(kind: EntityKind) -> Iterator[Entity]:
        for entity in minutes.entities:
            if entity.kind is kind and entity.text.casefold() not in known | owners:
                yield entity

    found = ((kind, sorted(others(kind), key=lambda entity: -len(entity.segment_ids))) for kind in _NAMED)
    return [(kind, [entity.text for entity in entities[:_MOST_NAMES]]) for kind, entities in found if entities]
