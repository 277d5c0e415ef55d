"""Checkpoints of openai-whisper, fetched from where the library fetches them: whole, with the right hash, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import httpx

from tasks.errors import DependencyError
from tasks.files import as_resource_error, sha256_of_file
from tasks.transcription.whisper.weights import KnownModel

Progress = Callable[[int, int], None]
"""Is told how many bytes are there, and how many there will be (0: unknown)."""
_ATTEMPTS = 3
_TIMEOUT_S = 30.0
_PIECE_BYTES = 1 << 20
_AGAIN = "Run `minutes models pull` again: it goes on where it stopped."


def fetch_weights(model: KnownModel, progress: Progress = lambda done, total: None) -> Path:
    """The checkpoint, fetched unless it is there and right. What an earlier attempt brought is kept and continued."""
    if model.path.is_file() and sha256_of_file(model.path) == model.sha256:
        return model.path
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        what = "is not on this machine, and HF_HUB_OFFLINE is set."
        raise DependencyError(what, where=_named(model), fix="Unset HF_HUB_OFFLINE and pull again.")
    partial = model.path.with_name(f"{model.path.name}.partial")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        _fetch(model, partial, progress)
        _verify(model, partial)
        partial.replace(model.path)
    except OSError as error:
        raise as_resource_error(error, partial) from error
    return model.path


def _fetch(model: KnownModel, partial: Path, progress: Progress) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _continue(model, partial, progress)
        except httpx.HTTPStatusError as error:
            what = f"{error.request.url.host} answered with status {error.response.status_code}."
            raise DependencyError(what, where=_named(model), fix=_AGAIN) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            if attempt < _ATTEMPTS:
                continue
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                what = f"{error.request.url.host} cannot be reached."
                fix = f"Check the network and pull again, or copy the file to {model.path} from a machine that has it."
                raise DependencyError(what, where=_named(model), fix=fix) from error
            there = partial.stat().st_size / 1e6 if partial.exists() else 0.0
            raise DependencyError(f"the download broke off after {there:.1f} MB.", where=_named(model), fix=_AGAIN) from error


def _continue(model: KnownModel, partial: Path, progress: Progress) -> None:
    """Fetch the bytes that are missing; all of them from a server that cannot begin in the middle."""
    there = partial.stat().st_size if partial.exists() else 0
    headers = {"Range": f"bytes={there}-"} if there else {}
    with httpx.stream("GET", model.url, headers=headers, timeout=_TIMEOUT_S, follow_redirects=True) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # nothing is missing
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            there = 0
        total = there + int(response.headers.get("Content-Length", 0))
        with partial.open("ab" if there else "wb") as file:
            for piece in response.iter_raw(_PIECE_BYTES):
                there += file.write(piece)
                progress(there, total)
            os.fsync(file.fileno())


def _verify(model: KnownModel, partial: Path) -> None:
    if (found := sha256_of_file(partial)) != model.sha256:
        partial.unlink()
        raise DependencyError(
            f"what arrived has the sha256 {found} instead of {model.sha256} and was deleted.",
            where=_named(model),
            fix="Pull again; if this repeats, something between here and the server alters files.",
        )


def _named(model: KnownModel) -> str:
    return f"openai-whisper model '{model.name}'"
