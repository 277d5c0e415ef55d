"""What is sent to a chat server, and how its refusals are met: models differ in which parameters they take.

Plain text is asked for without `response_format`.

{"model": "...", "messages": [{"role": "system", ...}, {"role": "user", ...}], "max_tokens": 900, "temperature": 0, "seed": 0,
 "response_format": {"type": "json_schema", "json_schema": {"name": "minutes", "strict": true, "schema": {...}}}}
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tasks.engine.hosted import ABOUT_THE_FORM, complaint
from tasks.engine.http_retry import Answer
from tasks.language.messages import message
from tasks.schema import Message
from tasks.summarization.language_model import Request

FORMS: dict[str, tuple[str, ...]] = {
    "auto": ("json_schema", "plain_schema", "json_object", "none"),
    "json_schema": ("json_schema", "plain_schema"),
    "json_object": ("json_object",),
    "none": ("none",),
}
"""By the option `structured`, how an answer is asked for, the strictest first; a plain schema is one without any limits."""
LOST = {
    "json_object": message("server_takes_no_schema"),
    "none": message("server_takes_no_json"),
}
NO_TEMPERATURE = message("server_sets_temperature")
_LIMITS = frozenset(("minLength", "maxLength", "minItems", "maxItems", "enum"))
"""What strict servers refuse in a schema: OpenAI some or all of it, depending on the model and on the number of names."""
_ABOUT_THE_SCHEMA = re.compile(r"response_format|response format|json_schema|json_object|json mode|schema|grammar|structured")
_ABOUT_ROOM = re.compile(
    r"context.{0,12}(?:length|size|window)|maximum (?:context|length|number of tokens)"
    r"|reduce the length|too many tokens|prompt is too long"
)
_ABOUT_CONTENT = re.compile(r"content.?(?:filter|management|policy)")
_LONGEST_COMPLAINT = 4000


@dataclass(frozen=True)
class Dialect:
    """What a server is believed to understand."""

    form: str
    limit: str = "max_tokens"
    temperature: bool = True
    seed: bool = True

    def lost(self, request: Request) -> tuple[Message, ...]:
        """What a reader should know about how a request was asked."""
        form = None if request.schema is None else LOST.get(self.form)
        return tuple(filter(None, (form, None if self.temperature else NO_TEMPERATURE)))


def chat_body(request: Request, model: str, seed: int, dialect: Dialect) -> dict[str, Any]:
    """The JSON of one request."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [
            {"role": "system", "content": _sendable(request.instructions)},
            {"role": "user", "content": _sendable(f"{request.material}\n{request.question}")},
        ],
        dialect.limit: request.max_tokens,
    }
    if dialect.temperature:
        body["temperature"] = 0
    if dialect.seed:
        body["seed"] = seed
    if request.schema is not None and dialect.form != "none":
        body["response_format"] = _response_format(request.schema, dialect.form)
    return body


def _response_format(schema: dict[str, Any], form: str) -> dict[str, Any]:
    if form == "json_object":
        return {"type": "json_object"}
    wanted = schema if form == "json_schema" else without_limits(schema)
    return {"type": "json_schema", "json_schema": {"name": "minutes", "strict": True, "schema": wanted}}


def without_limits(schema: Any) -> Any:
    """A schema that says which fields there are and of which type, and no more."""
    if isinstance(schema, list):
        return [without_limits(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: without_limits(value) for name, value in schema.items() if name not in _LIMITS}


def adapted(dialect: Dialect, forms: Sequence[str], answer: Answer, *, guess: bool) -> Dialect | None:
    """How to ask instead after a refusal; None if it is not about how it was asked.

    Args:
        guess: take a refusal without a known reason for one of the form.
    """
    said = _said(answer)
    if refuses_schema(answer):
        return _less(dialect, forms)
    if answer.status not in ABOUT_THE_FORM or is_about_room(answer) or is_about_content(answer):
        return None
    if dialect.limit == "max_tokens" and "max_completion_tokens" in said:
        return replace(dialect, limit="max_completion_tokens")
    if dialect.temperature and "temperature" in said:
        return replace(dialect, temperature=False)
    if dialect.seed and re.search(r"\bseed\b", said):
        return replace(dialect, seed=False)
    return _less(dialect, forms) if guess else None


def refuses_schema(answer: Answer) -> bool:
    """Whether the server says that it is about the form of the answer; some fail (5xx) where they should refuse."""
    said = _said(answer) if answer.status in ABOUT_THE_FORM else complaint(answer.body).casefold() if answer.status >= 500 else ""
    return bool(_ABOUT_THE_SCHEMA.search(said))


def is_about_room(answer: Answer) -> bool:
    """Whether the request was too long for the model."""
    return answer.status in ABOUT_THE_FORM and bool(_ABOUT_ROOM.search(_said(answer)))


def is_about_content(answer: Answer) -> bool:
    """Whether what was said in the meeting is refused."""
    return answer.status in ABOUT_THE_FORM and bool(_ABOUT_CONTENT.search(_said(answer)))


def _less(dialect: Dialect, forms: Sequence[str]) -> Dialect | None:
    following = forms[forms.index(dialect.form) + 1 :]
    return replace(dialect, form=following[0]) if following else None


def _said(answer: Answer) -> str:
    """The server's complaint, or all it answered if that has no such thing."""
    return (complaint(answer.body) or answer.body.decode(errors="replace"))[:_LONGEST_COMPLAINT].casefold()


def _sendable(text: str) -> str:
    """Text without halves of characters, which JSON in UTF-8 cannot hold."""
    return text.encode(errors="replace").decode()
