"""Runs recordings from the command line: skips what is done, finds a server, opens models while it starts."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from configs.load import LoadedConfig
from configs.settings import Config
from flows.batch import run_batch
from flows.finished import Outcome, find_finished, run_key
from flows.jobs import make_jobs
from flows.server import prefect_server
from flows.survey import Order, describe
from tasks.backend import Backend
from tasks.captions.source import text_kind
from tasks.errors import ConfigError, MinutesError
from tasks.files import displayable
from tasks.job import Job
from tasks.registry import STAGES
from tasks.resident import release_all, resident

_log = logging.getLogger("minutes.runner")
_HEARING = ("transcription", "diarization")
"""The stages that captions do not go through."""


def run_recordings(
    paths: Sequence[Path], loaded: LoadedConfig, out: Path, *, force: bool = False, say: Callable[[str], None] = _log.info
) -> list[Outcome]:
    """One outcome a recording, in the order given, each a flow run of its own; one that fails does not stop the others.

    `say` is told what takes time before the first recording starts.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"'{out}' is a file.", where="--out", fix="Choose a folder for the minutes.")
    jobs = make_jobs(paths, loaded, out, force=force)
    early = {job.path: outcome for job in jobs if (outcome := settle_early(job, loaded))}
    pending = [job for job in jobs if job.path not in early]
    late = run_flows(pending, loaded, None, say) if pending else []
    done = early | {outcome.path: outcome for outcome in late}
    return [done[job.path] for job in jobs]


def run_folder(order: Order, recordings: Sequence[Path], say: Callable[[str], None] = _log.info) -> list[Outcome]:
    """One outcome a recording of a folder, all of them one flow run, as on a schedule."""
    name = displayable(order.folder.resolve().name)

    def process(paths: Sequence[Path]) -> list[Outcome]:
        jobs = make_jobs(paths, order.loaded, order.out, force=order.force)
        return run_flows(jobs, order.loaded, name, say)

    return run_batch(order, recordings, process, say)


def settle_early(job: Job, loaded: LoadedConfig) -> Outcome | None:
    """The outcome of a recording that is done or cannot be done, known without a server or a model."""
    try:
        recording = describe(Path(job.path), loaded.config)
        return find_finished(job, recording, run_key(recording, loaded.config, loaded.name))
    except MinutesError as error:
        return Outcome.failure(job.path, error)


def run_flows(jobs: Sequence[Job], loaded: LoadedConfig, folder_name: str | None, say: Callable[[str], None]) -> list[Outcome]:
    """Run the jobs as flows, on a Prefect server that starts while the models are opened."""
    with ExitStack() as stack:
        server = stack.enter_context(prefect_server())
        say(f"opening models; {server.description}")
        stack.callback(release_all)
        open_models(loaded.config, jobs)
        from flows.orchestrate import run_on_server  # takes seconds, in which the server comes up

        server.wait()
        return run_on_server(server.url, jobs, loaded, folder_name)


def open_models(config: Config, jobs: Sequence[Job]) -> None:
    """Open what these jobs need ahead of its stage. A backend that fails says so in its stage, where the report is told."""
    nothing_to_hear = all(text_kind(Path(job.path)) for job in jobs)
    for stage in (stage for stage in STAGES if stage not in _HEARING or not nothing_to_hear):
        try:
            with resident(stage, config.choice(stage), jobs[0].device, Backend):
                pass
        except Exception as error:  # noqa: BLE001 - nothing is lost yet; the stage meets the same error and reports it
            _log.warning("%s could not be opened ahead: %s", stage, error)
