"""The flows that Prefect starts: the folder on a schedule, one recording on demand. Each in a process of its own."""

import logging
import os
from collections.abc import Callable, Collection, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from configs.load import LoadedConfig
from flows.artifacts import publish, publish_table
from flows.cluster.workers import cluster
from flows.crash import tell_of_folder, tell_of_recording
from flows.delivery import deliver_outcomes
from flows.finished import Outcome
from flows.folder.batch import run_batch, scan_folder
from flows.folder.classify import Order
from flows.folder.failed_notes import remove_note
from flows.folder.flow import process_jobs, run_name
from flows.folder.jobs import make_jobs, meeting_of
from flows.gpu import gpu_slot
from flows.notify import tell_outcomes
from flows.observer import NOBODY, Observers, RunObserver
from flows.overlap import WRITING, stages_for
from flows.recording_run import FOLDER, RECORDING, RecordingRuns
from flows.review import ask_in_prefect, resume_review, suspend_for_review
from flows.site import CONFIG_CHOICES, DEFAULT, Site, choices_in_words, require_usable
from flows.told import end_recording
from tasks.audio.parts import sha256_of_meeting
from tasks.engine.pool import ModelPool
from tasks.errors import MinutesError, one_line
from tasks.files import displayable
from tasks.job import Run
from tasks.report.files import settle_files
from tasks.schema import Status

_log = logging.getLogger("minutes.deployed")
ConfigName = StrEnum("ConfigName", {name: name for name in CONFIG_CHOICES})  # type: ignore[misc]  # an enum, so a list in the form
_DEFAULT = ConfigName(DEFAULT)
# Not `description`, which Prefect overwrites with what the docstring says.
ConfigChoice = Annotated[ConfigName, Field(json_schema_extra={"description": choices_in_words()})]


def _name_of_folder_run() -> str:
    """Of which folder, and when it began."""
    return run_name(Path(os.environ.get("MINUTES_FOLDER", "folder")).name)


def _name_of_recording_run() -> str:
    """The file's name, however the recording was named."""
    return Path(str(flow_run.parameters["recording"])).name


@flow(name=FOLDER, flow_run_name=_name_of_folder_run, on_failure=[tell_of_folder], on_crashed=[tell_of_folder])
def scheduled_folder(
    config: ConfigChoice = _DEFAULT,
    overrides: list[str] = [],  # noqa: B006 - the form shows an empty list
    retry_failed: bool = False,
) -> State[Any]:
    """Make minutes of everything new in the folder.

    Args:
        overrides: Changes to the configuration, each as KEY=VALUE, e.g. `summarization.options.sentences=3`
        retry_failed: Also try again the recordings that were given up.
    """
    return _told(lambda: _folder(Site.of(), config, overrides, retry_failed))


@flow(name=RECORDING, flow_run_name=_name_of_recording_run, on_failure=[tell_of_recording], on_crashed=[tell_of_recording])
def recording_on_demand(
    recording: str,
    config: ConfigChoice = _DEFAULT,
    overrides: list[str] = [],  # noqa: B006 - the form shows an empty list
    force: bool = False,
) -> State[Any]:
    """Make minutes of one recording.

    Args:
        recording: Its name in the folder of recordings, e.g. `2026-03-02-standup.mp3`, or its whole path on the server.
        overrides: Changes to the configuration, each as KEY=VALUE, e.g. `summarization.options.sentences=3`
        force: Do everything again, even if there are minutes of it already.
    """
    return _told(lambda: _recording(Site.of(), recording, config, overrides, force))


def _told(work: Callable[[], State[Any]]) -> State[Any]:
    """The state that the work ends in; a mistake of the user is one sentence, not a traceback."""
    try:
        return work()
    except MinutesError as error:
        return Failed(message=str(error))


def _folder(site: Site, config: str, overrides: Sequence[str], retry_failed: bool) -> State[Any]:
    order = Order(site.folder, site.load(config, overrides, WRITING), site.out, retry_failed=retry_failed)
    found = scan_folder(order)
    require_usable(order.loaded, stages_for(found.recordings))
    for entry in found.skipped:
        if not entry.expected:
            _log.warning("left alone: '%s' %s", one_line(displayable(entry.path)), entry.reason)
    with RecordingRuns(order.loaded, below=True) as runs:
        work = partial(_work, order.loaded, site, False, runs=runs)
        outcomes = run_batch(order, found.recordings, work)
        for outcome in outcomes:
            if outcome.status is Status.FAILED and not outcome.unchanged:
                runs.refuse(outcome)
    publish_table(outcomes, runs.ids)
    publish(lambda: ask_in_prefect(site.out, outcomes, config, overrides, site.on_demand))
    return _end(outcomes, site)


def _recording(site: Site, recording: str, config: str, overrides: Sequence[str], force: bool) -> State[Any]:
    if reviewed := resume_review(site.out):
        return reviewed
    path = site.find(recording)
    loaded = site.load(config, overrides, stages_for([path]))
    [outcome] = _work(loaded, site, force, [path])
    for problem in (*settle_files(site.out), *deliver_outcomes(site.out, loaded.config, [outcome])):
        _log.warning("%s", problem)
    if outcome.status is not Status.FAILED:
        remove_note(site.out, sha256_of_meeting(meeting_of(path, loaded.config.folder)))
    if outcome.status is not Status.FAILED:
        tell_outcomes(site.own().notify, [outcome])  # of a failed run its hook tells
    ended = end_recording(outcome, loaded.name)
    if outcome.unreviewed and outcome.folder:
        suspend_for_review(Path(outcome.folder))
    return ended


def _work(  # noqa: PLR0913, PLR0917 - what is worked on, how, and who is told
    loaded: LoadedConfig,
    site: Site,
    force: bool,
    paths: Sequence[Path],
    observer: RunObserver = NOBODY,
    died_at: Collection[str] = (),
    runs: RecordingRuns | None = None,
) -> list[Outcome]:
    """The work of either flow: in a flow run for each recording, or in the one that asks for a single recording."""
    jobs = make_jobs(paths, loaded, site.out, force=force, died_at=died_at)
    told = Observers(observer, runs) if runs else observer
    with gpu_slot(loaded, site.gpu_limit), cluster(loaded, jobs) as workers, ModelPool() as pool:
        run = Run(pool, workers, told.progress)
        return process_jobs(jobs, run, told, loaded, runs.phases if runs else lambda phases: phases)


def _end(outcomes: Sequence[Outcome], site: Site) -> State[Any]:
    """How the run ended: what was known before neither fails it nor saves it. Of a failed one its hook tells."""
    worked = [outcome for outcome in outcomes if not outcome.unchanged and isinstance(outcome.status, Status)]
    failed = [outcome for outcome in worked if outcome.status is Status.FAILED]
    message = f"{len(worked) - len(failed)} done, {len(failed)} failed, {len(outcomes) - len(worked)} left as they were"
    if worked and len(failed) == len(worked):
        return Failed(message=message, data=list(outcomes))
    tell_outcomes(site.own().notify, outcomes)
    return Completed(name="CompletedWithErrors" if failed else "Completed", message=message, data=list(outcomes))
