"""What the meeting was about, as claims that are checked later.

Input: `Transcript`. Output: `Notes`. An enrichment: when the engine fails, the most telling sentences stand in for its notes;
when they fail too, the minutes come without a summary. Both are said in the minutes, and the next run tries again.
"""

import logging

from tasks import versions
from tasks.engine.base import BackendChoice
from tasks.engine.registry import find_backend, identity
from tasks.enrichment import enrich, reason_of, succeeded
from tasks.errors import ResourceError
from tasks.job import Job, Run, stored
from tasks.language.messages import message
from tasks.prefect_stage import stage_task
from tasks.schema import Minutes, Notes, Notice, NoticeKind, Rewordings, Transcript
from tasks.store import Ref
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.content import different_words
from tasks.summarization.rewriting import STAGE as REWRITING
from tasks.summarization.summarizer import Summarizer

_LAST_RESORT = BackendChoice(backend="extractive")
_log = logging.getLogger("minutes.summarization")


def summarize(job: Job, run: Run, transcript: Ref, choice: SummarizationChoice) -> Ref:
    """Write the notes of one meeting."""
    return stored(
        job,
        run,
        "summarization",
        Notes,
        [versions.SUMMARIZATION, transcript.digest, *identity("summarization", choice.of_notes)],
        lambda: enrich(
            "summarization", lambda: _run(job, run, transcript, choice), Notes(), lambda why: message("summarization_failed", why)
        ),
        keep=succeeded,
    )


def _run(job: Job, run: Run, transcript: Ref, choice: SummarizationChoice) -> Notes:
    content = transcript.load(Transcript).spoken
    language = choice.brief(content).language
    if content.segments and different_words(content) < choice.min_words:
        return _too_little(content).model_copy(update={"language": language})
    try:
        notes = notes_of(job, run, content, choice, choice)
    except Exception as error:  # whatever a library throws, some minutes are better than none
        if choice.backend == _LAST_RESORT.backend or (isinstance(error, ResourceError) and error.fatal):
            raise
        _log.warning("%s failed", choice.backend, exc_info=error)
        told = message("extract_instead", reason_of(error), backend=choice.backend)
        failed = Notice.of(NoticeKind.FAILED, "summarization", told)
        notes = notes_of(job, run, content, choice, _LAST_RESORT)
        notes = notes.model_copy(update={"notices": (failed, *notes.notices)})
    return notes.model_copy(update={"language": language})


def notes_of(job: Job, run: Run, content: Transcript, choice: SummarizationChoice, engine: BackendChoice) -> Notes:
    """The notes of one engine, opened or taken from the pool."""
    with run.pool.backend("summarization", engine, job.device, Summarizer) as summarizer:
        return summarizer.summarize(content, choice.brief(content), run.progress(job, "summarization"))


def _too_little(content: Transcript) -> Notes:
    """Nothing, and why: a model would make a business meeting of `test test test`."""
    told = message("too_few_words", number=different_words(content))
    return Notes(
        segments_read=tuple(segment.id for segment in content.segments),
        notices=(Notice.of(NoticeKind.WARNING, "summarization", told),),
    )


def can_rewrite(choice: SummarizationChoice) -> bool:
    """Whether the backend is a language model, and is wanted to write tasks and decisions anew."""
    return choice.rewrite and issubclass(find_backend("summarization", choice.backend), ChatSummarizer)


def rewrite(job: Job, run: Run, transcript: Ref, minutes: Ref, choice: SummarizationChoice) -> Ref:
    """Write each task and decision as a sentence that can be read alone."""
    return stored(
        job,
        run,
        REWRITING,
        Rewordings,
        [versions.REWRITING, transcript.digest, minutes.digest, *identity("summarization", choice)],
        lambda: enrich(
            REWRITING,
            lambda: _rewrite(job, run, transcript, minutes, choice),
            Rewordings(),
            lambda why: message("rewriting_failed", why),
        ),
        keep=succeeded,
    )


def _rewrite(job: Job, run: Run, transcript: Ref, minutes: Ref, choice: SummarizationChoice) -> Rewordings:
    content = minutes.load(Minutes)
    if not (content.action_items or content.decisions or content.summary or content.topics):
        return Rewordings()
    with run.pool.backend("summarization", choice, job.device, ChatSummarizer) as model:
        return model.rewrite(transcript.load(Transcript), content, run.progress(job, REWRITING))


summarize_task = stage_task(summarize, "Summarize", opens_model=True)
rewrite_task = stage_task(rewrite, "Rewrite", opens_model=True)
