"""The talk around what was found: what it is to be understood from, and what is proved of it."""

from collections.abc import Iterable

from tasks.schema import Segment, Transcript

_BEFORE, _AFTER = 5, 2
"""Segments: what `it` means was said before; what comes after corrects."""


def passage_around(transcript: Transcript, ids: Iterable[str]) -> list[Segment]:
    """The segments with these ids and those around each, in order."""
    segments, wanted = transcript.spoken.segments, set(ids)
    places = [place for place, segment in enumerate(segments) if segment.id in wanted]
    near = {each for place in places for each in range(max(0, place - _BEFORE), min(len(segments), place + _AFTER + 1))}
    return [segments[place] for place in sorted(near)]
