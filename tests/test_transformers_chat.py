"""Instruct models on transformers: small random weights of the true architectures."""

import gc
import json
import shutil
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from huggingface_hub.file_download import repo_folder_name
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForMaskedLM, LogitsProcessor, WhisperConfig

from tasks.engine.base import Device, ModelNeed
from tasks.errors import BackendError, ConfigError, DependencyError, ResourceError
from tasks.models import step_down
from tasks.summarization import transformers_chat
from tasks.summarization.draft import Facts, draft_schema
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.language_models.decoding import ChatDecoder
from tasks.summarization.language_models.memory import ChatLoad, ChatStepDown
from tasks.summarization.language_models.weights import import_bitsandbytes, load_chat
from tasks.summarization.transformers_chat import TransformersChat
from tests.chat_weights_random import MARKS, SPECIAL, random_chat
from tests.drafts import Digest, Discussion

CPU = Device("cpu", "asked for")
KINDS = ("qwen3", "llama", "gemma3")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
IDS = ("S0001", "S0002", "S0003")


@pytest.fixture(scope="module", autouse=True)
def _what_the_libraries_brought_is_not_garbage():
    """Every opening and closing of a model collects garbage; looking through transformers for it takes half a second."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("chat")
    return {kind: random_chat(root / kind, kind) for kind in KINDS}


@pytest.fixture(scope="module")
def tiny(folders) -> Path:
    return folders["llama"]


@pytest.fixture(scope="module")
def backend(tiny) -> TransformersChat:
    return opened(tiny)


@pytest.fixture
def copied(tiny, tmp_path) -> Path:
    """A copy of the model that a test may change."""
    return Path(shutil.copytree(tiny, tmp_path / "copied"))


def opened(folder: Path, **options) -> TransformersChat:
    """In fp32, whatever this processor likes: what is compared here are numbers."""
    return TransformersChat(TransformersChat.Options(model=str(folder), threads=1, **{"precision": "fp32"} | options), CPU)


def request(kind=Discussion, material: str = "window one", question: str = "What?", max_tokens: int = 24) -> Request:
    material = f"Transcript of {material}:\n" + "[S0001] An: Chào buổi sáng, we decided to buy chairs.\n" * 3
    return Request("You write minutes.", material, question, draft_schema(kind, IDS, ("An", 'Bob "B"'), 2), max_tokens)


REQUESTS = [
    request(Discussion),
    request(Facts, question="What came of it?", max_tokens=40),
    request(Discussion, "window two", question="And what, in a few more words, was it about?"),
    request(Digest, "another one, which has a name that is longer", question="In short?", max_tokens=50),
]
BRIEF = request(Digest, max_tokens=10)
DRAFTS = (Discussion, Facts, Discussion, Digest)


def change(folder: Path, file: str, **values: object) -> Path:
    """Set (or with None, remove) entries of a JSON file of the model."""
    content = json.loads((folder / file).read_text()) | values
    (folder / file).write_text(json.dumps({name: value for name, value in content.items() if value is not None}))
    return folder


# What is answered


def written(backend: TransformersChat, *batches: list[Request]) -> list[list[int]]:
    """Tokens of the answers, of which the replies show whole entries only."""
    answers = []
    for batch in batches:
        asked = [backend.begin(each) for each in batch]
        assert backend.model.decoder.write(asked) == set()
        answers += [each.writing.tokens for each in asked]
    return answers


@pytest.mark.parametrize("kind", KINDS)
def test_answer_does_not_depend_on_the_batch(folders, kind):
    with opened(folders[kind]) as backend:
        alone = written(backend, *([each] for each in REQUESTS))
        assert sum(map(len, alone)) > 60
        assert written(backend, REQUESTS) == alone
        assert written(backend, REQUESTS[::-1]) == alone[::-1]


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_drafts(folders, kind):
    with opened(folders[kind], batch_size=3) as backend:
        for draft, reply in zip(DRAFTS, backend.answer(REQUESTS), strict=True):
            draft.model_validate_json(reply.text)


def test_complete_answer_is_what_the_model_wrote(backend):
    asked = request(Discussion, max_tokens=900)
    [reply] = backend.answer([asked])
    assert not reply.cut
    assert reply.text == backend.model.prompt.tokenizer.decode(written(backend, [asked])[0])
    assert Discussion.model_validate_json(reply.text).topics


class Held(LogitsProcessor):
    """The grammar for `generate` of the library."""

    def __init__(self, grammars, writing, prompt: int) -> None:
        self.grammars, self.writing, self.prompt = grammars, writing, prompt

    def __call__(self, tokens, scores):
        if tokens.shape[1] > self.prompt:
            self.writing.add(int(tokens[0, -1]))
        return scores.masked_fill(~self.grammars.allowed([self.writing])[:, : scores.shape[1]], float("-inf"))


@pytest.mark.parametrize("kind", KINDS)
def test_tokens_are_those_of_the_library(folders, kind):
    with opened(folders[kind]) as backend:
        fit, asked = backend.model, [backend.begin(each) for each in REQUESTS]
        fit.decoder.write(asked)
        for each, theirs in zip(asked, (backend.begin(each) for each in REQUESTS), strict=True):
            prompt = torch.tensor([each.shared + each.own])
            held = Held(fit.grammars, theirs.writing, each.length)
            made = fit.decoder.model.generate(
                prompt, logits_processor=[held], do_sample=False, max_new_tokens=len(each.writing.tokens)
            )
            assert made[0, each.length :].tolist() == each.writing.tokens


def test_shared_beginning_is_read_once_and_changes_nothing(backend, monkeypatch):
    fresh = []
    for each in REQUESTS[:2]:
        backend.model.decoder.forget()
        fresh += written(backend, [each])
    read = []
    feed = ChatDecoder.feed
    monkeypatch.setattr(ChatDecoder, "feed", lambda self, tokens: read.append(tokens) or feed(self, tokens))
    backend.model.decoder.forget()
    again = written(backend, *([each] for each in REQUESTS[:2]))
    shared = backend.model.prompt.shared(REQUESTS[0])
    assert (again, read.count(shared), len(read)) == (fresh, 1, 3)


def test_model_that_keeps_a_running_state_reads_each_prompt_whole(tiny, backend, monkeypatch):
    monkeypatch.setattr("tasks.summarization.language_models.decoding.is_kept_by_position", lambda model: False)
    with opened(tiny) as plain:
        assert written(plain, REQUESTS) == written(backend, REQUESTS)
        assert plain.model.decoder.cache is None


def test_long_prompt_is_read_in_pieces(backend, monkeypatch):
    expected = written(backend, REQUESTS[:1])
    monkeypatch.setattr("tasks.summarization.language_models.decoding._CHUNK", 7)
    backend.model.decoder.forget()
    assert written(backend, REQUESTS[:1]) == expected


def test_answer_without_room_is_cut_and_still_a_draft(backend):
    [reply] = backend.answer([request(Discussion, max_tokens=15)])
    assert reply == Reply('{"topics": [], "summary": []}', cut=True)


@pytest.mark.parametrize("kind", KINDS)
def test_plain_text_is_what_generate_of_the_library_writes(folders, kind):
    asked = replace(REQUESTS[0], schema=None)
    with opened(folders[kind]) as backend:
        begun, fit = backend.begin(asked), backend.model
        [reply] = backend.answer([asked])
        never = sorted(fit.prompt.control - {fit.prompt.tokenizer.eos_token_id})
        made = fit.decoder.model.generate(
            torch.tensor([begun.shared + begun.own]),
            do_sample=False,
            max_new_tokens=begun.room,
            suppress_tokens=[*never, *range(len(fit.prompt.tokenizer), fit.decoder.model.config.get_text_config().vocab_size)],
        )[0, begun.length :]
        text = fit.prompt.tokenizer.decode(made, skip_special_tokens=True).rstrip("\N{REPLACEMENT CHARACTER}")
    assert reply == Reply(text, cut=int(made[-1]) != fit.prompt.tokenizer.eos_token_id)
    assert text


def test_plain_text_ends_at_any_end_of_the_model(tiny, backend, copied):
    asked = replace(REQUESTS[0], schema=None)
    [tokens] = written(backend, [asked])
    end = next(token for token in tokens if tokens.index(token) > 2)
    change(copied, "generation_config.json", eos_token_id=[end, SPECIAL.index("</s>")])
    with opened(copied) as ended:
        assert written(ended, [asked])[0] == tokens[: tokens.index(end) + 1]
        [reply] = ended.answer([asked])
    assert not reply.cut
    assert backend.answer([asked])[0].text.startswith(reply.text)


def test_plain_text_and_json_are_answered_in_one_batch(backend):
    mixed = [replace(REQUESTS[0], schema=None), *REQUESTS]
    assert backend.answer(mixed) == [reply for each in mixed for reply in backend.answer([each])]


def test_prompt_longer_than_the_context_is_an_error_for_its_request_alone(tiny):
    with opened(tiny, context_tokens=300) as backend:
        long, short = backend.answer([request(material="long " * 300), request(max_tokens=20)])
    assert isinstance(long, BackendError)
    assert "and the context 300. Raise summarization.options.context_tokens" in str(long)
    assert isinstance(short, Reply)


def test_context_is_that_of_the_model_if_it_is_shorter(backend):
    assert backend.context_tokens == 8192


def test_usage_counts_requests_and_tokens(tiny):
    with opened(tiny) as backend:
        assert backend.usage.requests == 0
        backend.answer(REQUESTS[:2])
        prompts = [len(backend.model.prompt.shared(each)) + len(backend.model.prompt.own(each)) for each in REQUESTS[:2]]
        assert (backend.usage.requests, backend.usage.prompt_tokens) == (2, sum(prompts))
        assert 20 < backend.usage.answer_tokens <= 64


def test_failure_of_the_library_is_an_error_for_its_request_alone(backend, monkeypatch):
    write = ChatDecoder.write

    def fail(self, asked):
        if any(each.length == lengths[1] for each in asked):
            raise RuntimeError("shapes do not fit\nand more")
        return write(self, asked)

    lengths = [backend.begin(each).length for each in REQUESTS]
    monkeypatch.setattr(ChatDecoder, "write", fail)
    replies = backend.answer(REQUESTS)
    assert [type(reply) for reply in replies] == [Reply, BackendError, Reply, Reply]
    assert str(replies[1]) == "transformers stopped: shapes do not fit."


def test_numbers_beyond_the_precision_are_an_error(copied):
    weights = load_file(copied / "model.safetensors")
    weights["model.norm.weight"][:] = float("inf")
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with opened(copied) as backend:
        [reply] = backend.answer(REQUESTS[:1])
    assert "beyond its precision. Set summarization.options.precision" in str(reply)


# Prompts


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_never_controls_the_model(folders, kind):
    with opened(folders[kind]) as backend:
        prompt, tokenizer = backend.model.prompt, backend.model.prompt.tokenizer
        control = set(tokenizer.convert_tokens_to_ids([*SPECIAL, *MARKS]))
        assert len(control) == len(SPECIAL) + len(MARKS)
        said = "and then ".join([*SPECIAL, *MARKS, "".join(SPECIAL)])
        harmless = request(material="window", question="What?")
        evil = Request(said, harmless.material + said, said, harmless.schema, 10)
        counts = [
            sorted(token for token in [*prompt.shared(each), *prompt.own(each)] if token in control) for each in (harmless, evil)
        ]
        assert counts[0] == counts[1]
        assert counts[0]
        assert tokenizer.decode(prompt.data(said)) == said


def test_word_of_the_vocabulary_that_is_a_control_token_is_spelt(backend, monkeypatch):
    prompt = backend.model.prompt
    usual = prompt.data("committee")
    monkeypatch.setattr(prompt, "control", frozenset(token for token in usual if len(prompt.tokenizer.decode([token])) > 1))
    assert prompt.control
    assert prompt.tokenizer.decode(prompt.data("committee")) == "committee"
    assert prompt.control.isdisjoint(prompt.data("committee"))


def test_prompt_is_that_of_the_template_without_thoughts(backend):
    prompt = backend.model.prompt
    each = Request("Be brief.", "Said.\n", "What?", {}, 1)
    assert prompt.tokenizer.decode([*prompt.shared(each), *prompt.own(each)]) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nSaid.\nWhat?<|im_end|>\n"
        "<|im_start|>assistant\n<think>\n\n</think>\n\n"
    )


def test_instructions_stand_in_the_message_where_the_template_knows_no_system(folders):
    with opened(folders["gemma3"]) as backend:
        prompt = backend.model.prompt
        text = prompt.tokenizer.decode(prompt.shared(Request("Be brief.", "Said.", "What?", {}, 1)))
    assert text == "<start_of_turn>user\nBe brief.\n\nSaid."


def test_thoughts_that_the_template_opens_are_closed(copied):
    template = (copied / "chat_template.jinja").read_text().replace("<think>\n\n</think>\n\n", "<think>\n")
    (copied / "chat_template.jinja").write_text(template)
    with opened(copied) as backend:
        prompt = backend.model.prompt
        assert prompt.tokenizer.decode(prompt.own(REQUESTS[0])).endswith("<think>\n\n\n</think>\n\n")


def test_template_that_hides_what_it_is_given_is_refused(copied):
    (copied / "chat_template.jinja").write_text("Hello.")
    with pytest.raises(ConfigError, match=r"has a chat template that does not show what it is given\. Choose an instruct model"):
        opened(copied)


def test_tokens_are_counted_by_the_tokenizer(backend):
    assert backend.count_tokens("") == 0
    assert backend.count_tokens("<s>") == 3
    assert 5 < backend.count_tokens("Chào buổi sáng, hôm nay chúng ta họp về ngân sách.") < 60


# Fewer bits, adapters


@pytest.fixture(params=[True, False], ids=["packed", "plain"])
def packs(request, monkeypatch) -> bool:
    """Whether bitsandbytes takes the processor for one with AVX512-BF16, for which it packs layers of 4 bits anew.

    On a processor that has none, what it then computes is not what the model says, but nothing else differs.
    """
    monkeypatch.setattr("bitsandbytes.nn.modules.has_avx512bf16", lambda: request.param)
    return bool(request.param)


def packed(model) -> set[str]:
    """Names of the layers that bitsandbytes has packed anew, which it does when they are first used."""
    named = ((name.rpartition(".")[2], getattr(layer, "weight", None)) for name, layer in model.named_modules())
    return {name for name, weight in named if getattr(getattr(weight, "quant_state", None), "packing_format_for_cpu", False)}


ATTENTION = {"q_proj", "k_proj", "v_proj", "o_proj"}
PERCEPTRON = {"gate_proj", "up_proj", "down_proj"}


@pytest.mark.parametrize(
    ("quantization", "precision", "packs"),
    [
        ("nf4", "fp32", True),
        ("nf4", "fp32", False),
        ("nf4", "bf16", True),
        ("nf4", "bf16", False),
        ("int8", "fp32", False),
        ("none", "bf16", False),
    ],
    indirect=["packs"],
)
def test_quantized_model_answers_with_drafts_and_logs_nothing(tiny, quantization, precision, packs, caplog):
    with opened(tiny, quantization=quantization, precision=precision) as backend:
        replies = backend.answer([request(Digest, max_tokens=25), request(Facts, max_tokens=25)])
        model = backend.model.decoder.model
    for draft, reply in zip((Digest, Facts), replies, strict=True):
        draft.model_validate_json(reply.text)
    linear = {"nf4": "Linear4bit", "int8": "Linear8bitLt", "none": "Linear"}[quantization]
    assert type(model.model.layers[0].mlp.down_proj).__name__ == linear
    assert packed(model) == (ATTENTION | PERCEPTRON if packs else set())
    assert caplog.records == []


@pytest.mark.parametrize(
    ("sizes", "fit"),
    [
        ({"intermediate_size": 96}, {*ATTENTION, "gate_proj", "up_proj"}),  # 96 columns are no whole blocks of 64
        ({"num_key_value_heads": 1}, {*PERCEPTRON, "q_proj", "o_proj"}),  # nor 16 rows a pack of 32
        ({"hidden_size": 48}, set()),
    ],
)
def test_layer_whose_size_cannot_be_packed_stays_as_it_is(sizes, fit, packs, tmp_path):
    with opened(random_chat(tmp_path, "llama", **sizes), quantization="nf4") as backend:
        [reply] = backend.answer([BRIEF])
        assert packed(backend.model.decoder.model) == (fit if packs else set())
    Digest.model_validate_json(reply.text)


def test_weights_that_lie_in_4_bits_are_run_as_they_are(packs, tmp_path):
    whole = random_chat(tmp_path / "whole", "llama", intermediate_size=96)
    for part in load_chat(transformers_chat.Weights(whole, None, "fp32", "nf4", "cpu")):
        part.save_pretrained(tmp_path / "nf4")
    with opened(tmp_path / "nf4") as backend:
        [reply] = backend.answer([BRIEF])
        model = backend.model.decoder.model
    Digest.model_validate_json(reply.text)
    assert type(model.model.layers[0].mlp.down_proj).__name__ == "Linear4bit"
    assert packed(model) == ({*ATTENTION, "gate_proj", "up_proj"} if packs else set())


def test_packed_layers_say_what_plain_ones_do(tiny, monkeypatch):
    from bitsandbytes.functional import has_avx512bf16

    tokens = torch.arange(300).reshape(3, 100)
    ours, _ = load_chat(transformers_chat.Weights(tiny, None, "fp32", "nf4", "cpu"))
    monkeypatch.setattr("bitsandbytes.nn.modules.has_avx512bf16", lambda: False)
    plain, _ = load_chat(transformers_chat.Weights(tiny, None, "fp32", "nf4", "cpu"))
    found, expected = ours(tokens).logits, plain(tokens).logits
    assert packed(ours) == (ATTENTION | PERCEPTRON if has_avx512bf16() else set())
    assert packed(plain) == set()
    assert (found - expected).std() < 0.05 * expected.std()  # they compute in bf16, which changes 0.014; nf4 itself 0.37


WARNS_WITHOUT_KERNELS = """
import logging
try:
    import kernels
