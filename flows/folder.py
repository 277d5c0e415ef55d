"""Every recording of a folder becomes minutes, one after the other; one that fails does not stop the others."""

import logging
from collections.abc import Callable

import httpx
from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from configs.settings import Config
from flows.artifacts import publish_table
from flows.finished import Outcome, announce, announce_start
from flows.recording import process
from tasks.errors import MinutesError, ResourceError
from tasks.files import displayable
from tasks.job import Job
from tasks.progress import recording_progress
from tasks.schema import Status

_log = logging.getLogger("minutes.folder")


@flow(name="folder", flow_run_name="{folder_name}")
def folder(folder_name: str, jobs: list[Job], config: Config, config_name: str) -> State[list[Outcome]]:
    """Process all recordings; the state says how many failed, and an artifact lists them all."""
    outcomes = process_all(jobs, lambda job: process(job, config, config_name))
    publish_table(outcomes)
    failed = sum(outcome.status is Status.FAILED for outcome in outcomes)
    message = f"{len(outcomes) - failed} done, {failed} failed"
    if failed == len(outcomes) > 0:
        return Failed(message=message, data=outcomes)
    return Completed(name="CompletedWithErrors" if failed else "Completed", message=message, data=outcomes)


def process_all(jobs: list[Job], process_one: Callable[[Job], Outcome]) -> list[Outcome]:
    """One outcome a job, whatever happens to the others, unless it leaves this process unable to work."""
    outcomes: list[Outcome] = []
    broken: ResourceError | None = None
    for job in jobs:
        if broken:
            error = ResourceError(f"was not tried: {broken.what}", where=displayable(job.path), fix=broken.fix)
            outcome = Outcome.failure(job.path, error, tried=False)
        else:
            announce_start(job.path)
            outcome, broken = _isolated(job, process_one)
        outcomes.append(outcome)
        announce(outcome)
    return outcomes


def _isolated(job: Job, process_one: Callable[[Job], Outcome]) -> tuple[Outcome, ResourceError | None]:
    """How one recording ended, and what was wrong if nothing works in this process any more."""
    try:
        with recording_progress(job.name):
            return process_one(job), None
    except MinutesError as error:
        return Outcome.failure(job.path, error), error if isinstance(error, ResourceError) and error.fatal else None
    except httpx.TransportError as error:
        fix = "What is done is stored: run the same command again to go on."
        lost = ResourceError(f"the Prefect server does not answer any more ({error}).", fix=fix)
        return Outcome.failure(job.path, lost, tried=False), None
    except Exception as error:  # noqa: BLE001 - a fault of ours in one recording must not cost the others their minutes
        _log.exception("%s: unexpected error", job.name)
        return Outcome.unexpected(job.path, error), None
