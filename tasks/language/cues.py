"""What a piece of speech can say about a task: the kinds of cues, and the word tables of one language."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

_TITLE = r"(?:(?:anh|chị|em|bạn|cô|chú|bác) )?"


class CueKind(StrEnum):
    """How a sentence gives somebody something to do."""

    SELF = "self"
    SELF_WEAK = "self, only with a date"
    REQUEST = "asks a person by name"
    REQUEST_YOU = "asks whoever answers"
    ORDER_YOU = "tells whoever is meant"
    NAMED = "says that a person will"
    NAMED_WEAK = "says that a person should, only with a date"
    GROUP = "says that we or someone will"
    WHO = "asks who will"


@dataclass(frozen=True)
class Words:
    """Patterns of one language; `NAME` stands for any known name.

    A cue ends where its task begins. `NAMES` are one person or two.
    """

    cues: tuple[tuple[CueKind, str], ...]
    adverbs: str
    """Skipped between a cue and its verb."""
    embedded: str
    """A cue right after one of these is reported, conditional or relative, not meant."""
    hypothetical: str
    immediate: str
    """Said of what is done on the spot: a task only with a date."""
    negated: str
    """At the start of a task: it will not be done."""
    stative: str
    """Verbs that are never tasks."""
    now: str
    """Verbs of the meeting itself: tasks only with a date."""
    doing: str
    """Verbs that make a task even when nobody in particular is named."""
    generic: str
    """A task that only points back: `do that`."""
    tail: str
    """Where a task ends before its sentence does."""
    trim: str
    """Courtesies at the end of a task."""
    called_last: str
    """What comes before a name at the end that only says who is meant: `could you do it, NAME?`"""
    cancel: str
    cancel_named: str
    reassign: tuple[str, ...]
    redate: str
    introduction: str
    decision: tuple[str, ...]
    decision_question: str
    reason: str
    """Where a decision ends and its reasons begin."""
    recap: str
    """Said of decisions of an earlier meeting."""
    decision_statement: str
    question: str
    question_lead: str
    """Words before a question that do not belong to it."""
    open_answer: str
    open_statement: tuple[str, ...]
    stopwords: frozenset[str]
    agent: str = "(?!)"
    """Who is to do what is told of in the passive: `the slides will be prepared by NAME`."""


@cache
def compiled(pattern: str, names: str = "(?!)", doing: str = "(?!)") -> re.Pattern[str]:
    """A pattern of a word table for one set of names: `name` is who was named first, `other` a second person."""
    pattern = pattern.replace("NAMES", f"NAME(?:,? (?:and|và) {_TITLE}(?P<other>{names}))?")
    pattern = pattern.replace("NAME", f"(?P<name>{names})", 1).replace("NAME", f"(?:{names})").replace("DOING", doing)
    return re.compile(pattern, re.IGNORECASE)
