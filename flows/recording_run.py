"""A flow run for each recording, in which the phases of a folder's lanes do their work.

A recording is worked on by several threads, one for each phase, while Prefect's engine wants a flow to be one call. So each
recording has a thread of its own that is inside its flow: it does there what the lanes bring to it, and waits in between. Where
the Prefect server has gone, the lanes do the work themselves.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from time import monotonic
from typing import Any, Self, TypeVar

from prefect import flow, tags, task
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Crashed, Failed

from configs.load import LoadedConfig
from flows.finished import Outcome
from flows.lanes import Phase
from flows.observer import RunObserver
from flows.progress_artifacts import ProgressArtifacts
from flows.server.find import current_server_answers
from flows.told import end_recording
from tasks.engine.base import Device
from tasks.job import Job, RunStopped

RECORDING, FOLDER = "minutes-recording", "minutes-folder"
"""The names of the two flows, however they are started."""
_PATIENCE_S = 30.0
"""For Prefect to be told how recordings ended, all of them together."""
_log = logging.getLogger("minutes.recording")
_Result = TypeVar("_Result")


class RecordingRuns(RunObserver):
    """The flow runs of the recordings of one run, while the block lasts. Told as an observer how each recording ends."""

    def __init__(self, loaded: LoadedConfig, *, below: bool) -> None:
        self._loaded, self._below = loaded, below
        """Below the run of a folder, whose heart beats for all."""
        self._ways: dict[str, _Way] = {}
        self._ended: list[_Way] = []
        self._shown: set[str] = set()
        self._progress = ProgressArtifacts()
        self._making, self._telling, self._settings = threading.Lock(), threading.Lock(), ExitStack()

    @property
    def ids(self) -> Mapping[str, str]:
        """Path -> id of the flow run."""
        return {way.job.path: way.run_id for way in (*self._ended, *self._ways.values()) if way.run_id}

    def phases(self, phases: Sequence[Phase]) -> list[Phase]:
        """The same phases, each of whose work is done inside the flow run of its recording."""
        return [replace(phase, work=partial(self._work, phase)) for phase in phases]

    def _work(self, phase: Phase, job: Job, value: Any) -> Any:
        return self._way(job).do(partial(phase.work, job, value))

    def _way(self, job: Job) -> "_Way":
        with self._making:
            if job.path not in self._ways:
                self._shown.add(job.path)
                self._ways[job.path] = _Way(job, self._loaded, self._telling)
            return self._ways[job.path]

    def progress(self, path: str, stage: str, share: float) -> None:
        if (way := self._ways.get(path)) and way.run_id:
            self._progress.tell(way.run_id, stage, share)

    def finished(self, outcome: Outcome) -> None:
        if way := self._ways.pop(outcome.path, None):
            way.end(outcome)
            self._progress.end(way.run_id)
            self._ended.append(way)

    def refuse(self, outcome: Outcome) -> None:
        """Show a recording that failed before it was worked on, if it did: its run has a failed task too."""
        if outcome.path not in self._shown:
            job = Job(path=outcome.path, out="", device=Device("cpu", "not needed"))
            self._way(job).do(partial(_fail, job, outcome))
            self.finished(outcome)

    def __enter__(self) -> Self:
        if self._below:
            self._settings.enter_context(temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}))
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End what is open, which an interrupt left, and wait for Prefect to be told of everything."""
        for way in self._ways.values():
            way.end(None)
        deadline = monotonic() + (_PATIENCE_S if kind is None else 0.5)
        for way in (*self._ended, *self._ways.values()):
            way.thread.join(max(0.0, deadline - monotonic()))
        self._progress.stop()
        self._settings.close()


class _Way:
    """One recording's thread inside its flow.

    Prefect is told of one beginning or end at a time: where its database is SQLite it refuses what comes while something else
    is written, and its client waits more than two seconds before it asks again.
    """

    def __init__(self, job: Job, loaded: LoadedConfig, telling: threading.Lock) -> None:
        self.job, self.run_id, self._loaded, self._telling = job, "", loaded, telling
        self._inbox: SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = SimpleQueue()
        self._outcome: Outcome | None = None
        self._begun, self._lost, self._lock = threading.Event(), False, threading.Lock()
        self.thread = threading.Thread(target=copy_context().run, args=(self._travel,), name=f"recording {job.name}", daemon=True)
        self.thread.start()

    def do(self, step: Callable[[], _Result]) -> _Result:
        """What the step gives, done inside the flow, or here if there is none."""
        self._begun.wait()
        done: Future[_Result] = Future()
        with self._lock:
            inside = not self._lost
            if inside:
                self._inbox.put((step, done))
        return done.result() if inside else step()

    def end(self, outcome: Outcome | None) -> None:
        """Let the flow end: as the recording did, or as interrupted."""
        self._outcome = outcome
        self._inbox.put(None)

    def _travel(self) -> None:
        overrides, config = list(self._loaded.overrides), self._loaded.name
        self._telling.acquire()  # released when it has begun, and held again from its end on
        try:
            if current_server_answers():
                with tags(f"config:{config}"):
                    self._flow()(self.job.name, config, overrides, self.job.force, return_state=True)
        except Exception as error:  # noqa: BLE001 - the recording's work goes on without Prefect
            _log.warning("%s: the Prefect server was not told how it ended (%s)", self.job.name, type(error).__name__)
        finally:
            self._telling.release()
            with self._lock:
                self._lost = True
            self._begun.set()
            self._leave_nobody_waiting()

    def _flow(self) -> Any:
        @flow(name=RECORDING, flow_run_name="{recording}", validate_parameters=False)
        def recording(recording: str, config: str, overrides: list[str], force: bool) -> State[Any]:
            """Make minutes of one recording."""
            self.run_id = str(flow_run.id)
            self._telling.release()
            self._begun.set()
            try:
                while brought := self._inbox.get():
                    _do(*brought)
            finally:
                self._telling.acquire()
            if self._outcome is None:
                return Crashed(message="The run was interrupted. What is done is stored; the next run goes on from there.")
            return end_recording(self._outcome, self._loaded.name)

        return recording

    def _leave_nobody_waiting(self) -> None:
        while not self._inbox.empty():
            if brought := self._inbox.get():
                _do(*brought)


def _fail(job: Job, outcome: Outcome) -> None:
    @task(name="Inspect", task_run_name=f"Inspect · {job.name}")
    def inspect() -> State[None]:
        return Failed(message=outcome.error)

    inspect(return_state=True)


def _do(step: Callable[[], Any], done: "Future[Any]") -> None:
    try:
        done.set_result(step())
    except (Exception, RunStopped) as error:  # noqa: BLE001 - the lane that waits raises it
        done.set_exception(error)
