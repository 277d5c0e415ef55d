"""What is left behind of a served run that failed or whose process died: a log line, a page, a message to the webhook."""

import logging
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State
from prefect.exceptions import PrefectException
from prefect.states import Crashed

from configs.settings import Config
from flows.finished import Outcome
from flows.folder.batch import note_interrupted
from flows.folder.failed_notes import write_note
from flows.folder.history import History, entry_of_failure
from flows.folder.jobs import meeting_of
from flows.notify import tell
from flows.site import Site
from tasks.audio.parts import sha256_of_meeting
from tasks.errors import MinutesError, ResourceError

_log = logging.getLogger("minutes.crash")


def tell_of_folder(flow: Any, flow_run: Any, state: Any) -> None:
    """Prefect's hook for the folder. Each recording that failed has its page already, but for one that killed the process."""
    site, config = _told(flow_run, state)
    if state.is_crashed():
        end_children(flow_run.id)
        note_interrupted(History(site.out), config.folder.attempts)


def tell_of_recording(flow: Any, flow_run: Any, state: Any) -> None:
    """Prefect's hook for one recording: a page of what happened, which goes when minutes of it are made."""
    site, config = _told(flow_run, state)
    try:
        path = site.find(flow_run.parameters["recording"])
        sha256 = sha256_of_meeting(meeting_of(path, config.folder))
    except (MinutesError, OSError):
        return  # there is no such recording, as the state says
    outcome = Outcome.failure(str(path), ResourceError(state.message or str(state.name), where=path.name))
    write_note(site.out, entry_of_failure(outcome, sha256, work_key="", attempts=1), attempts_allowed=None)


def end_children(flow_run_id: UUID) -> None:
    """Have Prefect know of the recordings' runs that they ended with the run of their folder."""
    below = {"parent_flow_run_id": {"any_": [flow_run_id]}, "state": {"type": {"any_": ["PENDING", "RUNNING"]}}}
    crashed: State[None] = Crashed(
        message="The process ended during the work on this recording. The next run goes on from there."
    )
    try:
        with get_client(sync_client=True) as client:
            for run in client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(below)):
                client.set_flow_run_state(run.id, crashed, force=True)
    except (httpx.HTTPError, PrefectException) as error:
        _log.warning("the runs of its recordings still look as if they ran: %s", type(error).__name__)


def _told(flow_run: Any, state: Any) -> tuple[Site, Config]:
    """Log and send how the run ended."""
    _log.error("%s: %s: %s", flow_run.name, state.name, state.message)
    site = Site.of()
    try:
        config = site.own()
    except MinutesError as error:
        _log.error("nobody is told, since the configuration cannot be read: %s", error)
        config = Config()
    message = {"event": "failed", "text": f"{flow_run.name}: {state.message}", "run": flow_run.name, "status": state.name}
    tell(config.notify, message)
    return site, config
