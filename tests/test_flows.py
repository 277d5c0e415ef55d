"""The flows on a real Prefect server: what runs, what is reused, what people see in the UI."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from configs.load import LoadedConfig, load_config
from flows.finished import Outcome
from flows.observer import NOBODY
from tasks.diarization.campplus import Campplus
from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.errors import BackendError, ResourceError
from tasks.job import Job
from tasks.report.manifest import Manifest
from tasks.schema import Status, Transcript
from tests.builders import quiet_run
from tests.flow_runs import run_one

STAGES = ["Split", "Transcribe", "Diarize", "Assemble", "Summarize", "Extract actions", "Verify", "Report"]


@pytest.fixture(scope="module")
def prefect(prefect_api: str) -> Iterator[str]:
    """Prefect in this process talking to the test server, without the second that heartbeats cost a flow."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_api, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield prefect_api


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One output folder for the module: its tests build on each other's stored results, as nightly runs do."""
    return tmp_path_factory.mktemp("out")


@pytest.fixture(scope="module")
def run(prefect: str, short_meeting: Path, out: Path) -> Callable[..., Outcome]:
    def run_flow(*overrides: str, force: bool = False, to: Path = out) -> Outcome:
        loaded = load_config("embedded", overrides, environ={})
        job = Job(path=str(short_meeting), out=str(to), device=Device("cpu", "test"), force=force)
        return run_one(job, loaded)

    return run_flow


@pytest.fixture(scope="module")
def first(run: Callable[..., Outcome], prefect: str) -> tuple[Outcome, dict[str, str]]:
    """The first run, and the states of its tasks."""
    return run(), settled(prefect, 9)


def ask(url: str, what: str) -> list[dict[str, Any]]:
    response = httpx.post(f"{url}/{what}/filter", json={"sort": "START_TIME_ASC"} if what == "flow_runs" else {}, trust_env=False)
    return response.raise_for_status().json()


def last_states(url: str) -> dict[str, str]:
    """Task name -> state name, of the newest flow run."""
    newest = ask(url, "flow_runs")[-1]["id"]
    body = {"flow_runs": {"id": {"any_": [newest]}}}
    runs = httpx.post(f"{url}/task_runs/filter", json=body, trust_env=False).raise_for_status().json()
    return {run["name"].split(" · ")[0]: (run["state"] or {}).get("name", "") for run in runs}


def settled(url: str, count: int) -> dict[str, str]:
    """The states once the server has recorded them all; it records task runs a moment later."""
    import time

    for _ in range(100):
        states = last_states(url)
        if len(states) == count and all(name in ("Completed", "Cached") for name in states.values()):
            break
        time.sleep(0.1)
    return states


def test_a_recording_becomes_minutes_and_every_stage_is_a_named_task(first: tuple[Outcome, dict[str, str]]) -> None:
    outcome, states = first
    assert outcome.status is Status.COMPLETED
    assert states == {"Inspect": "Completed"} | dict.fromkeys(STAGES, "Completed")
    assert "carpenter" in (Path(outcome.folder or "") / "minutes.md").read_text()


def test_minutes_and_action_items_are_artifacts(first: tuple[Outcome, dict[str, str]], prefect: str) -> None:
    found = {(artifact["type"], artifact["key"]): artifact["data"] for artifact in ask(prefect, "artifacts")}
    key = Path(first[0].folder or "").name
    assert found["markdown", key].startswith("# Short meeting\n")  # the UI would show front matter as headings
    assert "carpenter" in found["table", f"{key}-actions"]


def test_the_manifest_says_what_was_done_with_what(first: tuple[Outcome, dict[str, str]]) -> None:
    manifest = Manifest.model_validate_json((Path(first[0].folder or "") / "run.json").read_bytes())
    assert [stage.stage for stage in manifest.stages][:3] == ["inspect", "audio", "transcription"]
    assert {engine.backend for engine in manifest.engines} == {"faster-whisper", "campplus", "extractive", "rules"}
    assert manifest.config["transcription"]["options"]["model"] == "base"
    assert manifest.real_time_factor
    assert manifest.peak_memory_mb > 100


