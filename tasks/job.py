"""One recording's way through the stages, the run it belongs to, and the one way in which a stage's result is reused or made."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from tasks.engine.base import Device, Progress
from tasks.engine.pool import ModelPool
from tasks.files import displayable
from tasks.path_text import PathText
from tasks.schema import Model
from tasks.store import Ref, Store, digest

Result = TypeVar("Result", bound=BaseModel)
Kept = TypeVar("Kept")


WORK = ".work"
"""The folder of intermediate results, in that of the minutes."""


class Job(Model):
    """What every stage of one recording needs to know. Small and JSON-able, so that it can travel anywhere."""

    path: PathText
    out: str
    device: Device
    force: bool = False
    parts: tuple[PathText, ...] = ()
    """All files of a meeting that came in several, `path` the first of them."""
    results: PathText | None = None
    """Where intermediate results lie, if not below `out`: runs that are compared share them."""
    died_before: bool = False
    """An earlier process died while it worked on this recording: it is worked on alone and after the rest."""

    @property
    def name(self) -> str:
        return displayable(Path(self.path).name)

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read: the parts of the meeting, else the recording alone."""
        return tuple(Path(part) for part in self.parts or (self.path,))

    @property
    def work(self) -> Path:
        """The folder of intermediate results; it can be deleted at any time."""
        return Path(self.results or Path(self.out) / WORK)

    @property
    def store(self) -> Store:
        return Store(self.work)


class Workers(Protocol):
    """Other processes that open models, so that this one does not."""

    def run(self, work: Any, calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]) -> Iterator[Any]:
        """What a Prefect task gives for each call, in order; all calls are handed over at once. The first argument is the job."""


class RunStopped(BaseException):
    """The run was interrupted, and the work is left where it may be. No `except Exception` holds it."""


class Run:
    """What the recordings of one run share. It is made by who starts the run, and given to every stage after the job.

    Safe to be used by several threads, one recording each. It does not travel: a worker of a cluster has its own.
    """

    def __init__(
        self,
        pool: ModelPool,
        workers: Workers | None = None,
        progress: Callable[[str, str, float], None] = lambda path, stage, share: None,
    ) -> None:
        self.pool = pool
        """The open models."""
        self.workers = workers
        """Those who open the models instead, if there are any."""
        self._progress, self._stopped = progress, threading.Event()
        self._kept: dict[Any, Any] = {}

    def checkpoint(self, job: Job, stage: str, share: float) -> None:
        """Tell how much of a stage is done, 0 to 1. Raises `RunStopped` if the run is to end: stages call it where they may."""
        if self._stopped.is_set():
            raise RunStopped
        self._progress(job.path, stage, min(1.0, max(0.0, share)))

    def progress(self, job: Job, stage: str) -> Progress:
        """The checkpoints of one stage of one recording, for those who know neither."""
        return lambda share: self.checkpoint(job, stage, share)

    def keep(self, kind: Callable[[Path], Kept], folder: Path) -> Kept:
        """What is known of a folder from one recording of the run to the next, made for the first one that asks."""
        kept: Kept = self._kept.get((kind, folder)) or self._kept.setdefault((kind, folder), kind(folder))
        return kept

    def stop(self) -> None:
        """Have every thread of the run end at its next checkpoint."""
        self._stopped.set()


def stored(  # noqa: PLR0913 - the job, its run, and what decides the result
    job: Job,
    run: Run,
    stage: str,
    kind: type[Result],
    inputs: Iterable[Any],
    make: Callable[[], Result],
    *,
    keep: Callable[[Result], bool] = lambda result: True,
) -> Ref:
    """The stored result for these inputs, or a new one made, saved and returned.

    Args:
        inputs: everything that decides the result, JSON-able: stage version, options, digests of what it reads.
        keep: says whether a new result may be reused next time; a failed enrichment is tried again instead.
    """
    log = logging.getLogger(f"minutes.{stage}")
    key = digest([stage, *inputs])
    started = perf_counter()
    if not job.force:
        found = job.store.load(stage, key, kind)
        if found is not None:
            log.info("%s: reused %s", job.name, key[:12])
            run.checkpoint(job, stage, 1.0)
            return Ref.to(stage, job.store.path(stage, key), found, cached=True, seconds=perf_counter() - started)
    log.info("%s: %s started", job.name, stage)
    run.checkpoint(job, stage, 0.0)
    result = make()
    path = job.store.save(stage, key if keep(result) else digest([key, "not kept"]), result)
    seconds = perf_counter() - started
    run.checkpoint(job, stage, 1.0)
    log.info("%s: %s took %.1f s", job.name, stage, seconds)
    return Ref.to(stage, path, result, cached=False, seconds=seconds)
