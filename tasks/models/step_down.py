"""With less when memory runs out: half the batch, then a lower precision, then the CPU. Each step is a sentence for the report.

Shared by the engines that run on torch. A GPU whose context broke is another matter: nothing in this process can use it any more.
"""

import gc
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from tasks.engine.hub_options import Precision, Wanted
from tasks.errors import ConfigError, ResourceError
from tasks.language.messages import message
from tasks.models.allocator import give_back_memory
from tasks.models.processor import processor_flags
from tasks.schema import Message

DTYPES = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}
"""What torch and numpy call a precision."""
PROCESS_IS_LOST = "this process can no longer use the GPU and must end"
_OUT_OF_MEMORY = re.compile(
    r"out of memory|can't allocate memory|not enough memory|_STATUS_(ALLOC_FAILED|NOT_INITIALIZED)", re.IGNORECASE
)
_NOT_BROKEN = re.compile(r"no kernel image|invalid device ordinal|busy or unavailable|driver version is insufficient")
_BROKEN = re.compile(
    r"CUDA error|CU(BLAS|DNN|SPARSE|SOLVER)_STATUS_(EXECUTION_FAILED|INTERNAL_ERROR|MAPPING_ERROR)"
    r"|device-side assert|illegal memory access|unspecified launch failure|uncorrectable ECC",
    re.IGNORECASE,
)
Opened = TypeVar("Opened")
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Load:
    """How much is asked of a device."""

    batch_size: int
    precision: Precision
    device: str


class StepDown(Generic[Opened]):
    """An opened model and its load; both change when memory runs out."""

    def __init__(self, load: Load, open_model: Callable[[Load], Opened], steps: tuple[Message, ...] = ()) -> None:
        self.load, self._open_model, self._wanted = load, open_model, load
        self.steps = steps
        """What had to be given up, what was known before the model was opened first."""
        self._opened: Opened | None = None
        self._reopen()

    @property
    def model(self) -> Opened:
        """The model as it is now; do not keep it over batches."""
        assert self._opened is not None, "closed"
        return self._opened

    def batches(self, items: Sequence[Item], work: Callable[[Sequence[Item]], list[Result]]) -> Iterator[Result]:
        """One result an item, in order; a batch that does not fit is done again with less."""
        done = 0
        while done < len(items):
            batch = items[done : done + self.load.batch_size]
            results = self._attempt(lambda batch=batch: work(batch))  # type: ignore[misc]
            if results is None:
                self._step_down(len(batch))
                continue
            yield from results
            done += len(batch)

    def close(self) -> None:
        """Let go of the model, if there is one."""
        if self._opened is not None:
            self._opened = None
            _give_back(self.load.device)

    def _attempt(self, work: Callable[[], Result]) -> Result | None:
        """What the work gives, or None if memory ran out: outside of `except`, whose traceback holds on to the memory."""
        try:
            return work()
        except (RuntimeError, MemoryError) as error:
            if lost := lost_process(error, self.load.device):
                raise lost from error
            if not ran_out_of_memory(error):
                raise
        return None

    def _step_down(self, items: int) -> None:
        """Half the batch; with a batch of one, another model."""
        if items > 1:
            half = items // 2
            self._note(message("smaller_batch", device=self.load.device, batch=items, half=half))
            self.load = replace(self.load, batch_size=half)
            _give_back(self.load.device)
        else:
            self.load = self._lighter()
            self._reopen()

    def _lighter(self) -> Load:
        load = self.load
        if load.device == "cpu":
            raise ResourceError(
                f"memory ran out on the CPU with one window at a time in {load.precision}.",
                fix="Choose a smaller model, or close other programs.",
            )
        if load.precision == "fp32" and load.device.startswith("cuda"):
            self._note(message("half_precision", device=load.device))
            return replace(load, precision="fp16")
        self._note(message("to_the_cpu", device=load.device, precision=load.precision))
        return replace(self._wanted, precision="fp32", device="cpu")

    def _reopen(self) -> None:
        self.close()
        while (opened := self._attempt(lambda: self._open_model(self.load))) is None:
            _give_back(self.load.device)
            self.load = self._lighter()
        self._opened = opened

    def _note(self, step: Message) -> None:
        self.steps = (*self.steps, step)


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch or Python says that memory ran out."""
    return isinstance(error, MemoryError) or bool(_OUT_OF_MEMORY.search(str(error)))


def broke_the_context(error: BaseException) -> bool:
    """Whether an error of CUDA leaves the GPU unusable for this process."""
    text = str(error)
    return bool(_BROKEN.search(text)) and not ran_out_of_memory(error) and not _NOT_BROKEN.search(text)


def is_of_the_device(error: BaseException) -> bool:
    """Whether an error is for `StepDown` to answer, rather than the engine's failure on its input."""
    return ran_out_of_memory(error) or broke_the_context(error)


def lost_process(error: BaseException, device: str) -> ResourceError | None:
    """The error to raise instead if this one leaves the GPU unusable, for other recordings too: the process must end."""
    if not broke_the_context(error):
        return None
    reason = str(error).split("\n", 1)[0]
    what = f"{device} broke down: {reason}; {PROCESS_IS_LOST}."
    return ResourceError(what, fix="Run it again; if it recurs, use device: cpu.", fatal=True)


def choose_precision(wanted: Wanted, device: str, where: str, on_amx: Precision = "fp32") -> Precision:
    """The precision for a device: `auto` is fp16 on CUDA, `on_amx` on a CPU with a matrix unit, else fp32.

    What the device lacks is refused.
    """
    if wanted == "auto" and device == "cpu" and "amx_bf16" in processor_flags():
        return on_amx
    if wanted == "auto":
        return "fp16" if device.startswith("cuda") and has_precision("fp16", device) else "fp32"
    if not has_precision(wanted, device):
        able = [name for name in ("fp32", "fp16", "bf16") if has_precision(name, device)]
        raise ConfigError(
            f"{device} cannot compute in {wanted}; it can in {', '.join(able)}.", where=where, fix="Use precision: auto."
        )
    return wanted


def has_precision(precision: str, device: str) -> bool:
    """Whether the device has arithmetic of its own for that precision: "fp32", "fp16" or "bf16"."""
    import torch

    if precision == "fp32":
        return True
    if device.startswith("cuda"):
        major, minor = torch.cuda.get_device_capability(device)
        return (major, minor) >= ((8, 0) if precision == "bf16" else (5, 3))
    if device == "mps":
        return precision == "fp16"
    return precision == "bf16" and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _give_back(device: str) -> None:
    gc.collect()
    give_back_memory()
    if device != "cpu":
        import torch

        getattr(torch, device.split(":", maxsplit=1)[0]).empty_cache()
