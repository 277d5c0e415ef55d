"""What Whisper says, as words in time: the tokens of a window, and which frames of the sound they were aligned with."""

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

from tasks.schema import Word
from tasks.transcription.word_times import settle

_STEP_S = 0.02
"""What one timestamp token counts."""
_BEFORE = "\"'“¿([{-"
_AFTER = "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the word behind it, and to the word before it; as in openai-whisper."""
_LONGEST_MEDIAN_S = 0.7
_SLACK_S = 0.5
"""How far a word may reach out of the segment that the model itself announced."""


class Stretch(NamedTuple):
    """A segment that the model announced with timestamps, and the number of text tokens in it."""

    start_s: float
    end_s: float
    tokens: int


def stretches(tokens: Sequence[int], end_of_text: int, timestamp_begin: int, duration_s: float) -> list[Stretch]:
    """The segments of a window: those between timestamps, and a last one to the end if it was left open."""
    found, start_s, count = [], 0.0, 0
    for token in tokens:
        if token < end_of_text:
            count += 1
        elif token >= timestamp_begin:
            moment_s = min((token - timestamp_begin) * _STEP_S, duration_s)
            if count:
                found.append(Stretch(start_s, max(start_s, moment_s), count))
            start_s, count = moment_s, 0
    return [*found, Stretch(start_s, duration_s, count)] if count else found


def spoken_words(aligned: Sequence[dict[str, Any]], segments: Sequence[Stretch], duration_s: float) -> tuple[Word, ...]:
    """Words with their times, from the library's alignment of all text tokens of a window.

    The alignment gives a pause to the word beside it, so the first and last word of a segment are cut to twice the usual length.
    """
    from faster_whisper.transcribe import merge_punctuations

    lengths = [entry["end"] - entry["start"] for entry in aligned if entry["end"] > entry["start"]]
    longest_s = 2 * min(_LONGEST_MEDIAN_S, float(median(lengths))) if lengths else 2 * _LONGEST_MEDIAN_S
    merge_punctuations(aligned, _BEFORE, _AFTER)
    words, place = [], 0
    for segment in segments:
        inside, count = [], 0
        while place < len(aligned) and count < segment.tokens:
            count += len(aligned[place]["tokens"])
            inside += [aligned[place]] if aligned[place]["word"].strip() else []
            place += 1
        words += _cut([_word(entry, segment) for entry in inside], longest_s)
    return settle(words, duration_s)


def _word(entry: dict[str, Any], segment: Stretch) -> Word:
    earliest, latest = max(0.0, segment.start_s - _SLACK_S), segment.end_s + _SLACK_S
    start_s = min(max(float(entry["start"]), earliest), latest)
    return Word(
        text=entry["word"].strip(),
        start_s=start_s,
        end_s=min(max(float(entry["end"]), start_s), latest),
        confidence=round(min(1.0, max(0.0, float(entry["probability"]))), 4),
    )


def _cut(words: list[Word], longest_s: float) -> list[Word]:
    if words and words[-1].duration_s > longest_s:
        words[-1] = words[-1].model_copy(update={"end_s": words[-1].start_s + longest_s})
    if words and words[0].duration_s > longest_s:
        words[0] = words[0].model_copy(update={"start_s": words[0].end_s - longest_s})
    return words
