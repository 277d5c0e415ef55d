"""Registers the two deployments with a Prefect server and runs what it asks for, until told to stop."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from configs.load import choose_file, load_config
from configs.problems import check_machine
from configs.settings import Schedule
from flows.folder.batch import check_folders
from flows.gpu import create_limit, needs_limit
from flows.overlap import HEARING, WRITING
from flows.server.find import lasting_server, past_proxies
from flows.site import Site, require_name, require_usable
from tasks.errors import ConfigError, wish
from tasks.files import displayable

_PROCESSES = 2
"""The scheduled run, and one on demand beside it."""
_STOPPED, _STOPPED_S = "Runner is shutting down.", 120.0
"""What Prefect says of a run, as `Cancelled`, that it ends itself when it is stopped, and how long ago that was at most.

Prefect 3.9 comes to it, 3.8 seldom does."""


@dataclass(frozen=True)
class ScheduleOverride:
    """The schedule as the command line says it; None is what the configuration says."""

    cron: str | None = None
    interval_min: float | None = None
    timezone: str | None = None

    def over(self, schedule: Schedule) -> Schedule:
        """The schedule of the configuration with what was said on the command line."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if self.cron or self.interval_min:
            given = {"cron": None, "interval_min": None} | given
        try:
            return Schedule.model_validate(schedule.model_dump() | given)
        except ValueError as error:
            first = error.errors()[0]  # type: ignore[attr-defined]
            where = "--" + (str(first["loc"][0]).removesuffix("_min") if first["loc"] else "cron, --interval")
            raise ConfigError(f"{wish(first)}.", where=where) from None


def serve_site(site: Site, timing: ScheduleOverride, say: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. Raises before anything is registered if it cannot work."""
    require_name(site.name)
    site = replace(site, config=str(choose_file(site.config, os.environ)[0]))
    loaded = load_config(site.config, site.settings)
    check_folders(site.folder, site.out)
    require_usable(loaded, WRITING)
    for problem in check_machine(loaded.config, HEARING):
        say(f"only captions can be read here, since {loaded.name} cannot hear: {problem}")
    schedule = timing.over(loaded.config.schedule)
    url = lasting_server()
    os.environ.update(site.environment() | {"PREFECT_API_URL": url} | past_proxies(url))
    from prefect import serve

    _require_sole(site, _places(site, loaded.name), url)
    served = deployments(schedule, site, _places(site, loaded.name))
    if needs_limit(loaded):
        create_limit(site.gpu_limit)
    say(f"configuration {loaded.name}; Prefect server {url}")
    say(f"{site.scheduled}: '{site.folder}' {_when(schedule)}; minutes go to '{site.out}'")
    say(f"{site.on_demand}: start it in the Prefect UI, under Deployments")
    try:
        serve(*served, print_starting_message=False, limit=_PROCESSES, pause_on_shutdown=False)
    finally:
        _leave(site, say)


def deployments(schedule: Schedule, site: Site, places: str = "") -> list[Any]:
    """The scheduled folder, which never overlaps itself, and the recording on demand, of which one waits for the other."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.types.entrypoint import EntrypointType

    from flows.deployed import recording_on_demand, scheduled_folder

    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
    in_turn = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    shared: Any = {
        "entrypoint_type": EntrypointType.MODULE_PATH,
        "paused": False,
        "tags": ["audio-minutes", *([f"site:{site.name}"] if site.name else [])],
        "description": places,
    }
    try:
        times = _times(schedule)
        return [
            scheduled_folder.to_deployment(_own(site.scheduled), schedules=times, concurrency_limit=alone, **shared),
            recording_on_demand.to_deployment(_own(site.on_demand), concurrency_limit=in_turn, **shared),
        ]
    except ValueError as error:
        raise ConfigError(f"'{schedule.cron}' is no cron line.", where="--cron", fix="For example: 0 2 * * *") from error


def _own(deployment: str) -> str:
    """The name without that of its flow."""
    return deployment.partition("/")[2]


def _places(site: Site, config: str) -> str:
    """What people see of the site in the Prefect UI, in Markdown."""
    lines = [("Recordings", site.folder), *(("May be read too", root) for root in site.allowed), ("Minutes", site.out)]
    rows = [f"- {what}: `{displayable(str(path.resolve()))}`" for what, path in lines]
    return "\n".join([*rows, f"- Configuration `default`: {config}"])


def _require_sole(site: Site, places: str, url: str) -> None:
    """Raise if the server's deployments belong to another site that is being served: each would take the other's runs."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            known = client.read_deployment_by_name(site.scheduled)
        except ObjectNotFound:
            return
    if known.paused or known.description == places:
        return
    fix = f"Give this one a name: --site NAME. Or stop that one first; if it was killed, pause {site.scheduled} in the UI."
    raise ConfigError("another `minutes serve` has its folders there.", where=url, fix=fix)


def _leave(site: Site, say: Callable[[str], None]) -> None:
    """Pause the schedule, so that no late runs pile up, and end what ran. Prefect's own way is often cut short by SIGTERM."""
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter
    from prefect.exceptions import PrefectException
    from prefect.states import Crashed

    from flows.crash import end_children

    try:
        with get_client(sync_client=True) as client:
            ids = [client.read_deployment_by_name(name).id for name in (site.scheduled, site.on_demand)]
            client.pause_deployment(ids[0])
            at_work = {"deployment_id": {"any_": ids}, "state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}}
            just_now = {"after_": datetime.now(UTC) - timedelta(seconds=_STOPPED_S)}
            stopped = {"deployment_id": {"any_": ids}, "state": {"type": {"any_": ["CANCELLED"]}}, "end_time": just_now}
            for wanted in (at_work, stopped):
                for run in client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted)):
                    if wanted is at_work or (run.state and run.state.message == _STOPPED):
                        client.set_flow_run_state(run.id, Crashed(message="minutes serve was stopped."), force=True)
                        end_children(run.id)
    except (httpx.HTTPError, PrefectException):
        say("the Prefect server does not answer, so the schedule was not paused")


def _times(schedule: Schedule) -> list[Any]:
    from prefect.schedules import Cron, Interval

    if schedule.cron:
        return [Cron(schedule.cron, timezone=schedule.timezone)]
    if schedule.interval_min:
        return [Interval(timedelta(minutes=schedule.interval_min), timezone=schedule.timezone)]
    return []


def _when(schedule: Schedule) -> str:
    if schedule.cron:
        return f"at '{schedule.cron}' ({schedule.timezone})"
    return (
        f"every {schedule.interval_min:g} minutes"
        if schedule.interval_min
        else "when started in the UI (no --cron, no --interval)"
    )
