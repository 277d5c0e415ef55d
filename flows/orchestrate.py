"""Calls the flows from a command, and lets Prefect send its last words before a temporary server goes away."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_API_URL, temporary_settings

from configs.load import LoadedConfig
from flows.console import Watch
from flows.finished import Outcome
from flows.folder import process_all
from flows.recording import recording
from tasks.job import Job
from tasks.progress import listening

_DRAIN_LIMIT_S = 5.0


def run_on_server(url: str, jobs: Sequence[Job], loaded: LoadedConfig, watch: Watch) -> list[Outcome]:
    """One outcome a job, from a flow run of its own each."""

    def run_one(job: Job) -> Outcome:
        with watch(job) as listener, listening(listener):
            return recording(job, loaded.config, loaded.name)

    with _connected(url):
        return process_all(list(jobs), run_one)


@contextmanager
def _connected(url: str) -> Iterator[None]:
    """Prefect talking to this server inside the block; everything is sent when it ends."""
    with temporary_settings({PREFECT_API_URL: url}):
        try:
            yield
        finally:
            for handler in _api_handlers():
                handler.flush()
            EventsWorker.drain_all(timeout=_DRAIN_LIMIT_S)


def _api_handlers() -> list[APILogHandler]:
    loggers = (logging.getLogger(name) for name in ("prefect.flow_runs", "prefect.task_runs", "minutes"))
    return [handler for logger in loggers for handler in logger.handlers if isinstance(handler, APILogHandler)]
