"""What the Prefect UI shows of recordings: a run for each, what failed and why, how far it is, who can be told."""

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from configs.load import LoadedConfig, load_config
from flows.finished import Outcome
from tasks.engine.base import Device
from tasks.errors import AudioError, BackendError
from tasks.job import Job, RunStopped
from tasks.schema import Status
from tests.flow_runs import run_one
from tests.folder_faults import captions

PATIENCE_S = 60.0
SECRET = "carpenter"
"""A word of the meeting."""


@pytest.fixture
def prefect(prefect_api: str) -> Iterator[str]:
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_api, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield prefect_api


@pytest.fixture
def loaded() -> LoadedConfig:
    return load_config("embedded", ["report.formats=[md]"], environ={})


@pytest.fixture
def job(tmp_path) -> Job:
    path = tmp_path / f"{uuid4().hex}.srt"
    path.write_text(captions(1))
    return Job(path=str(path), out=str(tmp_path / "out"), device=Device("cpu", "test"))


def ask(url: str, what: str, body: dict[str, Any]) -> Any:
    return httpx.post(f"{url}/{what}/filter", json=body, trust_env=False).raise_for_status().json()


def run_of(url: str, name: str) -> dict[str, Any]:
    [run] = ask(url, "flow_runs", {"flow_runs": {"name": {"any_": [name]}}})
    return run


