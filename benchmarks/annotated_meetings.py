"""Real meetings with what people wrote about them, as transcripts. A file of the folder, as JSON:

{"meeting": "ES2002a", "duration": 1109.45,
 "utterances": [{"id": "u1", "speaker": "A", "start": 0.5, "end": 2.1, "text": "..."}, ...],
 "reference": {"abstract": [{"text": "...", "evidence": ["u1", ...]}, ...], "decisions": [...], "actions": [...]}}
"""

import datetime as dt
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from tasks.schema import Coverage, DateSource, Recording, Segment, Transcript, Turn, segment_id

DATA = Path(__file__).parents[2] / "shared" / "data" / "meetings" / "ami"
LONG_WORDS = 6
Parts = list[frozenset[str]]
"""Passages, each as the ids of its segments."""


@dataclass(frozen=True)
class Meeting:
    """A transcript and what people wrote about it."""

    name: str
    transcript: Transcript
    abstract: str
    sentences: Parts
    """What proves each sentence of the abstract."""
    decisions: Parts
    actions: Parts

    @property
    def long(self) -> list[Segment]:
        """Segments that could be sentences."""
        return [segment for segment in self.transcript.segments if len(segment.text.split()) >= LONG_WORDS]


def chosen_files(folder: Path, names: Sequence[str] | None, limit: int | None) -> list[Path]:
    """The files of the meetings asked for; ends the program when there are none."""
    paths = {path.stem: path for path in sorted(folder.glob("*.json"))}
    if missing := [name for name in names or () if name not in paths] or ([] if paths else ["*"]):
        sys.exit(f"{folder / missing[0]}.json: there is no such meeting; see --data and --meetings.")
    return [paths[name] for name in names or paths][:limit]


def read_meeting(path: Path) -> Meeting:
    """A meeting as a transcript in which every utterance is a segment."""
    content = json.loads(path.read_text(encoding="utf-8"))
    told, ids = content["reference"], {part["id"]: segment_id(number) for number, part in enumerate(content["utterances"], 1)}
    linked = {
        kind: [frozenset(ids[name] for name in item["evidence"]) for item in told[kind] if item["evidence"]]
        for kind in ("abstract", "decisions", "actions")
    }
    abstract = " ".join(sentence["text"] for sentence in told["abstract"])
    return Meeting(
        content["meeting"], transcript_of(content), abstract, linked["abstract"], linked["decisions"], linked["actions"]
    )


def transcript_of(content: dict[str, Any]) -> Transcript:
    """The utterances as a transcript. The day is made up, since the corpus has none."""
    segments = tuple(
        Segment(
            id=segment_id(number),
            start_s=part["start"],
            end_s=part["end"],
            text=part["text"],
            speaker=part["speaker"],
            language="en",
        )
        for number, part in enumerate(content["utterances"], 1)
    )
    length = round(content["duration"] * 1000)
    name = f"{content['meeting']}.json"
    recording = Recording(
        path=name,
        name=name,
        sha256=sha256(name.encode()).hexdigest(),
        duration_s=content["duration"],
        container="json",
        codec="text",
        track=0,
        channels=1,
        sample_rate=16_000,
        recorded_at=dt.datetime(2005, 1, 3),
        recorded_at_source=DateSource.FILE_NAME,
        start_time_known=False,
    )
    return Transcript(
        recording=recording,
        segments=segments,
        turns=tuple(Turn(start_s=part.start_s, end_s=part.end_s, speaker=part.speaker or "") for part in segments),
        language="en",
        coverage=Coverage(duration_ms=length, transcribed_ms=length, silence_ms=0, segments=len(segments)),
    )
