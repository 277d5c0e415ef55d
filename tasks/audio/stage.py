"""First stages: what the file is, and the file cut into spans of decoded audio.

Input: the recording's path. Output: `Recording`, then `SplitAudio` with span files in the work folder.
Both fail with a permanent `AudioError`, or with a `ResourceError` where the disk is at fault; the original is only read.
"""

from pathlib import Path

from tasks import versions
from tasks.audio.options import AudioOptions
from tasks.audio.parts import sha256_of_meeting
from tasks.audio.span_files import remove_span_files
from tasks.audio.split import split_recording
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.inspection import inspect_meeting, inspect_recording
from tasks.job import Job, Run, stored
from tasks.prefect_stage import stage_task
from tasks.schema import Recording, SplitAudio
from tasks.store import Ref


def inspect(job: Job, run: Run, options: AudioOptions) -> Ref:
    """Read what the file is. Always done anew: it is how a changed file is noticed."""
    recording = inspect_meeting(job.files, options) if job.parts else inspect_recording(Path(job.path), options)
    return stored(job, run, "inspect", Recording, [versions.INSPECT, recording.model_dump(mode="json")], lambda: recording)


def split(job: Job, run: Run, recording: Ref, options: AudioOptions) -> Ref:
    """Decode and cut, unless the same audio was cut with the same options before."""
    source = recording.load(Recording)
    return stored(
        job,
        run,
        "audio",
        SplitAudio,
        [versions.AUDIO, source.sha256, options.model_dump()],
        lambda: _split(job, run, source, options),
    )


def _split(job: Job, run: Run, source: Recording, options: AudioOptions) -> SplitAudio:
    """Cut what is proved to be the content that it is stored for: neither changed nor badly read meanwhile."""
    audio = split_recording(Path(job.path), source, job.work, options, parts=job.files, progress=run.progress(job, "audio"))
    same = sha256_of_meeting(job.files) == source.sha256
    if not same:
        remove_span_files(job, audio)
        fix = "Run it again when it is complete."
        raise AudioError("was changed while it was processed.", where=displayable(job.path), fix=fix)
    return audio


inspect_task = stage_task(inspect, "Inspect")
split_task = stage_task(split, "Split")
