"""Models that an option names by a Hub id or a folder: found on the disk, and told apart in the provenance."""

from pathlib import Path

from tasks.engine.base import ModelNeed
from tasks.models.snapshots import cached_commit, find_snapshot
from tasks.models.whisper_weights import sha256_of


def place_of(need: ModelNeed) -> Path:
    """The folder of a model. Whether there is a folder of that name is for the caller to see."""
    return Path(need.id).expanduser() if need.kind == "local" else find_snapshot(need)


def pin_of(need: ModelNeed) -> str:
    """What pins the weights: the commit of the Hub, or their hash."""
    if need.kind == "hub":
        return f"commit {cached_commit(need) or need.revision}"
    place = Path(need.id).expanduser()
    weights = [place] if place.is_file() else sorted(place.glob("*.safetensors"))
    return f"sha256 {' '.join(map(sha256_of, weights)) or 'of no weights'}"
