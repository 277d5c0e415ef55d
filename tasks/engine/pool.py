"""The open models of one run: each opened once, kept for the next recording, and used by one caller at a time."""

import logging
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from types import TracebackType
from typing import Self, TypeVar

from tasks.engine.base import Backend, BackendChoice, Device, Options
from tasks.engine.registry import find_backend, parse_options, require_installed

_log = logging.getLogger("minutes.models")
_Key = tuple[str, str, str]
_opening = threading.RLock()
"""Libraries change settings of the whole process while they open a model, so one is opened at a time, whosever it is."""
AnyBackend = TypeVar("AnyBackend", bound=Backend)


class ModelPool:
    """Open backends. Whoever makes a pool closes it, or uses it in a `with` block, and hands it to those who need a model."""

    def __init__(self) -> None:
        self._open: dict[_Key, Backend] = {}
        self._in_use: defaultdict[_Key, threading.RLock] = defaultdict(threading.RLock)
        self._table = threading.RLock()
        """Held for a moment, to look something up."""

    @property
    def open_backends(self) -> list[str]:
        """What is open, e.g. `transcription/faster-whisper`."""
        with self._table:
            return [name for name, *_ in self._open]

    @contextmanager
    def backend(self, stage: str, choice: BackendChoice, device: Device, kind: type[AnyBackend]) -> Iterator[AnyBackend]:
        """The open backend for this choice, held alone while in use: models are not safe to share between threads.

        Raises:
            DependencyError: its packages or its model are missing.
            ResourceError: it does not fit into memory, or the device is lost.
        """
        options = parse_options(choice, stage)
        key = (f"{stage}/{choice.backend}", options.model_dump_json(), device.name)
        with self._table:
            lock = self._in_use[key]
        with lock:
            backend = self._open.get(key) or self._open_new(key, find_backend(stage, choice.backend), options, device)
            assert isinstance(backend, kind), f"{choice.backend} is no {kind.__name__}"
            yield backend

    def close(self, *stages: str) -> None:
        """Close the backends of these stages, or of all. One that a thread still uses after an interrupt stays open."""
        with self._table:
            keys = [key for key in self._open if not stages or key[0].partition("/")[0] in stages]
        for key in keys:
            if self._in_use[key].acquire(blocking=False):
                try:
                    self._open.pop(key).close()
                finally:
                    self._in_use[key].release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _open_new(self, key: _Key, backend: type[Backend], options: Options, device: Device) -> Backend:
        require_installed(backend)
        with _opening:
            started = perf_counter()
            opened = backend(options, device)
        with self._table:
            self._open[key] = opened
        _log.info("opened %s in %.1f s", key[0], perf_counter() - started)
        return opened
