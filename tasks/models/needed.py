"""A model that a backend needs: whether it is on this disk, how large, which revision, and whether it is right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml

from tasks.backend import PULL, ModelNeed
from tasks.errors import ConfigError, DependencyError, did_you_mean
from tasks.files import sha256_of_file
from tasks.models.hub import cached_commit, faulty_files, fetch_snapshot, find_snapshot
from tasks.models.weights import Progress, fetch_weights
from tasks.transcription.whisper.weights import KnownModel, known_models

_CARD_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_PULL_AGAIN = "Pull it again: minutes models pull"


@dataclass(frozen=True)
class Found:
    """A model on this disk."""

    path: Path
    revision: str
    size_bytes: int
    licence: str | None = None


def find(need: ModelNeed) -> Found:
    """Where a model lies. A `DependencyError` says how to get one that is missing."""
    return _KINDS[need.kind].find(need)


def fetch(need: ModelNeed, progress: Progress) -> None:
    """Put a model on this disk. A local one must be there already."""
    _KINDS[need.kind].fetch(need, progress)


def require_intact(need: ModelNeed) -> None:
    """Raise a `DependencyError` if a model that is on this disk is not what was published or pinned."""
    _KINDS[need.kind].require_intact(need)


@dataclass(frozen=True)
class _Kind:
    find: Callable[[ModelNeed], Found]
    fetch: Callable[[ModelNeed, Progress], None]
    require_intact: Callable[[ModelNeed], None]


def _find_weights(need: ModelNeed) -> Found:
    model = _known(need)
    if not model.path.is_file():
        raise DependencyError("is not on this machine.", where=_named(need), fix=PULL)
    return Found(model.path, f"sha256 {model.sha256[:12]}", model.path.stat().st_size, "MIT")


def _fetch_weights(need: ModelNeed, progress: Progress) -> None:
    fetch_weights(_known(need), progress)
    _weights_intact(need)


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


def _find_snapshot(need: ModelNeed) -> Found:
    folder = find_snapshot(need)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Found(folder, cached_commit(need) or folder.name, size, _licence(folder / "README.md"))


def _fetch_snapshot(need: ModelNeed, progress: Progress) -> None:
    fetch_snapshot(need)


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


def _find_local(need: ModelNeed) -> Found:
    path = Path(need.id).expanduser()
    if not path.exists():
        raise DependencyError("is not there.", where=_named(need), fix="Correct the path, or make it: minutes models convert")
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return Found(path, f"sha256 {need.revision[:12]}" if need.revision else "local", sum(file.stat().st_size for file in files))


def _fetch_local(need: ModelNeed, progress: Progress) -> None:
    _find_local(need)


def _local_intact(need: ModelNeed) -> None:
    path = Path(need.id).expanduser()
    if need.revision and path.is_file() and (found := sha256_of_file(path)) != need.revision:
        what = f"has the sha256 {found} instead of {need.revision}."
        raise DependencyError(what, where=_named(need), fix="Correct the hash in the configuration, or the file.")


def _named(need: ModelNeed) -> str:
    return f"model '{need.id}'"


_KINDS = {
    "whisper-weights": _Kind(_find_weights, _fetch_weights, _weights_intact),
    "hub": _Kind(_find_snapshot, _fetch_snapshot, _snapshot_intact),
    "local": _Kind(_find_local, _fetch_local, _local_intact),
}
