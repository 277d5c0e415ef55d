"""A Prefect server without UI and scheduler for one command: `python -m flows.server.temporary HANDLE`.

HANDLE is a socket that listens already.

It watches its standard input: when the process that started it ends, however it ends, so does the server. Servers with the same
home start one after the other: two that make Prefect's database at the same time spoil it.
"""

import os
import sys
import threading
from socket import socket

from tasks.files import in_turn

LOCK = "audio-minutes-server.lock"


def main() -> None:
    """Serve until the parent ends."""
    os.environ |= {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
    import uvicorn
    from prefect.settings import get_current_settings

    app = "prefect.server.api.server:create_app"
    config = uvicorn.Config(app, factory=True, log_level="critical", lifespan="on")

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket] | None = None) -> None:
            home = get_current_settings().home
            home.mkdir(parents=True, exist_ok=True)
            with in_turn(home / LOCK):
                await super().startup(sockets)

    server = Server(config)
    threading.Thread(target=_stop_when_parent_ends, args=(server,), daemon=True).start()
    server.run([socket(fileno=int(sys.argv[1]))])


def _stop_when_parent_ends(server: object) -> None:
    while os.read(0, 1):  # not `sys.stdin`, whose lock a thread must not hold when the interpreter ends
        pass
    server.should_exit = True  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
