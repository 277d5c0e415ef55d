"""`minutes serve`: what it may read, when it runs, whom it tells, and the whole of it on a real Prefect server."""

import asyncio
import datetime as dt
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from configs.load import packaged_names
from configs.settings import Notify, Schedule
from flows.finished import Outcome
from flows.folder.failed_notes import remove_note
from flows.gpu import create_limit, gpu_slot
from flows.notify import tell, tell_outcomes
from flows.overlap import WRITING
from flows.serve import ScheduleOverride
from flows.site import Site, require_name
from tasks.audio.parts import sha256_of_meeting
from tasks.engine.base import Device
from tasks.errors import ConfigError
from tasks.files import sha256_of_file
from tests.builders import SAMPLE_SPEECH, tone, write_audio
from tests.folder_faults import captions
from tests.real_server import real_server

LIMIT_S = 180.0
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@pytest.fixture
def site(tmp_path) -> Site:
    """A folder with one recording, another folder that may be read, and a file beside them."""
    for name in ("in", "more"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "2026-03-02-talk.srt").write_text(captions(1))
    (tmp_path / "secret.srt").write_text(captions(2))
    return Site(tmp_path / "in", tmp_path / "out", (tmp_path / "more",), config="embedded")


# What may be read


@pytest.mark.parametrize(
    "override",
    [
        "transcription.options.model=/etc/shadow",
        "transcription.options.model=../secret.srt",
        "transcription.options.model=~root/x",
        "actions.options.model=/proc/self/environ",
        "speakers={A: /etc/shadow}",
    ],
)
def test_paths_of_overrides_are_confined_like_recordings(site, override):
    with pytest.raises(ConfigError, match=r"overrides: .* lies outside of the folders that may be read|unknown key"):
        site.load("default", [override])


def test_a_link_in_the_folder_leads_no_override_out(site):
    (site.folder / "model").symlink_to("/etc")
    with pytest.raises(ConfigError, match="lies outside of the folders that may be read"):
        site.load("default", [f"transcription.options.model={site.folder}/model/passwd"])


def test_what_the_operator_configured_may_lie_anywhere(site, monkeypatch):
    monkeypatch.setattr("flows.site.check_machine", lambda config, stages: [])
    own = replace(site, settings=("transcription.options.model=/opt/models/base",))
    assert own.load("default", ["report.formats=[md]"]).config.transcription.options["model"] == "/opt/models/base"
    assert own.load("default", [f"transcription.options.model={site.folder}/base"]).name == "embedded"


def test_recordings_of_the_folder_are_found_by_name_and_by_path(site):
    inside = site.folder / "2026-03-02-talk.srt"
    assert site.find("2026-03-02-talk.srt") == site.find(str(inside)) == inside.resolve()


def test_another_folder_may_be_read_if_it_is_named(site):
    assert site.find(str(site.allowed[0] / "2026-03-02-talk.srt")).is_file()


@pytest.mark.parametrize(
    "path", ["../secret.srt", "/etc/passwd", "a/../../secret.srt", "link.srt", "../in2/talk.srt", "/no/such"]
)
def test_everything_else_is_refused_whether_it_is_there_or_not(site, path):
    (site.folder / "link.srt").symlink_to("../secret.srt")
    with pytest.raises(ConfigError, match=r"lies outside of the folders that may be read. Put the recording into"):
        site.find(path)


@pytest.mark.parametrize("path", ["gone.srt", ".", "x" * 5000])
def test_what_is_no_file_is_said(site, path):
    with pytest.raises(ConfigError, match=r"no such file. It must lie in"):
        site.find(path)


def test_a_path_with_a_zero_byte_is_refused(site):
    with pytest.raises(ConfigError, match="is no path"):
        site.find("talk\0.srt")


def test_a_site_travels_in_the_environment(site):
    assert Site.of(site.environment()) == Site(site.folder, site.out, site.allowed, str(Path("embedded").resolve()))


def test_a_run_that_was_not_started_by_serve_says_what_is_missing():
    with pytest.raises(ConfigError, match="MINUTES_FOLDER: is not set"):
        Site.of({})


# Which configuration


def test_the_form_offers_every_packaged_configuration():
    from flows.deployed import ConfigName, recording_on_demand

    assert [name.value for name in ConfigName] == ["default", *packaged_names()]
    schema = recording_on_demand.parameters.model_dump()
    assert schema["definitions"]["ConfigName"]["enum"] == ["default", *packaged_names()]
    assert "its whole path on the server" in schema["properties"]["recording"]["description"]
    told = schema["properties"]["config"]["description"]
    assert [line.split("**")[1] for line in told.split("\n\n")] == ["default", *packaged_names()]
    assert "- **cpu**: a laptop or server without a GPU" in told
    assert schema["required"] == ["recording"]


