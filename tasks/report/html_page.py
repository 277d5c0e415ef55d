"""`minutes.html`: the page of `minutes.md` with the recording and the transcript, in one file that asks nothing of a network.

Whatever was said is text: the template escapes it, and the page's policy lets no script run but the one whose hash it names.
"""

from base64 import b64encode
from bisect import bisect_right
from collections import defaultdict
from dataclasses import asdict, dataclass
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files as resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from tasks.language.clock import clock, due_days, short_date
from tasks.language.wording import AUTO, Counted, Wording, page_language, page_wording_for, wording_for
from tasks.report.content import began, ended, is_spoken, mood_line, page_content, tick_and_state
from tasks.report.page_templates import filled, own_folder, page_templates
from tasks.report.timeline import COLOURS
from tasks.schema import CORRECTED, UNCLEAR, Interval, Minutes, Segment, Transcript

NAME = "minutes.html"
TEMPLATE = "minutes.html.j2"
_SCALE = 1000
"""The width of the timeline in units."""
_NOBODY = -1
_SHADES = 5
"""More labels than that are seldom, and share shades."""


@dataclass(frozen=True)
class _Speaker:
    """A person in the timeline, in the filter and beside the lines."""

    name: str
    colour: int
    path: str
    """Where this person speaks, as the path of an SVG."""


@dataclass(frozen=True)
class _Band:
    """The mood of one topic on the timeline."""

    shade: int
    path: str
    title: str


@dataclass(frozen=True)
class _Line:
    """One segment of the transcript."""

    id: str
    start_s: float
    speaker: str
    who: int
    """The number of the speaker, -1 where nobody knows."""
    style: str
    language: str
    text: str
    corrected: bool


def render_html(
    minutes: Minutes,
    transcript: Transcript,
    files: tuple[str, ...],
    language: str = AUTO,
    audio: str | None = None,
    *,
    own: str | None = None,
) -> str:
    """The page.

    Args:
        audio: the address of the recording as seen from the page; None where there is none that a browser could play.
        own: the folder of the user's templates.
    """
    spoken = page_language(language, minutes.language)
    wording, page = wording_for(language, minutes.language), page_wording_for(language, minutes.language)
    speakers = _speakers(transcript)
    length_s = transcript.coverage.duration_ms / 1000
    told = {name: text for name, text in asdict(page).items() if name in ("no_audio", "other_length", "hit_of")}
    content = {
        **page_content(minutes, files, wording),
        "language": spoken,
        "page": page,
        "speakers": speakers,
        "bands": _bands(minutes, length_s, wording),
        "lanes": {speaker.name: speaker for speaker in speakers},
        "lines": _lines(transcript, speakers),
        "line_of": _LineFinder(transcript.segments),
        "days": partial(due_days, wording=wording, held_on=minutes.recording.recorded_at.date()),
        "length_s": length_s,
        "audio": audio,
        "data": {"length": length_s, "say": told | _counted(page.hits)},
        "style": Markup(page_style()),  # noqa: S704 - a file of ours
        "script": Markup(_script()),  # noqa: S704
        "policy": policy(),
    }
    return filled(templates(own_folder(own, TEMPLATE)), TEMPLATE, content)


def policy() -> str:
    """What the page may do: run its own script, use its own style, play a file that lies near it or that its reader opens."""
    return (
        f"default-src 'none'; script-src '{content_hash(_script())}'; style-src '{content_hash(page_style())}';"
        " media-src 'self' blob:;"
        " base-uri 'none'; form-action 'none'"
    )


def state_text(status: str) -> str:
    """The state of an action item: a box, and what a person wrote unless it is open."""
    return " ".join(filter(None, tick_and_state(status)))


class _LineFinder:
    """The line of the transcript that a claim leads to: the first that it cites, else the one that is heard at its time."""

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self._ids = [segment.id for segment in segments]
        self._known = frozenset(self._ids)
        self._starts = [segment.start_s for segment in segments]

    def __call__(self, start_s: float, cited: tuple[str, ...]) -> str:
        found = next((name for name in cited if name in self._known), None)
        before = bisect_right(self._starts, start_s) - 1
        return found or (self._ids[max(0, before)] if self._ids else "transcript")


def _speakers(transcript: Transcript) -> tuple[_Speaker, ...]:
    """Everybody who speaks, in the order in which they begin."""
    spoken: defaultdict[str, list[Interval]] = defaultdict(list)
    for turn in transcript.turns or [segment for segment in transcript.segments if segment.speaker]:
        spoken[transcript.name_of(turn.speaker) or ""].append(turn)
    for segment in transcript.segments:
        if segment.speaker:
            _ = spoken[transcript.name_of(segment.speaker) or ""]
    length_s = transcript.coverage.duration_ms / 1000
    return tuple(
        _Speaker(name, number % len(COLOURS), "".join(_bar(turn, length_s) for turn in turns))
        for number, (name, turns) in enumerate(spoken.items())
    )


def _bands(minutes: Minutes, length_s: float, wording: Wording) -> list[_Band]:
    """The moods of the topics on the timeline, a shade for each label in the order in which they come up."""
    shades = {label: number for number, label in enumerate(dict.fromkeys(mood.label for mood in minutes.moods))}
    return [_Band(shades[mood.label] % _SHADES, _bar(mood, length_s), mood_line(mood, wording)) for mood in minutes.moods]


def _bar(turn: Interval, length_s: float) -> str:
    start, end = (f"{_SCALE * min(1.0, seconds / length_s):.1f}" if length_s else "0" for seconds in (turn.start_s, turn.end_s))
    return f"M{start} 0H{end}V10H{start}z"


def _lines(transcript: Transcript, speakers: tuple[_Speaker, ...]) -> list[_Line]:
    numbers = {speaker.name: number for number, speaker in enumerate(speakers)}
    lines: list[_Line] = []
    for segment in transcript.segments:
        name = transcript.name_of(segment.speaker) or ""
        who = numbers.get(name, _NOBODY)
        style = [f"p{speakers[who].colour}"] if who >= 0 else []
        style += ["same"] if lines and lines[-1].who == who else []
        style += ["unclear"] if UNCLEAR in segment.flags else []
        corrected = CORRECTED in segment.flags
        lines.append(_Line(segment.id, segment.start_s, name, who, " ".join(style), segment.language, segment.text, corrected))
    return lines


def _counted(hits: Counted) -> dict[str, str]:
    return {"one_hit": hits.one.format(number=1), "hits": hits.many}


@cache
def _script() -> str:
    return _template("minutes.js")


@cache
def page_style() -> str:
    """The style of all pages: colours for day and night, tables, links."""
    voices = "\n".join(f".p{number} {{ --voice: {colour}; }}" for number, colour in enumerate(COLOURS))
    moods = "\n".join(f".m{number} {{ fill: {COLOURS[-number - 1]}; }}" for number in range(_SHADES))
    return f"{_template('minutes.css')}{voices}\n{moods}\n"


def _template(name: str) -> str:
    return (resources("tasks.report") / "templates" / name).read_text(encoding="utf-8")


def content_hash(text: str) -> str:
    """A script or a style as a page's policy names it."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def templates(own: str | None) -> Environment:
    """Ours, or those of a folder of the user's."""
    environment = page_templates("tasks.report", escaping=True, own=own)
    filters: dict[str, Any] = {"ended": ended, "began": began, "clock": clock, "short_date": short_date}
    environment.filters |= filters
    environment.globals |= {"state": state_text}
    environment.tests |= {"spoken_in": is_spoken}
    return environment
