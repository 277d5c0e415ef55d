"""Finds, reads and checks a configuration: defaults < file < environment < `--set`. All problems at once."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from configs.parse import parse_yaml
from configs.problems import find_problems
from configs.settings import Config
from tasks.errors import ConfigError, did_you_mean, one_line
from tasks.strict_yaml import load_yaml

FOLDER = Path(__file__).parent
DEFAULT = "embedded"
_PREFIX = "MINUTES__"
_LONGEST_QUOTE = 200


@dataclass(frozen=True)
class LoadedConfig:
    """A checked configuration, what it is called, and why it was chosen."""

    name: str
    config: Config
    reason: str
    overrides: tuple[str, ...] = ()
    """What was changed in it by the environment and by `--set`, each KEY=VALUE."""


def packaged_names() -> list[str]:
    """The configurations that come with the package."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_config(
    source: str | None = None, overrides: Sequence[str] = (), environ: Mapping[str, str] = os.environ
) -> LoadedConfig:
    """The configuration to use, every option spelled out. Raises `ConfigError` with every problem found."""
    path, reason = choose_file(source, environ)
    data = parse_yaml(path)
    origins: dict[str, str] = {}
    changes = [*_backends_first(_from_environment(environ)), *_backends_first(_from_overrides(overrides))]
    for origin, key, value in changes:
        _put(data, key.split("."), value)
        origins[key] = origin
    if problems := find_problems(data, str(path), origins):
        raise ConfigError.joined(problems)
    return LoadedConfig(
        path.stem, Config.model_validate(data).resolved(), reason, tuple(f"{key}={value}" for _, key, value in changes)
    )


def choose_file(source: str | None, environ: Mapping[str, str]) -> tuple[Path, str]:
    """The YAML file to read and why: `--config`, `MINUTES_CONFIG`, `./minutes.yaml`, else the packaged default."""
    if source:
        return _find(source, "--config"), "asked for with --config"
    if named := environ.get("MINUTES_CONFIG"):
        return _find(named, "MINUTES_CONFIG"), "named by MINUTES_CONFIG"
    if Path("minutes.yaml").is_file():
        return Path("minutes.yaml"), "found in this folder"
    return _find(DEFAULT, "the default"), "the packaged one that runs on any machine"


def _find(source: str, where: str) -> Path:
    """A packaged name, or a path."""
    packaged = FOLDER / f"{source}.yaml"
    if source in packaged_names():
        return packaged
    if Path(source).is_file():
        return Path(source)
    names = packaged_names()
    closest = did_you_mean(source, names)
    raise ConfigError(
        f"no configuration '{source}'; packaged ones: {', '.join(names)}, or give the path of a YAML file.{closest}",
        where=where,
    )


def _from_environment(environ: Mapping[str, str]) -> list[tuple[str, str, Any]]:
    found = (
        (name, name.removeprefix(_PREFIX).lower().replace("__", ".")) for name in sorted(environ) if name.startswith(_PREFIX)
    )
    return [(f"environment {name}", key, _value(environ[name], name)) for name, key in found]


def _from_overrides(overrides: Sequence[str]) -> list[tuple[str, str, Any]]:
    result = []
    for override in overrides:
        key, equals, text = override.partition("=")
        if not equals or not key.strip():
            raise ConfigError(f"'{override}' is not KEY=VALUE, e.g. --set report.formats=[md]", where="--set")
        result.append(("--set", key.strip(), _value(text, f"--set {key}")))
    return result


def _backends_first(settings: Iterable[tuple[str, str, Any]]) -> list[tuple[str, str, Any]]:
    """The same settings, so that a backend is chosen before its options are set, whatever the order they were given in."""
    return sorted(settings, key=lambda setting: not setting[1].endswith(".backend"))


def _value(text: str, where: str) -> Any:
    try:
        return load_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        given = one_line(text[:_LONGEST_QUOTE])
        raise ConfigError(
            f"'{given}' is not a YAML value; put quotes around text with special characters.", where=where
        ) from None


def _put(data: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Set a nested value, making the blocks on the way. Another backend starts without the options of the one it replaces."""
    if len(keys) == 2 and keys[1] == "backend" and isinstance(data.get(keys[0]), dict) and data[keys[0]].get("backend") != value:
        data[keys[0]].pop("options", None)
    for key in keys[:-1]:
        if not isinstance(data.get(key), dict):
            data[key] = {}
        data = data[key]
    data[keys[-1]] = value
