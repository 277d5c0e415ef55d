"""The minutes in a second language.

Input: `Minutes`. Output: `Translations`, then `Minutes` with those that code has nothing against. An enrichment: when the engine
fails, the minutes come without them and say so, and the next run tries again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tasks import versions
from tasks.engine.registry import identity
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, Run, stored
from tasks.language.detection import language_within
from tasks.language.messages import message
from tasks.prefect_stage import stage_task
from tasks.schema import Minutes, Notice, NoticeKind, Translations
from tasks.store import Ref
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.choice import SummarizationChoice
from tasks.translation.checked import STAGE, with_translation
from tasks.translation.choice import TranslationChoice
from tasks.translation.texts import texts_of
from tasks.translation.translator import Translator


def translate(job: Job, run: Run, minutes: Ref, choice: TranslationChoice, summary: SummarizationChoice) -> Ref:
    """Have every text of the minutes translated, by the engine that is named or else by the language model of the summary."""
    engine = identity(STAGE, choice.engine) if choice.engine else identity("summarization", summary.of_notes)
    content = minutes.load(Minutes)
    return stored(
        job,
        run,
        STAGE,
        Translations,
        [versions.TRANSLATION, content.language, texts_of(content), choice.language, *engine],
        lambda: enrich(
            STAGE,
            lambda: _run(job, run, content, choice, summary),
            Translations(language=choice.language),
            lambda why: message("translation_failed", why),
        ),
        keep=succeeded,
    )


def check_translation(job: Job, run: Run, minutes: Ref, made: Ref) -> Ref:
    """The minutes with what of the translation stands."""
    return stored(
        job,
        run,
        "translated",
        Minutes,
        [versions.TRANSLATED, minutes.digest, made.digest],
        lambda: with_translation(minutes.load(Minutes), made.load(Translations)),
    )


def _run(job: Job, run: Run, minutes: Minutes, choice: TranslationChoice, summary: SummarizationChoice) -> Translations:
    source, target = minutes.language, choice.language
    texts = [text for text in texts_of(minutes) if language_within(text, source) != target]
    if not texts:
        told = message("translation_needless")
        return Translations(language=target, notices=(Notice.of(NoticeKind.INFO, STAGE, told),))
    with _translator(job, run, choice, summary) as translator:
        return translator.translate(texts, source, target, run.progress(job, STAGE))


@contextmanager
def _translator(
    job: Job, run: Run, choice: TranslationChoice, summary: SummarizationChoice
) -> Iterator[Translator | ChatSummarizer]:
    if choice.engine:
        with run.pool.backend(STAGE, choice.engine, job.device, Translator) as translator:
            yield translator
    else:
        with run.pool.backend("summarization", summary, job.device, ChatSummarizer) as model:
            yield model


translate_task = stage_task(translate, "Translate", opens_model=True)
check_translation_task = stage_task(check_translation, "Check translation")
