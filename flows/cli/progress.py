"""What a command says on stderr: a bar for each recording while it works, remarks and errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from flows.finished import Outcome, shown
from flows.folder.scan import Scan
from flows.observer import RunObserver
from flows.stage_weights import WHOLE, done_before
from tasks.audio.formats import SUFFIXES
from tasks.errors import one_line
from tasks.files import displayable


@contextmanager
def shown_progress(quiet: bool) -> Iterator[RunObserver]:
    """Shows a bar for each recording on a terminal, a line elsewhere, nothing when quiet, while the block lasts."""
    console = Console(stderr=True, quiet=quiet)
    if not console.is_terminal:
        yield Lines(console)
        return
    bars = Bars(console)
    try:
        yield bars
    finally:
        bars.stop()


class Lines(RunObserver):
    """A line for each recording as it is begun."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._named: set[str] = set()

    def started(self, path: str) -> None:
        if path not in self._named:
            self._named.add(path)
            self._console.print(f"{_name(path)} ...", highlight=False)


class Bars(RunObserver):
    """A bar for each recording that is being worked on, below each other."""

    def __init__(self, console: Console) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.fields[name]}"), TextColumn("[dim]{task.description}"), BarColumn())
        times = (TaskProgressColumn(), TimeElapsedColumn(), TimeRemainingColumn(elapsed_when_finished=False))
        self.shown = Progress(*columns, *times, console=console, transient=True)
        self._tasks: dict[str, TaskID] = {}
        self._waiting: TaskID | None = None

    def waiting(self, what: str) -> None:
        self._waited()
        self._waiting = self.shown.add_task("", total=None, name=what)
        self.shown.start()

    def _waited(self) -> None:
        if self._waiting is not None:
            self.shown.remove_task(self._waiting)
            self._waiting = None

    def started(self, path: str) -> None:
        self._waited()
        if path not in self._tasks:
            self._tasks[path] = self.shown.add_task("starting", total=WHOLE, name=_name(path))
        self.shown.update(self._tasks[path], visible=True)
        self.shown.start()

    def paused(self, path: str) -> None:
        self.shown.update(self._tasks[path], visible=False)

    def finished(self, outcome: Outcome) -> None:
        if (task := self._tasks.pop(outcome.path, None)) is not None:
            self.shown.remove_task(task)
        if not self._tasks:
            self.stop()

    def progress(self, path: str, stage: str, share: float) -> None:
        if (task := self._tasks.get(path)) is not None:
            _advance(self.shown, task, stage, share)

    def stop(self) -> None:
        """Give the terminal back."""
        self.shown.stop()


def _name(path: str) -> str:
    """The name of a recording as a terminal can show it."""
    return escape(one_line(displayable(Path(path).name)))


def _advance(progress: Progress, task: TaskID, stage: str, share: float) -> None:
    if (done := done_before(stage, share)) is not None:
        progress.update(task, description=stage, completed=done)


def print_skipped(folder: Path, found: Scan) -> None:
    """Name what is left alone and could have been meant; say when there is nothing else."""
    for entry in found.skipped:
        if not entry.expected:
            print_note(f"left alone: {shown(entry.path)}: {entry.reason}")
    if not found.recordings:
        looked_for, where = ", ".join(sorted(SUFFIXES)), shown(str(folder))
        print_note(f"{where}: no recordings in this folder (looked for {looked_for}). Put some there, or name another folder.")


def print_error(message: str) -> None:
    """An error on stderr, as it is."""
    Console(stderr=True, soft_wrap=True).print(f"[red]error:[/red] {escape(message)}", highlight=False)


def print_note(message: str) -> None:
    """A remark on stderr."""
    Console(stderr=True, soft_wrap=True).print(escape(message), style="dim", highlight=False)