def test_overrides_change_the_configuration(site):
    assert site.load("default", ["summarization.options.sentences=3"]).config.summarization.options["sentences"] == 3


def test_settings_of_the_operator_belong_to_the_default_configuration_only(site):
    own = Site(site.folder, site.out, (), "embedded", ("summarization.options.sentences=2",))
    found = [own.load(name, []).config.summarization.options["sentences"] for name in ("default", "embedded")]
    assert found == [2, 5]


@pytest.mark.parametrize(
    "overrides",
    [
        [
            "summarization.backend=openai",
            "summarization.options.model=x",
            "summarization.options.base_url=https://evil.example/v1",
        ],
        ["summarization={backend: openai, options: {model: x, base_url: 'https://evil.example/v1'}}"],
        ["notify.webhook_env=HOME"],
        ["transcription.backend=openai-api", "transcription.options.model=whisper-1"],
        ["hardware.cluster={engine: dask, address: 'evil.example:8786'}"],
    ],
)
def test_overrides_cannot_send_a_recording_elsewhere(site, overrides):
    with pytest.raises(ConfigError, match="name a server, a key, a webhook or a recipient that the configuration does not"):
        site.load("default", overrides)


def test_a_server_for_one_stage_is_none_for_another(site):
    openai, ours = "https://api.openai.com/v1", "http://10.0.0.5:8000/v1"
    named = ("transcription.backend=openai-api", "transcription.options.model=x", f"transcription.options.base_url={ours}")
    named += ("summarization.backend=openai", "summarization.options.model=x", f"summarization.options.base_url={openai}")
    own = Site(site.folder, site.out, (), "embedded", named)
    with pytest.raises(ConfigError, match="name a server, a key, a webhook or a recipient"):
        own.load("default", [f"summarization.options.base_url={ours}"])
    with pytest.raises(ConfigError, match="name a server, a key, a webhook or a recipient"):
        own.load("default", [f"transcription.options.base_url={openai}"])


def test_captions_need_nothing_that_hears(site, monkeypatch):
    monkeypatch.setattr("tasks.transcription.faster_whisper.FasterWhisper.packages", ("no_such_package",))
    assert site.load("embedded", (), WRITING).name == "embedded"
    with pytest.raises(ConfigError, match="needs 'no_such_package', which is not installed"):
        site.load("embedded", ())


def test_a_configuration_by_path_is_not_taken_from_a_form(site):
    with pytest.raises(ConfigError, match="no configuration '/etc/passwd'; choose one of default, api"):
        site.load("/etc/passwd", [])


# When


def test_the_command_line_goes_before_the_configuration():
    schedule = Schedule(cron="0 2 * * *", timezone="Europe/Berlin")
    assert ScheduleOverride().over(schedule) == schedule
    assert ScheduleOverride(cron="0 3 * * *").over(schedule) == Schedule(cron="0 3 * * *", timezone="Europe/Berlin")
    assert ScheduleOverride(interval_min=30).over(schedule) == Schedule(interval_min=30, timezone="Europe/Berlin")


@pytest.mark.parametrize(
    ("timing", "message"),
    [
        (ScheduleOverride(cron="0 2"), "--cron: should be five fields"),
        (ScheduleOverride(timezone="Mars/Base"), "--timezone: should be the name of a time zone, such as Europe/Berlin."),
        (ScheduleOverride(interval_min=0), "--interval: should be"),
        (ScheduleOverride(cron="0 2 * * *", interval_min=5), "--cron, --interval: should be either cron or interval_min."),
    ],
)
def test_a_schedule_that_means_nothing_is_refused(timing, message):
    with pytest.raises(ConfigError, match=message):
        timing.over(Schedule())


def test_a_cron_line_of_five_words_is_not_yet_one():
    from flows.serve import deployments

    with pytest.raises(ConfigError, match=r"--cron: '0 99 a b c' is no cron line. For example: 0 2"):
        deployments(Schedule(cron="0 99 a b c"), Site(Path("in"), Path("out")))


