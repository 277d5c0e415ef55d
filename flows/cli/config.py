"""`minutes config`: show, check or describe the configuration."""

import typer

from flows.cli.options import ConfigOption, SetOption
from tasks.errors import ConfigError

config_app = typer.Typer(no_args_is_help=True, help="Show, check or describe the configuration.")


@config_app.command("show")
def config_show(config: ConfigOption = None, settings: SetOption = None) -> None:
    """Print the configuration that would be used, with every option, as YAML."""
    import yaml

    from configs.load import load_config

    loaded = load_config(config, settings or ())
    print(f"# {loaded.name}: {loaded.reason}")
    print(yaml.safe_dump(loaded.config.model_dump(mode="json"), sort_keys=False, allow_unicode=True), end="")


@config_app.command("check")
def config_check(config: ConfigOption = None, settings: SetOption = None) -> None:
    """Check a configuration, and that this machine has what it needs. Loads no model."""
    from configs.load import load_config
    from configs.problems import check_machine

    loaded = load_config(config, settings or ())
    if problems := check_machine(loaded.config):
        raise ConfigError.joined(f"{loaded.name}: {problem}" for problem in problems)
    print(f"{loaded.name}: ok")


@config_app.command("schema")
def config_schema() -> None:
    """Print the JSON Schema of configuration files, for editors."""
    from configs.settings import json_schema
    from flows.cli.tables import print_json

    print_json(json_schema())
