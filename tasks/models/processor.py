"""What the processor of this machine can do, as far as it decides how fast models run."""

import platform
from functools import cache
from pathlib import Path

_TELLING = (
    "avx2",
    "avx512f",
    "avx_vnni",
    "avx512_vnni",
    "avx512_bf16",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "asimd",
    "asimddp",
    "bf16",
)
_CPU_INFO = Path("/proc/cpuinfo")


@cache
def processor_flags() -> tuple[str, ...]:
    """The instruction sets that matter to models, by the names of the Linux kernel; empty where it does not run."""
    try:
        lines = _CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    found = next((line.partition(":")[2].split() for line in lines if line.lower().startswith(("flags", "features"))), [])
    return tuple(flag for flag in _TELLING if flag in found)


def processor_line() -> str:
    """`x86_64 with avx2, avx512_vnni`: for `minutes doctor`, and above what benchmarks print."""
    flags = ", ".join(processor_flags()) or "nothing known of its instruction sets"
    return f"{platform.machine()} with {flags}"


def auto_line() -> str:
    """What `auto` means for a precision on this CPU; figures: docs/experiments/recognition.md and docs/summarization.md."""
    if "amx_bf16" in processor_flags():
        return "auto is int8_bfloat16 for faster-whisper, bf16 for Whisper and language models in torch, fp32 for the rest"
    return "auto is int8 for faster-whisper, fp32 for models in torch"
