"""What is wrong with the folder of the user's own templates, before any work begins."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from jinja2 import Environment, meta, nodes
from jinja2.exceptions import TemplateSyntaxError

from tasks.errors import ConfigError, did_you_mean
from tasks.files import displayable, sha256_of_file
from tasks.report import html_page, markdown
from tasks.report.page_templates import template_fault
from tasks.strict_yaml import read_small, reason_of

_Named = nodes.Filter | nodes.Test | nodes.Name
_PAGES = {markdown.TEMPLATE: markdown.templates, html_page.TEMPLATE: html_page.templates}


def template_problems(folder: str) -> Iterator[str]:
    """A sentence for each template that cannot be read, or that asks for what no page has."""
    there = [name for name in _PAGES if (Path(folder) / name).is_file()]
    if not there:
        yield f"'{displayable(folder)}' holds neither {' nor '.join(_PAGES)}; see docs/exports.md."
    for name in there:
        try:
            _require_sound(Path(folder) / name, _PAGES[name](folder), _PAGES[name](None))
        except ConfigError as error:
            yield str(error)


def _require_sound(path: Path, own: Environment, packaged: Environment) -> None:
    """Raise a `ConfigError` for the first fault that can be seen without minutes."""
    try:
        tree = own.parse(read_small(path).decode(), path.name, str(path))
        _require_known(path, tree.find_all(nodes.Filter), "filter", own.filters)
        _require_known(path, tree.find_all(nodes.Test), "test", own.tests)
        own.compile(tree, path.name, str(path))
        free = meta.find_undeclared_variables(tree)
    except TemplateSyntaxError as error:
        raise template_fault(error) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"{reason_of(error)}.", where=displayable(str(path)), fix="Mend the template.") from error
    there = meta.find_undeclared_variables(packaged.parse(_packaged_source(packaged, path.name))) | {*own.globals}
    bound = {node.name for node in tree.find_all(nodes.Name)} - free
    _require_known(path, tree.find_all(nodes.Name), "value", there | bound, f" Known are {', '.join(sorted(there))}.")


def _require_known(path: Path, asked: Iterable[_Named], what: str, known: Collection[str], more: str = "") -> None:
    for node in asked:
        if node.name not in known:
            where = f"{displayable(str(path))}:{node.lineno}"
            raise ConfigError(f"the page has no {what} '{node.name}'.{did_you_mean(node.name, known)}{more}", where=where)


def _packaged_source(packaged: Environment, name: str) -> str:
    assert packaged.loader
    return packaged.loader.get_source(packaged, name)[0]


def templates_digest(folder: str | None) -> tuple[str, ...]:
    """What the templates are by their content, so that changed ones are another run."""
    return tuple(sha256_of_file(path) for path in sorted(Path(folder).glob("*.j2"))) if folder else ()
