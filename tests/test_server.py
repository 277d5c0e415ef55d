"""Which Prefect server a command talks to, and what is said when it is not there."""

import base64
import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest

from flows.server import find as server
from flows.server.find import Server, answers, configured_url, lasting_server, past_proxies, prefect_server, temporary_server
from flows.server.temporary import LOCK
from tasks.errors import ConfigError, DependencyError, ResourceError
from tests.folder_faults import captions, make_old
from tests.prefect_home import give_database

URL = "http://prefect.example:4200/api"
NOBODY = "http://127.0.0.1:1/api"
PROFILES = """
active = "work"

[profiles.work]
PREFECT_API_URL = "http://work.example/api"

[profiles.home]
PREFECT_API_URL = "http://home.example/api"

[profiles.bare]
"""


@contextmanager
def api(status: int, delay_s: float = 0.0, password: str | None = None) -> Iterator[str]:
    """A tiny server whose `/api/health` says this status, and everything else 404, or 401 without the password."""
    allowed = base64.b64encode(f"admin:{password}".encode()).decode()

    class Health(BaseHTTPRequestHandler):
        def do_GET(self):
            time.sleep(delay_s)
            let_in = password is None or self.headers["Authorization"] == f"Basic {allowed}"
            self.send_response(status if self.path == "/api/health" else 404 if let_in else 401)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Health) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/api"
        listening.shutdown()


@pytest.fixture
def home(tmp_path) -> Path:
    """A Prefect home with three profiles."""
    (tmp_path / "profiles.toml").write_text(PROFILES)
    return tmp_path


# Which URL is configured


def test_url_of_the_environment_goes_before_the_profile(home):
    assert configured_url({"PREFECT_API_URL": URL, "PREFECT_HOME": str(home)}) == URL


def test_url_of_the_active_profile_is_used(home):
    assert configured_url({"PREFECT_HOME": str(home)}) == "http://work.example/api"


def test_profile_can_be_chosen_by_the_environment(home):
    assert configured_url({"PREFECT_HOME": str(home), "PREFECT_PROFILE": "home"}) == "http://home.example/api"


def test_profiles_are_looked_for_in_the_home_folder(home, monkeypatch):
    monkeypatch.setenv("HOME", str(home))
    (home / ".prefect").mkdir()
    (home / "profiles.toml").rename(home / ".prefect" / "profiles.toml")
    assert configured_url({}) == "http://work.example/api"


def test_nothing_is_configured_without_a_profile(tmp_path):
    assert configured_url({"PREFECT_HOME": str(tmp_path / "nowhere")}) is None


@pytest.mark.parametrize("profile", ["bare", "no such profile"])
def test_profile_without_a_url_configures_nothing(home, profile):
    assert configured_url({"PREFECT_HOME": str(home), "PREFECT_PROFILE": profile}) is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"active = ", id="no toml"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b'active = "a"', id="no profiles"),
        pytest.param(b'active = "a"\nprofiles = 3', id="other shape"),
        pytest.param(b'active = ["a"]\n[profiles.a]\nPREFECT_API_URL = "http://x"', id="other type"),
    ],
)
def test_broken_profiles_configure_nothing(tmp_path, content):
    (tmp_path / "profiles.toml").write_bytes(content)
    assert configured_url({"PREFECT_HOME": str(tmp_path)}) is None


# Whether it answers


def test_healthy_server_answers():
    with api(200) as url:
        assert answers(url)


def test_url_with_a_slash_at_its_end_is_the_same_server():
    with api(200) as url:
        assert answers(f"{url}/")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_server_that_is_not_healthy_does_not_answer(status):
    with api(status) as url:
        assert not answers(url)


def test_server_that_hangs_does_not_answer(monkeypatch):
    monkeypatch.setattr(server, "_BUSY_S", 0.05)
    with api(200, delay_s=0.3) as url:
        assert not answers(url)


def test_busy_server_answers():
    with api(200, delay_s=1.5) as url:
        assert answers(url)


@pytest.mark.parametrize("url", [NOBODY, "", "127.0.0.1:1/api", "http://[bad/api", "http://☃.example/api", "http://a..b/api"])
def test_address_where_nobody_can_be_does_not_answer(url):
    assert not answers(url)


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with api(200) as url:
        assert answers(url)


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:4200/api", True),
        ("http://localhost:4200/api", True),
        ("http://127.0.1.1/api", True),
        ("https://[::1]:4200/api", True),
        ("http://prefect.example:4200/api", False),
        ("http://10.0.0.7:4200/api", False),
        ("http://localhost.example/api", False),
        ("http://[bad/api", False),
        ("", False),
    ],
)
def test_no_proxy_is_asked_for_a_server_on_this_machine(url, here):
    assert past_proxies(url) == ({"no_proxy": "*", "NO_PROXY": "*"} if here else {})


