"""Runs recordings from the command line: skips what is done, finds a server, opens models while it starts."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from configs.load import LoadedConfig
from configs.settings import Config
from flows.device import resolve_device
from flows.finished import Outcome, find_finished, run_key
from flows.server import prefect_server
from tasks.audio.inspect import inspect_recording
from tasks.backend import Backend
from tasks.captions.source import is_text, text_kind
from tasks.errors import AudioError, ConfigError, MinutesError
from tasks.job import Job
from tasks.registry import STAGES
from tasks.resident import release_all, resident
from tasks.transcription.recognizer import require_language

_log = logging.getLogger("minutes.runner")
_RECENT_S = 600.0
"""A recording without an end that was written to within this time may get one."""
_HEARING = ("transcription", "diarization")
"""The stages that captions do not go through."""


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
    early = {job.path: outcome for job in jobs if (outcome := settle_early(job, loaded, in_folder=folder_name is not None))}
    pending = [job for job in jobs if job.path not in early]
    late = run_flows(pending, loaded, folder_name, say) if pending else []
    done = early | {outcome.path: outcome for outcome in late}
    return [done[job.path] for job in jobs]


def settle_early(job: Job, loaded: LoadedConfig, *, in_folder: bool = False) -> Outcome | None:
    """The outcome of a recording that is done or cannot be done, known without a server or a model."""
    try:
        recording = inspect_recording(Path(job.path), loaded.config.audio)
        if not is_text(recording):
            require_language(loaded.config.transcription, loaded.config.transcription.said(recording.sidecar))
        return find_finished(job, recording, run_key(recording, loaded.config, loaded.name))
    except MinutesError as error:
        waits = in_folder and isinstance(error, AudioError) and error.incomplete and _recent(job)
        return Outcome.waiting(job, error) if waits else Outcome.failure(job, error)


def _recent(job: Job) -> bool:
    return 0 <= time.time() - Path(job.path).stat().st_mtime < _RECENT_S


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
