"""Memory that a model works with: used again while it is open, given back when it is closed."""

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the settings are those of glibc")
_PIECES = """
import resource, sys, threading
import numpy as np
from tasks.models.allocator import give_back_memory, keep_memory

def held_mb():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() / 2**20

def work():
    np.ones(20_000_000, dtype=np.float32)  # 76 MiB: more than glibc keeps by itself, and than a thread's arena can hold
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(5):
        np.ones(20_000_000, dtype=np.float32)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print(after.ru_minflt - before.ru_minflt)

if sys.argv[1] == "kept":
    keep_memory()
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(held_mb())
give_back_memory()
print(held_mb())
"""


def in_own_process(how: str) -> tuple[float, float, float]:
    """Pages asked for while pieces of 76 MiB come and go, and MiB held before and after giving back."""
    done = subprocess.run([sys.executable, "-c", _PIECES, how], capture_output=True, text=True, check=True)
    pages, before, after = map(float, done.stdout.split())
    return pages, before, after


def test_big_pieces_are_used_again():
    as_it_is, kept = in_own_process("as it is"), in_own_process("kept")
    assert kept[0] < as_it_is[0] / 10


def test_what_was_kept_is_given_back():
    _, before, after = in_own_process("kept")
    assert before - after > 60
