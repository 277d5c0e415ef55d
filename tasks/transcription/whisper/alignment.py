"""Where in the sound Whisper's words are, from where its attention looked while it read them.

A batch of windows is read once more by the decoder that still holds their sound. The arithmetic is that of
`whisper.timing.find_alignment`, which takes one window at a time and encodes it again.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.transcription.whisper.attention import BatchDecoder
from tasks.transcription.whisper.segments import SECONDS_PER_STEP, Text, WordTiming
from tasks.transcription.whisper.word_tokens import split_to_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

_WIDTH, _REACH = 7, 3
_NETWORK = ((0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4))
"""Comparisons after which the middle one of seven is in the middle."""


def align(decoder: BatchDecoder, heads: "Tensor", texts: Sequence[Text]) -> list[list[WordTiming]]:
    """For each window the pieces of its text in time; none if it has no text or no sound.

    Args:
        heads: which heads of the decoder look at what is being said, bool, shape (layers, heads).
    """
    import torch

    ordered = [texts[row] for row in decoder.rows]
    read = [_read(text) for text in ordered]
    longest = max(map(len, read))
    padded = [tokens + [text.tokenizer.eot] * (longest - len(tokens)) for tokens, text in zip(read, ordered, strict=True)]
    decoder.restart(longest)
    gaze = _Gaze(heads, ordered)
    decoder.read(torch.tensor(padded, device=heads.device), gaze)
    timings: list[list[WordTiming]] = [[] for _ in texts]
    for row, text in enumerate(ordered):
        if _can_be_aligned(text):
            timings[decoder.rows[row]] = time_pieces(text, gaze.token_starts(row), text.beliefs)
    return timings


def _read(text: Text) -> list[int]:
    """What the decoder reads of a window."""
    tokenizer = text.tokenizer
    return [*tokenizer.sot_sequence, tokenizer.no_timestamps, *text.tokens, tokenizer.eot]


def _start(text: Text) -> int:
    """Where the first text token is foretold."""
    return len(text.tokenizer.sot_sequence)


def _can_be_aligned(text: Text) -> bool:
    return bool(text.tokens and text.steps)


class _Gaze:
    """Where the chosen heads look while each text is read: a matrix of tokens by steps of the sound."""

    def __init__(self, heads: "Tensor", texts: Sequence[Text]) -> None:
        self._heads, self._texts = heads, texts
        self._sums: list[Any] = [0.0] * len(texts)

    def __call__(self, layer: int, queries: "Tensor", keys: "Tensor") -> None:
        import torch

        chosen = self._heads[layer].nonzero()[:, 0]
        scale = queries.shape[-1] ** -0.25  # on both sides, as in whisper.model: in half precision the product might overflow
        for row, text in enumerate(self._texts):
            if len(chosen) and _can_be_aligned(text):
                query, key = queries[row, chosen, : len(_read(text))] * scale, keys[row, chosen, : text.steps] * scale
                weights = (query @ key.transpose(-1, -2)).float().softmax(-1)
                std, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
                self._sums[row] += median_of_7((weights - mean) / std).sum(0)

    def token_starts(self, row: int) -> list[float]:
        """The second at which each text token begins, and the one at which the text is over."""
        from whisper.timing import dtw

        matrix = self._sums[row][_start(self._texts[row]) : -1]
        return starts_on_path(*dtw(-matrix.cpu() / int(self._heads.sum())))


def starts_on_path(tokens: "NDArray[Any]", steps: "NDArray[Any]") -> list[float]:
    """The second at which a path through tokens and steps of the sound comes to each token."""
    moves = np.pad(np.diff(tokens), (1, 0), constant_values=1).astype(bool)
    starts: list[float] = (steps[moves] * SECONDS_PER_STEP).tolist()
    return starts


def median_of_7(x: "Tensor") -> "Tensor":
    """`whisper.timing.median_filter` of width 7 along the last dimension, without sorting: in a tenth of the time."""
    import torch

    if x.shape[-1] <= _REACH:
        return x
    padded = torch.nn.functional.pad(x, (_REACH, _REACH, 0, 0), mode="reflect")
    items = [padded[..., start : start + x.shape[-1]] for start in range(_WIDTH)]
    for low, high in _NETWORK:
        items[low], items[high] = torch.minimum(items[low], items[high]), torch.maximum(items[low], items[high])
    return items[_REACH]


def time_pieces(text: Text, starts: Sequence[float], beliefs: Sequence[float]) -> list[WordTiming]:
    """The pieces of a text, from the start of each of its tokens and of its end, and the belief in each."""
    pieces, parts = split_to_pieces(text.tokenizer, text.tokens, text.said.language)
    ends = accumulate((len(part) for part in parts), initial=0)
    return [
        WordTiming(piece, part, starts[first], starts[last], float(np.mean(beliefs[first:last])))
        for piece, part, (first, last) in zip(pieces, parts, pairwise(ends), strict=True)
    ]
