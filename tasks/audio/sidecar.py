"""Reads `<recording>.meta.yaml` (or `.json`), where a person wrote down what the audio cannot tell. Never writes it."""

import json
import os
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from tasks.files import displayable
from tasks.schema import Notice, NoticeKind, Sidecar

SIDECAR_SUFFIXES = (".meta.yaml", ".meta.yml", ".meta.json")
_MAX_BYTES = 1 << 20


def read_sidecar(recording: Path, stem: str | None = None) -> tuple[Sidecar, tuple[Notice, ...]]:
    """The sidecar of a recording; an empty one if there is none, with a warning if it cannot be used."""
    path = find_sidecar(recording, stem)
    if path is None:
        return Sidecar(), ()
    try:
        return Sidecar.model_validate(_load(path)), ()
    except (yaml.YAMLError, ValidationError, OSError, ValueError, LookupError, AttributeError, RecursionError) as error:
        return Sidecar(), (_ignored(path, error),)


def find_sidecar(recording: Path, stem: str | None = None) -> Path | None:
    """`talk.flac.meta.yaml` if it exists, else `talk.meta.yaml`, else that of another stem by which the recording goes."""
    bases = filter(None, (recording.name, recording.stem, stem))
    candidates = (recording.with_name(base + suffix) for base in bases for suffix in SIDECAR_SUFFIXES)
    return next((path for path in candidates if os.path.isfile(path)), None)  # noqa: PTH113  # False for names that are too long


def _load(path: Path) -> Any:
    if path.is_symlink():
        raise ValueError("it is a link, and links are not followed")
    if path.stat().st_size > _MAX_BYTES:
        raise ValueError("larger than 1 MB")
    text = path.read_text(encoding="utf-8-sig")
    data = (json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)) or {}
    if isinstance(data, dict) and isinstance(data.get("participants"), list):
        people = [{"name": person} if isinstance(person, str) else person for person in data["participants"]]
        return {**data, "participants": people}
    return data


def _ignored(path: Path, error: Exception) -> Notice:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc']) or 'top level'}: {first['msg']}"
    else:
        reason = " ".join(str(error).split())
    return Notice(
        kind=NoticeKind.WARNING, stage="audio", message=f"the sidecar '{displayable(path.name)}' was ignored ({reason})"
    )
