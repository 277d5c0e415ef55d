"""`minutes.md`: one page that a busy person reads in a minute."""

import re
from functools import cache
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from tasks.language.clock import clock, due_days, long_date, short_clock, short_date
from tasks.language.messages import in_words
from tasks.language.wording import AUTO, Wording, wording_for
from tasks.report.parts import part_facts, place
from tasks.report.state import OPEN, is_closed
from tasks.schema import Coverage, Engine, Interval, Message, Minutes, NoticeKind

_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")
_LIST_MARK = re.compile(r"^(\d*)([-+.)])")
"""At the start of a text it would begin a list, or with more of its kind draw a line."""
_MAX_HOLES = 5
_SELDOM_PEOPLE = ("not_heard", "absent", "joined_late", "left_early")
"""Fields of the minutes that are only named when somebody is in them."""
TIMELINE = "timeline.svg"
"""The picture beside the page."""


def render_markdown(minutes: Minutes, files: tuple[str, ...], language: str = AUTO) -> str:
    """The minutes as Markdown with YAML front matter, which is for programs and the same in every language."""
    facts = yaml.safe_dump(_front_matter(minutes), allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None)
    return f"---\n{facts}---\n\n{render_page(minutes, files, language)}"


def render_page(minutes: Minutes, files: tuple[str, ...], language: str = AUTO) -> str:
    """What people read of it. Speech and file names are escaped: they are data, not markup.

    `auto` takes the language of the minutes.
    """
    wording = wording_for(language, minutes.language)
    content = page_content(minutes, files, wording)
    return _environment().get_template("minutes.md.j2").render(**content, timeline=TIMELINE, box=item_box)


def page_content(minutes: Minutes, files: tuple[str, ...], wording: Wording) -> dict[str, Any]:
    """What every page says, as plain text: whoever renders it escapes it."""
    return {
        "minutes": minutes,
        "say": wording,
        "headline": _headline(minutes, wording),
        "coverage": " ".join(filter(None, (coverage_line(minutes.coverage, wording), _reading_line(minutes.coverage, wording)))),
        "warnings": [notice for notice in minutes.warnings if notice.kind is not NoticeKind.INFO],
        "remarks": [notice for notice in minutes.warnings if notice.kind is NoticeKind.INFO],
        "told": lambda said: told(said, wording),
        "files": files,
        "earlier_promises": {promise.item_id: promise for promise in minutes.repeated},
        "reversals": {reversal.decision_id: reversal for reversal in minutes.reversals},
        "place": lambda seconds: place(seconds, minutes.recording.parts, wording),
    }


def escape(text: str | None) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    plain = " ".join((text or "").split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LIST_MARK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", plain)).replace("://", ":&#8203;//")


def item_box(name: str, status: str) -> str:
    """How an action item begins its row: ``☐ `a-3f9c21` ``, ``☑ `a-3f9c21` done``, ``☐ `a-3f9c21` waits for Bo``."""
    tick, state = tick_and_state(status)
    return f"{tick} `{name}`" + (f" {escape(state)}" if state else "")


def tick_and_state(status: str) -> tuple[str, str]:
    """The box of an item, ticked if nobody waits for it any more, and what else there is to say of its state."""
    return "☑" if is_closed(status) else "☐", "" if status.casefold() == OPEN else status


def sentence(text: str) -> str:
    """Escaped text with a full stop at its end."""
    return ended(escape(text))


def ended(text: str) -> str:
    """A text with a full stop at its end."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def told(said: Message, wording: Wording) -> str:
    """A message in the language of the page, with the reason that a library gave."""
    return f"{in_words(said, wording)}: {said.detail}" if said.detail else in_words(said, wording)


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
    seconds = _whole_seconds([ms for _, ms, _ in classes])
    parts = list(zip(classes, seconds, strict=True))
    named = [f"{name} {short_clock(whole)}{_places(where, wording.at)}" for (name, ms, where), whole in parts[1:] if ms]
    rest = f" ({', '.join(named)})" if named else ""
    return wording.transcribed.format(part=short_clock(seconds[0]), whole=short_clock(sum(seconds)), rest=rest)


def _reading_line(coverage: Coverage, wording: Wording) -> str:
    """How much of the transcript the summary read, or nothing where nobody spoke. One segment is not called all."""
    form = wording.read_all if coverage.segments_read == coverage.segments > 1 else wording.read_some
    return form.format(part=coverage.segments_read, whole=coverage.segments) if coverage.segments else ""


def _whole_seconds(milliseconds: list[int]) -> list[int]:
    """Each part in whole seconds, so that their sum is the sum of the parts: the largest fractions are rounded up."""
    seconds = [ms // 1000 for ms in milliseconds]
    up = sum(milliseconds) // 1000 - sum(seconds)
    for number in sorted(range(len(seconds)), key=lambda number: milliseconds[number] % 1000, reverse=True)[:up]:
        seconds[number] += 1
    return seconds


def _places(holes: tuple[Interval, ...], at: str) -> str:
    if not holes:
        return ""
    more = ", …" if len(holes) > _MAX_HOLES else ""
    return f" {at} " + ", ".join(clock(hole.start_s) for hole in holes[:_MAX_HOLES]) + more


def _headline(minutes: Minutes, wording: Wording) -> str:
    recording, length_ms = minutes.recording, minutes.coverage.duration_ms
    start = f", {recording.recorded_at:%H:%M}" if recording.start_time_known else ""
    minutes_long = round(length_ms / 60_000)
    length = wording.minutes.of(minutes_long) if minutes_long else wording.seconds.of(round(length_ms / 1000))
    return f"{long_date(recording.recorded_at, wording)}{start}, {length}"


def _front_matter(minutes: Minutes) -> dict[str, Any]:
    recording, coverage = minutes.recording, minutes.coverage
    start = {"start": f"{recording.recorded_at:%H:%M}"} if recording.start_time_known else {}
    return {
        "title": minutes.title,
        "date": recording.recorded_at.date().isoformat(),
        **start,
        "duration": clock(coverage.duration_ms / 1000),
        "participants": list(minutes.participants),
        **{name: list(people) for name in _SELDOM_PEOPLE if (people := getattr(minutes, name))},
        "status": minutes.status.value,
        "coverage": _coverage_facts(coverage) | {"summarized": f"{coverage.segments_read}/{coverage.segments} segments"},
        "source": {"file": recording.name, "sha256": recording.sha256, "date_from": recording.recorded_at_source.value}
        | ({"parts": part_facts(recording.parts)} if recording.parts else {}),
        "engine": {engine.stage: _engine_line(engine) for engine in minutes.engines} | {"config": minutes.config_name},
    }


def _coverage_facts(coverage: Coverage) -> dict[str, str]:
    """Class -> time; the parts add up to the whole. What seldom happens is only named when it did."""
    milliseconds = {
        "transcribed": coverage.transcribed_ms,
        "silence": coverage.silence_ms,
        "undecodable": coverage.undecodable_ms,
        "failed": coverage.failed_ms,
        "filtered": coverage.filtered_ms,
        "unheard": coverage.unheard_ms,
    }
    seconds = dict(zip(milliseconds, _whole_seconds(list(milliseconds.values())), strict=True))
    seldom = ("failed", "filtered", "unheard")
    return {name: clock(whole) for name, whole in seconds.items() if milliseconds[name] or name not in seldom}


def _engine_line(engine: Engine) -> str:
    return f"{engine.backend} {engine.model} ({engine.revision}, {engine.device})"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tasks.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
    )
    environment.filters |= {"md": escape, "sentence": sentence, "clock": clock, "due_days": due_days, "short_date": short_date}
    return environment
