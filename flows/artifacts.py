"""What people see of a run in the Prefect UI: the minutes, the action items, the table of a batch."""

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.finished import Outcome
from flows.server.find import current_server_answers
from tasks.files import folder_name
from tasks.language.clock import clock, due_days
from tasks.language.wording import Wording, wording_for
from tasks.report.content import in_order
from tasks.report.files import reported
from tasks.report.manifest import output_folder
from tasks.report.markdown import render_page
from tasks.schema import Minutes, Transcript
from tasks.store import Ref

_log = logging.getLogger("minutes.artifacts")


def publish_minutes(minutes: Ref, transcript: Ref, out: Path, language: str) -> None:
    """The minutes as a page and the action items as a table, under keys that stay the same for a recording."""
    found = minutes.load(Minutes)
    content = reported(found, transcript.load(Transcript), output_folder(str(out), found.recording)).minutes
    key = folder_name(content.recording.name, content.recording.sha256)
    page = render_page(content, (), language)
    _publish(lambda: create_markdown_artifact(key=key, markdown=page, description=f"Minutes: {content.title}"))
    rows = _action_rows(content, wording_for(language, content.language))
    _publish(lambda: create_table_artifact(key=f"{key}-actions", table=rows, description=f"Action items: {content.title}"))


def publish_table(outcomes: Iterable[Outcome]) -> None:
    """The end of a batch, one row a recording."""
    rows = [_outcome_row(outcome) for outcome in outcomes]
    _publish(lambda: create_table_artifact(key="batch", table=rows, description="Recordings of this run"))


def _publish(create: Callable[[], object]) -> None:
    """What cannot be shown in the UI is written all the same: it costs a line in the log, not the minutes.

    A server that went away is not waited for; Prefect's own patience with it is a minute each time.
    """
    try:
        if current_server_answers():
            create()
            return
        reason = "the Prefect server does not answer"
    except Exception as error:  # noqa: BLE001 - whatever the server or the way to it does
        reason = type(error).__name__
    _log.warning("not shown in the Prefect UI: %s", reason)


def _action_rows(minutes: Minutes, wording: Wording) -> list[dict[str, str]]:
    """Few and short columns, so that none is cut; the words that prove them stand on the page."""
    held_on = minutes.recording.recorded_at.date()
    return [
        {
            wording.owner: item.owner or "",
            wording.task: item.task,
            wording.due: due_days(item, wording, held_on) or item.due_phrase or "",
            wording.heard_at: clock(item.evidence.start_s),
        }
        for item in in_order(minutes.action_items)
    ]


def _outcome_row(outcome: Outcome) -> dict[str, str]:
    return {
        "recording": outcome.name,
        "status": "unchanged" if outcome.unchanged else str(outcome.status),
        "duration": clock(outcome.duration_s) if outcome.duration_s else "",
        "folder": outcome.folder or "",
        "error": outcome.error or "",
    }
