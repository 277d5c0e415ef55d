"""The models of a configuration: list them, fetch them in advance, check them, convert them."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from configs.load import LoadedConfig
from flows.device import resolve_device
from tasks.engine.base import TRANSFORMERS_FILES, ModelNeed
from tasks.engine.registry import STAGES, find_backend, parse_options, require_installed
from tasks.errors import ConfigError, MinutesError, did_you_mean
from tasks.models.catalogue import catalogue
from tasks.models.ctranslate import QUANTIZATIONS, convert
from tasks.models.needed import Fetched, Source, catalogued, fetch, find, require_intact
from tasks.schema import Model


class ModelRow(Model):
    """One model: which stage needs it, what is known of it, whether it is on this disk, and what is wrong with it."""

    stage: str
    backend: str
    kind: str
    model: str
    revision: str | None
    cached: bool
    size_bytes: int
    licence: str | None
    languages: str | None = None
    memory_mb: dict[str, int] = Field(default_factory=dict, description="of the weights alone, by precision")
    path: str | None = None
    source: str | None = None
    problem: str | None = None


def list_models(loaded: LoadedConfig, stages: Iterable[str] = STAGES) -> list[ModelRow]:
    """One row a model: what the configuration needs and what of it is on this disk. Looks at sizes, not at content."""
    return [_looked_up(stage, need, loaded) for stage, need in _needs(loaded, stages)]


def list_catalogue() -> list[ModelRow]:
    """One row for each model that any packaged configuration names."""
    needs = [ModelNeed(entry.kind, entry.id, entry.commit, tuple(entry.files) or TRANSFORMERS_FILES) for entry in catalogue()]
    return [_row(need, "", "") for need in needs]


def pull_models(loaded: LoadedConfig, say: Callable[[str], None], source: Source = "auto") -> list[ModelRow]:
    """Fetch what is missing. One that cannot be had does not stop the others; its row has the problem and what to do."""
    rows = []
    for stage, need in _needs(loaded):
        say(f"{need.id} ...")
        try:
            fetched = _fetch(need, source)
        except MinutesError as error:
            rows.append(_with(_looked_up(stage, need, loaded), problem=str(error)))
            continue
        say(f"{need.id}: {_told(fetched)}")
        rows.append(_with(_looked_up(stage, need, loaded), source=fetched.source))
    return rows


def _told(fetched: Fetched) -> str:
    """Which source a model came from, and why not from the ones before."""
    names = {"disk": "was here already", "hub": "from its publisher", "packages": "from packages"}
    return "; ".join((names[fetched.source], *(error.what.rstrip(".") for error in fetched.failed)))


def check_models(loaded: LoadedConfig) -> list[ModelRow]:
    """Verify each model: it is there, it is what was published, and its backend opens it without the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    rows = [_checked(_looked_up(stage, need, loaded), partial(require_intact, need)) for stage, need in _needs(loaded)]
    sound = {row.stage for row in rows} - {row.stage for row in rows if row.problem}
    opened = {stage: _problem(partial(_open, stage, loaded)) for stage in sound}
    return [_with(row, problem=row.problem or opened.pop(row.stage, None)) for row in rows]


def _checked(row: ModelRow, look: Callable[[], None]) -> ModelRow:
    return row if row.problem else _with(row, problem=_problem(look))


def convert_model(source: Path, out: Path, quantization: str) -> Path:
    """Write a checkpoint of openai-whisper (a file or a known name) or a Hugging Face folder as a CTranslate2 folder."""
    if quantization not in QUANTIZATIONS:
        known = ", ".join(QUANTIZATIONS)
        closest = did_you_mean(quantization, QUANTIZATIONS)
        raise ConfigError(f"no quantization '{quantization}'; known: {known}.{closest}", where="--quantization")
    require_installed(find_backend("transcription", "faster-whisper"))
    return convert(source, out, quantization)


def _needs(loaded: LoadedConfig, stages: Iterable[str] = STAGES) -> Iterator[tuple[str, ModelNeed]]:
    for stage in (*stages, *loaded.config.enrichments):
        if not (choice := loaded.config.engines.get(stage)):
            continue
        for need in find_backend(stage, choice.backend).models(parse_options(choice, stage)):
            yield stage, need


def _looked_up(stage: str, need: ModelNeed, loaded: LoadedConfig) -> ModelRow:
    row = _row(need, stage, loaded.config.choice(stage).backend)
    return row if row.cached else _with(row, problem=_problem(partial(find, need)))


def _row(need: ModelNeed, stage: str, backend: str) -> ModelRow:
    known = catalogued(need)
    row = ModelRow(
        stage=stage,
        backend=backend,
        kind=need.kind,
        model=need.id,
        revision=need.revision,
        cached=False,
        size_bytes=known.size_bytes if known else 0,
        licence=known.licence if known else None,
        languages=known.languages if known else None,
        memory_mb=known.memory_mb if known else {},
    )
    try:
        found = find(need)
    except MinutesError:
        return row
    licence = found.licence or row.licence
    return _with(row, revision=found.revision, cached=True, size_bytes=found.size_bytes, licence=licence, path=str(found.path))


def _fetch(need: ModelNeed, source: Source) -> Fetched:
    columns = (TextColumn(escape(need.id)), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True, quiet=not sys.stderr.isatty()), transient=True) as bar:
        task = bar.add_task("", total=None)
        return fetch(need, lambda done, total: bar.update(task, completed=done, total=total or None), source)


def _open(stage: str, loaded: LoadedConfig) -> None:
    choice = loaded.config.choice(stage)
    backend = find_backend(stage, choice.backend)
    require_installed(backend)
    with backend(parse_options(choice, stage), resolve_device(loaded.config.hardware.device)):
        pass


def _with(row: ModelRow, **facts: Any) -> ModelRow:
    return row.model_copy(update=facts)


def _problem(attempt: Callable[[], object]) -> str | None:
    try:
        attempt()
    except MinutesError as error:
        return str(error)
    return None
