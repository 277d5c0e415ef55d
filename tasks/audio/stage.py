"""First stages: what the file is, and the file cut into spans of decoded audio.

Input: the recording's path. Output: `Recording`, then `SplitAudio` with span files in the work folder.
Both fail with a permanent `AudioError`; the original is only read.
"""

from pathlib import Path

from tasks import versions
from tasks.audio.inspect import inspect_meeting, inspect_recording
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.job import Job, stored
from tasks.prefect_stage import stage_task
from tasks.schema import Recording, SplitAudio
from tasks.store import Ref


def inspect(job: Job, options: AudioOptions) -> Ref:
    """Read what the file is. Always done anew: it is how a changed file is noticed."""
    recording = inspect_meeting(job.files, options) if job.parts else inspect_recording(Path(job.path), options)
    return stored(job, "inspect", Recording, [versions.INSPECT, recording.model_dump(mode="json")], lambda: recording)


def split(job: Job, recording: Ref, options: AudioOptions) -> Ref:
    """Decode and cut, unless the same audio was cut with the same options before."""
    source = recording.load(Recording)
    return stored(
        job,
        "audio",
        SplitAudio,
        [versions.AUDIO, source.sha256, options.model_dump()],
        lambda: split_recording(Path(job.path), source, job.work, options, parts=job.files),
    )


inspect_task = stage_task(inspect, "Inspect")
split_task = stage_task(split, "Split")
