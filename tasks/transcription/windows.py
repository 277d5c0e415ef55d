"""What was recognised in the windows of a span: the unit that is stored."""

from typing import NamedTuple

from pydantic import Field

from tasks.audio.decode import Samples
from tasks.schema import Interval, Model, Region, Word


class Window(NamedTuple):
    """A stretch of one channel, its samples, and the speech regions inside it in seconds from its start."""

    region: Region
    samples: Samples
    speech: tuple[tuple[float, float], ...]


class DoubtedWords(Model):
    """Words from `first` up to `last` (not among them) for which a guard says why they are not believed."""

    flag: str
    first: int = Field(ge=0)
    last: int = Field(ge=0)


class WindowWords(Region):
    """What was recognised in one window, times from the start of the recording."""

    words: tuple[Word, ...]
    language: str
    doubts: tuple[DoubtedWords, ...] = ()
    unheard: tuple[Interval, ...] = Field(default=(), description="clear speech for which no words were found")
    speech_s: float = Field(default=0.0, ge=0, description="seconds in which somebody certainly speaks")

    @property
    def flags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(doubt.flag for doubt in self.doubts))


class SpanWords(Model):
    """What was recognised in one span, and the windows on which the engine failed."""

    windows: tuple[WindowWords, ...]
    failed: tuple[Interval, ...] = ()
    reasons: tuple[str, ...] = ()
