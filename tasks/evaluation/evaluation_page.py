"""`evaluation.html`: the figures of a folder, and where the errors and the time are."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tasks.evaluation.bootstrap import Ratio
from tasks.evaluation.figures import CHIEF, KINDS_OF_FIGURES, shown_value
from tasks.evaluation.pages import render
from tasks.evaluation.results import EVALUATION_HEADS, Measured, figure_rows, overall, peak_memory_mb
from tasks.report.timeline import COLOURS

_WIDE = 600.0
"""The longest bar, in units of the picture."""


class Slice(NamedTuple):
    """A piece of a bar."""

    title: str
    colour: int
    start: float
    width: float


class Bar(NamedTuple):
    """A line of a plot."""

    label: str
    parts: tuple[Slice, ...]
    shown: str


class Plot(NamedTuple):
    """Bars below each other, and what their colours mean."""

    title: str
    bars: list[Bar]
    legend: list[tuple[str, int]]


def render_page(config_name: str, rows: Sequence[Measured], out: Path) -> str:
    """The page, which lies in the folder of the minutes."""
    together = overall(rows)
    chief = [key for key in CHIEF if key in together]
    return render(
        "evaluation.html.j2",
        config_name=config_name,
        titles=[KINDS_OF_FIGURES[key].title for key in chief],
        recordings=[(row, _page(row, out), [_cell(row, key) for key in chief]) for row in rows],
        heads=EVALUATION_HEADS,
        figures=figure_rows(rows),
        peak_mb=peak_memory_mb(rows),
        plots=[plot for plot in (_of_words(rows), _of_loudness(rows), _of_speakers(rows), _of_time(rows)) if plot.bars],
        wide=_WIDE,
    )


def _page(row: Measured, out: Path) -> str | None:
    """Where the minutes of a recording can be heard."""
    page = Path(row.folder or "") / "minutes.html"
    return page.relative_to(out.resolve()).as_posix() if row.folder and page.is_file() else None


def _cell(row: Measured, key: str) -> str:
    return shown_value(key, row.figures[key].value) if key in row.figures else "-"


def _of_words(rows: Sequence[Measured]) -> Plot:
    return _plot_of_errors(
        "Word error rate by recording", [(row.name, row.figures["wer"]) for row in rows if "wer" in row.figures]
    )


def _of_loudness(rows: Sequence[Measured]) -> Plot:
    """Whether what is hard to hear is what is heard wrongly; one recording alone says nothing of that."""
    known = sorted(
        ((row.level_dbfs, row) for row in rows if row.level_dbfs is not None and "wer" in row.figures), key=lambda pair: pair[0]
    )
    named = [(f"{level:.0f} dBFS, {row.name}", row.figures["wer"]) for level, row in known]
    return _plot_of_errors("Word error rate by loudness, the quietest first", named if len(named) > 1 else [])


def _of_speakers(rows: Sequence[Measured]) -> Plot:
    """Of those recordings whose references name the speakers."""
    named = [(f"{name}, {row.name}", ratio) for row in rows for name, ratio in row.speakers.items()]
    return _plot_of_errors("Word error rate by speaker", named)


def _plot_of_errors(title: str, ratios: Sequence[tuple[str, Ratio]]) -> Plot:
    known = [(label, ratio.value) for label, ratio in ratios if ratio.value is not None]
    most = max((value for _, value in known), default=0) or 1
    bars = [Bar(label, (Slice(label, 0, 0, _WIDE * value / most),), shown_value("wer", value)) for label, value in known]
    return Plot(title, bars, [])


def _of_time(rows: Sequence[Measured]) -> Plot:
    """Seconds of work for a second of recording."""
    timed = [row for row in rows if row.stages and row.duration_s]
    names = list(dict.fromkeys(name for row in timed for name in row.stages))
    most = max((sum(row.stages.values()) / (row.duration_s or 1) for row in timed), default=0) or 1
    bars = []
    for row in timed:
        parts = tuple(_stacked(row, names, _WIDE / most / (row.duration_s or 1)))
        bars.append(Bar(row.name, parts, shown_value("real_time_factor", row.figures["real_time_factor"].value)))
    legend = [(name, number % len(COLOURS)) for number, name in enumerate(names)]
    return Plot("Seconds of work for a second of recording, by stage", bars, legend)


def _stacked(row: Measured, names: Sequence[str], scale: float) -> Iterator[Slice]:
    start = 0.0
    for number, name in enumerate(names):
        width = row.stages.get(name, 0.0) * scale
        yield Slice(f"{name}: {row.stages.get(name, 0.0):.1f} s", number % len(COLOURS), start, width)
        start += width
