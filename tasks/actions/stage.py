"""Action items, decisions and open questions, as claims that are checked later.

Input: `Transcript`. Output: `Findings`. An enrichment: when it fails, the minutes come without them and say so.
"""

from tasks import versions
from tasks.actions.extractor import ActionExtractor
from tasks.engine.base import BackendChoice
from tasks.engine.registry import identity
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, Run, stored
from tasks.language.messages import message
from tasks.prefect_stage import stage_task
from tasks.schema import Findings, Transcript
from tasks.store import Ref


def extract_actions(job: Job, run: Run, transcript: Ref, choice: BackendChoice) -> Ref:
    """Find who does what by when."""
    return stored(
        job,
        run,
        "actions",
        Findings,
        [versions.ACTIONS, transcript.digest, *identity("actions", choice)],
        lambda: enrich(
            "actions", lambda: _run(job, run, transcript, choice), Findings(), lambda why: message("actions_failed", why)
        ),
        keep=succeeded,
    )


def _run(job: Job, run: Run, transcript: Ref, choice: BackendChoice) -> Findings:
    with run.pool.backend("actions", choice, job.device, ActionExtractor) as extractor:
        return extractor.extract(transcript.load(Transcript).spoken)


extract_actions_task = stage_task(extract_actions, "Extract actions", opens_model=True)
