"""Requests to a server that may be slow, busy or broken: bounded in time and size, tried again where that can help.

Tried again: 429, 5xx, timeouts, lost and refused connections. Never any other 4xx, and never a redirect, which is not followed.
Shared by every backend that talks to a hosted model.
"""

import email.utils
import logging
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tasks.engine.http_deadline import Deadline
from tasks.errors import BackendError, one_line

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger("minutes.http")
_CONNECT_S = 10.0
_LARGEST_ANSWER_BYTES = 8 << 20


@dataclass(frozen=True)
class RetryPolicy:
    """How patient to be with one request."""

    attempts: int = 5
    first_delay_s: float = 1.0
    longest_delay_s: float = 60.0
    """No wait is longer. A server that asks for more is not asked again."""


@dataclass(frozen=True)
class Answer:
    """What came back in the end, whatever its status."""

    status: int
    body: bytes
    redirects_to: str = ""
    """The host of a redirect."""
    wait_s: float | None = None
    """How long the server wants to be left alone."""
    attempts: int = 1


class RetryingClient:
    """One server. Safe to use from several threads; `close` also wakes those that wait for their next attempt.

    Proxies, certificates and `.netrc` of the environment are ignored unless `trust_environment` is set: a key and a recording
    go to the server that the configuration names and nowhere else.
    """

    def __init__(
        self, base_url: str, headers: Mapping[str, str], timeout_s: float, policy: RetryPolicy, *, trust_environment: bool = False
    ) -> None:
        import httpx

        self._timeout_s, self._policy = timeout_s, policy
        self._stop = threading.Event()
        self._count_lock = threading.Lock()
        self.requests = 0
        """Sent so far, repeated ones included."""
        self.wait: Callable[[float], object] = self._stop.wait
        """Sleeps that many seconds; true if there should be no further attempt."""
        self.chance: Callable[[], float] = random.random
        self.deadline = Deadline()
        self._client = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            headers={"User-Agent": "audio-minutes", "Accept-Encoding": "identity", **headers},
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_S)),
            follow_redirects=False,
            trust_env=trust_environment,
        )
        self.deadline.hold(self._client)

    def post(
        self,
        path: str,
        *,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        final: Callable[[Answer], bool] = lambda answer: False,
    ) -> Answer:
        """Send until an answer is worth keeping or patience ends.

        Args:
            final: answers that are not worth another attempt although their status says so, e.g. a used-up quota.

        Raises:
            BackendError: no answer came at all, or one that cannot be read.
        """
        request = self._client.build_request("POST", path.lstrip("/"), json=json, data=data, files=files)
        request.read()
        for attempt in range(1, self._policy.attempts + 1):
            outcome = self._try(request, attempt)
            delay_s = self.delay_s(outcome, attempt)
            if isinstance(outcome, Answer) and (not is_transient(outcome.status) or final(outcome)):
                return outcome
            if attempt == self._policy.attempts or delay_s is None:
                break
            _log.info("attempt %d failed (%s); next in %.1f s", attempt, _reason(outcome), delay_s)
            if self.wait(delay_s):
                break
        if isinstance(outcome, BackendError):
            raise outcome
        return outcome

    def close(self) -> None:
        """Drop the connections, and let no thread begin another attempt."""
        self._stop.set()
        self._client.close()

    def _try(self, request: "httpx.Request", attempt: int) -> "Answer | BackendError":
        import httpx

        with self._count_lock:
            self.requests += 1
        tries = "" if attempt == 1 else f" ({attempt} attempts)"
        try:
            return self._send(request, attempt)
        except httpx.TimeoutException:
            return BackendError(f"no complete answer within {self._timeout_s:g} s{tries}.")
        except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ProxyError) as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise BackendError(
                    "its certificate is not trusted.", fix="Check base_url, or install its certificate."
                ) from error
            return BackendError(f"{_plain(error)}{tries}.")
        except httpx.HTTPError as error:
            raise BackendError(f"its answer cannot be read ({type(error).__name__}).") from error

    def _send(self, request: "httpx.Request", attempt: int) -> Answer:
        self.deadline.set(self._timeout_s)
        response = self._client.send(request, stream=True)
        try:
            if (packed := response.headers.get("content-encoding", "identity").lower()) != "identity":
                raise BackendError(f"its answer is packed ({one_line(packed[:40])}), which was not asked for.")
            body = bytearray()
            for piece in response.iter_raw():
                body += piece
                if len(body) > _LARGEST_ANSWER_BYTES:
                    raise BackendError(f"its answer is larger than {_LARGEST_ANSWER_BYTES >> 20} MB.")
        finally:
            response.close()
        target = response.next_request.url.host if response.next_request else ""
        return Answer(response.status_code, bytes(body), target, _retry_after_s(response.headers), attempt)

    def delay_s(self, outcome: "Answer | BackendError", attempt: int) -> float | None:
        """Doubling from attempt to attempt, half of it by chance; None when the server wants more patience than there is."""
        longest = self._policy.longest_delay_s
        delay = min(longest, self._policy.first_delay_s * 2 ** (attempt - 1)) * (1 + self.chance()) / 2
        asked = outcome.wait_s if isinstance(outcome, Answer) else None
        return delay if asked is None else max(delay, asked) if asked <= longest else None


def is_transient(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status == 429 or status >= 500


def _retry_after_s(headers: "httpx.Headers") -> float | None:
    """Seconds of a `Retry-After` header, given as a number or as a date."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        date = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _plain(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached: {error}"
    return "the connection was lost before the answer was complete"


def _reason(outcome: "Answer | BackendError") -> str:
    return f"status {outcome.status}" if isinstance(outcome, Answer) else outcome.what
