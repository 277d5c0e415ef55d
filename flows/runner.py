"""Runs recordings from the command line: skips what is done, finds a server, opens models while it starts."""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from configs.load import LoadedConfig
from configs.settings import Config
from flows.device import resolve_device
from flows.finished import Outcome, find_finished, run_key
from flows.server import prefect_server
from tasks.audio.inspect import inspect_recording
from tasks.backend import Backend, Device
from tasks.errors import ConfigError, MinutesError
from tasks.job import Job
from tasks.registry import STAGES
from tasks.resident import release_all, resident
from tasks.transcription.recognizer import require_language

_log = logging.getLogger("minutes.runner")


def run_recordings(
    paths: Sequence[Path],
    loaded: LoadedConfig,
    out: Path,
    *,
    force: bool = False,
    folder_name: str | None = None,
    say: Callable[[str], None] = _log.info,
) -> list[Outcome]:
    """One outcome a recording, in the order given; one that fails does not stop the others.

    With a folder's name all of them are one flow run, as on a schedule; else each is a flow run of its own. `say` is told what
    takes time before the first recording starts.
    """
    if out.exists() and not out.is_dir():
        raise ConfigError(f"'{out}' is a file.", where="--out", fix="Choose a folder for the minutes.")
    device = resolve_device(loaded.config.hardware.device)
    jobs = [Job(path=str(path), out=str(out.resolve()), device=device, force=force) for path in paths]
    early = {job.path: outcome for job in jobs if (outcome := settle_early(job, loaded))}
    pending = [job for job in jobs if job.path not in early]
    late = run_flows(pending, loaded, folder_name, say) if pending else []
    done = early | {outcome.path: outcome for outcome in late}
    return [done[job.path] for job in jobs]


def settle_early(job: Job, loaded: LoadedConfig) -> Outcome | None:
    """The outcome of a recording that is done or cannot be done, known without a server or a model."""
    try:
        recording = inspect_recording(Path(job.path))
        require_language(loaded.config.transcription, recording.sidecar.language)
        return find_finished(job, recording, run_key(recording, loaded.config, loaded.name))
    except MinutesError as error:
        return Outcome.failure(job, error)


def run_flows(jobs: Sequence[Job], loaded: LoadedConfig, folder_name: str | None, say: Callable[[str], None]) -> list[Outcome]:
    """Run the jobs as flows, on a Prefect server that starts while the models are opened."""
    with ExitStack() as stack:
        server = stack.enter_context(prefect_server())
        say(f"opening models; {server.description}")
        stack.callback(release_all)
        open_models(loaded.config, jobs[0].device)
        from flows.orchestrate import run_on_server  # takes seconds, in which the server comes up

        server.wait()
        return run_on_server(server.url, jobs, loaded, folder_name)


def open_models(config: Config, device: Device) -> None:
    """Open every backend ahead of its stage. One that fails says so in its stage, where the report is told."""
    for stage in STAGES:
        try:
            with resident(stage, config.choice(stage), device, Backend):
                pass
        except Exception as error:  # noqa: BLE001 - nothing is lost yet; the stage meets the same error and reports it
            _log.warning("%s could not be opened ahead: %s", stage, error)
