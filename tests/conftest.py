"""Every test runs in a world of its own: no user's home, cache, server or settings."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from flows.server.find import Server, temporary_server
from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.levels import write_wav
from tasks.models.cpu_threads import wait_idly
from tasks.models.snapshots import hub_cache
from tests.builders import SAMPLE_SPEECH
from tests.prefect_home import give_database

wait_idly()
settings.register_profile("default", deadline=None)  # these machines are noisy
settings.load_profile("default")
LONGEST = (
    "test_sample_meetings",
    "test_kill",
    "test_openai_whisper",
    "test_transformers_recognizer",
    "test_faster_whisper",
    "test_engines_agree",
    "test_audio_faults",
    "test_serve",
    "test_server",
    "test_flows",
    "test_transformers_chat",
    "test_sample_actions",
    "test_lies",
)
REAL_HUB_CACHE = hub_cache()
"""Of the machine: `make install` puts the models of the embedded configuration there."""
EMBEDDED_MODELS = (
    "models--Systran--faster-whisper-base",
    "models--iic--speech_campplus_sv_zh_en_16k-common_advanced",
    "models--pyannote--segmentation-3.0",
)
_servers = pytest.StashKey[tuple[ExitStack, Server]]()


_frozen = 0
"""Modules that were imported when garbage was last collected for good."""


def pytest_runtest_teardown() -> None:
    """What libraries bring along is not looked through again by each collection of garbage; models are closed by one."""
    global _frozen  # noqa: PLW0603
    if len(sys.modules) > _frozen + 200:
        gc.collect()
        gc.freeze()
        _frozen = len(sys.modules)


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("MINUTES", "PREFECT", "HF_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / ".cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    show_models(home)


def show_models(home: Path) -> None:
    """Let a home of the tests' own have the real weights of the embedded configuration, if they are on this machine."""
    hub = home / ".cache" / "huggingface" / "hub"
    hub.mkdir(parents=True)
    for name in EMBEDDED_MODELS:
        (hub / name).symlink_to(REAL_HUB_CACHE / name)


@pytest.fixture(scope="module")
def one_torch_thread() -> Iterator[None]:
    """On a busy machine two threads wait for each other most of the time."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def short_meeting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds in which two people decide on an offer and promise to call the carpenter."""
    samples = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    path = tmp_path_factory.mktemp("recordings") / "2026-03-02-short-meeting.wav"
    write_wav(path, samples[round(32.8 * SAMPLE_RATE) : 42 * SAMPLE_RATE])
    return path


@pytest.fixture(scope="session")
def prefect_api(request: pytest.FixtureRequest) -> str:
    """The URL of a real Prefect server, private to this test session."""
    server = request.config.stash[_servers][1]
    server.wait()
    return server.url


@pytest.fixture
def online(monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


@pytest.fixture
def hub(online, monkeypatch):
    """A Hub with one small model."""
    from tests.hub_server import FILES, Hub, serve

    with serve(Hub(dict(FILES))) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def unplugged(hub, monkeypatch):
    """Cuts the network: whatever was fetched before must do."""

    def unplug() -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    return unplug


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest go first, so that the others fill the other core to the end."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the server at once if a collected test needs it, so that it boots while other tests run."""
    if any("prefect_api" in getattr(item, "fixturenames", ()) for item in session.items):
        stack = ExitStack()
        home = session.config._tmp_path_factory.mktemp("prefect")
        give_database(home / "server")
        os.environ |= {"PREFECT_HOME": str(home / "server"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        session.config.stash[_servers] = (stack, stack.enter_context(temporary_server(guarded=False)))
        os.environ["PREFECT_HOME"] = str(home)  # two servers that make one database at the same time spoil it


def pytest_unconfigure(config: pytest.Config) -> None:
    if _servers in config.stash:
        config.stash[_servers][0].close()
