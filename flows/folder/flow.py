"""Every recording of a folder becomes minutes; one that fails does not stop the others."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from prefect import Flow, flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from configs.load import LoadedConfig
from flows.artifacts import publish_table
from flows.finished import Outcome
from flows.lanes import Conductor, Phase
from flows.observer import Observers, RunObserver
from flows.overlap import HEARING, WRITING, choose_overlap, open_models, opened_first
from flows.recording import phases, process
from flows.recording_run import FOLDER, RecordingRuns
from tasks.engine.pool import ModelPool
from tasks.job import Job, Run
from tasks.schema import Status

_log = logging.getLogger("minutes.folder")


def folder_flow(
    jobs: Sequence[Job], run: Run, observer: RunObserver, loaded: LoadedConfig, runs: RecordingRuns
) -> Flow[..., State[list[Outcome]]]:
    """The flow of all these recordings, whose state holds one outcome a job, in order.

    They are no parameters of it: Prefect takes half a megabyte of those, which is some thousand recordings.
    """

    @flow(name=FOLDER, flow_run_name=lambda: run_name(str(flow_run.parameters["folder"])))
    def process_folder(folder: str, recordings: int, config: str, overrides: list[str]) -> State[list[Outcome]]:
        """Process all recordings; the state says how many failed, and an artifact lists them all."""
        with runs:
            outcomes = process_jobs(jobs, run, Observers(observer, runs), loaded, runs.phases)
        publish_table(outcomes, runs.ids)
        failed = sum(outcome.status is Status.FAILED for outcome in outcomes)
        message = f"{len(outcomes) - failed} done, {failed} failed"
        if failed == len(outcomes) > 0:
            return Failed(message=message, data=outcomes)
        return Completed(name="CompletedWithErrors" if failed else "Completed", message=message, data=outcomes)

    return process_folder


def run_name(folder: str) -> str:
    """The name of a run: of which folder, and when it began."""
    return f"{folder} {dt.datetime.now():%Y-%m-%d %H:%M}"


Wrap = Callable[[Sequence[Phase]], Sequence[Phase]]


def process_jobs(
    jobs: Sequence[Job], run: Run, observer: RunObserver, loaded: LoadedConfig, wrap: Wrap = lambda phases: phases
) -> list[Outcome]:
    """One outcome a job, in order; several at once if the configuration says so and the machine can.

    Args:
        wrap: what is to be done around each phase of a recording.
    """
    if not jobs:
        return []
    config, name = loaded.config, loaded.name
    overlap, reason = choose_overlap(config, jobs)
    _log.info("overlap of recordings: %s (%s)", overlap, reason)
    if overlap == "off":
        return process_all(jobs, lambda job: process(job, run, config, name), run, observer, wrap)
    open_models(run.pool, config, jobs, opened_first(overlap))
    return process_overlapping(jobs, wrap(phases(run, config, name)), run, observer, in_stages=overlap == "stages")


def process_overlapping(
    jobs: Sequence[Job], way: Sequence[Phase], run: Run, observer: RunObserver, *, in_stages: bool = False
) -> list[Outcome]:
    """One outcome a job, in order, from phases of which the last one writes.

    What an earlier process died at is worked on alone and after the rest: perhaps it kills this process too.
    """
    conductor, outcomes = Conductor(run, observer), dict[str, Outcome]()
    safe = [job for job in jobs if not job.died_before]
    for group in ([safe] if safe else []) + [[job] for job in jobs if job.died_before]:
        given = _by_stages(conductor, group, way, run.pool) if in_stages else _by_lanes(conductor, group, way)
        outcomes |= zip((job.path for job in group), given, strict=True)
    return [outcomes[job.path] for job in jobs]


def _by_lanes(conductor: Conductor, jobs: Sequence[Job], way: Sequence[Phase]) -> list[Outcome]:
    return conductor.send([(job, None) for job in jobs], way)


def _by_stages(conductor: Conductor, jobs: Sequence[Job], way: Sequence[Phase], pool: ModelPool) -> list[Outcome]:
    """All are heard while no model that writes is open, then the other way round."""
    *hearing, writing = way
    pool.close(*WRITING)
    heard = conductor.send([(job, None) for job in jobs], hearing)
    pool.close(*HEARING)
    return conductor.send(list(zip(jobs, heard, strict=True)), [writing])


def process_all(
    jobs: Sequence[Job],
    process_one: Callable[[Job], Outcome],
    run: Run,
    observer: RunObserver,
    wrap: Wrap = lambda phases: phases,
) -> list[Outcome]:
    """One outcome a job, one after the other, whatever happens to the others, unless it leaves this process unable to work."""
    whole = wrap([Phase("recording", lambda job, _: process_one(job))])
    return _by_lanes(Conductor(run, observer, in_flight=1), jobs, whole)
