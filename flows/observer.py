"""Who is told what becomes of the recordings of a run, while it runs. Outcomes are returned all the same."""

from flows.finished import Outcome


class RunObserver:
    """Told of recordings by their paths. This one keeps still; a subclass says what it wants to know.

    `waiting`, `started`, `paused` and `finished` come from the thread that started the run, `progress` from any.
    """

    def waiting(self, what: str) -> None:
        """Nothing is being worked on, since the run waits for this."""

    def started(self, path: str) -> None:
        """It is being worked on, for the first time or again after a pause."""

    def paused(self, path: str) -> None:
        """It was begun, and waits now."""

    def finished(self, outcome: Outcome) -> None:
        """This is how it ended."""

    def progress(self, path: str, stage: str, share: float) -> None:
        """So much of a stage is done, 0 to 1."""


NOBODY = RunObserver()


class Observers(RunObserver):
    """Tells several others."""

    def __init__(self, *others: RunObserver) -> None:
        self._others = others

    def waiting(self, what: str) -> None:
        for other in self._others:
            other.waiting(what)

    def started(self, path: str) -> None:
        for other in self._others:
            other.started(path)

    def paused(self, path: str) -> None:
        for other in self._others:
            other.paused(path)

    def finished(self, outcome: Outcome) -> None:
        for other in self._others:
            other.finished(outcome)

    def progress(self, path: str, stage: str, share: float) -> None:
        for other in self._others:
            other.progress(path, stage, share)


class Outcomes(RunObserver):
    """Remembers how recordings ended, should the caller not get to know it in another way."""

    def __init__(self) -> None:
        self.by_path: dict[str, Outcome] = {}

    def finished(self, outcome: Outcome) -> None:
        self.by_path[outcome.path] = outcome
