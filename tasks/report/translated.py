"""The section that says the minutes in a second language: what was found, in the order of the page, with its proof."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.language.clock import due_days
from tasks.language.codes import language_name
from tasks.language.languages import known_language
from tasks.language.messages import message
from tasks.language.wording import Wording, languages, wording_for
from tasks.schema import ActionItem, Evidence, Message, Minutes, Translation


@dataclass(frozen=True)
class TranslatedLine:
    """One text; `facts` is the owner and the days of a task, which code puts in."""

    text: str
    facts: str
    evidence: Evidence


@dataclass(frozen=True)
class TranslatedSection:
    """The whole section."""

    heading: str
    language: str
    note: str
    parts: tuple[tuple[str, tuple[TranslatedLine, ...]], ...]
    left: tuple[tuple[str, Message], ...]
    """What stays in its own language, and why."""


def translated_section(minutes: Minutes, say: Wording) -> TranslatedSection | None:
    """None where the minutes have no translation."""
    made = minutes.translation
    if made is None:
        return None
    own = wording_for(made.language, made.language)
    name = own.own_name if made.language in languages() else language_name(made.language)
    model = next((engine.model for engine in minutes.engines if engine.stage == "translation"), "?")
    parts = [(heading, list(lines)) for heading, lines in _parts(minutes, own)]
    reasons = {each.text: each.reason for each in made.left_out}
    left = [line.text for _, lines in parts for line in lines if made.of(line.text) is None]
    return TranslatedSection(
        heading=say.translation.format(language=name),
        language=made.language,
        note=(
            say.translated_by if known_language(minutes.language) and known_language(made.language) else say.translated_by_less
        ).format(model=model),
        parts=tuple((heading, stands) for heading, lines in parts if (stands := tuple(_standing(lines, made)))),
        left=tuple((text, reasons.get(text, message("translation_changed"))) for text in dict.fromkeys(left)),
    )


def _standing(lines: Iterable[TranslatedLine], made: Translation) -> Iterator[TranslatedLine]:
    for line in lines:
        if translation := made.of(line.text):
            yield TranslatedLine(translation, line.facts, line.evidence)


def _parts(minutes: Minutes, own: Wording) -> Iterator[tuple[str, Iterable[TranslatedLine]]]:
    yield own.summary, (TranslatedLine(point.text, "", point.evidence) for point in minutes.summary)
    yield own.decisions, (TranslatedLine(each.text, "", each.evidence) for each in minutes.decisions)
    yield (
        own.action_items,
        (TranslatedLine(each.task, _facts(each, minutes, own), each.evidence) for each in minutes.action_items),
    )
    yield own.open_questions, (TranslatedLine(each.text, "", each.evidence) for each in minutes.open_questions)
    yield own.topics, _topics(minutes)


def _topics(minutes: Minutes) -> Iterator[TranslatedLine]:
    for topic in minutes.topics:
        yield TranslatedLine(topic.title, "", topic.evidence)
        yield from (TranslatedLine(point.text, "", point.evidence) for point in topic.points)
        if not topic.points:
            yield TranslatedLine(topic.text, "", topic.evidence)


def _facts(item: ActionItem, minutes: Minutes, own: Wording) -> str:
    days = due_days(item, own, minutes.recording.recorded_at.date())
    return ", ".join(filter(None, (item.owner, days)))