@pytest.mark.parametrize("unusable", ["socks5://127.0.0.1:9", "::::", "foo://proxy:1"])
@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
def test_proxy_that_no_client_can_use_is_none_of_a_server_on_this_machine(monkeypatch, name, unusable):
    monkeypatch.setenv(name, unusable)
    with api(200) as url, prefect_server({"PREFECT_API_URL": url}) as server:
        server.wait()
        assert httpx.Client().get(f"{url}/health").status_code == 200


def test_proxy_that_cannot_be_used_on_the_way_to_a_server_elsewhere_is_named(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with pytest.raises(ConfigError, match="the environment: names a proxy that cannot be used"):
        answers("http://prefect.example/api")


@pytest.mark.parametrize("proxies", [("HTTP_PROXY",), ("http_proxy",), ("ALL_PROXY",), ("HTTP_PROXY", "all_proxy")])
@pytest.mark.parametrize("exceptions", [None, "", "intranet.example"])
def test_what_talks_to_the_server_goes_past_the_proxy_while_it_is_used(monkeypatch, proxies, exceptions):
    for name in proxies:
        monkeypatch.setenv(name, NOBODY)
    if exceptions is not None:
        monkeypatch.setenv("NO_PROXY", exceptions)
    with api(200) as url:
        with prefect_server({"PREFECT_API_URL": url}):
            assert httpx.get(f"{url}/health").status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health")
    assert os.environ.get("NO_PROXY") == exceptions


def test_a_server_elsewhere_is_asked_for_through_the_proxy_as_prefect_does(monkeypatch):
    with api(200) as url:
        monkeypatch.setenv("HTTP_PROXY", url.removesuffix("/api"))
        assert not answers("http://prefect.example/api")  # the proxy was asked for an address that it does not serve


# Waiting for it


def test_waiting_for_a_configured_server_that_answers_returns():
    with api(200) as url:
        Server(url).wait()


def test_waiting_for_a_configured_server_that_is_not_there_says_what_to_do():
    with pytest.raises(DependencyError) as caught:
        Server(NOBODY).wait()
    fix = "Start it with `prefect server start`, or unset PREFECT_API_URL to use a temporary one."
    assert str(caught.value) == f"{NOBODY}: no Prefect server answers there. {fix}"


def test_server_that_asks_for_a_password_is_named():
    with (
        api(200, password="secret") as url,
        pytest.raises(DependencyError, match=r"does not let this program in\. Set PREFECT_API_AUTH_STRING"),
    ):
        Server(url).wait()


def test_server_lets_in_who_knows_the_password():
    from prefect.settings import PREFECT_API_AUTH_STRING, temporary_settings

    with api(200, password="secret") as url, temporary_settings({PREFECT_API_AUTH_STRING: "admin:secret"}):
        Server(url).wait()


def test_temporary_server_that_ends_at_once_says_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "executable", "false")
    with temporary_server() as temporary, pytest.raises(ResourceError) as caught:
        temporary.wait()
    fix = "Run with --debug to see its output, or start one yourself: prefect server start"
    assert str(caught.value) == f"the temporary Prefect server did not start. {fix}"


def test_temporary_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(server, "_START_LIMIT_S", 0.2)
    with sleeper() as process, pytest.raises(ResourceError, match="did not start"):
        Server(NOBODY, process).wait()


def test_waiting_lasts_until_a_temporary_server_answers(monkeypatch):
    replies = iter([False, False, True])
    monkeypatch.setattr(server, "answers", lambda url: next(replies))
    with sleeper() as process:
        Server(NOBODY, process).wait()
    assert list(replies) == []


@contextmanager
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the block ends."""
    with subprocess.Popen(["sleep", "30"]) as process:
        try:
            yield process
        finally:
            process.kill()


def test_temporary_server_ends_with_the_block(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(waiting(tmp_path)))
    with temporary_server() as temporary:
        process = temporary.process
        assert process.poll() is None
        assert temporary.url.startswith("http://127.0.0.1:")
    assert process.poll() == 0


@pytest.mark.slow
def test_temporary_server_starts_after_another_with_the_same_home(tmp_path, monkeypatch):
    """Two that make one database at the same time spoil it: one of them fails at a step that is done already."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    with (tmp_path / LOCK).open("a") as held, temporary_server() as late:
        fcntl.flock(held, fcntl.LOCK_EX)
        while not waits_for_a_lock(late.process.pid):
            assert not answers(late.url)
            time.sleep(0.1)
        assert not (tmp_path / "prefect.db").exists()
        late.process.kill()


