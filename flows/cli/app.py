"""The `minutes` command: which commands there are, and how a command ends when something goes wrong."""

import os
import sys
import traceback
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from flows.cli.backends import backends
from flows.cli.batch import batch
from flows.cli.compare import compare
from flows.cli.config import config_app
from flows.cli.correct import correct
from flows.cli.doctor import doctor
from flows.cli.evaluate import evaluate
from flows.cli.models import models_app
from flows.cli.plan import plan
from flows.cli.quiet import quiet_libraries
from flows.cli.run import run
from flows.cli.serve import serve
from flows.cli.speakers import speakers_app
from flows.cli.web import web
from flows.server.find import lost
from tasks.errors import MinutesError, one_line
from tasks.models.cpu_threads import wait_idly

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command in (run, batch, serve, plan, correct, evaluate, compare, backends, doctor):
    app.command()(command)
app.command("app")(web)
app.add_typer(config_app, name="config")
app.add_typer(models_app, name="models")
app.add_typer(speakers_app, name="speakers")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"audio-minutes {version('audio-minutes')}")
        raise typer.Exit


@app.callback()
def root(
    debug: Annotated[bool, typer.Option("--debug", help="Show logs and tracebacks.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Turn meeting recordings into minutes whose every decision and action item carries checked evidence."""
    quiet_libraries(debug)


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a locale without a letter costs that letter, not the command
    try:
        app(prog_name="minutes")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last place where an error can be told; it sets the exit code
        if "--debug" in sys.argv:
            traceback.print_exc()
        else:
            print(f"error: {_line_of(error)}", file=sys.stderr)
        sys.exit(error.exit_code if isinstance(error, MinutesError) else 1)


def _line_of(error: Exception) -> str:
    if isinstance(error, MinutesError):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{one_line(str(error.filename))}: {error.strerror}."
    advice = "Is the Prefect server still there? What is done is stored; run it again, with --debug to see more."
    return f"unexpected {type(error).__name__}. {advice}"
