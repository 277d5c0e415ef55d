"""What a text source is: the `Recording` of captions or of a transcript.json, in place of container and tracks."""

from pathlib import Path
from typing import Any

from tasks.audio.recorded_at import find_recording_date
from tasks.audio.sidecar import read_sidecar
from tasks.captions.cues import parse_captions
from tasks.captions.given import parse_transcript
from tasks.captions.source import TEXT, Kind, TextSource, read_source, refuse_other_text, text_kind
from tasks.captions.transcript import length_ms
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.schema import Recording, Sidecar


def describe_text(path: Path) -> Recording | None:
    """A text source that was read once to see that it can be; None for everything that must be heard."""
    kind = text_kind(path)
    if kind is None:
        refuse_other_text(path)
        return None
    source = read_source(path, kind)
    return _of_transcript(path, source) if kind is Kind.TRANSCRIPT else _of_captions(path, source)


def _of_captions(path: Path, source: TextSource) -> Recording:
    captions = parse_captions(source)
    if captions.unread and not captions.cues:
        fix = "Export the captions again, or name the recording itself."
        raise AudioError("has no cue whose times can be read.", where=displayable(str(path)), fix=fix)
    sidecar, notices = read_sidecar(path)
    date = find_recording_date(path, sidecar, {})
    return Recording(
        path=displayable(str(path)),
        name=displayable(path.name),
        sha256=source.sha256,
        duration_s=length_ms(captions.cues) / 1000,
        container=source.kind.value,
        codec=TEXT,
        track=0,
        channels=0,
        sample_rate=0,
        recorded_at=date.value,
        recorded_at_source=date.source,
        start_time_known=date.time_known,
        sidecar=sidecar,
        notices=notices,
    )


def _of_transcript(path: Path, source: TextSource) -> Recording:
    """The recording that the transcript was made of, with this file as its source; a sidecar beside the file counts more."""
    given = parse_transcript(source, displayable(str(path))).recording
    sidecar, notices = read_sidecar(path)
    text = {"container": source.kind.value, "codec": TEXT, "track": 0, "channels": 0, "sample_rate": 0}
    changes: dict[str, Any] = {"path": displayable(str(path)), "sha256": source.sha256, **text}
    if sidecar != Sidecar():
        changes |= {"sidecar": sidecar}
    if sidecar.recorded_at:
        date = find_recording_date(path, sidecar, {})
        changes |= {"recorded_at": date.value, "recorded_at_source": date.source, "start_time_known": date.time_known}
    kept = (notice for notice in given.notices if "modification time" not in notice.message)  # said anew if it still holds
    return given.model_copy(update={**changes, "notices": (*kept, *notices)})
