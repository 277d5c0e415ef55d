"""What a machine may lack: the locks of POSIX, /proc, limits of memory, a locale with Unicode, a home to write to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folder_faults import captions

ROOT = Path(__file__).parent.parent
COMMAND = "from flows.cli import main; main()"
WINDOWS = "import sys; sys.platform = 'win32'; sys.modules['fcntl'] = sys.modules['resource'] = None\n"
MACOS = """
import os, resource, signal, sys
import asyncio, ctypes, httpx, multiprocessing, numpy, socket, subprocess, sysconfig, uuid  # made for the system that is here
sysconfig.get_config_vars()
def refuse(*_): raise ValueError("current limit exceeds maximum limit")
def look(event, given):
    if event in ("open", "os.listdir", "os.scandir") and str(given[0]).startswith("/proc"):
        raise FileNotFoundError(2, "there is no /proc", given[0])
resource.setrlimit = refuse
del os.sched_getaffinity
sys.addaudithook(look)
sys.platform = "darwin"
"""


def said(*words: str, before: str = "", cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What the command says with these words, in a process that `before` has made another system of."""
    code = f"import sys; sys.argv = ['minutes', *{list(words)!r}]\n{before}{COMMAND}"
    return started(code, cwd, **environ)


def started(code: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(cwd), **environ}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=own, capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One meeting with a name in Vietnamese."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2026-03-02-họp tuần.srt").write_text(captions(1))
    return tmp_path


@pytest.mark.parametrize("words", [["--help"], ["run", "talk.wav"]])
def test_windows_is_told_in_one_sentence_what_to_do(tmp_path, words):
    done = said(*words, before=WINDOWS, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "on Windows run it in WSL 2 or in a container" in done.stderr


@pytest.mark.slow
def test_a_system_without_proc_and_limits_of_memory_plans_and_inspects(folder):
    """As on macOS."""
    done = said("plan", "in", "--json", "--config", "embedded", before=MACOS, cwd=folder)
    assert "2026-03-02-họp tuần.srt" in json.dumps(json.loads(done.stdout), ensure_ascii=False), done.stderr


@pytest.mark.slow
def test_a_system_without_proc_and_limits_of_memory_makes_minutes(folder):
    program = (
        "from pathlib import Path; from tests.plain_batch import plain_batch\n"
        "print(*(outcome.status for outcome in plain_batch(Path('in'), Path('out'))))"
    )
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", MACOS + program], cwd=folder, env=own, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("completed"), done.stderr


@pytest.mark.parametrize("words", [["batch", "in", "--status"], ["run", "in/nothing.wav"]])
def test_a_locale_without_unicode_gets_an_answer_and_no_traceback(folder, words):
    done = said(*words, cwd=folder, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", MINUTES_CONFIG="embedded")
    assert "Traceback" not in done.stderr + done.stdout
    assert "nothing.wav" in done.stderr if "run" in words else "p tu" in done.stdout, done.stderr


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/self/fd").exists(), reason="nothing is closed to this user")
def test_a_home_that_cannot_be_written_gets_one_sentence(folder):
    done = said("run", "in/2026-03-02-họp tuần.srt", cwd=folder, HOME="/proc/self/fd", MINUTES_CONFIG="embedded")
    assert "Traceback" not in done.stderr
    assert done.returncode == 1, done.stderr
    assert "PREFECT_HOME" in done.stderr, done.stderr
