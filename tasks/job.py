"""One recording's trip through the stages, and the one way in which a stage's result is reused or made."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from pydantic import BaseModel

from tasks.engine.base import Device
from tasks.files import displayable
from tasks.path_text import PathText
from tasks.progress import report_progress
from tasks.schema import Model
from tasks.store import Ref, Store, digest

Result = TypeVar("Result", bound=BaseModel)


class Job(Model):
    """What every stage of one recording needs to know. Small and JSON-able, so that it can travel anywhere."""

    path: PathText
    out: str
    device: Device
    force: bool = False
    parts: tuple[PathText, ...] = ()
    """All files of a meeting that came in several, `path` the first of them."""

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
        return Path(self.out) / ".work"

    @property
    def store(self) -> Store:
        return Store(self.work)


def stored(
    job: Job,
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
            report_progress(stage, 1.0)
            return Ref.to(stage, job.store.path(stage, key), found, cached=True, seconds=perf_counter() - started)
    log.info("%s: %s started", job.name, stage)
    report_progress(stage, 0.0)
    result = make()
    path = job.store.save(stage, key if keep(result) else digest([key, "not kept"]), result)
    seconds = perf_counter() - started
    report_progress(stage, 1.0)
    log.info("%s: %s took %.1f s", job.name, stage, seconds)
    return Ref.to(stage, path, result, cached=False, seconds=seconds)
