"""What one task, decision or sentence of the summary rests on, as its rewriting is compared with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.language.answers import promises
from tasks.language.codes import base_language
from tasks.language.due_dates import Due
from tasks.language.qualifier_words import QualifierWords
from tasks.language.qualifiers import qualifier_words
from tasks.language.words import content_stems, normalise
from tasks.meeting.calendar import Calendar
from tasks.meeting.sentences import Sentence
from tasks.schema import ActionItem, Decision, SummaryPoint
from tasks.verification.agreement import Agreements

Item = ActionItem | Decision | SummaryPoint
_SENTENCES_BEFORE = 4
"""In which the meaning of a pronoun is looked for."""
_LEAST_WORDS = 2
"""With fewer words of its own a sentence says nothing that a pronoun could mean."""
_TOPIC_S = 10.0
"""How long before the item the sentence may end that says what it is about."""


@dataclass(frozen=True)
class SpokenItem:
    """The spoken words of an item, and the sentences that explain them."""

    item: Item
    language: str
    small: QualifierWords
    quoted: tuple[Sentence, ...]
    before: tuple[Sentence, ...]
    """In which a pronoun may be explained."""
    topic: tuple[Sentence, ...]
    """The sentence right before, of somebody else who takes nothing on."""
    days: Calendar
    _timeless: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """The item in spoken words, and the sentences that prove it."""
        return (self.item.said, *(sentence.text for sentence in self.quoted))

    @property
    def is_statement(self) -> bool:
        return not isinstance(self.item, ActionItem)

    def dues(self, text: str) -> list[Due]:
        """The times that a text names."""
        return self.days.dues(text, self.language)

    def timeless(self, text: str) -> str:
        """A spoken text without its times."""
        if text not in self._timeless:
            self._timeless[text] = without(text, self.dues(text))
        return self._timeless[text]


def spoken_item(item: Item, agreements: Agreements, days: Calendar) -> SpokenItem | None:
    """What the item rests on; None where no sentence is found, or nobody knows the small words of its language."""
    sentences, quoted = agreements.sentences, _of_item(item, agreements.quoted(item.evidence))
    language = base_language(quoted[0].language) if quoted else ""
    small = qualifier_words(language)
    if not quoted or small is None:
        return None
    cited, own = set(item.evidence.segment_ids), {sentence.index for sentence in quoted}
    beside = {one.index for one in sentences[: quoted[-1].index] if not cited.isdisjoint(one.segment_ids)}
    near = sorted((beside | {one.index for one in _just_before(sentences, quoted[0])}) - own)
    return SpokenItem(
        item=item,
        language=language,
        small=small,
        quoted=tuple(quoted),
        before=tuple(sentences[index] for index in near),
        topic=tuple(_topic(sentences, quoted[0])),
        days=days.at(quoted[0].start_s),
    )


def _of_item(item: Item, quoted: list[Sentence]) -> list[Sentence]:
    """The quoted sentences that say it, of a quote that may also say something else."""
    said = f" {normalise(item.said)} "
    holding = [one for one in quoted if said in f" {normalise(one.text)} " or f" {normalise(one.text)} " in said]
    if holding:
        return holding
    stems = [content_stems(item.said, one.language) & content_stems(one.text, one.language) for one in quoted]
    most = max(map(len, stems), default=0)
    return [one for one, shared in zip(quoted, stems, strict=True) if len(shared) == most]


def without(text: str, dues: Sequence[Due]) -> str:
    """A text without these times."""
    for due in dues:
        text = text.replace(due.stretch, " ") if due.stretch else text
    return " ".join(text.split())


def _just_before(sentences: Sequence[Sentence], quoted: Sentence) -> Iterator[Sentence]:
    """What a pronoun looks back to: the sentences of this turn, and of the last one before in which something was said."""
    told: str | None = None
    for other in reversed(sentences[max(0, quoted.index - _SENTENCES_BEFORE) : quoted.index]):
        own = other.speaker == quoted.speaker
        if (own and told) or (not own and told not in (None, other.speaker)):
            return
        if not own and len(content_stems(other.text, other.language)) >= _LEAST_WORDS:
            told = other.speaker
        yield other


def _topic(sentences: Sequence[Sentence], quoted: Sentence) -> Iterator[Sentence]:
    if quoted.index:
        before = sentences[quoted.index - 1]
        near = quoted.start_s - before.end_s <= _TOPIC_S
        if near and before.speaker != quoted.speaker and not promises(before.text, before.language):
            yield before
