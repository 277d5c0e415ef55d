"""The states of action items in minutes that were written before.

A state is what a person wrote into the table. Nothing else of earlier minutes is changed: every other byte stays. Exports (Word,
PDF, text, mail, table, calendar) and pages by templates of the user's are made anew from the minutes.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import escape as html_escape

from tasks.errors import ConfigError
from tasks.files import displayable, write_atomic
from tasks.report.calendar_file import to_ics
from tasks.report.content import tick_and_state
from tasks.report.exports.formats import NAMES as EXPORTS
from tasks.report.exports.formats import lacking, render_export
from tasks.report.found import read_shown
from tasks.report.html_page import NAME as HTML
from tasks.report.html_page import TEMPLATE as HTML_TEMPLATE
from tasks.report.html_page import render_html, state_text
from tasks.report.manifest import FILE_NAME as RUN_NAME
from tasks.report.manifest import read_manifest
from tasks.report.markdown import TEMPLATE as MARKDOWN_TEMPLATE
from tasks.report.markdown import escape, item_box, render_markdown
from tasks.report.options import ReportOptions
from tasks.report.page_templates import own_folder
from tasks.report.playback import COPY_NAME

_log = logging.getLogger("minutes.report")
PAGE, DATA, CALENDAR = "minutes.md", "minutes.json", "minutes.ics"


def rewrite_states(folder: Path, states: Mapping[str, str]) -> None:
    """Put states (item id -> state) into the files of a folder, each whole or as it was.

    A file that is missing, or that holds none of the items, is left alone. Raises a `ResourceError` if one cannot be written.
    """
    for name, change in ((PAGE, _in_page), (HTML, _in_html), (DATA, _in_data)):
        with suppress(FileNotFoundError, UnicodeDecodeError):
            before = (folder / name).read_bytes().decode()
            after = change(before, states)
            if after != before:
                write_atomic(folder / name, after)
    _renew(folder)


def _renew(folder: Path) -> None:
    """Make the exports of a complete folder anew, and the pages by templates of the user's, as far as this machine can."""
    manifest, content = read_manifest(folder), read_shown(folder)
    if manifest is None or content is None:
        return
    options, (minutes, transcript) = ReportOptions.model_validate(manifest.config["report"]), content
    own, listed = options.templates, (*(name for name in manifest.files if name != COPY_NAME), RUN_NAME)
    makers: dict[str, Callable[[], str | bytes]] = {CALENDAR: lambda: to_ics(minutes)}
    if own_folder(own, MARKDOWN_TEMPLATE):
        makers[PAGE] = lambda: render_markdown(minutes, listed, options.language, own)
    if own_folder(own, HTML_TEMPLATE):
        makers[HTML] = lambda: render_html(minutes, transcript, listed, options.language, manifest.page_audio, own=own)
    missing = {EXPORTS[form] for form, _ in lacking(options.formats)}
    makers |= {name: partial(render_export, name, minutes, transcript, options) for name in {*EXPORTS.values()} - missing}
    for name in manifest.files:
        if name in makers:
            try:
                write_atomic(folder / name, makers[name]())
            except ConfigError as error:  # of a template that was sound when the minutes were made
                _log.warning("%s was not written anew: %s", displayable(str(folder / name)), error)


def _in_page(page: str, states: Mapping[str, str]) -> str:
    for name, state in states.items():
        marks = {
            rf"\[[☐☑]\]\(#{re.escape(quote(name))}\)": item_box(name, state),
            rf"[☐☑] `{re.escape(name)}`": _old_box(name, state),
        }
        for mark, box in marks.items():
            cell = re.compile(rf"^\| {mark}(?: (?:[^|\\\n]|\\.)*?)? \|", re.MULTILINE)
            page = cell.sub(lambda _, box=box: f"| {box} |", page, count=1)  # type: ignore[misc]
    return page


def _old_box(name: str, status: str) -> str:
    """How the row began in version 0.1: ``☐ `a-3f9c21` done``."""
    tick, state = tick_and_state(status)
    return f"{tick} `{name}`" + (f" {escape(state)}" if state else "")


def _in_html(page: str, states: Mapping[str, str]) -> str:
    for name, state in states.items():
        span = re.compile(rf'(<span class="state" data-item="{re.escape(html_escape(name))}">)[^<]*')
        page = span.sub(lambda found, state=state: f"{found[1]}{html_escape(state_text(state))}", page, count=1)  # type: ignore[misc]
    return page


def _in_data(text: str, states: Mapping[str, str]) -> str:
    """The JSON with these states; it is written anew in the usual form if somebody has changed how it is laid out."""
    try:
        wanted = json.loads(text)
        items: list[dict[str, Any]] = [item for item in wanted["action_items"] if item["id"] in states]
    except (ValueError, LookupError, TypeError):
        return text
    changed = text
    for item in items:
        changed = _with_state(changed, item["id"], states[item["id"]])
        item["status"] = states[item["id"]]
    with suppress(ValueError):
        if json.loads(changed) == wanted:
            return changed
    return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"


def _with_state(text: str, name: str, state: str) -> str:
    start = text.find('"action_items"')
    pattern = rf'("id": {re.escape(json.dumps(name))},(?:(?!"id": ).)*?\n *"status": )"(?:[^"\\]|\\.)*"'
    found = re.compile(pattern, re.DOTALL).search(text, max(0, start))
    return (
        text
        if found is None
        else f"{text[: found.start()]}{found[1]}{json.dumps(state, ensure_ascii=False)}{text[found.end() :]}"
    )
