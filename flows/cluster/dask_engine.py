"""A Dask cluster, through Prefect's own task runner."""

from collections.abc import Callable
from contextlib import nullcontext
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import dask
from distributed import CancelledError
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker
from prefect_dask import DaskTaskRunner

from configs.settings import Cluster

_GRACE_S = 2.0


class DaskEngine:
    """The workers of a scheduler. A worker that dies is replaced, its tasks go to others, each up to three times."""

    lost: tuple[type[Exception], ...] = (KilledWorker, CancelledError, CommClosedError, TimeoutError)
    gpu_offer = "--resources GPU=1"

    def __init__(self, cluster: Cluster, limit_s: float) -> None:
        self._limit_s = limit_s
        self._runner = DaskTaskRunner(address=cluster.address, client_kwargs={"timeout": limit_s})

    def open(self) -> None:
        """Connect. What answers like no scheduler would keep the client for ever, so that a thread waits for it."""
        self._runner.__enter__()
        connected: SimpleQueue[Any] = SimpleQueue()
        Thread(target=lambda: connected.put(_client_or_error(self._runner)), daemon=True).start()
        try:
            self._client = connected.get(timeout=self._limit_s + _GRACE_S)
        except Empty:
            raise TimeoutError("what listens there is no Dask scheduler") from None
        if isinstance(self._client, Exception):
            raise self._client

    def close(self) -> None:
        """Let go; the cluster stays."""
        self._runner.__exit__(None, None, None)

    def submit(self, work: Any, parameters: dict[str, Any], gpus: int) -> Any:
        """The future of a Prefect task."""
        with dask.annotate(resources={"GPU": gpus}) if gpus else nullcontext():
            return self._runner.submit(work, parameters)

    def gpus(self) -> float:
        """How many GPUs the workers offer."""
        return float(sum(worker["resources"].get("GPU", 0) for worker in self._workers().values()))

    def places(self) -> int:
        """How many tasks can run at one time."""
        return int(sum(worker["nthreads"] for worker in self._workers().values()))

    def ask_all(self, question: Callable[..., Any], *args: Any) -> dict[str, Any]:
        """The answer of each worker, or the error it met. Those at work answer too."""
        answers: dict[str, Any] = self._client.run(question, *args, on_error="return")
        return answers

    def _workers(self) -> dict[str, Any]:
        workers: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return workers


def _client_or_error(runner: DaskTaskRunner) -> Any:
    try:
        return runner.client
    except Exception as error:  # noqa: BLE001 - the thread that waits raises it
        return error
