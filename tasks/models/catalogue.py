"""The models that the packaged configurations name: what their publishers gave out, and where it can be had."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from tasks.schema import Model


class Listed(Model):
    """A file as its publisher lists it."""

    size: int = Field(ge=0, description="bytes")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    git_sha1: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{40}$", description="of files that a repository keeps in git itself"
    )

    @property
    def digest(self) -> str:
        """The hash, by which the Hub's cache names the file too."""
        return self.sha256 or self.git_sha1 or ""


class Packages(Model):
    """Wheels that together hold every file of a model."""

    wheels: tuple[str, ...] = Field(min_length=1, description="name==version each")
    join: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="file -> its parts in the wheels, in order")
    python: str | None = Field(default=None, description="the Python that the wheels are for, if they are for one, e.g. 3.11")
    platform: str | None = Field(default=None, description="the platform that they are for; their data fits all others too")


class Skill(Model):
    """What a language model can do; measured by `benchmarks/minutes.py`, or as `note` says."""

    words_at_a_time: int = Field(ge=40, description="of a meeting, to sum up")
    prose: bool = Field(
        True, description="whether what it writes about a part of a meeting is true; else it words single spoken sentences"
    )
    finds: bool = Field(description="whether it finds decisions and tasks better than the rules do")
    note: str = Field(default="", description="where that is from")


class CatalogueEntry(Model):
    """One entry of the catalogue."""

    name: str
    kind: Literal["hub", "whisper-weights"]
    id: str
    commit: str | None = Field(default=None, pattern=r"^([0-9a-f]{40}|v[0-9.]+)$")
    server: str | None = Field(default=None, pattern=r"^https?://", description="where its files lie, if that is not the Hub")
    what: str
    licence: str
    languages: str
    memory_mb: dict[str, int] = Field(min_length=1)
    files: dict[str, Listed] = Field(default_factory=dict)
    size_mb: int | None = None
    packages: tuple[Packages, ...] = ()
    skill: Skill | None = Field(default=None, description="of a language model")

    @property
    def size_bytes(self) -> int:
        """On the disk."""
        return sum(file.size for file in self.files.values()) or (self.size_mb or 0) * 1_000_000


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """All entries, in the order of the file."""
    entries = yaml.safe_load(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))
    return tuple(CatalogueEntry.model_validate(entry) for entry in entries)


def known_model(kind: str, model_id: str, commit: str | None = None) -> CatalogueEntry | None:
    """The entry of a model, if the catalogue has it at this commit (None: at any)."""
    return next(
        (entry for entry in catalogue() if (entry.kind, entry.id) == (kind, model_id) and commit in (None, entry.commit)), None
    )


def known_commit(model_id: str) -> str | None:
    """The commit of a Hub model that the catalogue vouches for."""
    entry = known_model("hub", model_id)
    return entry.commit if entry else None


def skill_of(model: str) -> Skill | None:
    """What the model of this id, name or file can do, if the catalogue says."""
    name = model.replace("\\", "/").rsplit("/", 1)[-1]
    known = (entry for entry in catalogue() if model in (entry.id, entry.name) or name in entry.files)
    return next((entry.skill for entry in known if entry.skill), None)
