"""The seam between the transcription stage and the engines."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import Field

from tasks.audio.decode import Samples
from tasks.audio.speech import LONGEST_REGION_S
from tasks.engine.base import Backend
from tasks.errors import BackendError
from tasks.language.codes import common_code
from tasks.schema import Model, Region, Word

_ROUNDING_S = 1e-6


class Hint(Model):
    """What an engine is told besides the sound. Engines may ignore what they have no use for."""

    language: str | None = Field(default=None, description="ISO 639-1; None lets the engine find it for each window")
    languages: tuple[str, ...] = Field(default=(), description="those among which it is found; all that it knows where empty")
    voted: bool = Field(default=False, description="nobody said the language; a part tried again may have another one")
    prompt: str | None = Field(default=None, description="names and words to expect")
    temperature: float = Field(default=0.0, ge=0, le=1, description="above 0 the engine may guess differently than before")


def likeliest_of(beliefs: Mapping[str, float], languages: Sequence[str]) -> str:
    """The language of a window, by the code of the engine: the likeliest of these, of all where there are none of these."""
    among = [code for code in beliefs if common_code(code) in languages] or beliefs
    return max(among, key=lambda code: beliefs[code])


class WindowResult(Model):
    """What an engine heard in one window, with times in seconds from the window's start."""

    words: tuple[Word, ...]
    language: str
    no_speech: float | None = Field(default=None, ge=0, le=1, description="the engine's own belief that nobody speaks")
    stopped_s: float | None = Field(default=None, description="where the engine says that it stopped and is to be called again")


class Recognizer(Backend):
    """Turns windows of speech into words."""

    stage = "transcription"
    window_s: float = LONGEST_REGION_S
    """Regions are packed into windows up to this length, in seconds; one longer region is a window of its own."""
    least_share: float = 0.8
    """A window that is so much of the longest ends at the longest pause from there on. Chosen by hand: a cut in a sentence costs
    words, and engines that fill every window up to 30 s pay for each window."""

    def pack(self, speech: Iterable[Region]) -> list[Region]:
        """The windows in which the engine is to see the speech of a span."""
        return pack_windows(speech, self.window_s, self.least_share * self.window_s)

    @abstractmethod
    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        """One result a window, in order, or the error if the engine failed on it.

        A window in which nothing was said gives no words. The result of a window does not depend on the others.

        Args:
            windows: int16 samples at 16 kHz, shape (n,) each, of 30 s at most.
        """

    def language_probabilities(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        """For each window, how probable each language is; empty for engines that cannot tell."""
        return []


def pack_windows(
    speech: Iterable[Region], longest_s: float = LONGEST_REGION_S, least_s: float = LONGEST_REGION_S
) -> list[Region]:
    """Neighbouring speech regions of a channel packed into windows of at most `longest_s`, never cut inside a region.

    What does not fit into one window is cut at the longest pause behind its first `least_s` seconds, which is most likely the
    end of a sentence. Windows come in order of their start; those of different channels may overlap.
    """
    channels: dict[int | None, list[Region]] = {}
    for region in speech:
        channels.setdefault(region.channel, []).append(region)
    windows = [window for regions in channels.values() for window in _packed(regions, longest_s, least_s)]
    return sorted(windows, key=lambda window: window.start_s)


def _packed(regions: Sequence[Region], longest_s: float, least_s: float) -> Iterator[Region]:
    first = 0
    while first < len(regions):
        start_s = regions[first].start_s
        after = first + 1
        while after < len(regions) and regions[after].end_s - start_s <= longest_s + _ROUNDING_S:
            after += 1
        if after < len(regions):
            late = [place for place in range(first + 1, after) if regions[place - 1].end_s - start_s >= least_s]
            after = max([*late, after], key=lambda place: (_pause_ms(regions, place), place))
        yield regions[first].model_copy(update={"end_s": regions[after - 1].end_s})
        first = after


def _pause_ms(regions: Sequence[Region], place: int) -> int:
    """The pause before a region."""
    return round(1000 * (regions[place].start_s - regions[place - 1].end_s))
