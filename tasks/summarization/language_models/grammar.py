"""Only tokens that keep an answer inside its JSON Schema, or plain text. JSON is then valid, whatever a model would say.

    {"topics": [{"title": "Budget", "text": "It was agreed.", "segments": ["S0012"]}], "summary": []}

llguidance compiles the schema and tells, token by token, what may follow. One space stands after a comma and a colon, as models
are used to, and nowhere else, so that none can fill its room with spaces. An answer that did not come to its end keeps its whole
entries, see `whole_entries`.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tasks.errors import BackendError, ConfigError

if TYPE_CHECKING:
    from torch import Tensor

JSON_STYLE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""Options of llguidance, wherever it runs."""
_STYLE: Any = JSON_STYLE | {"json_allowed_escapes": '"\\'}
"""Of escapes only those without which a quote could not be written: `\\u` could stand for half a character."""


class Writing(ABC):
    """One answer in the making."""

    def __init__(self) -> None:
        self.tokens: list[int] = []

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether the answer is complete."""

    def add(self, token: int) -> None:
        """Write a token that is allowed."""
        self.tokens.append(token)


class JsonWriting(Writing):
    """An answer that a schema holds."""

    def __init__(self, matcher: Any) -> None:
        super().__init__()
        self.matcher = matcher

    @property
    def done(self) -> bool:
        return bool(self.matcher.is_stopped())

    def add(self, token: int) -> None:
        if not self.matcher.consume_token(token) or self.matcher.is_error():
            raise BackendError("the grammar of the answer failed.", fix="Report it, with the version of llguidance.")
        super().add(token)


class PlainWriting(Writing):
    """An answer in plain text, which the model ends."""

    def __init__(self, ends: frozenset[int]) -> None:
        super().__init__()
        self._ends = ends

    @property
    def done(self) -> bool:
        return bool(self.tokens) and self.tokens[-1] in self._ends


class Grammars:
    """Compiles schemas for one tokenizer."""

    def __init__(self, tokenizer: Any, vocabulary: int, ends: Iterable[int], control: Iterable[int]) -> None:
        """Args:
        tokenizer: of transformers, backed by a tokenizer of the tokenizers library.
        vocabulary: how many tokens the model scores, at least those of the tokenizer.
        ends: tokens with which the model ends an answer.
        control: tokens that are no text, perhaps those among them.
        """
        import numpy as np
        from llguidance import LLTokenizer
        from llguidance.hf import from_tokenizer

        try:
            self.tokenizer: LLTokenizer = from_tokenizer(tokenizer, n_vocab=vocabulary)
        except ValueError as error:
            what = "has a tokenizer that cannot be held to a grammar."
            raise ConfigError(what, where=tokenizer.name_or_path, fix="Choose a model with a tokenizer.json of bytes.") from error
        self._ends = frozenset(ends)
        self._text = np.arange(self.tokenizer.vocab_size) < len(tokenizer)
        self._text[[*(frozenset(control) - self._ends)]] = False

    def begin(self, schema: Mapping[str, Any] | None) -> Writing:
        """An empty answer to be written by a schema, or in plain text."""
        from llguidance import LLMatcher

        if schema is None:
            return PlainWriting(self._ends)
        matcher = LLMatcher(self.tokenizer, LLMatcher.grammar_from_json_schema(dict(schema), overrides=_STYLE), log_level=0)
        if matcher.is_error():
            raise BackendError("the schema of the answer is no grammar that llguidance can follow.")
        return JsonWriting(matcher)

    def allowed(self, writings: Sequence[Writing]) -> "Tensor":
        """Which tokens may come next, bool on the CPU, shape (writings, vocabulary)."""
        import numpy as np
        import torch
        from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask

        bits = allocate_token_bitmask(len(writings), self.tokenizer.vocab_size)
        for row, writing in enumerate(writings):
            if isinstance(writing, JsonWriting):
                fill_next_token_bitmask(writing.matcher, bits, row)
        flags = np.unpackbits(bits.view(np.uint8), axis=1, count=self.tokenizer.vocab_size, bitorder="little").view(np.bool_)
        flags[[isinstance(writing, PlainWriting) for writing in writings]] = self._text
        return torch.from_numpy(flags)

    def text(self, writing: Writing) -> str:
        """What was written so far, without the token that ends it and without half a character."""
        tokens = [token for token in writing.tokens if token not in self._ends]
        return self.tokenizer.decode_str(tokens).rstrip("\N{REPLACEMENT CHARACTER}")


def whole_entries(text: str, schema: Mapping[str, Any]) -> str:
    """The beginning of an answer as a whole one: without the entry that broke off, with empty lists for what was not reached.

    The schema is that of an object of lists, which may be empty.
    """
    names = list(schema["properties"])
    return next(found for found in _endings(text, names) if _is_object_of(found, names))


def _endings(text: str, names: Sequence[str]) -> Iterator[str]:
    """Every way to end after an entry or at the start of a list, the longest first; then nothing but empty lists."""
    for end in range(len(text), 0, -1):
        if text[end - 1] in "}[":
            for begun in range(len(names), 0, -1):
                rest = "".join(f", {json.dumps(name)}: []" for name in names[begun:])
                yield f"{text[:end]}]{rest}}}"
    yield json.dumps({name: [] for name in names})


def _is_object_of(text: str, names: Sequence[str]) -> bool:
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, dict) and list(found) == list(names) and all(isinstance(value, list) for value in found.values())
