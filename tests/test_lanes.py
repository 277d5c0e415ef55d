"""Several recordings at once: what overlaps, what does not, what a failure costs the others, what the ledger says meanwhile."""

import io
import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from configs.load import load_config
from flows import overlap, recording
from flows.cli.progress import Bars
from flows.finished import Outcome
from flows.folder.flow import process_overlapping
from flows.folder.status import status_rows
from flows.lanes import IN_FLIGHT, Conductor, Phase, threads_left
from flows.observer import NOBODY, RunObserver
from flows.overlap import choose_overlap
from tasks.actions.rules import RuleExtractor
from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.levels import read_wav, write_wav
from tasks.diarization.campplus import Campplus
from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.errors import BackendError, ResourceError
from tasks.job import Job, Run, RunStopped
from tasks.schema import Status
from tasks.summarization.extractive import Extractive
from tests import killable
from tests.builders import quiet_run
from tests.folder_faults import captions, make_old
from tests.plain_batch import CPU, plain_batch, statuses

PATIENCE_S = 60
NAMES = ("prepare", "hear", "write")


def make_jobs(count: int) -> list[Job]:
    return [Job(path=f"/in/{letter}.wav", out="/out", device=CPU) for letter in "abcdefgh"[:count]]


def letter(job: Job) -> str:
    return Path(job.path).stem


def done(job: Job) -> Outcome:
    return Outcome(path=job.path, name=job.name, status=Status.COMPLETED)


class Script:
    """Three phases that write down what they do; a test says what happens at `a hear` and so on."""

    def __init__(self, **happens: Callable[[], Any]) -> None:
        self.happens = happens
        self.log: list[str] = []
        self.phases = [Phase(name, lambda job, value, name=name: self.step(name, job, value)) for name in NAMES]

    def step(self, name: str, job: Job, value: Any) -> Any:
        assert value == (None if name == "prepare" else [job.path, NAMES[NAMES.index(name) - 1]])
        self.log.append(f"{letter(job)} {name}")
        given = self.happens.get(f"{letter(job)}_{name}", lambda: None)()
        return given or (done(job) if name == "write" else [job.path, name])


