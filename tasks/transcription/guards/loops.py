"""Repetition in a window's words, and whether the sound bears it out.

An engine that has lost the thread writes the same again and again. People repeat themselves too: "no, no, no", a roll
call, a chant. What tells them apart is the sound: every real repetition takes its time and has its own syllables,
and many of them in a row have pauses between or a beat.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED, normal, syllables
from tasks.schema import Word
from tasks.transcription.guards.sound import Sound, SoundStretch

_LONGEST_PHRASE = 64
_INNER = re.compile(r"([^\W\d_]{2,8}?)\1{4,}|([^\W\d_])\2{11,}")
"""`hahahahaha`: a part that stands five times or more in one word; a single letter, twelve times."""
_COMPRESSIBLE_BYTES = 80
_UNDER = 0.4
"""Fewer bursts than this share of the syllables: the text is not in the sound. Real speech has 0.55 to 1.4."""
_OVER = 2.2
_BEAT, _CLEAR_BEAT = 0.35, 0.5
"""In 342 loops written over the speech of the sample meetings the beat was at most 0.24."""
_SHORT, _LONG = 2, 7
"""Syllables of a phrase that comes easily many times, and of one that does not."""
_A_FEW = 8
_MARGIN_S = 0.15
_INSTANT_S = 0.03


class Token(NamedTuple):
    """A word without case and punctuation, or a character, or a repeated part of a word."""

    text: str
    start_s: float
    end_s: float
    word: int
    syllables: float


class Repetition(NamedTuple):
    """Tokens from `first` on that are the same `length` tokens `times` times over (and perhaps a beginning more)."""

    first: int
    length: int
    times: int
    last: int
    """The token after the last."""


class Bounds(NamedTuple):
    """What is taken for possible."""

    fastest: float
    """Syllables a second."""
    most_times: int
    compression: float


def find_loop(words: Sequence[Word], language: str, sound: Sound, bounds: Bounds) -> range | None:
    """The words that are said to repeat what stands before them, and that the sound does not bear out.

    What was said the first time is not among them, unless the sound has no room for that either.
    """
    tokens = tokenize(words, language)
    accepted: list[Repetition] = []
    for repetition in repetitions([token.text for token in tokens]):
        if not _suspicious(tokens, repetition):
            continue
        if not is_real(tokens, repetition, sound, bounds):
            second = tokens[repetition.first + repetition.length]
            inside = second.word == tokens[repetition.first].word
            return (
                range(second.word, _end_of_loop(tokens, repetition, len(words))) if not inside else range(second.word, len(words))
            )
        accepted.append(repetition)
    if compression(_once(tokens, accepted)) > bounds.compression:
        return range(len(words))
    return None


def tokenize(words: Sequence[Word], language: str) -> list[Token]:
    """The words as tokens; punctuation alone is none."""
    code = base_language(language)
    return [token for number, word in enumerate(words) for token in _tokens(word, number, code)]


def repetitions(texts: Sequence[str]) -> list[Repetition]:
    """All stretches in which a phrase follows itself at once, the shortest phrase of each, in order."""
    numbers: dict[str, int] = {}
    ids = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    taken = np.zeros(ids.size, dtype=bool)
    found = []
    for length in range(1, min(_LONGEST_PHRASE, ids.size // 2) + 1):
        for first, last in _runs(ids[length:] == ids[:-length], length):
            if not taken[first:last].all():
                taken[first:last] = True
                found.append(Repetition(first, length, (last - first) // length, last))
    return sorted(found)


def is_real(tokens: Sequence[Token], repetition: Repetition, sound: Sound, bounds: Bounds) -> bool:
    """Whether the sound bears a repetition out."""
    phrases = _phrases(tokens, repetition)
    said = sum(token.syllables for token in tokens[repetition.first : repetition.last])
    start_s, end_s = phrases[0].start_s, max(phrases[-1].end_s, tokens[repetition.last - 1].end_s)
    if said > bounds.fastest * max(end_s - start_s, _INSTANT_S):
        return False
    beat = _beat(phrases, sound) if repetition.times <= bounds.most_times else 0.0
    if beat >= _CLEAR_BEAT:
        return True
    bursts = sound.burst_count(start_s - _MARGIN_S, end_s + _MARGIN_S)
    if bursts < _UNDER * said or _bare_share(phrases, sound) > 0.3:
        return False
    if repetition.times <= _free(said / repetition.times):
        return True
    return bursts <= _OVER * said + 3 and (beat >= _BEAT or _is_answered(phrases, said, bursts, sound))


def compression(text: str) -> float:
    """How many times smaller a text becomes by packing; 1 for short ones, which tell nothing."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if len(data) >= _COMPRESSIBLE_BYTES else 1.0


