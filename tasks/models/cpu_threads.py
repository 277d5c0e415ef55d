"""How many CPU threads an engine may use, so that two processes on one machine do not fight."""

import math
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
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


@contextmanager
def one_core_each(threads: int) -> Iterator[Executor]:
    """So many threads, in each of which torch uses one core.

    Many small networks run side by side are faster than one after the other with all cores for each, which then mostly wait.
    """
    import torch

    before = torch.get_num_threads()
    try:
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(before)  # it sets the number of threads that begin later, too


def _share() -> int:
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return math.ceil(int(quota) / int(period))
    except (OSError, ValueError):  # not Linux, no limit ("max"), or an older kernel
        return os.cpu_count() or 1
