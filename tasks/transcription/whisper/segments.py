"""Whisper's tokens to words: the segments that it marks with times, and the words in them.

<|0.00|> Hello, world.<|1.40|><|1.90|> Next.<|2.30|>
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from tasks.audio.decode import SAMPLE_RATE
from tasks.schema import Word
from tasks.transcription.whisper.decoding import Said
from tasks.transcription.word_times import spread

SECONDS_PER_STEP = 0.02
_SAMPLES_PER_STEP = round(SECONDS_PER_STEP * SAMPLE_RATE)
_LONGEST_MEDIAN_S = 0.7
_SENTENCE_END = ".。!！?？"
_BEFORE_WORD = "\"'“¿([{-"
_AFTER_WORD = "\"'.。,，!！?？:：”)]}、"
_TRUST_SEGMENT_S = 0.5


@dataclass
class Stretch:
    """A segment as Whisper marks it: text tokens between two times."""

    start_s: float
    end_s: float
    tokens: list[int]
    probabilities: list[float]


@dataclass(frozen=True)
class Text:
    """What was said in a window, the tokenizer of its language, and the window's length in samples."""

    said: Said
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
    def stretches(self) -> list[Stretch]:
        """The segments. Text after the last time goes on to the window's end; nothing is left out."""
        first_time: int = self.tokenizer.timestamp_begin
        found: list[Stretch] = []
        opened = Stretch(0.0, self.duration_s, [], [])
        for token, probability in zip(self.said.tokens, self.said.probabilities, strict=True):
            if token < first_time:
                opened.tokens.append(token)
                opened.probabilities.append(probability)
                continue
            time_s = min((token - first_time) * SECONDS_PER_STEP, self.duration_s)
            if opened.tokens:
                opened.end_s = time_s
                found.append(opened)
            opened = Stretch(time_s, self.duration_s, [], [])
        return [*found, opened] if opened.tokens else found


def spread_words(text: Text) -> list[Word]:
    """Words with times by their length, each as probable as its tokens were when they were chosen."""
    return [word for stretch in text.stretches for word in _spread(stretch, text.tokenizer)]


def _spread(stretch: Stretch, tokenizer: Any) -> list[Word]:
    joined: list[tuple[str, float]] = []
    ends = 0
    for written, part in zip(*tokenizer.split_to_word_tokens(stretch.tokens), strict=True):
        belief = float(np.mean(stretch.probabilities[ends : ends + len(part)]))
        ends += len(part)
        if joined and written in _AFTER_WORD:
            joined[-1] = (joined[-1][0] + written, joined[-1][1])
        elif written.strip():
            joined.append((written.strip(), belief))
    timed = spread([written for written, _ in joined], stretch.start_s, stretch.end_s)
    return [_believed(word, belief) for word, (_, belief) in zip(timed, joined, strict=True)]


def placed_words(text: Text, timings: list[Any]) -> list[Word]:
    """The words of a window from their `whisper.timing.WordTiming`s.

    As in `whisper.timing.add_word_timestamps`: a word at the end of a sentence or beside a pause, which attention draws into the
    pause, is cut to a likely length.
    """
    from whisper.timing import merge_punctuations

    lengths = [timing.end - timing.start for timing in timings if timing.end != timing.start]
    median = min(_LONGEST_MEDIAN_S, float(np.median(lengths))) if lengths else 0.0
    if lengths:
        _shorten_at_sentence_ends(timings, 2 * median)
    merge_punctuations(timings, _BEFORE_WORD, _AFTER_WORD)
    words, spoken_until_s, left = [], 0.0, iter(timings)
    for stretch in text.stretches:
        if own := _take(left, len(stretch.tokens)):
            spoken_until_s = _shorten_at_pauses(own, stretch, median, spoken_until_s)
            words += [_word(timing) for timing in own if timing.word.strip()]
    return words


def _shorten_at_sentence_ends(timings: list[Any], longest: float) -> None:
    for before, timing in pairwise(timings):
        if timing.end - timing.start > longest:
            if timing.word in _SENTENCE_END:
                timing.end = timing.start + longest
            elif before.word in _SENTENCE_END:
                timing.start = timing.end - longest


def _take(timings: Iterator[Any], tokens: int) -> list[Any]:
    """The next words, as many as these tokens make; punctuation that was merged into a neighbour is an empty word."""
    taken: list[Any] = []
    while tokens > 0 and (timing := next(timings, None)) is not None:
        tokens -= len(timing.tokens)
        taken += [timing] if timing.word else []
    return taken


def _shorten_at_pauses(words: list[Any], stretch: Stretch, median: float, spoken_until_s: float) -> float:
    """Shorten the first and the last word of a segment in place; gives the segment's end."""
    first, last, longest = words[0], words[-1], 2 * median
    two_long = len(words) > 1 and words[1].end - first.start > 2 * longest
    if first.end - spoken_until_s > 4 * median and (first.end - first.start > longest or two_long):
        if len(words) > 1 and words[1].end - words[1].start > longest:
            first.end = words[1].start = max(words[1].end / 2, words[1].end - longest)
        first.start = max(0.0, first.end - longest)
    if first.start < stretch.start_s - _TRUST_SEGMENT_S and stretch.start_s < first.end:
        first.start = max(0.0, min(first.end - median, stretch.start_s))
    if last.start < stretch.end_s < last.end - _TRUST_SEGMENT_S:
        last.end = max(last.start + median, stretch.end_s)
        return stretch.end_s
    return float(last.end)


def _word(timing: Any) -> Word:
    word = Word(text=timing.word.strip(), start_s=timing.start, end_s=max(timing.start, timing.end))
    return _believed(word, timing.probability)


def _believed(word: Word, belief: float) -> Word:
    return word.model_copy(update={"confidence": min(1.0, max(0.0, round(belief, 4)))})
