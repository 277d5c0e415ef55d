"""Turns a plain stage function into a Prefect task. The only place where stages meet Prefect."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed

from tasks.job import Job
from tasks.store import Ref

Arguments = ParamSpec("Arguments")


def stage_task(function: Callable[Concatenate[Job, Arguments], Ref], name: str) -> Callable[Concatenate[Job, Arguments], Ref]:
    """The stage as a Prefect task named after the stage and the recording, whose state says if a stored result was reused.

    Results are stored under content keys by `tasks.job.stored`, not by Prefect: the same store serves runs
    with and without Prefect, holds JSON only, and survives the loss of Prefect's database.
    """

    @task(name=name, task_run_name=f"{name} · {{job.name}}", cache_policy=NO_CACHE, persist_result=False)
    @wraps(function)
    def run(job: Job, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Any:
        ref = function(job, *args, **kwargs)
        message = f"reused {ref.path}" if ref.cached else f"{ref.seconds:.1f} s, {ref.path}"
        return Completed(name="Cached" if ref.cached else "Completed", message=message, data=ref)

    @wraps(function)
    def call(job: Job, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Ref:
        state: Any = run(job, *args, **kwargs)
        ref: Ref = state.result()
        return ref

    return call  # type: ignore[return-value]  # mypy tells apart `job` by position and by name