def until(look: Callable[[], Any]) -> Any:
    """What it gives once it gives something: the server writes things down a moment later."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def events_of(url: str, name: str, prefix: str) -> list[dict[str, Any]]:
    body = {"filter": {"event": {"prefix": [prefix]}, "occurred": {"since": "2020-01-01T00:00:00Z"}}}
    return [each for each in ask(url, "events", body)["events"] if each["resource"].get("prefect.resource.name") == name]


def test_recording_has_a_run_with_its_name_small_parameters_tags_and_an_event(prefect, job, loaded):
    run_one(job, loaded)
    run = run_of(prefect, job.name)
    assert run["state"]["type"] == "COMPLETED"
    assert run["parameters"] == {
        "recording": job.name,
        "config": "embedded",
        "overrides": ["report.formats=['md']"],
        "force": False,
    }
    assert {"config:embedded", "language:en"} < set(run["tags"])
    assert any(tag.startswith("status:completed") for tag in run["tags"])
    artifacts = ask(prefect, "artifacts", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    [link] = [each["data"] for each in artifacts if each["data"] and "minutes.md" in each["data"] and "file://" in each["data"]]
    assert str(Path(job.out).resolve()) in link
    [event] = until(lambda: events_of(prefect, job.name, "minutes.recording.completed"))
    assert event["resource"]["minutes.status"].startswith("completed")
    assert set(event["payload"]) == {"recording", "status", "folder", "error"}


def test_failure_is_named_in_the_state_the_log_and_an_event_and_nowhere_what_was_said(prefect, job, loaded, monkeypatch, caplog):
    def break_down(*_: object) -> None:
        raise BackendError("the model broke.", where=job.name, fix="Run it again.")

    monkeypatch.setattr("flows.recording.write_report", break_down)
    with caplog.at_level(logging.INFO):
        outcome = run_one(job, loaded)
    assert outcome.status is Status.FAILED
    run = run_of(prefect, job.name)
    assert (run["state"]["type"], run["state"]["message"]) == ("FAILED", f"{job.name}: the model broke. Run it again.")
    [error] = [each for each in caplog.records if each.name == "minutes.recording" and each.levelno == logging.ERROR]
    assert error.getMessage() == run["state"]["message"]
    assert SECRET not in caplog.text
    [event] = until(lambda: events_of(prefect, job.name, "minutes.recording.failed"))
    assert event["payload"]["error"] == run["state"]["message"]


def test_stage_that_the_minutes_can_do_without_fails_as_a_task_and_the_recording_ends_with_warnings(
    prefect, job, loaded, monkeypatch
):
    from tasks.summarization.extractive import Extractive

    def break_down(*_: object, **__: object) -> None:
        raise BackendError("no sentence is central.")

    monkeypatch.setattr(Extractive, "summarize", break_down)
    outcome = run_one(job.model_copy(update={"force": True}), loaded)
    assert outcome.status is Status.COMPLETED_WITH_WARNINGS
    run = run_of(prefect, job.name)
    assert run["state"]["name"] == "CompletedWithWarnings"
    body = {"flow_runs": {"id": {"any_": [run["id"]]}}, "task_runs": {"state": {"type": {"any_": ["FAILED"]}}}}
    [task] = until(lambda: ask(prefect, "task_runs", body))
    assert task["name"] == f"Summarize · {job.name}"
    assert "no sentence is central" in task["state"]["message"]


def test_recording_that_was_refused_before_any_work_has_a_failed_run_with_a_failed_task(prefect, job, loaded):
    from flows.recording_run import RecordingRuns

    error = AudioError("is not a recording that can be decoded.", where=job.name, fix="Export it again.")
    with RecordingRuns(loaded, below=True) as runs:
        runs.refuse(Outcome.failure(job.path, error))
        runs.refuse(Outcome.failure(job.path, error))
    run = run_of(prefect, job.name)
    assert run["state"]["message"] == f"{job.name}: is not a recording that can be decoded. Export it again."
    [task] = until(lambda: ask(prefect, "task_runs", {"flow_runs": {"id": {"any_": [run["id"]]}}}))
    assert (task["name"], task["state"]["type"]) == (f"Inspect · {job.name}", "FAILED")


def test_progress_is_an_artifact_while_a_recording_is_worked_on(prefect, job, loaded, monkeypatch):
    from flows.lanes import Phase
    from flows.recording_run import RecordingRuns

    monkeypatch.setattr("flows.progress_artifacts._EVERY_S", 0.05)
    runs = RecordingRuns(loaded, below=True)

    def shown() -> list[dict[str, Any]]:
        body = {"artifacts": {"flow_run_id": {"any_": [run_of(prefect, job.name)["id"]]}, "type": {"any_": ["progress"]}}}
        return ask(prefect, "artifacts", body)

    def work(*_: object) -> list[dict[str, Any]]:
        runs.progress(job.path, "transcription", 0.5)
        return until(shown)

    with runs:
        [phase] = runs.phases([Phase("hear", work)])
        [bar] = phase.work(job, None)
        runs.finished(Outcome(path=job.path, name=job.name, status=Status.COMPLETED))
    assert 0 < float(bar["data"]) < 100
    assert bar["description"].startswith("transcription: ")


def test_what_takes_no_time_has_no_progress_artifact_and_a_bar_is_moved_to_where_its_recording_came(
    prefect, job, loaded, monkeypatch
):
    from flows.lanes import Phase
    from flows.recording_run import RecordingRuns

    monkeypatch.setattr("flows.progress_artifacts._EVERY_S", 1.0)
    runs, slow = RecordingRuns(loaded, below=True), job.model_copy(update={"path": job.path.replace(".srt", "-slow.srt")})

    def bars(name: str) -> list[str]:
        body = {"artifacts": {"flow_run_id": {"any_": [run_of(prefect, name)["id"]]}, "type": {"any_": ["progress"]}}}
        return [str(each["data"]) for each in ask(prefect, "artifacts", body)]

    def wait_for_bar(worked_on: Job, _: object) -> bool:
        runs.progress(worked_on.path, "transcription", 0.5)
        return bool(until(lambda: bars(worked_on.name)))

    with runs:
        [quick] = runs.phases([Phase("hear", lambda worked_on, _: runs.progress(worked_on.path, "report", 1.0))])
        quick.work(job, None)
        runs.finished(Outcome(path=job.path, name=job.name, status=Status.COMPLETED))
        [phase] = runs.phases([Phase("hear", wait_for_bar)])
        assert phase.work(slow, None)
        runs.progress(slow.path, "report", 1.0)
        runs.finished(Outcome(path=slow.path, name=slow.name, status=Status.COMPLETED))
        assert until(lambda: [float(bar) for bar in bars(slow.name)] == [100.0])
    assert bars(job.name) == []


def test_interrupted_recording_has_crashed_and_says_that_the_next_run_goes_on(prefect, job, loaded):
    from flows.lanes import Phase
    from flows.recording_run import RecordingRuns

    def stop(*_: object) -> None:
        raise RunStopped

    runs = RecordingRuns(loaded, below=True)
    [phase] = runs.phases([Phase("hear", stop)])
    with pytest.raises(RunStopped), runs:
        phase.work(job, None)
    state = until(lambda: run_of(prefect, job.name)["state"]["type"] == "CRASHED" and run_of(prefect, job.name)["state"])
    assert "the next run goes on from there" in state["message"]


def test_no_recording_begins_while_prefect_is_told_how_another_ended(prefect, tmp_path, loaded, monkeypatch):
    """Two requests at once, and SQLite refuses one: the client then asks again two seconds later."""
    from flows import recording_run
    from flows.lanes import Phase

    seen, jobs = list[str](), [Job(path=f"{tmp_path}/{n}.srt", out="", device=Device("cpu", "test")) for n in (1, 2, 3)]
    told, answers = recording_run.end_recording, recording_run.current_server_answers

    def tell_slowly(outcome: Outcome, config: str) -> Any:
        seen.append("ends")
        time.sleep(0.5)
        state = told(outcome, config)
        seen.append("has ended")
        return state

    def begin() -> bool:
        seen.append("begins")
        return answers()

    monkeypatch.setattr(recording_run, "end_recording", tell_slowly)
    monkeypatch.setattr(recording_run, "current_server_answers", begin)
    with recording_run.RecordingRuns(loaded, below=True) as runs:
        [phase] = runs.phases([Phase("hear", lambda job, value: value)])
        for job in jobs:
            phase.work(job, None)
            runs.finished(Outcome(path=job.path, name=job.name, status=Status.COMPLETED))
    assert sorted(seen) == sorted(["begins", "ends", "has ended"] * 3)
    assert all(seen[place + 1] == "has ended" for place, what in enumerate(seen) if what == "ends")


def test_without_a_server_the_work_is_done_all_the_same(job, loaded):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.lanes import Phase
    from flows.recording_run import RecordingRuns

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}), RecordingRuns(loaded, below=True) as runs:
        [phase] = runs.phases([Phase("hear", lambda job, value: (job.name, value))])
        assert phase.work(job, 7) == (job.name, 7)
        runs.finished(Outcome(path=job.path, name=job.name, status=Status.COMPLETED))
    assert not any(runs.ids.values())


def test_runs_of_recordings_end_with_the_process_that_worked_on_them(prefect, job, loaded):
    from prefect import flow
    from prefect.runtime import flow_run

    from flows.crash import end_children
    from flows.lanes import Phase
    from flows.recording_run import RecordingRuns

    @flow
    def folder() -> None:
        runs = RecordingRuns(loaded, below=True)
        [phase] = runs.phases([Phase("hear", lambda job, value: value)])
        phase.work(job, None)
        end_children(flow_run.id)

    folder()
    assert run_of(prefect, job.name)["state"]["type"] == "CRASHED"
