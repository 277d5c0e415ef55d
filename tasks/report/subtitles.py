"""The transcript as SRT and WebVTT."""

from collections.abc import Iterable

from tasks.language.clock import stamp
from tasks.schema import Segment, Transcript

_MIN_CUE_S = 0.1


def to_srt(transcript: Transcript) -> str:
    """SubRip text, one cue a segment, the speaker before the words."""
    cues = []
    for number, (segment, end_s) in enumerate(_cues(transcript.segments), start=1):
        name = transcript.name_of(segment.speaker)
        text = _one_line(f"{name}: {segment.text}" if name else segment.text)
        cues.append(f"{number}\n{stamp(segment.start_s, ',')} --> {stamp(end_s, ',')}\n{text}\n")
    return "\n".join(cues)


def to_vtt(transcript: Transcript) -> str:
    """WebVTT text with voice tags; characters that mean something in WebVTT are escaped."""
    cues = ["WEBVTT\n"]
    for segment, end_s in _cues(transcript.segments):
        name = transcript.name_of(segment.speaker)
        voice = f"<v {_escape(name)}>" if name else ""
        cues.append(f"{stamp(segment.start_s, '.')} --> {stamp(end_s, '.')}\n{voice}{_escape(segment.text)}\n")
    return "\n".join(cues)


def _cues(segments: Iterable[Segment]) -> Iterable[tuple[Segment, float]]:
    """Segments that say something, with an end that is later than the start, as players need it."""
    spoken = (segment for segment in segments if segment.text.strip())
    return ((segment, max(segment.end_s, segment.start_s + _MIN_CUE_S)) for segment in spoken)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("-->", "→")


def _escape(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
