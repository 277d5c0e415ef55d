"""What people answer when they are asked: a request is accepted, refused, or left standing."""

from tasks.actions.ledger import Item, Ledger, State
from tasks.language.answers import Consent, is_of_something_else, promises, reply_in, volunteers
from tasks.language.cues import CueKind
from tasks.meeting.sentences import Sentence
from tasks.schema import OwnerSource

_REPLY_SENTENCES = 3
_REPLY_S = 15.0


def hear_answer(ledger: Ledger, sentence: Sentence) -> None:
    """Settle the newest open request, or question for somebody who would, if this sentence answers it."""
    _hear_volunteer(ledger, sentence)
    item = next(ledger.recent(sentence, State.ASKED), None)
    if item is None or not _may_answer(ledger, item, sentence):
        return
    if is_of_something_else(sentence.text, item.quoted[-1].text, sentence.language):
        return
    reply = reply_in(sentence.text, sentence.language)
    if reply is Consent.NO:
        item.state = State.REFUSED
    elif reply is Consent.YES:
        _accept(ledger, item, sentence)


def _hear_volunteer(ledger: Ledger, sentence: Sentence) -> None:
    """`Who will bring it?` - `Me.`"""
    item = next(ledger.recent(sentence, State.PROPOSED), None)
    if item is None or item.kind is not CueKind.WHO or not _may_answer(ledger, item, sentence):
        return
    owner = ledger.people.speaker(sentence.speaker)
    if owner and volunteers(sentence.text, sentence.language):
        item.give(owner, OwnerSource.SELF_COMMITMENT, sentence)


def _may_answer(ledger: Ledger, item: Item, sentence: Sentence) -> bool:
    asked = max((*item.quoted, *item.support), key=lambda proof: proof.index)
    if (
        sentence.index - item.index > _REPLY_SENTENCES
        or sentence.start_s - asked.end_s > _REPLY_S
        or sentence.index == item.index
    ):
        return False
    if asked.speaker is not None and sentence.speaker == asked.speaker:
        return False
    # somebody else by name may say yes or no to other things
    return item.owner is None or not ledger.is_named(sentence.speaker) or ledger.people.bears(sentence.speaker, item.owner)


def _accept(ledger: Ledger, item: Item, sentence: Sentence) -> None:
    if item.kind is CueKind.REQUEST:
        item.state = State.TAKEN
        if ledger.people.bears(sentence.speaker, item.owner):
            item.owner = ledger.people.speaker(sentence.speaker)
        item.support.append(sentence)
    elif item.concrete or item.dated or promises(sentence.text, sentence.language):
        owner = ledger.people.speaker(sentence.speaker)
        if owner:
            item.give(owner, OwnerSource.ADDRESSED, sentence)
