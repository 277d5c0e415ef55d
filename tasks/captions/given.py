"""A `transcript.json` of an earlier run as a source: the transcript is kept, only where it comes from changes."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from tasks.captions.source import TextSource
from tasks.clean_text import cleaned
from tasks.errors import AudioError, wish
from tasks.language.messages import message
from tasks.schema import Engine, Notice, NoticeKind, Recording, Transcript
from tasks.source_file import require_bearable

_GIVEN = Engine(stage="captions", backend="given", model="transcript.json", revision="as the file says")
_NAME_ANOTHER = "Name the transcript.json of a finished run, or captions (.vtt, .srt)."


def parse_transcript(source: TextSource, where: str) -> Transcript:
    """The transcript in a JSON file. Raises `AudioError` for any other JSON."""
    try:
        value: Any = from_json(source.text, allow_inf_nan=False)
    except ValueError as error:
        what = f"begins like JSON and cannot be read ({error})."
        raise AudioError(what, where=where, fix="Copy or export it again.") from error
    if not {"recording", "segments", "coverage"} <= value.keys():
        raise AudioError("is JSON, but not a transcript.", where=where, fix=_NAME_ANOTHER)
    try:
        transcript = Transcript.model_validate(cleaned(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        what = f"is a transcript of another version of audio-minutes, or was changed ({place}: {_complaint(first)})."
        raise AudioError(what, where=where, fix="Run its recording again with this version.") from error
    last_s = max((part.end_s for part in (*transcript.segments, *transcript.turns)), default=0.0)
    require_bearable(max(transcript.coverage.duration_ms / 1000, last_s), where)
    return transcript


def _complaint(found: ErrorDetails) -> str:
    return found["msg"].removeprefix("Value error, ") if found["type"] == "value_error" else wish(found)


def transcript_of_json(source: TextSource, recording: Recording) -> Transcript:
    """The given transcript under its new recording; nothing counts as read by a summarizer yet."""
    given = parse_transcript(source, recording.path)
    own = [notice for notice in given.notices if notice not in given.recording.notices]
    told = Notice.of(NoticeKind.INFO, "captions", message("from_transcript"))
    return given.model_copy(
        update={
            "recording": recording,
            "speakers": given.speakers | recording.sidecar.speakers,
            "coverage": given.coverage.model_copy(update={"segments": len(given.segments), "segments_read": 0}),
            "engines": (_GIVEN, *given.engines),
            "notices": tuple(dict.fromkeys((*recording.notices, *own, told))),
        }
    )
