"""`minutes.md`: one page that a busy person reads in a minute, and sends on."""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any
from urllib.parse import quote

import yaml
from jinja2 import Environment

from tasks.language.clock import clock, due_days, short_date
from tasks.language.wording import AUTO, Wording, wording_for
from tasks.report.content import began, ended, is_spoken, line_of, page_content, tick_and_state, unlinked
from tasks.report.page_templates import filled, own_folder, page_templates
from tasks.report.parts import place
from tasks.schema import Minutes

_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")
_LIST_MARK = re.compile(r"^(\d+(?=[.)])|(?=[-+]))([-+.)])")
"""At the start of a text it would begin a list, or with more of its kind draw a line."""
_SELDOM_PEOPLE = ("not_heard", "absent", "joined_late", "left_early")
"""Fields of the minutes that are only named when somebody is in them."""
TEMPLATE = "minutes.md.j2"
TIMELINE = "timeline.svg"
"""The picture beside the page."""
LISTENING = "minutes.html"
"""The page beside this one to which times lead, if it is written: there one hears and reads what was said."""


def render_markdown(minutes: Minutes, files: tuple[str, ...], language: str = AUTO, own: str | None = None) -> str:
    """The minutes as Markdown with YAML front matter, which is for programs and the same in every language.

    Args:
        own: the folder of the user's templates; one of this page makes all of it.
    """
    if own_folder(own, TEMPLATE):
        return render_page(minutes, files, language, own)
    facts = yaml.safe_dump(_front_matter(minutes), allow_unicode=True, sort_keys=False, width=1000, default_flow_style=None)
    return f"---\n{facts}---\n\n{render_page(minutes, files, language)}"


def render_page(minutes: Minutes, files: tuple[str, ...], language: str = AUTO, own: str | None = None) -> str:
    """What people read of it. Speech and file names are escaped: they are data, not markup.

    `auto` takes the language of the minutes.
    """
    wording = wording_for(language, minutes.language)
    content = {
        **page_content(minutes, files, wording),
        "timeline": TIMELINE,
        "box": item_box,
        "time": partial(_time, minutes, LISTENING in files, wording),
        "days": partial(due_days, wording=wording, held_on=minutes.recording.recorded_at.date()),
    }
    return filled(templates(own_folder(own, TEMPLATE)), TEMPLATE, content)


def escape(text: str | None) -> str:
    """Text that Markdown and HTML show as it is, on one line: nothing in it becomes a link, or calls somebody who reads it."""
    plain = " ".join((text or "").split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LIST_MARK.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", unlinked(plain))).replace("\u200b", "&#8203;")


def item_box(name: str, status: str) -> str:
    """How an action item begins its row: a box that leads to what was said, `[☐](#a-3f9c21)`, `[☑](#a-3f9c21) done`."""
    tick, state = tick_and_state(status)
    return f"[{tick}](#{quote(name)})" + (f" {escape(state)}" if state else "")


def sentence(text: str) -> str:
    """Escaped text as a sentence: a capital letter, and a full stop at its end."""
    return escape(ended(began(text)))


def _time(minutes: Minutes, listening: bool, wording: Wording, start_s: float, cited: Sequence[str]) -> str:
    """When something was said, as a link to the line of the transcript if it can be opened."""
    shown = place(start_s, minutes.recording.parts, wording)
    line = line_of(cited)
    return f"[{shown}]({LISTENING}#{line})" if listening and line else f"\\[{shown}\\]"


def _front_matter(minutes: Minutes) -> dict[str, Any]:
    recording = minutes.recording
    start = {"start": f"{recording.recorded_at:%H:%M}"} if recording.start_time_known else {}
    return {
        "title": minutes.title,
        "date": recording.recorded_at.date().isoformat(),
        **start,
        "duration": clock(minutes.coverage.duration_ms / 1000),
        "participants": list(minutes.participants),
        **{name: list(people) for name in _SELDOM_PEOPLE if (people := getattr(minutes, name))},
        "status": minutes.status.value,
    }


@cache
def templates(own: str | None) -> Environment:
    """Ours, or those of a folder of the user's."""
    environment = page_templates("tasks.report", escaping=False, own=own)
    filters: dict[str, Callable[..., str]] = {
        "md": escape,
        "sentence": sentence,
        "began": began,
        "ended": ended,
        "clock": clock,
        "short_date": short_date,
    }
    environment.filters |= filters
    environment.tests |= {"spoken_in": is_spoken}
    return environment
