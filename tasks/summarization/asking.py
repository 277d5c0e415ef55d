"""Questions answered in JSON: each answer is read, asked for again once, or given up with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tasks.engine.base import Progress
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.models.catalogue import Skill
from tasks.schema import Message, Notice, NoticeKind
from tasks.summarization.draft import Facts, draft_schema
from tasks.summarization.language_model import LanguageModel, Reply, Request
from tasks.summarization.prompts.json_prompts import PromptWording
from tasks.summarization.replies import ReplyError, read_reply, repair_request
from tasks.summarization.summarizer import Brief, Detail

_MOST: dict[Detail, int] = {"low": 3, "normal": 6, "high": 12}
"""Entries a list, in every answer."""
_ANSWER_TOKENS: dict[Detail, int] = {"low": 700, "normal": 1400, "high": 2800}
_LARGEST_ANSWER = 1 / 3
"""Of the context: a small one is not left without room for the meeting."""
_TEMPLATE_TOKENS = 64
"""For the marks that a chat template puts around the messages."""
_LEAST_MATERIAL = 200
AT_ONCE = 16


Outcome = Facts | BackendError | ReplyError


@dataclass
class Reading:
    """A model, what is wanted of it, and what went wrong on the way."""

    model: LanguageModel
    brief: Brief
    people: tuple[str, ...]
    skill: Skill
    notices: list[Notice] = field(default_factory=list)
    failure: BackendError | None = None
    """Why the engine answers nothing any more."""

    @property
    def words_at_a_time(self) -> int:
        """How much of the meeting the model reads in one go."""
        return self.brief.words_at_a_time or self.skill.words_at_a_time

    @property
    def prose(self) -> bool:
        """Whether the model writes about parts of the meeting; else code chooses sentences, and the model words them."""
        return self.skill.prose if self.brief.prose == "auto" else self.brief.prose

    @property
    def finds(self) -> bool:
        """Whether the model is asked for decisions and tasks."""
        return self.skill.finds if self.brief.find == "auto" else self.brief.find

    @property
    def wording(self) -> PromptWording:
        return PromptWording(self.brief.language, self.people)

    @property
    def most(self) -> int:
        """Entries a list."""
        return _MOST[self.brief.detail]

    @property
    def answer_tokens(self) -> int:
        """Room for an answer."""
        return min(_ANSWER_TOKENS[self.brief.detail], int(self.model.context_tokens * _LARGEST_ANSWER))

    @property
    def material_tokens(self) -> int:
        """Room for the transcript beside the prompt and the answer."""
        wording = self.wording
        return self.room(wording.instructions + wording.material("") + wording.question(self.most), self.answer_tokens)

    def room(self, prompt: str, answer_tokens: int) -> int:
        """Tokens that a prompt and its answer leave for the meeting."""
        room = self.model.context_tokens - self.model.count_tokens(prompt) - answer_tokens - _TEMPLATE_TOKENS
        if room < _LEAST_MATERIAL:
            raise BackendError(
                f"a context of {self.model.context_tokens} tokens leaves {max(0, room)} for the meeting.",
                fix="Choose a model with a longer context, or raise context_tokens.",
            )
        return room

    def send(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        """What the engine answers; nothing is sent to one that has failed on everything."""
        if self.failure is None:
            try:
                return self.model.answer(requests)
            except BackendError as error:
                self.failure = error
        return [self.failure] * len(requests)

    def warn(self, said: Message, kind: NoticeKind = NoticeKind.WARNING) -> None:
        """Put something into the report."""
        self.notices.append(Notice.of(kind, "summarization", said))


@dataclass(frozen=True)
class Question:
    """A question about some material, whose answer may cite these segments."""

    material: str
    ids: tuple[str, ...]
    place: Message
    """What it is about, for the report."""


def ask(reading: Reading, questions: Sequence[Question], progress: Progress) -> list[Facts | None]:
    """One draft a question, in order; None where there is none, and the report says why.

    When the engine fails on everything, the questions that are left are not asked.
    """
    drafts: list[Facts | None] = []
    for start in range(0, len(questions), AT_ONCE):
        some = questions[start : start + AT_ONCE]
        requests = [_request(reading, asked) for asked in some]
        outcomes = _read_all(reading, some, reading.send(requests))
        drafts += _repaired(reading, some, requests, outcomes)
        progress(len(drafts) / len(questions))
    return drafts


def _request(reading: Reading, asked: Question) -> Request:
    return Request(
        reading.wording.instructions,
        asked.material,
        reading.wording.question(reading.most),
        draft_schema(Facts, asked.ids, reading.people, reading.most),
        reading.answer_tokens,
    )


def _read_all(reading: Reading, questions: Sequence[Question], replies: Sequence[Reply | BackendError]) -> list[Outcome]:
    return [_read(reading, asked, reply) for asked, reply in zip(questions, replies, strict=True)]


def _read(reading: Reading, asked: Question, reply: Reply | BackendError) -> Outcome:
    if isinstance(reply, BackendError):
        return reply
    try:
        draft, dropped = read_reply(reply, Facts, asked.ids, reading.people)
    except ReplyError as error:
        return error
    if reply.cut and not dropped:
        dropped = ["the answer had no room for more"]
    if dropped:
        more = f", and {len(dropped) - 1} more" if len(dropped) > 1 else ""
        reading.warn(message("answer_partly_used", f"{dropped[0]}{more}", what=message("decisions_and_tasks"), where=asked.place))
    return draft


def _repaired(
    reading: Reading, questions: Sequence[Question], requests: Sequence[Request], outcomes: list[Outcome]
) -> list[Facts | None]:
    """The drafts, after each answer that could not be read has been asked for once more."""
    faulty = {number: outcome for number, outcome in enumerate(outcomes) if isinstance(outcome, ReplyError)}
    if faulty:
        again = [
            replace(requests[number], question=f"{requests[number].question}\n\n{repair_request(fault)}")
            for number, fault in faulty.items()
        ]
        repaired = _read_all(reading, [questions[number] for number in faulty], reading.send(again))
        for number, outcome in zip(faulty, repaired, strict=True):
            outcomes[number] = outcome
    for asked, outcome in zip(questions, outcomes, strict=True):
        if isinstance(outcome, Exception):
            told = message("answer_missing", str(outcome), what=message("decisions_and_tasks"), where=asked.place)
            reading.warn(told, NoticeKind.FAILED)
    return [None if isinstance(outcome, Exception) else outcome for outcome in outcomes]
