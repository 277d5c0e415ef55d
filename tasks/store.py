"""Results on disk under the hash of everything that made them: the whole story of resuming and skipping."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from tasks.files import write_atomic

Result = TypeVar("Result", bound=BaseModel)


ID_DIGITS = 12
"""Of the hash that is a task's or a decision's id: 48 bits, so that among a million of them in one table hardly two are one."""


def digest(value: Any) -> str:
    """Hash of a JSON-able value, the same in every process."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Store:
    """One JSON file per result, named by its key, in one folder per stage. Safe to delete at the cost of recomputing."""

    folder: Path

    def path(self, stage: str, key: str) -> Path:
        return self.folder / stage / f"{key[:32]}.json"

    def load(self, stage: str, key: str, kind: type[Result]) -> Result | None:
        """The stored result, or None if there is none that can be read as this type."""
        try:
            return kind.model_validate_json(self.path(stage, key).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def save(self, stage: str, key: str, result: BaseModel) -> Path:
        """Store a result; it is there whole or not at all."""
        return write_atomic(self.path(stage, key), result.model_dump_json())


class Ref(BaseModel, frozen=True):
    """A small pointer to a stored result: what travels between tasks instead of the result."""

    stage: str
    path: str
    digest: str
    cached: bool
    seconds: float
    failure: str | None = None
    """What failed in making it, for a result that is worth something all the same."""

    def load(self, kind: type[Result]) -> Result:
        return kind.model_validate_json(Path(self.path).read_bytes())

    @classmethod
    def to(cls, stage: str, path: Path, result: BaseModel, *, cached: bool, seconds: float) -> Self:
        told = digest(result.model_dump(mode="json"))
        return cls(stage=stage, path=str(path), digest=told, cached=cached, seconds=seconds, failure=_failure(stage, result))


def _failure(stage: str, result: BaseModel) -> str | None:
    """What a result says of its own stage having failed."""
    notices = getattr(result, "notices", ())
    return next((str(notice) for notice in notices if notice.kind == "failed" and notice.stage == stage), None)
