"""How many CPU threads an engine may use, so that two processes on one machine do not fight."""

import math
import os
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""`200000 100000` in a container that may use two cores; torch counts those of the whole machine."""


def own_cores() -> int:
    """The cores that this process may use: those it is bound to, and no more than its container's share."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(bound, _share()))


def wait_idly() -> None:
    """Let threads that wait for each other sleep. Works only before torch is imported, so entry points call it first.

    By default they spin. When more threads than cores are busy, that takes the core from the one they wait for: two processes of
    two threads on two cores decoded ten times slower without this.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def limit_torch(threads: int | None) -> None:
    """Let torch use so many threads, or as many as there are own cores."""
    wait_idly()
    import torch

    torch.set_num_threads(threads or own_cores())


def _share() -> int:
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # not Linux, no limit ("max"), or an older kernel
        return os.cpu_count() or 1
