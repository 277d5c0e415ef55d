"""The flows that Prefect starts: the folder on a schedule, one recording on demand. Each in a process of its own."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from configs.load import LoadedConfig
from flows.artifacts import publish_table
from flows.batch import run_batch, scan_folder
from flows.crash import tell_of_folder, tell_of_recording
from flows.failed_notes import remove_note
from flows.finished import Outcome
from flows.folder import process_all
from flows.gpu import gpu_slot
from flows.jobs import make_jobs
from flows.notify import tell_outcomes
from flows.recording import process
from flows.site import CONFIG_CHOICES, DEFAULT, Site
from flows.survey import Order
from tasks.errors import MinutesError
from tasks.files import sha256_of_file
from tasks.schema import Status

ConfigName = StrEnum("ConfigName", {name: name for name in CONFIG_CHOICES})  # type: ignore[misc]  # an enum, so a list in the form
_DEFAULT = ConfigName(DEFAULT)


@flow(name="minutes-folder", on_failure=[tell_of_folder], on_crashed=[tell_of_folder])
def scheduled_folder(
    config: ConfigName = _DEFAULT,
    overrides: list[str] = [],  # noqa: B006 - the form shows an empty list
    retry_failed: bool = False,
) -> State[Any]:
    """Make minutes of everything new in the folder.

    Args:
        config: The configuration. default is the one that the server was started with.
        overrides: Changes to it, each as KEY=VALUE, e.g. summarization.options.sentences=3
        retry_failed: Try again also what failed for good.
    """
    return _told(lambda: _folder(Site.of(), config, overrides, retry_failed))


@flow(name="minutes-recording", flow_run_name="{recording}", on_failure=[tell_of_recording], on_crashed=[tell_of_recording])
def recording_on_demand(
    recording: str,
    config: ConfigName = _DEFAULT,
    overrides: list[str] = [],  # noqa: B006 - the form shows an empty list
    force: bool = False,
) -> State[Any]:
    """Make minutes of one recording.

    Args:
        recording: Its path on the server: in the folder of recordings, or absolute and below a folder that may be read.
        config: The configuration. default is the one that the server was started with.
        overrides: Changes to it, each as KEY=VALUE, e.g. summarization.options.sentences=3
        force: Do everything again, also what is done.
    """
    return _told(lambda: _recording(Site.of(), recording, config, overrides, force))


def _told(work: Callable[[], State[Any]]) -> State[Any]:
    """The state that the work ends in; a mistake of the user is one sentence, not a traceback."""
    try:
        return work()
    except MinutesError as error:
        return Failed(message=str(error))


def _folder(site: Site, config: str, overrides: Sequence[str], retry_failed: bool) -> State[Any]:
    order = Order(site.folder, site.load(config, overrides), site.out, retry_failed=retry_failed)
    outcomes = run_batch(order, scan_folder(order).recordings, lambda paths: _work(paths, order.loaded, site.out, force=False))
    publish_table(outcomes)
    return _end(outcomes, order.loaded)


def _recording(site: Site, recording: str, config: str, overrides: Sequence[str], force: bool) -> State[Any]:
    path, loaded = site.find(recording), site.load(config, overrides)
    [outcome] = _work([path], loaded, site.out, force=force)
    if outcome.status is not Status.FAILED:
        remove_note(site.out, sha256_of_file(path))
    return _end([outcome], loaded)


def _work(paths: Sequence[Path], loaded: LoadedConfig, out: Path, *, force: bool) -> list[Outcome]:
    with gpu_slot(loaded):
        jobs = make_jobs(paths, loaded, out, force=force)
        return process_all(jobs, lambda job: process(job, loaded.config, loaded.name))


def _end(outcomes: Sequence[Outcome], loaded: LoadedConfig) -> State[Any]:
    """How the run ended: what was known before neither fails it nor saves it. Of a failed one its hook tells."""
    worked = [outcome for outcome in outcomes if not outcome.unchanged and isinstance(outcome.status, Status)]
    failed = [outcome for outcome in worked if outcome.status is Status.FAILED]
    message = f"{len(worked) - len(failed)} done, {len(failed)} failed, {len(outcomes) - len(worked)} left as they were"
    if len(outcomes) == 1:
        message = outcomes[0].error or f"{outcomes[0].status}: {outcomes[0].folder}"
    if worked and len(failed) == len(worked):
        return Failed(message=message, data=list(outcomes))
    tell_outcomes(loaded.config.notify, outcomes)
    return Completed(name="CompletedWithErrors" if failed else "Completed", message=message, data=list(outcomes))
