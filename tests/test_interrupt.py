"""How a command ends that is interrupted: it answers at once, and is gone within three seconds whatever it does."""

import os
import signal
import subprocess
import sys
import time

import pytest

SECONDS = 3.0
IN_A_LIBRARY = """
import signal, sys, time
import typer
from flows.cli.interrupt import leave, terminable

signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with terminable():
        print("works", flush=True)
        {work}
except KeyboardInterrupt as stopped:
    {cleaning}
    try:
        leave(stopped)
    except typer.Exit as end:
        sys.exit(end.exit_code)
"""
DEAF = "import ctypes; ctypes.PyDLL(None).usleep; ctypes.CDLL(None).sleep(60); ctypes.CDLL(None).sleep(60)"
WAITING = "time.sleep(60)"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["ctrl-c", "sigterm", "sighup"]
)
@pytest.mark.parametrize(
    ("work", "cleaning"),
    [(WAITING, "pass"), (DEAF, "pass"), (WAITING, "time.sleep(60)")],
    ids=["python", "a library", "slow cleaning"],
)
def test_interrupt_is_answered_at_once_and_ends_the_process_soon(work, cleaning, number, code):
    script = IN_A_LIBRARY.format(work=work, cleaning=cleaning)
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout.readline() == b"works\n"
        started = time.monotonic()
        process.send_signal(number)
        os.set_blocking(process.stderr.fileno(), True)
        assert process.stderr.read().strip() == b"interrupted; run the same command again to go on where it stopped"
        process.wait()
        assert time.monotonic() - started < SECONDS
    assert process.returncode in (code, -number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=["ctrl-c", "sigterm", "sighup"])
def test_what_is_to_be_said_last_is_said_though_a_library_computes(number):
    """So that no recording is charged an attempt for an orderly end."""
    script = IN_A_LIBRARY.format(work=DEAF, cleaning="pass").replace("terminable()", "terminable(lambda: os.write(1, b'last'))")
    process = subprocess.Popen([sys.executable, "-c", f"import os\n{script}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout.readline() == b"works\n"
        process.send_signal(number)
        assert process.stdout.read() == b"last"


def test_hangup_that_nohup_has_ignored_stays_ignored():
    script = IN_A_LIBRARY.format(work="os.kill(os.getpid(), signal.SIGHUP)", cleaning="pass")
    ignored = f"import os, signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{script}\nprint('done')"
    done = subprocess.run([sys.executable, "-c", ignored], capture_output=True, timeout=60, check=True)
    assert done.stdout == b"works\ndone\n"


def test_process_that_is_not_interrupted_ends_by_itself():
    script = IN_A_LIBRARY.format(work="pass", cleaning="pass")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (b"works\n", b"")
