"""Backends opened once per process and kept for the next recording, each used by one caller at a time."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TypeVar

from tasks.backend import Backend, BackendChoice, Device
from tasks.registry import find_backend, parse_options, require_installed

_log = logging.getLogger("minutes.models")
_open: dict[tuple[str, str, str], Backend] = {}
_lock = threading.RLock()
AnyBackend = TypeVar("AnyBackend", bound=Backend)


@contextmanager
def resident(stage: str, choice: BackendChoice, device: Device, kind: type[AnyBackend]) -> Iterator[AnyBackend]:
    """The open backend for this choice, held alone while in use: models are not safe to share between threads."""
    with _lock:
        backend = _get(stage, choice, device)
        assert isinstance(backend, kind), f"{choice.backend} is no {kind.__name__}"
        yield backend


def release_all() -> None:
    """Close every open backend."""
    with _lock:
        while _open:
            _open.popitem()[1].close()


def _get(stage: str, choice: BackendChoice, device: Device) -> Backend:
    options = parse_options(choice, stage)
    key = (f"{stage}/{choice.backend}", options.model_dump_json(), device.name)
    if key not in _open:
        backend = find_backend(stage, choice.backend)
        require_installed(backend)
        started = perf_counter()
        _open[key] = backend(options, device)
        _log.info("opened %s in %.1f s", key[0], perf_counter() - started)
    return _open[key]
