"""A guess of the mood of each topic.

Input: `Transcript`, `Minutes`. Output: `Moods`, then `Minutes` with them. An enrichment: when the engine fails, the minutes come
without them and say so, and the next run tries again.
"""

from tasks import versions
from tasks.engine.base import BackendChoice
from tasks.engine.registry import identity
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, Run, stored
from tasks.language.messages import message
from tasks.prefect_stage import stage_task
from tasks.schema import Minutes, Moods, Notice, NoticeKind, Transcript
from tasks.sentiment.classifier import MoodClassifier
from tasks.sentiment.mood import STAGE, guess_moods, topic_stretches, with_moods
from tasks.store import Ref


def sense_moods(job: Job, run: Run, transcript: Ref, minutes: Ref, choice: BackendChoice) -> Ref:
    """Guess the mood of each topic of the minutes."""
    content = minutes.load(Minutes)
    return stored(
        job,
        run,
        STAGE,
        Moods,
        [versions.SENTIMENT, transcript.digest, topic_stretches(content), *identity(STAGE, choice)],
        lambda: enrich(
            STAGE, lambda: _run(job, run, transcript, content, choice), Moods(), lambda why: message("sentiment_failed", why)
        ),
        keep=succeeded,
    )


def add_moods(job: Job, run: Run, minutes: Ref, made: Ref) -> Ref:
    """The minutes with the moods of their topics."""
    return stored(
        job,
        run,
        "moods",
        Minutes,
        [versions.MOODS, minutes.digest, made.digest],
        lambda: with_moods(minutes.load(Minutes), made.load(Moods)),
    )


def _run(job: Job, run: Run, transcript: Ref, minutes: Minutes, choice: BackendChoice) -> Moods:
    if not topic_stretches(minutes):
        return Moods(notices=(Notice.of(NoticeKind.INFO, STAGE, message("sentiment_needs_topics")),))
    with run.pool.backend(STAGE, choice, job.device, MoodClassifier) as classifier:
        return guess_moods(classifier, transcript.load(Transcript), minutes, run.progress(job, STAGE))


sense_moods_task = stage_task(sense_moods, "Sense moods", opens_model=True)
add_moods_task = stage_task(add_moods, "Add moods")
