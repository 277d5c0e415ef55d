"""What a command says on stderr: a bar for each recording while it works, remarks and errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from flows.finished import shown
from flows.folder.scan import Scan
from tasks.audio.formats import SUFFIXES
from tasks.errors import one_line
from tasks.progress import Listener, Watch

_WEIGHTS = {
    "inspect": 1,
    "audio": 5,
    "transcription": 75,
    "diarization": 15,
    "transcript": 1,
    "summarization": 1,
    "actions": 1,
    "minutes": 1,
}
"""Share of the time that each stage takes on the embedded engines, in order; it only shapes the bar."""


def watcher(quiet: bool) -> Watch:
    """Shows a bar for each recording on a terminal, a line elsewhere, nothing when quiet."""
    console = Console(stderr=True, quiet=quiet)
    if console.is_terminal:
        return _Bars(console).watch

    @contextmanager
    def watch(name: str) -> Iterator[Listener]:
        console.print(f"{escape(one_line(name))} ...", highlight=False)
        yield lambda stage, share: None

    return watch


class _Bars:
    """A bar for each recording that is on its way, below each other; a terminal has one place for them all."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: Progress | None = None

    @contextmanager
    def watch(self, name: str) -> Iterator[Listener]:
        """The bar of one recording, while the block lasts."""
        bars = self._shown = self._shown or self._start()
        task = bars.add_task("starting", total=sum(_WEIGHTS.values()), name=escape(one_line(name)))
        try:
            yield lambda stage, share: _advance(bars, task, stage, share)
        finally:
            bars.remove_task(task)
            if not bars.tasks:
                bars.stop()
                self._shown = None

    def _start(self) -> Progress:
        columns = (TextColumn("{task.fields[name]}"), TextColumn("[dim]{task.description}"), BarColumn(), TaskProgressColumn())
        bars = Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True)
        bars.start()
        return bars


def _advance(progress: Progress, task: TaskID, stage: str, share: float) -> None:
    if stage in _WEIGHTS:
        names = list(_WEIGHTS)
        before = sum(_WEIGHTS[name] for name in names[: names.index(stage)])
        progress.update(task, description=stage, completed=before + share * _WEIGHTS[stage])


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
