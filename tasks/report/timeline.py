"""A picture of who spoke when, as SVG: a row for each speaker, readable on light and dark pages, and by screen readers."""

from collections import defaultdict
from html import escape

from tasks.language.clock import clock
from tasks.schema import Transcript, Turn

_WIDTH, _NAMES, _ROW, _TOP, _AXIS = 960, 180, 26, 10, 24
COLOURS = ("#4477aa", "#cc6677", "#228833", "#aa8800", "#66a0cc", "#aa3377", "#777777", "#997755")
"""Told apart on white and on black, and by most people who see colours differently."""
_LONGEST_NAME = 24
_STEPS_S = (5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800)


def timeline_svg(transcript: Transcript, title: str = "Who spoke when") -> str:
    """The picture of a transcript's turns; the same transcript gives the same text. An empty string if nobody spoke."""
    length_s = transcript.coverage.duration_ms / 1000
    rows: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in transcript.turns:
        rows[transcript.name_of(turn.speaker) or turn.speaker].append(turn)
    if not rows or not length_s:
        return ""
    height = _TOP + _ROW * len(rows) + _AXIS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-labelledby="title desc"'
        ' font-family="sans-serif" font-size="12">',
        f'<title id="title">{_text(title)}</title>',
        f'<desc id="desc">{_text(_described(rows, length_s))}</desc>',
        *_axis(length_s, height),
        *(line for number, (name, turns) in enumerate(rows.items()) for line in _row(number, name, turns, length_s)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _described(rows: dict[str, list[Turn]], length_s: float) -> str:
    spoken = (f"{name}: {clock(sum(turn.duration_s for turn in turns))}" for name, turns in rows.items())
    return f"Speaking time within {clock(length_s)}. {', '.join(spoken)}."


def _row(number: int, name: str, turns: list[Turn], length_s: float) -> list[str]:
    """The speaker's name, a pale line, and a path of all turns, which merge where they are too short to be seen apart."""
    top = _TOP + number * _ROW
    colour = COLOURS[number % len(COLOURS)]
    short = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    bars = "".join(
        f"M{_x(turn.start_s, length_s)} {top + 4}H{_x(turn.end_s, length_s)}v{_ROW - 8}H{_x(turn.start_s, length_s)}z"
        for turn in turns
    )
    return [
        f'<text x="{_NAMES - 10}" y="{top + 17}" text-anchor="end" fill="#808080">{_text(short)}</text>',
        f'<path d="M{_NAMES} {top + _ROW // 2}H{_WIDTH - 10}" stroke="#808080" stroke-opacity="0.25"/>',
        f'<path d="{bars}" fill="{colour}" stroke="{colour}" stroke-width="0.5"><title>{_text(name)}</title></path>',
    ]


def _axis(length_s: float, height: int) -> list[str]:
    """A mark and a time every round number of minutes."""
    step = next((step for step in _STEPS_S if length_s / step <= 8), length_s / 8)
    marks = range(0, int(length_s) + 1, max(1, int(step)))
    lines = [f'<path d="M{_x(at, length_s)} {_TOP}V{height - _AXIS}" stroke="#808080" stroke-opacity="0.25"/>' for at in marks]
    return lines + [
        f'<text x="{_x(at, length_s)}" y="{height - 8}" text-anchor="middle" fill="#808080">{clock(at)}</text>' for at in marks
    ]


def _x(seconds: float, length_s: float) -> str:
    """The place of a time, to a tenth of a unit."""
    share = min(1.0, seconds / length_s)
    return f"{_NAMES + share * (_WIDTH - _NAMES - 10):.1f}"


def _text(text: str) -> str:
    """Text that is safe in XML: escaped, without characters that XML does not allow."""
    return escape("".join(letter for letter in text if letter.isprintable()))
