"""A batch in a process that can be killed at any moment, and what must hold of its output folder then.

The process is forked from a server that has imported everything, so that a kill costs work and not the start of Python.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tasks.report.manifest import read_manifest
from tests.process_logs import Logs

ATTEMPTS = "folder.attempts=100"
_HEARD = "heard.log"
_PRELOADED = ["tests.killable", "flows.folder", "flows.recording", "torch", "faster_whisper"]
_NEVER_THE_SAME = {"run.json", "ledger.json"}


def context() -> ForkServerContext:
    """Where processes are forked from."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
    forked: Any = multiprocessing.get_context("forkserver")
    forked.set_forkserver_preload(_PRELOADED)
    return forked


def run(forked: ForkServerContext, folder: Path, out: Path, *overrides: str, kill_after_s: float | None = None) -> float:
    """Seconds that the batch took from its first stage; it is killed when it took so long, if it still runs then."""
    begun = forked.Event()
    process = forked.Process(target=_batch, args=(folder, out, overrides, begun))
    process.start()
    assert begun.wait(120)
    started = time.perf_counter()
    process.join(kill_after_s)
    if process.is_alive():
        process.kill()
        process.join()
        assert process.exitcode == -9
    else:
        assert process.exitcode == 0
    return time.perf_counter() - started


def run_command(folder: Path, out: Path, *overrides: str, server: str | None, kill_after_s: float | None = None) -> float:
    """The same as a person gives it: `minutes batch`, with a Prefect server that runs, or else a temporary one.

    The seconds count from the first recording that is looked at.
    """
    logs = Logs(out.parent / f"{out.name}-logs")
    own = {"PREFECT_API_URL": server} if server else {}
    wishes = [item for wish in (ATTEMPTS, *overrides) for item in ("--set", wish)]
    command = [str(Path(sys.executable).with_name("minutes")), "batch", str(folder), "--out", str(out), *wishes]
    with (out.parent / f"{out.name}.said").open("a") as said:
        process = subprocess.Popen(command, env=logs.environment() | own, stdout=said, stderr=said)
    while process.poll() is None and not logs.lines("audio").get(process.pid):
        time.sleep(0.02)
    started = time.perf_counter()
    with suppress(subprocess.TimeoutExpired):
        process.wait(kill_after_s)
    if process.returncode is None:
        process.kill()
        process.wait()
    assert process.returncode in (0, -9), (out.parent / f"{out.name}.said").read_text()
    return time.perf_counter() - started


def spans_begun(out: Path) -> int:
    """How many spans commands began to recognise."""
    return sum(Logs(out.parent / f"{out.name}-logs").lines("transcription-spans started").values())


def half_written(out: Path) -> list[str]:
    """What a reader of the output folder could take for whole and is not."""
    wrong = [str(path) for path in out.rglob("*") if _is_remnant(path) and not _is_hidden(path, out)]
    for folder in (path.parent for path in out.glob("*/run.json")):
        manifest = read_manifest(folder)
        if manifest is None or any(not (folder / name).is_file() for name in manifest.files):
            wrong.append(f"{folder}: run.json without all files")
    for path in (path for path in out.rglob("*.json") if not path.name.startswith(".")):
        try:
            json.loads(path.read_bytes())
        except ValueError:
            wrong.append(f"{path}: not whole")
    return wrong


def content(out: Path) -> dict[str, Any]:
    """Everything that people see, by name; without what tells of time and of attempts."""
    files = {
        str(path.relative_to(out)): path.read_text() for path in out.rglob("*") if path.is_file() and not _is_hidden(path, out)
    }
    seen: dict[str, Any] = {name: text for name, text in files.items() if Path(name).name not in _NEVER_THE_SAME}
    for name in (name for name in files if name.endswith("run.json")):
        passing = ("processing_s", "real_time_factor", "peak_memory_mb", "stages", "finished_at")
        seen[name] = {key: value for key, value in json.loads(files[name]).items() if key not in passing}
    ledger = json.loads(files["ledger.json"])["recordings"]
    seen["ledger"] = {entry["name"]: (entry["status"], entry["run_key"], entry["folder"], entry["error"]) for entry in ledger}
    return seen


def times_heard(out: Path) -> Counter[str]:
    """How often each span was recognised."""
    log = out.parent / f"{out.name}-{_HEARD}"
    return Counter(log.read_text().split()) if log.is_file() else Counter()


def _batch(folder: Path, out: Path, overrides: tuple[str, ...], begun: Any) -> None:
    import torch

    from tasks.audio.stage import split
    from tasks.diarization.stage import assemble, diarize
    from tasks.transcription import stage
    from tests.plain_batch import plain_batch

    torch.set_num_threads(1)
    recognize = stage.recognize_span
    log = out.parent / f"{out.name}-{_HEARD}"

    def counted(job: Any, run: Any, audio: Any, span: Any, *rest: Any) -> Any:
        with log.open("a") as file:
            file.write(f"{span.sha256[:12]}\n")
        return recognize(job, run, audio, span, *rest)

    plain = {"split": split, "transcribe": stage.transcribe, "diarize": diarize, "assemble": assemble}
    with patch.multiple("flows.recording", **plain), patch.object(stage, "recognize_span", counted):
        begun.set()
        plain_batch(folder, out, ATTEMPTS, *overrides)


def _is_remnant(path: Path) -> bool:
    return "partial" in path.name


def _is_hidden(path: Path, out: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(out).parts)
