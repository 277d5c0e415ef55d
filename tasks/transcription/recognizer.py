"""The seam between the transcription stage and the engines."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from tasks.audio.decode import Samples
from tasks.audio.speech import LONGEST_REGION_S
from tasks.backend import Backend, BackendChoice
from tasks.errors import BackendError
from tasks.registry import find_backend
from tasks.schema import Region, Word

_ROUNDING_S = 1e-6


class Recognizer(Backend):
    """Turns windows of speech into words."""

    stage = "transcription"
    languages: ClassVar[tuple[str, ...] | None] = None
    """ISO 639-1 codes of what it knows; None for engines that detect the language."""
    window_s: ClassVar[float] = LONGEST_REGION_S
    """Regions are packed into windows up to this length, in seconds; one longer region is a window of its own."""

    @abstractmethod
    def recognize(self, windows: Sequence[Samples]) -> Iterator[list[Word] | BackendError]:
        """One result a window, in order: its words with times in seconds from its start, or the error if it failed.

        A window in which nothing was said gives an empty list. The result of a window does not depend on the others.

        Args:
            windows: int16 samples at 16 kHz, shape (n,) each, of 30 s at most.
        """

    @property
    @abstractmethod
    def language(self) -> str:
        """ISO 639-1 code of what it recognised."""


def require_language(choice: BackendChoice, language: str | None) -> None:
    """Refuse a recording in a language that the engine does not know, before any work."""
    backend = find_backend("transcription", choice.backend)
    assert issubclass(backend, Recognizer)
    known = backend.languages
    if language and known and language.replace("_", "-").split("-")[0].lower() not in known:
        raise BackendError(
            f"{choice.backend} knows only {', '.join(known)}, and the sidecar says that this recording is in '{language}'.",
            fix="Choose a configuration with a multilingual recognizer.",
        )


def pack_windows(speech: Iterable[Region], longest_s: float = LONGEST_REGION_S) -> list[Region]:
    """Neighbouring speech regions of a channel packed into windows of at most `longest_s`, never cut inside a region.

    Windows come in order of their start; those of different channels may overlap.
    """
    windows: dict[int | None, list[Region]] = {}
    for region in speech:
        packed = windows.setdefault(region.channel, [])
        if packed and region.end_s - packed[-1].start_s <= longest_s + _ROUNDING_S:
            packed[-1] = packed[-1].model_copy(update={"end_s": region.end_s})
        else:
            packed.append(region)
    return sorted((window for packed in windows.values() for window in packed), key=lambda window: window.start_s)
