"""The seam between the summarization stage and the engines."""

from abc import abstractmethod

from tasks.backend import Backend
from tasks.schema import Notes, Transcript


class Summarizer(Backend):
    """Writes what a meeting was about."""

    stage = "summarization"

    @abstractmethod
    def summarize(self, transcript: Transcript) -> Notes:
        """Notes whose every claim names its segments, and the ids of all segments that were read.

        Raises:
            BackendError: the engine failed.
        """
