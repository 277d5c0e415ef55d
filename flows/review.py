"""The review of minutes in the Prefect UI: a suspended flow run whose form asks about each task and decision that waits.

A run on demand suspends itself. The runs of a folder's recordings stand below that of the folder and cannot be suspended, so
each that waits gets a run of the same deployment, suspended from its beginning. Nobody holds a process, a model, a lock or a
place of the deployment meanwhile. Released, the run starts again, makes corrections of the answers, and ends. Everything that it
needs is on the disk: the items in `<out>/review/`, where they can be answered too, and the minutes.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event
from prefect.exceptions import ObjectNotFound
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.input.run_input import keyset_from_paused_state
from prefect.runtime import flow_run
from prefect.states import Completed, Scheduled, Suspended
from pydantic import BaseModel, ConfigDict, Field, create_model

from flows.artifacts import publish, publish_page
from flows.finished import Outcome
from tasks.language.messages import in_words
from tasks.language.wording import AUTO, wording_for
from tasks.report.answers import ReviewAnswer, apply_answers
from tasks.report.files import apply_corrections, review_ends, waiting_in
from tasks.report.found import read_found
from tasks.report.manifest import read_manifest
from tasks.report.options import ReportOptions
from tasks.report.rendering import Reported, reported
from tasks.report.review import ReviewItem, ReviewState
from tasks.schema import Minutes, PossibleKind
from tasks.store import digest

_TAG = "review:"
_LATER = "later"
_log = logging.getLogger("minutes.review")


class _ItemForm(BaseModel):
    model_config = ConfigDict(extra="forbid")
    answer: Literal["later", "accept", "correct", "drop"] = Field(
        "later", json_schema_extra={"position": 0}, description="*correct* takes what you change below; *later* leaves it waiting"
    )


def form_of(items: Sequence[ReviewItem], minutes: Minutes) -> type[RunInput]:
    """The form that asks about these items: what was said, an answer each, and what can be changed."""
    say = wording_for(AUTO, minutes.language)
    fields: dict[str, Any] = {}
    for number, item in enumerate(items):
        kind = say.possible_kinds[item.kind]
        told = "\n\n".join(filter(None, (in_words(item.why, say), f"> {item.said}" if item.said else "")))
        shape = create_model(f"Item{number + 1}", __base__=_ItemForm, **_changeable(item))
        title = f"{number + 1}. {kind} · {item.at or '?'}"
        field = Field(default_factory=shape, title=title, description=told, json_schema_extra={"position": number})
        fields[_name_of(item)] = (shape, field)
    return create_model("MinutesReview", __base__=RunInput, **fields)


def _changeable(item: ReviewItem) -> dict[str, Any]:
    def text(value: str | None, position: int, **more: Any) -> tuple[type[str], Any]:
        return str, Field(value or "", json_schema_extra={"position": position}, **more)

    day = r"^(\d{4}-\d\d-\d\d)?$"
    fields = {"text": text(item.text, 1)}
    if item.kind is PossibleKind.TASK:
        due = item.due.isoformat() if item.due else ""
        fields |= {"owner": text(item.owner, 2), "due": text(due, 3, pattern=day, description="2026-03-06")}
    return fields | {"at": text(item.at, 4, description="00:12:03, S0012")}


def _name_of(item: ReviewItem) -> str:
    return item.id.replace("-", "_")


def answers_in(response: Any) -> tuple[ReviewAnswer, ...]:
    """What was filled into a form."""
    given = response.items() if isinstance(response, dict) else ()
    rows = [(name.replace("_", "-"), row) for name, row in given if isinstance(row, dict) and row.get("answer") != _LATER]
    return tuple(ReviewAnswer.model_validate({"id": name, **row}) for name, row in rows)


def resume_review(out: Path) -> State[Any] | None:
    """The end of a run that has waited for a person. None for a run that has not; suspends it again if items still wait."""
    folder = next((out / tag.split(":")[1] for tag in flow_run.tags or () if tag.startswith(_TAG)), None)
    if folder is None or read_manifest(folder) is None:
        return None
    with get_client(sync_client=True) as client:
        given = client.filter_flow_run_input(UUID(flow_run.id), key_prefix="suspended-", limit=200, exclude_keys=set())
    responses = sorted((kept for kept in given if kept.key.endswith("-response")), key=lambda kept: str(kept.created))
    answers = {answer.id: answer for kept in responses for answer in answers_in(kept.decoded_value)}
    content = waiting_in(folder)
    problems = apply_answers(folder, answers.values(), content.waiting) if content else ()
    for problem in (*problems, *apply_corrections(folder)):
        _log.warning("%s: %s", folder.name, problem)
    suspend_for_review(folder)
    return _reviewed(folder)


def suspend_for_review(folder: Path) -> None:
    """Suspend the run that this is called in until a person has answered; returns if nothing waits."""
    content = waiting_in(folder)
    if content is None:
        return
    with get_client(sync_client=True) as client:
        kept = {tag for tag in client.read_flow_run(UUID(flow_run.id)).tags if not tag.startswith(_TAG)}
        client.update_flow_run(UUID(flow_run.id), tags={*kept, _tag(folder, content)})
    suspend_flow_run(wait_for_input=form_of(content.waiting, content.minutes), key=_new_key())


def ask_in_prefect(out: Path, outcomes: Sequence[Outcome], config: str, overrides: Sequence[str], deployment: str) -> None:
    """One suspended run for each recording whose minutes wait, and an end to those that wait for nothing any more."""
    with get_client(sync_client=True) as client:
        try:
            found = client.read_deployment_by_name(deployment)
        except ObjectNotFound:
            _log.warning("the server has no deployment %s, so reviews can be answered in %s/review only", deployment, out)
            return
        asked = _end_answered(client, found.id, out)
        for outcome in outcomes:
            content = waiting_in(Path(outcome.folder)) if outcome.unreviewed and outcome.folder else None
            if content and _tag(Path(outcome.folder or ""), content) not in asked:
                given = {"recording": outcome.path, "config": config, "overrides": list(overrides)}
                _make_suspended(client, found.id, outcome, content, given)


def _make_suspended(
    client: SyncPrefectClient, deployment: UUID, outcome: Outcome, content: Reported, parameters: dict[str, Any]
) -> None:
    folder = Path(outcome.folder or "")
    manifest = read_manifest(folder)
    assert manifest
    # If this process dies before the run is suspended, it starts when the time for the review is over, and ends.
    later: State[Any] = Scheduled(scheduled_time=review_ends(folder, manifest))
    tags = ["review", _tag(folder, content)]
    run = client.create_flow_run_from_deployment(deployment, parameters=parameters, name=outcome.name, tags=tags, state=later)
    state: State[Any] = Suspended(pause_key=_new_key())
    keyset = keyset_from_paused_state(state)
    state.state_details.run_input_keyset = {str(name): key for name, key in keyset.items()}
    form_of(content.waiting, content.minutes).save(keyset, flow_run_id=run.id)
    client.set_flow_run_state(run.id, state, force=True)


def _end_answered(client: SyncPrefectClient, deployment: UUID, out: Path) -> set[str]:
    """End the suspended runs whose minutes wait for nothing any more, or for something else. Returns the tags of the others."""
    asked = set[str]()
    for run in _suspended(client, deployment):
        tag = next((tag for tag in run.tags if tag.startswith(_TAG)), None)
        if tag is None:
            continue
        folder = out / tag.split(":")[1]
        content = waiting_in(folder)
        if content and tag == _tag(folder, content):
            asked.add(tag)
        else:
            client.set_flow_run_state(run.id, _reviewed(folder), force=True)
    return asked


def _reviewed(folder: Path) -> State[Any]:
    """How a run ends whose minutes do not wait for it any more, which it tells."""
    manifest = read_manifest(folder)
    if manifest is None:
        return Completed(name="Reviewed", message=f"There are no minutes in {folder} any more.")
    content = read_found(folder)
    if content:
        options = ReportOptions.model_validate(manifest.config["report"])
        page = reported(content.minutes, content.transcript, folder, options, expired=manifest.review is ReviewState.EXPIRED)
        publish(lambda: publish_page(page.minutes, options.language))
    resource = {"prefect.resource.id": f"minutes.recording.{manifest.recording.sha256[:16]}"}
    resource["prefect.resource.name"] = manifest.recording.name
    emit_event("minutes.recording.reviewed", resource=resource, payload={"folder": str(folder), "review": manifest.review})
    name = "ReviewExpired" if manifest.review is ReviewState.EXPIRED else "Reviewed"
    return Completed(name=name, message=f"{manifest.status}: {folder}")


def _suspended(client: SyncPrefectClient, deployment: UUID) -> list[FlowRun]:
    wanted = {"deployment_id": {"any_": [deployment]}, "state": {"type": {"any_": ["PAUSED"]}}}
    found: list[FlowRun] = []
    while len(page := client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), offset=len(found))):
        found += page
    return found


def _tag(folder: Path, content: Reported) -> str:
    return f"{_TAG}{folder.name}:{digest([item.id for item in content.waiting])[:8]}"


def _new_key() -> str:
    return f"review-{uuid4().hex[:8]}"