def waits_for_a_lock(pid: int) -> bool:
    return any(f" {pid} " in line for line in Path("/proc/locks").read_text().splitlines() if "-> FLOCK" in line)


def test_temporary_server_that_does_not_end_is_killed(tmp_path, monkeypatch):
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(server, "_STOP_LIMIT_S", 0.1)
    with temporary_server() as temporary:
        process = temporary.process
    assert process.poll() == -9


# Which one is taken


@pytest.fixture
def no_temporary_server(monkeypatch):
    """Temporary servers are only announced, not started."""

    @contextmanager
    def announce() -> Iterator[Server]:
        yield Server("temporary", auth="minutes:secret")

    monkeypatch.setattr(server, "temporary_server", announce)


def test_configured_server_is_taken_whether_it_answers_or_not(no_temporary_server):
    with prefect_server({"PREFECT_API_URL": NOBODY}) as chosen:
        assert chosen.url == NOBODY


def test_temporary_server_is_taken_when_no_other_is_named(no_temporary_server, tmp_path):
    """Whoever holds Prefect's own port may be anybody, and is not asked."""
    with prefect_server({"PREFECT_HOME": str(tmp_path)}) as chosen:
        assert chosen.url == "temporary"
    with pytest.raises(DependencyError, match=r"no Prefect server is named\. Run: prefect server start, and: export"):
        lasting_server({"PREFECT_HOME": str(tmp_path)})


@pytest.mark.slow
def test_temporary_server_asks_for_a_password_that_only_this_process_knows(tmp_path, monkeypatch):
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    give_database(tmp_path)
    with temporary_server() as ours:
        ours.wait()
        asked = f"{ours.url}/flow_runs/filter"
        assert httpx.post(asked, json={}).status_code == 401
        assert httpx.post(asked, json={}, auth=("minutes", "")).status_code == 401
        assert httpx.post(asked, json={}, auth=tuple(ours.auth.split(":"))).status_code == 200
        assert len(ours.auth) > 40
        assert ours.auth not in Path(f"/proc/{ours.process.pid}/cmdline").read_text()


def test_temporary_servers_have_different_passwords(monkeypatch):
    monkeypatch.setattr(sys, "executable", "true")
    with temporary_server() as one, temporary_server() as other:
        assert one.auth != other.auth


def waiting(folder: Path) -> Path:
    """A program in place of a server, which ends with its input."""
    program = folder / "server"
    program.write_text("#!/bin/sh\ncat > /dev/null\n")
    program.chmod(0o755)
    return program


def test_port_of_a_temporary_server_is_taken_before_anybody_is_told_of_it(tmp_path, monkeypatch):
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\ncat > /dev/null\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with temporary_server() as ours, socket.socket() as thief:
        port = int(ours.url.rpartition(":")[2].removesuffix("/api"))
        with pytest.raises(OSError, match="in use"):
            thief.bind(("127.0.0.1", port))


def test_temporary_server_outlives_an_interrupt_on_the_terminal(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(waiting(tmp_path)))
    with temporary_server() as server:
        assert server.process
        assert os.getsid(server.process.pid) != os.getsid(0)


@pytest.mark.slow
def test_command_whose_server_is_lost_does_its_work_and_leaves_soon(tmp_path, monkeypatch):
    recordings = tmp_path / "in"
    recordings.mkdir()
    for n in range(1, 7):
        (recordings / f"2026-03-0{n}-standup.srt").write_text(captions(n))
    make_old(recordings)
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")
    give_database(Path.home() / ".prefect")
    start = "from flows.cli import main; main()"
    command = [sys.executable, "-c", start, "batch", str(recordings), "--out", str(tmp_path / "out")]
    with temporary_server(guarded=False) as server, (tmp_path / "said").open("w+") as said:
        server.wait()
        monkeypatch.setenv("PREFECT_API_URL", server.url)
        with subprocess.Popen(command, stdout=said, stderr=said) as process:
            while ".srt ..." not in (tmp_path / "said").read_text():
                assert process.poll() is None, (tmp_path / "said").read_text()
                time.sleep(0.05)
            server.process.kill()
            process.wait(60)
    text = (tmp_path / "said").read_text()
    assert "The Prefect server went away during this run" in text
    assert "Error logging to API" not in text
    assert len(list((tmp_path / "out").glob("*/minutes.md"))) == 6
