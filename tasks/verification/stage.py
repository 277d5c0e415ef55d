"""Claims become minutes: what the transcript proves is in, the rest is listed apart with the reason.

Input: `Transcript`, `Notes`, `Findings`. Output: `Minutes`. Nothing is dropped and nothing is added. Then `Rewordings` may put
tasks and decisions into other words, where these are proved.
"""

from importlib.metadata import version

from tasks import versions
from tasks.job import Job, Run, stored
from tasks.prefect_stage import stage_task
from tasks.schema import Findings, Minutes, Notes, Rewordings, Transcript
from tasks.store import Ref
from tasks.verification.minutes import compose_minutes
from tasks.verification.reworded import with_rewordings


def verify(job: Job, run: Run, transcript: Ref, notes: Ref, findings: Ref, config_name: str) -> Ref:
    """Check every claim and put the minutes together."""
    made_by = version("audio-minutes")
    return stored(
        job,
        run,
        "minutes",
        Minutes,
        [versions.MINUTES, transcript.digest, notes.digest, findings.digest, config_name, made_by],
        lambda: compose_minutes(transcript.load(Transcript), notes.load(Notes), findings.load(Findings), config_name, made_by),
    )


def check_rewordings(job: Job, run: Run, transcript: Ref, minutes: Ref, rewordings: Ref) -> Ref:
    """The minutes with every rewriting that is proved."""
    return stored(
        job,
        run,
        "reworded",
        Minutes,
        [versions.REWORDING, transcript.digest, minutes.digest, rewordings.digest],
        lambda: with_rewordings(transcript.load(Transcript), minutes.load(Minutes), rewordings.load(Rewordings)),
    )


verify_task = stage_task(verify, "Verify")
check_rewordings_task = stage_task(check_rewordings, "Check rewordings")