except ImportError:
    logging.getLogger("bitsandbytes.backends.cpu.ops").warning("no kernels")
"""


def test_bitsandbytes_is_imported_without_a_word_and_without_code_of_the_hub(monkeypatch, tmp_path, caplog):
    (tmp_path / "kernels.py").write_text("raise SystemExit('was run')")
    (tmp_path / "bitsandbytes.py").write_text(WARNS_WITHOUT_KERNELS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bitsandbytes", raising=False)
    import_bitsandbytes()
    assert Path(sys.modules.pop("bitsandbytes").__file__).parent == tmp_path
    assert caplog.records == []
    with pytest.raises(SystemExit, match="was run"):
        import kernels  # noqa: F401


def test_nf4_is_quantized_twice(tiny):
    with opened(tiny, quantization="nf4") as backend:
        state = backend.model.decoder.model.model.layers[0].mlp.down_proj.weight.quant_state
    assert (state.quant_type, state.nested) == ("nf4", True)


@pytest.fixture(scope="module")
def adapter(tiny, tmp_path_factory) -> Path:
    peft = pytest.importorskip("peft")
    warnings.simplefilter("ignore", FutureWarning)  # peft 0.21 asks transformers 5 by an old name
    weights = transformers_chat.Weights(tiny, None, "fp32", "none", "cpu")
    model, _ = load_chat(weights)
    torch.manual_seed(0)
    adapted = peft.get_peft_model(model, peft.LoraConfig(r=4, target_modules=["q_proj", "down_proj"], init_lora_weights=False))
    folder = tmp_path_factory.mktemp("adapter")
    adapted.save_pretrained(str(folder))
    return folder


@pytest.mark.parametrize(("quantization", "packs"), [("none", False), ("nf4", True), ("nf4", False)], indirect=["packs"])
def test_adapter_changes_the_answer(tiny, adapter, quantization, packs):
    with (
        opened(tiny, quantization=quantization) as plain,
        opened(tiny, quantization=quantization, adapter=str(adapter)) as changed,
    ):
        assert written(plain, REQUESTS[:1]) != written(changed, REQUESTS[:1])
        [reply] = changed.answer(REQUESTS[:1])
    Discussion.model_validate_json(reply.text)


def test_adapter_that_does_not_fit_is_refused(tiny, adapter, tmp_path):
    other = Path(shutil.copytree(adapter, tmp_path / "other"))
    weights = load_file(other / "adapter_model.safetensors")
    weights.pop(next(iter(weights)))
    save_file(weights, other / "adapter_model.safetensors")
    with pytest.raises(DependencyError, match="is no adapter that can be loaded: it does not fit the model: 1 of its weights"):
        opened(tiny, adapter=str(other))


def test_adapter_without_safetensors_is_refused(tiny, adapter, tmp_path):
    other = Path(shutil.copytree(adapter, tmp_path / "other"))
    (other / "adapter_model.safetensors").rename(other / "adapter_model.bin")
    with pytest.raises(DependencyError, match=r"it has no adapter_model\.safetensors"):
        opened(tiny, adapter=str(other))


def test_adapter_without_its_package_is_a_problem(monkeypatch, tmp_path):
    options = TransformersChat.Options(model=str(tmp_path), adapter=str(tmp_path))
    monkeypatch.setattr(transformers_chat, "find_spec", lambda name: None)
    assert TransformersChat.problems(options) == (
        "an adapter needs the package 'peft', which is not installed. Install it: pip install peft",
    )
    assert TransformersChat.problems(TransformersChat.Options(model=str(tmp_path))) == ()


# Which model


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "acme/chat"}, "revision with the commit of 'acme/chat' that you checked"),
        ({"model": "chat"}, "model with a Hub id such as Qwen/Qwen3-4B-Instruct-2507, or a folder, not 'chat'"),
        ({"adapter": "acme/lora"}, "adapter_revision with the commit of 'acme/lora'"),
        ({"quantization": "int4"}, "nf4"),
        ({"revision": "a b"}, "pattern"),
    ],
)
def test_model_that_is_not_pinned_is_refused(options, message):
    with pytest.raises(ValidationError, match=message):
        TransformersChat.Options(**options)


def test_default_model_is_pinned():
    [need] = TransformersChat.models(TransformersChat.Options())
    assert (need.kind, need.id, len(need.revision)) == ("hub", "Qwen/Qwen3-4B-Instruct-2507", 40)


def test_adapter_is_a_model_to_fetch():
    options = TransformersChat.Options(model="acme/chat", revision=COMMIT, adapter="acme/lora", adapter_revision=COMMIT)
    assert TransformersChat.models(options) == (ModelNeed("hub", "acme/chat", COMMIT), ModelNeed("hub", "acme/lora", COMMIT))
    assert TransformersChat.revision(options).endswith(f", commit {COMMIT}, commit {COMMIT}")


def test_revision_of_a_folder_is_the_hash_of_its_weights(copied):
    options = TransformersChat.Options(model=str(copied))
    before = TransformersChat.revision(options)
    weights = load_file(copied / "model.safetensors")
    save_file({name: value + 1 for name, value in weights.items()}, copied / "model.safetensors")
    assert "sha256" in before
    assert TransformersChat.revision(options) != before


def test_model_that_was_not_fetched_is_named_with_the_command():
    options = TransformersChat.Options(model="acme/gated", revision=COMMIT)
    with pytest.raises(DependencyError, match=r"model 'acme/gated' at '.*': is not on this machine\. .*`minutes models pull`"):
        TransformersChat(options, CPU)


def test_model_of_the_hub_is_found_in_its_cache(tiny, monkeypatch, tmp_path):
    storage = tmp_path / repo_folder_name(repo_id="acme/chat", repo_type="model")
    shutil.copytree(tiny, storage / "snapshots" / COMMIT)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with TransformersChat(TransformersChat.Options(model="acme/chat", revision=COMMIT, threads=1), CPU) as backend:
        assert isinstance(backend.answer([request(max_tokens=5)])[0], Reply)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(DependencyError, match=r"there is no folder '.*none'\. Correct the path"):
        opened(tmp_path / "none")


@pytest.mark.parametrize("kind", ["bert", "whisper"])
def test_model_of_another_kind_is_refused(kind, tmp_path):
    if kind == "bert":
        BertForMaskedLM(
            BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=9)
        ).save_pretrained(tmp_path)
    else:
        WhisperConfig(architectures=["WhisperForConditionalGeneration"]).save_pretrained(tmp_path)
    with pytest.raises(ConfigError, match=rf"is a model of the type '{kind}' made for \w+, .* Choose an instruct model"):
        opened(tmp_path)


def test_model_with_code_of_its_own_is_refused(copied):
    change(copied, "config.json", model_type="homemade", auto_map={"AutoModelForCausalLM": "modeling.Homemade"})
    (copied / "modeling.py").write_text("raise SystemExit('was run')")
    with pytest.raises(ConfigError, match="type 'homemade'"):
        opened(copied)


def test_missing_weights_are_refused(copied):
    weights = load_file(copied / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, copied / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DependencyError, match=r"it lacks 1 weights, among them 'model\.layers\.1\.mlp\.up_proj\.weight'"):
        opened(copied)


def test_damaged_weights_are_refused(copied):
    (copied / "model.safetensors").write_bytes((copied / "model.safetensors").read_bytes()[:1000])
    with pytest.raises(DependencyError, match=r"is no model that can be loaded: .* Fetch it again with `minutes models pull`"):
        opened(copied)


def test_weights_that_may_hold_code_are_refused(copied):
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(DependencyError, match="no weights as safetensors, and others are not loaded"):
        opened(copied)


def test_model_without_a_template_is_refused(copied):
    (copied / "chat_template.jinja").unlink()
    with pytest.raises(
        ConfigError, match=r"has no chat template: it continues text and answers no questions\. Choose an instruct"
    ):
        opened(copied)


def test_model_without_a_tokenizer_is_refused(copied):
    (copied / "tokenizer.json").unlink()
    with pytest.raises(DependencyError, match="it has no tokenizer"):
        opened(copied)


def test_weights_quantized_already_are_not_quantized_again(copied):
    change(copied, "config.json", quantization_config={"quant_method": "gptq", "bits": 4})
    with pytest.raises(ConfigError, match=r"is quantized already, so it cannot be loaded as nf4\. Set summarization"):
        opened(copied, quantization="nf4")


# When memory runs out


class Memory:
    """A GPU on which no more than so much can be done: answers at once by quantization, and tokens of a prompt."""

    def __init__(self, fits: dict[str, int], longest: int = 10_000) -> None:
        self.fits, self.longest, self.loaded = fits, longest, []


@pytest.fixture
def small_gpu(monkeypatch, tiny):
    """Opens the model on a small GPU, whose work is done by the CPU."""

    def open_on(memory: Memory, device: str = "cuda", **options) -> TransformersChat:
        def load(weights):
            memory.loaded.append((weights.device, weights.quantization))
            if weights.device == device and memory.fits[weights.quantization] == 0:
                raise OUT_OF_MEMORY
            model, tokenizer = load_chat(replace(weights, device="cpu", precision="fp32", quantization="none"))
            return model, tokenizer

        def write(self, asked):
            load = backend.fit.load
            if load.device == device and len(asked) > memory.fits[load.quantization]:
                raise OUT_OF_MEMORY
            if load.device == device and max(each.length + each.room for each in asked) > memory.longest:
                raise OUT_OF_MEMORY
            return real_write(self, asked)

        real_write = ChatDecoder.write
        monkeypatch.setattr(transformers_chat, "load_chat", load)
        monkeypatch.setattr(transformers_chat, "chat_precision", lambda wanted, device: "bf16")
        monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
        monkeypatch.setattr(ChatDecoder, "write", write)
        given = TransformersChat.Options(model=str(tiny), threads=1, **options)
        backend = TransformersChat(given, Device(device, "asked for"))
        return backend

    return open_on


def test_fewer_are_answered_at_once_when_memory_runs_out(backend, small_gpu):
    expected = backend.answer([BRIEF] * 4)
    small = small_gpu(Memory({"none": 1}))
    assert small.answer([BRIEF] * 4) == expected
    assert expected[0].text
    assert tuple(map(str, small.steps)) == (
        "memory ran out on cuda with a batch of 4, so 2 were taken at once",
        "memory ran out on cuda with a batch of 2, so 1 were taken at once",
    )


def test_weights_get_fewer_bits_when_they_do_not_fit(small_gpu):
    memory = Memory({"none": 0, "int8": 0, "nf4": 4})
    small = small_gpu(memory)
    assert memory.loaded == [("cuda", "none"), ("cuda", "int8"), ("cuda", "nf4")]
    assert tuple(map(str, small.steps)) == (
        "memory ran out on cuda, so the weights were loaded as int8",
        "memory ran out on cuda, so the weights were loaded as nf4",
    )
    assert isinstance(small.answer([BRIEF])[0], Reply)


def test_shorter_prompts_are_taken_when_long_ones_do_not_fit(small_gpu):
    memory = Memory({"nf4": 4}, longest=2500)
    small = small_gpu(memory, quantization="nf4")
    short, long = small.answer([REQUESTS[0], request(material="word " * 500)])
    assert isinstance(short, Reply)
    assert "and the context 2048." in str(long)
    assert small.context_tokens == 2048
    assert tuple(map(str, small.steps[-2:])) == (
        "memory ran out on cuda, so no more than 4096 tokens were read at once",
        "memory ran out on cuda, so no more than 2048 tokens were read at once",
    )
    assert memory.loaded == [("cuda", "nf4")]


def test_the_cpu_does_the_work_when_the_gpu_cannot(backend, small_gpu):
    memory = Memory({"none": 0, "int8": 0, "nf4": 0})
    small = small_gpu(memory)
    assert memory.loaded[-2:] == [("cuda", "nf4"), ("cpu", "none")]
    assert small.steps[-1].message == "memory ran out on cuda, so the CPU did the work, which is slow"
    assert small.answer([BRIEF]) == backend.answer([BRIEF])


def test_error_says_what_to_do_when_nothing_is_left_to_try(small_gpu):
    small = small_gpu(Memory({"none": 0, "int8": 1, "nf4": 1}, longest=10), device="cpu")
    with pytest.raises(
        ResourceError, match=r"memory ran out on the CPU with one answer at a time, as nf4 in bf16\. Choose a smaller"
    ):
        small.answer(REQUESTS[:1])


def test_weights_quantized_in_the_file_are_not_loaded_with_fewer_bits():
    def open_model(load):
        if load.device != "cpu":
            raise OUT_OF_MEMORY
        return object()

    fit = ChatStepDown(ChatLoad(1, "bf16", "cuda", "none", 4096), open_model, may_quantize=False)
    assert fit.load == ChatLoad(1, "fp32", "cpu", "none", 4096)
    assert len(fit.steps) == 1


def test_broken_gpu_ends_the_process(backend, monkeypatch):
    def fail(self, asked):
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(ChatDecoder, "write", fail)
    with pytest.raises(ResourceError, match="this process can no longer use the GPU and must end") as caught:
        backend.answer(REQUESTS)
    assert caught.value.fatal


def test_what_was_read_is_let_go_when_writing_fails(backend, monkeypatch):
    decoder = backend.model.decoder
    backend.answer(REQUESTS[:1])
    assert decoder.cache is not None
    monkeypatch.setattr(ChatDecoder, "_continue", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decoder.write([backend.begin(REQUESTS[0])])
    assert decoder.cache is None


@pytest.mark.parametrize(
    ("wanted", "device", "has_bf16", "expected"),
    [
        ("auto", "cuda", True, "bf16"),
        ("auto", "cuda", False, "fp16"),
        ("fp16", "cuda", True, "fp16"),
        ("auto", "cpu", False, "fp32"),
        ("bf16", "cpu", False, "bf16"),
    ],
)
def test_precision_is_that_of_the_device(wanted, device, has_bf16, expected, monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda name: (8, 0) if has_bf16 else (7, 5))
    monkeypatch.setattr(step_down, "processor_flags", lambda: ())
    assert transformers_chat.chat_precision(wanted, device) == expected


@pytest.mark.parametrize(("flags", "expected"), [(("avx2", "amx_bf16"), "bf16"), (("avx2", "avx512_bf16"), "fp32")])
def test_precision_on_a_cpu_is_the_faster_one(flags, expected, monkeypatch):
    monkeypatch.setattr(step_down, "processor_flags", lambda: flags)
    assert transformers_chat.chat_precision("auto", "cpu") == expected


def test_precision_that_the_device_lacks_is_refused():
    with pytest.raises(ConfigError, match=r"summarization\.options\.precision: cpu cannot compute in fp16"):
        transformers_chat.chat_precision("fp16", "cpu")
