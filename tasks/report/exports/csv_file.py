"""`minutes.csv`: what one meeting decided and who does what, a row each, for spreadsheets and boards that import them."""

import csv
import io
from collections.abc import Iterator

from tasks.language.clock import clock
from tasks.report.content import in_order
from tasks.report.table import as_cell
from tasks.schema import Evidence, Minutes

COLUMNS = (
    *("kind", "id", "status", "owner", "text", "due_from", "due_date", "due_phrase"),
    *("heard_at", "speaker", "quote", "meeting", "held_on"),
)


def to_csv(minutes: Minutes) -> str:
    """The table, its decisions first, as the page has them; no cell is one that a spreadsheet computes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in _rows(minutes):
        writer.writerow([as_cell(row.get(column)) for column in COLUMNS])
    return "\ufeff" + text.getvalue()


def _rows(minutes: Minutes) -> Iterator[dict[str, object]]:
    for decision in minutes.decisions:
        yield {"kind": "decision", "id": decision.id, "text": decision.text, **_heard(decision.evidence, minutes)}
    for item in in_order(minutes.action_items):
        own = item.model_dump(include={"id", "status", "owner", "due_from", "due_date", "due_phrase"})
        yield {"kind": "task", "text": item.task, **own, **_heard(item.evidence, minutes)}


def _heard(evidence: Evidence, minutes: Minutes) -> dict[str, object]:
    """Where it was said, and in which meeting."""
    return {
        "heard_at": clock(evidence.start_s),
        "speaker": evidence.speaker,
        "quote": evidence.quote,
        "meeting": minutes.title,
        "held_on": minutes.recording.recorded_at.date(),
    }
