"""`minutes backends`: the engines that can be chosen."""

from typing import TYPE_CHECKING, Any

from flows.cli.options import JsonOption

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def backends(as_json: JsonOption = False) -> None:
    """List the engines of every stage, their options, and whether they are installed."""
    from flows.cli.tables import print_backends, print_json

    rows = list_backends()
    print_json(rows) if as_json else print_backends(rows)


def list_backends() -> list[dict[str, Any]]:
    """One row a backend: stage, name, what it is, installed or the install command, options with defaults."""
    from tasks.engine.registry import ENRICHMENTS, STAGES
    from tasks.engine.registry import backends as found

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
        for stage in (*STAGES, *ENRICHMENTS)
        for name, backend in found(stage).items()
    ]


def _default(field: "FieldInfo") -> Any:
    return None if field.is_required() else field.get_default(call_default_factory=True)
