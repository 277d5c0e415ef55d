"""Finds the Prefect server to report to, or starts a temporary one for the time of a command."""

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

from tasks.errors import ConfigError, DependencyError, ResourceError
from tasks.files import displayable

NAME_ONE = "prefect server start, and: export PREFECT_API_URL=http://127.0.0.1:4200/api"
_CONNECT_S = 3.0
_BUSY_S = 30.0
_START_LIMIT_S = 300.0
_STOP_LIMIT_S = 10.0
_NO_PROXY = {"no_proxy": "*", "NO_PROXY": "*"}
"""No proxy at all: httpx makes ready also those that it will not ask, and fails at one that it cannot use.

Programs read one or the other."""
_AUTH, _SERVER_AUTH = "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"
_BACKLOG = 128
lost = threading.Event()
"""Set when the server is not there at the end of the work. Prefect would go on telling it, for minutes each event."""


@contextmanager
def prefect_server(environ: Mapping[str, str] = os.environ) -> Iterator["Server"]:
    """A server that runs, or is starting, while the block lasts; `Server.wait` says when it answers."""
    if configured := configured_url(environ):
        found = Server(configured)
    else:
        with temporary_server() as started, _environment(past_proxies(started.url) | {_AUTH: started.auth}):
            yield started
        return
    with _environment(past_proxies(found.url)):
        yield found


def lasting_server(environ: Mapping[str, str] = os.environ) -> str:
    """The URL of a server that stays, for what must outlive a command. Raises if none answers."""
    url = configured_url(environ)
    if url is None:  # whoever listens on Prefect's own port may be anybody
        raise DependencyError("no Prefect server is named.", where="PREFECT_API_URL", fix=f"Run: {NAME_ONE}")
    if not answers(url):
        fix = "Start it with `prefect server start`, or set PREFECT_API_URL to one that runs."
        raise DependencyError("no Prefect server answers there.", where=url, fix=fix)
    require_admission(url)
    return url


class Server:
    """A Prefect API by its URL, with the process behind it if it is ours."""

    def __init__(self, url: str, process: subprocess.Popen[bytes] | None = None, auth: str = "") -> None:
        self.url = url
        self.auth = auth
        """What it asks for, as `PREFECT_API_AUTH_STRING` has it."""
        self.process = process

    @property
    def description(self) -> str:
        """What to expect of it, for people."""
        if self.process:
            return "starting a temporary Prefect server (its first start ever makes a database: half a minute)"
        return f"Prefect server {self.url}"

    def wait(self) -> None:
        """Return when the server answers. Raises if it is not there, or not in time."""
        if not self.process:
            if not answers(self.url):
                fix = "Start it with `prefect server start`, or unset PREFECT_API_URL to use a temporary one."
                raise DependencyError("no Prefect server answers there.", where=self.url, fix=fix)
            require_admission(self.url)
            return
        deadline = time.monotonic() + _START_LIMIT_S
        while not answers(self.url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                fix = "Run with --debug to see its output, or start one yourself: prefect server start"
                raise ResourceError("the temporary Prefect server did not start.", fix=fix)
            time.sleep(0.1)


@contextmanager
def temporary_server(*, guarded: bool = True) -> Iterator[Server]:
    """A private server on a free port. It ends with the block, and also when this process is killed.

    Other users of this machine cannot talk to it: it has a password, and a port that nobody else can have taken meanwhile.
    """
    _require_home()
    auth = f"minutes:{secrets.token_urlsafe(32)}" if guarded else ""
    environment = {**os.environ, **({_SERVER_AUTH: auth} if auth else {})}
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(_BACKLOG)
        port, handle = listening.getsockname()[1], listening.fileno()
        command = [sys.executable, "-m", "flows.server.temporary", str(handle)]
        # In a session of its own: Ctrl-C on the terminal must not take the server away before the run has ended.
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if "--debug" in sys.argv else subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(handle,),
            env=environment,
        )
    try:
        yield Server(f"http://127.0.0.1:{port}/api", process, auth)
    finally:
        assert process.stdin
        process.stdin.close()
        try:
            process.wait(_STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _require_home() -> None:
    """Raise if Prefect has no folder to keep its database in."""
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=home):
            pass
    except OSError as error:
        fix = "Set PREFECT_HOME to a folder that can be written, or PREFECT_API_URL to a server that runs."
        raise ResourceError(f"cannot be written: {error.strerror}.", where=displayable(str(home)), fix=fix) from error


def configured_url(environ: Mapping[str, str]) -> str | None:
    """`PREFECT_API_URL` from the environment, else from the active Prefect profile."""
    if url := environ.get("PREFECT_API_URL"):
        return url
    home = Path(environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    with suppress(OSError, ValueError, KeyError, TypeError):
        profiles = tomllib.loads((home / "profiles.toml").read_text())
        url = profiles["profiles"][environ.get("PREFECT_PROFILE") or profiles["active"]]["PREFECT_API_URL"]
        return str(url)
    return None


def past_proxies(url: str) -> dict[str, str]:
    """What the environment must say so that nothing asks a proxy for a server on this machine; empty for other servers."""
    return _NO_PROXY if _is_here(url) else {}


def answers(url: str) -> bool:
    """True if a Prefect API says there that it is healthy; a server that is busy is given half a minute for it."""
    import httpx

    if not _is_here(url):
        _require_usable_proxy()
    limits = httpx.Timeout(_BUSY_S, connect=_CONNECT_S)
    try:
        secure = not url.startswith("http:")  # to make ready for what is not used takes longer than the question
        answer = httpx.get(f"{url.rstrip('/')}/health", timeout=limits, trust_env=not _is_here(url), verify=secure)
        return answer.status_code == httpx.codes.OK
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        return False


def current_server_answers() -> bool:
    """Whether the server that Prefect talks to now is there; each call to one that is not costs minutes."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    return url is not None and answers(url)


def require_admission(url: str) -> None:
    """Raise if the server wants a password or a key that Prefect is not set up to give."""
    import httpx
    from prefect.settings import get_current_settings

    api = get_current_settings().api
    user, _, password = api.auth_string.get_secret_value().partition(":") if api.auth_string else ("", "", "")
    headers = {"Authorization": f"Bearer {api.key.get_secret_value()}"} if api.key else {}
    login = (user, password) if user else None
    limits = httpx.Timeout(_BUSY_S, connect=_CONNECT_S)
    try:
        asked = f"{url.rstrip('/')}/admin/version"
        answer = httpx.get(asked, auth=login, headers=headers, timeout=limits, trust_env=not _is_here(url))
    except httpx.HTTPError:
        return  # it answered a moment ago; what it does now will show
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        fix = "Set PREFECT_API_AUTH_STRING (or PREFECT_API_KEY) to what the server asks for."
        raise DependencyError("the Prefect server does not let this program in.", where=url, fix=fix)


def _is_here(url: str) -> bool:
    """Whether a URL leads to this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _require_usable_proxy() -> None:
    """Raise if the environment names a proxy that no client can be made with: `socks` without its package, or no address."""
    import httpx

    try:
        httpx.Client().close()
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        fix = "Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or set NO_PROXY=*."
        raise ConfigError("names a proxy that cannot be used.", where="the environment", fix=fix) from error


@contextmanager
def _environment(changes: Mapping[str, str]) -> Iterator[None]:
    """These variables inside the block, as Prefect and its child processes read them; then as before."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
