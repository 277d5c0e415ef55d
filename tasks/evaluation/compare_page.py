"""`compare.html`: two minutes of the same recordings beside each other, in one file that asks nothing of a network.

Whatever was said is text: the template escapes it, and the page's policy lets no script run.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tasks.evaluation.bootstrap import LEVEL, Range
from tasks.evaluation.comparison import AGREEMENT, Difference, decided_at, paired, same_facts
from tasks.evaluation.figures import KINDS_OF_FIGURES, Figures, said_at, shown_difference, shown_range, shown_value
from tasks.evaluation.results import Overall
from tasks.evaluation.side_by_side import side_by_side
from tasks.language.clock import short_clock
from tasks.report.html_page import content_hash, page_style
from tasks.schema import Minutes, Transcript


@dataclass(frozen=True)
class Meeting:
    """A recording as both made it."""

    name: str
    first: tuple[Minutes, Transcript]
    second: tuple[Minutes, Transcript]
    agreement: Figures
    pages: tuple[str | None, str | None]
    """Where the minutes.html of each lies."""


@dataclass(frozen=True)
class Page:
    """What the page shows."""

    names: tuple[str, str]
    differences: dict[str, Difference]
    agreement: dict[str, Overall]
    meetings: list[Meeting]


def render_page(page: Page) -> str:
    """The page."""
    style = f"{page_style()}{_template('compare.css')}"
    policy = f"default-src 'none'; style-src '{content_hash(style)}'; base-uri 'none'; form-action 'none'"
    return (
        _environment()
        .get_template("compare.html.j2")
        .render(
            names=page.names,
            figures=[figure_cells(key, each, page.names) for key, each in page.differences.items()],
            agreement=[agreement_cells(key, each) for key, each in page.agreement.items()],
            meetings=[_content(each) for each in page.meetings],
            level=LEVEL,
            style=Markup(style),  # noqa: S704 - files of ours
            policy=policy,
        )
    )


def figure_cells(key: str, found: Difference, names: tuple[str, str]) -> tuple[str, ...]:
    """A figure as a row of the table of differences."""
    better = "" if found.better is None else names[found.better]
    values = (shown_value(key, found.first), shown_value(key, found.second))
    return KINDS_OF_FIGURES[key].title, *values, *shown_change(key, found), str(found.recordings), better


def shown_change(key: str, found: Difference) -> tuple[str, str]:
    """By how much the second differs, and from where to where."""
    if found.first is None or found.second is None:
        return "-", "-"
    low_high = found.range and f"{shown_difference(key, found.range.low)} to {shown_difference(key, found.range.high)}"
    return shown_difference(key, found.second - found.first), low_high or "-"


def agreement_cells(key: str, found: Overall) -> tuple[str, ...]:
    """What both agree in as a row."""
    value = "-" if found.value is None else f"{100 * found.value:.1f} %"
    return AGREEMENT[key], value, shown_percent(found.range), str(found.recordings)


def shown_percent(found: Range | None) -> str:
    """An interval of a share."""
    return shown_range("wer", found)


def _content(meeting: Meeting) -> dict[str, Any]:
    (minutes, transcript), (other_minutes, other) = meeting.first, meeting.second
    tasks = paired(minutes.action_items, other_minutes.action_items, said_at)
    return {
        "name": meeting.name,
        "pages": meeting.pages,
        "rows": side_by_side(transcript, other),
        "tasks": [(one, two, same_facts(one, two)) for one, two in tasks],
        "decisions": paired(minutes.decisions, other_minutes.decisions, decided_at),
        "summaries": (minutes.summary, other_minutes.summary),
        "warnings": (minutes.warnings, other_minutes.warnings),
    }


def _template(name: str) -> str:
    return (resources("tasks.evaluation") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tasks.evaluation"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        keep_trailing_newline=True,
    )
    environment.filters["clock"] = short_clock
    return environment
