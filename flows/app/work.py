"""One recording at a time becomes minutes, in a thread of its own, while somebody watches or not."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from configs.load import LoadedConfig
from configs.problems import check_machine
from flows.finished import Outcome
from flows.observer import RunObserver
from flows.overlap import stages_for
from flows.runner import run_recordings
from flows.stage_weights import share_of_all
from tasks.errors import ConfigError, MinutesError, ResourceError
from tasks.files import displayable

_LOOK_S = 0.5
Make = Callable[[Path, LoadedConfig, Path, RunObserver], Outcome]


@dataclass
class Progress(RunObserver):
    """How far a recording is."""

    name: str
    stage: str = "starting"
    share: float = 0.0
    begun: float = 0.0

    def waiting(self, what: str) -> None:
        self.stage = what

    def progress(self, path: str, stage: str, share: float) -> None:
        self.begun = self.begun or monotonic()
        if (done := share_of_all(stage, share)) is not None:
            self.stage, self.share = stage, done

    @property
    def left_s(self) -> float | None:
        """The time that is left if the rest goes as the part before; None as long as little is done."""
        gone = monotonic() - self.begun
        return gone * (1 - self.share) / self.share if self.share > 0.05 and gone > 2 else None


def make_minutes(path: Path, loaded: LoadedConfig, out: Path, observer: RunObserver) -> Outcome:
    """The outcome of one recording, as `minutes run` makes it."""
    if problems := check_machine(loaded.config, stages_for([path])):
        raise ConfigError.joined(f"{loaded.name}: {problem}" for problem in problems)
    [outcome] = run_recordings([path], loaded, out, observer=observer)
    return outcome


class Workshop:
    """Where the work is done: one recording after the other."""

    def __init__(self, make: Make = make_minutes) -> None:
        self._make, self._turn = make, threading.Lock()
        self._now: Progress | None = None

    @property
    def busy(self) -> bool:
        """Whether a recording is being worked on."""
        return self._turn.locked()

    def work(self, path: Path, loaded: LoadedConfig, out: Path) -> Iterator[Progress | Outcome]:
        """How far it is, again and again, at last how it ended. Who stops watching stops nothing.

        Raises a `ResourceError` while another recording is being worked on.
        """
        if not self._turn.acquire(blocking=False):
            name = self._now.name if self._now else "another recording"
            raise ResourceError(f"'{name}' is being worked on.", fix="Wait for its end, then press the button again.")
        self._now = progress = Progress(displayable(path.name))
        ended: list[Outcome] = []
        thread = threading.Thread(target=self._do, args=(path, loaded, out, progress, ended), name="app", daemon=True)
        thread.start()
        while thread.is_alive():
            yield progress
            thread.join(_LOOK_S)
        yield ended[0]

    def _do(self, path: Path, loaded: LoadedConfig, out: Path, progress: Progress, ended: list[Outcome]) -> None:
        try:
            ended.append(self._make(path, loaded, out, progress))
        except MinutesError as error:
            ended.append(Outcome.failure(str(path), error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must be told, and may not end the app
            ended.append(Outcome.unexpected(str(path), error))
        finally:
            self._turn.release()
