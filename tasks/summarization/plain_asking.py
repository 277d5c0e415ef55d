"""Plain questions: each answer is read, asked for once more if it cannot be used, or given up with the reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.schema import Message
from tasks.summarization.asking import AT_ONCE, Reading
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.prompts.plain_prompts import PlainWording
from tasks.summarization.usable import UnusableError

Answer = tuple[str, ...]
"""The sentences that can be used; a title is one."""


@dataclass(frozen=True)
class PlainQuestion:
    """A question about some material, and how its answer is read."""

    material: str
    question: str
    max_tokens: int
    read: Callable[[Reply], Answer]
    """Raises `UnusableError`."""


@dataclass(frozen=True)
class Failure:
    """Why a question has no answer."""

    why: Message
    """What was wrong with the answer."""
    error: str | None = None
    """What the engine said, if it failed."""

    @property
    def of_engine(self) -> bool:
        return self.error is not None


def ask_plain(
    reading: Reading, wording: PlainWording, questions: Sequence[PlainQuestion], done: Callable[[int], None]
) -> list[Answer | Failure]:
    """One answer a question, in order; `done` is told how many there are so far."""
    answers: list[Answer | Failure] = []
    for start in range(0, len(questions), AT_ONCE):
        some = questions[start : start + AT_ONCE]
        requests = [Request(wording.instructions, asked.material, asked.question, None, asked.max_tokens) for asked in some]
        outcomes = _read_all(reading, some, requests)
        spoilt = [at for at, outcome in enumerate(outcomes) if isinstance(outcome, Failure) and not outcome.of_engine]
        again = [replace(requests[at], question=wording.again(requests[at].question)) for at in spoilt]
        for at, outcome in zip(spoilt, _read_all(reading, [some[at] for at in spoilt], again), strict=True):
            outcomes[at] = outcome
        answers += outcomes
        done(len(answers))
    return answers


def _read_all(reading: Reading, questions: Sequence[PlainQuestion], requests: Sequence[Request]) -> list[Answer | Failure]:
    replies = reading.send(requests) if requests else []
    return [_read(asked, reply) for asked, reply in zip(questions, replies, strict=True)]


def _read(asked: PlainQuestion, reply: Reply | BackendError) -> Answer | Failure:
    if isinstance(reply, BackendError):
        return Failure(message("answer_empty"), str(reply))
    try:
        return asked.read(reply)
    except UnusableError as error:
        return Failure(error.why)
