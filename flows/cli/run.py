"""`minutes run`: turn recordings into minutes, one after the other."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, ForceOption, JsonOption, OutOption, RecordingsArgument, SetOption
from flows.cli.process import process
from tasks.errors import ConfigError
from tasks.files import displayable


def run(  # noqa: PLR0913, PLR0917 - one parameter an option
    recordings: RecordingsArgument,
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
    from tasks.meeting.given_speakers import given_speakers

    for path in recordings:
        _require_file(path)
    loaded = load_config(config, settings or ())
    if speakers:
        loaded = replace(loaded, config=loaded.config.model_copy(update={"speakers": given_speakers(speakers)}))
    named = list(dict.fromkeys(followed(path) for path in recordings))
    process(
        loaded,
        as_json,
        lambda say, observer: run_recordings(named, loaded, out, join=join, force=force, say=say, observer=observer),
        named,
    )


def followed(path: Path) -> Path:
    """What a link leads to, under whose name the minutes stand: later stages follow none."""
    if not os.path.islink(path):  # noqa: PTH114
        return path
    from flows.cli.progress import print_note

    target = path.resolve()
    print_note(f"{displayable(str(path))} is a link: its minutes go by the name of {displayable(str(target))}")
    return target


def _require_file(path: Path) -> None:
    where = displayable(str(path))
    if os.path.isdir(path):  # noqa: PTH112
        raise ConfigError("is a folder.", where=where, fix=f"Use: minutes batch {where}")
    if not os.path.exists(path):  # noqa: PTH110 - unlike Path.exists, False for names that are too long
        raise ConfigError("no such file.", where=where, fix="Check the spelling, or list the folder.")
