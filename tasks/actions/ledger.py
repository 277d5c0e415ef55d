"""What stands at the end of the meeting: tasks as they are proposed, taken on, refused and moved. One task stays one item."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.actions.tasks_said import Task
from tasks.actions.wording import content_words, overlap
from tasks.language.cues import CueKind, Words
from tasks.language.distinct import differ, marks_differ
from tasks.language.due_dates import Due
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence
from tasks.schema import OwnerSource

REACH_SENTENCES = 8
_ANSWER_WORDS = 4
"""How far back `that` can point."""
_SAME_TASK = 0.6
_CONTEXT_WORDS = 14
_CONTEXT_S = 10.0
_REPLACED = re.compile(r"\b(?:instead|thay (?:vì|cho|vào đó))\b", re.IGNORECASE)
"""Said of a task that takes the place of the one before."""
_OWN_PLAN = re.compile(r"(?:I|tôi|em|mình)\b", re.IGNORECASE)
"""How a sentence begins that is no answer."""


class State(StrEnum):
    """Where a task stands."""

    PROPOSED = "proposed"
    ASKED = "asked"
    TAKEN = "taken"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass
class Item:
    """One task and the sentences that prove it."""

    text: str
    kind: CueKind
    state: State
    owner: str | None
    source: OwnerSource | None
    due: Due | None
    concrete: bool
    content: frozenset[str]
    quoted: list[Sentence]
    index: int
    support: list[Sentence] = field(default_factory=list)

    def set_due(self, due: Due | None) -> None:
        """A date that was said later replaces the earlier one."""
        if due and (due.dated or not self.dated):
            self.due = due

    @property
    def dated(self) -> bool:
        """Whether a day was said for it."""
        return self.due is not None and self.due.dated

    def give(self, owner: str | None, source: OwnerSource, proof: Sentence) -> None:
        """The task is this person's from now on."""
        self.owner, self.source, self.state = owner, source, State.TAKEN
        self.support.append(proof)

    @property
    def stands(self) -> bool:
        """Whether somebody has it to do; a wish of the group counts when it has a date."""
        if self.state is State.PROPOSED:
            return self.kind is CueKind.GROUP and self.concrete and self.dated
        if self.state is State.ASKED:
            return self.kind is CueKind.REQUEST or (self.concrete and self.dated)
        return self.state is State.TAKEN


