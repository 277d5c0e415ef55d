"""Every recording of a folder becomes minutes; one that fails does not stop the others."""

import logging
from collections.abc import Callable, Sequence

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from configs.settings import Config
from flows.artifacts import publish_table
from flows.finished import Outcome, announce, announce_start, died_before
from flows.lanes import Conductor, Phase, isolated, not_tried
from flows.overlap import HEARING, WRITING, choose_overlap, open_models, opened_first
from flows.recording import phases, process
from tasks.engine.pool import release
from tasks.errors import ResourceError
from tasks.job import Job
from tasks.progress import recording_progress
from tasks.schema import Status

_log = logging.getLogger("minutes.folder")


def folder_flow(jobs: Sequence[Job], done: list[Outcome]) -> Flow[..., State[None]]:
    """The flow of all these recordings, which puts one outcome a job into `done`, in order.

    They are no parameters of it: Prefect takes half a megabyte of those, which is some thousand recordings.
    """

    @flow(name="folder", flow_run_name="{folder_name}")
    def folder(folder_name: str, recordings: int, config: Config, config_name: str) -> State[None]:
        """Process all recordings; the state says how many failed, and an artifact lists them all."""
        done.extend(process_jobs(jobs, config, config_name))
        publish_table(done)
        failed = sum(outcome.status is Status.FAILED for outcome in done)
        message = f"{len(done) - failed} done, {failed} failed"
        if failed == len(done) > 0:
            return Failed(message=message)
        return Completed(name="CompletedWithErrors" if failed else "Completed", message=message)

    return folder


def process_jobs(jobs: Sequence[Job], config: Config, config_name: str) -> list[Outcome]:
    """One outcome a job, in order; several at once if the configuration says so and the machine can."""
    if not jobs:
        return []
    overlap, reason = choose_overlap(config, jobs)
    _log.info("overlap of recordings: %s (%s)", overlap, reason)
    if overlap == "off":
        return process_all(jobs, lambda job: process(job, config, config_name))
    open_models(config, jobs, opened_first(overlap))
    return process_overlapping(jobs, phases(config, config_name), in_stages=overlap == "stages")


def process_overlapping(jobs: Sequence[Job], way: Sequence[Phase], *, in_stages: bool = False) -> list[Outcome]:
    """One outcome a job, in order, from phases of which the last one writes.

    What an earlier process died at is worked on alone and after the rest: perhaps it kills this process too.
    """
    conductor, outcomes = Conductor(), dict[str, Outcome]()
    run = _by_stages if in_stages else _by_lanes
    safe = [job for job in jobs if not died_before(job.path)]
    for group in ([safe] if safe else []) + [[job] for job in jobs if died_before(job.path)]:
        outcomes |= zip((job.path for job in group), run(conductor, group, way), strict=True)
    return [outcomes[job.path] for job in jobs]


def _by_lanes(conductor: Conductor, jobs: Sequence[Job], way: Sequence[Phase]) -> list[Outcome]:
    return conductor.run([(job, None) for job in jobs], way)


def _by_stages(conductor: Conductor, jobs: Sequence[Job], way: Sequence[Phase]) -> list[Outcome]:
    """All are heard while no model that writes is open, then the other way round."""
    *hearing, writing = way
    release(*WRITING)
    heard = conductor.run([(job, None) for job in jobs], hearing)
    release(*HEARING)
    return conductor.run(list(zip(jobs, heard, strict=True)), [writing])


def process_all(jobs: Sequence[Job], process_one: Callable[[Job], Outcome]) -> list[Outcome]:
    """One outcome a job, one after the other, whatever happens to the others, unless it leaves this process unable to work."""
    outcomes: list[Outcome] = []
    broken: ResourceError | None = None
    for job in jobs:
        if broken:
            outcome = not_tried(job, broken)
        else:
            announce_start(job.path)
            outcome, broken = _isolated(job, process_one)
        outcomes.append(outcome)
        announce(outcome)
    return outcomes


def _isolated(job: Job, process_one: Callable[[Job], Outcome]) -> tuple[Outcome, ResourceError | None]:
    """How one recording ended, and what was wrong if nothing works in this process any more."""
    with recording_progress(job.name):
        return isolated(job, lambda: process_one(job))
