"""Models on the workers of a Ray or Dask cluster: the same minutes as on one machine, also when workers die."""

import importlib.util
import os
import pickle
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest

from configs.load import load_config
from configs.problems import check_machine
from flows.cluster.worker_check import WorkerQuestion, look
from flows.device import device_of
from flows.finished import config_key
from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.levels import write_wav
from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.errors import AudioError, DependencyError, MinutesError, ResourceError
from tasks.job import Job, Run
from tests.builders import SAMPLE_SPEECH, silence
from tests.process_logs import Logs
from tests.test_server import api

ROOT = Path(__file__).parent.parent
NOBODY = "127.0.0.1:1"


def on_cluster(engine: str, address: str, *more: str) -> list[str]:
    return [f"hardware.cluster.engine={engine}", f"hardware.cluster.address='{address}'", *more]


# What can be said without a cluster


@pytest.mark.parametrize("engine", ["ray", "dask"])
def test_cluster_that_is_not_there_is_named_at_once(tmp_path, engine):
    from flows.cluster.workers import cluster

    pytest.importorskip(f"prefect_{engine}")
    loaded = load_config("embedded", on_cluster(engine, NOBODY), {})
    job = Job(path=str(tmp_path / "talk.wav"), out=str(tmp_path), device=device_of(loaded.config.hardware))
    started = time.monotonic()
    with pytest.raises(DependencyError) as caught, cluster(loaded, [job]):
        pass
    what = f"{NOBODY}: no {engine} cluster answers ([Errno 111] Connection refused). Start it, or correct hardware.cluster."
    assert str(caught.value) == what
    assert time.monotonic() - started < 15


@pytest.mark.cluster
@pytest.mark.parametrize(("engine", "called"), [("ray", "Ray"), ("dask", "Dask scheduler")])
def test_another_program_at_the_address_is_told_from_a_cluster(tmp_path, engine, called):
    pytest.importorskip(f"prefect_{engine}")
    with api(200) as url:
        address = url.removeprefix("http://").removesuffix("/api")
        command = [str(Path(sys.executable).with_name("minutes")), "run", str(SAMPLE_SPEECH), "--out", str(tmp_path / "out")]
        command += [item for wish in on_cluster(engine, address) for item in ("--set", wish)]
        environment = os.environ | {"PREFECT_API_URL": url}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT, timeout=120)
    assert f"{address}: no {engine} cluster answers (what listens there is no {called})." in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("engine", ["ray", "dask"])
def test_missing_extra_is_named_with_its_command(monkeypatch, engine):
    find = importlib.util.find_spec
    monkeypatch.setattr("configs.problems.find_spec", lambda name: None if name == f"prefect_{engine}" else find(name))
    [problem] = check_machine(load_config("embedded", on_cluster(engine, NOBODY), {}).config)
    command = f"pip install 'audio-minutes[{engine}]'"
    assert problem == f"hardware.cluster.engine: {engine} needs 'prefect_{engine}', which is not installed: {command}"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (on_cluster("spark", NOBODY), "hardware.cluster.engine: should be 'ray' or 'dask', not 'spark'."),
        (on_cluster("ray", "head"), "hardware.cluster.address: should be a host and a port, such as head:8786, not 'head'."),
        (["hardware.cluster.engine=ray"], "hardware.cluster.address: is missing."),
        (
            on_cluster("ray", NOBODY, "hardware.cluster.adress=x"),
            "unknown key 'adress'; known: engine, address. Did you mean 'address'?",
        ),
        (on_cluster("ray", NOBODY, "hardware.device=auto"), "device: cpu or device: cuda, what the workers of the cluster have."),
    ],
)
def test_mistake_in_the_block_is_one_sentence(settings, sentence):
    with pytest.raises(MinutesError, match=re.escape(sentence)):
        load_config("embedded", settings, {})


