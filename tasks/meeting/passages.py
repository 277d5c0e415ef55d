"""The talk before what was found: what it is to be understood from."""

from collections.abc import Iterable

from tasks.schema import Segment, Transcript

_BEFORE = 5
"""Segments. None after it: weak models go on with what came next."""


def passage_before(transcript: Transcript, ids: Iterable[str]) -> list[Segment]:
    """The segments with these ids and those before each, in order."""
    segments, wanted = transcript.spoken.segments, set(ids)
    places = [place for place, segment in enumerate(segments) if segment.id in wanted]
    near = {each for place in places for each in range(max(0, place - _BEFORE), place + 1)}
    return [segments[place] for place in sorted(near)]
