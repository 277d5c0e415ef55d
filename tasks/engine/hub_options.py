"""Options of the backends that run a model of the Hugging Face Hub, and which model such options name.

`openai/whisper-base` is a model of the Hub, and a commit must be named with it; `./models/base` is a folder of the user.
"""

import re
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from tasks.engine.base import ModelNeed, Options

HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
REVISION = r"^[\w./-]+$"
"""A commit, tag or branch of the Hub."""
Precision = Literal["fp32", "fp16", "bf16"]
Wanted = Literal["auto", "fp32", "fp16", "bf16"]
PRECISION: Wanted = Field(
    "auto", description="fp32, fp16 or bf16; auto is fp16 on CUDA, bf16 for Whisper on a CPU with AMX, and fp32 elsewhere"
)
THREADS: int | None = Field(None, ge=1, le=256, description="CPU threads; null for the cores this process may use")


def batch_size(usual: int, most: int, what: str) -> Any:
    """The option `batch_size` of a backend that takes less when memory runs out."""
    return Field(usual, ge=1, le=most, description=f"{what} at once; halved when memory runs out")


class HubOptions(Options):
    """Options that name a model of the Hub with its commit, or a folder. Nothing is fetched and no code of a model is run."""

    example: ClassVar[str]
    """A model that suits the backend, for messages."""

    model: str = Field(min_length=1, description="a Hub id (OWNER/NAME), or the path of a folder")
    revision: str | None = Field(None, pattern=REVISION, description="of a Hub id: the commit, required")

    @property
    def commit(self) -> str | None:
        """What pins the model: the revision that was asked for."""
        return self.revision

    @property
    def need(self) -> ModelNeed:
        """What must be on the disk."""
        return need_of(self.model, self.commit)

    @model_validator(mode="after")
    def _is_pinned(self) -> Self:
        require_pin(self.model, self.commit, self.example)
        return self


class DefaultHubOptions(HubOptions):
    """The same with a default: a subclass sets `example`, its commit, and `model` to it."""

    example_commit: ClassVar[str]

    revision: str | None = Field(
        None, pattern=REVISION, description="of a Hub id: the commit, required for all but the default model"
    )

    @property
    def commit(self) -> str | None:
        """What pins the model: the revision that was asked for, else that of the default model."""
        return self.revision or (self.example_commit if self.model == self.example else None)


def default_model(name: str) -> Any:
    """The option `model` with this default."""
    return Field(name, min_length=1, description=HubOptions.model_fields["model"].description)


def is_folder(model: str) -> bool:
    """Whether a model is named by its place on this disk and not by its Hub id."""
    return model.startswith(("/", "./", "../", "~")) or Path(model).is_dir()


def need_of(model: str, revision: str | None) -> ModelNeed:
    """What must be on the disk for a Hub id or a folder."""
    return ModelNeed("local", model) if is_folder(model) else ModelNeed("hub", model, revision)


def require_pin(model: str, pinned: str | None, example: str, field: str = "model") -> None:
    """Raise a `ValueError` for options that name neither a folder nor a Hub id with the commit that it is to have."""
    if is_folder(model):
        return
    if not HUB_ID.fullmatch(model):
        raise ValueError(f"{field} with a Hub id such as {example}, or a folder, not '{model}'")
    if not pinned:
        option = "revision" if field == "model" else f"{field}_revision"
        raise ValueError(
            f"{option} with the commit of '{model}' that you checked, see https://huggingface.co/{model}/commits/main"
        )
