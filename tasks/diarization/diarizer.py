"""The seam between the diarization stage and the engines."""

from abc import abstractmethod
from pathlib import Path

from tasks.backend import Backend
from tasks.schema import SplitAudio, Turn


class Diarizer(Backend):
    """Says who spoke when."""

    stage = "diarization"

    @abstractmethod
    def diarize(self, audio: SplitAudio, work: Path) -> list[Turn]:
        """Turns in order of time, labelled `Speaker 1`, `Speaker 2`, ... by first appearance.

        Args:
            audio: the spans and their speech regions.
            work: the folder that the spans' audio paths are relative to.

        Raises:
            BackendError: the engine failed.
        """


def speaker_label(number: int) -> str:
    """`Speaker 1` for 1."""
    return f"Speaker {number}"