@pytest.mark.parametrize("cron", ["0 2 * * *", "30 2 * * *", "0 3 * * *", "59 1 * * *", "15 0 * * *"])
@pytest.mark.parametrize(
    ("timezone", "eve"),
    [
        ("Europe/Berlin", "2027-03-26"),
        ("Europe/Berlin", "2027-10-29"),
        ("America/New_York", "2027-03-12"),
        ("America/New_York", "2027-11-05"),
        ("Australia/Lord_Howe", "2027-04-02"),
        ("America/Santiago", "2027-09-03"),
        ("Asia/Ho_Chi_Minh", "2027-03-26"),
        ("UTC", "2027-10-29"),
    ],
)
def test_a_nightly_schedule_runs_once_a_night_also_where_clocks_change(cron, timezone, eve):
    from prefect.server.schemas.schedules import CronSchedule

    from flows.serve import deployments

    planned = deployments(Schedule(cron=cron, timezone=timezone), Site(Path("in"), Path("out")))[0].schedules[0].schedule
    start = dt.datetime.fromisoformat(eve).replace(hour=12, tzinfo=ZoneInfo(timezone))
    times = asyncio.run(CronSchedule(**planned.model_dump()).get_dates(n=5, start=start))
    apart = [later.timestamp() - time.timestamp() for time, later in pairwise([start, *times])]
    assert all(22 <= seconds / 3600 <= 26 for seconds in apart[1:])


# Who is told


