"""What a command shows: progress on stderr while it works, a table of results on stdout."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from flows.finished import Outcome
from tasks.job import Job
from tasks.progress import Listener
from tasks.report.clock import short_clock
from tasks.schema import Status

_WEIGHTS = {"inspect": 1, "audio": 5, "transcription": 75, "diarization": 15, "transcript": 1, "summarization": 1, "actions": 1, "minutes": 1}
"""Share of the time that each stage takes on the embedded engines, in order; it only shapes the bar."""


def watcher(quiet: bool) -> "Watcher":
    """Shows a bar a recording on a terminal, a line a recording elsewhere, nothing when quiet."""
    return Watcher(Console(stderr=True, quiet=quiet))


class Watcher:
    """Makes a progress listener for each recording."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def __call__(self, job: Job) -> Iterator[Listener]:
        if not self._console.is_terminal:
            self._console.print(f"{escape(job.name)} ...", highlight=False)
            yield lambda stage, share: None
            return
        columns = (TextColumn("{task.fields[name]}"), TextColumn("[dim]{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task("starting", total=sum(_WEIGHTS.values()), name=escape(job.name))
            yield lambda stage, share: _advance(progress, task, stage, share)


def _advance(progress: Progress, task: object, stage: str, share: float) -> None:
    if stage in _WEIGHTS:
        names = list(_WEIGHTS)
        before = sum(_WEIGHTS[name] for name in names[: names.index(stage)])
        progress.update(task, description=stage, completed=before + share * _WEIGHTS[stage])  # type: ignore[arg-type]


def print_outcomes(outcomes: Iterable[Outcome]) -> None:
    """A short table, then one line for each failure with what to do."""
    outcomes = list(outcomes)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("recording", "status", "length", "speed", "minutes in"):
        table.add_column(heading, overflow="fold")
    for outcome in outcomes:
        table.add_row(*_cells(outcome))
    console = Console(soft_wrap=not sys.stdout.isatty())
    console.print(table, highlight=False)
    for outcome in outcomes:
        if outcome.error:
            print_error(outcome.error)


def print_json(value: object) -> None:
    """One JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def print_error(message: str) -> None:
    """An error on stderr, as it is."""
    Console(stderr=True, soft_wrap=True).print(f"[red]error:[/red] {escape(message)}", highlight=False)


def print_note(message: str) -> None:
    """A remark on stderr."""
    Console(stderr=True, soft_wrap=True).print(escape(message), style="dim", highlight=False)


def _cells(outcome: Outcome) -> list[str]:
    status = "unchanged" if outcome.unchanged else outcome.status.value.replace("_", " ")
    colour = {Status.FAILED: "red", Status.COMPLETED: "green"}.get(outcome.status, "yellow")
    speed = ""
    if not outcome.unchanged and outcome.duration_s and outcome.processing_s:
        speed = f"{outcome.duration_s / outcome.processing_s:.1f}x"
    length = short_clock(outcome.duration_s) if outcome.duration_s else ""
    return [escape(outcome.name), f"[{colour}]{status}[/{colour}]", length, speed, escape(outcome.folder or "")]
