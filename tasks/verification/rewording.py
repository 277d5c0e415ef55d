"""Whether a task, a decision or a sentence of the summary in other words says what was said, no more and no less.

A rewriting is a sentence that stands alone, made from the spoken one: fillers left out, a pronoun named. It must be derived from
the spoken words one by one, keep what qualifies them, and change neither who does it nor when. What fails is not wrong for
certain; it is not proved, and the spoken words stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from tasks.language.detection import language_of
from tasks.language.languages import language_or_english
from tasks.language.negation import clauses
from tasks.language.words import normalise
from tasks.meeting.calendar import Calendar, calendar_from
from tasks.schema import ActionItem, SummaryPoint, Transcript
from tasks.verification.agreement import Agreements
from tasks.verification.derivation import Derivation, SentenceWords, take_apart
from tasks.verification.names import KnownNames
from tasks.verification.qualified import ill_qualified
from tasks.verification.spoken import Spoken
from tasks.verification.spoken_item import Item, SpokenItem, spoken_item, without
from tasks.verification.times import Untimely, own_times

_LEAST_WORDS, _MOST_WORDS = 2, 30
_STRANGE = re.compile(r"[\n\[\]{}<>*_#|`?]|[:;.!…][\"”')]*\s+\S")
"""A question, more than one sentence, or markup."""
_QUOTES = re.compile(r"[\"“”„«»]")
_LEFT_OUT = 1 / 3
"""How much of the words of a clause may be left out. Chosen by hand; tests/test_rewording.py counts what it does."""


class Unproved(Exception):
    """The rewriting does not follow from what was said; the message says why."""


class Unchanged(Unproved):
    """The rewriting is what was said."""


@dataclass(frozen=True)
class RewordingChecker:
    """Checks rewritings of the items of one meeting."""

    transcript: Transcript
    _items: dict[str, SpokenItem | None] = field(default_factory=dict)

    @cached_property
    def _agreements(self) -> Agreements:
        spoken = Spoken(self.transcript.spoken)
        return Agreements(spoken, KnownNames(spoken))

    @cached_property
    def _days(self) -> Calendar:
        return calendar_from(self.transcript, self._agreements.sentences)

    @cached_property
    def _names(self) -> frozenset[str]:
        """SentenceWords by which people are called here."""
        return frozenset(self._agreements.known.words)

    def prove(self, item: Item, text: str) -> str:
        """The rewriting as it may be shown. Raises `Unproved` with the reason if it does not follow from what was said."""
        if item.id not in self._items:
            self._items[item.id] = spoken_item(item, self._agreements, self._days)
        spoken = self._items[item.id]
        if spoken is None:
            raise Unproved("nothing in a language that can be compared proves the item")
        plain = " ".join(text.split()).rstrip(".!… ")
        _require_shape(plain, spoken)
        try:
            times = own_times(plain, spoken)
        except Untimely as reason:
            raise Unproved(str(reason)) from reason
        body = without(plain, times)
        body = self._without_speaker(body, spoken) if isinstance(item, SummaryPoint) else self._without_owner(body, spoken)
        if objection := ill_qualified(body, spoken):
            raise Unproved(objection)
        self._require_person(body, spoken)
        self._require_words(body, spoken)
        shown = self._without_owner(plain, spoken)
        return shown[:1].upper() + shown[1:]

    def _without_owner(self, text: str, spoken: SpokenItem) -> str:
        """The text without the owner and the verb of duty before it. Nobody else may stand there."""
        if not isinstance(spoken.item, ActionItem):
            return text
        words, named = text.split(), set[str]()
        between = language_or_english(spoken.language).conjunction
        while words:
            key = normalise(words[0]).removesuffix("'s")
            if key not in self._names and not (named and key == between.strip()):
                break
            named |= {key} - {between.strip()}
            words = words[1:]
        if not named:
            return text
        if not named <= frozenset[str]().union(*map(self._agreements.known.called, _owners(spoken))):
            raise Unproved("somebody else is to do it")
        task = re.sub(rf"^(?:{spoken.small.subject})\b\s*", "", " ".join(words), flags=re.IGNORECASE)
        return _to_do(task, spoken) if task == " ".join(words) else task

    def _without_speaker(self, text: str, spoken: SpokenItem) -> str:
        """A statement without `Omar said that`, or without the name in the place of the speaker's `I`."""
        speaker, words = self.transcript.name_of(spoken.quoted[0].speaker), text.split()
        called = self._agreements.known.called(speaker) if speaker else frozenset[str]()
        while words and normalise(words[0]) in called:
            words = words[1:]
        if len(words) == len(text.split()):
            return text
        rest = " ".join(words)
        if any(self._is_own_doing(rest, sentence.text, spoken) for sentence in spoken.quoted):
            return rest
        told = re.sub(rf"^(?:{spoken.small.reports})\s+", "", rest, flags=re.IGNORECASE)
        if told == rest:
            raise Unproved("the speaker said it of somebody else")
        return told

    def _is_own_doing(self, text: str, said: str, spoken: SpokenItem) -> bool:
        """Whether the first word of the text was said right after `I`, but for words of grammar, `not` or `already`."""
        made, source = (take_apart(each, spoken.language, spoken.small) for each in (text, said))
        if not made.tokens:
            return False
        own = [token for token in source.tokens if token.stem == made.tokens[0].stem]
        before = [token.place for token in source.tokens if token.word not in spoken.small.first_person]
        return any(
            not spoken.small.first_person.isdisjoint(
                source.all[max((at for at in before if at < token.place), default=-1) + 1 : token.place]
            )
            for token in own
        )

    def _require_person(self, body: str, spoken: SpokenItem) -> None:
        """What somebody says of themselves is not told of the owner, and `he` comes in for the `I` of the owner only.

        `I'd be grateful if I could see it`, asked of Hamid, is not that he would be grateful, or could see it.
        """
        if isinstance(spoken.item, SummaryPoint):
            return
        owners = _owners(spoken)
        theirs = [one for one in spoken.quoted if not self._is_among(one.speaker, owners)]
        if any(self._is_own_doing(body, one.text, spoken) for one in theirs if isinstance(spoken.item, ActionItem)):
            raise Unproved("its speaker speaks of themselves, and not of the owner")
        said = {word for one in (*spoken.quoted, *spoken.before) for word in normalise(one.text).split()}
        if theirs and (set(normalise(body).split()) & spoken.small.persons.keys()) - said:
            raise Unproved("it speaks of somebody of whom nobody spoke")

    def _is_among(self, speaker: str | None, owners: Sequence[str]) -> bool:
        name = self.transcript.name_of(speaker)
        return name is not None and not self._agreements.known.called(name).isdisjoint(
            frozenset[str]().union(*map(self._agreements.known.called, owners))
        )

    def _require_words(self, body: str, spoken: SpokenItem) -> None:
        language, small = spoken.language, spoken.small
        made = take_apart(body, language, small)
        derivation = Derivation(
            language,
            small,
            before=[take_apart(sentence.text, language, small) for sentence in spoken.before],
            topic=[take_apart(sentence.text, language, small) for sentence in spoken.topic],
            names=self._names,
        )
        forms = [take_apart(text, language, small) for text in self._spoken_forms(spoken)]
        if not made.tokens or not any(derivation.begins(made, one) and derivation.explains(made, one) for one in forms):
            raise Unproved("not all of its words were said of it")
        told = {token.stem for one in forms for token in one.tokens if small.past.match(token.word)}
        for token in made.tokens:
            earlier = made.all[token.place - 1] if token.place else ""
            if small.past.match(token.word) and token.stem not in told and earlier not in small.passive:
                raise Unproved(f"it tells '{token.word}' as done")
        self._require_whole(made, spoken)

    def _spoken_forms(self, spoken: SpokenItem) -> Iterator[str]:
        """The spoken words without times: the item's, its sentences, and all with names for who speaks and is spoken to."""
        texts = (*spoken.texts, " ".join(sentence.text for sentence in spoken.quoted))
        plain = [spoken.timeless(text) for text in texts]
        yield from plain
        speaker = self.transcript.name_of(spoken.quoted[0].speaker)
        voices = {name for part in self.transcript.segments if (name := self.transcript.name_of(part.speaker))}
        others = voices - {speaker}
        for text in plain:
            named = re.sub(r"\b(?:me|my)\b", speaker, text) if speaker else text
            if len(voices) == 2 and len(others) == 1:
                named = re.sub(r"\b(?:you|your)\b", next(iter(others)), named)
            if named != text:
                yield named

    def _require_whole(self, made: SentenceWords, spoken: SpokenItem) -> None:
        """Of each clause that it takes up, it must say most; names and numbers always."""
        owner = set(normalise(spoken.item.owner or "").split()) if isinstance(spoken.item, ActionItem) else set()
        inside = [take_apart(part, spoken.language, spoken.small) for part in clauses(spoken.timeless(spoken.item.said))]
        if any(clause.stems for clause in inside) and all(made.stems.isdisjoint(clause.stems) for clause in inside):
            raise Unproved("it speaks of something else")
        for clause in inside:
            lost = clause.stems - made.stems
            if lost == clause.stems:
                continue
            fixed = {token.stem for token in clause.tokens if token.word in self._names - owner or token.word.isdigit()}
            if lost & fixed:
                raise Unproved("it leaves out a name or a number")
            if len(lost - self._names) > _LEFT_OUT * len(clause.stems - self._names):
                raise Unproved("it leaves out too much")


