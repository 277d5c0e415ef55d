"""Any server that speaks OpenAI's chat protocol: OpenAI itself, and what others host or you run (vLLM, Ollama, llama.cpp, ...).

    POST {base_url}/chat/completions      as `language_models/server_request.py` shows
    -> 200 {"choices": [...], "usage": {...}}      as `language_models/server_answer.py` shows

The words of the meeting leave the machine. The key comes from the environment and stands nowhere else.
"""

import threading
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, model_validator

from tasks.engine.base import Device
from tasks.engine.hosted import RefusedError, is_final, refusal, without_key
from tasks.engine.hosted_backend import TRUST_ENVIRONMENT, HostedBackend, HostedOptions
from tasks.engine.http_retry import Answer
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.models.catalogue import Skill
from tasks.schema import Usage
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.language_models.server_answer import WithheldError, estimated_tokens, is_cut_short, read_answer
from tasks.summarization.language_models.server_request import (
    FORMS,
    Dialect,
    adapted,
    chat_body,
    is_about_content,
    is_about_room,
    refuses_schema,
)

_PATIENCE = 3
"""So many requests in a row without an answer: it is the server, not what was asked."""
_MOST_DIALECTS = 8
_ROOM = "Give the server a longer context (Ollama: OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len), or lower context_tokens."
_ESTIMATED = message("server_counts_nothing")


