"""A Hugging Face Hub of one's own: the few endpoints that fetching a snapshot uses, and ways to misbehave."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

COMMIT = "1" * 40


@dataclass
class Hub:
    """What is served, and how badly."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Path in the repository -> content. Names that end in .safetensors, .bin or .pt are large files."""
    repo: str = "team/tiny"
    refuse: tuple[int, str] | None = None
    """Status and X-Error-Code of every answer."""
    refuse_files: bool = False
    """Answer so for files only, as a gated repository does whose page is public."""
    cut_after: int | None = None
    """Bytes of a large file after which the connection is dropped, once."""
    altered: bool = False
    """Large files arrive with another content of the same length."""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path and headers of every request."""
    url: str = ""


@contextmanager
def serve(hub: Hub) -> Iterator[Hub]:
    """The hub at `hub.url` as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_large(name: str) -> bool:
    return name.endswith((".safetensors", ".bin", ".pt"))


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def log_message(self, *args: object) -> None:
        """Tests keep quiet."""

    def _answer(self, body: bool) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        hub.asked.append((self.command, path, dict(self.headers)))
        if hub.refuse and ("/resolve/" in path or not hub.refuse_files):
            return self._send(hub.refuse[0], b"", {"X-Error-Code": hub.refuse[1]}, body)
        if path.startswith(f"/api/models/{hub.repo}/revision/"):
            return self._revision(path.rsplit("/", 1)[1], body)
        if path.startswith(f"/api/models/{hub.repo}/tree/"):
            return self._json([_entry(name, content) for name, content in hub.files.items()], body)
        if "/resolve/" in path and (name := path.split("/", 5)[5]) in hub.files:
            return self._file(name, body)
        if path.lstrip("/") in hub.files:
            return self._file(path.lstrip("/"), body)
        return self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, body)

    def _revision(self, name: str, body: bool) -> None:
        if name not in ("main", COMMIT):
            return self._send(404, b"", {"X-Error-Code": "RevisionNotFound"}, body)
        return self._json({"id": self.hub.repo, "sha": COMMIT, "siblings": [], "tags": []}, body)

    def _json(self, value: object, body: bool) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"}, body)

    def _file(self, name: str, body: bool) -> None:
        content, headers, status = self.hub.files[name], {"X-Repo-Commit": COMMIT, "Accept-Ranges": "bytes"}, 200
        entry = _entry(name, content)
        headers["ETag"] = f'"{entry["lfs"]["oid"] if is_large(name) else entry["oid"]}"'
        if self.hub.altered and is_large(name):
            content = bytes(byte ^ 1 for byte in content)
        if wanted := self.headers.get("Range"):
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            if start >= len(content):
                return self._send(416, b"", {"Content-Range": f"bytes */{len(content)}"}, body)
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            content, status = content[start:], 206
        return self._send(status, content, headers, body, cut=is_large(name))

    def _send(self, status: int, content: bytes, headers: dict[str, str], body: bool, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if not body:
            return
        if cut and self.hub.cut_after is not None:
            self.wfile.write(content[: self.hub.cut_after])
            self.close_connection = True
            self.hub.cut_after = None
        else:
            self.wfile.write(content)


def _entry(name: str, content: bytes) -> dict:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    entry: dict = {"type": "file", "path": name, "size": len(content), "oid": blob}
    if is_large(name):
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return entry
