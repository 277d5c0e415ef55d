"""Whisper's tokens to words: the segments that it marks with times, and the words in them.

<|0.00|> Hello, world.<|1.40|><|1.90|> Next.<|2.30|>
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tasks.audio.decode import SAMPLE_RATE
from tasks.schema import Word
from tasks.transcription.whisper.decoding import DecodedWindow
from tasks.transcription.whisper.spoken_words import Aligned, placed_words
from tasks.transcription.whisper.word_tokens import split_to_pieces
from tasks.transcription.word_times import settle

SECONDS_PER_STEP = 0.02
_SAMPLES_PER_STEP = round(SECONDS_PER_STEP * SAMPLE_RATE)


@dataclass
class MarkedSegment:
    """A segment as Whisper marks it: text tokens between two times."""

    start_s: float
    end_s: float
    tokens: list[int]


@dataclass
class WordTiming:
    """A piece of text, its tokens, and where it is in the sound; named as in `whisper.timing.WordTiming`."""

    word: str
    tokens: list[int]
    start: float
    end: float
    probability: float


@dataclass(frozen=True)
class Text:
    """What was said in a window, the tokenizer of its language, and the window's length in samples."""

    said: DecodedWindow
    tokenizer: Any
    samples: int

    @property
    def duration_s(self) -> float:
        """The window's length."""
        return self.samples / SAMPLE_RATE

    @property
    def steps(self) -> int:
        """How many steps of the encoder lie in the window; the rest of its 1,500 is padding."""
        return self.samples // _SAMPLES_PER_STEP

    @cached_property
    def tokens(self) -> list[int]:
        """The tokens without times."""
        return [token for stretch in self.stretches for token in stretch.tokens]

    @cached_property
    def stretches(self) -> list[MarkedSegment]:
        """The segments. Text after the last time goes on to the window's end; nothing is left out."""
        first_time: int = self.tokenizer.timestamp_begin
        found: list[MarkedSegment] = []
        opened = MarkedSegment(0.0, self.duration_s, [])
        for token in self.said.tokens:
            if token < first_time:
                opened.tokens.append(token)
                continue
            time_s = min((token - first_time) * SECONDS_PER_STEP, self.duration_s)
            if opened.tokens:
                opened.end_s = time_s
                found.append(opened)
            opened = MarkedSegment(time_s, self.duration_s, [])
        return [*found, opened] if opened.tokens else found

    @property
    def stopped_s(self) -> float | None:
        """Where the model left off, if it ends by opening one more segment: it wants to be called again from there."""
        first_time: int = self.tokenizer.timestamp_begin
        last = self.said.tokens[-2:]
        return (last[0] - first_time) * SECONDS_PER_STEP if len(last) == 2 and min(last) >= first_time else None

    @cached_property
    def beliefs(self) -> list[float]:
        """How probable each of these was when it was chosen."""
        first_time: int = self.tokenizer.timestamp_begin
        return [belief for token, belief in zip(self.said.tokens, self.said.probabilities, strict=True) if token < first_time]


def words_of(text: Text, aligned: Sequence[Aligned]) -> tuple[Word, ...]:
    """The words of a window in time; spread over its segments if they were not aligned."""
    return settle(placed_words(aligned or _spread(text), text.stretches, text.said.language), text.duration_s)


def _spread(text: Text) -> Iterator[WordTiming]:
    """The pieces of each segment as if each took as long as its letters are many."""
    place = 0
    for stretch in text.stretches:
        written, parts = split_to_pieces(text.tokenizer, stretch.tokens, text.said.language)
        letters = max(1, sum(map(len, written)))
        start_s = stretch.start_s
        for piece, part in zip(written, parts, strict=True):
            end_s = min(stretch.end_s, start_s + len(piece) * (stretch.end_s - stretch.start_s) / letters)
            yield WordTiming(piece, part, start_s, max(start_s, end_s), float(np.mean(text.beliefs[place : place + len(part)])))
            place, start_s = place + len(part), end_s
