"""The seam between the sentiment stage and the engines."""

from abc import abstractmethod
from collections.abc import Sequence

from tasks.engine.base import Backend, Progress, untold


class MoodClassifier(Backend):
    """Says how probable each of its labels is for a text."""

    stage = "sentiment"

    @abstractmethod
    def classify(self, texts: Sequence[str], progress: Progress = untold) -> list[dict[str, float]]:
        """For each text the probability of every label.

        Raises:
            BackendError: the engine failed.
        """
