"""What the meeting was about, as claims that are checked later.

Input: `Transcript`. Output: `Notes`. An enrichment: when it fails, the minutes come without a summary and say so.
"""

from tasks import versions
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, stored
from tasks.prefect_stage import stage_task
from tasks.registry import identity
from tasks.resident import resident
from tasks.schema import Notes, Transcript
from tasks.store import Ref
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.summarizer import Summarizer


def summarize(job: Job, transcript: Ref, choice: SummarizationChoice) -> Ref:
    """Write the notes of one meeting."""
    return stored(
        job,
        "summarization",
        Notes,
        [versions.SUMMARIZATION, transcript.digest, *identity("summarization", choice)],
        lambda: enrich("summarization", lambda: _run(job, transcript, choice), Notes(), "so the summary is missing"),
        keep=succeeded,
    )


def _run(job: Job, transcript: Ref, choice: SummarizationChoice) -> Notes:
    with resident("summarization", choice, job.device, Summarizer) as summarizer:
        content = transcript.load(Transcript)
        return summarizer.summarize(content.spoken, choice.brief(content))


summarize_task = stage_task(summarize, "Summarize")