@pytest.mark.parametrize("address", ["ray://head.example:10001", "tcp://10.0.0.1:8786", "[fd00::1]:8786", "head:6379"])
def test_address_is_taken_as_the_engines_write_it(address):
    hardware = load_config("embedded", on_cluster("ray", address), {}).config.hardware
    host, port = hardware.cluster.host_and_port
    assert f"{host}:{port}" == re.sub(r"^\w+://|[\[\]]", "", address)


def test_device_is_that_of_the_workers_and_needs_none_here():
    settings = on_cluster("dask", NOBODY, "hardware.device=cuda")
    device = device_of(load_config("embedded", settings, {}).config.hardware)
    assert (device.name, device.reason) == ("cuda", "on the workers of the dask cluster at 127.0.0.1:1")


@pytest.mark.parametrize(
    "error",
    [
        ResourceError("broke.", where="cuda", fix="Run it again.", fatal=True),
        AudioError("ends early.", where="a.wav", incomplete=True),
        DependencyError("is missing."),
    ],
)
def test_error_of_a_worker_arrives_whole(error):
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


# What a worker must have


@pytest.fixture
def question(tmp_path) -> Callable[..., str]:
    """What a worker is asked, everything as it should be unless told."""
    loaded = load_config("embedded", [], {})
    sign, talk = tmp_path / ".sign", tmp_path / "talk.wav"
    sign.write_text("token")
    talk.touch()
    right = {
        "config": loaded.config.model_dump_json(),
        "config_name": loaded.name,
        "key": config_key(loaded.config, loaded.name),
        "sign": str(sign),
        "token": "token",
        "recording": str(talk),
        "server": "http://127.0.0.1:1/api",
    }
    return lambda **wrong: WorkerQuestion(**(right | wrong)).model_dump_json()


def test_worker_that_has_everything_is_not_complained_about(question):
    with api(200) as url:
        assert look(question(server=url)) is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sign": "/elsewhere/.work/.sign"}, "does not see the work folder '/elsewhere/.work': mount it under the same path"),
        ({"token": "of another folder of that name"}, "does not see the work folder"),
        ({"recording": "/elsewhere/talk.wav"}, "does not see the recordings in '/elsewhere': mount them under the same path"),
        ({"key": "of another release"}, "has another release of audio-minutes, of an engine or of a model"),
        ({}, "does not reach the Prefect server http://127.0.0.1:1/api: start one that all machines reach"),
    ],
)
def test_what_a_worker_lacks_is_one_sentence(question, wrong, sentence):
    assert sentence in (look(question(**wrong)) or "")


class ScriptedEngine:
    """A cluster that does the work at once in this process."""

    lost, gpu_offer = (KeyError,), "--gpu"

    def __init__(self, answer: object = None, places: int = 2, gpus: int = 0) -> None:
        self.answer, self._places, self._gpus = answer, places, gpus
        self.asked_for: list[int] = []

    def submit(self, work, parameters, gpus):
        self.asked_for.append(gpus)
        return SimpleNamespace(result=lambda: work.fn(**parameters))

    def gpus(self):
        return self._gpus

    def places(self):
        return self._places

    def ask_all(self, question, *args):
        return {"tcp://10.0.0.5:4000": self.answer}


@pytest.mark.parametrize(
    ("engine", "sentence"),
    [
        (ScriptedEngine(places=0), "hardware.cluster: has no workers. Start some: docs/cluster.md says how."),
        (ScriptedEngine(), "hardware.cluster: no worker offers a GPU. Start them with --gpu, or use device: cpu."),
        (
            ScriptedEngine(ModuleNotFoundError("No module named 'flows'"), gpus=1),
            "hardware.cluster: the worker tcp://10.0.0.5:4000 cannot import audio-minutes (No module named 'flows'): "
            "install the same release on every machine.",
        ),
        (ScriptedEngine("lacks it.", gpus=1), "hardware.cluster: the worker tcp://10.0.0.5:4000 lacks it."),
        (
            ScriptedEngine(OSError("gone"), gpus=1),
            "hardware.cluster: the worker tcp://10.0.0.5:4000 fails (OSError: gone): look at its log.",
        ),
    ],
)
def test_cluster_that_cannot_do_the_work_is_refused(tmp_path, engine, sentence):
    from flows.cluster.workers import require_workers

    job = Job(path=str(tmp_path / "talk.wav"), out=str(tmp_path), device=Device("cuda", "of the workers"))
    with pytest.raises(MinutesError) as caught:
        require_workers(engine, load_config("embedded", [], {}), job)
    assert str(caught.value) == sentence
    assert list(job.work.glob(".sign*")) == []


