"""What every backend is: one class in one file, with its own options and nothing shared but this seam."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from tasks.schema import Engine, Message, Model, Notice, NoticeKind

Progress = Callable[[float], None]
"""Told how much of some work is done, 0 to 1. It may raise to end the work: let that through."""


def untold(share: float) -> None:
    """The progress of work that nobody watches."""


class Options(BaseModel):
    """The settings of one backend: frozen, nothing unknown, every field with a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class BackendChoice(Model):
    """Which backend a stage uses, and its options as plain JSON values."""

    backend: str
    options: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Device:
    """Where models run, and why."""

    name: str
    reason: str


TRANSFORMERS_FILES = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "README.md")
"""What transformers reads of a Hub model: configuration, tokenizer, weights that hold no code; and the card with the licence."""


PULL = "Fetch it with `minutes models pull` and the same --config; the smallest is --config embedded, 180 MB."
"""What to do about a model that is not there."""


@dataclass(frozen=True)
class ModelNeed:
    """A model that a backend wants to find on the disk; `minutes models pull` puts it there."""

    kind: Literal["whisper-weights", "hub", "local"]
    """A checkpoint of openai-whisper by its name, a repository of the Hugging Face Hub, or a file or folder of the user."""
    id: str
    """The name, the Hub id or the path."""
    revision: str | None = None
    """Of a Hub model: a commit, tag or branch. Of a checkpoint or local file: the sha256 that it must have."""
    files: tuple[str, ...] = TRANSFORMERS_FILES
    """Patterns of the files to fetch from the Hub."""
    of: Literal["models", "datasets"] = "models"
    """What the Hub keeps it as."""

    @property
    def page(self) -> str:
        """Where it is at the Hub, below its address."""
        return self.id if self.of == "models" else f"{self.of}/{self.id}"


class Backend:
    """Base of all backends. A subclass names itself, its packages and its options, and opens its model in `__init__`.

    Used in a `with` block; `close` gives the memory back.
    """

    stage: ClassVar[str]
    name: ClassVar[str]
    summary: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()
    """Import names that must be installed."""
    install: ClassVar[str] = ""
    """The command that installs them."""
    distribution: ClassVar[str] = ""
    """The package whose version stands in the provenance."""
    draft: ClassVar[bool] = False
    """True for engines whose output is a draft by nature; the report says so."""
    Options: ClassVar[type[Options]] = Options

    def __init__(self, options: Any, device: Device) -> None:
        self.options = options
        self.device = device
        self._given_up: tuple[Message, ...] = ()

    @property
    def steps(self) -> tuple[Message, ...]:
        """What had to be given up since it was opened, e.g. half of the batch for want of memory: a sentence each, reported."""
        return self._given_up

    def give_up(self, step: Message) -> None:
        """Add a sentence to `steps`, once."""
        if step not in self._given_up:
            self._given_up += (step,)

    def fallbacks(self) -> tuple[Notice, ...]:
        """The steps as the report tells them."""
        return tuple(Notice.of(NoticeKind.FALLBACK, self.stage, step) for step in self.steps)

    @classmethod
    def missing_packages(cls) -> tuple[str, ...]:
        """Import names that are not installed, found without importing anything."""
        return tuple(package for package in cls.packages if find_spec(package) is None)

    @classmethod
    def revision(cls, options: Any) -> str:
        """What pins the result besides the options: a model revision, or the version of the package that holds it."""
        try:
            return f"{cls.distribution} {version(cls.distribution)}" if cls.distribution else "built in"
        except PackageNotFoundError:
            return f"{cls.distribution} (not installed)"

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        """What it must find on the disk before it opens. Nothing for engines whose model comes in their package."""
        return ()

    @classmethod
    def problems(cls, options: Any) -> tuple[str, ...]:
        """What this machine lacks besides packages and models, e.g. a key: a sentence each, found without any work."""
        return ()

    def engine(self, model: str) -> Engine:
        """The provenance entry for results of this backend."""
        return Engine(
            stage=self.stage,
            backend=self.name,
            model=model,
            revision=self.revision(self.options),
            device=self.device.name,
            draft=self.draft,
        )

    def close(self) -> None:
        """Give memory back. Nothing to do unless a subclass holds something large."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
