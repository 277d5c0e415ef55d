"""The engines that can be chosen."""

from typing import Any

from pydantic.fields import FieldInfo
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tasks.registry import STAGES, backends


def list_backends() -> list[dict[str, Any]]:
    """One row a backend: stage, name, what it is, installed or the install command, options with defaults."""
    return [
        {
            "stage": stage,
            "backend": name,
            "summary": backend.summary,
            "installed": not backend.missing_packages(),
            "install": backend.install,
            "options": {
                option: {"default": _default(field), "required": field.is_required(), "description": field.description}
                for option, field in backend.Options.model_fields.items()
            },
        }
        for stage in STAGES
        for name, backend in backends(stage).items()
    ]


def print_backends(rows: list[dict[str, Any]]) -> None:
    """The rows as a table on stdout, options below each backend."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("stage", "backend", "installed", "what it is"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        state = "[green]yes[/green]" if row["installed"] else f"[red]no[/red]: {escape(row['install'])}"
        table.add_row(row["stage"], row["backend"], state, row["summary"])
        for option, facts in row["options"].items():
            value = "(required)" if facts["required"] else f"= {facts['default']}"
            table.add_row("", "", "", f"[dim]{option} {escape(value)}: {escape(facts['description'])}[/dim]")
    Console().print(table, highlight=False)


def _default(field: FieldInfo) -> Any:
    return None if field.is_required() else field.get_default(call_default_factory=True)
