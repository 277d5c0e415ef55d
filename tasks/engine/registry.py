"""Finds backends by looking into the stage folders: adding one means adding a file."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from types import ModuleType
from typing import Any

from tasks.engine.base import Backend, BackendChoice, Options
from tasks.errors import ConfigError, DependencyError, did_you_mean
from tasks.schema import Engine

STAGES = ("transcription", "diarization", "summarization", "actions")
"""The stages that have backends to choose from."""
ENRICHMENTS = ("translation", "sentiment")
"""Those of the stages with backends that are left out unless they are asked for."""


@cache
def backends(stage: str) -> dict[str, type[Backend]]:
    """The backends of a stage by name. Imports their files, which import no heavy library."""
    package = importlib.import_module(f"tasks.{stage}")
    found: dict[str, type[Backend]] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name == "stage":
            continue
        for backend in _defined_in(importlib.import_module(f"tasks.{stage}.{info.name}")):
            if backend.name in found:
                raise RuntimeError(f"two {stage} backends are named {backend.name!r}")
            found[backend.name] = backend
    return found


def find_backend(stage: str, name: str) -> type[Backend]:
    """The backend of that name; an unknown name lists the known ones and the closest."""
    known = backends(stage)
    if name not in known:
        raise ConfigError(
            f"no {stage} backend '{name}'; available: {', '.join(known)}.{did_you_mean(name, known)}",
            where=f"{stage}.backend",
        )
    return known[name]


def require_installed(backend: type[Backend]) -> None:
    """Raise, with the install command, if the backend's packages are missing."""
    if missing := backend.missing_packages():
        raise DependencyError(
            f"needs the package '{missing[0]}', which is not installed.",
            where=f"{backend.stage} backend '{backend.name}'",
            fix=f"Install it: {backend.install}",
        )


def parse_options(choice: BackendChoice, stage: str) -> Options:
    """The options of a choice that was checked before, as the backend's own type."""
    return find_backend(stage, choice.backend).Options.model_validate(choice.options)


def identity(stage: str, choice: BackendChoice) -> list[Any]:
    """What decides the result of a stage besides its input: the backend, its options, and the revision of its engine."""
    return [choice.model_dump(), find_backend(stage, choice.backend).revision(parse_options(choice, stage))]


def packages_of(engine: Engine) -> list[str]:
    """The names, as a package index knows them, of what the engine of a result is made of; none for one that is no backend."""
    backend = backends(engine.stage).get(engine.backend) if engine.stage in (*STAGES, *ENRICHMENTS) else None
    if backend is None:
        return []
    imported = [name for package in backend.packages for name in _distributions().get(package, ())]
    return [*filter(None, [backend.distribution]), *imported]


@cache
def _distributions() -> Mapping[str, list[str]]:
    """Import name -> names of packages. Reads what all installed packages say of themselves."""
    return packages_distributions()


def _defined_in(module: ModuleType) -> list[type[Backend]]:
    return [
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Backend) and item.__module__ == module.__name__ and hasattr(item, "name")
    ]
