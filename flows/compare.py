"""The same recordings by two configurations: what both do alike is done once, and what differs is measured.

Minutes of the first lie below `A-<its name>`, of the second below `B-<its name>`. Intermediate results are shared, so that a
stage with the same options and the same input is not done again.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from configs.load import LoadedConfig, load_config
from configs.settings import Config
from flows.evaluate import measure, show_in_prefect, with_json
from flows.finished import NOT_DECIDING, Outcome
from flows.folder.batch import check_folders
from flows.folder.scan import scan
from flows.observer import NOBODY, RunObserver
from flows.runner import run_recordings
from tasks.errors import ConfigError
from tasks.evaluation import comparison
from tasks.evaluation.compare_page import Meeting, Page, difference_heads, figure_cells, render_page, shown_change
from tasks.evaluation.figures import KINDS_OF_FIGURES
from tasks.evaluation.references import Reference
from tasks.evaluation.results import Measured, Overall, overall
from tasks.evaluation.results import as_json as figures_json
from tasks.files import displayable, write_atomic
from tasks.job import WORK
from tasks.models.processor import processor_line
from tasks.report.found import read_found

LABELS = comparison.LABELS
JSON_NAME, PAGE_NAME = "comparison.json", "compare.html"
_DECIDED_BY = {
    "audio": ("audio",),
    "transcription": ("audio", "transcription"),
    "diarization": ("audio", "diarization"),
    "summarization": ("summarization",),
    "rewriting": ("summarization",),
    "actions": ("actions",),
    "translation": ("summarization", "translation"),
    "sentiment": ("sentiment",),
}
"""Stage -> the blocks of the configuration that decide how it is done."""
_log = logging.getLogger("minutes.compare")


@dataclass(frozen=True)
class Comparison:
    """What was measured of both, and how each recording ended."""

    names: tuple[str, str]
    rows: tuple[list[Measured], list[Measured]]
    differences: dict[str, comparison.Difference]
    agreement: dict[str, Overall]
    meetings: list[Meeting]
    """Those recordings of which both made minutes."""
    outcomes: list[Outcome]
    about: dict[str, Any]

    def verdicts(self) -> list[str]:
        """A sentence for each figure whose interval tells which of them is better, and how far that can be trusted."""
        told = [
            f"{KINDS_OF_FIGURES[key].title}: {LABELS[found.better]} ({self.names[found.better]}) is better: {change} ({interval})"
            for key, found in self.differences.items()
            if found.better is not None
            for change, interval in [shown_change(key, found)]
        ]
        few = comparison.few_recordings(self.differences)
        return [*told, few] if few else told


def two_configs(sources: Sequence[str], settings: Sequence[str]) -> tuple[LoadedConfig, LoadedConfig]:
    """The configurations that are compared; a setting that begins with `A:` or `B:` is one's own.

    A single source stands for both.
    """
    if len(sources) not in (1, 2):
        fix = "Name two of them, or one with settings of its own for each: --set B:transcription.options.model=small"
        raise ConfigError("needs one configuration or two.", where="--config", fix=fix)
    first, second = (
        load_config(source, _own(settings, label)) for source, label in zip((sources[0], sources[-1]), LABELS, strict=True)
    )
    if _deciding(first) == _deciding(second):
        what = (
            "both make the same minutes; where they run is not compared."
            if first.config != second.config
            else "both are the same."
        )
        raise ConfigError(what, where="--config", fix="Name another one, or give B a setting: --set B:KEY=VALUE")
    return first, second


def _deciding(loaded: LoadedConfig) -> dict[str, Any]:
    """What the minutes depend on; intermediate results of everything else are the same."""
    return loaded.config.model_dump(mode="json", exclude=set(NOT_DECIDING))


def _own(settings: Sequence[str], label: str) -> list[str]:
    shared = [each for each in settings if not each.startswith(tuple(f"{one}:" for one in LABELS))]
    return [*shared, *(each.removeprefix(f"{label}:") for each in settings if each.startswith(f"{label}:"))]


def recordings_in(paths: Sequence[Path], options: Config, out: Path) -> list[Path]:
    """The recordings that are named, and those of the folders that are. Raises a `ConfigError` if there are none."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ConfigError("no such file or folder.", where=displayable(str(path)), fix="Check the spelling.")
        if path.is_dir():
            check_folders(path, out)
        inside = scan(path, recursive=options.folder.recursive).recordings if path.is_dir() else [path]
        if not inside:
            raise ConfigError("holds no recordings.", where=displayable(str(path)), fix="Name a folder with some.")
        found += inside
    return list(dict.fromkeys(found))


