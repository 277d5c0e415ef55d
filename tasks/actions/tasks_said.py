"""The tasks that one sentence hands out, before anybody has answered."""

import datetime as dt
import re
from dataclasses import dataclass

from tasks.actions.cues import Kind, Words, compiled
from tasks.actions.dates import find_due_phrase, resolve_due_date
from tasks.actions.owners import People
from tasks.actions.sentences import Sentence
from tasks.actions.wording import task_text

_OWN = frozenset({Kind.SELF, Kind.SELF_WEAK})
_STATED = frozenset({Kind.SELF, Kind.SELF_WEAK, Kind.GROUP, Kind.NAMED, Kind.NAMED_WEAK, Kind.ORDER_YOU})
_ONLY_WITH_DATE = frozenset({Kind.SELF_WEAK, Kind.NAMED_WEAK})
_TAG_QUESTION = re.compile(r"(?:right|okay|ok|yeah|yes|correct|nhé|được không|phải không)(?: ạ)?\?$", re.IGNORECASE)
_CONDITION = re.compile(r"\bif (?!nobody|no one|that's (?:ok|fine)|it's (?:ok|fine)|possible|necessary)", re.IGNORECASE)


@dataclass(frozen=True)
class Task:
    """Something to do, as one clause says it."""

    kind: Kind
    text: str
    named: str | None
    due_phrase: str | None
    due_date: dt.date | None
    generic: bool
    """It only points back: `do that`."""
    pointing: bool
    """Its object is a pronoun."""
    concrete: bool
    """Its verb is one of work, not of talk."""


def tasks_in(sentence: Sentence, words: Words, people: People, base: dt.date) -> list[Task]:
    """The tasks of a sentence in order; empty for what is reported, conditional, negated or only talk."""
    cues = _cues(sentence.text, words, people)
    ends = [*(match.start() for _, match in cues[1:]), len(sentence.text)] if cues else []
    found = []
    for (kind, match), end in zip(cues, ends, strict=True):
        if _is_meant(kind, sentence, match, words, people):
            said = sentence.text[match.end() : end]
            lead = sentence.text[: match.start()] if match is cues[0][1] else ""
            task = _task(kind, said, lead, match, words, people, base, sentence.language)
            found += [task] if task else []
    return found


def _cues(text: str, words: Words, people: People) -> list[tuple[Kind, re.Match[str]]]:
    """The cues of a text from left to right, the more specific one where two overlap."""
    matches = [
        (kind, match) for kind, pattern in words.cues for match in compiled(pattern, people.pattern, words.doing).finditer(text)
    ]
    kept: list[tuple[Kind, re.Match[str]]] = []
    for kind, match in sorted(matches, key=lambda found: found[1].start()):
        if not kept or match.start() >= kept[-1][1].end():
            kept.append((kind, match))
    return kept


def _is_meant(kind: Kind, sentence: Sentence, match: re.Match[str], words: Words, people: People) -> bool:
    before = sentence.text[: match.start()]
    if compiled(words.embedded).search(before) or _CONDITION.search(before):
        return False
    if kind in _STATED and compiled(words.hypothetical).search(sentence.text):
        return False
    if kind in _STATED and sentence.is_question and not (kind not in _OWN and _TAG_QUESTION.search(sentence.text)):
        return False
    return not (kind in _OWN and compiled(words.introduction, people.pattern).search(sentence.text))


def _task(
    kind: Kind, said: str, lead: str, match: re.Match[str], words: Words, people: People, base: dt.date, language: str
) -> Task | None:
    sentence_clause = said
    said = said[re.match(r"[\s,:]*", said).end() :]  # type: ignore[union-attr]
    said = compiled(words.adverbs).sub("", said, count=1) if compiled(words.adverbs).match(said) else said
    if compiled(words.negated).match(said) or compiled(words.stative).match(said):
        return None
    due = find_due_phrase(said, language) or find_due_phrase(lead, language)
    date = resolve_due_date(due, base, language) if due else None
    generic = bool(compiled(words.generic).search(said))
    text = task_text(said, due, words)
    on_the_spot = bool(compiled(words.immediate).search(sentence_clause))
    if not generic and not _is_work(kind, text, date, words, on_the_spot):
        return None
    spoken = match.groupdict().get("name")
    return Task(
        kind=kind,
        text=text,
        named=people.person(spoken) if spoken else None,
        due_phrase=due,
        due_date=date,
        generic=generic,
        pointing=bool(compiled(words.pointing).search(text)),
        concrete=bool(compiled(words.doing).match(text)),
    )


def _is_work(kind: Kind, text: str, date: dt.date | None, words: Words, on_the_spot: bool) -> bool:
    if len(text.split()) < 2:
        return False
    if date:
        return True
    if kind in _ONLY_WITH_DATE:
        return False
    return not compiled(words.now).match(text) and not (kind in _OWN and on_the_spot)
