"""Whether a task was agreed to: its owner said it, or was asked and said yes, or gave no answer, or refused.

Code decides from the transcript once the owner is known, in the same way for what rules, models and learnt parts claim.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tasks.language.answers import Consent, is_of_something_else, promises, reply_in, takes_back
from tasks.language.words import content_stems, normalise
from tasks.meeting.people import People, is_punctuated, people_of
from tasks.meeting.sentences import Sentence, split_sentences
from tasks.schema import Agreed, Evidence, MatchMethod
from tasks.verification.names import KnownNames
from tasks.verification.owners import is_request
from tasks.verification.quotes import locate, says_little
from tasks.verification.spoken import Spoken

_TURNS = 3
_REPLY_S = 30.0
"""How many turns, and how long after the request, an answer may come."""
_WITHDRAW_SENTENCES = 2
_OTHER_QUESTION_STEMS = 2
"""Words of its own with which a question between a request and an answer takes the answer for itself."""
_LEAST_OF_QUOTE = 0.5


@dataclass(frozen=True)
class Agreement:
    """How a task came to its owner."""

    agreed: Agreed | None = None
    """None for a task that nobody owns."""
    accepted: Evidence | None = None
    """The words of acceptance."""
    asked: Evidence | None = None
    """The words of the request, where the evidence of the task is only the acceptance."""


@dataclass(frozen=True)
class Agreements:
    """Reads what follows on an assignment."""

    spoken: Spoken
    known: KnownNames

    @cached_property
    def people(self) -> People:
        transcript = self.spoken.transcript
        return people_of(transcript, is_punctuated(transcript.segments))

    @cached_property
    def sentences(self) -> list[Sentence]:
        segments = self.spoken.segments
        return split_sentences(segments, self.people.pattern, is_punctuated(segments))

    def of(self, owner: str | None, evidence: Evidence) -> Agreement:
        """How the owner, or whoever is named if nobody owns it, agreed to what the evidence says."""
        quoted = self.quoted(evidence)
        person = owner or self._person_asked(quoted)
        if not quoted or person is None:
            return Agreement()
        if any(self._is_said_by(sentence, person) for sentence in quoted):
            found = self._by_the_owner(person, quoted, evidence)
        else:
            found = self._by_another(person, quoted, evidence)
        return found if owner or found.agreed is Agreed.REFUSED else Agreement()

    def quoted(self, evidence: Evidence) -> list[Sentence]:
        """The sentences that the quote is made of."""
        quote, cited = normalise(evidence.quote), set(evidence.segment_ids)
        words = set(quote.split())
        found = []
        for sentence in self.sentences:
            if cited.isdisjoint(sentence.segment_ids) or self.spoken.transcript.name_of(sentence.speaker) != evidence.speaker:
                continue
            text = normalise(sentence.text)
            shared = len(words.intersection(text.split())) / max(1, len(set(text.split())))
            if f" {text} " in f" {quote} " or f" {quote} " in f" {text} " or shared > _LEAST_OF_QUOTE:
                found.append(sentence)
        return found

    def _by_the_owner(self, owner: str, quoted: Sequence[Sentence], evidence: Evidence) -> Agreement:
        last = quoted[-1]
        request = next((one for one in reversed(self.sentences[: quoted[0].index]) if one.speaker != last.speaker), None)
        near = request is not None and quoted[0].index - request.index <= _TURNS and quoted[0].start_s - request.end_s <= _REPLY_S
        replies = [reply_in(sentence.text, sentence.language) for sentence in quoted]
        asked = request is not None and (request.is_question or not request.marked or self._names(request, owner))
        if near and asked and Consent.NO in replies and Consent.YES not in replies:
            return Agreement(Agreed.REFUSED)
        if self._is_withdrawn(last):
            return Agreement(Agreed.REFUSED)
        only_yes = Consent.YES in replies and says_little(evidence.quote)
        if near and request and only_yes and not set(request.segment_ids).isdisjoint(evidence.segment_ids):
            return Agreement(
                Agreed.ACCEPTED, accepted=self.evidence_of(last), asked=self.evidence_of(request, evidence.segment_ids)
            )
        return Agreement(Agreed.SELF)

    def _by_another(self, owner: str, quoted: Sequence[Sentence], evidence: Evidence) -> Agreement:
        cited = [sentence for sentence in self.sentences if not set(evidence.segment_ids).isdisjoint(sentence.segment_ids)]
        start = quoted[-1]
        if not self._names(start, owner):
            later = [one for one in cited if one.index > start.index and self._names(one, owner)]
            start = next((one for one in reversed(later) if not self._is_said_by(one, owner)), start)
        found = self._answer(owner, start)
        if found.agreed is not Agreed.ASKED:
            return found
        for sentence in cited:
            if self._is_said_by(sentence, owner) and self._takes_on(sentence, start, evidence.quote):
                return Agreement(Agreed.ACCEPTED, accepted=self.evidence_of(sentence))
        return found

    def _answer(self, owner: str, start: Sentence) -> Agreement:
        """What the owner says in the turns after the assignment."""
        refused: Sentence | None = None
        for sentence in self._after(start):
            if self._may_be(sentence, owner, start):
                other = is_of_something_else(sentence.text, start.text, sentence.language)
                reply = None if other else reply_in(sentence.text, sentence.language)
                same_turn = refused is None or (sentence.speaker == refused.speaker and not sentence.starts_turn)
                if reply is Consent.YES and (same_turn or promises(sentence.text, sentence.language)):
                    if sentence.speaker is None:
                        return Agreement(Agreed.ASKED)
                    taken = Agreement(Agreed.ACCEPTED, accepted=self.evidence_of(sentence))
                    return Agreement(Agreed.REFUSED) if self._is_withdrawn(sentence) else taken
                if reply is Consent.UNSURE:
                    return Agreement(Agreed.ASKED)
                refused = sentence if reply is Consent.NO and refused is None else refused
            elif self._asks_something_else(sentence, start, owner):
                break
        return Agreement(Agreed.REFUSED if refused else Agreed.ASKED)

    def _after(self, start: Sentence) -> Iterator[Sentence]:
        turns, speaker = 0, start.speaker
        for sentence in self.sentences[start.index + 1 :]:
            turns += sentence.speaker != speaker
            speaker = sentence.speaker
            if turns > _TURNS or sentence.start_s - start.end_s > _REPLY_S:
                return
            yield sentence

    def _takes_on(self, sentence: Sentence, start: Sentence, quote: str) -> bool:
        """Whether a cited sentence of the owner takes the task on: a yes after the request, or a promise in its words."""
        if sentence.index > start.index:
            if is_of_something_else(sentence.text, start.text, sentence.language):
                return False
            return reply_in(sentence.text, sentence.language) is Consent.YES or promises(sentence.text, sentence.language)
        shared = content_stems(sentence.text, sentence.language) & content_stems(quote, sentence.language)
        return promises(sentence.text, sentence.language) and len(shared) >= _OTHER_QUESTION_STEMS

    def _is_withdrawn(self, taken: Sentence) -> bool:
        following = self.sentences[taken.index + 1 : taken.index + 1 + _WITHDRAW_SENTENCES]
        return any(one.speaker == taken.speaker and takes_back(one.text, one.language) for one in following)

    def _asks_something_else(self, sentence: Sentence, start: Sentence, owner: str) -> bool:
        """Whether the next answer of the owner belongs to this question."""
        named = self._person_named(sentence)
        if not sentence.is_question or (named and not self._names(sentence, owner)):
            return False
        own = content_stems(sentence.text, sentence.language) - content_stems(start.text, start.language)
        return len(own - frozenset(normalise(owner).split())) >= _OTHER_QUESTION_STEMS

    def _person_asked(self, quoted: Sequence[Sentence]) -> str | None:
        """Who is asked by name; of two who talk, who is asked at all."""
        asking = [sentence for sentence in quoted if sentence.is_question or is_request(normalise(sentence.text))]
        if named := next(filter(None, map(self._person_named, asking)), None):
            return named
        speakers = {name for part in self.spoken.segments if (name := self.spoken.transcript.name_of(part.speaker))}
        others = speakers - {self.spoken.transcript.name_of(quoted[-1].speaker)} if quoted else set()
        return next(iter(others)) if len(speakers) == 2 and len(others) == 1 and quoted[-1].is_question else None

    def _person_named(self, sentence: Sentence) -> str | None:
        """The first who is named and does not say it."""
        named = (self.people.person(match[0]) for match in re.finditer(self.people.pattern, sentence.text, re.IGNORECASE))
        return next((person for person in named if person and not self._is_said_by(sentence, person)), None)

    def _may_be(self, sentence: Sentence, owner: str, start: Sentence) -> bool:
        """Whether the owner may say this: an unknown voice may be theirs, if they have no voice that is known."""
        if self._is_said_by(sentence, owner):
            return True
        if sentence.speaker is None:
            return start.speaker is None and sentence.index == start.index + 1
        unknown = sentence.speaker not in self.spoken.transcript.speakers and sentence.speaker != start.speaker
        return unknown and normalise(owner) not in self._voices and not self._is_a_name(sentence.speaker)

    def _is_a_name(self, label: str) -> bool:
        return not any(letter.isdigit() for letter in label)

    @cached_property
    def _voices(self) -> frozenset[str]:
        """The names of those who speak."""
        transcript = self.spoken.transcript
        return frozenset(normalise(name) for part in transcript.segments if (name := transcript.name_of(part.speaker)))

    def _is_said_by(self, sentence: Sentence, person: str) -> bool:
        name = normalise(person)
        speaker = normalise(self.spoken.transcript.name_of(sentence.speaker) or "")
        if name in self._voices:
            return speaker == name
        called = self.known.speaker(self.spoken.position[sentence.segment_ids[0]])
        return bool(name) and set(name.split()) <= called

    def _names(self, sentence: Sentence, person: str) -> bool:
        return not self.known.called(person).isdisjoint(normalise(sentence.text).split())

    def evidence_of(self, sentence: Sentence, cited: Iterable[str] = ()) -> Evidence:
        """The sentence as evidence."""
        segments = [self.spoken.segments[self.spoken.position[name]] for name in sentence.segment_ids]
        place = locate(sentence.text, segments)
        return Evidence(
            segment_ids=tuple(cited) or sentence.segment_ids,
            start_s=place.start_s,
            end_s=place.end_s,
            quote=sentence.text,
            speaker=self.spoken.transcript.name_of(sentence.speaker),
            method=MatchMethod.EXACT,
        )
