"""The seam between the summarization stage and the engines."""

from abc import abstractmethod
from typing import Literal

from tasks.engine.base import Backend, Progress, untold
from tasks.schema import Model, Notes, Transcript

Detail = Literal["low", "normal", "high"]


class Brief(Model):
    """What is wanted of the notes besides the truth."""

    language: str = "en"
    """ISO 639 code of the language to write in."""
    detail: Detail = "normal"
    words_at_a_time: int | None = None
    """How much a language model reads in one go; None for as much as it can."""
    prose: bool | Literal["auto"] = "auto"
    """Whether it writes about parts of the meeting, or only words what was said; auto for those models whose prose is true."""
    find: bool | Literal["auto"] = "auto"
    """Whether it is asked for decisions and tasks too; auto for those models that can."""


class Summarizer(Backend):
    """Writes what a meeting was about."""

    stage = "summarization"

    @abstractmethod
    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        """Notes whose every claim names its segments, and the ids of all segments that were read.

        Raises:
            BackendError: the engine failed.
        """
