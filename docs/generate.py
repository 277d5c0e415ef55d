"""Writes the pages that follow from the code: options, command line, JSON Schemas. `make docs` runs it; a test compares."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from pydantic.fields import FieldInfo

from configs.load import FOLDER, packaged_names
from configs.settings import Config, block_of, json_schema
from flows.cli.app import app
from tasks.engine.base import BackendChoice, Options
from tasks.engine.registry import ENRICHMENTS, STAGES, backends
from tasks.schema import Minutes

DOCS = Path(__file__).parent


def pages() -> dict[str, str]:
    """File name -> content of every generated page."""
    return {
        "options.md": options_page(),
        "command-line.md": command_line_page(),
        "config.schema.json": json.dumps(json_schema(), indent=2) + "\n",
        "minutes.schema.json": json.dumps(Minutes.model_json_schema(), indent=2) + "\n",
    }


def options_page() -> str:
    """Every configuration and every option of every stage and backend."""
    parts = [
        "# Options\n\nEverything that a configuration can say. Generated from the code by `make docs`.\n",
        "## Packaged configurations\n",
        *(f"### {name}\n\n```yaml\n{(FOLDER / f'{name}.yaml').read_text(encoding='utf-8')}```\n" for name in packaged_names()),
    ]
    for block in ("hardware", "audio", "report", "deliver", "folder", "schedule", "notify"):
        model = Config.model_fields[block].annotation
        assert isinstance(model, type)
        assert issubclass(model, Options)
        parts.append(f"## {block}\n\n{_table(model)}")
    parts.append("## enrichments\n\n" + _rows({"enrichments": Config.model_fields["enrichments"]}))
    for stage in (*STAGES, *ENRICHMENTS):
        parts.append(f"## {stage}\n")
        parts += _shared_options(stage)
        for name, backend in backends(stage).items():
            parts.append(
                f"### {stage}.backend: {name}\n\n{backend.summary[:1].upper()}{backend.summary[1:]}.\n\n{_table(backend.Options)}"
            )
    return "\n".join(parts)


def _shared_options(stage: str) -> Iterator[str]:
    """The options of a stage that all its backends share, blocks inside it as tables of their own."""
    block = block_of(stage)
    shared = {name: field for name, field in block.model_fields.items() if name not in BackendChoice.model_fields}
    plain = {name: field for name, field in shared.items() if not _is_block(field.annotation)}
    if plain:
        yield _rows(plain)
    for name, field in shared.items():
        if _is_block(field.annotation):
            yield f"### {stage}.{name}\n\n{_table(field.annotation)}"


def _is_block(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Options)


def command_line_page() -> str:
    """The arguments and options of every command."""
    head = (
        "# Command line\n\nGenerated from the code by `make docs`. Results go to stdout, progress and errors to stderr.\n"
        "Exit codes: 0 all done, 1 at least one recording failed, 2 wrong usage or configuration, 130 interrupted.\n"
    )
    parts = [head]
    for name, command in commands("minutes", typer.main.get_command(app)):
        rows = [f"| {_cell(label)} | {_cell(text)} |" for label, text in _parameters(command)]
        table = "\n".join(["| | |", "|---|---|", *rows]) if rows else "No options."
        parts.append(f"## {name}\n\n{command.help}\n\n{table}\n")
    return "\n".join(parts)


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    if not hasattr(command, "commands"):
        yield name, command
    for child, inner in getattr(command, "commands", {}).items():
        yield from commands(f"{name} {child}", inner)


def _parameters(command: Any) -> Iterator[tuple[str, str]]:
    for parameter in command.params:
        if parameter.name != "help":
            label = (
                ", ".join(parameter.opts) if parameter.opts[0].startswith("-") else parameter.metavar or parameter.name.upper()
            )
            yield f"`{label}`", (parameter.help or "").replace("\\[", "[")


def _table(options: type[Options]) -> str:
    return _rows(options.model_fields) if options.model_fields else "No options.\n"


def _rows(fields: Mapping[str, Any]) -> str:
    rows = [f"| `{name}` | {_default(field)} | {_cell(field.description or '')} |" for name, field in fields.items()]
    return "\n".join(["| option | default | |", "|---|---|---|", *rows]) + "\n"


def _default(field: FieldInfo) -> str:
    return "required" if field.is_required() else f"`{json.dumps(field.get_default(call_default_factory=True))}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> None:
    """Write all generated pages."""
    for name, content in pages().items():
        (DOCS / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
