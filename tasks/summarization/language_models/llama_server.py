"""llama.cpp in a process of its own, asked over a Unix socket.

    POST /tokenize {"content": "Hi", "parse_special": false}         -> {"tokens": [13048]}
    POST /completion {"prompt": [151644, ...], "n_predict": 90, ...} -> {"content": "...", "stop_type": "eos", ...}

Of its own, because llama.cpp ends the process that it runs in when a file is not what it expects; and so that closing gives all
memory back.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.errors import BackendError, ConfigError, DependencyError, MinutesError, ResourceError

if TYPE_CHECKING:
    import httpx

_WORKER = Path(__file__).with_name("llama_worker.py")
_SHORT_S = 60.0
"""Longest wait for what takes no model: tokens, templates. Chosen by hand."""
_END_S = 5.0
_LESS = "Lower context_tokens or parallel, choose a smaller model, or close other programs."


@dataclass(frozen=True)
class LlamaSettings:
    """How a model is opened."""

    model: str
    context_tokens: int
    """Of all slots together."""
    parallel: int
    threads: int
    gpu: bool


class LlamaServer:
    """A running model. Safe to use from several threads."""

    def __init__(self, settings: LlamaSettings) -> None:
        """Raises:
        DependencyError: the file is no model that llama.cpp can load.
        ResourceError: there is too little memory.
        ConfigError: a GPU is wanted, and this build of llama.cpp knows none.
        """
        import httpx

        self._settings = settings
        self.folder = Path(tempfile.mkdtemp(prefix="minutes-"))
        self._said = self.folder / "said"
        try:
            self.process = self._start(settings)
            self._client = httpx.Client(transport=httpx.HTTPTransport(uds=str(self._socket)), base_url="http://llama")
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def runs(self) -> bool:
        """False once the process has ended."""
        return self.process.poll() is None

    def tokens(self, text: str, *, marks: bool = False, first: bool = False) -> list[int]:
        """Tokens of a text; with `marks`, control tokens are read as such; `first` puts the token of the beginning before it."""
        asked = {"content": text, "parse_special": marks, "add_special": first}
        found: list[int] = self.ask("/tokenize", asked, _SHORT_S)["tokens"]
        return found

    def ask(self, path: str, body: dict[str, Any], timeout_s: float | None = None) -> Any:
        """The JSON of an answer.

        Raises:
            BackendError: it was refused.
            ResourceError: the process was killed.
        """
        import httpx

        try:
            response = self._client.post(path, json=body, timeout=timeout_s)
        except httpx.TimeoutException as error:
            raise BackendError(f"llama.cpp gave no answer in {timeout_s:.0f} s.") from error
        except httpx.TransportError as error:
            raise self._ended() from error
        answer = _json(response)
        if not response.is_success:
            raise BackendError(f"llama.cpp refused: {_complaint(answer)}.")
        return answer

    def close(self) -> None:
        """End the process."""
        self._client.close()
        _end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _socket(self) -> Path:
        return self.folder / "llama.sock"

    def _start(self, settings: LlamaSettings) -> "subprocess.Popen[str]":
        environment = os.environ | {"GGML_NO_BACKTRACE": "1", "OMP_WAIT_POLICY": "passive"}
        with self._said.open("w", encoding="utf-8") as said:
            process = subprocess.Popen(  # noqa: S603 - no shell; its own session, so that Ctrl-C reaches it through us
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=environment,
                text=True,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(process, settings)
        except BaseException:
            _end(process)
            raise
        return process

    def _wait_until_ready(self, process: "subprocess.Popen[str]", settings: LlamaSettings) -> None:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(asdict(settings) | {"socket": str(self._socket)}) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended already; why is read below
        ready = process.stdout.readline()
        if not ready:
            raise _unopened(settings, process.wait(), self._said.read_text(encoding="utf-8", errors="replace"))
        if settings.gpu and not json.loads(ready)["gpu"]:
            what = "this build of llama.cpp knows no GPU, and the configuration asks for one."
            raise ConfigError(what, where="hardware.device", fix="Set it to cpu, or install xllamacpp for your GPU.")

    def _ended(self) -> MinutesError:
        code = self.process.wait()
        if code == -signal.SIGKILL:
            return ResourceError("llama.cpp was killed while it wrote, most likely for want of memory.", fix=_LESS)
        return BackendError(f"llama.cpp ended while it wrote ({_how(code)}).")


def _unopened(settings: LlamaSettings, code: int, said: str) -> MinutesError:
    errors = [line.partition(" E ")[2].strip() for line in said.splitlines() if " E " in line]
    if code == -signal.SIGKILL or any("alloc" in error for error in errors):
        tokens = settings.context_tokens
        return ResourceError(f"too little memory to open it with {tokens} tokens.", where=settings.model, fix=_LESS)
    reasons = (error.partition(": ")[2].rstrip(".") for error in errors)
    return DependencyError(
        f"is no model that llama.cpp can load: {next(filter(None, reasons), _how(code))}.",
        where=settings.model,
        fix="Fetch it again with `minutes models pull`, or choose another file.",
    )


def _how(code: int) -> str:
    return f"it stopped with {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _json(response: "httpx.Response") -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise BackendError("llama.cpp answered with no JSON.") from error


def _complaint(answer: Any) -> str:
    """The first line of what a server says is wrong."""
    error = answer.get("error") if isinstance(answer, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return str(message or "no reason given").strip().split("\n", 1)[0].rstrip(".")[:200]


def _end(process: "subprocess.Popen[str]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
