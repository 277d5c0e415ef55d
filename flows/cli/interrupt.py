"""How a command ends before its work is done: by Ctrl-C, or by SIGTERM, which is taken for the same."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer


class Terminated(KeyboardInterrupt):
    """SIGTERM came. What cleans up after Ctrl-C does it now too."""


@contextmanager
def terminable() -> Iterator[None]:
    """Inside the block SIGTERM raises `Terminated` in the main thread, also after Prefect has told its server."""

    def end(number: int, frame: object) -> NoReturn:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def leave(stopped: KeyboardInterrupt) -> NoReturn:
    """End as who asked for it expects: by SIGTERM, or with 130.

    At once if a thread is still inside a library, where Python cannot stop it: what it is at is done again in any case.
    """
    from flows.lanes import threads_left

    sys.stdout.flush()
    sys.stderr.flush()
    if isinstance(stopped, Terminated):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)
    if threads_left():
        os._exit(130)
    raise typer.Exit(130)
