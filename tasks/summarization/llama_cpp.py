"""Instruct models as GGUF files on llama.cpp: quantized, for machines without a GPU.

    {"content": "The budget was agreed.", "stop_type": "eos", "tokens_predicted": 6, "tokens_evaluated": 210, ...}

JSON is held to its schema while it is written. The words of the meeting never become control tokens. Nothing is downloaded, no
port is opened, and no text leaves the machine.
"""

import json
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from tasks.engine.base import Device, ModelNeed
from tasks.engine.base import Options as BaseOptions
from tasks.engine.hub_options import HUB_ID, REVISION, THREADS
from tasks.errors import BackendError, DependencyError
from tasks.models.cpu_threads import own_cores
from tasks.models.gguf import GgufError, GgufHead, read_head
from tasks.models.pinned import pin_of, place_of
from tasks.models.strange_files import require_ending_template
from tasks.schema import Usage
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.language_models.grammar import JSON_STYLE, whole_entries
from tasks.summarization.language_models.llama_prompt import LlamaPrompt
from tasks.summarization.language_models.llama_server import LlamaServer, LlamaSettings

_DEFAULT = "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
_DEFAULT_COMMIT = "f86cb2c1fa58255f8052cc32aeede1b7482d4361"
_DEFAULT_FILE = "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
_TRIAL = [{"role": "system", "content": "Answer."}, {"role": "user", "content": "What was said?"}]
_INSTRUCT = "Choose an instruct model with a chat template, such as Qwen2.5-Coder-1.5B-Instruct."


class LlamaCpp(ChatSummarizer):
    """Any instruct model that llama.cpp can load."""

    name = "llama-cpp"
    summary = "any instruct model as a GGUF file, quantized, on llama.cpp: for machines without a GPU"
    packages = ("xllamacpp",)
    install = "pip install 'audio-minutes[llama-cpp]'"
    distribution = "xllamacpp"

    class Options(BaseOptions):
        """Which file, and how it is run."""

        model: str = Field(_DEFAULT, min_length=1, description="a Hub id (OWNER/NAME), or the path of a GGUF file")
        file: str | None = Field(None, pattern=r"^[\w./-]+\.gguf$", description="of a Hub id: which of its GGUF files")
        revision: str | None = Field(
            None, pattern=REVISION, description="of a Hub id: the commit, required for all but the default model"
        )
        context_tokens: int = Field(
            8192, ge=512, le=1 << 20, description="longest prompt and answer together, if the model was made for so many"
        )
        parallel: int = Field(2, ge=1, le=64, description="answers written at once; each has a context of its own")
        threads: int | None = THREADS

        @property
        def need(self) -> ModelNeed:
            """What must be on the disk."""
            if self.is_path:
                return ModelNeed("local", self.model)
            own = self.model == _DEFAULT
            commit, file = self.revision or (_DEFAULT_COMMIT if own else None), self.file or (_DEFAULT_FILE if own else None)
            return ModelNeed("hub", self.model, commit, (str(file),))

        @property
        def is_path(self) -> bool:
            """Whether the model is a file of the user."""
            return self.model.endswith(".gguf") or self.model.startswith(("/", "./", "../", "~"))

        @model_validator(mode="after")
        def _is_pinned(self) -> Self:
            if self.is_path:
                return self
            if not HUB_ID.fullmatch(self.model):
                raise ValueError(f"model with a Hub id such as {_DEFAULT}, or the path of a GGUF file, not '{self.model}'")
            if self.model != _DEFAULT and not (self.revision and self.file):
                raise ValueError(f"revision and file with the commit and the GGUF file of '{self.model}' that you checked")
            return self

    def __init__(self, options: "LlamaCpp.Options", device: Device) -> None:
        super().__init__(options, device)
        self._usage, self._lock = Usage(), threading.Lock()
        self._path = _file_of(options.need)
        self._head = _chat_head(self._path)
        self._open()

    @classmethod
    def models(cls, options: "LlamaCpp.Options") -> tuple[ModelNeed, ...]:
        return (options.need,)

    @classmethod
    def revision(cls, options: "LlamaCpp.Options") -> str:
        return f"{super().revision(options)}, {pin_of(options.need)}"

    @property
    def context_tokens(self) -> int:
        wanted: int = self.options.context_tokens
        return min(wanted, self._head.longest or wanted)

    @property
    def usage(self) -> Usage:
        return self._usage

    def count_tokens(self, text: str) -> int:
        return len(self.prompt.data(text))

    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        """Requests with one beginning follow each other in one slot, which has read it; different ones are answered at once."""
        if not self.server.runs:
            self.server.close()
            self._open()
        results: dict[int, Reply | BackendError] = {}
        waiting = deque(_alike(requests))

        def work(slot: int) -> None:
            while waiting:
                try:
                    numbers = waiting.popleft()
                except IndexError:
                    return
                for number in numbers:
                    results[number] = self._answer_one(requests[number], slot)

        with ThreadPoolExecutor(self.options.parallel, self.name) as pool:
            for done in [pool.submit(work, slot) for slot in range(min(self.options.parallel, len(waiting)))]:
                done.result()
        return [results[number] for number in range(len(requests))]

    def close(self) -> None:
        self.server.close()

    def _open(self) -> None:
        options, gpu = self.options, self.device.name != "cpu"
        tokens = self.context_tokens * options.parallel
        settings = LlamaSettings(str(self._path), tokens, options.parallel, options.threads or own_cores(), gpu)
        self.server = LlamaServer(settings)
        try:
            self.prompt = LlamaPrompt(self.server, self._head, str(self._path))
        except BaseException:
            self.server.close()
            raise

    def _answer_one(self, request: Request, slot: int) -> Reply | BackendError:
        prompt = self.prompt.tokens(request)
        room = min(request.max_tokens, self.context_tokens - len(prompt))
        if room < 1:
            what = f"the prompt has {len(prompt)} tokens, and the context {self.context_tokens}."
            return BackendError(what, fix="Raise summarization.options.context_tokens, or choose a model with a longer context.")
        body = {"prompt": prompt, "n_predict": room, "id_slot": slot, "cache_prompt": True, "temperature": 0}
        try:
            answer = self.server.ask("/completion", body | _grammar(request))
        except BackendError as error:
            if self.server.runs:
                return error
            raise
        self._count(len(prompt), answer["tokens_predicted"])
        cut, text = answer["stop_type"] == "limit", str(answer["content"])
        if request.schema is not None and not _is_held(text, request.schema):
            return BackendError(
                "llama.cpp could not hold the answer to its schema.", fix="Report it, with the version of xllamacpp."
            )
        return Reply(whole_entries(text, request.schema) if cut and request.schema is not None else text, cut)

    def _count(self, read: int, written: int) -> None:
        with self._lock:
            self._usage = Usage(
                requests=self._usage.requests + 1,
                prompt_tokens=self._usage.prompt_tokens + read,
                answer_tokens=self._usage.answer_tokens + written,
            )


