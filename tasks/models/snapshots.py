"""Models of the Hugging Face Hub as they lie on this disk: found and checked without the network.

They lie in the Hub's own cache, where other programs find them too. Beside the snapshots stands what the files of each must be
(`minutes/<commit>.json`), as the Hub listed them or as the catalogue knows them, so that half a snapshot is never taken for one.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from pydantic import RootModel, ValidationError, field_validator

from tasks.engine.base import PULL, ModelNeed
from tasks.errors import ConfigError, DependencyError, ResourceError
from tasks.files import in_turn, write_atomic
from tasks.models.catalogue import Listed, known_model
from tasks.models.download import AGAIN, SPACE, disk_error, is_as_listed


class Listing(RootModel[dict[str, Listed]]):
    """File of a repository -> its size and hash. Names that lead out of the repository are refused."""

    @field_validator("root")
    @classmethod
    def _stay_inside(cls, files: dict[str, Listed]) -> dict[str, Listed]:
        for name in files:
            path = PurePosixPath(name)
            if (
                path.is_absolute()
                or str(path) != name
                or ".." in path.parts
                or "\\" in name
                or ":" in name
                or not name.isprintable()
            ):
                raise ValueError(f"a file named {name[:80]!a}")
        return files


def hub_cache() -> Path:
    """The folder of all snapshots, as every program that uses the Hub finds it."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def named(need: ModelNeed) -> str:
    """The model or data set, for messages."""
    return f"{'model' if need.of == 'models' else 'data set'} '{need.id}'" + (f" at '{need.revision}'" if need.revision else "")


def cached_commit(need: ModelNeed) -> str | None:
    """The commit that a tag or branch stood for when it was fetched; a commit is itself."""
    revision = need.revision or "main"
    noted = _storage(need) / "refs" / revision
    if noted.is_file():
        return noted.read_text(encoding="utf-8").strip()
    return revision if (_storage(need) / "snapshots" / revision).is_dir() else None


def find_snapshot(need: ModelNeed) -> Path:
    """The folder of a model that was fetched whole. Asks nobody; a missing file is a `DependencyError`."""
    _require_id(need)
    commit = cached_commit(need)
    if commit is None or not (folder := _snapshot(need, commit)).is_dir():
        raise DependencyError("is not on this machine.", where=named(need), fix=PULL)
    if not _is_whole(need, folder):
        raise DependencyError("was not fetched whole.", where=named(need), fix=AGAIN)
    if "*.safetensors" in need.files and not any(folder.rglob("*.safetensors")):
        raise DependencyError(
            "has no weights as safetensors, and others are not loaded because they may hold code.",
            where=named(need),
            fix="Name a revision that has them; the Hub's converter often offers one as a pull request, e.g. revision: refs/pr/1",
        )
    return folder


def faulty_files(need: ModelNeed) -> list[Path]:
    """Files of a fetched model whose size or hash is not what was listed; none where nothing is known of them."""
    commit = cached_commit(need)
    if commit is None:
        return []
    folder = _snapshot(need, commit)
    there = {folder / name: file for name, file in listing_of(need, commit).items() if (folder / name).is_file()}
    return [path for path, file in there.items() if not is_as_listed(path, file)]


def delete_files(paths: Iterable[Path]) -> None:
    """Remove files of snapshots, and what the links among them lead to inside the same repository's folder."""
    for path in paths:
        blob = path.resolve()
        if blob.parent.name == "blobs" and blob.parent.parent in path.parent.resolve().parents:
            blob.unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def listing_of(need: ModelNeed, commit: str) -> dict[str, Listed]:
    """What the files of a snapshot must be, as far as it is known: from the catalogue, or noted when they were fetched."""
    if (entry := known_model("hub", need.id, commit)) and entry.files:
        return dict(entry.files)
    with suppress(OSError, ValidationError):
        return Listing.model_validate_json(_note(need, commit).read_bytes()).root
    return {}


def wanted(need: ModelNeed, listed: Mapping[str, Listed]) -> dict[str, Listed]:
    """The files that a backend reads."""
    return {name: file for name, file in listed.items() if any(fnmatch(name, pattern) for pattern in need.files)}


@contextmanager
def filling(need: ModelNeed, commit: str, listed: Mapping[str, Listed]) -> Iterator[None]:
    """A block that fetches files of a snapshot, one process at a time; when it ends they count as fetched."""
    try:
        _storage(need).mkdir(parents=True, exist_ok=True)
        with in_turn(_storage(need) / ".minutes.lock"):
            _write(_note(need, commit), Listing(dict(listed)).model_dump_json(exclude_none=True), need)
            yield
            revision = need.revision or "main"
            if revision != commit:
                _write(_storage(need) / "refs" / revision, commit, need)
    except OSError as error:
        raise disk_error(error, named(need)) from error


def is_placed(need: ModelNeed, commit: str, name: str) -> bool:
    """Whether a file is in its snapshot. It comes there only when it is whole and right."""
    return (_snapshot(need, commit) / name).is_file()


def blob_path(need: ModelNeed, file: Listed) -> Path:
    """Where the Hub's cache keeps the content of a file, named by its hash."""
    return _storage(need) / "blobs" / file.digest


def place(need: ModelNeed, commit: str, name: str, file: Listed) -> None:
    """Show content that is whole and right in its snapshot: as a link, or where there are no links as the file itself."""
    target, content = _snapshot(need, commit) / name, blob_path(need, file)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        target.symlink_to(os.path.relpath(content, target.parent))
    except (OSError, NotImplementedError):
        content.replace(target)


def staging(need: ModelNeed) -> Path:
    """A folder for what comes on the way, on the disk of the cache."""
    return _storage(need) / "minutes" / "coming"


def _write(path: Path, text: str, need: ModelNeed) -> None:
    try:
        write_atomic(path, text)
    except ResourceError as error:
        raise ResourceError(error.what, where=named(need), fix=SPACE) from error


def _is_whole(need: ModelNeed, folder: Path) -> bool:
    if listed := listing_of(need, folder.name):
        return all((folder / name).is_file() for name in wanted(need, listed))
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import IncompleteSnapshotError

    try:  # fetched by another program, which knows whether it is whole
        snapshot_download(
            need.id,
            repo_type=need.of.removesuffix("s"),
            revision=folder.name,
            cache_dir=hub_cache(),
            allow_patterns=[*need.files],
            local_files_only=True,
        )
    except IncompleteSnapshotError:
        return False
    return True


def _require_id(need: ModelNeed) -> None:
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    try:
        validate_repo_id(need.id)
    except HFValidationError as error:
        what = "is neither a folder nor the id of a Hub model."
        raise ConfigError(what, where=f"model '{need.id}'", fix="An id is OWNER/NAME.") from error


def _snapshot(need: ModelNeed, commit: str) -> Path:
    return _storage(need) / "snapshots" / commit


def _note(need: ModelNeed, commit: str) -> Path:
    return _storage(need) / "minutes" / f"{commit}.json"


def _storage(need: ModelNeed) -> Path:
    return hub_cache() / f"{need.of}--{need.id.replace('/', '--')}"
