"""What the encoder saw of windows for the vote on the language, kept for their words: encoding is most of the work on a CPU."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

from tasks.audio.decode import Samples

Encode = Callable[[Sequence[Samples]], Sequence[Any]]


class KeptViews:
    """The encoder's views of some windows. Each is handed out once, so that they do not outlive the recording."""

    def __init__(self) -> None:
        self._views: dict[bytes, Any] = {}

    def forget(self) -> None:
        """Let go of what was kept for another recording."""
        self._views = {}

    def of(self, windows: Sequence[Samples], encode: Encode, *how: object, keep: bool = False) -> list[Any]:
        """One view a window: what was kept, or what `encode` makes of those that are left.

        Args:
            how: what else a view depends on, such as precision and device.
            keep: for the vote; the words will ask for the same windows.
        """
        keys = [sha256(repr(how).encode() + window.tobytes()).digest() for window in windows]
        views = {key: self._views.pop(key) for key in set(keys) if key in self._views}
        left = {key: window for key, window in zip(keys, windows, strict=True) if key not in views}
        if left:
            views |= zip(left, encode(list(left.values())), strict=True)
        if keep:
            self._views |= views
        return [views[key] for key in keys]
