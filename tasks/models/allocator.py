"""The memory that a model works with, kept while it is open and given back when it is closed.

glibc takes each piece above 32 MB from the kernel anew and gives it back at once, and the kernel fills it with zeros every time.
Whisper's encoder has such pieces in every layer (8 heads x 1500 x 1500 numbers are 72 MB): a quarter of its time for a window of
30 s went there. Figures are in docs/experiments/recognition.md.
"""

import ctypes
from typing import Any

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of `mallopt`, from malloc.h of glibc."""
_KEPT_BYTES = 512 << 20
"""The scores of one window in the largest Whisper take 180 MB, and two such pieces are alive at once."""


def keep_memory() -> None:
    """Use freed memory again instead of asking the kernel; does nothing where the C library is not glibc.

    One arena for all threads: those of other threads hold no piece above 64 MB, so such a piece would go the old way.
    """
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(_ARENA_MAX, 1)
        mallopt(_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)


def give_back_memory() -> None:
    """Hand what was freed to the kernel, so that the next model finds it."""
    if (trim := _of_glibc("malloc_trim")) is not None:
        trim(0)


def _of_glibc(name: str) -> Any:
    """A function of glibc, or None where there is none."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):  # Windows has no library without a name
        return None
