"""Starts the app on this machine: Gradio's page and the routes, behind the guard, with nothing that speaks to others."""

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from configs.load import choose_file, packaged_names
from flows.app.guard import App, Guard
from flows.app.library import UPLOADS, Library
from flows.app.narrow import Narrow
from flows.app.work import Workshop
from flows.folder.jobs import check_out
from tasks.errors import ConfigError, DependencyError

PASSWORD_ENV = "MINUTES_APP_PASSWORD"  # noqa: S105 - its name
_OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "GRADIO_TEMP_DIR": "", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
_PATIENCE_S = 2


def serve_app(  # noqa: PLR0913 - one parameter an option
    out: Path,
    recordings: Path | None,
    config: str | None,
    settings: Sequence[str],
    *,
    host: str,
    port: int,
    most_mb: int,
    say: Callable[[str], None],
) -> bool:
    """Serve until stopped. Whether work was still going on then."""
    import uvicorn

    check_out(out)
    require_folder(recordings)
    password = required_password(host)
    (out / UPLOADS).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".arriving-", dir=out.resolve() / UPLOADS) as arrivals:
        workshop = Workshop()
        library = Library(out.resolve(), recordings.resolve() if recordings else None, Path(arrivals))
        app = make_app(library, offered_configs(config), tuple(settings), workshop, most_mb)
        say(f"http://{f'[{host}]' if ':' in host else host}:{port}")
        uvicorn.run(
            Guard(app, hosts_of(host), password), host=host, port=port, log_level="warning", timeout_graceful_shutdown=_PATIENCE_S
        )
        return workshop.busy


def make_app(library: Library, configs: dict[str, str], settings: tuple[str, ...], workshop: Workshop, most_mb: int) -> App:
    """The application, but for who may come in. Raises a `DependencyError` where Gradio is missing."""
    os.environ |= _QUIET | {"GRADIO_TEMP_DIR": str(library.arrivals)}
    try:
        import gradio
    except ImportError as error:
        fix = "pip install 'audio-minutes[app]'"
        raise DependencyError("needs 'gradio', which is not installed.", where="minutes app", fix=fix) from error
    from fastapi import FastAPI

    from flows.app.page import Desk, build
    from flows.app.routes import routes

    app = FastAPI(openapi_url=None)
    app.include_router(routes(library))
    fonts: list[Any] = ["system-ui", "sans-serif"]
    gradio.mount_gradio_app(
        app,
        build(Desk(library, configs, settings, workshop)),
        path="/",
        allowed_paths=[],
        max_file_size=most_mb << 20,
        ssr_mode=False,
        footer_links=[],
        theme=gradio.themes.Default(font=fonts, font_mono=["monospace"]),
    )
    return Narrow(app, library.arrivals)


def offered_configs(config: str | None) -> dict[str, str]:
    """The configurations to choose from: the one that is asked for first, then those that come with the package."""
    path, _ = choose_file(config, os.environ)
    first = {path.stem: config or str(path)}
    return first | {name: name for name in packaged_names() if name not in first}


def required_password(host: str) -> str:
    """The password of the app, or an empty text on this machine alone. Raises a `ConfigError` if others could come in without."""
    password = os.environ.get(PASSWORD_ENV, "")
    if not password and not is_loopback(host):
        what = "would let everybody in who reaches this machine."
        raise ConfigError(what, where=f"--host {host}", fix=f"Set {PASSWORD_ENV}, or leave --host away.")
    return password


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts_of(host: str) -> frozenset[str]:
    """The names by which a browser may call it; on all interfaces nobody knows them."""
    with suppress(ValueError):  # a name is no address, and one name
        if ip_address(host).is_unspecified:
            return frozenset()
    return _OWN_HOSTS | {host.lower()}


def require_folder(folder: Path | None) -> None:
    """Raise a `ConfigError` for what is no folder."""
    if folder is not None and not folder.is_dir():
        raise ConfigError("is no folder.", where=f"--folder {folder}", fix="Name the folder with the recordings.")