class OpenAIChat(HostedBackend, ChatSummarizer):
    """Minutes by a server, to which the words are sent."""

    name = "openai"
    summary = "any OpenAI-compatible chat server; the words of the meeting are sent to it"
    unknown_skill = Skill(words_at_a_time=600, finds=True, note="chosen by hand: what is hosted is large more often than not")

    class Options(HostedOptions):
        """Which server, what it can do, and how patient to be with it."""

        context_tokens: int = Field(
            32768, ge=2048, le=10_000_000, description="the longest prompt and answer that the server takes; servers do not tell"
        )
        structured: Literal["auto", "json_schema", "json_object", "none"] = Field(
            "auto", description="how the server is held to the shape of the answer; auto: as strictly as it can be"
        )
        seed: int = Field(0, ge=0, le=2**31 - 1, description="for servers that can repeat an answer")
        timeout_s: float = Field(300.0, gt=0, le=7200, description="longest wait for one answer, in seconds")
        attempts: int = Field(5, ge=1, le=20, description="how often a request is sent to a server that is busy or out of reach")
        concurrency: int = Field(4, ge=1, le=64, description="requests that are under way at once")
        price_per_million_prompt_tokens: float | None = Field(
            None, ge=0, description="what the server charges, in any currency, for the cost in the report"
        )
        price_per_million_answer_tokens: float | None = Field(None, ge=0, description="the same for what it writes")
        trust_environment: bool = TRUST_ENVIRONMENT

        @model_validator(mode="after")
        def _both_prices(self) -> Self:
            if (self.price_per_million_prompt_tokens is None) != (self.price_per_million_answer_tokens is None):
                raise ValueError("both prices or none: price_per_million_prompt_tokens and price_per_million_answer_tokens")
            return self

    def __init__(self, options: "OpenAIChat.Options", device: Device) -> None:
        super().__init__(options, device)
        self._forms = FORMS[options.structured]
        self._dialect = Dialect(self._forms[0])
        self._agreed: set[bool] = set()
        self._lock = threading.Lock()
        self._prompt_tokens = self._answer_tokens = self._failed_in_a_row = 0

    @property
    def context_tokens(self) -> int:
        tokens: int = self.options.context_tokens
        return tokens

    @property
    def usage(self) -> Usage:
        price, answer_price = self.options.price_per_million_prompt_tokens, self.options.price_per_million_answer_tokens
        cost = None if price is None else (self._prompt_tokens * price + self._answer_tokens * answer_price) / 1e6
        return Usage(requests=self.requests, prompt_tokens=self._prompt_tokens, answer_tokens=self._answer_tokens, cost=cost)

    def count_tokens(self, text: str) -> int:
        return estimated_tokens(text)

    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        results: list[Reply | BackendError] = []
        with closing(self._in_order(requests)) as answers:
            for result in answers:
                results.append(result)
                if failure := self._giving_up(result):
                    return self._without_the_rest(results, failure, len(requests))
        return results

    def _giving_up(self, result: Reply | BackendError) -> BackendError | None:
        """The reason for asking no more, once there is one."""
        failed = isinstance(result, BackendError) and not isinstance(result, WithheldError)
        self._failed_in_a_row = self._failed_in_a_row + 1 if failed else 0
        if isinstance(result, RefusedError):
            return result
        if isinstance(result, BackendError) and self._failed_in_a_row >= _PATIENCE:
            what = f"{_PATIENCE} requests in a row got no answer, the last because: {result.what}"
            return BackendError(what, where=self.where, fix=result.fix)
        return None

    def _without_the_rest(
        self, results: list[Reply | BackendError], failure: BackendError, count: int
    ) -> list[Reply | BackendError]:
        """What was answered before the server failed, and the failure for all others; the next failure ends it at once."""
        if not any(isinstance(result, Reply) for result in results):
            self._failed_in_a_row = 0
            raise failure
        self._failed_in_a_row = _PATIENCE - 1
        return [*results, *[failure] * (count - len(results))]

    def _in_order(self, requests: Sequence[Request]) -> Generator[Reply | BackendError]:
        """One by one until an answer has shown what the server can do, then several at once."""
        alone = 0
        while alone < len(requests) and _is_shaped(requests[alone]) not in self._agreed:
            yield self._answer_one(requests[alone])
            alone += 1
        with ThreadPoolExecutor(self.options.concurrency, self.name) as pool:
            try:
                yield from pool.map(self._answer_one, requests[alone:])
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _answer_one(self, request: Request) -> Reply | BackendError:
        try:
            dialect, body = self._ask(request)
            return self._read(request, dialect, body)
        except BackendError as error:
            return type(error)(error.what, where=self.where, fix=error.fix)

    def _ask(self, request: Request) -> tuple[Dialect, bytes]:
        """The answer, and how it had to be asked for; what the server has agreed to is not haggled over again."""
        dialect: Dialect | None = self._dialect
        forms = self._forms if _is_shaped(request) else (self._dialect.form,)
        for _ in range(_MOST_DIALECTS):
            assert dialect is not None
            answer = self._send(request, dialect)
            if answer.status // 100 == 2:
                return dialect, without_key(answer.body, self._key)
            dialect = adapted(dialect, forms, answer, guess=_is_shaped(request) not in self._agreed)
            if dialect is None:
                break
        raise self._refusal(answer)

    def _send(self, request: Request, dialect: Dialect) -> Answer:
        return self.client.post(
            "chat/completions",
            json=chat_body(request, self.options.model, self.options.seed, dialect),
            final=lambda answer: is_final(answer) or (_is_shaped(request) and refuses_schema(answer)),
        )

    def _refusal(self, answer: Answer) -> BackendError:
        error = refusal(answer, without_key(answer.body, self._key), self.options.api_key_env)
        if is_about_room(answer):
            return BackendError(error.what, fix=_ROOM)
        return WithheldError(error.what) if is_about_content(answer) else error

    def _read(self, request: Request, dialect: Dialect, body: bytes) -> Reply:
        answered = read_answer(body)
        prompt = f"{request.instructions}\n{request.material}\n{request.question}"
        read, written = answered.prompt_tokens, answered.answer_tokens
        with self._lock:
            self._dialect = dialect if _is_shaped(request) else replace(dialect, form=self._dialect.form)
            self._agreed.add(_is_shaped(request))
            self._prompt_tokens += estimated_tokens(prompt) if read is None else read
            self._answer_tokens += estimated_tokens(answered.reply.text) if written is None else written
            for step in (*dialect.lost(request), *([_ESTIMATED] if read is None or written is None else [])):
                self.give_up(step)
        if is_cut_short(prompt, read):
            raise BackendError(f"the server read only {read} tokens of a much longer request.", fix=_ROOM)
        return answered.reply


def _is_shaped(request: Request) -> bool:
    """Whether JSON is wanted; what a server agrees to in plain text says nothing about it."""
    return request.schema is not None
