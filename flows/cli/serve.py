"""`minutes serve`: keep a folder in minutes on a schedule, and make minutes on demand, until stopped."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, OutOption, SetOption
from flows.cli.quiet import speak_up


def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[Path, typer.Option("--folder", help="Folder with recordings.", show_default=False)],
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    cron: Annotated[str | None, typer.Option("--cron", help="When to look into the folder, e.g. '0 2 * * *'.")] = None,
    interval: Annotated[float | None, typer.Option("--interval", metavar="MINUTES", help="How often, instead of --cron.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="Of --cron, e.g. Europe/Berlin.")] = None,
    name: Annotated[
        str, typer.Option("--site", metavar="NAME", help="Name of this one, where several share a Prefect server.")
    ] = "",
    allow: Annotated[
        list[Path] | None, typer.Option("--allow", help="Another folder that runs on demand may read. Repeatable.")
    ] = None,
) -> None:
    """Keep a folder in minutes on a schedule, and make minutes on demand from the Prefect UI, until stopped."""
    from flows.serve import ScheduleOverride, serve_site
    from flows.site import Site

    speak_up()
    site = Site(folder, out, tuple(allow or ()), config, tuple(settings or ()), name)
    serve_site(site, ScheduleOverride(cron, interval, timezone), lambda text: print(text, file=sys.stderr))
