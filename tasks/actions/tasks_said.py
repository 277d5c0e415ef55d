"""The tasks that one sentence hands out, before anybody has answered."""

import re
from dataclasses import dataclass

from tasks.actions.wording import task_text
from tasks.language.cues import CueKind, Words, compiled
from tasks.language.due_dates import Due
from tasks.language.languages import language_or_english
from tasks.language.pointing import pronoun_of
from tasks.meeting.calendar import Calendar
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence

_OWN = frozenset({CueKind.SELF, CueKind.SELF_WEAK})
_STATED = frozenset({CueKind.SELF, CueKind.SELF_WEAK, CueKind.GROUP, CueKind.NAMED, CueKind.NAMED_WEAK, CueKind.ORDER_YOU})
_ONLY_WITH_DATE = frozenset({CueKind.SELF_WEAK, CueKind.NAMED_WEAK})
_TAG_QUESTION = re.compile(r"(?:right|okay|ok|yeah|yes|correct|nhé|được không|phải không)(?: ạ)?\?$", re.IGNORECASE)
_CONDITION = re.compile(r"\bif (?!nobody|no one|that's (?:ok|fine)|it's (?:ok|fine)|possible|necessary)", re.IGNORECASE)


@dataclass(frozen=True)
class Task:
    """Something to do, as one clause says it."""

    kind: CueKind
    text: str
    named: str | None
    due: Due | None
    generic: bool
    """It only points back: `do that`."""
    pointing: bool
    """Its object is a pronoun."""
    concrete: bool
    """Its verb is one of work, not of talk."""


@dataclass(frozen=True)
class _Cue:
    kind: CueKind
    match: re.Match[str]
    said: str
    """What follows, up to the next cue."""
    lead: str
    """What stands before the first cue of the sentence."""


def tasks_in(sentence: Sentence, words: Words, people: People, days: Calendar) -> list[Task]:
    """The tasks of a sentence in order; empty for what is reported, conditional, negated or only talk."""
    meant = [cue for cue in _cues(sentence.text, words, people) if _is_meant(cue, sentence, words, people)]
    tasks = [_task(cue, words, people, days, sentence.language) for cue in meant]
    return [task for task in tasks if task]


def _cues(text: str, words: Words, people: People) -> list[_Cue]:
    """The cues of a text from left to right, the more specific one where two overlap."""
    matches = [
        (kind, match) for kind, pattern in words.cues for match in compiled(pattern, people.pattern, words.doing).finditer(text)
    ]
    kept: list[tuple[CueKind, re.Match[str]]] = []
    for kind, match in sorted(matches, key=lambda found: found[1].start()):
        if not kept or match.start() >= kept[-1][1].end():
            kept.append((kind, match))
    ends = [*(match.start() for _, match in kept[1:]), len(text)]
    return [
        _Cue(kind, match, said=text[match.end() : end], lead="" if number else text[: match.start()])
        for number, ((kind, match), end) in enumerate(zip(kept, ends, strict=False))
    ]


def _is_meant(cue: _Cue, sentence: Sentence, words: Words, people: People) -> bool:
    before = sentence.text[: cue.match.start()]
    if compiled(words.embedded).search(before) or _CONDITION.search(before):
        return False
    if cue.kind in _STATED and compiled(words.hypothetical).search(sentence.text):
        return False
    if cue.kind in _STATED and sentence.is_question and not (cue.kind not in _OWN and _TAG_QUESTION.search(sentence.text)):
        return False
    return not (cue.kind in _OWN and compiled(words.introduction, people.pattern).search(sentence.text))


def _task(cue: _Cue, words: Words, people: People, days: Calendar, language: str) -> Task | None:
    said = compiled(words.adverbs).sub("", cue.said.lstrip(" ,:"), count=1)
    if compiled(words.negated).match(said) or compiled(words.stative).match(said):
        return None
    due = days.due(said, language) or days.due(cue.lead.strip(), language)
    text = task_text(said, due.stretch if due else None, words, people.pattern)
    talk = bool(compiled(words.now).match(text))
    generic = bool(compiled(words.generic).search(said))
    if not (generic or (due and due.dated) or (not talk and _is_work(cue, words))) or len(text.split()) < (1 if generic else 2):
        return None
    return Task(
        kind=cue.kind,
        text=text,
        named=_named(cue, people, language),
        due=due,
        generic=generic,
        pointing=pronoun_of(text, language) is not None,
        concrete=bool(compiled(words.doing).match(text)) or (due is not None and due.is_deadline and not talk),
    )


def _named(cue: _Cue, people: People, language: str) -> str | None:
    """The person named, or both."""
    spoken = [cue.match.groupdict().get(group) for group in ("name", "other")]
    persons = [person for name in spoken if name and (person := people.person(name))]
    return language_or_english(language).conjunction.join(persons) or None


def _is_work(cue: _Cue, words: Words) -> bool:
    """Whether a task without a date is more than something one has to do, or does on the spot."""
    if cue.kind in _ONLY_WITH_DATE:
        return False
    return not (cue.kind in _OWN and compiled(words.immediate).search(cue.said))
