"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    str | None, typer.Option("--config", "-c", metavar="NAME|PATH", help="A packaged configuration or a YAML file.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, e.g. report.formats=\\[md]. Repeatable."),
]
OutOption = Annotated[Path, typer.Option("--out", "-o", help="Folder that the minutes are written to.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Do everything again, also what is done.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
DEFAULT_OUT = Path("minutes")
