"""How a command ends that is interrupted: it answers at once, and is gone within three seconds whatever it does."""

import os
import signal
import subprocess
import sys
import time

import pytest

SECONDS = 30.0
"""Ten times what is promised, for a machine that does much else; what is interrupted would go on for a minute and more."""
IN_A_LIBRARY = """
import hashlib, os, signal, sys, time
from collections import deque
from functools import partial
from operator import call
import typer
from flows.cli.interrupt import leave, terminable

signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with terminable():
        {work}
except KeyboardInterrupt as stopped:
    {cleaning}
    try:
        leave(stopped)
    except typer.Exit as end:
        sys.exit(end.exit_code)
"""
WORKS = 'os.write(1, b"works\\n")'
DEAF = 'deque(map(call, (partial(os.write, 1, b"works\\n"), partial(hashlib.pbkdf2_hmac, "sha256", b"", b"", 2**31 - 1))))'
"""Works for minutes with no step of Python from the word to the end, so that a signal after the word is not answered there."""
WAITING = f"{WORKS}; time.sleep(60)"


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
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout.readline() == b"works\n"
        process.send_signal(number)
        assert process.stdout.read() == b"last"


def test_process_ends_though_what_is_to_be_said_last_cannot_be_said():
    script = IN_A_LIBRARY.format(work=DEAF, cleaning="pass").replace("terminable()", "terminable(lambda: 1 / 0)")
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with process:
        assert process.stdout.readline() == b"works\n"
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 128 + signal.SIGTERM


def test_hangup_that_nohup_has_ignored_stays_ignored():
    script = IN_A_LIBRARY.format(work=f"{WORKS}; os.kill(os.getpid(), signal.SIGHUP)", cleaning="pass")
    ignored = f"import os, signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n{script}\nprint('done')"
    done = subprocess.run([sys.executable, "-c", ignored], capture_output=True, timeout=60, check=True)
    assert done.stdout == b"works\ndone\n"


def test_process_that_is_not_interrupted_ends_by_itself():
    script = IN_A_LIBRARY.format(work=WORKS, cleaning="pass")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (b"works\n", b"")
