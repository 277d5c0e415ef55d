"""Reads a YAML file strictly: duplicate keys, tabs and other slips are refused in one sentence with the line."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from tasks.errors import ConfigError

_MAX_BYTES = 1 << 20


class _StrictLoader(yaml.SafeLoader):
    """The safe loader, refusing a key that stands twice in one block, and aliases: a small file could grow without end."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=f"'*{alias.anchor}': aliases are not supported", problem_mark=alias.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
            if (key := key_node.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def parse_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file, empty for an empty file."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigError("is larger than 1 MB and cannot be a configuration.", where=str(path))
        data = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}.", where=str(path)) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"is not valid YAML: {_reason(error)}.", where=str(path), fix="Indent with spaces.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ConfigError("must hold blocks such as 'transcription:', see `minutes config show`.", where=str(path))
    return data


def _reason(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())
