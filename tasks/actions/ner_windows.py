"""Names in a text of any length, by overlapping windows: each token is judged in the window where it is farthest from an end.

tokenizer(text, max_length=512, stride=128, return_overflowing_tokens=True, return_offsets_mapping=True)
# {"input_ids": [[101, 2545, ...], ...], "offset_mapping": [[(0, 0), (0, 3), ...], ...]}
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.actions.ner_weights import Tagger
from tasks.schema import EntityKind

Scores = NDArray[np.float32]
Labels = Sequence[tuple[EntityKind, bool] | None]


@dataclass(frozen=True)
class TextWindow:
    """A stretch of tokens: their numbers, and where each stands in the text; special ones stand nowhere."""

    token_ids: tuple[int, ...]
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Named:
    """A name in a text."""

    kind: EntityKind
    start: int
    end: int
    confidence: float


@dataclass
class _Token:
    start: int
    end: int
    from_end: int
    scores: Scores


def windows_of(text: str, tagger: Tagger, longest_tokens: int | None) -> list[TextWindow]:
    """Windows over the whole text, each sharing a quarter with the next. An empty text has none."""
    if not text.strip():
        return []
    length = min(longest_tokens or tagger.longest_tokens, tagger.longest_tokens)
    encoded = tagger.tokenizer(
        text,
        truncation=True,
        max_length=length,
        stride=length // 4,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        verbose=False,
    )
    return [
        TextWindow(tuple(ids), tuple((start, end) for start, end in places))
        for ids, places in zip(encoded["input_ids"], encoded["offset_mapping"], strict=True)
    ]


def scores_of(windows: Sequence[TextWindow], tagger: Tagger) -> list[Scores]:
    """The probability of every label for every token of these windows, judged at once."""
    import torch

    longest = max(len(window.token_ids) for window in windows)
    padding = tagger.tokenizer.pad_token_id or 0
    ids = [[*window.token_ids, *[padding] * (longest - len(window.token_ids))] for window in windows]
    mask = [[1] * len(window.token_ids) + [0] * (longest - len(window.token_ids)) for window in windows]
    device = tagger.model.device
    with torch.inference_mode():
        logits = tagger.model(input_ids=torch.tensor(ids, device=device), attention_mask=torch.tensor(mask, device=device)).logits
    found: Scores = logits.float().softmax(-1).cpu().numpy()
    return [each[: len(window.token_ids)] for each, window in zip(found, windows, strict=True)]


def names_in(text: str, windows: Sequence[TextWindow], scores: Iterable[Scores], labels: Labels) -> list[Named]:
    """The names of a text in order. A word has the label of its first token."""
    found: list[Named] = []
    open_until = -1
    for start, end, kind, begins, confidence in _words(text, windows, scores, labels):
        last = found[-1] if found else None
        if kind is None:
            open_until = -1
        elif last and open_until == last.end and last.kind is kind and not begins and not text[last.end : start].strip():
            found[-1] = Named(kind, last.start, end, min(last.confidence, confidence))
            open_until = end
        else:
            found.append(Named(kind, start, end, confidence))
            open_until = end
    return found


def _words(
    text: str, windows: Sequence[TextWindow], scores: Iterable[Scores], labels: Labels
) -> Iterator[tuple[int, int, EntityKind | None, bool, float]]:
    """Start, end, kind, whether a name begins here, and the confidence in it, for each word."""
    word: _Token | None = None
    for token in _tokens(windows, scores):
        if word and word.end == token.start and text[token.start - 1].isalnum() and text[token.start].isalnum():
            word.end = token.end
            continue
        if word:
            yield _judged(word, labels)
        word = token
    if word:
        yield _judged(word, labels)


def _judged(word: _Token, labels: Labels) -> tuple[int, int, EntityKind | None, bool, float]:
    best = int(word.scores.argmax())
    kind, begins = labels[best] or (None, False)
    same = [number for number, label in enumerate(labels) if label and label[0] is kind]
    return word.start, word.end, kind, begins, float(word.scores[same].sum()) if same else 0.0


def _tokens(windows: Sequence[TextWindow], scores: Iterable[Scores]) -> list[_Token]:
    """Each token of the text once, from the window where it stands farthest from an end."""
    best: dict[tuple[int, int], _Token] = {}
    for window, judged in zip(windows, scores, strict=True):
        size = len(window.places)
        for number, ((start, end), row) in enumerate(zip(window.places, judged, strict=True)):
            from_end = min(number, size - 1 - number)
            if end > start and ((start, end) not in best or best[start, end].from_end < from_end):
                best[start, end] = _Token(start, end, from_end, row)
    return [best[place] for place in sorted(best)]
