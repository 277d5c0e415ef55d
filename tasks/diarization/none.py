"""No diarization: for dictations and talks by one person, or when speakers do not matter."""

from pathlib import Path

from tasks.diarization.diarizer import Diarizer
from tasks.schema import SplitAudio, Turn


class NoDiarization(Diarizer):
    """Leaves every segment without a speaker."""

    name = "none"
    summary = "no speakers"

    def diarize(self, audio: SplitAudio, work: Path) -> list[Turn]:
        return []
