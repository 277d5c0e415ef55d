"""The one way in which YAML and JSON that people wrote are read: small, shallow, and never larger than they look.

No aliases and no merge keys, with which a few hundred bytes can stand for gigabytes; bounds on bytes, on depth, on the number
of entries and on the length of each, all of them held before or while the text is read.
"""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 1 << 20
_DEEPEST = 20
_MOST_ENTRIES = 5_000
_LONGEST_ENTRY = 10_000
"""Far above what any of our files holds; chosen by hand."""
_MERGE = "tag:yaml.org,2002:merge"


class StrictLoader(yaml.SafeLoader):
    """The safe loader with these bounds; a key may stand once in a block."""

    _depth = _entries = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _error(f"'*{event.anchor}': aliases are not supported", event)
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > _LONGEST_ENTRY:
            raise _error(f"a text of more than {_LONGEST_ENTRY} characters", event)
        self._entries += 1
        if self._entries > _MOST_ENTRIES:
            raise _error(f"more than {_MOST_ENTRIES} entries", event)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _error(f"more than {_DEEPEST} blocks in each other", event)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be a word", problem_mark=key_node.start_mark)
            if key_node.tag == _MERGE:
                raise yaml.MarkedYAMLError(problem="'<<': merge keys are not supported", problem_mark=key_node.start_mark)
            if (key := key_node.value) in seen:
                raise yaml.MarkedYAMLError(problem=f"the key '{key}' stands twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


class WordsLoader(StrictLoader):
    """YAML in which only `null` and `<<` are no words."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("null", "merge")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load_yaml(text: str, loader: type[StrictLoader] = StrictLoader) -> Any:
    """What a YAML text says. Raises `yaml.YAMLError`, `ValueError`, or `RecursionError` before our own bound is reached."""
    return yaml.load(text, loader)  # noqa: S506 - a SafeLoader


def load_json(text: str) -> Any:
    """What a JSON text says, numbers as words. Raises `ValueError` or `RecursionError`."""
    data = json.loads(text, parse_int=str, parse_float=str)
    _require_small(data)
    return data


def read_small(path: Path) -> bytes:
    """The bytes of a file that is read whole. Raises `ValueError` if it is too large, `OSError` if it cannot be read."""
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("larger than 1 MB")
    return data


def reason_of(error: Exception) -> str:
    """What is wrong with a text, with the line where that is known."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return " ".join(str(error).split())


def _require_small(data: Any) -> None:
    """Raise for a JSON value that the YAML loader would not have taken."""
    level, entries = [data], 0
    for _ in range(_DEEPEST):
        entries += len(level)
        if entries > _MOST_ENTRIES:
            raise ValueError(f"more than {_MOST_ENTRIES} entries")
        if any(isinstance(value, str) and len(value) > _LONGEST_ENTRY for value in level):
            raise ValueError(f"a text of more than {_LONGEST_ENTRY} characters")
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise ValueError(f"more than {_DEEPEST} blocks in each other")


def _inside(value: Any) -> list[Any]:
    return [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []


def _error(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]  # marks of libyaml too
