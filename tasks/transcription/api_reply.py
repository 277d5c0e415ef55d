"""What transcription servers answer, and how much of it can be believed.

    verbose_json  {"task": "transcribe", "language": "english", "duration": 2.1, "text": "Good morning, all.",
                   "words": [{"word": "Good", "start": 0.0, "end": 0.3}, ...],
                   "segments": [{"start": 0.0, "end": 2.1, "text": " Good morning, all.", "avg_logprob": -0.2,
                                 "no_speech_prob": 0.01}]}
    json          {"text": "Good morning, all."}
    text          Good morning, all.

The text is what counts: where times are missing or cannot be, they are estimated and the text stays. Servers give their words
without punctuation, so the words are looked up in the text.
"""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tasks.clean_text import visible
from tasks.errors import BackendError
from tasks.language.codes import UNKNOWN, language_code
from tasks.language.messages import message
from tasks.language.scripts import normal
from tasks.schema import Message, Word
from tasks.transcription.recognizer import WindowResult
from tasks.transcription.word_times import settle, split_words, spread

_TOLERANCE_S = 1.0
"""Engines pad and round: a time this far beyond the window is still believed."""
_FASTEST_SPEECH, _LONGEST_TEXT = 60, 2000
"""Characters a second, and of a short window: auctioneers speak 25 a second, and engines repeat themselves. Chosen by hand."""
ESTIMATED = message("server_times_impossible")
NO_WORDS = message("server_times_no_words")


class _Timed(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, strict=True, extra="ignore")

    start: float = Field(ge=0)
    end: float = Field(ge=0)


class _Word(_Timed):
    word: str


class _Segment(_Timed):
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None


AnyTimed = TypeVar("AnyTimed", bound=_Timed)
_WORDS = TypeAdapter(list[_Word])
_SEGMENTS = TypeAdapter(list[_Segment])


class Understood(NamedTuple):
    """One answer in our words, and what had to be given up."""

    heard: WindowResult
    step: Message | None = None


def read_reply(body: bytes, form: str, duration_s: float, language: str | None) -> Understood:
    """The answer to one window of this length; `language` is what the server was told.

    Raises:
        BackendError: it is not what was asked for, and holds no text.
    """
    try:
        decoded = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _useless("no UTF-8 text") from error
    reply: dict[str, object] = {"text": decoded} if form == "text" and not decoded.startswith("{") else _json_object(decoded)
    text, told = reply.get("text"), reply.get("language")
    if not isinstance(text, str):
        raise _useless("JSON without a 'text'")
    code = language_code(told if isinstance(told, str) else None) or language or UNKNOWN
    if len(text) > _LONGEST_TEXT + _FASTEST_SPEECH * duration_s:
        raise _useless(f"{len(text)} characters for {duration_s:.1f} s of sound")
    if form in ("json", "text"):
        pieces = split_words(visible(text), code)
        return Understood(WindowResult(words=settle(spread(pieces, 0.0, duration_s), duration_s), language=code))
    return _verbose(reply, visible(text), code, duration_s)


def _json_object(text: str) -> dict[str, object]:
    def unknown(constant: str) -> float:
        return math.nan

    try:
        reply = json.loads(text, parse_constant=unknown)
    except (ValueError, RecursionError) as error:
        raise _useless("no JSON, or only a part of it") from error
    if not isinstance(reply, dict):
        raise _useless("JSON of another kind")
    return reply


def _verbose(reply: dict[str, object], text: str, language: str, duration_s: float) -> Understood:
    segments = _believable(_SEGMENTS, reply.get("segments"), duration_s)
    words = _believable(_WORDS, reply.get("words"), duration_s)
    pieces = split_words(text, language)
    step = None
    timed = _by_words(pieces, words or [], segments or [])
    if not timed and pieces:
        timed = _by_segments(pieces, segments or [], language)
        step = ESTIMATED if reply.get("words") or (reply.get("segments") and not timed) else NO_WORDS
    heard = WindowResult(
        words=settle(timed or spread(pieces, 0.0, duration_s), duration_s),
        language=language,
        no_speech=_no_speech(segments or []),
    )
    return Understood(heard, step)


def _by_words(pieces: Sequence[str], words: Sequence[_Word], segments: Sequence[_Segment]) -> list[Word]:
    """Each word of the text with the time of those that the server heard for it; empty if the two are not the same text."""
    found: list[Word] = []
    position = 0
    for piece in pieces:
        wanted, letters, first = normal(piece), "", position
        while len(letters) < len(wanted) and position < len(words):
            letters += normal(words[position].word)
            position += 1
        if letters != wanted:
            return []
        start, end = _stretch(words[first:position], found)
        found.append(Word(text=piece, start_s=start, end_s=end, confidence=_confidence(segments, (start + end) / 2)))
    return found if not any(normal(word.word) for word in words[position:]) else []


def _stretch(words: Sequence[_Word], before: Sequence[Word]) -> tuple[float, float]:
    """From the first to the last of these; a lone dash comes right after the word before it."""
    if words:
        return words[0].start, max(word.end for word in words)
    at = before[-1].end_s if before else 0.0
    return at, at


def _by_segments(pieces: Sequence[str], segments: Sequence[_Segment], language: str) -> list[Word]:
    """The words of each segment spread over it; empty if the segments do not hold the whole text."""
    parts = [split_words(segment.text, language) for segment in segments]
    if [piece for part in parts for piece in part] != list(pieces):
        return []
    times = [(segment.start, segment.end, _belief(segment)) for segment in segments]
    return [word for part, time in zip(parts, times, strict=True) for word in spread(part, *time)]


def _confidence(segments: Sequence[_Segment], at_s: float) -> float | None:
    around = (segment for segment in segments if segment.start <= at_s <= segment.end)
    return next(map(_belief, around), None)


def _belief(segment: _Segment) -> float | None:
    return None if segment.avg_logprob is None else min(1.0, math.exp(min(0.0, segment.avg_logprob)))


def _no_speech(segments: Sequence[_Segment]) -> float | None:
    known = [segment.no_speech_prob for segment in segments if segment.no_speech_prob is not None]
    return min(1.0, max(0.0, min(known))) if known else None


def _believable(kind: TypeAdapter[list[AnyTimed]], given: object, duration_s: float) -> list[AnyTimed] | None:
    """Timed items in order and inside the window; None if there are none, or if any of them cannot be."""
    try:
        items = kind.validate_python(given)
    except ValidationError:
        return None
    fits = all(item.start <= item.end <= duration_s + _TOLERANCE_S for item in items)
    ordered = all(before.start <= after.start for before, after in pairwise(items))
    return items if items and fits and ordered else None


def _useless(what: str) -> BackendError:
    return BackendError(f"the server answered with {what}.")
