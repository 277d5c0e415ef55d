"""What happens when memory runs out or a GPU breaks, with engines that are told when to fail."""

import pytest
import torch

from tasks.errors import ConfigError, ResourceError
from tasks.models import step_down
from tasks.models.step_down import (
    Load,
    StepDown,
    broke_the_context,
    choose_precision,
    is_of_the_device,
    ran_out_of_memory,
)

OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
BROKEN = (
    "CUDA error: device-side assert triggered\nCompile with `TORCH_USE_CUDA_DSA`",
    "CUDA error: an illegal memory access was encountered",
    "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`",
    "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    "CUDA error: unspecified launch failure",
)


class Engine:
    """Doubles numbers, as long as a batch is no larger than fits in a precision on a device."""

    def __init__(self, fits: dict[tuple[str, str], int]) -> None:
        self.fits, self.opened, self.batches = fits, [], []

    def open(self, load: Load) -> Load:
        self.opened.append(load)
        if self.fits[load.device, load.precision] == 0:
            raise OUT_OF_MEMORY
        return load

    def work(self, load: Load, batch: list[int]) -> list[int]:
        self.batches.append(len(batch))
        if len(batch) > self.fits[load.device, load.precision]:
            raise OUT_OF_MEMORY
        return [2 * number for number in batch]


@pytest.fixture(autouse=True)
def without_a_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)


def run(engine: Engine, load: Load, items: int = 10) -> StepDown:
    fit = StepDown(load, engine.open)
    assert list(fit.batches(range(items), lambda batch: engine.work(fit.model, batch))) == [2 * item for item in range(items)]
    return fit


def test_enough_memory_changes_nothing():
    engine = Engine({("cuda", "fp16"): 99})
    fit = run(engine, Load(4, "fp16", "cuda"))
    assert (fit.steps, engine.batches) == ((), [4, 4, 2])


def test_batch_is_halved_until_it_fits_and_stays_so():
    engine = Engine({("cuda", "fp16"): 3})
    fit = run(engine, Load(8, "fp16", "cuda"))
    assert engine.batches == [8, 4, 2, 2, 2, 2, 2]
    assert tuple(map(str, fit.steps)) == (
        "memory ran out on cuda with a batch of 8, so 4 were taken at once",
        "memory ran out on cuda with a batch of 4, so 2 were taken at once",
    )


def test_precision_is_lowered_when_not_even_one_fits():
    engine = Engine({("cuda", "fp32"): 0, ("cuda", "fp16"): 2})
    fit = run(engine, Load(2, "fp32", "cuda"))
    assert fit.load == Load(2, "fp16", "cuda")
    assert tuple(map(str, fit.steps)) == ("memory ran out on cuda in fp32, so fp16 was used",)


def test_the_cpu_comes_last_and_takes_whole_batches_again():
    engine = Engine({("cuda", "fp32"): 1, ("cuda", "fp16"): 0, ("cpu", "fp32"): 99})
    engine.fits["cuda", "fp32"] = 0
    fit = run(engine, Load(8, "fp32", "cuda"))
    assert fit.load == Load(8, "fp32", "cpu")
    assert fit.steps[-1].message == "memory ran out on cuda in fp16, so the CPU did the work in fp32, which is slow"


def test_memory_that_runs_out_amid_the_work_changes_the_model_too():
    engine = Engine({("cuda", "fp16"): 1, ("cpu", "fp32"): 99})
    fit = StepDown(Load(1, "fp16", "cuda"), engine.open)
    engine.fits["cuda", "fp16"] = 0
    assert list(fit.batches([1, 2], lambda batch: engine.work(fit.model, batch))) == [2, 4]
    assert [load.device for load in engine.opened] == ["cuda", "cpu"]


def test_nothing_left_to_give_up_is_an_error_with_advice():
    with pytest.raises(ResourceError) as caught:
        run(Engine({("cpu", "fp32"): 0}), Load(4, "fp32", "cpu"))
    assert str(caught.value) == (
        "memory ran out on the CPU with one window at a time in fp32. Choose a smaller model, or close other programs."
    )


@pytest.mark.parametrize(
    "error",
    [
        OUT_OF_MEMORY,
        MemoryError(),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        ),
        RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
    ],
    ids=str,
)
def test_lack_of_memory_is_known_by_its_messages(error):
    assert ran_out_of_memory(error)
    assert not broke_the_context(error)


@pytest.mark.parametrize("message", BROKEN)
def test_a_broken_gpu_ends_the_process(message):
    def broken(batch: list[int]) -> list[int]:
        raise RuntimeError(message)

    fit = StepDown(Load(4, "fp16", "cuda"), lambda load: load)
    with pytest.raises(ResourceError, match="can no longer use the GPU and must end") as caught:
        list(fit.batches([1], broken))
    assert caught.value.fatal
    assert tuple(map(str, fit.steps)) == ()


@pytest.mark.parametrize("message", ["shape mismatch", "CUDA error: no kernel image is available for execution on the device"])
def test_other_errors_are_left_to_the_engine(message):
    error = RuntimeError(message)
    assert not is_of_the_device(error)
    assert not ResourceError("the disk is full.").fatal


def test_precision_follows_the_device(monkeypatch):
    monkeypatch.setattr(step_down, "processor_flags", lambda: ("avx512_bf16",))
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (8, 6))
    assert choose_precision("auto", "cpu", "x") == "fp32"
    assert choose_precision("auto", "cuda", "x") == "fp16"
    assert choose_precision("bf16", "cuda:1", "x") == "bf16"


def test_precision_of_a_cpu_with_a_matrix_unit_is_that_of_the_backend(monkeypatch):
    monkeypatch.setattr(step_down, "processor_flags", lambda: ("amx_bf16",))
    assert [choose_precision(wanted, "cpu", "x", "bf16") for wanted in ("auto", "fp32")] == ["bf16", "fp32"]
    assert choose_precision("auto", "cpu", "x") == "fp32"


def test_precision_that_the_device_lacks_is_refused(monkeypatch):
    monkeypatch.setattr(step_down, "has_precision", lambda precision, device: precision == "fp32")
    with pytest.raises(ConfigError) as caught:
        choose_precision("fp16", "cpu", "transcription.options.precision")
    assert str(caught.value) == (
        "transcription.options.precision: cpu cannot compute in fp16; it can in fp32. Use precision: auto."
    )


def test_old_gpus_have_no_bfloat16(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (7, 5))
    with pytest.raises(ConfigError, match="cuda cannot compute in bf16; it can in fp32, fp16"):
        choose_precision("bf16", "cuda", "x")
