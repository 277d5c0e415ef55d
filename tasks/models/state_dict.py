"""The tensors of a checkpoint of torch by their names. Nothing that is pickled beside them is run: classes become inert ones."""

import pickle
from pathlib import Path
from typing import Any

from tasks.engine.base import PULL
from tasks.errors import DependencyError


class _Inert:
    """Stands for a class of a library that is not needed to read numbers."""

    def __init__(self, *_: object) -> None: ...


def read_state_dict(path: Path) -> dict[str, Any]:
    """The tensors of a checkpoint, on the CPU; of one that Lightning wrote, those of its `state_dict`."""
    import torch

    try:
        foreign = torch.serialization.get_unsafe_globals_in_checkpoint(path)
        inert: list[Any] = [(type("Inert", (_Inert,), {}), name) for name in foreign]
        with torch.serialization.safe_globals(inert):
            found = torch.load(path, map_location="cpu", weights_only=True)
        found = found.get("state_dict", found)
        return {str(name): tensor for name, tensor in found.items() if isinstance(tensor, torch.Tensor)}
    except (OSError, RuntimeError, EOFError, AttributeError, TypeError, ValueError, pickle.UnpicklingError) as error:
        reason = str(error).split("\n", 1)[0]
        raise DependencyError(f"'{path.name}' holds no weights that can be read: {reason}", where=str(path), fix=PULL) from error
