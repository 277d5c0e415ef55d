"""What the page says by itself, in every language it knows: each has a file `wording_<language>.py` with both kinds of wording.

Adding a language means adding such a file.
"""

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.language.codes import base_language
from tasks.schema import DueRelation

AUTO = "auto"
FALLBACK = "en"
_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class Counted:
    """A phrase about a number of things; languages without a plural say the same twice."""

    one: str
    many: str

    def of(self, number: int) -> str:
        """The phrase for this number."""
        return (self.one if number == 1 else self.many).format(number=number)


@dataclass(frozen=True)
class Wording:
    """Every fixed text of the page. Braces are filled in; see `wording_en` for what they stand for."""

    own_name: str
    """What the language calls itself."""
    # dates and lengths
    weekdays: tuple[str, ...]
    """Monday first, as in all three."""
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    long_date: str
    short_date: str
    day: str
    """A date in the year of the meeting."""
    due_forms: dict[DueRelation, str]
    """What bounds the time of a task -> the days that it leaves, `first` and `last`."""
    minutes: Counted
    seconds: Counted
    decimal: str
    """Between whole numbers and fractions."""
    messages: dict[str, str | Counted]
    """What code says of a recording, and why it proves no claim, by its code; see messages.py."""
    # people
    present: str
    present_shares: str
    """The same, before names with their shares of the talk."""
    not_heard: str
    """On the list, but never spoke."""
    absent: str
    """Not there, as somebody said."""
    joined_late: str
    left_early: str
    # what was heard and read
    transcribed: str
    silence: str
    undecodable: str
    not_recognised: str
    filtered: str
    unheard: str
    at: str
    """Before the times of the holes."""
    read_all: str
    read_some: str
    # warnings
    and_more: Counted
    """After the worst of the warnings, before a link to all of them."""
    warning: str
    stage_warning: str
    note: str
    unverified_warning: Counted
    stages: dict[str, str]
    """The name of a stage -> what readers call it; one that is missing stays as it is."""
    # sections
    no_speech: str
    summary: str
    no_summary: str
    agenda: str
    decisions: str
    why: str
    """Before the reason of a decision."""
    none_found: str
    action_items: str
    owner: str
    task: str
    due: str
    heard_at: str
    asked: str
    """After an owner who was asked, and of whom no answer was heard."""
    what_was_said: Counted
    """The heading of the proofs of the tasks, folded away."""
    said_before: str
    """Before the sentence that explains a task which only points back."""
    promised_before: str
    reverses: str
    """Before the words of an earlier decision."""
    corrected: str
    """After what people set right."""
    added: str
    """After what people wrote themselves."""
    accepted: str
    """After what was only possible, unverified or unreviewed until somebody said that it is right."""
    review_how: tuple[str, ...]
    """The lines at the top of a file in which items wait for a person's answers."""
    topics: str
    open_questions: str
    next_meeting: str
    named: str
    """Before whom and what the talk names."""
    named_kinds: dict[str, str]
    translation: str
    """The heading of the section in a second language."""
    translated_by: str
    """What was compared between two languages that the code knows."""
    translated_by_less: str
    """The same for other languages."""
    not_translated: str
    """Before what stays in its own language."""
    mood: str
    """After the title of a topic."""
    mood_note: str
    """What the band of moods is."""
    unverified: str
    possible: Counted
    """What may be a task or a decision, folded away."""
    possible_kinds: dict[str, str]
    kinds: dict[str, str]
    """The kind of an unverified claim -> what readers call it."""
    talk_time: str
    share: str
    talk_heads: tuple[str, str, str]
    """Speaker, time, share."""
    timeline: str
    """What stands for the picture where it cannot be seen."""
    part: str
    """One file of a meeting that came in several."""
    parts: str
    part_heads: tuple[str, str, str, str]
    """Part, file, beginning, length."""
    about: str
    """The heading of how the minutes were made."""
    source: str
    date_sources: dict[str, str]
    made_of: str
    """Before what each stage was done with."""
    technical: str
    """Before what libraries and servers said."""
    files: str
    made_by: str

    @property
    def unverified_anchor(self) -> str:
        """Where Markdown readers let a link to the section of unverified claims lead."""
        return _anchor(self.unverified)

    @property
    def about_anchor(self) -> str:
        """The same for how the minutes were made."""
        return _anchor(self.about)


@dataclass(frozen=True)
class PageWording:
    """What `minutes.html` says besides: of the transcript, and to whoever listens."""

    minutes: str
    transcript: str
    player: str
    skip: str
    """What the links at the very beginning are for."""
    hint: str
    search: str
    hits: Counted
    hit_of: str
    previous: str
    next: str
    show_only: str
    """Before the names of the speakers."""
    position: str
    back: str
    ahead: str
    speed: str
    follow: str
    """The button that keeps the line in view which is heard."""
    no_audio: str
    open_recording: str
    other_length: str


def _anchor(heading: str) -> str:
    return heading.casefold().replace(" ", "-")


def languages() -> tuple[str, ...]:
    """The languages that a page can be written in."""
    return tuple(sorted(path.stem.removeprefix("wording_") for path in Path(__file__).parent.glob("wording_*.py")))


def page_language(language: str, spoken: str) -> str:
    """The language of a page: the one asked for; for `auto` that of the minutes, or English where it is not known."""
    wanted = base_language(spoken) if language == AUTO else language
    return wanted if wanted in languages() else FALLBACK


def wording_for(language: str, spoken: str) -> Wording:
    """The wording in the language of a page."""
    return _load(page_language(language, spoken), "WORDING", Wording)


def page_wording_for(language: str, spoken: str) -> PageWording:
    """The wording of `minutes.html` in its language."""
    return _load(page_language(language, spoken), "PAGE", PageWording)


def _load(language: str, name: str, kind: type[_Kind]) -> _Kind:
    wording = getattr(importlib.import_module(f"tasks.language.wording_{language}"), name)
    assert isinstance(wording, kind)
    return wording