class Diary(RunObserver):
    """Writes down what it is told, and by whom."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.threads: set[int] = set()

    def note(self, what: str, path: str) -> None:
        self.told.append(f"{Path(path).stem} {what}")
        self.threads.add(threading.get_ident())

    def started(self, path: str) -> None:
        self.note("begins", path)

    def paused(self, path: str) -> None:
        self.note("waits", path)

    def finished(self, outcome: Outcome) -> None:
        self.note(str(outcome.status), outcome.path)


def lanes(
    jobs: list[Job], phases: list[Phase], observer: RunObserver = NOBODY, run: Run | None = None, in_flight: int = IN_FLIGHT
) -> list[Any]:
    """What comes of jobs in these phases."""
    return Conductor(run or quiet_run(), observer, in_flight).send([(job, None) for job in jobs], phases)


def failing(error: Exception) -> Callable[[], Any]:
    def fail() -> None:
        raise error

    return fail


# What overlaps


def test_one_is_heard_while_the_next_is_prepared_and_the_one_before_is_written():
    meeting = threading.Barrier(3, timeout=PATIENCE_S)
    script = Script(a_write=meeting.wait, b_hear=meeting.wait, c_prepare=meeting.wait)
    script.happens = {name: lambda: meeting.wait() and None for name in script.happens}
    assert [outcome.error for outcome in lanes(make_jobs(3), script.phases)] == [None] * 3


def test_each_phase_has_one_recording_at_a_time_unless_it_may_have_more():
    inside, most = dict.fromkeys(NAMES, 0), dict.fromkeys(NAMES, 0)
    both = threading.Barrier(2, timeout=PATIENCE_S)

    def work(name: str, job: Job) -> Any:
        inside[name] += 1
        most[name] = max(most[name], inside[name])
        if name == "hear":
            both.wait()
        inside[name] -= 1
        return done(job)

    lanes(make_jobs(4), [Phase("hear", lambda job, _: work("hear", job), at_once=2)], in_flight=4)
    assert most["hear"] == 2
    lanes(make_jobs(4), [Phase("write", lambda job, _: work("write", job))])
    assert most["write"] == 1


@pytest.mark.parametrize("limit", [1, 3])
def test_no_more_are_on_their_way_than_may_be(limit):
    begun, ended, most = [], [], []
    third = threading.Event()

    def prepare(job: Job, _: Any) -> Any:
        begun.append(job.name)
        most.append(len(begun) - len(ended))
        if len(begun) == limit:
            third.set()

    def write(job: Job, _: Any) -> Any:
        assert third.wait(PATIENCE_S)
        ended.append(job.name)
        return done(job)

    lanes(make_jobs(8), [Phase("prepare", prepare), Phase("hear", lambda *_: None), Phase("write", write)], in_flight=limit)
    assert max(most) == limit


def test_outcomes_are_in_the_order_of_the_jobs_though_a_later_one_ends_first():
    late = threading.Event()
    jobs = make_jobs(2)

    def end_early() -> Outcome:
        late.set()
        return done(jobs[1])

    diary = Diary()
    script = Script(a_hear=lambda: late.wait(PATIENCE_S) and None, b_prepare=end_early)
    outcomes = lanes(jobs, script.phases, diary)
    assert [outcome.path for outcome in outcomes] == [job.path for job in jobs]
    assert [line for line in diary.told if "completed" in line] == ["b completed", "a completed"]
    assert "b hear" not in script.log


# What a failure costs


@pytest.mark.parametrize("phase", NAMES)
def test_failure_in_any_phase_is_that_recordings_only(phase):
    script = Script(**{f"b_{phase}": failing(BackendError("it broke."))})
    outcomes = lanes(make_jobs(3), script.phases)
    assert [outcome.status for outcome in outcomes] == [Status.COMPLETED, Status.FAILED, Status.COMPLETED]
    assert (outcomes[1].error or "").endswith("b.wav: it broke.")
    assert [f"b {name}" in script.log for name in NAMES] == [NAMES.index(name) <= NAMES.index(phase) for name in NAMES]


def test_fault_of_ours_and_a_lost_server_are_told_apart():
    script = Script(a_hear=failing(ZeroDivisionError("one")), b_hear=failing(httpx.ConnectError("gone")))
    first, second = lanes(make_jobs(2), script.phases)
    assert (first.error or "").startswith("/in/a.wav: unexpected ZeroDivisionError. This is a fault in audio-minutes")
    assert (second.error or "").startswith("/in/b.wav: the Prefect server does not answer any more. What is done is stored")
    assert [first.tried, second.tried] == [True, False]


@pytest.mark.parametrize("in_stages", [False, True])
def test_broken_device_ends_the_work_and_the_rest_is_said_not_to_be_tried(in_stages):
    prepared = threading.Event()

    def break_down() -> None:
        assert prepared.wait(PATIENCE_S)
        raise ResourceError("cuda broke down.", fix="Run it again.", fatal=True)

    script = Script(b_hear=break_down, c_prepare=lambda: prepared.set() or None)
    diary = Diary()
    run = quiet_run()
    first, second, *rest = process_overlapping(make_jobs(5), script.phases, run, diary, in_stages=in_stages)
    assert (second.error or "").endswith("b.wav: cuda broke down. Run it again.")
    assert [outcome.error for outcome in rest] == [
        f"/in/{name}.wav: was not tried: cuda broke down. Run it again." for name in "cde"
    ]
    assert [outcome.tried for outcome in (second, *rest)] == [True, False, False, False]
    assert first.status is (Status.FAILED if in_stages else Status.COMPLETED)
    assert {line for line in script.log if line[0] in "cde"} <= {"c prepare", "d prepare", "e prepare"}
    assert sorted(line for line in diary.told if line.endswith(("failed", "completed"))) == sorted(
        f"{letter} {'failed' if letter != 'a' or in_stages else 'completed'}" for letter in "abcde"
    )


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever starts the tests in the background of a shell starts them deaf to SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupt_ends_the_threads_at_their_next_checkpoint_and_the_run():
    run, ends = quiet_run(), []

    def ask_to_stop() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        deadline = time.monotonic() + PATIENCE_S
        try:
            while time.monotonic() < deadline:
                run.checkpoint(make_jobs(1)[0], "hear", 0.5)
                time.sleep(0.01)
        except RunStopped:
            ends.append("b")
            raise

    script = Script(b_hear=ask_to_stop)
    with pytest.raises(KeyboardInterrupt):
        lanes(make_jobs(4), script.phases, run=run)
    assert ends == ["b"]
    assert not threads_left()


@pytest.mark.usefixtures("interruptible")
def test_thread_inside_a_library_is_waited_for_no_longer_than_a_moment(monkeypatch):
    monkeypatch.setattr("flows.lanes._PATIENCE_S", 0.1)
    free = threading.Event()

    def ask_to_stop() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        free.wait(PATIENCE_S)

    with pytest.raises(KeyboardInterrupt):
        lanes(make_jobs(2), Script(a_hear=ask_to_stop).phases)
    assert threads_left()
    free.set()
    deadline = time.monotonic() + PATIENCE_S
    while threads_left() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not threads_left()


def test_what_a_process_died_at_is_worked_on_alone_and_last():
    script, diary = Script(), Diary()
    jobs = [job.model_copy(update={"died_before": letter(job) in "ac"}) for job in make_jobs(4)]
    outcomes = process_overlapping(jobs, script.phases, quiet_run(), diary)
    assert [letter for letter in "abcd"] == [Path(outcome.path).stem for outcome in outcomes]
    assert script.log[-6:] == [f"{letter} {name}" for letter in "ac" for name in NAMES]
    assert diary.told[-4:] == ["a begins", "a completed", "c begins", "c completed"]


# What is told


def test_observer_is_told_by_one_thread_and_knows_who_waits():
    heard, diary = threading.Event(), Diary()
    script = Script(a_hear=lambda: heard.wait(PATIENCE_S) and None, c_prepare=lambda: heard.set() or None)
    lanes(make_jobs(3), script.phases, diary)
    assert diary.threads == {threading.get_ident()}
    told = [line for line in diary.told if line[0] == "b"]
    assert told[:3] == ["b begins", "b waits", "b begins"]  # the script may have it wait once more
    assert told[-2:] == ["b begins", "b completed"]
    assert [line for line in diary.told if line[0] == "a"] == ["a begins", "a completed"]


def test_progress_of_each_recording_reaches_its_own_bar():
    terminal = Console(file=io.StringIO(), force_terminal=True, width=100)
    bars = Bars(terminal)
    for path in ("/in/a [b] {c}.wav", "/in/d.wav"):
        bars.started(path)
    bars.progress("/in/a [b] {c}.wav", "transcription", 1.0)
    bars.progress("/in/d.wav", "audio", 0.0)
    tasks = [(task.fields["name"], task.description, task.completed) for task in bars.shown.tasks]
    assert tasks == [(r"a \[b] {c}.wav", "transcription", 81), ("d.wav", "audio", 1)]
    bars.shown.refresh()
    assert "a [b] {c}.wav" in terminal.file.getvalue()  # type: ignore[attr-defined]
    bars.paused("/in/d.wav")
    assert [task.visible for task in bars.shown.tasks] == [True, False]
    for path in ("/in/a [b] {c}.wav", "/in/d.wav"):
        bars.finished(Outcome(path=path, name=Path(path).name, status=Status.COMPLETED))
    assert bars.shown.tasks == []
    assert not bars.shown.live.is_started


def test_progress_reported_in_a_lane_is_that_of_its_recording():
    told: list[tuple[str, str]] = []
    run = Run(ModelPool(), progress=lambda path, stage, share: told.append((path, stage)))

    def work(job: Job, _: Any) -> Outcome:
        run.checkpoint(job, f"stage of {job.name}", 0.5)
        return done(job)

    lanes(make_jobs(3), [Phase("prepare", lambda *_: None), Phase("write", work)], run=run)
    assert sorted(told) == [(f"/in/{name}.wav", f"stage of {name}.wav") for name in "abc"]


# The choice


@pytest.mark.parametrize(
    ("device", "cores", "overrides", "chosen", "why"),
    [
        ("cuda", 2, [], "lanes", "models run on cuda"),
        ("cpu", 4, [], "lanes", "4 CPU cores"),
        ("cpu", 2, [], "off", "2 CPU cores are busy with one recording"),
        ("cpu", 2, ["summarization.backend=openai", "summarization.options.model=m"], "lanes", "a server does the summarization"),
        ("cpu", 2, ["hardware.overlap=stages"], "stages", "asked for"),
        ("cuda", 8, ["hardware.overlap=off"], "off", "asked for"),
    ],
)
def test_overlap_follows_from_the_configuration_and_the_machine(monkeypatch, device, cores, overrides, chosen, why):
    monkeypatch.setattr(overlap, "own_cores", lambda: cores)
    config = load_config("embedded", overrides, environ={}).config
    jobs = [job.model_copy(update={"device": Device(device, "test")}) for job in make_jobs(2)]
    found, reason = choose_overlap(config, jobs)
    assert (found, why in reason) == (chosen, True)
    assert choose_overlap(config, jobs[:1])[0] == "off"


# With the real stages


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three recordings of captions."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"2026-03-0{number + 3}-talk.srt").write_text(captions(number))
    make_old(folder)
    return folder


def with_sound(folder: Path, short_meeting: Path) -> None:
    """Add a recording that must be decoded."""
    write_wav(folder / "2026-03-04-few-words.wav", read_wav(short_meeting)[0][: 3 * SAMPLE_RATE])
    make_old(folder)


def seen(out: Path) -> dict[str, Any]:
    """Everything that people see, without how it was made."""
    found = killable.content(out)
    for name in (name for name in found if name.endswith("run.json")):
        found[name]["config"]["hardware"].pop("overlap")
    return found


def test_recording_that_is_taken_away_stops_no_model_from_being_opened(tmp_path):
    gone = Job(path=str(tmp_path / "gone.wav"), out=str(tmp_path), device=Device("cpu", "test"))
    config = load_config("embedded", ["diarization.backend=none"], environ={}).config
    with ModelPool() as pool:
        overlap.open_models(pool, config, [gone], ("diarization", "summarization"))
        assert pool.open_backends == ["diarization/none", "summarization/extractive"]


def test_minutes_are_the_same_however_recordings_overlap(folder, short_meeting, monkeypatch):
    from tasks.audio.stage import split
    from tasks.diarization.stage import assemble, diarize
    from tasks.transcription.stage import transcribe

    with_sound(folder, short_meeting)
    for name, stage in {"split": split, "transcribe": transcribe, "diarize": diarize, "assemble": assemble}.items():
        monkeypatch.setattr(f"flows.recording.{name}", stage)
    open_then: dict[str, set[str]] = {"hear": set(), "write": set()}
    pool = ModelPool()
    diarize_spans, summarize_text = Campplus.diarize, Extractive.summarize

    def look_and_diarize(*args: Any) -> Any:
        open_then["hear"] |= {name.partition("/")[0] for name in pool.open_backends}
        return diarize_spans(*args)

    def look_and_summarize(*args: Any) -> Any:
        open_then["write"] |= {name.partition("/")[0] for name in pool.open_backends}
        return summarize_text(*args)

    monkeypatch.setattr(Campplus, "diarize", look_and_diarize)
    monkeypatch.setattr(Extractive, "summarize", look_and_summarize)
    made = {}
    for mode in ("off", "lanes", "stages"):
        for told in open_then.values():
            told.clear()
        out = folder.parent / mode
        outcomes = plain_batch(folder, out, f"hardware.overlap={mode}", pool=pool)
        assert set(statuses(outcomes).values()) <= {"completed", "completed_with_warnings"}
        assert not list(out.glob(".work/spans/**/*.wav"))
        made[mode] = seen(out)
    assert made["lanes"] == made["off"]
    assert made["stages"] == made["off"]
    assert open_then == {"hear": {"transcription", "diarization"}, "write": {"summarization", "actions"}}


def test_what_waits_to_be_written_would_not_pay_for_a_kill(folder, monkeypatch):
    out, looks = folder.parent / "out", []
    extract = RuleExtractor.extract

    def look(*args: Any) -> Any:
        looks.append([row["state"].removesuffix("_with_warnings") for row in status_rows(sorted(folder.iterdir()), out)])
        return extract(*args)

    monkeypatch.setattr(RuleExtractor, "extract", look)
    plain_batch(folder, out, "hardware.overlap=stages")
    assert looks == [
        ["in_progress", "new", "new"],
        ["completed", "in_progress", "new"],
        ["completed", "completed", "in_progress"],
    ]
    assert attempts_of(out) == [1, 1, 1]


def attempts_of(out: Path) -> list[int]:
    return [entry["attempts"] for entry in json.loads((out / "ledger.json").read_text())["recordings"]]


def test_failures_are_counted_once_a_run(folder):
    out = folder.parent / "out"
    for attempts in (1, 2):
        plain_batch(folder, out, "hardware.overlap=stages", failing=BackendError("busy."))
        assert attempts_of(out) == [attempts] * 3


def test_what_was_worked_on_when_a_process_died_is_known_to_the_next_run(folder, monkeypatch):
    out = folder.parent / "out"
    begun: list[str] = []
    plain_batch(folder, out)
    ledger = json.loads((out / "ledger.json").read_text())
    ledger["recordings"][0] |= {
        "status": "failed",
        "error_class": "Interrupted",
        "error": "died",
        "run_key": None,
        "folder": None,
    }
    (out / "ledger.json").write_text(json.dumps(ledger))
    find = recording.find_finished
    monkeypatch.setattr("flows.recording.find_finished", lambda job, *rest: begun.append(job.name[:10]) or find(job, *rest))
    outcomes = plain_batch(folder, out, "hardware.overlap=lanes", "summarization.options.sentences=2")
    assert [outcome.name[:10] for outcome in outcomes] == ["2026-03-03", "2026-03-04", "2026-03-05"]
    assert begun == ["2026-03-04", "2026-03-05", "2026-03-03"]


# On a Prefect server


@pytest.mark.slow
def test_tasks_of_all_lanes_belong_to_the_run_of_the_folder(prefect_api, folder, monkeypatch):
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows.folder.flow import folder_flow
    from flows.recording_run import RecordingRuns

    (folder / "2026-03-09-bad.mp3").write_text("no music")
    jobs = [Job(path=str(path), out=str(folder.parent / "out"), device=CPU) for path in sorted(folder.iterdir())]
    loaded = load_config("embedded", ["hardware.overlap=lanes"], environ={})
    runs = RecordingRuns(loaded, below=True)
    with temporary_settings({PREFECT_API_URL: prefect_api, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        work = folder_flow(jobs, quiet_run(), NOBODY, loaded, runs)
        state = work("lanes", len(jobs), loaded.name, [], return_state=True)
    assert (state.name, state.message) == ("CompletedWithErrors", "3 done, 1 failed")
    run, *_ = ask(prefect_api, "flow_runs", {"sort": "START_TIME_DESC", "flow_runs": {"name": {"like_": "lanes "}}})
    below = ask(prefect_api, "flow_runs", {"flow_runs": {"parent_flow_run_id": {"any_": [run["id"]]}}})
    states = {job.name: "Failed" if job.name.endswith(".mp3") else "Completed" for job in jobs}
    assert {each["name"]: each["state"]["name"] for each in below} == states
    assert all(set(each["tags"]) > {"config:embedded"} for each in below)
    expected = sorted([*["Completed"] * 3 * 6, "Failed"])
    deadline = time.monotonic() + PATIENCE_S
    ended: list[str] = []
    while ended != expected and time.monotonic() < deadline:  # the server records task runs a moment later
        tasks = ask(prefect_api, "task_runs", {"flow_runs": {"id": {"any_": [each["id"] for each in below]}}})
        ended = sorted((task["state"] or {}).get("name", "") for task in tasks)
    assert ended == expected
    ids = [run["id"], *(each["id"] for each in below)]
    found = ask(prefect_api, "artifacts", {"artifacts": {"flow_run_id": {"any_": ids}}})
    kinds = Counter(artifact["type"] for artifact in found)
    assert (kinds["markdown"], kinds["table"]) == (4 + 3, 3)  # Prefect keeps a link as markdown
    [table] = [artifact["data"] for artifact in found if artifact["key"] == "batch"]
    assert all(f"/runs/flow-run/{each['id']}" in table for each in below)


def ask(url: str, what: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = httpx.post(f"{url}/{what}/filter", json=body, trust_env=False).raise_for_status().json()
    return answer
