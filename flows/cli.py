"""The command line: thin functions that parse, call a plain function of the same parameters, and print.

Heavy libraries are imported inside the commands that need them, so that `--help` answers at once.
"""

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from flows.cli_config import config_app
from flows.cli_models import models_app
from flows.cli_options import ConfigOption, ForceOption, JsonOption, OutOption, SetOption
from flows.quiet import quiet_libraries, speak_up
from flows.server import lost
from tasks.errors import ConfigError, MinutesError, one_line
from tasks.files import displayable
from tasks.models.cpu_threads import wait_idly

if TYPE_CHECKING:
    from configs.load import LoadedConfig
    from flows.finished import Outcome
    from flows.folder_rules import Scan

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
app.add_typer(config_app, name="config")
app.add_typer(models_app, name="models")
DEFAULT_OUT = Path("minutes")
Say = Callable[[str], None]


@app.callback()
def root(debug: Annotated[bool, typer.Option("--debug", help="Show logs and tracebacks.")] = False) -> None:
    """Turn meeting recordings into minutes whose every decision and action item carries checked evidence."""
    quiet_libraries(debug)


@app.command()
def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    recordings: Annotated[
        list[Path],
        typer.Argument(
            metavar="RECORDING...", help="Audio or video files, captions (.vtt, .srt), or a transcript.json.", show_default=False
        ),
    ],
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    speakers: Annotated[
        str | None, typer.Option("--speakers", metavar="NAMES", help='Who is who: "A=Ana,B=Bo", or a YAML file of such lines.')
    ] = None,
    join: Annotated[bool, typer.Option("--join", help="Make one meeting of all of them, in the order given.")] = False,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Turn recordings into minutes, one after the other."""
    from configs.load import load_config
    from flows.runner import run_recordings
    from tasks.diarization.given_speakers import given_speakers

    for path in recordings:
        _require_file(path)
    loaded = load_config(config, settings or ())
    if speakers:
        loaded = replace(loaded, config=loaded.config.model_copy(update={"speakers": given_speakers(speakers)}))
    named = list(dict.fromkeys(recordings))
    _process(loaded, as_json, lambda say: run_recordings(named, loaded, out, join=join, force=force, say=say))


@app.command()
def batch(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Argument(help="Folder with recordings.", show_default=False)],
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    force: ForceOption = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again also what failed for good.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Only tell how each recording stands.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Turn everything new in a folder into minutes, once."""
    from configs.load import load_config
    from flows.batch import scan_folder
    from flows.console import print_json, print_skipped
    from flows.runner import run_folder
    from flows.status import print_status, status_rows
    from flows.survey import Order

    order = Order(folder, load_config(config, settings or ()), out, force, retry_failed)
    found = scan_folder(order)
    if status:
        rows = status_rows(found.recordings, out, found.joined.meetings)
        print_json({"recordings": rows}) if as_json else print_status(rows)
        return
    if not as_json:
        print_skipped(folder, found)
    if not found.recordings:
        _finish([], as_json, found)
    _process(order.loaded, as_json, lambda say: run_folder(order, found.recordings, say), found)


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Option("--folder", help="Folder with recordings.", show_default=False)],
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    cron: Annotated[str | None, typer.Option("--cron", help="When to look into the folder, e.g. '0 2 * * *'.")] = None,
    interval: Annotated[float | None, typer.Option("--interval", metavar="MINUTES", help="How often, instead of --cron.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Of --cron, e.g. Europe/Berlin.")] = None,
    allow: Annotated[
        list[Path] | None, typer.Option("--allow", help="Another folder that runs on demand may read. Repeatable.")
    ] = None,
) -> None:
    """Keep a folder in minutes on a schedule, and make minutes on demand from the Prefect UI, until stopped."""
    from flows.serve import Timing, serve_site
    from flows.site import Site

    speak_up()
    site = Site(folder, out, tuple(allow or ()), config, tuple(settings or ()))
    serve_site(site, Timing(cron, interval, timezone), lambda text: print(text, file=sys.stderr))


