"""Whisper's decoder over a batch of encoded windows: what was computed once is kept in place, and finished windows cost nothing.

The arithmetic is that of `whisper.model.TextDecoder`. Different are the memory (allocated once instead of grown by every token),
the keys and values of the sound (kept for the word times after decoding) and the rows: those in use are always the first ones.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

Watch = Callable[[int, "Tensor", "Tensor"], None]
"""Is given a layer's number, its queries for the tokens and its keys of the sound: (rows, heads, tokens or frames, width)."""


class BatchDecoder:
    """The decoder for some windows. `rows[i]` is the window in row i; the first `active` rows are computed."""

    def __init__(self, model: Any, features: "Tensor", length: int) -> None:
        import torch

        self._decoder, self._heads = model.decoder, model.dims.n_text_head
        self.rows, self.active = list(range(len(features))), len(features)
        attentions = [block.cross_attn for block in self._decoder.blocks]
        self._sound = [torch.stack([self._split(part(features)) for part in (it.key, it.value)]) for it in attentions]
        self.restart(length)

    def restart(self, length: int) -> None:
        """Forget the tokens, take all rows back, and make room for so many tokens."""
        self.active, self._position = len(self.rows), 0
        self._past = [sound.new_empty(*sound.shape[:3], length, sound.shape[-1]) for sound in self._sound]

    def read(self, tokens: "Tensor", watch: Watch | None = None) -> "Tensor":
        """The last hidden states for the next tokens, shape (active, tokens, state)."""
        decoder, start = self._decoder, self._position
        self._position = end = start + tokens.shape[1]
        x = decoder.token_embedding(tokens) + decoder.positional_embedding[start:end]
        x = x.to(self._past[0].dtype)
        for number, block in enumerate(decoder.blocks):
            x = x + self._attend_to_text(block.attn, block.attn_ln(x), self._past[number], start)
            x = x + self._attend_to_sound(block.cross_attn, block.cross_attn_ln(x), number, watch)
            x = x + block.mlp(block.mlp_ln(x))
        hidden: Tensor = decoder.ln(x)
        return hidden

    def logits(self, hidden: "Tensor") -> "Tensor":
        """Scores over the vocabulary for hidden states, in fp32."""
        import torch

        return torch.nn.functional.linear(hidden, self._decoder.token_embedding.weight).float()

    def retire(self, row: int, *others: "Tensor") -> None:
        """Put a finished row behind the active ones, in the tensors of the caller too."""
        self.active -= 1
        last = self.active
        if row != last:
            self.rows[row], self.rows[last] = self.rows[last], self.rows[row]
            for held in (*self._sound, *(past[..., : self._position, :] for past in self._past)):
                _swap(held.transpose(0, 1), row, last)
            for other in others:
                _swap(other, row, last)

    def _attend_to_text(self, attention: Any, x: "Tensor", past: "Tensor", start: int) -> "Tensor":
        from torch.nn.functional import scaled_dot_product_attention

        end = start + x.shape[1]
        past = past[:, : self.active]
        past[0, :, :, start:end] = self._split(attention.key(x))
        past[1, :, :, start:end] = self._split(attention.value(x))
        keys, values = past[..., :end, :]
        seen = scaled_dot_product_attention(self._split(attention.query(x)), keys, values, is_causal=x.shape[1] > 1)
        return self._joined(attention, seen)

    def _attend_to_sound(self, attention: Any, x: "Tensor", number: int, watch: Watch | None) -> "Tensor":
        from torch.nn.functional import scaled_dot_product_attention

        keys, values = self._sound[number][:, : self.active]
        query = self._split(attention.query(x))
        if watch:
            watch(number, query, keys)
        return self._joined(attention, scaled_dot_product_attention(query, keys, values))

    def _split(self, x: "Tensor") -> "Tensor":
        return x.view(*x.shape[:2], self._heads, -1).transpose(1, 2)

    def _joined(self, attention: Any, seen: "Tensor") -> "Tensor":
        out: Tensor = attention.out(seen.transpose(1, 2).flatten(2))
        return out


def _swap(held: "Tensor", one: int, other: int) -> None:
    kept = held[one].clone()
    held[one] = held[other]
    held[other] = kept
