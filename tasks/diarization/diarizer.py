"""The seam between the diarization stage and the engines."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

from tasks.audio.decode import Samples
from tasks.engine.base import Backend
from tasks.schema import Span, SplitAudio, Turn

SpanReader = Callable[[Span], Samples]
UNKNOWN_SPEAKER = "Unknown speaker"
"""The label of turns in which somebody speaks who could not be told. Segments in them have no speaker."""


class Diarizer(Backend):
    """Says who spoke when."""

    stage = "diarization"
    by_voice: ClassVar[bool] = True
    """False for those that need no voices, and so are not replaced where the channels already tell the speakers apart."""

    @abstractmethod
    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        """Turns in order of time, labelled by voice `Speaker 1`, `Speaker 2`, ... by first appearance, or `UNKNOWN_SPEAKER`.

        Args:
            audio: the spans and their speech regions.
            read: gives the samples of a span, int16 at 16 kHz, shape (channels, n).

        Raises:
            BackendError: the engine failed.
        """
