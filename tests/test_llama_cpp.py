"""Instruct models on llama.cpp: a small random one as a GGUF file, beside the same weights on transformers."""

import gc
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from tasks.engine.base import Device, ModelNeed
from tasks.engine.registry import find_backend
from tasks.errors import BackendError, ConfigError, DependencyError, ResourceError
from tasks.models.gguf import GgufError, read_head
from tasks.models.needed import catalogued
from tasks.report.manifest import peak_memory_mb
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.language_models.llama_server import LlamaServer
from tasks.summarization.llama_cpp import LlamaCpp
from tasks.summarization.transformers_chat import TransformersChat
from tests.chat_gguf import random_gguf
from tests.chat_weights_random import MARKS, SPECIAL
from tests.drafts import Discussion
from tests.test_transformers_chat import DRAFTS, REQUESTS, request

pytest.importorskip("xllamacpp", reason="pip install 'audio-minutes[llama-cpp]'")

CPU = Device("cpu", "asked for")
PLAIN = [replace(each, schema=None) for each in REQUESTS]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path]:
    return random_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def path(made) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def backend(path) -> LlamaCpp:
    with opened(path) as backend:
        yield backend


@pytest.fixture(scope="module")
def same_weights(made) -> TransformersChat:
    return TransformersChat(TransformersChat.Options(model=str(made[1]), precision="fp32", threads=1), CPU)


def opened(path: Path, **options) -> LlamaCpp:
    return LlamaCpp(LlamaCpp.Options(**{"model": str(path), "threads": 1, "context_tokens": 2048, **options}), CPU)


def refused(path: Path, **options) -> str:
    with pytest.raises((DependencyError, ResourceError)) as caught:
        opened(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    return message.removeprefix(f"{path}: ")


# What is answered


def test_tokens_are_those_of_transformers(backend, same_weights):
    prompt = same_weights.model.prompt
    for each in REQUESTS:
        assert backend.prompt.tokens(each) == prompt.shared(each) + prompt.own(each)
        assert backend.count_tokens(each.material) == same_weights.count_tokens(each.material)


@pytest.mark.parametrize("requests", [PLAIN, REQUESTS], ids=["plain text", "json"])
def test_answers_are_those_of_transformers(backend, same_weights, requests):
    assert [reply.text for reply in backend.answer(requests)] == [reply.text for reply in same_weights.answer(requests)]


def test_answers_in_json_are_drafts(backend):
    for draft, reply in zip(DRAFTS, backend.answer(REQUESTS), strict=True):
        draft.model_validate_json(reply.text)


def test_plain_text_and_json_come_in_order_whatever_the_slots(path, backend):
    mixed = [*PLAIN, *REQUESTS, request(Discussion, "window three")]
    with opened(path, parallel=3) as several:
        assert [reply.text for reply in several.answer(mixed)] == [backend.answer([each])[0].text for each in mixed]


def test_answer_without_room_is_cut_and_still_a_draft(backend):
    [plain, held] = backend.answer([replace(PLAIN[0], max_tokens=3), request(Discussion, max_tokens=9)])
    assert plain.cut
    assert held == Reply('{"topics": [], "summary": []}', cut=True)


def test_no_requests_no_answers(backend):
    assert backend.answer([]) == []


def test_prompt_longer_than_the_context_is_an_error_for_its_request_alone(path):
    with opened(path, context_tokens=512) as backend:
        long, short = backend.answer([request(material="long " * 900), request(max_tokens=20)])
    assert isinstance(long, BackendError)
    assert "and the context 512. Raise summarization.options.context_tokens" in str(long)
    assert isinstance(short, Reply)


def test_words_never_become_control_tokens(backend):
    said = "".join([*SPECIAL, *MARKS])
    harmless = backend.prompt.tokens(Request("", "", "", None, 9))
    marks = set(backend.server.tokens(said, marks=True))
    assert len(marks) >= len(SPECIAL)
    found = backend.prompt.tokens(Request(said, said, said, None, 9))
    assert [token for token in found if token in marks] == [token for token in harmless if token in marks]


def test_shared_beginning_is_read_once(backend):
    def read(number: int) -> int:
        body = {"prompt": backend.prompt.tokens(PLAIN[number]), "n_predict": 1, "id_slot": 0, "cache_prompt": True}
        return backend.server.ask("/completion", body)["timings"]["prompt_n"]

    backend.answer(PLAIN[2:3])
    first, second = read(0), read(1)
    own = backend.count_tokens(PLAIN[1].question) + len(backend.prompt.after)
    assert second <= own + 1 < first / 2


def test_usage_counts_requests_and_tokens(path):
    with opened(path) as backend:
        backend.answer(PLAIN[:2])
        read = sum(len(backend.prompt.tokens(each)) for each in PLAIN[:2])
        assert (backend.usage.requests, backend.usage.prompt_tokens) == (2, read)
        assert 0 < backend.usage.answer_tokens <= 64


def test_schema_that_is_no_grammar_is_an_error_for_its_request_alone(backend):
    bad = replace(REQUESTS[0], schema={"type": "object", "properties": {"a": {"type": "no such type"}}, "required": ["a"]})
    error, reply = backend.answer([bad, PLAIN[0]])
    assert "could not hold the answer to its schema" in str(error)
    assert isinstance(reply, Reply)


def test_context_is_that_of_the_model_if_it_is_shorter(path):
    with opened(path, context_tokens=1 << 20, parallel=1) as backend:
        assert backend.context_tokens == 8192


# Opening and ending


def test_no_port_is_opened_and_the_socket_is_the_owners_alone(path):
    with opened(path) as backend:
        folder = backend.server.folder
        assert folder.stat().st_mode & 0o077 == 0
        listening = {line.split()[3] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"}
        inodes = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] in listening}
        files = [os.readlink(each) for each in Path(f"/proc/{backend.server.process.pid}/fd").iterdir()]  # noqa: PTH115
        assert inodes.isdisjoint(name[8:-1] for name in files if name.startswith("socket:["))
    assert not folder.exists()


