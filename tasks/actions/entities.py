"""What a meeting names, as far as it is known without a model: its people, dates, and the words of its sidecar's vocabulary."""

import re
from collections.abc import Iterable, Iterator, Sequence

from tasks.meeting.calendar import Calendar
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence
from tasks.schema import Entity, EntityKind, Transcript

Mention = tuple[EntityKind, str, tuple[str, ...]]
"""The kind, the name, and the segments that name it."""

_ORGANISATION = re.compile(
    r"\b(?:ltd|inc|llc|gmbh|corp|corporation|company|co|plc|bank|university|institute|ministry|agency|association|committee|"
    r"công ty|tập đoàn|ngân hàng|đại học|viện|bộ|sở|hội)\b\.?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:street|road|avenue|square|city|county|lake|river|valley|island|đường|phố|phường|quận|huyện|tỉnh|thành phố|hồ|sông)\b",
    re.IGNORECASE,
)
_PROPER = re.compile(r"[^\W\d_a-zà-ỹ]|\d")


def known_entities(transcript: Transcript, people: People, sentences: Sequence[Sentence], days: Calendar) -> tuple[Entity, ...]:
    """People by name, days that were said, and proper names of the vocabulary, in the order of their first mention."""
    return united((*_people(sentences, people), *_dates(sentences, days), *_vocabulary(transcript, people)), transcript)


def united(mentions: Iterable[Mention], transcript: Transcript) -> tuple[Entity, ...]:
    """One entity for each name of a kind, with all segments that name it."""
    order = {segment.id: number for number, segment in enumerate(transcript.segments)}
    found: dict[tuple[EntityKind, str], tuple[str, set[str]]] = {}
    for kind, text, ids in mentions:
        found.setdefault((kind, text.casefold()), (text, set()))[1].update(ids)
    entities = [
        Entity(kind=kind, text=text, segment_ids=tuple(sorted(ids, key=order.__getitem__)))
        for (kind, _), (text, ids) in found.items()
    ]
    return tuple(sorted(entities, key=lambda entity: order[entity.segment_ids[0]]))


def _people(sentences: Sequence[Sentence], people: People) -> Iterator[Mention]:
    spoken = re.compile(rf"(?<!\w)(?:{people.pattern})(?!\w)", re.IGNORECASE)
    for sentence in sentences:
        for match in spoken.finditer(sentence.text):
            if person := people.names.get(" ".join(match[0].lower().split())):
                yield EntityKind.PERSON, person, sentence.segment_ids


def _dates(sentences: Sequence[Sentence], days: Calendar) -> Iterator[Mention]:
    for sentence in sentences:
        for due in days.dues(sentence.text, sentence.language):
            if due.dated:
                yield EntityKind.DATE, due.phrase, sentence.segment_ids


def _vocabulary(transcript: Transcript, people: People) -> Iterator[Mention]:
    for term in transcript.recording.sidecar.vocabulary:
        if not _PROPER.search(term) or people.person(term):
            continue
        said = re.compile(rf"(?<!\w){re.escape(term)}(?!\w)", re.IGNORECASE)
        ids = tuple(segment.id for segment in transcript.segments if said.search(segment.text))
        if ids:
            yield _kind_of(term), term, ids


def _kind_of(term: str) -> EntityKind:
    if _ORGANISATION.search(term):
        return EntityKind.ORGANISATION
    return EntityKind.PLACE if _PLACE.search(term) else EntityKind.PRODUCT
