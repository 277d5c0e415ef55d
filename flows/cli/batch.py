"""`minutes batch`: turn everything new in a folder into minutes, once, or tell how each recording stands."""

import datetime as dt
from functools import partial
from typing import Annotated

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, FolderArgument, ForceOption, JsonOption, OutOption, SetOption
from flows.cli.process import finish, process


def batch(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: FolderArgument,
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
    from flows.cli.progress import print_skipped
    from flows.cli.tables import print_json, print_status
    from flows.folder.batch import scan_folder
    from flows.folder.classify import Order
    from flows.folder.history import forgive_interrupted
    from flows.folder.status import status_rows
    from flows.runner import run_folder

    order = Order(folder, load_config(config, settings or ()), out, force, retry_failed)
    found = scan_folder(order)
    if status:
        rows = status_rows(found.recordings, out, found.joined.meetings)
        print_json({"recordings": rows}) if as_json else print_status(rows)
        return
    if not as_json:
        print_skipped(folder, found)
    if not found.recordings:
        finish([], as_json, found)
    process(
        order.loaded,
        as_json,
        lambda say, observer: run_folder(order, found.recordings, say, observer),
        found.recordings,
        found,
        partial(forgive_interrupted, out, dt.datetime.now(dt.UTC)),
    )
