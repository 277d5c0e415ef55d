"""How templates become pages: those of a package, or the user's own (`report.templates`), which run in a sandbox.

A name that nobody gave is an error, not an empty place. A template of the user's sees what ours see: the fields of the minutes,
no method of theirs, nothing of Python, no file outside of its folder.
"""

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel

from tasks.errors import ConfigError
from tasks.files import displayable

LONGEST_PAGE = 50_000_000
"""Letters; the page of three hours has 1.1 million."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Some methods of pydantic's models open files, and read pickles."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not (isinstance(obj, BaseModel | type) and callable(value))


def page_templates(package: str, *, escaping: bool, own: str | None = None) -> Environment:
    """The folder `templates` of a package.

    Args:
        escaping: what is put in is text of an HTML page; where it is not, the template must escape by a filter.
        own: a folder of the user's, whose templates are taken instead.
    """
    loader = FileSystemLoader(own) if own else PackageLoader(package)
    return (_Sandbox if own else Environment)(
        loader=loader,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=escaping,
    )


def own_folder(folder: str | None, template: str) -> str | None:
    """The folder of the user's templates, if it has this one."""
    return folder if folder and (Path(folder) / template).is_file() else None


def filled(templates: Environment, name: str, content: Mapping[str, Any]) -> str:
    """The page. Raises a `ConfigError` that names file and line for whatever goes wrong in a template of the user's."""
    if not isinstance(templates, _Sandbox):
        return templates.get_template(name).render(content)
    try:
        return _within_bounds(templates, name, content)
    except Exception as error:
        raise template_fault(error) from error


def template_fault(error: Exception) -> ConfigError:
    """What is wrong with a template of the user's, and where; of foreign errors the kind alone, since they may quote speech."""
    what = (error.message or "").rstrip(".") if isinstance(error, TemplateError) else type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        file, line = error.filename or error.name or "", error.lineno
    else:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
        file, line = (frames[-1].filename, frames[-1].lineno or 0) if frames else ("report.templates", 0)
    where = f"{displayable(file)}:{line}" if line else displayable(file)
    return ConfigError(f"{what}.", where=where, fix="Mend the template; see docs/exports.md.")


def _within_bounds(templates: Environment, name: str, content: Mapping[str, Any]) -> str:
    pieces, letters = list[str](), 0
    for piece in templates.get_template(name).generate(content):
        pieces.append(piece)
        letters += len(piece)
        if letters > LONGEST_PAGE:
            raise TemplateError(f"it makes more than {LONGEST_PAGE} letters")
    return "".join(pieces)
