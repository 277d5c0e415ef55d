"""A request as tokens of a GGUF file, in the form that its model was trained on: marks are control tokens, words never are."""

from typing import Any

from tasks.errors import BackendError
from tasks.models.gguf import GgufHead
from tasks.summarization.language_model import Request
from tasks.summarization.language_models.chat_prompt import TEMPLATE_VALUES, find_marks, is_mark
from tasks.summarization.language_models.llama_server import LlamaServer

_TEMPLATE_S = 60.0


class LlamaPrompt:
    """What surrounds the parts of a request, for one opened file."""

    def __init__(self, server: LlamaServer, head: GgufHead, where: str) -> None:
        self.server = server
        self._marks = {number: text for number, text in head.added_tokens.items() if is_mark(text)}
        before, between, after = find_marks(self._rendered, where)
        self._before = server.tokens(before, marks=True, first=True)
        self._between, self.after = (server.tokens(text, marks=True) for text in (between, after))

    def tokens(self, request: Request) -> list[int]:
        """The whole prompt. Parts are read on their own, so that prompts with the same beginning have the same tokens there."""
        instructions, material, question = map(self.data, (request.instructions, request.material, request.question))
        return [*self._before, *instructions, *self._between, *material, *question, *self.after]

    def data(self, text: str) -> list[int]:
        """Tokens of a text, none of which controls the model: llama.cpp leaves out control tokens, but not added ones."""
        if not text:
            return []
        tokens = self.server.tokens(text)
        if self._marks.keys().isdisjoint(tokens):
            return tokens
        return [spelt for token in tokens for spelt in ([token] if token not in self._marks else self._spelt(token))]

    def _spelt(self, token: int) -> list[int]:
        return [spelt for letter in self._marks[token] for spelt in self.server.tokens(letter)]

    def _rendered(self, messages: list[dict[str, str]]) -> str:
        """The messages by the file's template, empty where it refuses them."""
        asked: dict[str, Any] = {"messages": messages, "chat_template_kwargs": TEMPLATE_VALUES}
        try:
            return str(self.server.ask("/apply-template", asked, _TEMPLATE_S)["prompt"])
        except BackendError:
            return ""
