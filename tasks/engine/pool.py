"""Backends opened once per process and kept for the next recording, each used by one caller at a time."""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

from tasks.engine.base import Backend, BackendChoice, Device, Options
from tasks.engine.registry import find_backend, parse_options, require_installed

_log = logging.getLogger("minutes.models")
_Key = tuple[str, str, str]
_open: dict[_Key, Backend] = {}
_in_use: defaultdict[_Key, threading.RLock] = defaultdict(threading.RLock)
_table = threading.RLock()
"""Held for a moment, to look something up."""
_opening = threading.RLock()
"""Libraries change settings of the whole process while they open a model, so one is opened at a time."""
AnyBackend = TypeVar("AnyBackend", bound=Backend)


@contextmanager
def resident(stage: str, choice: BackendChoice, device: Device, kind: type[AnyBackend]) -> Iterator[AnyBackend]:
    """The open backend for this choice, held alone while in use: models are not safe to share between threads."""
    options = parse_options(choice, stage)
    key = (f"{stage}/{choice.backend}", options.model_dump_json(), device.name)
    with _table:
        lock = _in_use[key]
    with lock:
        backend = _open.get(key) or _open_new(key, find_backend(stage, choice.backend), options, device)
        assert isinstance(backend, kind), f"{choice.backend} is no {kind.__name__}"
        yield backend


def release_all() -> None:
    """Close every open backend."""
    release()


def release(*stages: str) -> None:
    """Close the open backends of these stages, or of all. One that a thread still uses after an interrupt stays open."""
    with _table:
        keys = [key for key in _open if not stages or key[0].partition("/")[0] in stages]
    for key in keys:
        if _in_use[key].acquire(blocking=False):
            try:
                _open.pop(key).close()
            finally:
                _in_use[key].release()


def _open_new(key: _Key, backend: type[Backend], options: Options, device: Device) -> Backend:
    require_installed(backend)
    with _opening:
        started = perf_counter()
        opened = backend(options, device)
    with _table:
        _open[key] = opened
    _log.info("opened %s in %.1f s", key[0], perf_counter() - started)
    return opened
