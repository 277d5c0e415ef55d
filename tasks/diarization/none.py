"""No diarization: for dictations and talks by one person, or when speakers do not matter."""

from tasks.diarization.diarizer import Diarizer, SpanReader
from tasks.schema import SplitAudio, Turn


class NoDiarization(Diarizer):
    """Leaves every segment without a speaker."""

    name = "none"
    summary = "no speakers"
    by_voice = False

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        return []
