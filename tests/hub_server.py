"""A Hugging Face Hub of one's own: the few endpoints that fetching a snapshot uses, and ways to misbehave."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.engine.base import ModelNeed
from tasks.models.needed import fetch
from tasks.models.snapshots import find_snapshot

COMMIT = "1" * 40
TINY = ModelNeed("hub", "team/tiny")
WEIGHTS = bytes(range(256)) * 2000
CARD = b"---\nlicense: apache-2.0\n---\n# Tiny\n"
FILES = {"config.json": b"{}", "model.safetensors": WEIGHTS, "pytorch_model.bin": b"a pickle", "README.md": CARD}


def fetched(need: ModelNeed) -> Path:
    """The folder of a model, pulled from wherever it is to be had."""
    fetch(need, lambda done, total: None)
    return find_snapshot(need)


@dataclass
class Hub:
    """What is served, and how badly."""

    files: dict[str, bytes] = field(default_factory=dict)
    """Path in the repository -> content. Names that end in .safetensors, .bin, .pt or .parquet are large files."""
    repo: str = "team/tiny"
    of: str = "models"
    """What the repository is kept as: models or datasets."""
    refuse: tuple[int, str] | None = None
    """Status and X-Error-Code of every answer."""
    refuse_files: bool = False
    """Answer so for files only, as a gated repository does whose page is public."""
    cut_after: int | None = None
    """Bytes of a large file after which the connection is dropped, once."""
    listed: dict[str, bytes] = field(default_factory=dict)
    """Names that are listed besides, with content that nobody can fetch."""
    altered: bool = False
    """Large files arrive with another content of the same length."""
    tree: bytes | None = None
    """What the listing says instead of the truth."""
    slow_after: int | None = None
    """Bytes of a large file after which the server waits for `resume`, having set `slow`."""
    slow: threading.Event = field(default_factory=threading.Event)
    resume: threading.Event = field(default_factory=threading.Event)
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
    return name.endswith((".safetensors", ".bin", ".pt", ".parquet"))


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
        if path.startswith(f"/api/{hub.of}/{hub.repo}/revision/"):
            return self._revision(path.rsplit("/", 1)[1], body)
        if path.startswith(f"/api/{hub.of}/{hub.repo}/tree/"):
            return self._tree(body)
        if "/resolve/" in path and (name := path.partition("/resolve/")[2].partition("/")[2]) in hub.files:
            return self._file(name, body)
        if path.lstrip("/") in hub.files:
            return self._file(path.lstrip("/"), body)
        return self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, body)

    def _revision(self, name: str, body: bool) -> None:
        if name not in ("main", COMMIT):
            return self._send(404, b"", {"X-Error-Code": "RevisionNotFound"}, body)
        return self._json({"id": self.hub.repo, "sha": COMMIT, "siblings": [], "tags": []}, body)

    def _tree(self, body: bool) -> None:
        truth = [_entry(name, content) for name, content in (self.hub.files | self.hub.listed).items()]
        content = json.dumps(truth).encode() if self.hub.tree is None else self.hub.tree
        self._send(200, content, {"Content-Type": "application/json"}, body)

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
        if cut and self.hub.slow_after is not None:
            self.wfile.write(content[: self.hub.slow_after])
            self.wfile.flush()
            self.hub.slow.set()
            self.hub.resume.wait(60)
            self.close_connection = True
        elif cut and self.hub.cut_after is not None:
            self.wfile.write(content[: self.hub.cut_after])
            self.close_connection = True
            self.hub.cut_after = None
        else:
            self.wfile.write(content)


def _entry(name: str, content: bytes) -> dict:
    """What the Hub lists. Git keeps a pointer for a large file, and `oid` is the id of that pointer."""
    entry: dict = {"type": "file", "path": name, "size": len(content), "oid": _git_id(content)}
    if is_large(name):
        sha256 = hashlib.sha256(content).hexdigest()
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {len(content)}\n".encode()
        entry |= {"oid": _git_id(pointer), "lfs": {"oid": sha256, "size": len(content), "pointerSize": len(pointer)}}
        entry["xetHash"] = hashlib.sha256(b"xet" + content).hexdigest()
    return entry


def _git_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