def _tokens(word: Word, number: int, language: str) -> Iterator[Token]:
    text = normal(word.text)
    parts = list(text) if language in UNSPACED else _inner_parts(text)
    step = word.duration_s / max(1, len(parts))
    for index, part in enumerate(parts):
        start_s = word.start_s + index * step
        yield Token(part, start_s, start_s + step, number, syllables(part, language))


def _inner_parts(text: str) -> list[str]:
    """A word in one piece, or `ha`, `ha`, ... where it repeats a part of itself."""
    found = _INNER.search(text)
    if not found:
        return [text] if text else []
    part = found[1] or found[2]
    middle = [part] * (len(found[0]) // len(part))
    return [*_inner_parts(text[: found.start()]), *middle, *_inner_parts(text[found.end() :])]


def _runs(same: NDArray[np.bool_], length: int) -> Iterator[tuple[int, int]]:
    """(first, last) of tokens in which each equals the one `length` before, at least twice the phrase."""
    if int(same.sum()) < length:
        return
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]])))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if last - first >= length:
            yield first, last + length


def _suspicious(tokens: Sequence[Token], repetition: Repetition) -> bool:
    """Whether there is enough of a repetition to ask the sound about it."""
    each = sum(token.syllables for token in tokens[repetition.first : repetition.first + repetition.length])
    return repetition.times >= (4 if each <= _SHORT else 3 if each <= _LONG else 2)


def _free(each: float) -> int:
    """How often people say the same in a row without a pause or a beat, by its syllables."""
    return 5 if each <= _SHORT else 3 if each <= _LONG else 2


def _phrases(tokens: Sequence[Token], repetition: Repetition) -> list[SoundStretch]:
    starts = [repetition.first + number * repetition.length for number in range(repetition.times)]
    return [SoundStretch(tokens[first].start_s, tokens[first + repetition.length - 1].end_s) for first in starts]


def _bare_share(phrases: Sequence[SoundStretch], sound: Sound) -> float:
    """The share of repetitions without a burst, or without any time, of their own."""
    instant = [end_s - start_s < _INSTANT_S for start_s, end_s in phrases]
    mute = [sound.burst_count(start_s - _MARGIN_S, end_s + _MARGIN_S) == 0 for start_s, end_s in phrases]
    return sum(map(max, instant, mute)) / len(phrases)


def _is_answered(phrases: Sequence[SoundStretch], said: float, bursts: int, sound: Sound) -> bool:
    """Whether each repetition is one for itself: a pause before it, or, of a few short ones, a burst for each syllable."""
    each = said / len(phrases)
    if each <= _SHORT and len(phrases) <= _A_FEW and 0.8 * said <= bursts <= 1.5 * said:
        return True
    reach_s = min(0.3, _period_s(phrases) / 4)
    pauses = sum(sound.pause_near(phrase.start_s, reach_s) for phrase in phrases[1:])
    return pauses >= 0.75 * (len(phrases) - 1) and (each <= _LONG or len(phrases) <= 3)


def _beat(phrases: Sequence[SoundStretch], sound: Sound) -> float:
    """How well loudness and timbre repeat with the text: with each phrase, or, as in many chants, with every second one."""
    start_s, end_s, period_s = phrases[0].start_s, phrases[-1].end_s, _period_s(phrases)
    return max(sound.rhythm(start_s, end_s, period_s), sound.rhythm(start_s, end_s, 2 * period_s) if len(phrases) >= 4 else 0.0)


def _period_s(phrases: Sequence[SoundStretch]) -> float:
    return (phrases[-1].start_s - phrases[0].start_s) / max(1, len(phrases) - 1)


def _end_of_loop(tokens: Sequence[Token], repetition: Repetition, count: int) -> int:
    """The word after the loop; a rest too short to stand alone belongs to it."""
    return tokens[repetition.last].word if repetition.last < len(tokens) else count


def _once(tokens: Sequence[Token], accepted: Sequence[Repetition]) -> str:
    """The text with each real repetition said only once."""
    left_out = {n for repetition in accepted for n in range(repetition.first + repetition.length, repetition.last)}
    return " ".join(token.text for number, token in enumerate(tokens) if number not in left_out)
