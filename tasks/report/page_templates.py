"""How the templates of a package become pages: a name that nobody gave is an error, not an empty place."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def page_templates(package: str, *, escaping: bool) -> Environment:
    """The folder `templates` of a package.

    Args:
        escaping: what is put in is text of an HTML page; where it is not, the template must escape by a filter.
    """
    return Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=escaping,  # noqa: S701 - Markdown has an escape of its own, the filter `md`
    )
