"""Instruct models of the Hugging Face Hub on the user's own hardware, by transformers: Qwen, Llama, Gemma, Mistral and others.

    {"decisions": [{"quote": "let's buy it", "text": "It is bought.", "segments": ["S0007"]}], "action_items": [], ...}

Every answer is held to its schema while it is written. Nothing is downloaded, nothing is unpickled, no code of a repository is
run, and no text leaves the machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Self

from pydantic import Field, model_validator

from tasks.engine.base import Device, ModelNeed
from tasks.engine.hub_options import (
    REVISION,
    THREADS,
    DefaultHubOptions,
    Precision,
    Wanted,
    batch_size,
    default_model,
    need_of,
    require_pin,
)
from tasks.errors import BackendError, ConfigError
from tasks.models.step_down import Load, choose_precision, is_of_the_device
from tasks.models.torch_backend import HubBackend
from tasks.schema import Usage
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.language_models.chat_prompt import ChatPrompt, answer_ends
from tasks.summarization.language_models.decoding import ChatDecoder, PendingAnswer
from tasks.summarization.language_models.grammar import Grammars, whole_entries
from tasks.summarization.language_models.memory import ChatLoad, ChatStepDown
from tasks.summarization.language_models.weights import Quantization, Weights, is_quantized_file, load_chat


@dataclass(frozen=True)
class _OpenedChat:
    """A model that is ready to answer."""

    decoder: ChatDecoder
    prompt: ChatPrompt
    grammars: Grammars
    longest: int


class TransformersChat(HubBackend[_OpenedChat], ChatSummarizer):
    """Any causal instruct model of the Hub or of a local folder."""

    name = "transformers"
    summary = "any instruct model of the Hugging Face Hub (Qwen, Llama, Gemma, ...), in 16, 8 or 4 bits"
    packages = ("transformers", "torch", "llguidance", "accelerate", "bitsandbytes")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"
    fit: ChatStepDown[_OpenedChat]

    class Options(DefaultHubOptions):
        """Which weights, and how they are run."""

        example = "Qwen/Qwen3-4B-Instruct-2507"
        example_commit = "cdbee75f17c01a7cc42f958dc650907174af0554"

        model: str = default_model(example)
        adapter: str | None = Field(None, min_length=1, description="a LoRA adapter of PEFT: a Hub id, or the path of a folder")
        adapter_revision: str | None = Field(None, pattern=REVISION, description="of an adapter's Hub id: the commit, required")
        quantization: Quantization = Field("none", description="nf4 (4 bits) and int8 save memory; none keeps the precision")
        precision: Wanted = Field(
            "auto",
            description="fp32, fp16 or bf16; auto is bf16 on CUDA, or fp16 where it lacks that, bf16 on a CPU with AMX, and fp32 "
            "elsewhere",
        )
        context_tokens: int = Field(
            32768, ge=256, le=1 << 20, description="longest prompt and answer together, if the model was made for so many"
        )
        batch_size: int = batch_size(4, 256, "answers written")
        threads: int | None = THREADS

        @property
        def adapter_need(self) -> ModelNeed:
            """What must be on the disk for the adapter."""
            assert self.adapter
            return need_of(self.adapter, self.adapter_revision)

        @model_validator(mode="after")
        def _has_pinned_adapter(self) -> Self:
            if self.adapter is not None:
                require_pin(self.adapter, self.adapter_revision, self.example, "adapter")
            return self

    def __init__(self, options: "TransformersChat.Options", device: Device) -> None:
        super().__init__(options, device)
        self._usage = Usage()

    def fitted(self, options: "TransformersChat.Options", device: Device) -> ChatStepDown[_OpenedChat]:
        precision = chat_precision(options.precision, device.name)
        load = ChatLoad(options.batch_size, precision, device.name, options.quantization, options.context_tokens)
        return ChatStepDown(load, self.open_model, may_quantize=not is_quantized_file(self.folder))

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (options.need,) if options.adapter is None else (options.need, options.adapter_need)

    @classmethod
    def problems(cls, options: Any) -> tuple[str, ...]:
        if options.adapter is None or find_spec("peft") is not None:
            return ()
        return ("an adapter needs the package 'peft', which is not installed. Install it: pip install peft",)

    @property
    def context_tokens(self) -> int:
        return self.fit.context_tokens

    @property
    def usage(self) -> Usage:
        return self._usage

    def count_tokens(self, text: str) -> int:
        return len(self.model.prompt.data(text))

    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        return list(self.fit.batches(requests, self._answer))

    def open_model(self, load: Load) -> _OpenedChat:
        assert isinstance(load, ChatLoad)
        adapter = self.options.adapter and self.folder_of(self.options.adapter_need, "adapter")
        weights = Weights(self.folder, adapter, load.precision, load.quantization, load.device)
        model, tokenizer = load_chat(weights)
        config = model.config.get_text_config()
        prompt = ChatPrompt(tokenizer)
        grammars = Grammars(tokenizer, max(len(tokenizer), config.vocab_size), answer_ends(model, tokenizer), prompt.control)
        longest = getattr(config, "max_position_embeddings", None) or load.context_tokens
        return _OpenedChat(ChatDecoder(model, grammars), prompt, grammars, longest)

    def _answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        """Answers to a batch; if the library fails on it, those to each request alone."""
        try:
            return self._written(requests)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            if is_of_the_device(error):
                raise
            reason = str(error).split("\n", 1)[0]
        if len(requests) == 1:
            return [BackendError(f"transformers stopped: {reason}.")]
        return [reply for request in requests for reply in self._answer([request])]

    def _written(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        begun = [self.begin(request) for request in requests]
        asked = [each for each in begun if isinstance(each, PendingAnswer)]
        overflowed = {id(asked[place]) for place in self.model.decoder.write(asked)} if asked else set()
        self._count(asked)
        return [
            each if isinstance(each, BackendError) else _overflow() if id(each) in overflowed else self._reply(request, each)
            for request, each in zip(requests, begun, strict=True)
        ]

    def begin(self, request: Request) -> PendingAnswer | BackendError:
        opened = self.model
        shared, own = opened.prompt.shared(request), opened.prompt.own(request)
        room = min(request.max_tokens, self.context_tokens - len(shared) - len(own))
        if room < 1:
            what = f"the prompt has {len(shared) + len(own)} tokens, and the context {self.context_tokens}."
            return BackendError(what, fix="Raise summarization.options.context_tokens, or choose a model with a longer context.")
        try:
            return PendingAnswer(shared, own, room, opened.grammars.begin(request.schema))
        except BackendError as error:
            return error

    def _reply(self, request: Request, asked: PendingAnswer) -> Reply:
        text = self.model.grammars.text(asked.writing)
        if not asked.writing.done and request.schema is not None:
            text = whole_entries(text, request.schema)
        return Reply(text, cut=not asked.writing.done)

    def _count(self, asked: Sequence[PendingAnswer]) -> None:
        self._usage = Usage(
            requests=self._usage.requests + len(asked),
            prompt_tokens=self._usage.prompt_tokens + sum(each.length for each in asked),
            answer_tokens=self._usage.answer_tokens + sum(len(each.writing.tokens) for each in asked),
        )


def chat_precision(wanted: Wanted, device: str) -> Precision:
    """As for all models, but bf16 before fp16, in which some overflow; and on any CPU, since it halves the memory.

    Where a CPU has AMX, its matrix products are six times as fast in bf16 as in fp32; with AVX512-BF16 alone prompts are read
    more slowly in bf16 (docs/summarization.md has the figures).
    """
    where = "summarization.options.precision"
    if wanted == "bf16" and device == "cpu":
        return wanted
    if wanted == "auto" and device.startswith("cuda"):
        try:
            return choose_precision("bf16", device, where)
        except ConfigError:
            return choose_precision("auto", device, where)
    return choose_precision(wanted, device, where, "bf16")


def _overflow() -> BackendError:
    fix = "Set summarization.options.precision to bf16 or fp32."
    return BackendError("the numbers of the model grew beyond its precision.", fix=fix)
