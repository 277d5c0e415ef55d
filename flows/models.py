"""The models of a configuration: list them, fetch them in advance, check them, convert them."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table

from configs.load import LoadedConfig
from flows.device import resolve_device
from tasks.backend import ModelNeed
from tasks.errors import ConfigError, MinutesError, did_you_mean
from tasks.models.ctranslate import QUANTIZATIONS, convert
from tasks.models.needed import fetch, find, require_intact
from tasks.registry import STAGES, find_backend, parse_options, require_installed

Row = dict[str, Any]
"""stage, backend, kind, model, revision, cached, size_bytes, licence, path, problem."""
_PIPE_WIDTH = 200


def list_models(loaded: LoadedConfig) -> list[Row]:
    """One row a model: what the configuration needs and what of it is on this disk. Looks at sizes, not at content."""
    return [_looked_up(stage, need, loaded) for stage, need in _needs(loaded)]


def pull_models(loaded: LoadedConfig, say: Callable[[str], None]) -> list[Row]:
    """Fetch what is missing. One that cannot be had does not stop the others; its row has the problem and what to do."""
    rows = []
    for stage, need in _needs(loaded):
        say(f"{need.id} ...")
        problem = _problem(partial(_fetch, need))
        rows.append(_looked_up(stage, need, loaded) | ({"problem": problem} if problem else {}))
    return rows


def check_models(loaded: LoadedConfig) -> list[Row]:
    """Verify each model: it is there, it is what was published, and its backend opens it without the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    rows = [_looked_up(stage, need, loaded) for stage, need in _needs(loaded)]
    for row, (_, need) in zip(rows, _needs(loaded), strict=True):
        row["problem"] = row["problem"] or _problem(partial(require_intact, need))
    for stage in dict.fromkeys(row["stage"] for row in rows):
        own = [row for row in rows if row["stage"] == stage]
        if not any(row["problem"] for row in own):
            own[0]["problem"] = _problem(partial(_open, stage, loaded))
    return rows


def convert_model(source: Path, out: Path, quantization: str) -> Path:
    """Write a checkpoint of openai-whisper (a file or a known name) or a Hugging Face folder as a CTranslate2 folder."""
    if quantization not in QUANTIZATIONS:
        known = ", ".join(QUANTIZATIONS)
        closest = did_you_mean(quantization, QUANTIZATIONS)
        raise ConfigError(f"no quantization '{quantization}'; known: {known}.{closest}", where="--quantization")
    require_installed(find_backend("transcription", "faster-whisper"))
    return convert(source, out, quantization)


def print_models(rows: list[Row]) -> None:
    """The rows as a table on stdout, and below it a line for each problem."""
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH)
    if not rows:
        console.print("nothing: all engines of this configuration bring their models along", highlight=False)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "stage", "backend", "model", "revision", "size", "licence"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        mark = "[red]fix[/red]" if row["problem"] else "[green]ok[/green]"
        size = f"{row['size_bytes'] / 1e6:.0f} MB" if row["size_bytes"] else ""
        shown = (row["stage"], row["backend"], row["model"], row["revision"] or "", size, row["licence"] or "")
        table.add_row(mark, *map(escape, shown))
    console.print(table, highlight=False)
    for row in rows:
        if row["problem"]:
            Console(soft_wrap=True).print(f"[red]fix[/red] {escape(row['problem'])}", highlight=False)


def _needs(loaded: LoadedConfig) -> Iterator[tuple[str, ModelNeed]]:
    for stage in STAGES:
        choice = loaded.config.choice(stage)
        for need in find_backend(stage, choice.backend).models(parse_options(choice, stage)):
            yield stage, need


def _looked_up(stage: str, need: ModelNeed, loaded: LoadedConfig) -> Row:
    row: Row = {"stage": stage, "backend": loaded.config.choice(stage).backend, "kind": need.kind, "model": need.id}
    nothing = {"revision": need.revision, "cached": False, "size_bytes": 0, "licence": None, "path": None}
    try:
        found = find(need)
    except MinutesError as error:
        return row | nothing | {"problem": str(error)}
    facts = {"revision": found.revision, "cached": True, "size_bytes": found.size_bytes, "licence": found.licence}
    return row | facts | {"path": str(found.path), "problem": None}


def _fetch(need: ModelNeed) -> None:
    columns = (TextColumn(escape(need.id)), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=not sys.stderr.isatty()), transient=True) as bar:
        task = bar.add_task("", total=None, visible=need.kind == "whisper-weights")
        fetch(need, lambda done, total: bar.update(task, completed=done, total=total or None))


def _open(stage: str, loaded: LoadedConfig) -> None:
    choice = loaded.config.choice(stage)
    backend = find_backend(stage, choice.backend)
    require_installed(backend)
    with backend(parse_options(choice, stage), resolve_device(loaded.config.hardware.device)):
        pass


def _problem(attempt: Callable[[], None]) -> str | None:
    try:
        attempt()
    except MinutesError as error:
        return str(error)
    return None