def test_the_original_is_only_read(short_meeting: Path, run: Callable[..., Outcome], prefect: str) -> None:
    before = (hashlib.sha256(short_meeting.read_bytes()).hexdigest(), short_meeting.stat().st_mtime_ns)
    run()
    assert (hashlib.sha256(short_meeting.read_bytes()).hexdigest(), short_meeting.stat().st_mtime_ns) == before
    assert list(short_meeting.parent.iterdir()) == [short_meeting]


def test_a_second_run_does_no_work_and_says_so(
    first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], prefect: str
) -> None:
    again = run()
    assert again.unchanged
    assert again.status is Status.COMPLETED
    assert list(settled(prefect, 1)) == ["Inspect"]


def test_a_changed_summary_runs_nothing_before_the_summary_again(
    first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], prefect: str
) -> None:
    run("summarization.options.sentences=1")
    done = {name for name, state in settled(prefect, 9).items() if state == "Completed"}
    assert {"Summarize"} <= done <= {"Summarize", "Verify", "Report"}


def test_force_does_everything_again(first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], prefect: str) -> None:
    assert not run(force=True).unchanged
    assert set(settled(prefect, 9).values()) == {"Completed"}


def test_speakers_are_called_as_they_were_named(run):
    folder = Path(run("speakers.A=Ana", "speakers.B=Bo").folder)
    transcript = Transcript.model_validate_json((folder / "transcript.json").read_bytes())
    assert {"Ana", "Bo"} <= set(transcript.speakers.values())
    assert "| Ana |" in (folder / "minutes.md").read_text()
    assert ">Ana<" in (folder / "timeline.svg").read_text()


def test_span_audio_is_gone_after_the_run_and_comes_back_when_needed(
    first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], out: Path
) -> None:
    assert not list(out.glob(".work/spans/**/*.wav"))
    assert run("diarization.options.distance=0.24").status is Status.COMPLETED


