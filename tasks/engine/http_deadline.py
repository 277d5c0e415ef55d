"""One limit of time for a whole request, in whatever phase it is: connecting, sending, heads, a body that trickles.

httpx limits each wait by itself, so that a server which sends a byte now and then, or `102 Processing` without end, is waited for
for ever. Here every wait of a request gets only what is left of its time.
"""

import threading
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx


class Deadline:
    """When the request of this thread must be over; each thread has its own."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def set(self, seconds: float) -> None:
        """Begin the time of a request."""
        self._of_thread.end = monotonic() + seconds

    def left(self, wanted: float | None) -> float | None:
        """What may be waited for: no longer than wanted, and no longer than is left. Raises a timeout if nothing is."""
        import httpcore

        end: float | None = getattr(self._of_thread, "end", None)
        if end is None:
            return wanted
        if (rest := end - monotonic()) <= 0:
            raise httpcore.ReadTimeout("the time of this request is over")
        return rest if wanted is None else min(rest, wanted)

    def hold(self, client: "httpx.Client") -> None:
        """Have every connection of a client keep it, those through a proxy too."""
        for transport in (client._transport, *client._mounts.values()):  # httpx has no public way to its connections
            if pool := getattr(transport, "_pool", None):
                pool._network_backend = _NetworkBackend(self, pool._network_backend)


class _Stream:
    """An `httpcore.NetworkStream` whose waits end with the request."""

    def __init__(self, deadline: Deadline, inner: Any) -> None:
        self._deadline, self._inner = deadline, inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        given: bytes = self._inner.read(max_bytes, self._deadline.left(timeout))
        return given

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> "_Stream":
        return _Stream(self._deadline, self._inner.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _NetworkBackend:
    """An `httpcore.NetworkBackend` that opens such connections."""

    def __init__(self, deadline: Deadline, inner: Any) -> None:
        self._deadline, self._inner = deadline, inner

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **more: Any) -> _Stream:
        return _Stream(self._deadline, self._inner.connect_tcp(host, port, self._deadline.left(timeout), **more))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)
