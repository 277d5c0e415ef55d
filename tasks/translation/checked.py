"""Minutes with their translation, as far as it is proved; the rest is left out with the reason."""

from collections.abc import Iterator

from tasks.language.detection import language_within
from tasks.language.messages import message
from tasks.schema import (
    EntityKind,
    Message,
    Minutes,
    Notice,
    NoticeKind,
    Translated,
    Translation,
    Translations,
    Untranslated,
)
from tasks.translation.fidelity import FidelityCheck
from tasks.translation.texts import texts_of

STAGE = "translation"
_NAMES = (EntityKind.PERSON, EntityKind.ORGANISATION, EntityKind.PRODUCT)
"""Places have other names in other languages."""


def with_translation(minutes: Minutes, made: Translations) -> Minutes:
    """The minutes with every translation that code has nothing against. The minutes themselves stay as they are."""
    drafts = {each.text: each.translation for each in made.texts}
    stands, left_out = list[Translated](), list[Untranslated]()
    texts = texts_of(minutes)
    for text in texts if made.engine else ():
        language = language_within(text, minutes.language)
        if language == made.language:
            stands.append(Translated(text=text, translation=text))
        elif objection := _objection(minutes, language, made.language, text, drafts.get(text)):
            left_out.append(Untranslated(text=text, reason=objection))
        else:
            stands.append(Translated(text=text, translation=drafts[text]))
    translation = Translation(language=made.language, texts=tuple(stands), left_out=tuple(left_out))
    notices = (*made.notices, *_left_out(len(left_out), len(texts)))
    return minutes.enriched(made.engine, notices, translation=translation if stands or left_out else None)


def _objection(minutes: Minutes, source: str, target: str, text: str, draft: str | None) -> Message | None:
    if draft is None:
        return message("translation_missing")
    meeting = minutes.next_meeting
    check = FidelityCheck(
        source,
        target,
        minutes.recording.recorded_at.date(),
        meeting.due_date if meeting else None,
        tuple(_people(minutes)),
    )
    return check.objection(text, draft)


def _people(minutes: Minutes) -> Iterator[str]:
    yield from (*minutes.participants, *minutes.not_heard, *minutes.absent)
    yield from (item.owner for item in minutes.action_items if item.owner)
    yield from (entity.text for entity in minutes.entities if entity.kind in _NAMES)


def _left_out(count: int, texts: int) -> Iterator[Notice]:
    if count:
        yield Notice.of(NoticeKind.WARNING, STAGE, message("translation_left_out", number=count, all=texts))
