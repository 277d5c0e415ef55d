"""Lets a stage say how far it is without knowing who listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float], None]
"""Called with the stage's name and the share done, 0 to 1."""

_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send progress to a listener while the block runs."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report_progress(stage: str, share: float) -> None:
    """Tell the listener, if there is one, that this share of a stage is done."""
    if listener := _listener.get():
        listener(stage, min(1.0, max(0.0, share)))
