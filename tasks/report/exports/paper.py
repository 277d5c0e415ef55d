"""The document as HTML without a script: what `minutes.pdf` is printed from, and what a mail shows."""

from functools import cache
from importlib.resources import files as resources

from jinja2 import Environment
from markupsafe import Markup

from tasks.report.content import unlinked
from tasks.report.exports.blocks import Document
from tasks.report.page_templates import page_templates


def to_html(document: Document, *, styled: bool = True) -> str:
    """The page; without the style, which mail programs take away, for a mail."""
    style = (resources("tasks.report") / "templates" / "paper.css").read_text(encoding="utf-8") if styled else ""
    page = _environment().get_template("paper.html.j2")
    return page.render(document=document, style=Markup(style))  # noqa: S704 - a file of ours


@cache
def _environment() -> Environment:
    environment = page_templates("tasks.report", escaping=True)
    environment.tests |= {kind: lambda block, kind=kind: type(block).__name__ == kind for kind in _KINDS}
    environment.filters |= {"unlinked": unlinked}
    return environment


_KINDS = ("Heading", "Paragraph", "ItemList", "Grid", "SpokenLine")
