"""`minutes plan`: tell what a run would do."""

import typer

from flows.cli.options import DEFAULT_OUT, ConfigOption, JsonOption, OutOption, PathsArgument, SetOption


def plan(
    paths: PathsArgument,
    config: ConfigOption = None,
    settings: SetOption = None,
    out: OutOption = DEFAULT_OUT,
    as_json: JsonOption = False,
) -> None:
    """Tell what a run would do, what it would leave alone and why, and whether it can run here. Loads no model."""
    from configs.load import load_config
    from flows.cli.progress import print_note
    from flows.cli.tables import print_json, print_plan
    from flows.plan import make_plan

    say = (lambda text: None) if as_json else print_note
    made = make_plan(list(dict.fromkeys(paths)), load_config(config, settings or ()), out, say)
    print_json(made.model_dump(mode="json")) if as_json else print_plan(made)
    raise typer.Exit(2 if made.problems else 0)
