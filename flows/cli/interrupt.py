"""How a command ends before its work is done: by Ctrl-C, or by SIGTERM or SIGHUP, which are taken for the same.

Python answers a signal in its main thread, and only between two steps of Python: not while a library computes there. So a second
thread is told of the signal too, and ends the process if the main one has not within a moment.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

_ENDINGS = (signal.SIGTERM, signal.SIGHUP) if hasattr(signal, "SIGHUP") else (signal.SIGTERM,)
"""SIGHUP comes when a terminal or a connection is closed; `nohup` has it ignored, and so it stays."""
_PATIENCE_S = 2.0
"""From the signal to the end, whatever works."""
_ANSWER = b"\ninterrupted; run the same command again to go on where it stopped\n"


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP came. What cleans up after Ctrl-C does it now too."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@contextmanager
def terminable(last: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Inside the block SIGTERM and SIGHUP raise `Terminated` in the main thread, also after Prefect has told its server.

    SIGINT raises `KeyboardInterrupt` there as always. Each ends the process also if the main thread does not come to it; then
    `last` is called before.
    """

    def end(number: int, frame: object) -> NoReturn:
        raise Terminated(number)

    before = {number: signal.signal(number, end) for number in _ENDINGS if signal.getsignal(number) is not signal.SIG_IGN}
    try:
        with _watched(last):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _watched(last: Callable[[], object]) -> Iterator[None]:
    """A thread that waits for a signal while the block lasts, and is not needed for a process that ends by itself."""
    theirs, ours = socket.socketpair()
    theirs.setblocking(False)
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(ours, last), name="signals", daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        theirs.close()


def _watch(told: socket.socket, last: Callable[[], object]) -> None:
    """Answer a signal at once, and end without the main thread if need be: what is done is stored, the rest is done again."""
    with told:
        while number := told.recv(1):
            if number[0] in (signal.SIGINT, *_ENDINGS):
                try:
                    os.write(2, _ANSWER)
                    time.sleep(_PATIENCE_S)
                    last()
                finally:
                    os._exit(128 + number[0])


def leave(stopped: KeyboardInterrupt) -> NoReturn:
    """End as who asked for it expects: by SIGTERM, or with 130.

    At once if a thread is still inside a library, where Python cannot stop it: what it is at is done again in any case.
    """
    from flows.lanes import threads_left

    sys.stdout.flush()
    sys.stderr.flush()
    if isinstance(stopped, Terminated):
        signal.signal(stopped.number, signal.SIG_DFL)
        os.kill(os.getpid(), stopped.number)
    if threads_left():
        os._exit(130)
    raise typer.Exit(130)
