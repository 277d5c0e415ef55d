"""A third language in one file, as somebody would add it: what is not said here is as in English."""

import re
from dataclasses import replace

from tasks.language.calendar_days import days_later, weekday_after
from tasks.language.cues import CueKind
from tasks.language.date_words import day_rules
from tasks.language.english import ENGLISH

_WEEKDAYS = "lundo mardo merkredo ĵaŭdo vendredo sabato dimanĉo".split()
_day = day_rules({"WEEKDAY": rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"})

ESPERANTO = replace(
    ENGLISH,
    code="eo",
    letters="ĉĝĥĵŝŭ",
    accented="",
    stop_words=frozenset("la mi vi li ŝi ĝi ni ili kaj aŭ de en al por pri sed ke ĉu jes ne estas estos tio tiu".split()),
    plain_words=frozenset("la mi ni kaj estas estos por pri sed".split()),
    stem=lambda word: re.sub(r"(?:as|os|is|us|oj|on|ojn|o|a|e|i|u)$", "", word),
    negation=r"\b(?:ne|neniam|neniu)\b",
    negation_words=frozenset({"neniam", "neniu"}),
    conjunction=" kaj ",
    dates=replace(
        ENGLISH.dates,
        bounds=(("by", r"(?:ĝis|plej malfrue) "), ("not_before", r"ne antaŭ "), ("on", r"je ")),
        days=(
            _day(r"morgaŭ", lambda match, base: days_later(base, 1)),
            _day(r"<WEEKDAY>", lambda match, base: weekday_after(base, _WEEKDAYS.index(match["weekday"])), bare=True),
        ),
    ),
    answers=replace(ENGLISH.answers, yes=r"^(?:jes|certe|volonte)\b", no=r"^ne\b", commit=r"\bmi \w+os\b"),
    cues=replace(
        ENGLISH.cues,
        cues=((CueKind.SELF, r"\bmi (?=\w+os\b)"), (CueKind.REQUEST, r"\bNAME, bonvolu\b")),
        doing=r"(?:sendos|skribos|sendi|skribi)",
        decision=(r"\bni decidis(?P<of> ke)?\b",),
    ),
)