def _owners(spoken: SpokenItem) -> list[str]:
    owner = spoken.item.owner if isinstance(spoken.item, ActionItem) else None
    return owner.split(language_or_english(spoken.language).conjunction) if owner else []


def _to_do(task: str, spoken: SpokenItem) -> str:
    """The task with its verb as it was said: `asks the lawyer`, of whom `Walter` was taken away, is `ask the lawyer`."""
    first, _, rest = task.partition(" ")
    for verb in normalise(" ".join(spoken.texts)).split():
        if first.lower() in (f"{verb}s", f"{verb}es", re.sub("y$", "ies", verb)) and first.lower() != verb:
            return f"{verb} {rest}"
    return task


def _require_shape(text: str, spoken: SpokenItem) -> None:
    plain = normalise(text)
    quoted = _QUOTES.search(text) and not _QUOTES.search(spoken.item.said)
    if not _LEAST_WORDS <= len(plain.split()) <= _MOST_WORDS or _STRANGE.search(text) or quoted:
        raise Unproved("it is not one short sentence")
    if language_of(text) not in (spoken.language, "und"):
        raise Unproved("it is in another language")
    if plain == normalise(spoken.item.said):
        raise Unchanged("it is the spoken words")
    if plain in (normalise(sentence.text) for sentence in spoken.before):
        raise Unproved("it is what was said before")
    if re.search(rf"\b(?:{spoken.small.personal})\b(?!['’])", plain):
        raise Unproved("it speaks as one of those who were there")