def test_memory_counts_and_is_given_back(path):
    before = peak_memory_mb()
    with opened(path, context_tokens=8192, parallel=4) as backend:
        pid = backend.server.process.pid
        assert peak_memory_mb() > before + 20
    assert not Path(f"/proc/{pid}").exists()


def test_interrupt_at_the_terminal_does_not_reach_it(path):
    with opened(path) as backend:
        assert os.getsid(backend.server.process.pid) != os.getsid(0)


def test_process_that_is_killed_ends_the_request_with_a_reason_and_is_started_anew(path):
    with opened(path) as backend:
        threading.Timer(0.3, backend.server.process.send_signal, [signal.SIGKILL]).start()
        with pytest.raises(ResourceError, match="was killed while it wrote, most likely for want of memory"):
            backend.answer([replace(PLAIN[0], max_tokens=1500)] * 9)
        assert isinstance(backend.answer(PLAIN[:1])[0], Reply)


def test_gpu_that_the_build_lacks_is_refused(path):
    with pytest.raises(ConfigError, match=r"hardware\.device: this build of llama\.cpp knows no GPU"):
        LlamaCpp(LlamaCpp.Options(model=str(path), threads=1), Device("cuda", "asked for"))


# Files that are none


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(DependencyError, match=r"summarization\.options\.model: there is no file '.*none\.gguf'\. Correct"):
        opened(tmp_path / "none.gguf")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"This is a text, and no model.", "it is no GGUF file"),
        (b"GGUF\x01\0\0\0" + bytes(16), "it is of version 1 of GGUF, which is not read here"),
        (b"GGUF\x03\0\0\0" + bytes(8) + b"\xff" * 8, "it is cut short or altered"),
        (b"GGUF\x03\0\0\0" + bytes(8) + b"\x01" + bytes(7) + b"\xff" * 8, "it is cut short or altered"),
    ],
)
def test_file_of_another_kind(tmp_path, content, reason):
    file = tmp_path / "odd.gguf"
    file.write_bytes(content)
    assert refused(file) == (
        f"is no model that llama.cpp can load: {reason}. Fetch it again with `minutes models pull`, or choose another file."
    )


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.999])
def test_truncated_file(path, tmp_path, share):
    file = tmp_path / "short.gguf"
    file.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refused(file).startswith("is no model that llama.cpp can load: ")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"general.architecture": "bert", "bert.attention.causal": False}, "that embeds text and answers nothing"),
        ({"qwen3.pooling_type": 3}, "is a model of the architecture 'qwen3' that embeds text and answers nothing"),
        ({"template": None}, "has no chat template: it continues text and answers no questions"),
        ({"general.architecture": "zebra"}, "can load: error loading model: unknown model architecture: 'zebra'. Fetch it again"),
        ({"qwen3.block_count": 1_000_000}, "is no model that llama.cpp can load: "),
        ({"qwen3.block_count": 0}, "is no model that llama.cpp can load: "),
        ({"qwen3.attention.head_count": 0}, "is no model that llama.cpp can load: "),
        ({"qwen3.embedding_length": 1 << 31}, "is no model that llama.cpp can load: "),
        ({"tokenizer.ggml.tokens": ["a", "b"]}, "is no model that llama.cpp can load: "),
        ({"template": "{{ raise_exception('no') }}"}, "is no model that llama.cpp can load: "),
        ({"template": "{% for x in %}"}, "is no model that llama.cpp can load: "),
        ({"template": "{{ 'hello' }}"}, "has a chat template that does not show what it is given"),
    ],
)
def test_file_of_another_model(tmp_path, values, reason):
    file, _ = random_gguf(tmp_path / "other.gguf", **values)
    with pytest.raises((DependencyError, ConfigError)) as caught:
        opened(file)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    gc.collect()  # a process that was left running would be warned about here


