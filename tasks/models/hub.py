"""Models of the Hugging Face Hub on this disk: fetched once and whole, found and checked without the network."""

import hashlib
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.backend import PULL, ModelNeed
from tasks.errors import ConfigError, DependencyError, MinutesError
from tasks.files import as_resource_error

_log = logging.getLogger("minutes.models")
_AGAIN = "Run `minutes models pull` again: it goes on where it stopped."
_PIECE_BYTES = 1 << 20


def hub_cache() -> Path:
    """The folder of all snapshots, as every program that uses the Hub finds it."""
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home) / "hub").expanduser()


def cached_commit(need: ModelNeed) -> str | None:
    """The commit that a tag or branch stood for when it was fetched; a commit is itself."""
    revision = need.revision or "main"
    noted = _storage(need) / "refs" / revision
    if noted.is_file():
        return noted.read_text(encoding="utf-8").strip()
    return revision if (_storage(need) / "snapshots" / revision).is_dir() else None


def find_snapshot(need: ModelNeed) -> Path:
    """The folder of a model that was fetched whole. Asks nobody; a missing file is a `DependencyError`."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, IncompleteSnapshotError, LocalEntryNotFoundError

    try:
        found = snapshot_download(
            need.id, revision=need.revision, cache_dir=hub_cache(), allow_patterns=[*need.files], local_files_only=True
        )
    except IncompleteSnapshotError as error:
        raise DependencyError("was not fetched whole.", where=_named(need), fix=_AGAIN) from error
    except LocalEntryNotFoundError as error:
        raise DependencyError("is not on this machine.", where=_named(need), fix=PULL) from error
    except HFValidationError as error:
        raise _no_id(need) from error
    return _with_weights(need, Path(found))


def fetch_snapshot(need: ModelNeed) -> Path:
    """A model that is whole and right: the one on this disk, else fetched, going on where an earlier attempt stopped."""
    faulty = faulty_files(need)
    if not faulty:
        try:
            return find_snapshot(need)
        except DependencyError:
            _log.info("%s is missing or not whole", need.id)
    _delete(faulty)
    _download(need)
    if faulty := faulty_files(need):
        _delete(faulty)
        names = ", ".join(path.name for path in faulty)
        what = f"{names} arrived with another content than the Hub lists, and was deleted."
        raise DependencyError(what, where=_named(need), fix="Pull again; if this repeats, a mirror or proxy alters files.")
    return find_snapshot(need)


def _download(need: ModelNeed) -> None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.logging import set_verbosity_error
    from huggingface_hub.utils.tqdm import disable_progress_bars

    set_verbosity_error()  # type: ignore[no-untyped-call]
    if not sys.stderr.isatty():
        disable_progress_bars()
    with _explained(need):
        snapshot_download(
            need.id,
            revision=need.revision,
            cache_dir=hub_cache(),
            allow_patterns=[*need.files],
            token=os.environ.get("HF_TOKEN") or False,
            endpoint=os.environ.get("HF_ENDPOINT") or None,
        )


def _delete(faulty: Iterable[Path]) -> None:
    """Remove cached files, and what the links in a snapshot lead to."""
    for path in faulty:
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def faulty_files(need: ModelNeed) -> list[Path]:
    """Files of a fetched model whose size or hash is not what the Hub listed when they were fetched."""
    from huggingface_hub import get_cached_repo_tree
    from huggingface_hub.errors import CachedRepoTreeNotFoundError

    commit = cached_commit(need)
    if commit is None:
        return []
    try:
        listed = get_cached_repo_tree(need.id, revision=commit, cache_dir=hub_cache())
    except CachedRepoTreeNotFoundError:
        return []
    folder = _storage(need) / "snapshots" / commit
    return [folder / file.path for file in listed if (folder / file.path).is_file() and not _as_listed(folder / file.path, file)]


def _as_listed(path: Path, file: Any) -> bool:
    """Large files are listed with their sha256, small ones with the name that git gives to their content."""
    size = path.stat().st_size
    if size != (file.lfs.size if file.lfs else file.size):
        return False
    digest = hashlib.sha256() if file.lfs else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with path.open("rb") as opened:
        while piece := opened.read(_PIECE_BYTES):
            digest.update(piece)
    return bool(digest.hexdigest() == (file.lfs.sha256 if file.lfs else file.blob_id))


def _with_weights(need: ModelNeed, folder: Path) -> Path:
    """The folder, if it holds weights in the format that was asked for."""
    if "*.safetensors" in need.files and not any(folder.rglob("*.safetensors")):
        raise DependencyError(
            "has no weights as safetensors, and others are not loaded because they may hold code.",
            where=_named(need),
            fix="Name a revision that has them; the Hub's converter often offers one as a pull request, e.g. revision: refs/pr/1",
        )
    return folder


@contextmanager
def _explained(need: ModelNeed) -> Iterator[None]:
    """What the Hub and the network answer, as our errors."""
    import httpx2
    from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        yield
    except HFValidationError as error:
        raise _no_id(need) from error
    except HfHubHTTPError as error:
        raise _refused(need, error) from error
    except LocalEntryNotFoundError as error:
        raise _unreachable(need, error) from error
    except (httpx2.HTTPError, FileMetadataError) as error:
        raise DependencyError(f"the download broke off ({type(error).__name__}).", where=_named(need), fix=_AGAIN) from error
    except OSError as error:
        if error.errno:
            raise as_resource_error(error, hub_cache()) from error
        raise DependencyError("a file arrived cut short.", where=_named(need), fix=_AGAIN) from error


def _refused(need: ModelNeed, error: Any) -> MinutesError:
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    where, page = _named(need), f"https://huggingface.co/{need.id}"
    if isinstance(error, GatedRepoError):
        token = "the account of HF_TOKEN has no access yet" if os.environ.get("HF_TOKEN") else "HF_TOKEN is not set"
        fix = f"Accept its terms at {page}, put a token of https://huggingface.co/settings/tokens into HF_TOKEN, and pull again."
        return DependencyError(f"is gated, and {token}.", where=where, fix=fix)
    if isinstance(error, RevisionNotFoundError):
        return DependencyError(f"has no revision '{need.revision or 'main'}'.", where=where, fix=f"See {page}/commits/main")
    if isinstance(error, RepositoryNotFoundError):
        fix = "Check the spelling; for a private one put a token that may read it into HF_TOKEN."
        return DependencyError("is not on the Hub, or is private.", where=where, fix=fix)
    return DependencyError(f"the Hub answered with status {error.response.status_code}.", where=where, fix=_AGAIN)


def _unreachable(need: ModelNeed, error: Exception) -> MinutesError:
    from huggingface_hub.constants import is_offline_mode
    from huggingface_hub.errors import HfHubHTTPError

    if isinstance(error.__cause__, HfHubHTTPError):
        return _refused(need, error.__cause__)
    if is_offline_mode():
        return DependencyError(
            "is not on this machine, and HF_HUB_OFFLINE is set.", where=_named(need), fix="Unset HF_HUB_OFFLINE and pull again."
        )
    fix = f"Check the network and HF_ENDPOINT and pull again, or copy {hub_cache()} from a machine that has it."
    return DependencyError("the Hub cannot be reached.", where=_named(need), fix=fix)


def _no_id(need: ModelNeed) -> ConfigError:
    return ConfigError("is neither a folder nor the id of a Hub model.", where=f"model '{need.id}'", fix="An id is OWNER/NAME.")


def _named(need: ModelNeed) -> str:
    return f"model '{need.id}'" + (f" at '{need.revision}'" if need.revision else "")


def _storage(need: ModelNeed) -> Path:
    return hub_cache() / f"models--{need.id.replace('/', '--')}"