@pytest.mark.parametrize(("device", "gpus"), [("cuda", 1), ("cpu", 0)])
def test_each_task_with_a_model_asks_for_one_gpu_or_none(tmp_path, device, gpus):
    from flows.cluster.workers import ClusterWorkers
    from tasks.prefect_stage import each_part

    engine = ScriptedEngine()
    job = Job(path="talk.wav", out=str(tmp_path), device=Device(device, "test"))
    double = each_part(lambda job, run, number: 2 * number, "Double")
    run = Run(ModelPool(), ClusterWorkers(engine))
    assert list(double(run, [(job, 1), (job, 2)])) == [2, 4]
    assert engine.asked_for == [gpus, gpus]
    assert list(double(Run(ModelPool()), [(job, 3)])) == [6]
    assert len(engine.asked_for) == 2


def test_task_that_kills_every_worker_is_an_error_that_says_what_is_left(tmp_path):
    from flows.cluster.workers import ClusterWorkers
    from tasks.prefect_stage import each_part

    job = Job(path="talk.wav", out=str(tmp_path), device=Device("cpu", "test"))
    deadly = each_part(lambda job, run: {}["worker"], "Die")
    with pytest.raises(ResourceError) as caught:
        list(deadly(Run(ModelPool(), ClusterWorkers(ScriptedEngine())), [(job,)]))
    assert str(caught.value).startswith("hardware.cluster: the cluster lost a task for good (KeyError). What is done is stored:")


def test_broken_gpu_ends_its_worker_and_not_the_run(tmp_path, monkeypatch):
    from flows.cluster.workers import ClusterWorkers
    from tasks.prefect_stage import each_part

    def break_down(job: Job, run: Run) -> None:
        raise ResourceError("cuda broke down.", fatal=True)

    def leave(code: int) -> None:
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", leave)
    job = Job(path="talk.wav", out=str(tmp_path), device=Device("cpu", "test"))
    with pytest.raises(SystemExit):
        list(each_part(break_down, "Break")(Run(ModelPool(), ClusterWorkers(ScriptedEngine())), [(job,)]))


# Real clusters of two worker processes on this machine


@pytest.fixture(scope="module")
def meeting(tmp_path_factory) -> Path:
    """A recording of several spans: a few words each, and silence."""
    speech = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    said = [(32.8, 37.6), (37.6, 42.0), (32.8, 35.0)]
    pieces = [
        part for start, end in said for part in (speech[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)], silence(23))
    ]
    path = tmp_path_factory.mktemp("recordings") / "2026-03-02-long-meeting.wav"
    write_wav(path, np.concatenate(pieces))
    return path


@pytest.fixture(scope="module")
def minutes_of(meeting, prefect_api) -> Callable[..., dict[str, bytes]]:
    """What `minutes run` makes of the recording."""

    def run(out: Path, *settings: str) -> dict[str, bytes]:
        wishes = ["audio.max_span_s=30", "diarization.backend=none", *settings]
        command = [str(Path(sys.executable).with_name("minutes")), "run", str(meeting), "--config", "embedded", "--out", str(out)]
        command += [item for wish in wishes for item in ("--set", wish)]
        environment = os.environ | {"PREFECT_API_URL": prefect_api, "PREFECT_HOME": str(out.parent / "prefect")}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        made = {path.name: path.read_bytes() for path in out.glob("[!.]*/*") if path.name != "run.json"}
        assert {"minutes.md", "minutes.json", "transcript.json"} <= made.keys()
        return made

    return run


