"""Models that an option names by a Hub id or a folder: pinned, found on the disk, and told apart in the provenance.

Shared by every backend that runs on transformers.
"""

import re
from pathlib import Path

from tasks.engine.base import ModelNeed
from tasks.models.snapshots import cached_commit, find_snapshot
from tasks.models.whisper_weights import sha256_of

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def is_folder(model: str) -> bool:
    """Whether a model is named by its place on this disk and not by its Hub id."""
    return model.startswith(("/", "./", "../", "~")) or Path(model).is_dir()


def require_pin(model: str, pinned: str | bool | None, example: str, field: str = "model") -> None:
    """Raise a `ValueError` for options that name neither a folder nor a Hub id with the commit that it is to have."""
    if is_folder(model):
        return
    if not _HUB_ID.fullmatch(model):
        raise ValueError(f"{field} with a Hub id such as {example}, or a folder, not '{model}'")
    if not pinned:
        option = "revision" if field == "model" else f"{field}_revision"
        raise ValueError(
            f"{option} with the commit of '{model}' that you checked, see https://huggingface.co/{model}/commits/main"
        )


def need_of(model: str, revision: str | None) -> ModelNeed:
    """What must be on the disk."""
    return ModelNeed("local", model) if is_folder(model) else ModelNeed("hub", model, revision)


def place_of(need: ModelNeed) -> Path:
    """The folder of a model. Whether there is a folder of that name is for the caller to see."""
    return Path(need.id).expanduser() if need.kind == "local" else find_snapshot(need)


def pin_of(need: ModelNeed) -> str:
    """What pins the weights: the commit of the Hub, or their hash."""
    if need.kind == "hub":
        return f"commit {cached_commit(need) or need.revision}"
    weights = sorted(Path(need.id).expanduser().glob("*.safetensors"))
    return f"sha256 {' '.join(map(sha256_of, weights)) or 'of no weights'}"
