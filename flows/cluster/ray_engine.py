"""A Ray cluster, through Prefect's own task runner."""

import logging
import os
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import grpc
import ray
from prefect_ray import RayTaskRunner
from prefect_ray.context import remote_options
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from configs.settings import Cluster

_ANSWER_LIMIT_S = 120.0
"""A process imports half of this program before it answers for the first time."""


class RayEngine:
    """The nodes of a head. Tasks of a process that dies run again in another one, each up to three times."""

    lost: tuple[type[Exception], ...] = (ray.exceptions.RayError, ConnectionError, TimeoutError)
    gpu_offer = "--num-gpus=1"

    def __init__(self, cluster: Cluster, limit_s: float) -> None:
        quiet = {"logging_level": logging.ERROR, "log_to_driver": False}
        self._target, self._limit_s = cluster.address.removeprefix("ray://"), limit_s
        self._runner = RayTaskRunner(address=cluster.address, init_kwargs=quiet)

    def open(self) -> None:
        """Connect. Ray would try for minutes whatever it is that listens, so see first that it speaks gRPC."""
        if os.environ.get("RAY_USE_TLS", "0") == "0":
            with grpc.insecure_channel(self._target, options=[("grpc.enable_http_proxy", 0)]) as channel:
                _wait_until_ready(channel, self._limit_s)
        self._runner.__enter__()

    def close(self) -> None:
        """Let go; the cluster stays."""
        self._runner.__exit__(None, None, None)
        ray.shutdown()

    def submit(self, work: Any, parameters: dict[str, Any], gpus: int) -> Any:
        """The future of a Prefect task. Its process stays for the next one, with its model; Ray ends those of GPU tasks else."""
        with remote_options(num_gpus=gpus, max_calls=0) if gpus else nullcontext():
            return self._runner.submit(work, parameters)

    def gpus(self) -> float:
        """How many GPUs the nodes offer."""
        return float(ray.cluster_resources().get("GPU", 0))

    def places(self) -> int:
        """How many tasks can run at one time."""
        return int(ray.cluster_resources().get("CPU", 0))

    def ask_all(self, question: Callable[..., Any], *args: Any) -> dict[str, Any]:
        """The answer of a process on each node, or the error it met. Nodes at work answer too."""
        nodes = {node["NodeID"]: node["NodeManagerAddress"] for node in ray.nodes() if node["Alive"]}
        asked = {
            f"{address} ({node[:8]})": ray.remote(question)
            .options(num_cpus=0, max_retries=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False))
            .remote(*args)
            for node, address in nodes.items()
        }
        ray.wait(list(asked.values()), num_returns=len(asked), timeout=_ANSWER_LIMIT_S)
        return {node: _answer(reference) for node, reference in asked.items()}


def _wait_until_ready(channel: Any, limit_s: float) -> None:
    try:
        grpc.channel_ready_future(channel).result(limit_s)
    except grpc.FutureTimeoutError:
        raise TimeoutError("what listens there is no Ray") from None


def _answer(reference: Any) -> Any:
    try:
        return ray.get(reference, timeout=0)
    except ray.exceptions.RayTaskError as error:
        return error.cause
    except ray.exceptions.RayError as error:
        return error