def _file_of(need: ModelNeed) -> Path:
    place = place_of(need)
    path = place if need.kind == "local" else place / need.files[0]
    if not path.is_file():
        raise DependencyError(f"there is no file '{need.id}'.", where="summarization.options.model", fix="Correct the path.")
    return path


def _chat_head(path: Path) -> GgufHead:
    """What the file says of a model that answers in words; others are refused."""
    try:
        head = read_head(path)
    except (GgufError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it {error}"
        fix = "Fetch it again with `minutes models pull`, or choose another file."
        raise DependencyError(f"is no model that llama.cpp can load: {reason}.", where=str(path), fix=fix) from error
    if head.embeds:
        what = f"is a model of the architecture '{head.architecture}' that embeds text and answers nothing."
        raise DependencyError(what, where=str(path), fix=_INSTRUCT)
    if not head.chat_template:
        what = "has no chat template: it continues text and answers no questions."
        raise DependencyError(what, where=str(path), fix=_INSTRUCT)
    require_ending_template(head.chat_template, _TRIAL, {}, str(path))
    return head


def _alike(requests: Sequence[Request]) -> list[list[int]]:
    """The numbers of requests with the same beginning, together."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, request in enumerate(requests):
        groups.setdefault((request.instructions, request.material), []).append(number)
    return list(groups.values())


def _grammar(request: Request) -> dict[str, Any]:
    if request.schema is None:
        return {}
    return {"grammar": "%llguidance {}\nstart: %json " + json.dumps(request.schema | {"x-guidance": JSON_STYLE})}


def _is_held(text: str, schema: dict[str, Any]) -> bool:
    """Whether an answer begins as its grammar begins: llama.cpp goes on without a grammar that it cannot compile."""
    begins = "".join(f'{{"{name}": ' for name in [*schema.get("properties", ())][:1])
    return text.startswith(begins[: len(text)])
