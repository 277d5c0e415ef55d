"""Fetching from the Hugging Face Hub: what is listed at a commit, file by file, each whole and right or not at all.

The listing is not believed blindly: names that lead out of the repository are refused, and what is kept is named by its hash.
huggingface_hub's own download is not used because it begins anew after a kill and names files by what the server says.
"""

import os
import re
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from tasks.engine.base import ModelNeed
from tasks.errors import DependencyError, MinutesError
from tasks.models.catalogue import Listed, known_model
from tasks.models.download import AGAIN, TIMEOUT_S, UNREACHABLE, Progress, download, require_space
from tasks.models.snapshots import Listing, blob_path, filling, is_placed, listing_of, named, place, staging, wanted

_HUB = "https://huggingface.co"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_MOST_FILES = 20_000
"""Of a listing, which comes in pages: a server must not be able to send them without end. Chosen by hand."""


def fetch_from_hub(need: ModelNeed, progress: Progress) -> None:
    """Fetch the files that are missing, going on where an earlier attempt stopped.

    Raises:
        DependencyError: the Hub cannot be reached, refused, or lists what must not be believed.
        ResourceError: the disk is full, or cannot be written.
    """
    try:
        commit = _resolved(need)
        listed = listing_of(need, commit) or _listed(need, commit)
        if not (files := wanted(need, listed)):
            what = f"has no file that is read here ({', '.join(need.files)})."
            fix = "Name a repository in the format of transformers or CTranslate2."
            raise DependencyError(
                what, where=named(need), fix=fix if need.of == "models" else f"See {_HUB}/{need.page}/tree/{commit}"
            )
        with filling(need, commit, listed):
            _fetch_files(need, commit, files, progress)
    except httpx.HTTPStatusError as error:
        raise _refused(need, error.response) from error
    except UNREACHABLE as error:
        fix = "Check the network and HF_ENDPOINT and pull again, or copy the Hub's cache from a machine that has the model."
        publisher = (_server(need) or "the Hub").removeprefix("https://").split("/")[0]
        raise DependencyError(f"{publisher} cannot be reached.", where=named(need), fix=fix) from error
    except httpx.HTTPError as error:
        raise DependencyError(f"the Hub's answer broke off ({type(error).__name__}).", where=named(need), fix=AGAIN) from error


def _fetch_files(need: ModelNeed, commit: str, files: dict[str, Listed], progress: Progress) -> None:
    total, done = sum(file.size for file in files.values()), 0
    server = _server(need)
    missing = {name: file for name, file in files.items() if not is_placed(need, commit, name)}
    require_space(staging(need), sum(file.size for file in missing.values()), named(need))
    for name, file in files.items():
        if name in missing:
            url = f"{server or _endpoint()}/{need.page}/resolve/{commit}/{quote(name)}"
            headers = {} if server else _headers()
            download(url, blob_path(need, file), file, f"{named(need)}: {name}", _after(done, total, progress), headers)
            place(need, commit, name, file)
        done += file.size


def _server(need: ModelNeed) -> str | None:
    """Where the files of a model lie that is not on the Hub."""
    known = known_model("hub", need.id, need.revision)
    return known.server if known else None


def _after(done: int, total: int, progress: Progress) -> Progress:
    """Progress of one file as progress of all."""
    return lambda there, _: progress(done + there, total)


def _resolved(need: ModelNeed) -> str:
    """The commit of a revision."""
    revision = need.revision or "main"
    if _COMMIT.fullmatch(revision) or _server(need):
        return revision
    told = _asked(f"{_endpoint()}/api/{need.of}/{need.id}/revision/{quote(revision, safe='')}").json()
    commit = str(told.get("sha", "")) if isinstance(told, dict) else ""
    if not _COMMIT.fullmatch(commit):
        raise DependencyError(f"the Hub names no commit for '{revision}'.", where=named(need), fix=AGAIN)
    return commit


def _listed(need: ModelNeed, commit: str) -> dict[str, Listed]:
    """All files of the repository at a commit. Large ones are listed with the sha256 of their content, beside the git id of a
    pointer that stands for them; small ones with the git id of their content."""
    entries: list[Any] = []
    page: str | None = f"{_endpoint()}/api/{need.of}/{need.id}/tree/{commit}?recursive=true"
    try:
        while page and len(entries) < _MOST_FILES:
            response = _asked(page)
            entries += response.json()
            page = response.links.get("next", {}).get("url")
            if page and not page.startswith(f"{_endpoint()}/"):
                raise ValueError("it goes on at another server")
        return Listing({entry["path"]: _facts(entry) for entry in entries if entry["type"] == "file"}).root
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DependencyError(
            f"the Hub's listing of it cannot be believed ({_why(error)}), so nothing was fetched.",
            where=named(need),
            fix="Check the id and HF_ENDPOINT; if both are right, tell the owner of the model.",
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return error.errors()[0]["msg"].removeprefix("Value error, ")
    return str(error) if type(error) is ValueError else "it is no listing"


def _facts(entry: Any) -> Listed:
    large = entry.get("lfs")
    return Listed(size=large["size"], sha256=large["oid"]) if large else Listed(size=entry["size"], git_sha1=entry["oid"])


def _asked(url: str) -> httpx.Response:
    response = httpx.get(url, headers=_headers(), timeout=TIMEOUT_S, follow_redirects=True)
    return response.raise_for_status()


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or _HUB).rstrip("/")


def _headers() -> dict[str, str]:
    """The token of the environment, for the Hub alone: a redirect to another server goes without it."""
    token = os.environ.get("HF_TOKEN")
    return {"Authorization": f"Bearer {token}"} if token else {}


def _refused(need: ModelNeed, response: httpx.Response) -> MinutesError:
    where, page, code = named(need), f"{_HUB}/{need.page}", response.headers.get("X-Error-Code", "")
    if code == "GatedRepo":
        token = "the account of HF_TOKEN has no access yet" if os.environ.get("HF_TOKEN") else "HF_TOKEN is not set"
        fix = f"Accept its terms at {page}, put a token of {_HUB}/settings/tokens into HF_TOKEN, and pull again."
        return DependencyError(f"is gated, and {token}.", where=where, fix=fix)
    if code == "RevisionNotFound":
        return DependencyError(f"has no revision '{need.revision or 'main'}'.", where=where, fix=f"See {page}/commits/main")
    if code == "RepoNotFound" or response.status_code == httpx.codes.UNAUTHORIZED:
        fix = "Check the spelling; for a private one put a token that may read it into HF_TOKEN."
        return DependencyError("is not on the Hub, or is private.", where=where, fix=fix)
    return DependencyError(f"the Hub answered with status {response.status_code}.", where=where, fix=AGAIN)
