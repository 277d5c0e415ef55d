"""`compare.html`: two minutes of the same recordings beside each other."""

from dataclasses import dataclass
from typing import Any

from tasks.evaluation.bootstrap import LEVEL, Range
from tasks.evaluation.comparison import AGREEMENT, LABELS, Difference, decided_at, few_recordings, paired, same_facts
from tasks.evaluation.figures import KINDS_OF_FIGURES, Figures, said_at, shown_difference, shown_range, shown_value
from tasks.evaluation.pages import render
from tasks.evaluation.results import Overall
from tasks.evaluation.side_by_side import side_by_side
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
    return render(
        "compare.html.j2",
        names=page.names,
        figures=[figure_cells(key, each) for key, each in page.differences.items()],
        agreement=[agreement_cells(key, each) for key, each in page.agreement.items()],
        meetings=[_content(each) for each in page.meetings],
        heads=difference_heads(*page.names),
        few=few_recordings(page.differences),
        level=LEVEL,
    )


def difference_heads(first: str, second: str) -> tuple[str, ...]:
    """What stands above the table of differences."""
    return "figure", f"A: {first}", f"B: {second}", "B - A", f"{LEVEL} % interval", "recordings", "better"


def figure_cells(key: str, found: Difference) -> tuple[str, ...]:
    """A figure as a row of the table of differences."""
    better = "" if found.better is None else LABELS[found.better]
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
