"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

import configs
from tasks.files import require_path


def _on_this_machine(paths: list[Path]) -> list[Path]:
    """The paths as they are. Raises a `ConfigError` for the address of something that lies elsewhere."""
    for path in paths:
        require_path(str(path))
    return paths


def _configurations(begun: str) -> list[str]:
    """The packaged configurations that a word may become, for completion in a shell."""
    return sorted(path.stem for path in Path(configs.__file__).parent.glob("*.yaml") if path.stem.startswith(begun))


def folder_on_this_machine(folder: Path) -> Path:
    """The path as it is. Raises a `ConfigError` for the address of something that lies elsewhere."""
    return _on_this_machine([folder])[0]


ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config", "-c", metavar="NAME|PATH", help="A packaged configuration or a YAML file.", autocompletion=_configurations
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override one setting, e.g. report.formats=\\[md]. Repeatable."),
]
OutOption = Annotated[
    Path, typer.Option("--out", "-o", help="Folder that the minutes are written to.", callback=folder_on_this_machine)
]
ForceOption = Annotated[bool, typer.Option("--force", help="Do everything again, also what is done.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
RecordingsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="RECORDING...",
        help="Audio or video files, captions (.vtt, .srt), or a transcript.json.",
        show_default=False,
        callback=_on_this_machine,
    ),
]
PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="Recordings, or folders with some.", show_default=False, callback=_on_this_machine),
]
FolderArgument = Annotated[
    Path, typer.Argument(help="Folder with recordings.", show_default=False, callback=folder_on_this_machine)
]
DEFAULT_OUT = Path("minutes")
