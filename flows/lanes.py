"""Works on several recordings at once: while one is heard, the next one is prepared and the one before is written.

Each phase has threads of its own. The thread that calls decides what is next and tells the observer; the others only work.
An interrupt reaches them at their next checkpoint, at the latest after the windows that a model has before it.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from queue import SimpleQueue
from time import monotonic
from typing import Any

import httpx

from flows.finished import Outcome
from flows.observer import RunObserver
from flows.server.find import current_server_answers
from tasks.errors import MinutesError, ResourceError
from tasks.files import displayable
from tasks.job import Job, Run

IN_FLIGHT = 3
"""Recordings begun and not ended at one time: each may have its decoded audio on the disk."""
_PATIENCE_S = 1.0
"""How long an interrupted run waits for its threads. What they stored is stored."""
_THREAD = "minutes-"
"""How their names begin."""
_log = logging.getLogger("minutes.folder")


@dataclass(frozen=True)
class Phase:
    """One part of the way of a recording."""

    name: str
    work: Callable[[Job, Any], Any]
    """Takes what the phase before gave, and gives what the next one needs, or the `Outcome` that ends the way."""
    at_once: int = 1
    """How many recordings may be in this phase at one time."""


def isolated(job: Job, work: Callable[[], Any]) -> tuple[Any, ResourceError | None]:
    """What the work gave, or the outcome of its failure, and what was wrong if nothing works in this process any more."""
    try:
        return work(), None
    except MinutesError as error:
        resource = error if isinstance(error, ResourceError) else None
        outcome = Outcome.failure(job.path, error, tried=not (resource and resource.surroundings))
        return outcome, resource if resource and resource.fatal else None
    except httpx.TransportError:
        fix = "What is done is stored: run the same command again to go on."
        lost = ResourceError("the Prefect server does not answer any more.", fix=fix)
        return Outcome.failure(job.path, lost, tried=False), None if current_server_answers() else lost
    except Exception as error:  # noqa: BLE001 - a fault of ours in one recording must not cost the others their minutes
        _log.exception("%s: unexpected error", job.name)
        return Outcome.unexpected(job.path, error), None


def not_tried(job: Job, broken: ResourceError) -> Outcome:
    """The outcome of a recording that found this process unable to work."""
    error = ResourceError(f"was not tried: {broken.what}", where=displayable(job.path), fix=broken.fix)
    return Outcome.failure(job.path, error, tried=False)


@dataclass(eq=False)
class _Trip:
    """One recording on its way."""

    job: Job
    value: Any
    """What the last phase gave, in the end the outcome."""
    begun: bool = False
    """Whether the observer thinks that it is being worked on."""


class Conductor:
    """Sends recordings through phases; once something broke this process, it only says so."""

    def __init__(self, run: Run, observer: RunObserver, in_flight: int = IN_FLIGHT) -> None:
        self._run, self._observer, self._in_flight = run, observer, in_flight
        self._broken: ResourceError | None = None

    def send(self, given: Sequence[tuple[Job, Any]], phases: Sequence[Phase]) -> list[Any]:
        """For each job what the last phase gave for it, or its outcome if it ended before. An outcome given stays as it is."""
        trips = [_Trip(job, value) for job, value in given]
        to_come = deque(trip for trip in trips if not isinstance(trip.value, Outcome))
        flying: set[_Trip] = set()
        with _open_lanes(phases, self._run) as (row, news), self._interruptible(flying):
            while to_come or flying:
                if self._broken:
                    self._give_up(to_come, flying, row)
                while to_come and len(flying) < self._in_flight:
                    flying.add(to_come[0])
                    row[0].waiting.append(to_come.popleft())
                self._give_work(row)
                if flying:
                    self._arrive(news.get(), row, flying)
        return [trip.value for trip in trips]

    @contextmanager
    def _interruptible(self, flying: set[_Trip]) -> Iterator[None]:
        """Say of everything that is begun that it waits, the moment the run is interrupted: little time may be left."""
        try:
            yield
        except BaseException:
            for trip in flying:
                if trip.begun:
                    self._observer.paused(trip.job.path)
            raise

    def _arrive(self, told: "_News", row: Sequence["_Lane"], flying: set[_Trip]) -> None:
        """Take what a phase gave to the next one, or end the way."""
        lane, trip, (value, broken) = told
        lane.free += 1
        if isinstance(value, BaseException):
            raise value
        unable = self._broken
        if broken and not unable:
            self._broken = broken
        trip.value = value
        if unable and (broken or not isinstance(value, Outcome)):
            trip.value = not_tried(trip.job, unable)
        following = row.index(lane) + 1
        if following < len(row) and not isinstance(trip.value, Outcome):
            row[following].waiting.append(trip)
        else:
            self._end(trip, flying)

    def _give_up(self, to_come: deque[_Trip], flying: set[_Trip], row: Sequence["_Lane"]) -> None:
        """End the way of everything that nobody works on."""
        assert self._broken
        for waiting in (*(lane.waiting for lane in row), to_come):
            while waiting:
                trip = waiting.popleft()
                trip.value = not_tried(trip.job, self._broken)
                self._end(trip, flying)

    def _give_work(self, row: Sequence["_Lane"]) -> None:
        """Give work to every thread that has none; what has to wait is said not to be worked on."""
        for lane in row:
            while lane.waiting and lane.free:
                trip = lane.waiting.popleft()
                if not trip.begun:
                    self._observer.started(trip.job.path)
                    trip.begun = True
                lane.take(trip)
        for trip in (trip for lane in row for trip in lane.waiting if trip.begun):
            self._observer.paused(trip.job.path)
            trip.begun = False

    def _end(self, trip: _Trip, flying: set[_Trip]) -> None:
        flying.discard(trip)
        if isinstance(trip.value, Outcome):
            self._observer.finished(trip.value)
        elif trip.begun:
            self._observer.paused(trip.job.path)


class _Lane:
    """The threads of one phase, and the recordings that wait for them."""

    def __init__(self, phase: Phase, news: "SimpleQueue[_News]") -> None:
        self.waiting: deque[_Trip] = deque()
        self.free = phase.at_once
        self._phase, self._news = phase, news
        self._inbox: SimpleQueue[Callable[[], _News] | None] = SimpleQueue()
        name = f"{_THREAD}{phase.name}"
        self.threads = [threading.Thread(target=self._work, name=name, daemon=True) for _ in range(phase.at_once)]
        for thread in self.threads:
            thread.start()

    def take(self, trip: _Trip) -> None:
        """Have a thread work on a recording, with what Prefect keeps of its run in the thread that calls."""
        self.free -= 1
        context = copy_context()
        self._inbox.put(lambda: (self, trip, context.run(_step, self._phase, trip)))

    def close(self) -> None:
        """Let the threads end when they have nothing to do."""
        for _ in self.threads:
            self._inbox.put(None)

    def _work(self) -> None:
        while step := self._inbox.get():
            self._news.put(step())


_News = tuple[_Lane, _Trip, tuple[Any, ResourceError | None]]


def _step(phase: Phase, trip: _Trip) -> tuple[Any, ResourceError | None]:
    """One phase of one recording; what ends the whole run is given back like a result."""
    try:
        return isolated(trip.job, lambda: phase.work(trip.job, trip.value))
    except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
        return error, None


@contextmanager
def _open_lanes(phases: Sequence[Phase], run: Run) -> "Iterator[tuple[list[_Lane], SimpleQueue[_News]]]":
    """The lanes and where they tell what they did. When the block is left by an error the run is stopped."""
    news: SimpleQueue[_News] = SimpleQueue()
    row = [_Lane(phase, news) for phase in phases]
    try:
        yield row, news
    except BaseException:
        run.stop()
        for lane in row:
            lane.close()
        _wait_for([thread for lane in row for thread in lane.threads])
        raise
    else:
        for lane in row:
            lane.close()


def _wait_for(threads: Sequence[threading.Thread]) -> None:
    """Give threads a moment to come to their next checkpoint; daemons do not keep the process."""
    deadline = monotonic() + _PATIENCE_S
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))


def threads_left() -> bool:
    """Whether threads of an interrupted run are still inside a library."""
    return any(thread.name.startswith(_THREAD) for thread in threading.enumerate())
