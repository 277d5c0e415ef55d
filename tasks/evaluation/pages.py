"""The pages of figures, each one file that asks nothing of a network.

Whatever was said is text: the templates escape it, and the policy of a page lets no script run.
"""

from functools import cache
from importlib.resources import files as resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from tasks.language.clock import short_clock
from tasks.report.html_page import content_hash, page_style
from tasks.report.page_templates import page_templates


def render(template: str, **content: Any) -> str:
    """A page of this content, with the style of `minutes.html` and its own."""
    own = (resources("tasks.evaluation") / "templates" / "figures.css").read_text(encoding="utf-8")
    style = f"{page_style()}{own}"
    policy = f"default-src 'none'; style-src '{content_hash(style)}'; base-uri 'none'; form-action 'none'"
    page = _environment().get_template(template)
    return page.render(style=Markup(style), policy=policy, **content)  # noqa: S704 - files of ours


@cache
def _environment() -> Environment:
    environment = page_templates("tasks.evaluation", escaping=True)
    environment.filters["clock"] = short_clock
    return environment
