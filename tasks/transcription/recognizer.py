"""The seam between the transcription stage and the engines."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.backend import Backend, BackendChoice
from tasks.errors import BackendError
from tasks.registry import find_backend
from tasks.schema import Interval, Word


class Recognizer(Backend):
    """Turns windows of speech into words."""

    stage = "transcription"
    languages: ClassVar[tuple[str, ...] | None] = None
    """ISO 639-1 codes of what it knows; None for engines that detect the language."""
    window_s: ClassVar[float] = 30.0
    """Longest window that it takes well, in seconds."""

    @abstractmethod
    def recognize(self, windows: Sequence[Samples]) -> Iterator[list[Word] | BackendError]:
        """One result a window, in order: its words with times in seconds from its start, or the error if it failed.

        A window in which nothing was said gives an empty list. The result of a window does not depend on the others.

        Args:
            windows: int16 samples at 16 kHz, shape (n,) each.
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


def pack_windows(speech: Iterable[Interval], longest_s: float) -> list[Interval]:
    """Neighbouring speech regions packed into windows of at most `longest_s`, cut only between regions.

    A single region longer than that is cut into equal parts: better a word cut in two than an hour in one window.
    """
    windows: list[Interval] = []
    for region in (part for long in speech for part in _parts(long, longest_s)):
        if windows and region.end_s - windows[-1].start_s <= longest_s:
            windows[-1] = Interval(start_s=windows[-1].start_s, end_s=region.end_s)
        else:
            windows.append(region)
    return windows


def _parts(region: Interval, longest_s: float) -> list[Interval]:
    count = max(1, -int(-region.duration_s // longest_s))
    edges = [region.start_s + region.duration_s * i / count for i in range(count)] + [region.end_s]
    return [Interval(start_s=start, end_s=end) for start, end in pairwise(edges)]


def slice_window(samples: Samples, span_start_s: float, window: Interval) -> Samples:
    """The samples of a window inside a span."""
    first = round((window.start_s - span_start_s) * SAMPLE_RATE)
    return samples[first : round((window.end_s - span_start_s) * SAMPLE_RATE)]
