"""A whole Prefect server, with scheduler and UI, for the tests that need more than `flows.server.temporary`."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.prefect_home import give_database

START_LIMIT_S = 240.0


@contextmanager
def real_server(home: Path) -> Iterator[str]:
    """The URL of `prefect server start` on a free port, at home in a folder of its own, while the block lasts."""
    give_database(home)
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    own = {
        "PREFECT_HOME": str(home),
        "PREFECT_UI_API_URL": url,
        "PREFECT_UI_STATIC_DIRECTORY": str(home / "ui"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
        try:
            wait_until(lambda: is_healthy(url), process, home / "log")
            yield url
        finally:
            process.terminate()
            process.wait()


def is_healthy(url: str) -> bool:
    """Patient, as a machine that runs tests is busy."""
    try:
        return httpx.get(f"{url}/health", trust_env=False, timeout=60.0).is_success
    except httpx.ConnectError:
        return False


def asked(method: str, url: str, body: Any = None) -> Any:
    """What the server answers. It refuses what comes while its database is written (503), which takes long on a busy machine."""
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        answer = httpx.request(method, url, json=body, trust_env=False, timeout=60.0)
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
            return answer.raise_for_status().json()
        time.sleep(0.5)


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when it is so. Fails with the log if the process ends before, or takes too long."""
    deadline = time.monotonic() + START_LIMIT_S
    while not is_so():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
