"""Turns a plain stage function into a Prefect task, run here or on a cluster. The only place where stages meet Prefect."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from tasks.engine.pool import ModelPool
from tasks.errors import ResourceError
from tasks.job import Job, Run
from tasks.store import Ref

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
_log = logging.getLogger("minutes.worker")
_log_of_stage = logging.getLogger("minutes.stage")


@cache
def run_of_this_worker() -> Run:
    """What all recordings share that come to this worker process: models stay open from one task to the next, until it ends."""
    return Run(ModelPool())


def stage_task(
    function: Callable[Concatenate[Job, Run, Arguments], Ref], name: str, *, opens_model: bool = False
) -> Callable[Concatenate[Job, Run, Arguments], Ref]:
    """The stage as a Prefect task named after the stage and the recording, whose state says if a stored result was reused.

    A stage that the minutes can do without fails in Prefect's eyes too, and its result is used all the same.

    Results are stored under content keys by `tasks.job.stored`, not by Prefect: the same store serves runs
    with and without Prefect, holds JSON only, and survives the loss of Prefect's database.

    Args:
        opens_model: such a stage runs on the workers of the run, if there are any.
    """

    @wraps(function)
    def work(job: Job, run: Run, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        ref = function(job, run, *args, **kwargs)
        message = f"reused {ref.path}" if ref.cached else f"{ref.seconds:.1f} s, {ref.path}"
        if ref.failure:
            _log_of_stage.warning("%s: %s. The rest goes on; the next run tries it again.", job.name, ref.failure.rstrip("."))
            return Failed(message=ref.failure, data=ref)
        return Completed(name="Cached" if ref.cached else "Completed", message=message, data=ref)

    here, there = _as_task(work, name), _as_task(_on_worker(work), name)

    @wraps(function)
    def call(job: Job, run: Run, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Ref:
        if opens_model and run.workers:
            [ref] = run.workers.run(there, [((job, None, *args), kwargs)])
        else:
            state: Any = here(job, run, *args, return_state=True, **kwargs)
            ref = state.result(raise_on_failure=False)
        if isinstance(ref, BaseException):
            raise ref
        assert isinstance(ref, Ref)
        return ref

    return call  # type: ignore[return-value]  # mypy tells apart `job` by position and by name


def each_part(function: Callable[..., Result], name: str) -> Callable[[Run, Sequence[tuple[Any, ...]]], Iterator[Result]]:
    """What the function gives for each job and its arguments, in order: one after the other here, or all at once on the workers.

    The function takes the run after the job. On workers each call is a Prefect task.
    """
    there = _as_task(_on_worker(function), name)

    @wraps(function)
    def call(run: Run, parts: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
        if run.workers:
            yield from run.workers.run(there, [((job, None, *rest), {}) for job, *rest in parts])
        else:
            yield from (function(job, run, *rest) for job, *rest in parts)

    return call


def _as_task(function: Callable[..., Any], name: str) -> Any:
    """A Prefect task named after the recording too, which keeps nothing itself."""
    return task(name=name, task_run_name=f"{name} · {{job.name}}", cache_policy=NO_CACHE, persist_result=False)(function)


def _on_worker(function: Callable[..., Result]) -> Callable[..., Result]:
    """The same in a process that others use after it, with the run of that process in place of none.

    Broken for good, the process ends, and the cluster tries again in another one.
    """

    @wraps(function)
    def work(job: Job, run: None, *args: Any, **kwargs: Any) -> Result:
        try:
            return function(job, run_of_this_worker(), *args, **kwargs)
        except ResourceError as error:
            if error.fatal:
                _log.exception("this worker can do no more work")
                os._exit(1)
            raise

    return work
