"""Lets through what the page needs of Gradio's interface, and nothing else of it.

Gradio takes a file by its path or address, and a mounted app asks for no proof that it was uploaded (6.31, `_check_allowed`):
whoever reaches the server could have any file of the machine, or any address fetched. So the few requests of the page are read
here before Gradio reads them.
"""

import json
import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.app.guard import App, Receive, Scope, Send, refuse

_READ = re.compile(
    r"/(config|theme\.css|favicon\.ico|manifest\.json|assets/.*|static/.*|minutes/.*)?"
    r"|/gradio_api/(startup-events|heartbeat/\w+|queue/data|upload_progress|info)"
)
_WRITE = re.compile(r"/gradio_api/(upload|queue/join|cancel|reset)/?")
_MOST_BYTES = 4 << 20
"""Of what a form says; a recording comes by another way."""


@dataclass(frozen=True)
class Narrow:
    """An ASGI application in front of Gradio's."""

    app: App
    arrivals: Path
    """Where uploaded files lie; no other file may be named."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = _READ if scope["method"] in ("GET", "HEAD") else _WRITE
        if not known.fullmatch(scope["path"]):
            await refuse(send, 404, "There is nothing here.")
        elif known is _READ or scope["path"].rstrip("/").endswith("/upload"):
            await self.app(scope, receive, send)
        else:
            await self._read_first(scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None or not self._is_harmless(body):
            await refuse(send, 400, "That names a file that was not uploaded here, or is too much.")
            return
        waiting: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> MutableMapping[str, Any]:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, again, send)

    def _is_harmless(self, body: bytes) -> bool:
        """Whether each file that is named there was uploaded here."""
        try:
            said = json.loads(body or b"null")
        except (ValueError, RecursionError):
            return False
        home = self.arrivals.resolve()
        return all(isinstance(path, str) and Path(path).resolve().is_relative_to(home) for path in _paths(said))


def _paths(said: Any) -> Iterator[Any]:
    """The path of everything that could be taken for a file."""
    if isinstance(said, dict):
        if {"path", "meta", "url"} & said.keys():
            yield said.get("path")
        for value in said.values():
            yield from _paths(value)
    elif isinstance(said, list):
        for value in said:
            yield from _paths(value)


async def _body(receive: Receive) -> bytes | None:
    """What was sent, or None if it is too much."""
    read = bytearray()
    while True:
        message = await receive()
        read += message.get("body", b"")
        if len(read) > _MOST_BYTES:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(read)
