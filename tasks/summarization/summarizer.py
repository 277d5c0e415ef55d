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


class Summarizer(Backend):
    """Writes what a meeting was about."""

    stage = "summarization"

    @abstractmethod
    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        """Notes whose every claim names its segments, and the ids of all segments that were read.

        Raises:
            BackendError: the engine failed.
        """
