"""What a command prints on stdout: its results as a table and lines below it, or as one JSON document."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.progress import print_error, print_note
from flows.finished import Outcome, shown
from tasks.errors import one_line
from tasks.language.clock import short_clock
from tasks.report.review import review_file
from tasks.schema import Status

if TYPE_CHECKING:
    from flows.cli.doctor import Check
    from flows.compare import Comparison
    from flows.folder.status import Row
    from flows.models import ModelRow
    from flows.plan import Plan
    from tasks.evaluation.results import Measured

_PIPE_WIDTH = 200
"""Columns of a table that no terminal shows, so that paths stay in one piece."""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], pipe_width: int | None = _PIPE_WIDTH) -> None:
    """A table without lines, as wide as the terminal. Cells are markup: whoever fills them escapes what is not."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else pipe_width).print(table, highlight=False)


def print_line(markup: str) -> None:
    """A line that stays in one piece however narrow the terminal is."""
    Console(soft_wrap=True).print(markup, highlight=False)


def print_json(value: object) -> None:
    """One JSON document on stdout and nothing else."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write(text.encode(errors="backslashreplace").decode() + "\n")  # bytes of a file name that are no text


def print_outcomes(outcomes: Sequence[Outcome]) -> None:
    """`run` and `batch`: a short table, then one line on stderr for each failure with what to do."""
    print_table(("recording", "status", "length", "speed", "minutes in"), map(_outcome_cells, outcomes))
    for outcome in outcomes:
        if outcome.error:
            new = outcome.status is Status.FAILED and not outcome.unchanged
            print_error(outcome.error) if new else print_note(outcome.error)
    if waiting := [outcome for outcome in outcomes if outcome.unreviewed and outcome.folder]:
        items = sum(outcome.unreviewed for outcome in waiting)
        where = _short(str(review_file(Path(waiting[0].folder or "")).parent))
        print_note(f"tasks and decisions that wait for review in {where}: {items}")
    if readable := [outcome.folder for outcome in outcomes if outcome.folder]:
        print_note(f"read: {_short(readable[0])}/minutes.md")


def print_status(rows: "Sequence[Row]") -> None:
    """`batch --status`: how each recording stands."""
    print_table(("recording", "state", "since", "attempts", "minutes or reason"), map(_status_cells, rows))


def print_plan(plan: "Plan") -> None:
    """`plan`: what would be done with each file, and below it what it takes."""
    print_table(("recording", "plan", "length", "minutes or reason"), _plan_cells(plan))
    for line in _plan_summary(plan):
        print_line(escape(line))


def print_models(rows: "Sequence[ModelRow]", looked_at: str) -> None:
    """`models`: one row each, and below the table a line for each problem."""
    if not rows:
        print_line(f"nothing: the engines of configuration {escape(looked_at)} need no models; another one: --config NAME")
        return
    print_table(("", "stage", "backend", "model", "revision", "size", "licence"), map(_model_cells, rows))
    for row in rows:
        if row.problem:
            print_line(f"[red]fix[/red] {escape(row.problem)}")


def print_backends(rows: Iterable[dict[str, Any]]) -> None:
    """`backends`: one row each, its options below it."""
    cells = (cells for row in rows for cells in _backend_cells(row))
    print_table(("stage", "backend", "installed", "what it is"), cells, pipe_width=None)


def print_checks(checks: "Iterable[Check]") -> None:
    """`doctor`: one line for each thing looked at."""
    for check in checks:
        mark = "[green]ok  [/green]" if check.ok else "[red]fix [/red]"
        print_line(f"{mark} {check.what}: {escape(check.detail)}")


def print_figures(rows: "Sequence[Measured]") -> None:
    """`evaluate`: the chief figures of each recording, then every figure of all of them with its interval."""
    from tasks.evaluation.figures import CHIEF, KINDS_OF_FIGURES, shown_value
    from tasks.evaluation.results import EVALUATION_HEADS, figure_rows, overall, peak_memory_mb

    together = overall(rows)
    chief = [key for key in CHIEF if key in together]
    titles = [KINDS_OF_FIGURES[key].title for key in chief]
    values = [[shown_value(key, row.figures[key].value) if key in row.figures else "-" for key in chief] for row in rows]
    names = [(escape(one_line(row.name)), row.status.replace("_", " "), _length(row.duration_s)) for row in rows]
    print_table(("recording", "status", "length", *titles), ((*name, *cells) for name, cells in zip(names, values, strict=True)))
    print_line("")
    print_table(EVALUATION_HEADS, figure_rows(rows))
    if peak := peak_memory_mb(rows):
        print_line(f"peak memory: {peak:.0f} MB")


def print_differences(found: "Comparison") -> None:
    """`compare`: every figure of both with the interval of the difference, how far both agree, and what is better."""
    from tasks.evaluation.compare_page import agreement_cells, difference_heads, figure_cells
    from tasks.evaluation.comparison import AGREEMENT

    first, second = (escape(one_line(name)) for name in found.names)
    print_table(difference_heads(first, second), [figure_cells(key, each) for key, each in found.differences.items()])
    if found.agreement:
        print_line("")
        cells = [agreement_cells(key, found.agreement[key]) for key in AGREEMENT if key in found.agreement]
        print_table(("between A and B", "", "95 % interval", "recordings"), cells)
    for line in found.verdicts():
        print_line(escape(line))


def _outcome_status(outcome: Outcome) -> str:
    """One or two words for how a recording ended."""
    if outcome.unchanged and outcome.status != "duplicate":
        return "failed before" if outcome.status is Status.FAILED else "unchanged"
    return outcome.status.replace("_", " ")


def _outcome_cells(outcome: Outcome) -> tuple[str, ...]:
    status = _outcome_status(outcome)
    colour = {Status.FAILED.value: "red", Status.COMPLETED.value: "green"}.get(outcome.status, "yellow")
    speed = ""
    if not outcome.unchanged and not outcome.reused and outcome.duration_s and outcome.processing_s:
        speed = f"{outcome.duration_s / outcome.processing_s:.1f}x"
    length = _length(outcome.duration_s)
    folder = escape(_short(outcome.folder)) if outcome.folder else ""
    return escape(one_line(outcome.name)), f"[{colour}]{status}[/{colour}]", length, speed, folder


def _length(duration_s: float | None) -> str:
    return short_clock(duration_s) if duration_s else ""


def _status_cells(row: "Row") -> tuple[str, ...]:
    cells = (one_line(row["name"]), row["state"].replace("_", " "), row["at"] or "", str(row["attempts"] or ""))
    return *map(escape, cells), escape(row["minutes"] or one_line(row["reason"] or ""))


def _plan_cells(plan: "Plan") -> Iterable[tuple[str, ...]]:
    for file in plan.files:
        if file.listed:
            length = _length(file.duration_s)
            minutes = file.minutes if file.state in ("done", "duplicate") else None
            note = "; ".join(filter(None, (minutes, None if file.state == "duplicate" and minutes else file.reason)))
            yield escape(shown(file.path)), file.state, length, escape(one_line(note))


def _plan_summary(plan: "Plan") -> Iterable[str]:
    if unexpected := sum(not file.listed for file in plan.files):
        yield f"left alone besides: {unexpected} hidden files, documents, sub-folders and the like (--json names them)"
    yield f"configuration: {plan.config} ({plan.reason})"
    yield f"device: {plan.device} ({plan.device_reason})"
    for row in plan.models:
        size = f"{row.size_bytes / 1e6:.0f} MB"
        state = f"{size} on this machine" if row.cached else f"missing, {size} to fetch" if row.size_bytes else "missing"
        yield f"model: {row.model} ({row.stage}): {state}"
    yield f"memory: {plan.memory}"
    expected = short_clock(plan.speed.expected_s) if plan.speed.expected_s is not None else "unknown"
    yield f"expected time: {expected} ({plan.speed.because})"
    for problem in plan.problems:
        yield f"cannot run: {problem}"


def _model_cells(row: "ModelRow") -> tuple[str, ...]:
    mark = "[red]fix[/red]" if row.problem else "[green]ok[/green]" if row.cached else "[dim]not here[/dim]"
    size = f"{row.size_bytes / 1e6:.0f} MB" if row.size_bytes else ""
    return mark, *map(escape, (row.stage, row.backend, row.model, row.revision or "", size, row.licence or ""))


def _backend_cells(row: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    state = "[green]yes[/green]" if row["installed"] else f"[red]no[/red]: {escape(row['install'])}"
    yield row["stage"], row["backend"], state, row["summary"]
    for option, facts in row["options"].items():
        value = "(required)" if facts["required"] else f"= {facts['default']}"
        yield "", "", "", f"[dim]{option} {escape(value)}: {escape(facts['description'])}[/dim]"


def _short(folder: str) -> str:
    """The folder as seen from here, if it lies below."""
    path = Path(folder)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
