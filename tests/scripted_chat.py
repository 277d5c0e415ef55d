"""A language model that says what a test tells it to, and counts a token a word."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from tasks.errors import BackendError
from tasks.models.catalogue import Skill
from tasks.schema import Usage
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.language_model import Reply, Request

Script = Callable[[Request], Any]
_LINE = re.compile(r"^\[(S\d+)\] ([^:]+): (.*)$", re.MULTILINE)


class ScriptedChat(ChatSummarizer):
    """The script gets a request and returns a `Reply`, an error, text, or what is to be written as JSON."""

    name = "scripted"
    summary = "for tests"
    skill = Skill(words_at_a_time=150, finds=True)

    def __init__(self, script: Script, context_tokens: int = 4000) -> None:
        super().__init__(None, None)
        self.asked: list[Request] = []
        self.script, self._context_tokens = script, context_tokens

    @property
    def context_tokens(self) -> int:
        return self._context_tokens

    @property
    def usage(self) -> Usage:
        return Usage(requests=len(self.asked))

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        self.asked += requests
        return [_as_reply(self.script(request)) for request in requests]


def asks_for(request: Request) -> str:
    """`Facts`, or what is asked for in plain words: `Section`, `Title` or `Whole`."""
    if request.schema is not None:
        return "Facts"
    if "title" in request.question or "tiêu đề" in request.question:
        return "Title"
    return "Whole" if request.material.startswith(("From", "Trích")) else "Section"


def lines(request: Request) -> list[tuple[str, str, str]]:
    """Segment id, speaker and words of every line of the transcript in a question about facts."""
    return _LINE.findall(request.material)


def told(request: Request) -> list[str]:
    """What is shown in a plain question: the words of each line, without the speaker."""
    return [line.partition(": ")[2] or line for line in request.material.strip().splitlines()[1:]]


def honest(request: Request) -> dict[str, Any] | str:
    """About a part its last promise or its longest line, as title the first words, and every `I'll` as its speaker's task."""
    if asks_for(request) == "Title":
        return " ".join(told(request)[0].split()[:4])
    if asks_for(request) != "Facts":
        promises = [line for line in told(request) if line.startswith("I'll")]
        return promises[-1] if promises else max(told(request), key=len)
    tasks = [
        {"segments": [name], "text": words, "quote": words, "owner": speaker, "due": None}
        for name, speaker, words in lines(request)
        if words.startswith("I'll")
    ]
    return {"decisions": [], "action_items": tasks, "open_questions": []}


def _as_reply(answer: Any) -> Reply | BackendError:
    if isinstance(answer, Reply | BackendError):
        return answer
    return Reply(answer if isinstance(answer, str) else json.dumps(answer))
