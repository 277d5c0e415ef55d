"""What people see of a run in the Prefect UI: the minutes, the action items, the table of a batch."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.finished import Outcome
from tasks.files import folder_name
from tasks.report.clock import clock
from tasks.report.markdown import render_page
from tasks.report.register import with_known_ids
from tasks.schema import Minutes
from tasks.store import Ref

_log = logging.getLogger("minutes.artifacts")


def publish_minutes(minutes: Ref, out: Path, language: str) -> None:
    """The minutes as a page and the action items as a table, under keys that stay the same for a recording."""
    content = with_known_ids(minutes.load(Minutes), out)
    key = folder_name(content.recording.name, content.recording.sha256)
    with _dispensable():
        create_markdown_artifact(key=key, markdown=render_page(content, (), language), description=f"Minutes: {content.title}")
        create_table_artifact(key=f"{key}-actions", table=_action_rows(content), description=f"Action items: {content.title}")


def publish_table(outcomes: Iterable[Outcome]) -> None:
    """The end of a batch, one row a recording."""
    with _dispensable():
        create_table_artifact(
            key="batch", table=[_outcome_row(outcome) for outcome in outcomes], description="Recordings of this run"
        )


@contextmanager
def _dispensable() -> Iterator[None]:
    """What cannot be shown in the UI is written all the same: it costs a line in the log, not the minutes."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever the server or the way to it does
        _log.warning("not shown in the Prefect UI: %s", type(error).__name__)


def _action_rows(minutes: Minutes) -> list[dict[str, str]]:
    return [
        {
            "id": item.id,
            "who": item.owner or "",
            "what": item.task,
            "by": item.due_date.isoformat() if item.due_date else item.due_phrase or "",
            "heard at": clock(item.evidence.start_s),
            "quote": item.evidence.quote,
        }
        for item in minutes.action_items
    ]


def _outcome_row(outcome: Outcome) -> dict[str, str]:
    return {
        "recording": outcome.name,
        "status": "unchanged" if outcome.unchanged else str(outcome.status),
        "duration": clock(outcome.duration_s) if outcome.duration_s else "",
        "folder": outcome.folder or "",
        "error": outcome.error or "",
    }
