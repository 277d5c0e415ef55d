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
    """`Discussion`, `Facts` or `Digest`, by the lists of its schema; `Text` if that is all that is wanted."""
    if request.schema is None:
        return "Text"
    return {"topics": "Discussion", "decisions": "Facts", "summary": "Digest"}[next(iter(request.schema["properties"]))]


def lines(request: Request) -> list[tuple[str, str, str]]:
    """Segment id, speaker and words of every line of the transcript in a request."""
    return _LINE.findall(request.material)


def honest(request: Request) -> dict[str, Any] | str:
    """The first line as the topic, the summary and the plain text, and every `I'll` as its speaker's task."""
    said = lines(request)
    if request.schema is None:
        return f"{said[0][1]} says: {said[0][2]}"
    if asks_for(request) == "Digest":
        ids = request.schema["properties"]["summary"]["items"]["properties"]["segments"]["items"]["enum"]
        return {"summary": [{"segments": ids[:1], "text": "They talked about the garden."}]}
    if asks_for(request) == "Discussion":
        first = {"segments": [said[0][0]], "text": said[0][2]}
        return {"topics": [first | {"title": "Start"}], "summary": [first]}
    tasks = [
        {"segments": [name], "text": words, "quote": words, "owner": speaker, "due": None}
        for name, speaker, words in said
        if words.startswith("I'll")
    ]
    return {"decisions": [], "action_items": tasks, "open_questions": []}


def _as_reply(answer: Any) -> Reply | BackendError:
    if isinstance(answer, Reply | BackendError):
        return answer
    return Reply(answer if isinstance(answer, str) else json.dumps(answer))
