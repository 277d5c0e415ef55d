"""Meetings that exist as text, taken the way that `minutes run MEETING.vtt` takes: captions, findings, verification."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tasks.actions.commitments import Commitments
from tasks.actions.detector import Detector
from tasks.actions.rules import find_by_rules
from tasks.captions.describe import describe_text
from tasks.captions.stage import read_transcript
from tasks.schema import Minutes, Notes, Transcript
from tasks.verification.minutes import compose_minutes


class Line(NamedTuple):
    """What one person says in one cue."""

    start_s: float
    end_s: float
    speaker: str
    text: str


def transcript_of_lines(lines: Sequence[Line], stem: str) -> Transcript:
    """The transcript of the lines written as WebVTT: one segment a line, in their order; the day is in the name.

    Raises `ValueError` if a line is lost on the way.
    """
    cues = (f"{_clock(line.start_s)} --> {_clock(line.end_s)}\n<v {line.speaker}>{_escaped(line.text)}\n" for line in lines)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.vtt"
        path.write_text("\n".join(["WEBVTT\n", *cues]), encoding="utf-8")
        recording = describe_text(path)
        assert recording, "a file with this header is captions"
        transcript = read_transcript(path, recording)
    if len(transcript.segments) != len(lines):
        raise ValueError(f"{stem}: {len(lines)} lines became {len(transcript.segments)} segments")
    return transcript


def minutes_of(transcript: Transcript, detector: Detector | None, commitments: Commitments | None = None) -> Minutes:
    """What the pipeline writes without a language model; None: without what real, or written, meetings taught."""
    found = find_by_rules(transcript.spoken, detector=detector, commitments=commitments)
    return compose_minutes(transcript, Notes(), found, "benchmark", "benchmark")


def _clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
