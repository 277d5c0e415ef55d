"""Stages that make minutes better but must not stop them: when one fails, the report says so and the rest goes on."""

import logging
from collections.abc import Callable
from typing import TypeVar

from tasks.errors import MinutesError, ResourceError
from tasks.schema import Diarization, Findings, Message, Moods, Notes, Notice, NoticeKind, Rewordings, Translations

Enriched = TypeVar("Enriched", Diarization, Notes, Findings, Rewordings, Translations, Moods)
_log = logging.getLogger("minutes.enrichment")


def enrich(stage: str, make: Callable[[], Enriched], empty: Enriched, told: Callable[[str], Message]) -> Enriched:
    """The stage's result, or the empty one with a notice: what is told of a reason."""
    try:
        return make()
    except Exception as error:  # whatever a library throws, the transcript is worth keeping
        if isinstance(error, ResourceError) and error.fatal:
            raise
        _log.warning("%s failed", stage, exc_info=error)
        notice = Notice.of(NoticeKind.FAILED, stage, told(reason_of(error)))
        return empty.model_copy(update={"notices": (*empty.notices, notice)})


def reason_of(error: Exception) -> str:
    """What went wrong, on one line. What a library says stays in the log: nobody knows what is in it."""
    return " ".join(str(error).split()) if isinstance(error, MinutesError) else f"an unexpected {type(error).__name__}"


def succeeded(result: Enriched) -> bool:
    """True if nothing failed, so that the result may be reused."""
    return not any(notice.kind is NoticeKind.FAILED for notice in result.notices)
