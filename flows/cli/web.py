"""`minutes app`: the same in a browser, for those who do not use a terminal."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, OutOption, SetOption


def web(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Folder whose recordings can be chosen.", show_default=False)
    ] = None,
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others than this machine need a password.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Port to listen on.")] = 7860,
    max_upload: Annotated[int, typer.Option("--max-upload", min=1, metavar="MB", help="Largest recording to upload.")] = 2000,
) -> None:
    """Make, read and correct minutes in a browser, until stopped."""
    from flows.app.server import serve_app

    busy = serve_app(out, folder, config, settings or (), host=host, port=port, most_mb=max_upload, say=print)
    if busy:
        print("stopped; what is done is stored, and the next run of the recording goes on from there", file=sys.stderr)
        sys.stderr.flush()
        os._exit(130)
