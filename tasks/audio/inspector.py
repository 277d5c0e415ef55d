"""What the container of a media file says, found out in another process that may take so much time and memory and no more.

One process looks at file after file. When a file kills it or takes too long, that file is refused and the next one gets a new
process.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from tasks import errors
from tasks.errors import AudioError, MinutesError
from tasks.files import displayable
from tasks.schema import Model

_TIME_S = 120.0
"""For one file; a disk that must wake up takes ten seconds. Chosen by hand."""
_LEAVE_OUT = "Leave it out, or export it again with a program that you trust."


class TrackFacts(Model):
    """What a container says of one audio track; `codec` is None where it is none that is decoded."""

    codec: str | None
    tag: str
    layout: str
    channels: int
    sample_rate: int
    bit_rate: int | None
    duration_s: float | None
    default: bool
    metadata: dict[str, str]


class MediaFacts(Model):
    """What a container says of itself."""

    format: str
    duration_s: float | None
    metadata: dict[str, str]
    tracks: tuple[TrackFacts, ...]


def look_at(path: Path) -> MediaFacts:
    """What a file says of itself. Raises if it is no recording that can be used, whatever it does to who looks."""
    return _inspector(os.getpid()).look_at(path)


@cache
def _inspector(process: int) -> "Inspector":
    """The one of this process; one that was forked off has its own."""
    inspector = Inspector([sys.executable, "-m", "tasks.audio.probe"], _TIME_S)
    atexit.register(inspector.close)
    return inspector


class Inspector:
    """Asks a child process, which is started when it is needed, until it is closed. Safe for several threads."""

    def __init__(self, command: list[str], time_s: float) -> None:
        self._command, self._time_s = command, time_s
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def look_at(self, path: Path) -> MediaFacts:
        """What the child says, or an error that says what became of it."""
        with self._lock:
            answer = self._ask(path)
        if found := answer.get("media"):
            return MediaFacts.model_validate(found)
        kind: type[MinutesError] = getattr(errors, answer["error"])
        more = {"incomplete": True} if answer["incomplete"] else {}
        raise kind(answer["what"], where=displayable(str(path)), fix=answer["fix"], **more)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            if self._child:
                self._end(self._child)

    def _ask(self, path: Path) -> dict[str, Any]:
        child = self._child = self._child or self._start()
        assert child.stdin
        assert child.stdout
        alarm = threading.Timer(self._time_s, child.kill)
        alarm.daemon = True
        alarm.start()
        try:
            child.stdin.write(json.dumps(str(path.absolute())).encode() + b"\n")
            child.stdin.flush()
            answer: dict[str, Any] = json.loads(child.stdout.readline() or b"{}")
        except BrokenPipeError:
            answer = {}
        except BaseException:
            self._end(child)  # else it would answer the next question with what it finds now
            raise
        finally:
            late = not alarm.is_alive()
            alarm.cancel()
        if not answer:
            self._end(child)
            what = (
                f"takes longer than {self._time_s:g} s to look at." if late else "makes the program that reads media files fail."
            )
            raise AudioError(what, where=displayable(str(path)), fix=_LEAVE_OUT)
        return answer

    def _start(self) -> "subprocess.Popen[bytes]":
        # In a session of its own: Ctrl-C on the terminal is for the process that asks.
        return subprocess.Popen(  # noqa: S603
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()
        self._child = None