def test_altered_file_never_ends_this_process(path, tmp_path):
    content = bytearray(path.read_bytes())
    for place in range(8, 4000, 7):
        content[place] ^= 0x55
    (tmp_path / "altered.gguf").write_bytes(content)
    assert refused(tmp_path / "altered.gguf").startswith("is no model that llama.cpp can load: ")


def test_head_says_what_the_model_is(path):
    head = read_head(path)
    assert (head.architecture, head.longest, head.embeds) == ("qwen3", 8192, False)
    assert set(head.added_tokens.values()) == set(MARKS)
    assert "im_start" in head.chat_template


def test_array_that_is_longer_than_its_file_is_refused(tmp_path):
    file = tmp_path / "long.gguf"
    pair = b"\x01" + bytes(7) + b"a" + b"\x09\0\0\0" + b"\x08\0\0\0" + b"\0\0\0\0\0\0\0\x10"
    file.write_bytes(b"GGUF\x03\0\0\0" + bytes(8) + b"\x01" + bytes(7) + pair)
    with pytest.raises(GgufError, match="cut short or altered"):
        read_head(file)


# Options


def test_default_model_is_the_one_of_the_catalogue():
    [need] = LlamaCpp.models(LlamaCpp.Options())
    assert need.files == ("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",)
    entry = catalogued(need)
    assert entry is not None
    assert entry.files.keys() == {*need.files}


def test_file_of_the_hub_needs_its_commit_and_its_name():
    with pytest.raises(ValidationError, match="revision and file with the commit and the GGUF file of 'a/b' that you checked"):
        LlamaCpp.Options(model="a/b", revision="main")
    options = LlamaCpp.Options(model="a/b", revision="1234", file="c.gguf")
    assert options.need == ModelNeed("hub", "a/b", "1234", ("c.gguf",))


def test_word_that_is_neither_id_nor_path_is_refused():
    with pytest.raises(ValidationError, match="or the path of a GGUF file, not 'qwen'"):
        LlamaCpp.Options(model="qwen")


def test_revision_of_a_file_is_its_hash(path):
    assert find_backend("summarization", "llama-cpp") is LlamaCpp
    options = LlamaCpp.Options(model=str(path))
    assert ", sha256 " in LlamaCpp.revision(options)


def test_answer_that_is_no_json_is_an_error(backend, monkeypatch):
    monkeypatch.setattr(
        LlamaServer, "ask", lambda *given: (_ for _ in ()).throw(BackendError("llama.cpp answered with no JSON."))
    )
    monkeypatch.setattr(type(backend.prompt), "tokens", lambda self, request: [1, 2])
    [error] = backend.answer(PLAIN[:1])
    assert str(error) == "llama.cpp answered with no JSON."
