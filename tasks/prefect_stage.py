"""Turns a plain stage function into a Prefect task, run here or on a cluster. The only place where stages meet Prefect."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from tasks.errors import ResourceError
from tasks.job import Job
from tasks.store import Ref

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_log = logging.getLogger("minutes.worker")


class Workers(Protocol):
    """Other processes that open models, so that this one does not."""

    def run(self, work: Any, calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]) -> Iterator[Any]:
        """What a Prefect task gives for each call, in order; all calls are handed over at once. The first argument is the job."""


_workers: ContextVar[Workers | None] = ContextVar("workers", default=None)


@contextmanager
def working_on(workers: Workers) -> Iterator[None]:
    """Inside the block, whatever opens a model runs on these workers."""
    token = _workers.set(workers)
    try:
        yield
    finally:
        _workers.reset(token)


def works_elsewhere() -> bool:
    """Whether models are opened by other processes than this one."""
    return _workers.get() is not None


def stage_task(
    function: Callable[Concatenate[Job, Arguments], Ref], name: str, *, opens_model: bool = False
) -> Callable[Concatenate[Job, Arguments], Ref]:
    """The stage as a Prefect task named after the stage and the recording, whose state says if a stored result was reused.

    Results are stored under content keys by `tasks.job.stored`, not by Prefect: the same store serves runs
    with and without Prefect, holds JSON only, and survives the loss of Prefect's database.

    Args:
        opens_model: such a stage runs on the workers, if there are any.
    """

    @wraps(function)
    def work(job: Job, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        ref = function(job, *args, **kwargs)
        message = f"reused {ref.path}" if ref.cached else f"{ref.seconds:.1f} s, {ref.path}"
        return Completed(name="Cached" if ref.cached else "Completed", message=message, data=ref)

    here, there = _as_task(work, name), _as_task(_on_worker(work), name)

    @wraps(function)
    def call(job: Job, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Ref:
        workers = _workers.get() if opens_model else None
        if workers:
            [ref] = workers.run(there, [((job, *args), kwargs)])
        else:
            state: Any = here(job, *args, **kwargs)
            ref = state.result()
        assert isinstance(ref, Ref)
        return ref

    return call  # type: ignore[return-value]  # mypy tells apart `job` by position and by name


def each_part(function: Callable[..., Result], name: str) -> Callable[[Sequence[tuple[Any, ...]]], Iterator[Result]]:
    """What the function gives for each tuple of arguments, in order: one after the other here, or all at once on the workers.

    The first argument is the job. On workers each call is a Prefect task.
    """
    there = _as_task(_on_worker(function), name)

    @wraps(function)
    def call(parts: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
        if workers := _workers.get():
            yield from workers.run(there, [(part, {}) for part in parts])
        else:
            yield from (function(*part) for part in parts)

    return call


def _as_task(function: Callable[..., Any], name: str) -> Any:
    """A Prefect task named after the recording too, which keeps nothing itself."""
    return task(name=name, task_run_name=f"{name} · {{job.name}}", cache_policy=NO_CACHE, persist_result=False)(function)


def _on_worker(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The same in a process that others use after it: broken for good, it ends, and the cluster tries again in another one."""

    @wraps(function)
    def work(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except ResourceError as error:
            if error.fatal:
                _log.exception("this worker can do no more work")
                os._exit(1)
            raise

    return work
