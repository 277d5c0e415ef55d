"""Reads a YAML file strictly: duplicate keys, tabs and other slips are refused in one sentence with the line."""

from pathlib import Path
from typing import Any

import yaml

from tasks.errors import ConfigError
from tasks.strict_yaml import MOST_BYTES, load_yaml, read_small, reason_of


def parse_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file, empty for an empty file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ConfigError("is larger than 1 MB and cannot be a configuration.", where=str(path))
        data = load_yaml(read_small(path).decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}.", where=str(path)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"is not valid YAML: {reason_of(error)}.", where=str(path), fix="Indent with spaces.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError("must hold blocks such as 'transcription:', see `minutes config show`.", where=str(path))
    return data