class Ledger:
    """The items of one meeting in the order in which they came up."""

    def __init__(self, people: People, sentences: Sequence[Sentence]) -> None:
        self.people = people
        self.sentences = sentences
        self.items: list[Item] = []

    def recent(self, sentence: Sentence, *states: State) -> Iterator[Item]:
        """Items in one of these states that `that` can still point to, the newest first."""
        for item in reversed(self.items):
            if sentence.index - item.index <= REACH_SENTENCES and item.state in states:
                yield item

    def add(self, task: Task, sentence: Sentence, words: Words) -> None:
        """Enter a task, or what it adds to one that is already there."""
        owner, _ = self._owner(task, sentence)
        if task.generic:
            self._take_over(task, sentence, owner)
        elif not self._joined(task, sentence, owner) and not self._repeated(task, sentence, words):
            self.items.append(self._new(task, sentence, words))

    def _owner(self, task: Task, sentence: Sentence) -> tuple[str | None, OwnerSource | None]:
        if task.kind in {CueKind.SELF, CueKind.SELF_WEAK}:
            owner = self.people.speaker(sentence.speaker)
            return owner, OwnerSource.SELF_COMMITMENT if owner else None
        if task.named:
            named = self.people.other_than(sentence.speaker, task.named)
            return named, OwnerSource.ADDRESSED if task.kind is CueKind.REQUEST else OwnerSource.NAMED
        return None, None

    def _take_over(self, task: Task, sentence: Sentence, owner: str | None) -> None:
        """`I will do that`: of the newest task that is still to be had, or one's own."""
        if task.kind not in {CueKind.SELF, CueKind.SELF_WEAK}:
            return
        for item in self.recent(sentence, State.PROPOSED, State.ASKED, State.REFUSED, State.TAKEN):
            asked_of_another = item.state is State.ASKED and item.owner not in (None, owner)
            if asked_of_another and item.quoted[-1].speaker == sentence.speaker and not _REPLACED.search(sentence.text):
                return  # who has asked somebody to do it speaks of something else
            if item.owner == owner or (item.owner and not self.is_named(sentence.speaker) and item.state is not State.REFUSED):
                item.state = State.TAKEN
                item.support.append(sentence)
            elif (
                item.state is not State.TAKEN
                or "instead" in sentence.text.lower()
                or self.people.bears(sentence.speaker, item.owner)
            ):
                item.give(owner, OwnerSource.SELF_COMMITMENT, sentence)
            else:
                continue
            item.set_due(task.due)
            return

    def is_named(self, label: str | None) -> bool:
        """Whether the person behind a label is known."""
        return label is not None and label in self.people.transcript.speakers

    def _joined(self, task: Task, sentence: Sentence, owner: str | None) -> bool:
        """`I will change the budget and I will send it to you`: one item. `Yes, I will ask her`: the answer to a request."""
        for item in self.recent(sentence, State.ASKED, State.TAKEN):
            if item.owner != owner or sentence.index - item.index > 2:
                continue
            if not task.pointing and not _takes_up(task, item, sentence):
                continue
            last = item.quoted[-1]
            if last is sentence or (
                last.speaker == sentence.speaker and sentence.index - item.index == 1 and not sentence.starts_turn
            ):
                item.text = f"{item.text} and {task.text[:1].lower()}{task.text[1:]}"
                item.quoted += [] if last is sentence else [sentence]
                item.index = sentence.index
            elif last.speaker != sentence.speaker and not _has_answered(item, sentence):
                item.state = State.TAKEN
                item.support.append(sentence)
            else:
                continue
            item.set_due(task.due)
            return True
        return False

    def _repeated(self, task: Task, sentence: Sentence, words: Words) -> bool:
        """The same task said again: the later words, owner and date count."""
        owner, source = self._owner(task, sentence)
        content = content_words(task.text, words)
        moved = any(word in sentence.text.lower() for word in ("instead", "actually", "thay"))
        for item in reversed(self.items):
            near = sentence.index - item.index <= REACH_SENTENCES
            open_to_all = item.owner is None or owner is None or item.state is State.REFUSED or moved
            if item.owner != owner and not (near and open_to_all):
                continue
            shared = item.content & content
            if len(shared) < 2 or overlap(item.content, content) < _SAME_TASK:
                continue
            other = differ(item.text, task.text)
            if other and not (moved and near and item.owner == owner and _REPLACED.search(sentence.text)):
                continue
            if owner and (task.kind is not CueKind.REQUEST or item.owner != owner):
                item.support = [*item.quoted, *item.support]
                text = task.text if other else max(item.text, task.text, key=len)
                item.quoted, item.text, item.index = [sentence], text, sentence.index
                item.owner, item.source, item.state = owner, source, State.TAKEN
            else:
                item.support.append(sentence)
            item.content = content if other else item.content | content
            item.set_due(task.due)
            return True
        return False

    def _new(self, task: Task, sentence: Sentence, words: Words) -> Item:
        owner, source = self._owner(task, sentence)
        before = self.sentences[sentence.index - 1] if sentence.index else None
        support = list[Sentence]()
        if task.pointing and before and _explains(before, sentence):
            support.append(before)
        states = {CueKind.REQUEST: State.ASKED, CueKind.REQUEST_YOU: State.ASKED}
        states |= {CueKind.GROUP: State.PROPOSED, CueKind.WHO: State.PROPOSED}
        return Item(
            text=task.text,
            kind=task.kind,
            state=states.get(task.kind, State.TAKEN),
            owner=owner,
            source=source,
            due=task.due,
            concrete=task.concrete,
            content=content_words(task.text, words),
            quoted=[sentence],
            support=support,
            index=sentence.index,
        )


def _has_answered(item: Item, sentence: Sentence) -> bool:
    """Whether the speaker has said before, in more words than a bare yes, that it will be done: then this is something else."""
    earlier = (one for one in item.support if one.index < sentence.index and one.speaker == sentence.speaker)
    return any(len(one.text.split()) >= _ANSWER_WORDS for one in earlier)


def _takes_up(task: Task, item: Item, sentence: Sentence) -> bool:
    """`Walter, please ask the lawyer.` - `All right, I will ask Tim.`: said at once, by another person, with the same verb."""
    other = item.quoted[-1].speaker != sentence.speaker
    if marks_differ(item.text, task.text) or (_OWN_PLAN.match(sentence.text) and differ(item.text, task.text)):
        return False
    return other and sentence.index - item.index == 1 and task.text.split()[0].lower() == item.text.split()[0].lower()


def _explains(before: Sentence, sentence: Sentence) -> bool:
    """Whether the sentence before is short and close enough to say what a pronoun means: it is cited, not quoted."""
    return 3 <= len(before.text.split()) <= _CONTEXT_WORDS and sentence.start_s - before.end_s <= _CONTEXT_S
