"""Calls the flows from a command, and lets Prefect send its last words before a temporary server goes away."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from configs.load import LoadedConfig
from flows.cluster.workers import cluster
from flows.finished import Outcome
from flows.folder.flow import folder_flow, process_all
from flows.observer import Observers, Outcomes, RunObserver
from flows.recording import process
from flows.recording_run import RecordingRuns
from flows.server.find import current_server_answers, lost
from tasks.engine.pool import ModelPool
from tasks.job import Job, Run

_DRAIN_LIMIT_S = 5.0
_log = logging.getLogger("minutes.orchestrate")


def run_on_server(
    url: str, jobs: Sequence[Job], loaded: LoadedConfig, folder_name: str | None, pool: ModelPool, observer: RunObserver
) -> list[Outcome]:
    """One outcome a job: from one flow run for a folder, else from a flow run each."""
    runs = RecordingRuns(loaded, below=folder_name is not None)
    told = Observers(observer, runs)
    with connected(url), cluster(loaded, jobs) as workers:
        run = Run(pool, workers, told.progress)
        if folder_name is not None:
            return _run_folder(jobs, run, observer, loaded, folder_name, runs)
        with runs:
            return process_all(jobs, lambda job: process(job, run, loaded.config, loaded.name), run, told, runs.phases)


def _run_folder(
    jobs: Sequence[Job], run: Run, observer: RunObserver, loaded: LoadedConfig, folder_name: str, runs: RecordingRuns
) -> list[Outcome]:
    """The outcomes of the flow of a folder, also if all was done and only Prefect failed afterwards."""
    known = Outcomes()
    work = folder_flow(jobs, run, Observers(observer, known), loaded, runs)
    try:
        state = work(folder_name, len(jobs), loaded.name, list(loaded.overrides), return_state=True)
        outcomes = state.result(raise_on_failure=False)
        return outcomes if isinstance(outcomes, list) else state.result()  # raises what went wrong
    except Exception as error:
        if len(known.by_path) < len(jobs):
            raise
        _log.warning("the recordings are done, but the Prefect server was not told of it: %s", type(error).__name__)
    return [known.by_path[job.path] for job in jobs]


@contextmanager
def connected(url: str) -> Iterator[None]:
    """Prefect talking to this server inside the block; everything is sent when it ends."""
    auth = os.environ.get(PREFECT_API_AUTH_STRING.name)
    with temporary_settings({PREFECT_API_URL: url} | ({PREFECT_API_AUTH_STRING: auth} if auth else {})):
        try:
            yield
        finally:
            EventsWorker.drain_all(timeout=_DRAIN_LIMIT_S)
            if not current_server_answers():
                lost.set()
            _send_last_logs()


def _send_last_logs() -> None:
    """Send what was logged, and take the handlers away: what comes later would find no server and say so on the terminal."""
    for logger in (logging.getLogger(name) for name in ("prefect.flow_runs", "prefect.task_runs", "minutes")):
        for handler in [handler for handler in logger.handlers if isinstance(handler, APILogHandler)]:
            handler.flush()
            logger.removeHandler(handler)
