"""What people see of a run in the Prefect UI: the minutes, the action items, the table of a batch."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.utilities.urls import url_for
from slugify import slugify

from flows.finished import Outcome
from flows.server.find import current_server_answers
from tasks.errors import one_line
from tasks.files import folder_name
from tasks.language.clock import clock, due_days
from tasks.language.wording import Wording, wording_for
from tasks.report.content import in_order
from tasks.report.manifest import output_folder
from tasks.report.markdown import render_page
from tasks.report.options import ReportOptions
from tasks.report.register import Register
from tasks.report.rendering import reported
from tasks.schema import Minutes, Transcript
from tasks.store import Ref

NO_RUNS: Mapping[str, str] = MappingProxyType({})
_HEAD = ("recording", "status", "length", "minutes or reason")
_log = logging.getLogger("minutes.artifacts")


def publish_minutes(minutes: Ref, transcript: Ref, register: Register, options: ReportOptions) -> None:
    """What a run found, as the files of the recording have it."""
    found = minutes.load(Minutes)
    folder = output_folder(str(register.out), found.recording)
    content = reported(found, transcript.load(Transcript), folder, options, register=register)
    publish_page(content.minutes, options.language)


def publish_page(content: Minutes, language: str) -> None:
    """The minutes as a page and the action items as a table, under keys that stay the same for a recording."""
    key = folder_name(content.recording.name, content.recording.sha256)
    page = render_page(content, (), language)
    rows = _action_rows(content, wording_for(language, content.language))

    def create() -> None:
        create_markdown_artifact(key=key, markdown=page, description=f"Minutes: {content.title}")
        create_table_artifact(key=f"{key}-actions", table=rows, description=f"Action items: {content.title}")

    publish(create)


def publish_table(outcomes: Iterable[Outcome], runs: Mapping[str, str] = NO_RUNS) -> None:
    """The end of a batch, one row a recording, with links to its flow run and its minutes.

    Args:
        runs: path -> id of the flow run.
    """
    rows = [_HEAD, ("---",) * len(_HEAD), *(_outcome_row(outcome, runs.get(outcome.path)) for outcome in outcomes)]
    page = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    publish(lambda: create_markdown_artifact(key="batch", markdown=page, description="Recordings of this run"))


def publish_figures(key: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of figures, under a key that stays the same for a configuration, from a flow run of its own."""
    lines = [heads, ("---",) * len(heads), *(map(_cell, row) for row in rows)]
    page = "\n".join([f"# {_cell(title)}", "", *(f"| {' | '.join(line)} |" for line in lines)])

    @flow(name="minutes-figures", flow_run_name=one_line(title))
    def show_figures() -> None:
        """Show the figures of recordings that were measured."""
        create_markdown_artifact(key=slugify(key), markdown=page, description=title)

    publish(show_figures)


def publish(create: Callable[[], object]) -> None:
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


def _outcome_row(outcome: Outcome, run_id: str | None) -> tuple[str, ...]:
    return (
        _link(_cell(outcome.name), "flow-run", run_id),
        "unchanged" if outcome.unchanged else outcome.status.replace("_", " "),
        clock(outcome.duration_s) if outcome.duration_s else "",
        _cell(outcome.error or outcome.folder or ""),
    )


def _link(text: str, kind: str, id_or_none: str | None) -> str:
    """A link in Markdown, where the UI's address is known."""
    url = url_for(kind, obj_id=id_or_none) if id_or_none else None
    return f"[{text}]({url})" if url else text


def _cell(text: str) -> str:
    """A name or a path as a cell can hold it, on one line and without markup."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|" else letter for letter in one_line(text))
