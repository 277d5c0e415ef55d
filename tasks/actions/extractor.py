"""The seam between the action-item stage and the engines."""

from abc import abstractmethod

from tasks.engine.base import Backend
from tasks.schema import Findings, Transcript


class ActionExtractor(Backend):
    """Finds who does what by when, what was decided, and what stayed open."""

    stage = "actions"

    @abstractmethod
    def extract(self, transcript: Transcript) -> Findings:
        """Claims with the segments that should prove them; nothing is checked yet.

        Raises:
            BackendError: the engine failed.
        """
