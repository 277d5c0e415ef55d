"""Reads a source that already holds the words, in place of decoding, recognition and diarization.

Input: a `Recording` of captions or of a transcript.json. Output: `Transcript`.
Fails with a permanent `AudioError` when the file is no longer the one that was inspected.
"""

from pathlib import Path

from tasks import versions
from tasks.captions.given import transcript_of_json
from tasks.captions.source import Kind, read_source
from tasks.captions.transcript import transcript_of_captions
from tasks.errors import AudioError
from tasks.job import Job, Run, stored
from tasks.meeting.given_speakers import with_given_speakers
from tasks.prefect_stage import stage_task
from tasks.schema import Recording, Transcript
from tasks.store import Ref


def read_captions(job: Job, run: Run, recording: Ref, names: dict[str, str] | None = None) -> Ref:
    """The transcript as it stands in the file; `names` are given by the user, for speaker labels."""
    given = names or {}
    made_from = [versions.CAPTIONS, recording.digest, *sorted(given.items())]
    return stored(
        job,
        run,
        "captions",
        Transcript,
        made_from,
        lambda: with_given_speakers(read_transcript(Path(job.path), recording.load(Recording)), given),
    )


def read_transcript(path: Path, recording: Recording) -> Transcript:
    """The words, times and names of a text source."""
    source = read_source(path, Kind(recording.container))
    if source.sha256 != recording.sha256:
        raise AudioError("was changed while it was processed.", where=recording.path, fix="Run it again when it is complete.")
    of_kind = transcript_of_json if source.kind is Kind.TRANSCRIPT else transcript_of_captions
    return of_kind(source, recording)


read_captions_task = stage_task(read_captions, "Read captions")