def compare(
    references: Mapping[Path, Reference],
    loaded: tuple[LoadedConfig, LoadedConfig],
    out: Path,
    *,
    say: Callable[[str], None] = _log.info,
    observer: RunObserver = NOBODY,
) -> Comparison:
    """Make both minutes of each recording, and write comparison.json and compare.html."""
    outs = tuple(out / f"{label}-{each.name}" for label, each in zip(LABELS, loaded, strict=True))
    outcomes = []
    for each, own in zip(loaded, outs, strict=True):
        say(f"{own.name}: {len(references)} recordings")
        outcomes.append(run_recordings(list(references), with_json(each), own, results=out / WORK, say=say, observer=observer))
    first, second = _measured(references, loaded, outcomes)
    names = _names(loaded)
    meetings = [_meeting(one, other, out) for one, other in zip(first, second, strict=True) if one.folder and other.folder]
    agreed = overall([Measured(each.name, "", figures=each.agreement) for each in meetings], comparison.AGREEMENT)
    found = comparison.differences(first, second)
    about = {"processor": processor_line()}
    result = Comparison(names, (first, second), found, agreed, meetings, [*outcomes[0], *outcomes[1]], about)
    write_atomic(out / JSON_NAME, json.dumps(json_of(result, loaded), indent=2, ensure_ascii=False) + "\n")
    write_atomic(out / PAGE_NAME, render_page(Page(names, found, agreed, meetings)))
    title = f"{names[0]} and {names[1]}"
    rows = [figure_cells(key, each) for key, each in found.items()]
    show_in_prefect(f"comparison {title}", title, difference_heads(*names), rows)
    return result


def _measured(
    references: Mapping[Path, Reference], loaded: tuple[LoadedConfig, LoadedConfig], outcomes: Sequence[Sequence[Outcome]]
) -> tuple[list[Measured], list[Measured]]:
    """The rows of both, of those recordings that both had before them: one may have joined parts of a meeting."""
    others = {outcome.path: outcome for outcome in outcomes[1]}
    pairs = [(outcome, others[outcome.path]) for outcome in outcomes[0] if outcome.path in others]
    first = [measure(one, references[Path(one.path)]) for one, _ in pairs]
    shared = [_shared(row.stages, loaded[0].config, loaded[1].config) for row in first]
    second = [measure(other, references[Path(other.path)], seconds) for (_, other), seconds in zip(pairs, shared, strict=True)]
    return first, second


def _names(loaded: tuple[LoadedConfig, LoadedConfig]) -> tuple[str, str]:
    """What each is called where both are spoken of."""
    first, second = loaded
    if first.name != second.name:
        return first.name, second.name
    own = [[each for each in one.overrides if each not in other.overrides] for one, other in ((first, second), (second, first))]
    names = [" ".join([first.name, *map(_short, each)]) for each in own]
    return names[0], names[1]


def _short(override: str) -> str:
    """`model=tiny.en` for `transcription.options.model=/models/tiny.en`."""
    key, _, value = override.partition("=")
    return f"{key.rpartition('.')[2]}={value.rstrip('/').rpartition('/')[2]}"


def _shared(stages: Mapping[str, float], first: Config, second: Config) -> dict[str, float]:
    """The seconds of those stages that both configurations do alike, on the same hardware."""
    same = {block for block in type(first).model_fields if getattr(first, block) == getattr(second, block)}
    return {stage: seconds for stage, seconds in stages.items() if {"hardware", *_DECIDED_BY.get(stage, ())} <= same}


def _meeting(one: Measured, other: Measured, out: Path) -> Meeting:
    assert one.folder
    assert other.folder
    first, second = read_found(Path(one.folder)), read_found(Path(other.folder))
    assert first
    assert second
    ours, theirs = (first.minutes, first.transcript), (second.minutes, second.transcript)
    return Meeting(one.name, ours, theirs, comparison.agreement(ours, theirs), _pages(one, other, out))


def _pages(one: Measured, other: Measured, out: Path) -> tuple[str | None, str | None]:
    """Where the page of each lies, as seen from compare.html."""
    pages = [Path(row.folder or "") / "minutes.html" for row in (one, other)]
    first, second = (page.relative_to(out.resolve()).as_posix() if page.is_file() else None for page in pages)
    return first, second


def json_of(found: Comparison, loaded: tuple[LoadedConfig, LoadedConfig]) -> dict[str, Any]:
    """The content of comparison.json."""
    configs = zip(LABELS, found.names, loaded, found.rows, strict=True)
    return {
        **found.about,
        "differences": comparison.as_json(found.differences, found.names),
        "agreement": {
            key: {"title": comparison.AGREEMENT[key], "value": each.value, "interval": each.range, "recordings": each.recordings}
            for key, each in found.agreement.items()
        },
        **{
            label: figures_json(rows, {"name": name, "config": each.config.model_dump(mode="json")})
            for label, name, each, rows in configs
        },
    }
