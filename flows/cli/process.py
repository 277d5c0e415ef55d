"""What `run` and `batch` have in common: work on recordings with progress, print how they ended, exit."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from flows.cli.interrupt import leave, terminable
from tasks.errors import ConfigError

if TYPE_CHECKING:
    from configs.load import LoadedConfig
    from flows.finished import Outcome
    from flows.folder.scan import Scan
    from flows.observer import RunObserver

Say = Callable[[str], None]
Result = TypeVar("Result")


def process(
    loaded: "LoadedConfig",
    as_json: bool,
    work: "Callable[[Say, RunObserver], list[Outcome]]",
    paths: "Sequence[Path]",
    found: "Scan | None" = None,
    last: Callable[[], object] = lambda: None,
) -> NoReturn:
    """Run, print, exit with 1 if anything failed.

    Args:
        last: called before an interrupted run is ended from outside of its main thread.
        paths: the recordings, which say what must be installed: captions are not heard.
    """
    outcomes, notes = work_on([loaded], as_json, work, paths, last)
    finish(outcomes, as_json, found, notes)


def work_on(
    configurations: "Sequence[LoadedConfig]",
    as_json: bool,
    work: "Callable[[Say, RunObserver], Result]",
    paths: "Sequence[Path]",
    last: Callable[[], object] = lambda: None,
) -> tuple[Result, list[str]]:
    """What the work gives, with progress shown; and what was said on the way, if all is printed as JSON in the end."""
    from configs.problems import check_machine
    from flows.cli.progress import print_note, shown_progress
    from flows.overlap import stages_for

    stages = stages_for(paths)
    if problems := [f"{each.name}: {problem}" for each in configurations for problem in check_machine(each.config, stages)]:
        raise ConfigError.joined(problems)
    notes: list[str] = []
    say = notes.append if as_json else print_note
    for each in configurations:
        say(f"configuration {each.name} ({each.reason})")
    try:
        with terminable(last), shown_progress(quiet=as_json) as observer:
            return work(say, observer), notes
    except KeyboardInterrupt as stopped:
        leave(stopped)


def finish(outcomes: "list[Outcome]", as_json: bool, found: "Scan | None", notes: Sequence[str] = ()) -> NoReturn:
    """Print the results, in JSON with what was said on the way, and exit with 1 if a recording failed in this run."""
    from flows.cli.tables import print_json, print_outcomes
    from tasks.schema import Status

    if as_json:
        skipped = {"skipped": [entry.model_dump(mode="json") for entry in found.skipped]} if found else {}
        print_json(
            {
                "recordings": [outcome.model_dump(mode="json") for outcome in outcomes],
                **skipped,
                **({"notes": notes} if notes else {}),
            }
        )
    elif outcomes:
        print_outcomes(outcomes)
    failed = any(outcome.status is Status.FAILED and not outcome.unchanged for outcome in outcomes)
    raise typer.Exit(1 if failed else 0)