def test_when_diarization_fails_the_rest_goes_on_and_the_minutes_say_so(
    first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise BackendError("the voice model broke.")

    with monkeypatch.context() as patch:
        patch.setattr(Campplus, "diarize", fail)
        outcome = run("diarization.options.distance=0.23")
    assert outcome.status is Status.COMPLETED_WITH_WARNINGS
    page = (Path(outcome.folder or "") / "minutes.md").read_text()
    assert "> **Warning:** diarization failed, so nobody is named." in page
    assert "Technical details (diarization): the voice model broke" in page


def test_a_failed_enrichment_is_tried_again_next_time(
    first: tuple[Outcome, dict[str, str]], run: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Campplus, "diarize", lambda *_: 1 / 0)
        run("diarization.options.distance=0.22")
    assert run("diarization.options.distance=0.22").status is Status.COMPLETED


def one_after_the_other() -> LoadedConfig:
    """On any number of cores."""
    return load_config("embedded", ["hardware.overlap=off"], environ={})


def folder_run(*jobs: Job) -> tuple[Any, list[Outcome]]:
    """The state of the flow run of a folder, and one outcome a job."""
    from flows.folder.flow import folder_flow
    from flows.recording_run import RecordingRuns

    loaded = one_after_the_other()
    work = folder_flow(jobs, quiet_run(), NOBODY, loaded, RecordingRuns(loaded, below=True))
    state = work("test", len(jobs), loaded.name, [], return_state=True)
    return state, state.result(raise_on_failure=False)


def many(count: int, out: Path) -> list[Job]:
    """Recordings with paths as long as they are in the field."""
    names = (f"/srv/recordings/2026/department of meetings/2026-03-02 weekly meeting {number:05}.m4a" for number in range(count))
    return [Job(path=name, out=str(out), device=Device("cpu", "test")) for name in names]


def test_thousands_of_recordings_are_one_flow_run(prefect: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As parameters of the flow they were refused by the server: it takes half a megabyte."""
    fail = BackendError("not tried here.")
    monkeypatch.setattr("flows.folder.flow.process", lambda job, *_: Outcome.failure(job.path, fail))
    monkeypatch.setattr(
        "flows.recording_run.RecordingRuns.phases", lambda self, phases: phases
    )  # it is the folder's run that counts
    state, done = folder_run(*many(5_000, out))
    assert (state.message, len(done)) == ("0 done, 5000 failed", 5_000)


@pytest.mark.parametrize("broken", ["flows.artifacts.create_markdown_artifact", "flows.folder.flow.publish_table"])
def test_recordings_that_are_done_are_told_though_the_server_went_away(prefect, out, monkeypatch, caplog, broken):
    from flows.orchestrate import run_on_server

    def lose_the_server(*_, **__):
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(broken, lose_the_server)
    monkeypatch.setattr("flows.folder.flow.process", lambda job, *_: Outcome.failure(job.path, BackendError("not tried here.")))
    outcomes = run_on_server(prefect, many(2, out), one_after_the_other(), "test", ModelPool(), NOBODY)
    assert [outcome.status for outcome in outcomes] == [Status.FAILED] * 2
    assert "ReadTimeout" in caplog.text


def test_run_that_could_not_begin_says_why(prefect, out, monkeypatch):
    from flows.orchestrate import run_on_server

    monkeypatch.setattr("flows.folder.flow.choose_overlap", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_on_server(prefect, many(1, out), one_after_the_other(), "test", ModelPool(), NOBODY)


def test_one_bad_recording_does_not_stop_the_folder(prefect: str, short_meeting: Path, out: Path, tmp_path: Path) -> None:
    bad = tmp_path / "notes.mp3"
    bad.write_text("these are notes, not a recording")
    jobs = [Job(path=str(path), out=str(out), device=Device("cpu", "test")) for path in (bad, short_meeting)]
    state, (failed, done) = folder_run(*jobs)
    assert (state.name, state.message) == ("CompletedWithErrors", "1 done, 1 failed")
    assert "is not a recording that can be decoded" in failed.error
    assert done.status is Status.COMPLETED


def test_a_folder_in_which_everything_failed_is_a_failed_run(prefect: str, out: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    state, _ = folder_run(Job(path=str(empty), out=str(out), device=Device("cpu", "test")))
    assert state.is_failed()
    assert state.message == "0 done, 1 failed"


def test_a_server_that_goes_away_is_named_and_not_called_a_fault_of_ours(prefect: str, tmp_path: Path) -> None:
    from flows.folder.flow import process_all

    def lose_the_server(_: Job) -> Outcome:
        raise httpx.ConnectError("Connection refused")

    job = Job(path=str(tmp_path / "talk.wav"), out=str(tmp_path), device=Device("cpu", "test"))
    [outcome] = process_all([job], lose_the_server, quiet_run(), NOBODY)
    assert "the Prefect server does not answer any more. What is done is stored" in (outcome.error or "")


def test_after_a_server_is_lost_for_good_nothing_more_is_tried(tmp_path):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from flows.folder.flow import process_all

    def lose_the_server(_: Job) -> Outcome:
        raise httpx.ConnectError("Connection refused")

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}):
        first, second = process_all(many(2, tmp_path), lose_the_server, quiet_run(), NOBODY)
    assert "the Prefect server does not answer any more" in (first.error or "")
    assert "was not tried: the Prefect server does not answer any more" in (second.error or "")
    assert [first.tried, second.tried] == [False, False]


def test_a_broken_device_ends_the_work_and_the_rest_is_said_not_to_be_tried(prefect: str, tmp_path: Path) -> None:
    from flows.folder.flow import process_all

    def break_the_gpu(job: Job) -> Outcome:
        raise ResourceError("cuda broke down.", fix="Run it again.", fatal=True)

    jobs = [Job(path=str(tmp_path / name), out=str(tmp_path), device=Device("cuda", "test")) for name in ("a.wav", "b.wav")]
    first, second = process_all(jobs, break_the_gpu, quiet_run(), NOBODY)
    assert (first.error or "").endswith("a.wav: cuda broke down. Run it again.")
    assert (second.error or "").endswith("b.wav: was not tried: cuda broke down. Run it again.")


def test_a_name_whose_bytes_are_no_text_passes_through_the_flow(prefect: str, out: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9\n.srt")
    path.write_text("1\n00:00:01,000 --> 00:00:03,000\nTom: I will call the carpenter by Friday.\n")
    job = Job(path=str(path), out=str(out), device=Device("cpu", "test"))
    assert Job.model_validate_json(job.model_dump_json()) == job
    _, [outcome] = folder_run(job)
    assert (outcome.path, outcome.name) == (str(path), "caf\\xe9\\n.srt")
    assert (Path(outcome.folder or "") / "minutes.md").is_file()
