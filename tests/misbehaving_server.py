"""A real HTTP server on this machine that speaks the transcription protocol, and misbehaves as a test tells it to."""

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What arrived."""

    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, list[str]]
    audio: bytes
    body: bytes

    @property
    def form(self) -> str:
        """What was asked for: `words`, or a `response_format`."""
        return "words" if "timestamp_granularities[]" in self.fields else self.fields["response_format"][0]


@dataclass(frozen=True)
class Reply:
    """What goes back, and how badly."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    """Silence before the first byte."""
    trickle_s: float = 0.0
    """Silence between any two bytes."""
    cut: int | None = None
    """The connection is closed after so many bytes of the body."""
    hang_up: bool = False
    """The connection is closed before the first byte."""

    @property
    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


Answering = Callable[[Request], Reply]


def spoken(text: str = "Good morning, all.", each_s: float = 0.25, **changes: Any) -> dict[str, Any]:
    """A `verbose_json` answer: these words one after the other, in one segment."""
    words = [{"word": w.strip(".,?!"), "start": each_s * n, "end": each_s * (n + 1)} for n, w in enumerate(text.split())]
    end = each_s * len(words)
    segment = {"id": 0, "start": 0.0, "end": end, "text": f" {text}", "avg_logprob": -0.1, "no_speech_prob": 0.02}
    answer = {"task": "transcribe", "language": "english", "duration": end, "text": text, "words": words, "segments": [segment]}
    return answer | changes


def refused(message: str = "no", status: int = 400, code: str = "bad_request") -> Reply:
    return Reply({"error": {"message": message, "type": "error", "code": code}}, status)


def well_behaved(request: Request) -> Reply:
    """Every form of answer, as it was asked for."""
    answer = spoken()
    if request.form == "words":
        return Reply(answer)
    if request.form == "verbose_json":
        return Reply({name: value for name, value in answer.items() if name != "words"})
    return Reply({"text": answer["text"]} if request.form == "json" else answer["text"])


class MisbehavingServer:
    """Answers by its script, one item a request, and by `otherwise` when the script is at its end."""

    def __init__(self, script: Iterable[Reply | Answering] = (), otherwise: Reply | Answering = well_behaved) -> None:
        self.requests: list[Request] = []
        self.most_at_once = 0
        self._at_once = 0
        self._script, self._otherwise = deque(script), otherwise
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=True)
        self._http.handle_error = lambda *_: None  # a client that leaves is no surprise here
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> "MisbehavingServer":
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            item = self._script.popleft() if self._script else self._otherwise
        return item if isinstance(item, Reply) else item(request)

    @contextmanager
    def busy(self) -> Iterator[None]:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        yield
        with self._lock:
            self._at_once -= 1

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                with server.busy():
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    send(self, server.answer(parse(self.path, dict(self.headers.items()), body)))

            def do_GET(self) -> None:
                """Nobody should ask this way: a redirect was followed."""
                send(self, server.answer(Request(self.path, dict(self.headers.items()), {}, b"", b"")))

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def parse(path: str, headers: Mapping[str, str], body: bytes) -> Request:
    """The fields and the file of a multipart body; any other body stays as it is."""
    kind = {name.lower(): value for name, value in headers.items()}.get("content-type", "")
    if not kind.startswith("multipart/"):
        return Request(path, headers, {}, b"", body)
    fields: dict[str, list[str]] = {}
    audio = b""
    for part in BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).iter_parts():
        content = part.get_payload(decode=True)
        if part.get_filename():
            audio = content
        else:
            fields.setdefault(part.get_param("name", header="content-disposition"), []).append(content.decode())
    return Request(path, headers, fields, audio, body)


def send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.pause_s)
    handler.close_connection = reply.hang_up or reply.cut is not None or bool(reply.trickle_s)
    if reply.hang_up:
        handler.connection.shutdown(socket.SHUT_RDWR)
        return
    handler.send_response(reply.status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(reply.content)), **reply.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    content = reply.content[: reply.cut]
    if not reply.trickle_s:
        handler.wfile.write(content)
        return
    for byte in content:
        handler.wfile.write(bytes([byte]))
        time.sleep(reply.trickle_s)
