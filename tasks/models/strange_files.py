"""Files of a model that a library reads whole or runs before anything is known of them: bounds on their size and their time."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tasks.errors import DependencyError

_PARSED = (".json", ".jinja", ".model", ".txt")
_MOST_BYTES = 128 << 20
"""The largest tokenizers have 35 MB (Gemma 3); chosen by hand."""
_TEMPLATE_S = 20.0
_TRIAL = """
import json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
except (ImportError, ValueError, OSError):
    pass
from jinja2 import TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
asked = json.load(sys.stdin)
def refuse(reason):
    raise TemplateError(reason)
try:
    room = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
    room.filters["tojson"] = lambda value, **more: json.dumps(value)
    room.globals |= {"raise_exception": refuse, "strftime_now": lambda form: form}
    made = room.from_string(asked["template"]).render(messages=asked["messages"], add_generation_prompt=True, **asked["values"])
except MemoryError:
    raise
except Exception:
    made = ""
sys.exit(3 if len(made) > 1_000_000 else 0)
"""
"""Ends with 0 if the template came to an end, whatever it says of these messages."""


def require_bearable_files(folder: Path) -> None:
    """Raise for a tokenizer or a configuration of a size that no model needs; weights may have any."""
    for path in sorted(folder.iterdir()):
        if path.suffix in _PARSED and path.is_file() and (size := path.stat().st_size) > _MOST_BYTES:
            what = f"its '{path.name}' has {size >> 20} MB, more than {_MOST_BYTES >> 20} MB, which no model needs."
            raise DependencyError(what, where=str(folder), fix="Choose another model.")


def require_ending_template(template: str, messages: list[dict[str, str]], values: Mapping[str, Any], where: str) -> None:
    """Raise for a chat template that loops or grows without end: it is tried in another process first."""
    given = json.dumps({"template": template, "messages": messages, "values": dict(values)})
    try:
        done = subprocess.run(  # noqa: S603 - our own program; what is strange is data to it
            [sys.executable, "-c", _TRIAL], input=given, text=True, capture_output=True, timeout=_TEMPLATE_S, check=False
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        fix = "Choose another model, or a revision whose template is the publisher's."
        raise DependencyError("has a chat template that does not come to an end.", where=where, fix=fix)
