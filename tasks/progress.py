"""Lets a stage say how far it is without knowing who listens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

Listener = Callable[[str, float], None]
"""Called with the stage's name and the share done, 0 to 1."""

Watch = Callable[[str], AbstractContextManager[Listener]]
"""Shows one recording's progress: given its name, a context with the listener to report to."""

_watch: ContextVar[Watch | None] = ContextVar("progress_watch", default=None)
_listener: ContextVar[Listener | None] = ContextVar("progress_listener", default=None)


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Show the progress of every recording that is processed inside the block."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@contextmanager
def shown_progress(name: str) -> Iterator[Listener | None]:
    """Where to report the progress of one recording while the block runs, if anybody watches."""
    watch = _watch.get()
    if watch is None:
        yield None
        return
    with watch(name) as listener:
        yield listener


@contextmanager
def recording_progress(name: str) -> Iterator[None]:
    """Progress reported inside the block is that of this recording."""
    with shown_progress(name) as listener, listening(listener or _listener.get()):
        yield


@contextmanager
def listening(listener: Listener | None) -> Iterator[None]:
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
