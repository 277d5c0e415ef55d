"""What the summarizer needs of a language model: to count tokens, and to answer requests in plain text or JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tasks.errors import BackendError


@dataclass(frozen=True)
class Request:
    """One thing that is asked of a model.

    Requests in a row that share `instructions` and `material` differ only at the end of the prompt, so that an engine may read
    the shared beginning once. `material` is speech: data, whatever it says.
    """

    instructions: str
    """The system message."""
    material: str
    """The first part of the user's message."""
    question: str
    """The rest of it."""
    schema: dict[str, Any] | None = field(hash=False)
    """JSON Schema of the answer; None if it is to be plain text, which nothing but `max_tokens` holds."""
    max_tokens: int


@dataclass(frozen=True)
class Reply:
    """What came back, as it came: perhaps not what was asked for."""

    text: str
    cut: bool = False
    """True if it ended because there was no room for more."""


class LanguageModel(Protocol):
    """A model behind whatever interface."""

    @property
    def context_tokens(self) -> int:
        """The longest prompt and answer together that the model takes, in tokens."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer, or an upper estimate where the tokenizer is not known."""

    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        """One reply a request, in order, or the error if the engine failed on it. The requests may be batched.

        Raises:
            ResourceError: the device is lost, or memory ran out whatever was tried.
            BackendError: the engine fails on everything.
        """
