"""Measures minutes on a folder of recordings with references beside them: the way of `minutes run`, then the figures.

A recording without a reference is measured as far as that goes, and named. Minutes that are there are used, not made again.
"""

import csv
import io
import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from configs.load import LoadedConfig
from flows.finished import Outcome, shown
from flows.folder.batch import scan_folder
from flows.folder.classify import Order
from flows.observer import NOBODY, RunObserver
from flows.runner import run_recordings
from flows.server.find import configured_url, prefect_server
from tasks.errors import ConfigError, DependencyError
from tasks.evaluation.bootstrap import Ratio
from tasks.evaluation.evaluation_page import render_page
from tasks.evaluation.figures import errors_of_speakers, figures_of
from tasks.evaluation.listed import listed_references
from tasks.evaluation.references import Reference, read_references
from tasks.evaluation.results import EVALUATION_HEADS, Measured, as_json, as_rows, figure_rows
from tasks.files import write_atomic
from tasks.models.processor import processor_line
from tasks.report.found import read_found
from tasks.report.manifest import Manifest, read_manifest, reused
from tasks.report.options import Format
from tasks.report.table import as_cell
from tasks.schema import Status

JSON_NAME, CSV_NAME, PAGE_NAME = "evaluation.json", "evaluation.csv", "evaluation.html"
_LIBRARIES = {"jiwer": "jiwer", "rouge_score": "rouge-score", "pyannote": "pyannote.metrics", "whisper": "openai-whisper"}
"""Import name -> package."""
NOTHING_EARLIER: Mapping[str, float] = MappingProxyType({})
_log = logging.getLogger("minutes.evaluate")


@dataclass(frozen=True)
class Evaluation:
    """What was measured of a folder, and how each recording ended."""

    rows: list[Measured]
    outcomes: list[Outcome]
    about: dict[str, Any]
    """With which configuration and on which machine."""


def require_libraries(command: str) -> None:
    """Raise, with the install command, if what counts errors is not installed."""
    if missing := [package for name, package in _LIBRARIES.items() if find_spec(name) is None]:
        what = f"needs the package '{missing[0]}', which is not installed."
        raise DependencyError(what, where=command, fix="Install it: pip install 'audio-minutes[evaluate]'")


def references_in(order: Order) -> dict[Path, Reference]:
    """The recordings of the folder with what lies beside each, or what its list says. Raises a `ConfigError` for wrong ones."""
    recordings = scan_folder(order).recordings
    found = listed_references(order.folder) or read_references(recordings)
    if not found:
        raise ConfigError("holds no recordings.", where=shown(str(order.folder)), fix="docs/evaluate.md says what is evaluated.")
    return found


def with_json(loaded: LoadedConfig) -> LoadedConfig:
    """The same configuration, which writes the files that are measured."""
    report = loaded.config.report
    if Format.JSON in report.formats:
        return loaded
    formats = (*report.formats, Format.JSON)
    return replace(loaded, config=loaded.config.model_copy(update={"report": report.model_copy(update={"formats": formats})}))


def evaluate(
    references: Mapping[Path, Reference],
    loaded: LoadedConfig,
    out: Path,
    *,
    force: bool = False,
    say: Callable[[str], None] = _log.info,
    observer: RunObserver = NOBODY,
) -> Evaluation:
    """Make the minutes of these recordings, measure them, and write evaluation.json, evaluation.csv and evaluation.html."""
    loaded = with_json(loaded)
    outcomes = run_recordings(list(references), loaded, out, force=force, say=say, observer=observer)
    rows = [measure(outcome, references[Path(outcome.path)]) for outcome in outcomes]
    for row in rows:
        if not row.references:
            say(f"'{row.name}' has no reference beside it: only what needs none is measured")
    about = {"config_name": loaded.name, "config": loaded.config.model_dump(mode="json"), "processor": processor_line()}
    write_atomic(out / JSON_NAME, json.dumps(as_json(rows, about), indent=2, ensure_ascii=False) + "\n")
    write_atomic(out / CSV_NAME, _csv(rows))
    write_atomic(out / PAGE_NAME, render_page(loaded.name, rows, out))
    show_in_prefect(f"evaluation {loaded.name}", f"Evaluation of {loaded.name}", EVALUATION_HEADS, figure_rows(rows))
    return Evaluation(rows, outcomes, about)


def show_in_prefect(key: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """The figures as a page of the Prefect UI, where a server that stays is named."""
    if configured_url(os.environ) is None:
        return
    from flows.artifacts import publish_figures
    from flows.orchestrate import connected

    with prefect_server() as server, connected(server.url):
        publish_figures(key, title, heads, rows)


def measure(outcome: Outcome, reference: Reference, earlier: Mapping[str, float] = NOTHING_EARLIER) -> Measured:
    """What is known of one recording. Corrections that people made in its minutes are not counted for us.

    Args:
        earlier: seconds of stages whose results this run may have used.
    """
    name, status = outcome.name, str(outcome.status)
    found = read_found(Path(outcome.folder)) if outcome.folder and outcome.status is not Status.FAILED else None
    manifest = read_manifest(Path(outcome.folder)) if outcome.folder else None
    if found is None or manifest is None:
        return Measured(name, status, references=reference.files)
    stages, length_s = _seconds_of_stages(manifest, earlier), found.minutes.coverage.duration_ms / 1000
    figures = figures_of(reference, found.minutes, found.transcript)
    if stages and length_s:
        figures["real_time_factor"] = Ratio(sum(stages.values()), length_s)
    return Measured(
        name,
        status,
        folder=outcome.folder,
        language=found.transcript.language,
        duration_s=length_s,
        references=reference.files,
        figures=figures,
        stages=stages,
        peak_memory_mb=None if manifest.reused else manifest.peak_memory_mb,
        level_dbfs=manifest.level_dbfs,
        speakers=errors_of_speakers(reference, found.transcript),
    )


def _seconds_of_stages(manifest: Manifest, earlier: Mapping[str, float]) -> dict[str, float]:
    """How long each stage took when it was done; nothing if that is not known of all of them."""
    done = {run.stage: earlier.get(run.stage) if reused([run]) else run.seconds for run in manifest.stages}
    known = {stage: seconds for stage, seconds in done.items() if seconds is not None}
    return known if known.keys() == done.keys() else {}


def _csv(rows: Sequence[Measured]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([as_cell(cell) for cell in row] for row in as_rows(rows))
    return "\ufeff" + text.getvalue()
