"""Second thoughts: what is scrapped, handed to somebody else, or moved to another day."""

import re
from dataclasses import dataclass

from tasks.actions.decisions import Settled
from tasks.actions.ledger import REACH_SENTENCES, Item, Ledger, State
from tasks.actions.wording import content_words, overlap
from tasks.language.answers import takes_back
from tasks.language.cues import CueKind, Words, compiled
from tasks.language.distinct import marks_differ
from tasks.language.due_dates import Due, starts_correction
from tasks.meeting.calendar import Calendar
from tasks.meeting.sentences import Sentence
from tasks.schema import OwnerSource

_ALIVE = (State.PROPOSED, State.ASKED, State.TAKEN, State.REFUSED)
_NAMED_BY = 0.6
_REDATE_SENTENCES = 4
_WITHDRAW_SENTENCES = 2


@dataclass
class Corrections:
    """Applies second thoughts to the tasks and decisions so far."""

    ledger: Ledger
    decisions: list[Settled]
    days: Calendar

    def hear(self, sentence: Sentence, words: Words) -> bool:
        """Apply what the sentence takes back or changes; True when there is nothing else to it."""
        return self._cancel(sentence, words) or self._reassign(sentence, words) or self._redate(sentence, words)

    def _cancel(self, sentence: Sentence, words: Words) -> bool:
        if compiled(words.cancel).search(sentence.text):
            self._cancel_newest(sentence)
            return True
        if takes_back(sentence.text, sentence.language) and (own := self._own_before(sentence)):
            own.state = State.CANCELLED
            return True
        match = compiled(words.cancel_named, self.ledger.people.pattern).search(sentence.text)
        if not match or sentence.is_question:
            return False
        content = content_words(match["what"], words)
        earlier = [item for item in self.ledger.items if item.index < sentence.index]
        hit = [item for item in earlier if overlap_of(content, item.content) and not marks_differ(match["what"], item.text)]
        for item in hit:
            item.state = State.CANCELLED
        return bool(hit)

    def _own_before(self, sentence: Sentence) -> Item | None:
        """The task that the same speaker took on right before."""
        item = next(self.ledger.recent(sentence, State.TAKEN), None)
        if item is None or sentence.index - item.index > _WITHDRAW_SENTENCES:
            return None
        return item if item.quoted[-1].speaker == sentence.speaker else None

    def _cancel_newest(self, sentence: Sentence) -> None:
        """`Scrap that`: the newest task (of the person named, if one is) or decision."""
        named = [item for item in self.ledger.recent(sentence, *_ALIVE) if item.owner and _says(sentence, item.owner)]
        item = next(iter(named), None) or next(self.ledger.recent(sentence, *_ALIVE), None)
        decision = self.decisions[-1] if self.decisions and sentence.index - self.decisions[-1].index <= REACH_SENTENCES else None
        if decision and (item is None or decision.index > item.index):
            self.decisions.pop()
        elif item:
            item.state = State.CANCELLED

    def _reassign(self, sentence: Sentence, words: Words) -> bool:
        for pattern in words.reassign:
            match = compiled(pattern, self.ledger.people.pattern).search(sentence.text)
            person = self.ledger.people.person(match["name"]) if match else None
            if match and person and (item := self._meant(sentence, match.groupdict().get("old"), words)):
                item.give(person, OwnerSource.NAMED, sentence)
                if _asks(match[0]):
                    item.state, item.kind, item.source = State.ASKED, CueKind.REQUEST, OwnerSource.ADDRESSED
                    item.index = sentence.index
                item.set_due(self.days.due(sentence.text[match.start() :], sentence.language))
                return True
        return False

    def _meant(self, sentence: Sentence, old: str | None, words: Words) -> Item | None:
        """The task that moves: the one of the person it is taken from, wherever it was said, else the newest."""
        if old and (person := self.ledger.people.person(old)):
            theirs = [item for item in self.ledger.items if item.owner == person and item.state is not State.CANCELLED]
            content = content_words(sentence.text, words)
            return max(theirs, key=lambda item: (overlap(item.content, content) >= _NAMED_BY, item.index), default=None)
        return next(self.ledger.recent(sentence, *_ALIVE), None)

    def _redate(self, sentence: Sentence, words: Words) -> bool:
        item = next(self.ledger.recent(sentence, State.ASKED, State.TAKEN), None)
        if item is None or sentence.index - item.index > _REDATE_SENTENCES:
            return False
        due = self._new_day(sentence, item.due or Due(""), words)
        if due is None or (item.due and due.last == item.due.last):
            self._take_day_back(item, sentence)
            return False
        item.set_due(due)
        item.support.append(sentence)
        return True

    def _take_day_back(self, item: Item, sentence: Sentence) -> None:
        """`No, wait, Monday is a holiday.` leaves no Monday to whoever said it."""
        if item.due and item.quoted[-1].speaker == sentence.speaker:
            item.due = self.days.after(item.due, sentence.text, sentence.language)

    def _new_day(self, sentence: Sentence, before: Due, words: Words) -> Due | None:
        """`Sorry, I meant Thursday`; `let's move it to Monday`; `By Thursday.` after `No, Wednesday's the lorry.`"""
        if due := self.days.correction(sentence.text, sentence.language, before):
            return due
        if self._after_taking_back(sentence):
            return self.days.replacement(sentence.text, sentence.language, before)
        match = compiled(words.redate).search(sentence.text)
        return self.days.replacement(sentence.text[match.end() :], sentence.language, before) if match else None

    def _after_taking_back(self, sentence: Sentence) -> bool:
        """Whether the same speaker corrects something in one of the two sentences before."""
        before = self.ledger.sentences[max(0, sentence.index - _WITHDRAW_SENTENCES) : sentence.index]
        return any(one.speaker == sentence.speaker and starts_correction(one.text, one.language) for one in before)


def overlap_of(said: frozenset[str], item: frozenset[str]) -> bool:
    """Whether the words of a cancellation name this task."""
    return bool(said) and len(said & item) / len(said) >= _NAMED_BY


def _asks(said: str) -> bool:
    return bool(re.match(r"(?:can|could|will|would)\b|.* you\b", said, re.IGNORECASE))


def _says(sentence: Sentence, name: str) -> bool:
    return name.lower() in sentence.text.lower()
