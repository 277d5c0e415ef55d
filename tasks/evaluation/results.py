"""The figures of many recordings: each, all together with their intervals, and both as JSON and as rows of a table."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tasks.evaluation.bootstrap import DRAWS, LEVEL, SEED, Range, Ratio, interval, total
from tasks.evaluation.figures import KINDS_OF_FIGURES, Figures, shown_range, shown_value
from tasks.evaluation.words import NORMALISER


@dataclass(frozen=True)
class Measured:
    """What was measured of one recording."""

    name: str
    status: str
    folder: str | None = None
    """Of its minutes; None if there are none."""
    language: str | None = None
    duration_s: float | None = None
    references: tuple[str, ...] = ()
    """The files beside it that say how it should be."""
    figures: Figures = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds of each stage; empty where results of an earlier run were used, so that the time says nothing."""
    peak_memory_mb: float | None = None
    """None for the same reason."""
    speakers: dict[str, Ratio] = field(default_factory=dict)
    """Speaker of the reference -> word errors."""
    level_dbfs: float | None = None
    """How loud the recording is."""


class Overall(NamedTuple):
    """One figure of all recordings that have it."""

    value: float | None
    range: Range | None
    recordings: int


def overall(rows: Sequence[Measured], keys: Iterable[str] = KINDS_OF_FIGURES) -> dict[str, Overall]:
    """Key -> the figure, in the order of the keys; only those that some recording has."""
    found: dict[str, list[Ratio]] = {key: [row.figures[key] for row in rows if key in row.figures] for key in keys}
    return {
        key: Overall(total(ratios).value, interval(ratios), len(ratios))
        for key, ratios in found.items()
        if any(ratio.whole for ratio in ratios)
    }


def peak_memory_mb(rows: Sequence[Measured]) -> float | None:
    """The most memory that any of them took."""
    return max((row.peak_memory_mb for row in rows if row.peak_memory_mb is not None), default=None)


def as_json(rows: Sequence[Measured], config: dict[str, Any]) -> dict[str, Any]:
    """The content of evaluation.json."""
    return {
        **config,
        "normaliser": NORMALISER,
        "interval": {"percent": LEVEL, "bootstrap_draws": DRAWS, "seed": SEED, "over": "recordings"},
        "overall": {
            key: {
                "title": KINDS_OF_FIGURES[key].title,
                "value": figure.value,
                "interval": figure.range,
                "recordings": figure.recordings,
            }
            for key, figure in overall(rows).items()
        },
        "peak_memory_mb": peak_memory_mb(rows),
        "recordings": [_recording(row) for row in rows],
    }


EVALUATION_HEADS = ("all recordings", "", f"{LEVEL} % interval", "recordings")


def figure_rows(rows: Sequence[Measured]) -> list[tuple[str, str, str, str]]:
    """Every figure of all recordings as people read it."""
    return [
        (KINDS_OF_FIGURES[key].title, shown_value(key, each.value), shown_range(key, each.range), str(each.recordings))
        for key, each in overall(rows).items()
    ]


def _recording(row: Measured) -> dict[str, Any]:
    figures = {
        key: {"value": ratio.value, "part": ratio.part, "whole": ratio.whole}
        for key in KINDS_OF_FIGURES
        if (ratio := row.figures.get(key))
    }
    speakers = {name: ratio.value for name, ratio in row.speakers.items()}
    facts = ("name", "status", "folder", "language", "duration_s", "references", "stages", "peak_memory_mb", "level_dbfs")
    return {name: getattr(row, name) for name in facts} | {"figures": figures, "wer_by_speaker": speakers}


def as_rows(rows: Sequence[Measured]) -> Iterator[tuple[object, ...]]:
    """The rows of evaluation.csv: a heading, then each recording."""
    yield ("recording", "status", "language", "duration_s", *KINDS_OF_FIGURES, "peak_memory_mb", "level_dbfs")
    for row in rows:
        values = (ratio.value if (ratio := row.figures.get(key)) else None for key in KINDS_OF_FIGURES)
        yield (row.name, row.status, row.language, row.duration_s, *values, row.peak_memory_mb, row.level_dbfs)
