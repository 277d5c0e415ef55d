"""Chat servers of all kinds for tests: a real HTTP server on this machine that plays the part it is given."""

import json
from collections.abc import Callable
from typing import Any

from tests.misbehaving_server import MisbehavingServer, Reply, Request, refused

DIGEST = {"summary": [{"segments": ["S0001"], "text": "The budget was agreed."}]}
BUSY = Reply("busy", 503)
BROKEN = Reply('{"choices": [{"message": {"content": "{\\"summary\\"')
SLOW = Reply("{}", pause_s=0.5)

ChatServer = MisbehavingServer
"""Answers by its script, one item a request, and by `otherwise` when the script is at its end."""


def asked(request: Request) -> dict[str, Any]:
    """What a request holds."""
    return json.loads(request.body)


def form_of(request: Request) -> str:
    """How the shape of the answer is asked for."""
    wanted = asked(request).get("response_format", {"type": "none"})
    limited = "maxLength" in json.dumps(wanted)
    return "plain_schema" if wanted["type"] == "json_schema" and not limited else wanted["type"]


def chat(content: Any, ended: str = "stop", prompt_tokens: int | None = 50, answer_tokens: int | None = 20, **message) -> Reply:
    """An answer of a server; without counts if they are None."""
    answer = {"choices": [{"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": ended}]}
    if prompt_tokens is not None:
        answer["usage"] = {"prompt_tokens": prompt_tokens, "completion_tokens": answer_tokens}
    return Reply(answer)


def good(request: Request) -> Reply:
    """Does as it is asked, and counts a token for every four bytes."""
    prompt = "".join(message["content"] for message in asked(request)["messages"])
    return chat(json.dumps(DIGEST), prompt_tokens=len(prompt.encode()) // 4, answer_tokens=20)


def lying(request: Request) -> Reply:
    """Cites what is not there, in a shape of its own."""
    return chat(json.dumps({"summary": [{"segments": "S9999", "text": "They bought a zeppelin.", "mood": "merry"}]}))


def cut(request: Request) -> Reply:
    """Has no room for the end of its answer."""
    return chat(json.dumps({"summary": DIGEST["summary"] * 2})[:-20], ended="length")


def thinking(request: Request) -> Reply:
    """Thinks aloud, within the answer and beside it."""
    return chat(f"<think>First, {{the budget}}.</think>\n```json\n{json.dumps(DIGEST)}\n```", reasoning_content="secret thoughts")


def forgetful(context_tokens: int) -> Callable[[Request], Reply]:
    """Like Ollama: reads no more than the end of a prompt that is longer than its context, and does not say so."""
    return lambda request: chat(json.dumps(DIGEST), prompt_tokens=min(context_tokens, len(request.body) // 4))


def able(*forms: str) -> Callable[[Request], Reply]:
    """Takes these forms only."""
    return lambda request: good(request) if form_of(request) in forms else refused("'response_format' is not supported here")


def without(parameter: str, message: str) -> Callable[[Request], Reply]:
    """Refuses one parameter with these words."""
    return lambda request: refused(message) if parameter in asked(request) else good(request)
