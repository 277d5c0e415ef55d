"""Bases of the backends that hold a model in memory and take less when it runs out.

class Mine(HubBackend[Any], Summarizer):        # and a nested `class Options(HubOptions)`
    def open_model(self, load): return load_it(self.folder, load.precision, load.device)
    ...                                         # self.model is the opened one, self.fit.batches(items, work) runs it
"""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Generic

from tasks.engine.base import Backend, Device, ModelNeed
from tasks.engine.hub_options import Precision
from tasks.errors import DependencyError
from tasks.models.cpu_threads import limit_torch
from tasks.models.pinned import pin_of, place_of
from tasks.models.step_down import Load, Opened, StepDown, choose_precision
from tasks.schema import Message

OFFLINE: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
"""What `from_pretrained` is told, always: nothing is downloaded, and no code of a repository is run."""
SAFE: dict[str, Any] = {"use_safetensors": True, "output_loading_info": True, **OFFLINE}
"""The same for weights: nothing is unpickled, and missing weights are told."""


class SteppingBackend(Backend, Generic[Opened]):
    """A backend whose model is opened again with less when memory runs out. A subclass sets `fit` as it opens."""

    fit: StepDown[Opened]

    @property
    def model(self) -> Opened:
        """The opened model as it is now; do not keep it over batches."""
        return self.fit.model

    @property
    def steps(self) -> tuple[Message, ...]:
        return (*self.fit.steps, *super().steps)

    def close(self) -> None:
        self.fit.close()


class TorchBackend(SteppingBackend[Opened]):
    """A backend on torch. Its options have `batch_size`, `precision` and `threads`."""

    on_amx: ClassVar[Precision] = "fp32"
    """The precision that `auto` means on a CPU with a matrix unit: bf16 where it was measured to be as good."""

    def __init__(self, options: Any, device: Device) -> None:
        super().__init__(options, device)
        limit_torch(options.threads)
        self.fit = self.fitted(options, device)

    def fitted(self, options: Any, device: Device) -> StepDown[Opened]:
        """The model opened with the load that the options ask for, or with what fits."""
        precision = choose_precision(options.precision, device.name, f"{self.stage}.options.precision", self.on_amx)
        return StepDown(Load(options.batch_size, precision, device.name), self.open_model)

    @abstractmethod
    def open_model(self, load: Load) -> Opened:
        """The model in a precision on a device. Want of memory is raised as the library raises it."""


class HubBackend(TorchBackend[Opened]):
    """A backend with a model of the Hub or of a folder. Its `Options` are `HubOptions`."""

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (options.need,)

    @classmethod
    def revision(cls, options: Any) -> str:
        return ", ".join([super().revision(options), *map(pin_of, cls.models(options))])

    @property
    def folder(self) -> Path:
        """Where the model lies on this disk."""
        return self.folder_of(self.options.need)

    def folder_of(self, need: ModelNeed, option: str = "model") -> Path:
        """Where a model lies that this option names; a folder that is not there is refused."""
        folder = place_of(need)
        if not folder.is_dir():
            where = f"{self.stage}.options.{option}"
            raise DependencyError(f"there is no folder '{need.id}'.", where=where, fix="Correct the path.")
        return folder


def quiet_transformers() -> Any:
    """The library, with neither bars nor remarks of its own on the terminal."""
    import transformers

    library: Any = transformers
    library.utils.logging.disable_progress_bar()
    library.utils.logging.set_verbosity_error()
    return library