@pytest.fixture(scope="module")
def alone_in(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("alone") / "out"


@pytest.fixture(scope="module")
def alone(minutes_of, alone_in) -> dict[str, bytes]:
    """The minutes that one machine makes."""
    return minutes_of(alone_in)


@pytest.fixture(scope="module")
def spans(alone, alone_in) -> int:
    """How many spans the recording has."""
    count = sum(1 for _ in alone_in.glob(".work/transcription-spans/*"))
    assert count >= 3
    return count


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def running(command: list[str], environment: dict[str, str], port: str) -> Iterator[None]:
    """A server in a process group of its own, which answers when the block begins and is gone when it ends."""
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        until(lambda: answers(port))
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def until(happened: Callable[[], object], limit_s: float = 180) -> None:
    deadline = time.monotonic() + limit_s
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def dask_cluster(logs: Logs) -> Iterator[str]:
    port, environment = free_port(), logs.environment()
    address = f"127.0.0.1:{port}"
    module = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    workers = [
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nworkers",
        "2",
        "--nthreads",
        "1",
        "--no-dashboard",
    ]
    with running(module, environment, port), running(workers, environment, port):
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=180)
        yield address


@contextmanager
def ray_cluster(logs: Logs) -> Iterator[str]:
    port, environment = free_port(), logs.environment()
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # the names of its sockets must be short
    start = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--num-cpus=2", f"--port={port}"]
    start += ["--include-dashboard=false", f"--temp-dir={folder}", f"--ray-client-server-port={free_port()}"]
    try:
        with running([*start, "--object-store-memory=80000000"], environment, port):
            yield f"127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", params=["dask", "ray"])
def cluster(request, tmp_path_factory) -> Iterator[tuple[str, str, Logs]]:
    """The engine, the address, and what its workers say."""
    pytest.importorskip(f"prefect_{request.param}", reason=f"the extra '{request.param}' is not installed")
    logs = Logs(tmp_path_factory.mktemp("cluster") / "logs")
    start = {"dask": dask_cluster, "ray": ray_cluster}[request.param]
    with start(logs) as address:
        yield request.param, address, logs


@pytest.mark.cluster
def test_cluster_makes_the_same_minutes_with_spans_on_both_workers_and_one_model_each(
    cluster, minutes_of, alone, spans, tmp_path
):
    engine, address, logs = cluster
    assert minutes_of(tmp_path / "out", *on_cluster(engine, address)) == alone
    heard = logs.lines("transcription-spans took")
    assert (len(heard), sum(heard.values())) == (2, spans)
    opened = logs.lines("opened transcription/faster-whisper")
    assert set(opened.values()) == {1}
    assert heard.keys() <= opened.keys()


@pytest.mark.cluster
def test_killed_worker_costs_one_span(cluster, minutes_of, alone, spans, tmp_path):
    engine, address, logs = cluster
    started, took = logs.lines("transcription-spans started"), logs.lines("transcription-spans took")
    killed: list[int] = []

    def kill() -> None:
        def at_work() -> list[int]:
            now = logs.lines("transcription-spans started")
            return [process for process in now if now[process] > started.get(process, 0)]

        until(at_work)
        killed.append(at_work()[0])
        os.kill(killed[0], signal.SIGKILL)

    killer = Thread(target=kill)
    killer.start()
    made = minutes_of(tmp_path / "out", *on_cluster(engine, address))
    killer.join()
    assert made == alone
    done = sum(logs.lines("transcription-spans took").values()) - sum(took.values())
    begun = sum(logs.lines("transcription-spans started").values()) - sum(started.values())
    assert len(killed) == 1
    assert (done, begun) == (spans, spans + 1)
