"""Weights of openai-whisper: where they are, what pins them, and how they are read without running what is in them.

A model is a name that the library knows (`large-v3-turbo`) or the path of a checkpoint: {"dims": ..., "model_state_dict": ...}.
Nothing is downloaded here: `minutes models pull` does that.
"""

import ast
import os
import pickle
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tasks.engine.base import PULL
from tasks.errors import ConfigError, DependencyError, did_you_mean
from tasks.files import sha256_of_file

_WHERE = "transcription.options.model"


@dataclass(frozen=True)
class KnownModel:
    """A model that the library can name: where it is published and what its bytes hash to."""

    name: str
    url: str

    @property
    def sha256(self) -> str:
        """The library's own pin: the last folder of the address."""
        return self.url.split("/")[-2]

    @property
    def path(self) -> Path:
        """Where `whisper.load_model` keeps it, whether it is there or not."""
        return cache_folder() / self.url.rsplit("/", 1)[-1]


@cache
def known_models() -> dict[str, KnownModel]:
    """The library's models by name. Its list is read, not imported: importing whisper loads torch."""
    spec = find_spec("whisper")
    if spec is None or spec.origin is None:
        return {}
    for node in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_MODELS":
            return {name: KnownModel(name, url) for name, url in ast.literal_eval(node.value).items()}
    raise RuntimeError("this release of openai-whisper keeps its list of models elsewhere")


def cache_folder() -> Path:
    """The folder in which the library keeps what it downloaded."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


def find_weights(model: str) -> Path:
    """The file of a model; a missing one is a `DependencyError`, a misspelt name a `ConfigError`."""
    if known := known_models().get(model):
        if not known.path.is_file():
            raise DependencyError(f"the weights of '{model}' are not in {known.path.parent}.", where=_WHERE, fix=PULL)
        return known.path
    path = Path(model).expanduser()
    if path.is_file():
        return path
    if path.suffix == ".pt" or len(path.parts) > 1:
        raise DependencyError(f"there is no file '{model}'.", where=_WHERE, fix=PULL)
    names = known_models()
    raise ConfigError(
        f"no Whisper model '{model}'; known are a .pt file and {', '.join(names)}.{did_you_mean(model, names)}",
        where=_WHERE,
    )


def weights_revision(model: str) -> str:
    """What pins a model: the hash of its bytes. For a name it is known beforehand; a file is read once for each change of it."""
    if known := known_models().get(model):
        return f"sha256 {known.sha256}"
    path = Path(model).expanduser()
    return f"sha256 {sha256_of(path)}" if path.is_file() else f"{model} (not found)"


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, remembered as long as its size and time of change stay."""
    status = path.stat()
    return _sha256(path.resolve(), status.st_size, status.st_mtime_ns)


@cache
def _sha256(path: Path, size: int, changed_ns: int) -> str:
    return sha256_of_file(path)


def load_weights(model: str, sha256: str | None = None) -> Any:
    """The `whisper.model.Whisper` of a model, on the CPU, in the precision of the file.

    Args:
        sha256: the hash that the file must have; of a known name it must have the library's anyway.
    """
    path = find_weights(model)
    known = known_models().get(model)
    for expected in filter(None, (known and known.sha256, sha256)):
        if (found := sha256_of(path)) != expected:
            raise DependencyError(
                f"'{path}' has the sha256 {found}, and {expected} was expected: the file is damaged or another one.",
                where=_WHERE,
                fix=f"Delete it and run `minutes models pull`: rm '{path}'" if known else "Correct `sha256`, or the file.",
            )
    try:
        loaded = _read(path)
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        reason = str(error).split("\n", 1)[0]
        raise DependencyError(f"'{path}' is no openai-whisper checkpoint: {reason}", where=_WHERE, fix=PULL) from error
    _mark_alignment_heads(loaded, path)
    return loaded


def _read(path: Path) -> Any:
    import torch
    from accelerate import init_empty_weights
    from whisper.model import ModelDimensions, Whisper

    checkpoint = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    with init_empty_weights():  # else every weight is first filled with random numbers, which takes longer than reading it
        model = Whisper(ModelDimensions(**checkpoint["dims"]))
    model.load_state_dict(checkpoint["model_state_dict"], assign=True)
    return model.requires_grad_(False).eval()


def _mark_alignment_heads(model: Any, path: Path) -> None:
    """The heads that show where words are: measured ones for the library's models, also under another name, else the default."""
    import whisper

    names = {known.sha256: name for name, known in known_models().items()}
    if (name := names.get(sha256_of(path))) is not None:
        model.set_alignment_heads(whisper._ALIGNMENT_HEADS[name])
    heads = model.alignment_heads.to_dense()  # sparse ones cannot be moved to every device
    model.register_buffer("alignment_heads", heads, persistent=False)
