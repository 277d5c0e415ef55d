"""Checkpoints of openai-whisper, fetched from where the library fetches them."""

from pathlib import Path

import httpx

from tasks.errors import DependencyError
from tasks.files import sha256_of_file
from tasks.models.catalogue import Listed
from tasks.models.download import AGAIN, UNREACHABLE, Progress, download, require_online
from tasks.models.whisper_weights import KnownModel


def fetch_weights(model: KnownModel, progress: Progress = lambda done, total: None) -> Path:
    """The checkpoint, fetched unless it is there and right."""
    if model.path.is_file() and sha256_of_file(model.path) == model.sha256:
        return model.path
    where = f"openai-whisper model '{model.name}'"
    require_online(where)
    try:
        return download(model.url, model.path, Listed(size=0, sha256=model.sha256), where, progress)
    except UNREACHABLE as error:
        fix = f"Check the network and pull again, or copy {model.path.name} from a machine that has it."
        raise DependencyError("its server cannot be reached.", where=where, fix=fix) from error
    except httpx.HTTPStatusError as error:
        what = f"its server answered with status {error.response.status_code}."
        raise DependencyError(what, where=where, fix=AGAIN) from error
