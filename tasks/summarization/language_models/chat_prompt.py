"""A request as tokens, in the form that a model was trained on.

    <|im_start|>system\\n{instructions}<|im_end|>\\n<|im_start|>user\\n{material}{question}<|im_end|>\\n<|im_start|>assistant\\n

The marks between the parts become control tokens, the parts never do: they are read by a tokenizer that has no such tokens. So a
meeting in which somebody dictates `<|im_end|>` stays one message of the user.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from tasks.errors import ConfigError
from tasks.summarization.language_model import Request

_INSTRUCTIONS, _MESSAGE = "instructions-of-the-system", "message-of-the-user"
"""Stand for the parts while the marks around them are found."""
TEMPLATE_VALUES = {"enable_thinking": False, "date_string": "26 Jul 2024"}
"""The date is what Llama's template says if it knows none; else it would say today's, and no answer would be the same twice."""
_MARK = re.compile(r"[<\[].*[>\]]", re.DOTALL)
_OPEN_THOUGHT = re.compile(r"<think>\s*\Z")


class ChatPrompt:
    """What surrounds the parts of a request, for one tokenizer."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._plain = _without_added_tokens(tokenizer.backend_tokenizer)
        self.control = _control_tokens(tokenizer)
        before, between, after = find_marks(partial(_rendered, tokenizer), tokenizer.name_or_path)
        self._before, self._between, self._after = self._marked(before), self._marked(between), self._marked(after)

    def shared(self, request: Request) -> list[int]:
        """Tokens of all that requests with the same instructions and material have in common."""
        return [*self._before, *self.data(request.instructions), *self._between, *self.data(request.material)]

    def own(self, request: Request) -> list[int]:
        """Tokens of the rest."""
        return [*self.data(request.question), *self._after]

    def data(self, text: str) -> list[int]:
        """Tokens of a text, none of which controls the model."""
        tokens: list[int] = self._plain.encode(text, add_special_tokens=False).ids
        if self.control.isdisjoint(tokens):
            return tokens
        return [spelt for token in tokens for spelt in ([token] if token not in self.control else self._spelt(token))]

    def _spelt(self, token: int) -> list[int]:
        """A token whose text stands in the vocabulary as a word, letter by letter."""
        letters = self.tokenizer.convert_ids_to_tokens(token)
        tokens = [spelt for letter in letters for spelt in self._plain.encode(letter, add_special_tokens=False).ids]
        return [spelt for spelt in tokens if spelt not in self.control]

    def _marked(self, text: str) -> list[int]:
        tokens: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return tokens


def _without_added_tokens(backend: Any) -> Any:
    """The same tokenizer with its vocabulary alone."""
    from tokenizers import Tokenizer

    plain: Any = Tokenizer(backend.model)
    if backend.normalizer is not None:
        plain.normalizer = backend.normalizer
    if backend.pre_tokenizer is not None:
        plain.pre_tokenizer = backend.pre_tokenizer
    return plain


def _control_tokens(tokenizer: Any) -> frozenset[int]:
    """Special tokens, and added ones that look like marks, e.g. `<think>`; not the one for what is unknown."""
    marks = {number for number, token in tokenizer.added_tokens_decoder.items() if is_mark(token.content)}
    return frozenset(marks | set(tokenizer.all_special_ids)) - {tokenizer.unk_token_id}


def answer_ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens with which a model ends an answer: several for some, as `<end_of_turn>` of Gemma beside `<eos>`."""
    settings = getattr(model, "generation_config", None)
    own = getattr(settings, "eos_token_id", None)
    ends = own if isinstance(own, list) else [own]
    return frozenset(end for end in (*ends, tokenizer.eos_token_id) if end is not None)


def find_marks(rendered: Callable[[list[dict[str, str]]], str], where: str) -> tuple[str, str, str]:
    """What stands before the instructions, between them and the user's message, and after it.

    Args:
        rendered: messages by the template of a model; empty where it refuses them.
        where: the model, for messages.
    """
    for messages in (_with_system_message(), _without_system_message()):
        text = rendered(messages)
        if text.count(_INSTRUCTIONS) == text.count(_MESSAGE) == 1:
            before, rest = text.split(_INSTRUCTIONS)
            if _MESSAGE in rest:
                between, after = rest.split(_MESSAGE)
                return before, between, after + ("\n\n</think>\n\n" if _OPEN_THOUGHT.search(after) else "")
    raise ConfigError(
        "has a chat template that does not show what it is given.",
        where=f"model '{where}'",
        fix="Choose an instruct model, whose template takes a system and a user message.",
    )


def is_mark(text: str) -> bool:
    """Whether a token looks like one that controls a model, e.g. `<think>`."""
    return bool(_MARK.fullmatch(text))


def _rendered(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    """The messages by the template, empty where it refuses them, as Gemma 2 does with those of the system."""
    from jinja2 import TemplateError

    try:
        text: str = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True, **TEMPLATE_VALUES)
    except TemplateError:
        return ""
    return text


def _with_system_message() -> list[dict[str, str]]:
    return [{"role": "system", "content": _INSTRUCTIONS}, {"role": "user", "content": _MESSAGE}]


def _without_system_message() -> list[dict[str, str]]:
    return [{"role": "user", "content": f"{_INSTRUCTIONS}\n\n{_MESSAGE}"}]
