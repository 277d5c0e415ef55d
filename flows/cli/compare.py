"""`minutes compare`: the same recordings by two configurations, what differs, and which of them is better."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import JsonOption, PathsArgument, folder_on_this_machine
from tasks.errors import ConfigError

_Configs = Annotated[
    list[str] | None,
    typer.Option(
        "--config", "-c", metavar="NAME|PATH", help="A configuration: twice, or once with settings of its own for each."
    ),
]
_Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="\\[A:|B:]KEY=VALUE",
        help="Override one setting of both, or of the first (A:) or second (B:). Repeatable.",
    ),
]
_Out = Annotated[
    Path, typer.Option("--out", "-o", help="Folder that the minutes of both are written to.", callback=folder_on_this_machine)
]


def compare(
    paths: PathsArgument,
    configs: _Configs = None,
    settings: _Settings = None,
    out: _Out = Path("compared"),
    blind: Annotated[
        int, typer.Option("--blind", metavar="N", min=0, help="Ask at N places which text is right, without saying whose it is.")
    ] = 0,
    as_json: JsonOption = False,
) -> None:
    """Make minutes by two configurations and compare them: by references beside the recordings, else by how far they agree."""
    from flows.cli.blind import ask_blindly
    from flows.cli.process import work_on
    from flows.cli.progress import print_error, print_note
    from flows.cli.tables import print_differences, print_json
    from flows.compare import JSON_NAME, PAGE_NAME, json_of, recordings_in, two_configs
    from flows.compare import compare as compare_all
    from flows.evaluate import require_libraries
    from flows.folder.jobs import check_out
    from tasks.evaluation.references import read_references
    from tasks.files import displayable
    from tasks.schema import Status

    if blind and as_json:
        raise ConfigError("asks a person, and --json prints for machines.", where="--blind", fix="Leave one of them out.")
    require_libraries("minutes compare")
    check_out(out)
    loaded = two_configs(configs or [], settings or ())
    references = read_references(recordings_in(paths, loaded[0].config, out))
    found, notes = work_on(
        loaded, as_json, lambda say, observer: compare_all(references, loaded, out, say=say, observer=observer), list(references)
    )
    if as_json:
        print_json(json_of(found, loaded) | ({"notes": notes} if notes else {}))
    else:
        if blind:
            print(ask_blindly(found, out, blind), end="\n\n")
        print_differences(found)
        for outcome in found.outcomes:
            if outcome.error:
                print_error(outcome.error)
        print_note(f"read: {displayable(str(out / PAGE_NAME))}; all figures: {displayable(str(out / JSON_NAME))}")
    raise typer.Exit(1 if any(outcome.status is Status.FAILED for outcome in found.outcomes) else 0)
