"""What Prefect is told when a recording has ended: its state, logs that name the file, tags, links, an event for automations.

Nothing of what was said in the meeting is in any of it.
"""

import logging
from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.artifacts import publish
from flows.finished import Outcome
from tasks.report.manifest import Manifest, read_manifest
from tasks.schema import NoticeKind, Status

_log = logging.getLogger("minutes.recording")
STATE_NAMES = {
    Status.COMPLETED: "Completed",
    Status.COMPLETED_WITH_WARNINGS: "CompletedWithWarnings",
    Status.NO_SPEECH: "NoSpeech",
}
_SAFE = (NoticeKind.FAILED, NoticeKind.FALLBACK)
"""The kinds of notices that quote nobody."""


def end_recording(outcome: Outcome, config_name: str) -> State[Any]:
    """The state of the flow run that this is called in, once everything else is told."""
    manifest = read_manifest(Path(outcome.folder)) if outcome.folder else None
    _log_end(outcome, manifest)
    publish(lambda: _tell(outcome, manifest, config_name))
    if outcome.status is Status.FAILED:
        return Failed(message=outcome.error, data=outcome)
    name = (
        "WaitsForReview"
        if outcome.unreviewed
        else "Unchanged"
        if outcome.unchanged
        else STATE_NAMES.get(Status(outcome.status), "Completed")
    )
    return Completed(name=name, message=f"{outcome.status}: {outcome.folder}", data=outcome)


def _tell(outcome: Outcome, manifest: Manifest | None, config_name: str) -> None:
    _tag(outcome, manifest, config_name)
    if outcome.unchanged:
        return
    if outcome.folder:
        page = Path(outcome.folder) / "minutes.md"
        create_link_artifact(link=page.as_uri(), link_text=str(page), description=f"Files of {outcome.name}")
    _emit(outcome, manifest, config_name)


def _log_end(outcome: Outcome, manifest: Manifest | None) -> None:
    """The file, what was wrong, and what to do."""
    if outcome.status is Status.FAILED:
        _log.error("%s", outcome.error)
        return
    warnings = [notice for notice in (manifest.notices if manifest else ()) if notice.kind is not NoticeKind.INFO]
    for notice in warnings:
        what = notice.message if notice.kind in _SAFE else f"a warning about the {notice.stage} ({notice.code or 'told there'})"
        _log.warning("%s: %s. Read %s/minutes.md", outcome.name, what.rstrip("."), outcome.folder)


def _tag(outcome: Outcome, manifest: Manifest | None, config_name: str) -> None:
    found = [f"config:{config_name}", f"status:{outcome.status}"]
    if manifest and manifest.language:
        found.append(f"language:{manifest.language}")
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, tags={*(flow_run.tags or ()), *found})


def _emit(outcome: Outcome, manifest: Manifest | None, config_name: str) -> None:
    what = "failed" if outcome.status is Status.FAILED else "completed"
    source = manifest.recording.sha256[:16] if manifest else outcome.name
    resource = {
        "prefect.resource.id": f"minutes.recording.{source}",
        "prefect.resource.name": outcome.name,
        "minutes.status": str(outcome.status),
        "minutes.config": config_name,
    }
    payload = {"recording": outcome.name, "status": str(outcome.status), "folder": outcome.folder, "error": outcome.error}
    emit_event(f"minutes.recording.{what}", resource=resource, payload=payload)
    if manifest and manifest.to_review:
        emit_event("minutes.recording.needs-review", resource=resource, payload=payload | {"items": manifest.to_review})
