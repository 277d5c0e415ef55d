"""Requests that are tried again, against a real server that misbehaves."""

import email.utils
import gzip
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from tasks.engine.http_retry import Answer, RetryingClient, RetryPolicy
from tasks.errors import BackendError
from tests.misbehaving_server import MisbehavingServer, Reply

BUSY = Reply("busy", 503)
GOOD = Reply("good")


class Client(RetryingClient):
    """Remembers its waits instead of waiting, and leaves nothing to chance: waits have their full length."""

    def __init__(self, url: str, timeout_s: float = 5.0, attempts: int = 4, **options) -> None:
        super().__init__(url, {"Authorization": "Bearer key"}, timeout_s, RetryPolicy(attempts=attempts), **options)
        self.waits: list[float] = []
        self.wait = self.waits.append
        self.chance = lambda: 1.0


def post(*script: Reply, **options) -> tuple[Answer | BackendError, Client, MisbehavingServer]:
    """What one request to a server with this script gives in the end."""
    with MisbehavingServer(script, otherwise=GOOD) as server:
        client = Client(server.url, **options)
        try:
            return client.post("sing", json={"song": "la"}), client, server
        except BackendError as error:
            return error, client, server
        finally:
            client.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_good_answer_comes_at_once():
    answer, client, server = post(GOOD)
    assert (answer.status, answer.body, answer.attempts, client.waits) == (200, b"good", 1, [])
    assert (server.requests[0].path, server.requests[0].body) == ("/v1/sing", b'{"song":"la"}')


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
def test_busy_server_is_asked_again(status):
    answer, client, server = post(Reply("busy", status))
    assert (answer.body, answer.attempts, len(server.requests)) == (b"good", 2, 2)
    assert client.waits == [1.0]


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 413, 415, 422])
def test_refusal_is_final(status):
    answer, client, server = post(Reply("no", status))
    assert (answer.status, answer.body, len(server.requests), client.waits) == (status, b"no", 1, [])


def test_every_attempt_sends_the_same():
    _, _, server = post(BUSY, Reply(hang_up=True))
    assert [request.body for request in server.requests] == [b'{"song":"la"}'] * 3


def test_waits_double_and_end():
    answer, client, _ = post(*[BUSY] * 9, attempts=9)
    assert client.waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (answer.status, answer.attempts, client.requests) == (503, 9, 9)


def test_half_of_a_wait_is_chance():
    client = Client("http://127.0.0.1")
    client.chance = lambda: 0.0
    assert [client.delay_s(Answer(503, b""), attempt) for attempt in (1, 2, 3)] == [0.5, 1, 2]
    client.close()


def test_retry_after_in_seconds_is_honoured():
    _, client, _ = post(Reply("busy", 429, {"Retry-After": "17"}))
    assert client.waits == [17]


def test_retry_after_as_a_date_is_honoured():
    date = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    _, client, _ = post(Reply("busy", 503, {"Retry-After": date}))
    assert 27 < client.waits[0] <= 30


@pytest.mark.parametrize("value", ["", "soon", "-5", "NaN", "1e9", "²", "Mon, 99 Foo 2026"])
def test_retry_after_that_says_nothing_is_ignored(value):
    _, client, _ = post(Reply("busy", 503, {"Retry-After": value.encode().decode("latin-1")}))
    assert client.waits == [1.0]


def test_date_in_the_past_does_not_shorten_the_wait():
    _, client, _ = post(Reply("busy", 503, {"Retry-After": "Sat, 01 Jan 2000 00:00:00 GMT"}))
    assert client.waits == [1.0]


def test_server_that_wants_to_be_left_alone_for_long_is_not_asked_again():
    answer, client, server = post(Reply("busy", 429, {"Retry-After": "3600"}))
    assert (answer.status, answer.wait_s, len(server.requests), client.waits) == (429, 3600, 1, [])


def test_busy_signal_that_will_not_end_is_final():
    with MisbehavingServer([Reply("quota", 429)]) as server:
        client = Client(server.url)
        answer = client.post("sing", json={}, final=lambda answer: b"quota" in answer.body)
        client.close()
    assert (answer.body, client.waits) == (b"quota", [])


def test_lost_connection_is_tried_again():
    answer, _, _ = post(Reply(hang_up=True), Reply("good", cut=2))
    assert (answer.body, answer.attempts) == (b"good", 3)


def test_connection_that_is_always_lost_is_an_error():
    error, _, _ = post(*[Reply("good", cut=2)] * 3, attempts=3)
    assert str(error) == "the connection was lost before the answer was complete (3 attempts)."


def test_slow_answer_is_an_error():
    error, _, server = post(*[Reply("good", pause_s=0.4)] * 2, timeout_s=0.1, attempts=2)
    assert str(error) == "no complete answer within 0.1 s (2 attempts)."
    assert len(server.requests) == 2