@contextmanager
def webhook(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address, and what was posted there."""
    posted: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted.append({"path": self.path, **json.loads(body)})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Hook) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/hook/abc?token=s3cret", posted
        listening.shutdown()


def test_new_minutes_and_failures_are_told_and_nothing_else(monkeypatch):
    done = Outcome(path="/in/a.srt", name="a.srt", status="completed", folder="/out/a")
    bad = Outcome(path="/in/b.srt", name="b.srt", status="failed", error="words")
    old = done.model_copy(update={"unchanged": True})
    with webhook() as (url, posted):
        monkeypatch.setenv("HOOK", url)
        tell_outcomes(Notify(webhook_env="HOOK"), [done, bad, old, Outcome.waiting("/in/c.mp4", "It grows.")])
        tell_outcomes(Notify(webhook_env="HOOK"), [old])
    rows = [
        {"recording": "a.srt", "status": "completed", "folder": "/out/a"},
        {"recording": "b.srt", "status": "failed", "folder": None},
    ]
    told = {"event": "minutes", "text": "1 new minutes, 1 failed", "done": 1, "failed": 1, "recordings": rows}
    assert posted == [{"path": "/hook/abc?token=s3cret", **told}]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "http://127.0.0.1:1/hook/s3cret",
        "ftp://x/s3cret",
        "http://x:port/s3cret",
        "http://[::1/s3cret",
        "http://x/\n/s3cret",
    ],
)
def test_a_webhook_that_cannot_be_reached_is_a_line_without_its_address(address, caplog, monkeypatch):
    monkeypatch.setattr("flows.notify.RetryPolicy", lambda **_: SimpleNamespace(attempts=1, first_delay_s=0, longest_delay_s=0))
    tell(Notify(webhook_env="HOOK"), {}, {"HOOK": address})
    assert "HOOK" in caplog.text
    assert "s3cret" not in caplog.text


def test_an_address_from_a_file_may_end_its_line():
    with webhook() as (url, posted):
        tell(Notify(webhook_env="HOOK"), {"event": "minutes"}, {"HOOK": f"{url}\n"})
    assert len(posted) == 1


def test_a_webhook_whose_answer_never_ends_does_not_hold_up_the_run(caplog, monkeypatch):
    monkeypatch.setattr("flows.notify._PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening, Trickle(listening) as address:
        tell(Notify(webhook_env="HOOK"), {"event": "minutes"}, {"HOOK": f"{address}/s3cret"})
    assert "does not come to an end" in caplog.text
    assert "s3cret" not in caplog.text


class Trickle:
    """A server that answers a letter at a time, for ever."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening, self._ended = listening, threading.Event()

    def __enter__(self) -> str:
        threading.Thread(target=self._answer, daemon=True).start()
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def _answer(self) -> None:
        connection, _ = self._listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not self._ended.wait(0.05):
                connection.sendall(b"x")


def test_a_webhook_that_refuses_is_a_line(caplog):
    with webhook(404) as (url, _):
        tell(Notify(webhook_env="HOOK"), {}, {"HOOK": url})
    assert "answered with status 404" in caplog.text


def test_a_run_that_crashed_leaves_a_page_and_tells(site, monkeypatch):
    from flows.crash import tell_of_recording

    path = site.find("2026-03-02-talk.srt")
    run = SimpleNamespace(name="talk", parameters={"recording": path.name})
    state = SimpleNamespace(name="Crashed", message="Flow run process exited with non-zero status code -9.")
    with webhook() as (url, posted):
        for name, value in {**site.environment(), "MINUTES_CONFIG": "embedded", "MINUTES__NOTIFY__WEBHOOK_ENV": "HOOK"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("HOOK", url)
        tell_of_recording(None, run, state)
    assert [(each["event"], each["status"]) for each in posted] == [("failed", "Crashed")]
    [page] = (site.out / "failed").iterdir()
    assert "status code -9" in page.read_text()
    assert "start it again in the Prefect UI" in page.read_text()
    remove_note(site.out, sha256_of_file(path))
    assert not page.exists()


def test_somebody_is_told_also_when_the_configuration_cannot_work_any_more(site, monkeypatch):
    from flows.crash import tell_of_folder

    wishes = "notify.webhook_env=HOOK\ntranscription.backend=openai-api\ntranscription.options.model=whisper-1"
    run = SimpleNamespace(name="night", parameters={})
    with webhook() as (url, posted):
        for name, value in {**site.environment(), "MINUTES_CONFIG": "embedded", "MINUTES_SET": wishes, "HOOK": url}.items():
            monkeypatch.setenv(name, value)
        tell_of_folder(None, run, SimpleNamespace(name="Failed", message="a key is missing", is_crashed=lambda: False))
    assert [each["event"] for each in posted] == ["failed"]


def test_page_of_a_meeting_in_parts_is_the_one_that_the_batch_takes_away(site, monkeypatch):
    from flows.crash import tell_of_recording

    parts = [write_audio(site.folder / f"talk_part{number}.wav", tone(number)) for number in (1, 2)]
    for name, value in {**site.environment(), "MINUTES_CONFIG": "embedded", "MINUTES_SET": "folder.join_parts=true"}.items():
        monkeypatch.setenv(name, value)
    run = SimpleNamespace(name="talk", parameters={"recording": parts[0].name})
    tell_of_recording(None, run, SimpleNamespace(name="Crashed", message="killed"))
    assert len(list((site.out / "failed").iterdir())) == 1
    remove_note(site.out, sha256_of_meeting(parts))
    assert not list((site.out / "failed").iterdir())


# The GPU


def test_a_gpu_is_held_by_one_run_and_only_if_the_server_knows_the_limit(prefect_api, site, monkeypatch):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setattr("flows.gpu.resolve_device", lambda wanted: Device("cuda", "test"))
    loaded = site.load("default", [])
    with temporary_settings({PREFECT_API_URL: prefect_api}):
        with pytest.raises(ConfigError, match="minutes-gpu: the Prefect server has no such"), gpu_slot(loaded, site.gpu_limit):
            pytest.fail("it was let in")
        create_limit(site.gpu_limit)
        with gpu_slot(loaded, site.gpu_limit):
            assert places(prefect_api) == (1, 1)
        assert places(prefect_api) == (0, 1)


def places(url: str) -> tuple[int, int]:
    """Taken, and there."""
    known = httpx.get(f"{url}/v2/concurrency_limits/minutes-gpu", trust_env=False).json()
    return known["active_slots"], known["limit"]


def test_on_a_cpu_no_server_is_asked(site):
    with gpu_slot(site.load("default", []), site.gpu_limit):
        pass


# The whole


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """`minutes serve` at work on a folder with two recordings, and a whole Prefect server."""
    root = tmp_path_factory.mktemp("served")
    (root / "in").mkdir()
    (root / "prefect").mkdir()
    (root / "in" / "2026-03-02-talk.srt").write_text(captions(1))
    (root / "in" / "2026-03-03-talk.srt").write_text(captions(2))
    with real_server(root / "prefect") as url, serving(root, url) as at_work:
        yield at_work


@contextmanager
def serving(root: Path, url: str, *more: str) -> Iterator[SimpleNamespace]:
    folders = ["--folder", "in", "--out", "out", "--config", "embedded", "--set", "folder.settle_s=0"]
    timing = ["--cron", "0 2 * * *", "--timezone", "Europe/Berlin"]
    command = [sys.executable, "-c", "from flows.cli import main; main()", "serve", *folders, *timing, *more]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")]))
    fast = {"PREFECT_API_URL": url, "PREFECT_RUNNER_POLL_FREQUENCY": "1", "PYTHONPATH": path}
    with (root / "log").open("w+") as log:
        process = subprocess.Popen(command, cwd=root, env=os.environ | fast, stdout=log, stderr=log)
        try:
            yield SimpleNamespace(process=process, root=root, url=url, log=root / "log")
        finally:
            process.kill()
            process.wait()


def until(what: Callable[[], Any], served: SimpleNamespace) -> Any:
    """The first answer that is something."""
    deadline = time.monotonic() + LIMIT_S
    while not (answer := what()):
        assert served.process.poll() is None, served.log.read_text()
        assert time.monotonic() < deadline, served.log.read_text()
        time.sleep(0.3)
    return answer


def ask(served: SimpleNamespace, what: str, body: dict[str, Any] | None = None) -> Any:
    found = httpx.request("GET" if body is None else "POST", f"{served.url}/{what}", json=body, trust_env=False, timeout=60.0)
    return found.json() if found.status_code < 400 else None


def start(served: SimpleNamespace, deployment: str, parameters: dict[str, Any], states: Sequence[str] = ENDED) -> dict[str, Any]:
    """The run as soon as it is in one of the states."""
    known = until(lambda: ask(served, f"deployments/name/{deployment}"), served)
    # a busy SQLite may refuse the first attempt
    run = until(lambda: ask(served, f"deployments/{known['id']}/create_flow_run", {"parameters": parameters}), served)
    return until(lambda: (now := ask(served, f"flow_runs/{run['id']}")) and now["state_type"] in states and now, served)


def upcoming(served: SimpleNamespace) -> list[dict[str, Any]]:
    """What the server's scheduler has planned."""
    return ask(served, "flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}})


@pytest.mark.slow
def test_deployments_are_registered_with_their_schedule_and_never_overlap(served):
    scheduled = until(lambda: ask(served, "deployments/name/minutes-folder/scheduled"), served)
    demand = until(lambda: ask(served, "deployments/name/minutes-recording/on-demand"), served)
    [when] = scheduled["schedules"]
    assert (when["schedule"]["cron"], when["schedule"]["timezone"], when["active"]) == ("0 2 * * *", "Europe/Berlin", True)
    assert demand["schedules"] == []
    options = [each["concurrency_options"]["collision_strategy"] for each in (scheduled, demand)]
    assert options == ["CANCEL_NEW", "ENQUEUE"]
    assert [each["global_concurrency_limit"]["limit"] for each in (scheduled, demand)] == [1, 1]


@pytest.mark.slow
def test_the_scheduler_of_the_server_plans_the_runs(served):
    """With a database library that Prefect cannot work with it plans nothing, and only the server's log says so."""
    planned = until(lambda: upcoming(served), served)
    assert all(run["auto_scheduled"] for run in planned)
    assert planned[0]["expected_start_time"].endswith(("00:00:00Z", "01:00:00Z"))  # two o'clock in Berlin


@pytest.mark.slow
def test_a_recording_asked_for_becomes_minutes_and_artifacts(served):
    run = start(served, "minutes-recording/on-demand", {"recording": "2026-03-02-talk.srt", "config": "embedded"})
    assert (run["name"], run["state_type"]) == ("2026-03-02-talk.srt", "COMPLETED"), run["state"]["message"]
    [folder] = served.root.glob("out/*/run.json")
    assert "barn number 1 green" in folder.with_name("minutes.md").read_text()
    keys = {each["key"] for each in ask(served, "artifacts/filter", {})}
    assert {folder.parent.name, f"{folder.parent.name}-actions"} <= keys


@pytest.mark.slow
def test_a_path_outside_is_one_sentence_in_the_ui(served):
    run = start(served, "minutes-recording/on-demand", {"recording": "/etc/passwd"})
    assert run["state_type"] == "FAILED"
    assert run["state"]["message"].startswith("/etc/passwd: lies outside of the folders that may be read.")


@pytest.mark.slow
def test_the_scheduled_run_makes_minutes_of_what_is_new(served):
    run = start(served, "minutes-folder/scheduled", {})
    assert (run["state_type"], run["state"]["message"]) == ("COMPLETED", "1 done, 0 failed, 1 left as they were")
    assert len(list(served.root.glob("out/*/run.json"))) == 2


def resume(served: SimpleNamespace, run: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Fill in the form of a suspended run, the same for each item, as the UI does, and wait until it has ended."""
    form = ask(served, f"flow_runs/{run['id']}/input/{run['state']['state_details']['run_input_keyset']['schema']}")
    given = {"run_input": {name: answer for name in form["properties"]}}
    until(lambda: (ask(served, f"flow_runs/{run['id']}/resume", given) or {}).get("status") == "ACCEPT", served)
    return until(
        lambda: (now := ask(served, f"flow_runs/{run['id']}")) and now["state_type"] in (*ENDED, "PAUSED") and now, served
    )


@pytest.mark.slow
def test_a_run_on_demand_is_suspended_until_somebody_has_answered(served):
    """No process waits meanwhile, and what was answered is in the minutes."""
    always = {"recording": "2026-03-02-talk.srt", "overrides": ["report.review=always"]}
    run = start(served, "minutes-recording/on-demand", always, (*ENDED, "PAUSED"))
    assert (run["state_name"], run["name"]) == ("Suspended", "2026-03-02-talk.srt")
    [waiting] = served.root.glob("out/review/2026-03-02-talk-*.yaml")
    page = served.root / "out" / waiting.stem / "minutes.md"
    assert "not reviewed yet" in page.read_text()
    again = resume(served, run, {"answer": "later"})
    assert again["state_name"] == "Suspended"
    ended = resume(served, again, {"answer": "accept", "text": "Paint the barn"})
    assert (ended["state_name"], ended["state_type"]) == ("Reviewed", "COMPLETED"), ended["state"]["message"]
    assert "Paint the barn" in page.read_text()
    assert not waiting.exists()
    assert ask(served, "flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}}) == []


@pytest.mark.slow
def test_a_second_site_is_refused_as_long_as_the_first_one_is_served(served, tmp_path):
    """Else each would take the runs of the other, and write into its folder."""
    (tmp_path / "in").mkdir()
    (tmp_path / "log").touch()
    with serving(tmp_path, served.url) as other:
        assert other.process.wait(LIMIT_S) == 2
    assert "another `minutes serve` has its folders there. Give this one a name: --site NAME" in other.log.read_text()


@pytest.mark.slow
def test_a_site_with_a_name_is_served_beside_it(served, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2026-03-09-talk.srt").write_text(captions(3))
    with serving(tmp_path, served.url, "--site", "hamburg") as other:
        until(lambda: ask(other, "deployments/name/minutes-folder/scheduled-hamburg"), other)
        run = start(other, "minutes-recording/on-demand-hamburg", {"recording": "2026-03-09-talk.srt"})
        assert run["state_type"] == "COMPLETED", run["state"]["message"]
        other.process.terminate()
        assert other.process.wait(90) == 0, other.log.read_text()
    assert len(list(tmp_path.glob("out/*/run.json"))) == 1
    assert not ask(served, "deployments/name/minutes-folder/scheduled")["paused"]


@pytest.mark.parametrize("name", ["Hamburg", "a/b", "-a", "a" * 41, "đà-nẵng"])
def test_the_name_of_a_site_is_a_plain_word(name):
    with pytest.raises(ConfigError, match="is no name of a site: letters from a to z, digits and dashes"):
        require_name(name)


def test_a_site_with_a_name_has_deployments_and_a_gpu_of_its_own():
    named = Site(Path("in"), Path("out"), name="hamburg")
    assert Site.of(named.environment()).name == "hamburg"
    assert (named.scheduled, named.on_demand) == ("minutes-folder/scheduled-hamburg", "minutes-recording/on-demand-hamburg")
    assert named.gpu_limit == "minutes-gpu-hamburg"


@pytest.mark.slow
def test_serving_stops_in_order(served):
    """No late runs pile up, and a run that was at work is not shown as running for ever."""
    shutil.copy(SAMPLE_SPEECH, served.root / "in" / f"2026-03-04-talk{SAMPLE_SPEECH.suffix}")
    parameters = {"recording": f"2026-03-04-talk{SAMPLE_SPEECH.suffix}"}
    run = start(served, "minutes-recording/on-demand", parameters, ("RUNNING",))
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(90) == 0, served.log.read_text()
    run = ask(served, f"flow_runs/{run['id']}")
    assert (run["state_type"], run["state"]["message"]) == ("CRASHED", "minutes serve was stopped.")
    assert ask(served, "deployments/name/minutes-folder/scheduled")["paused"]
    assert upcoming(served) == []


@pytest.mark.slow
def test_the_next_start_takes_the_schedule_up_again(served):
    with serving(served.root, served.url) as again:
        until(lambda: ask(again, "deployments/name/minutes-folder/scheduled")["paused"] is False, again)
        until(lambda: upcoming(again), again)
