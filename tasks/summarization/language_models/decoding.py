"""Writes answers with a causal model: always the likeliest of the allowed tokens, several answers at once.

    model(input_ids=(rows, tokens), attention_mask=..., position_ids=..., past_key_values=DynamicCache(), logits_to_keep=1)

Prompts are read one by one, so that what a model makes of one does not depend on its neighbours; the answers are written
together. What the model keeps of a prompt that begins like the one before is used again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tasks.summarization.language_models.grammar import Grammars, Writing

if TYPE_CHECKING:
    from torch import Tensor

_CHUNK = 2048
"""Tokens of a prompt read at once: bounds the memory for a long one."""
_KEPT_BY_POSITION = {"full_attention", "sliding_attention"}
"""Layers whose memory of a text can be cut and joined."""


@dataclass(frozen=True)
class PendingAnswer:
    """A prompt, in what it shares with its neighbours and what is its own, and the answer to be written."""

    shared: list[int]
    own: list[int]
    room: int
    """Tokens that the answer may have."""
    writing: Writing

    @property
    def length(self) -> int:
        return len(self.shared) + len(self.own)

    @property
    def goes_on(self) -> bool:
        """Whether there is more to write, and room for it."""
        return not self.writing.done and len(self.writing.tokens) < self.room


@dataclass(frozen=True)
class _Row:
    asked: PendingAnswer
    number: int
    pads: int


class ChatDecoder:
    """A model, its grammars, and what it read last."""

    def __init__(self, model: Any, grammars: Grammars) -> None:
        self.model, self._grammars = model, grammars
        self._in_parts = is_kept_by_position(model)
        self.cache: Any = None
        self._read_tokens: list[int] | None = None

    def write(self, asked: Sequence[PendingAnswer]) -> set[int]:
        """Write the answers into their `writing`. Gives the places of those at which the model's numbers overflowed."""
        import torch

        try:
            with torch.inference_mode():
                if len(asked) == 1 or not self._in_parts:
                    return {place for place, each in enumerate(asked) if self._write_one(each)}
                return self._write_together(asked)
        except BaseException:
            self.forget()
            raise

    def forget(self) -> None:
        """Let go of what was read last."""
        self.cache = self._read_tokens = None

    def _write_one(self, asked: PendingAnswer) -> set[int]:
        """Continue on what was read, and cut it back to the shared part afterwards: nothing is copied."""
        scores = self._read(asked)
        overflowed = self._continue([asked], self.cache, scores)
        self._cut_back(asked)
        return overflowed

    def _write_together(self, asked: Sequence[PendingAnswer]) -> set[int]:
        import torch

        longest = max(each.length for each in asked)
        scores: list[Tensor] = []
        layers: list[tuple[Tensor, Tensor]] = []
        for number, each in enumerate(asked):
            scores.append(self._read(each))
            layers = layers or [_empty(layer, len(asked), longest) for layer in self.cache.layers]
            for (keys, values), layer in zip(layers, self.cache.layers, strict=True):
                keys[number, :, longest - each.length :] = layer.keys[0]
                values[number, :, longest - each.length :] = layer.values[0]
            self._cut_back(each)
        return self._continue(asked, _joined(layers), torch.cat(scores))

    def _read(self, asked: PendingAnswer) -> "Tensor":
        """Scores after a prompt, shape (1, vocabulary). The cache then holds it, without its shared part being read again."""
        if asked.shared != self._read_tokens:
            self.forget()
            self.cache = self._new_cache()
            self.feed(asked.shared)
            self._read_tokens = asked.shared
        return self.feed(asked.own)

    def feed(self, tokens: Sequence[int]) -> "Tensor":
        import torch

        scores = torch.empty(0)
        for start in range(0, len(tokens), _CHUNK):
            before = self.cache.get_seq_length()
            piece = torch.tensor([tokens[start : start + _CHUNK]], device=self.model.device)
            places = torch.arange(before, before + piece.shape[1], device=piece.device)[None]
            scores = self._scores(piece, places, None, self.cache)
        return scores

    def _cut_back(self, asked: PendingAnswer) -> None:
        if self._in_parts:
            self.cache.crop(len(asked.shared) - self.cache.get_seq_length())
        else:
            self.forget()

    def _continue(self, asked: Sequence[PendingAnswer], cache: Any, scores: "Tensor") -> set[int]:
        """Write token by token. Rows leave as they are done."""
        import torch

        longest = max(each.length for each in asked)
        rows = [_Row(each, number, longest - each.length) for number, each in enumerate(asked)]
        mask = _mask([row.pads for row in rows], longest, scores.device)
        overflowed = set()
        while True:
            overflowed |= self._choose(rows, scores)
            left = [place for place, row in enumerate(rows) if row.asked.goes_on and row.number not in overflowed]
            if not left:
                return overflowed
            if len(left) < len(rows):
                kept = torch.tensor(left, device=scores.device)
                cache.batch_select_indices(kept)
                rows, mask = [rows[place] for place in left], mask[kept] if mask is not None else None
            if mask is not None:
                mask = torch.nn.functional.pad(mask, (0, 1), value=1)
            tokens = [row.asked.writing.tokens for row in rows]
            places = [[row.asked.length + len(written) - 1] for row, written in zip(rows, tokens, strict=True)]
            new = torch.tensor([written[-1:] for written in tokens], device=scores.device)
            scores = self._scores(new, torch.tensor(places, device=scores.device), mask, cache)

    def _choose(self, rows: Sequence[_Row], scores: "Tensor") -> set[int]:
        """Add the likeliest allowed token to each answer; the numbers of the rows that have none because of an overflow."""
        allowed = self._grammars.allowed([row.asked.writing for row in rows])[:, : scores.shape[1]]
        best, tokens = scores.masked_fill_(~allowed.to(scores.device), float("-inf")).max(dim=-1)
        overflowed = set()
        for row, token, is_number in zip(rows, tokens.tolist(), best.isfinite().tolist(), strict=True):
            if is_number:
                row.asked.writing.add(token)
            else:
                overflowed.add(row.number)
        return overflowed

    def _scores(self, tokens: "Tensor", places: "Tensor", mask: "Tensor | None", cache: Any) -> "Tensor":
        """Scores of what follows the last token of each row, in fp32, shape (rows, vocabulary)."""
        out = self.model(
            input_ids=tokens, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        scores: Tensor = out.logits[:, -1].float()
        return scores

    def _new_cache(self) -> Any:
        """Without the configuration, all layers keep everything: only so can a window that slides be cut back and joined."""
        from transformers import DynamicCache

        return DynamicCache() if self._in_parts else DynamicCache(config=self.model.config)


def is_kept_by_position(model: Any) -> bool:
    """Whether what a model keeps of a text is a list by token; not so for those with a running state, e.g. Mamba."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    return not model._is_stateful and kinds <= _KEPT_BY_POSITION and not getattr(config, "num_kv_shared_layers", 0)


def _empty(layer: Any, rows: int, longest: int) -> "tuple[Tensor, Tensor]":
    """Room for the keys and values of a layer for so many rows."""
    _, heads, _, size = layer.keys.shape
    return layer.keys.new_zeros((rows, heads, longest, size)), layer.values.new_zeros(
        (rows, heads, longest, layer.values.shape[-1])
    )


def _joined(layers: "list[tuple[Tensor, Tensor]]") -> Any:
    from transformers import DynamicCache

    cache: Any = DynamicCache()
    for number in range(len(layers)):
        cache.update(*layers[number], number)
        layers[number] = (cache.layers[number].keys, cache.layers[number].values)
    return cache


def _mask(pads: Sequence[int], longest: int, device: Any) -> "Tensor | None":
    """1 for tokens, 0 before them where a prompt is shorter than the longest; None if all are of one length."""
    import torch

    if not any(pads):
        return None
    return (torch.arange(longest)[None] >= torch.tensor(pads)[:, None]).long().to(device)