def test_trickling_answer_is_an_error():
    error, _, _ = post(Reply("x" * 20, trickle_s=0.05), timeout_s=0.2, attempts=1)
    assert str(error) == "no complete answer within 0.2 s."


def test_server_out_of_reach_is_an_error():
    client = Client(f"http://127.0.0.1:{free_port()}", attempts=3)
    with pytest.raises(BackendError, match=r"^cannot be reached: .*refused \(3 attempts\)\.$"):
        client.post("sing", json={})
    client.close()
    assert client.waits == [1, 2]


def test_huge_answer_is_not_read_to_its_end():
    error, _, server = post(Reply(b" " * (9 << 20)))
    assert str(error) == "its answer is larger than 8 MB."
    assert len(server.requests) == 1


def test_packed_answer_is_an_error():
    error, _, _ = post(Reply("good", headers={"Content-Encoding": "gzip"}))
    assert str(error) == "its answer is packed (gzip), which was not asked for."


def test_redirect_is_named_and_not_followed():
    with MisbehavingServer() as other:
        answer, _, _ = post(Reply("", 307, {"Location": f"{other.url}/sing"}))
        assert (answer.status, answer.redirects_to) == (307, "127.0.0.1")
        assert other.requests == []


def test_proxy_of_the_environment_is_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    answer, _, _ = post(GOOD)
    assert answer.body == b"good"


def test_proxy_of_the_environment_is_used_when_it_is_trusted(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    error, _, server = post(GOOD, attempts=1, trust_environment=True)
    assert str(error).startswith("cannot be reached")
    assert server.requests == []


def test_password_file_of_the_user_is_not_read(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    _, _, server = post(GOOD)
    assert server.requests[0].headers["Authorization"] == "Bearer key"


def test_closing_wakes_who_waits():
    with MisbehavingServer(otherwise=BUSY) as server:
        client = RetryingClient(server.url, {}, 5.0, RetryPolicy(first_delay_s=60))
        waiting, sleep, answers = threading.Event(), client.wait, []
        client.wait = lambda seconds: (waiting.set(), sleep(seconds))[1]
        thread = threading.Thread(target=lambda: answers.append(client.post("sing", json={})))
        thread.start()
        assert waiting.wait(5)
        client.close()
        thread.join(5)
    assert [(answer.status, answer.attempts) for answer in answers] == [(503, 1)]


def test_attempts_are_logged_without_the_key(caplog):
    caplog.set_level(logging.DEBUG)
    post(BUSY)
    assert "attempt 1 failed (status 503); next in 1.0 s" in caplog.text
    assert "Bearer" not in caplog.text


# Answers that never end


@contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on this machine that says whatever `talk` sends, until the client hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    with closing(listening):
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def dribble(connection: socket.socket, before: bytes = b"") -> None:
    """A byte now and then, each of them sooner than a wait for one byte would end."""
    connection.sendall(before)
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def processing(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        time.sleep(0.05)


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param(processing, id="102 without end"),
        pytest.param(partial(dribble, before=b"HTTP/1.1 200 O"), id="status line"),
        pytest.param(partial(dribble, before=b"HTTP/1.1 200 OK\r\nX-A: "), id="header"),
        pytest.param(partial(dribble, before=b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n"), id="body"),
        pytest.param(partial(dribble, before=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a="), id="size of a chunk"),
    ],
)
def test_the_limit_of_time_holds_in_every_phase(talk):
    with (
        raw_server(talk) as url,
        closing(RetryingClient(url, {}, 1.0, RetryPolicy(attempts=1))) as client,
        pytest.raises(BackendError, match=r"no complete answer within 1 s"),
    ):
        client.post("x", json={})


def test_the_next_request_has_its_own_time():
    with MisbehavingServer(otherwise=GOOD) as server, closing(RetryingClient(server.url, {}, 30.0, RetryPolicy())) as client:
        client.deadline.set(-1)
        assert client.post("x", json={}).status == 200


PACKED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from tasks.engine.http_retry import RetryingClient, RetryPolicy
from tasks.errors import BackendError
try:
    print(len(RetryingClient(sys.argv[1], {}, 30.0, RetryPolicy(attempts=1)).post("x", json={}).body))
except BackendError as error:
    print(error)
"""


@pytest.mark.parametrize("times", [1, 2])
def test_a_packed_answer_is_not_unpacked(times):
    """A few kilobytes, packed twice, once became four gigabytes."""
    content = bytes(64 << 20)
    for _ in range(times):
        content = gzip.compress(content)
    headers = {"Content-Encoding": ", ".join(["gzip"] * times)}
    with MisbehavingServer(otherwise=Reply(content, headers=headers)) as server:
        done = subprocess.run([sys.executable, "-c", PACKED, server.url], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == f"its answer is packed ({headers['Content-Encoding']}), which was not asked for."