@app.command()
def plan(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Recordings, or folders with some.", show_default=False)],
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Tell what a run would do, what it would leave alone and why, and whether it can run here. Loads no model."""
    from configs.load import load_config
    from flows.console import print_json, print_note
    from flows.plan import make_plan, print_plan

    say = (lambda text: None) if as_json else print_note
    made = make_plan(list(dict.fromkeys(paths)), load_config(config, settings or ()), out, say)
    print_json(made.model_dump(mode="json")) if as_json else print_plan(made)
    raise typer.Exit(2 if made.problems else 0)


@app.command()
def backends(as_json: JsonOption = False) -> None:
    """List the engines of every stage, their options, and whether they are installed."""
    from flows.console import print_json
    from flows.listing import list_backends, print_backends

    rows = list_backends()
    print_json(rows) if as_json else print_backends(rows)


@app.command()
def doctor(config: ConfigOption = None, settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Check the machine, the packages, the configuration and the server; say the command that fixes what is wrong."""
    from flows.console import print_json
    from flows.doctor import examine, print_findings

    findings = examine(config, settings or ())
    print_json([finding._asdict() for finding in findings]) if as_json else print_findings(findings)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 2)


def _process(
    loaded: "LoadedConfig", as_json: bool, work: "Callable[[Say], list[Outcome]]", found: "Scan | None" = None
) -> NoReturn:
    """Run, print, exit with 1 if anything failed."""
    from configs.problems import check_machine
    from flows.console import print_note, watcher
    from tasks.progress import watching

    if problems := check_machine(loaded.config):
        raise ConfigError.joined(f"{loaded.name}: {problem}" for problem in problems)
    say = (lambda text: None) if as_json else print_note
    say(f"configuration {loaded.name} ({loaded.reason})")
    try:
        with watching(watcher(quiet=as_json)):
            outcomes = work(say)
    except KeyboardInterrupt:
        print_note("interrupted; run the same command again to go on where it stopped")
        raise typer.Exit(130) from None
    _finish(outcomes, as_json, found)


def _finish(outcomes: "list[Outcome]", as_json: bool, found: "Scan | None") -> NoReturn:
    """Print the results, and exit with 1 if a recording failed in this run."""
    from flows.console import print_json, print_outcomes
    from tasks.schema import Status

    if as_json:
        skipped = {"skipped": [entry.model_dump(mode="json") for entry in found.skipped]} if found else {}
        print_json({"recordings": [outcome.model_dump(mode="json") for outcome in outcomes], **skipped})
    elif outcomes:
        print_outcomes(outcomes)
    failed = any(outcome.status is Status.FAILED and not outcome.unchanged for outcome in outcomes)
    raise typer.Exit(1 if failed else 0)


def _require_file(path: Path) -> None:
    where = displayable(str(path))
    if os.path.isdir(path):  # noqa: PTH112
        raise ConfigError("is a folder.", where=where, fix=f"Use: minutes batch {where}")
    if not os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, False for names that are too long
        raise ConfigError("no such file.", where=where, fix="Check the spelling, or list the folder.")


def main() -> None:
    """Entry point of the `minutes` command. One whose server is lost leaves at once, as everything else is on the disk."""
    try:
        _run_command()
    except SystemExit as end:
        if not lost.is_set():
            raise
        print("The Prefect server went away during this run: what its UI shows of it is not how it ended.", file=sys.stderr)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)


def _run_command() -> None:
    """Errors become one line and an exit code."""
    wait_idly()
    try:
        app()
    except Exception as error:  # noqa: BLE001 - the last place where an error can be told; it sets the exit code
        if "--debug" in sys.argv:
            traceback.print_exc()
        else:
            print(f"error: {_line_of(error)}", file=sys.stderr)
        sys.exit(error.exit_code if isinstance(error, MinutesError) else 1)


def _line_of(error: Exception) -> str:
    if isinstance(error, MinutesError):
        return str(error)
    if isinstance(error, OSError):
        return f"{one_line(str(error.filename))}: {error.strerror}."
    advice = "Is the Prefect server still there? What is done is stored; run it again, with --debug to see more."
    return f"{type(error).__name__}: {one_line(str(error).partition(chr(10))[0])}. {advice}"
