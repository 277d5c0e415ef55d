"""Opens models on the workers of an existing Ray or Dask cluster, through Prefect's own task runners.

This process decodes, decides and writes. What opens a model is handed over: each span of a recording, and each stage that
has a model. Small values travel; audio and results lie in the work folder, which all machines see under the same path.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from prefect.settings import PREFECT_API_URL
from prefect.utilities.callables import get_call_parameters

from configs.load import LoadedConfig
from configs.problems import check_machine
from configs.settings import Cluster
from flows.cluster.worker_check import WorkerQuestion, look
from flows.finished import config_key
from tasks.errors import ConfigError, DependencyError, MinutesError, ResourceError
from tasks.job import Job

_CONNECT_LIMIT_S = 10.0
_WHERE = "hardware.cluster"
_log = logging.getLogger("minutes.cluster")


class ClusterEngine(Protocol):
    """A Ray or a Dask cluster."""

    lost: tuple[type[Exception], ...]
    """What is raised when workers die at a task again and again, or the cluster is gone."""
    gpu_offer: str
    """The option with which its workers offer a GPU."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def submit(self, work: Any, parameters: dict[str, Any], gpus: int) -> Any: ...

    def gpus(self) -> float: ...

    def places(self) -> int: ...

    def ask_all(self, question: Callable[..., Any], *args: Any) -> dict[str, Any]: ...


@contextmanager
def cluster(loaded: LoadedConfig, jobs: Sequence[Job]) -> "Iterator[ClusterWorkers | None]":
    """The workers of the cluster that the configuration names, inside the block; None if it names none.

    Raises before anything is done if the cluster does not answer, or if one of its workers lacks something.
    """
    choice = loaded.config.hardware.cluster
    if choice is None or not jobs:
        yield None
        return
    if problems := check_machine(loaded.config):
        raise ConfigError.joined(f"{loaded.name}: {problem}" for problem in problems)
    engine = _connect(choice)
    try:
        require_workers(engine, loaded, jobs[0])
        _log.info("%d places on the %s cluster at %s", engine.places(), choice.engine, choice.address)
        yield ClusterWorkers(engine)
    finally:
        engine.close()


class ClusterWorkers:
    """Runs Prefect tasks on a cluster. Safe to be called by several threads."""

    def __init__(self, engine: ClusterEngine) -> None:
        self._engine = engine

    def run(self, work: Any, calls: Iterable[tuple[tuple[Any, ...], dict[str, Any]]]) -> Iterator[Any]:
        """What the task gives for each call, in order; a call on a GPU asks for one."""
        futures = [self._submit(work, *call) for call in calls]
        for future in futures:
            yield self._result(future)

    def _submit(self, work: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        job: Job = args[0]
        try:
            return self._engine.submit(work, get_call_parameters(work.fn, args, kwargs), int(job.device.name == "cuda"))
        except self._engine.lost as error:
            raise _lost(error) from error

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except MinutesError:
            raise
        except self._engine.lost as error:
            raise _lost(error) from error


def require_workers(engine: ClusterEngine, loaded: LoadedConfig, job: Job) -> None:
    """Raise if the cluster has no workers, or if one of them lacks what the work needs."""
    if not engine.places():
        raise ResourceError("has no workers.", where=_WHERE, fix="Start some: docs/cluster.md says how.")
    if job.device.name == "cuda" and not engine.gpus():
        fix = f"Start them with {engine.gpu_offer}, or use device: cpu."
        raise ResourceError("no worker offers a GPU.", where=_WHERE, fix=fix)
    with _sign(job.work) as (path, token):
        question = WorkerQuestion(
            config=loaded.config.model_dump_json(),
            config_name=loaded.name,
            key=config_key(loaded.config, loaded.name),
            sign=str(path),
            token=token,
            recording=str(Path(job.path).resolve()),
            server=str(PREFECT_API_URL.value()),
        )
        for worker, answer in engine.ask_all(look, question.model_dump_json()).items():
            if answer is not None:
                raise DependencyError(f"the worker {worker} {_complaint(answer)}", where=_WHERE)


def _connect(choice: Cluster) -> ClusterEngine:
    try:
        socket.create_connection(choice.host_and_port, timeout=_CONNECT_LIMIT_S).close()
        engine = _engine(choice)
        engine.open()
    except (Exception, SystemExit) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        fix = "Start it, or correct hardware.cluster."
        raise DependencyError(f"no {choice.engine} cluster answers ({reason}).", where=choice.address, fix=fix) from error
    return engine


def _engine(choice: Cluster) -> ClusterEngine:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    if choice.engine == "ray":
        from flows.cluster.ray_engine import RayEngine

        return RayEngine(choice, _CONNECT_LIMIT_S)
    from flows.cluster.dask_engine import DaskEngine

    return DaskEngine(choice, _CONNECT_LIMIT_S)


@contextmanager
def _sign(work: Path) -> Iterator[tuple[Path, str]]:
    """A small file in the work folder while the block lasts, and what is in it."""
    token = uuid4().hex
    path = work / f".sign-{token}"
    work.mkdir(parents=True, exist_ok=True)
    path.write_text(token)
    try:
        yield path, token
    finally:
        path.unlink(missing_ok=True)


def _complaint(answer: str | Exception) -> str:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, ImportError):
        return f"cannot import audio-minutes ({answer}): install the same release on every machine."
    if isinstance(answer, TimeoutError):
        return "does not answer in time: look at its log."
    return f"fails ({type(answer).__name__}: {' '.join(str(answer).split())[:200]}): look at its log."


def _lost(error: Exception) -> ResourceError:
    reason = type(error).__name__
    fix = "What is done is stored: look at the logs of its workers, and run the same command again to go on."
    return ResourceError(f"the cluster lost a task for good ({reason}).", where=_WHERE, fix=fix)
