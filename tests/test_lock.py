"""One batch per output folder at a time; a lock ends with the process that holds it, however it ends."""

import errno
import fcntl
import os
import signal
import subprocess
import sys

import pytest

from flows.folder.lock import FILE_NAME, sole_run
from tasks.errors import ResourceError

HOLD = """
import sys
from pathlib import Path
from flows.folder.lock import sole_run

with sole_run(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock."""
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_second_run_leaves_with_one_sentence_and_names_the_first(tmp_path, holder):
    with pytest.raises(ResourceError) as caught, sole_run(tmp_path):
        pytest.fail("it ran")
    message = str(caught.value)
    assert message.startswith(f"{tmp_path}: another run (process {holder.pid} on ")
    assert message.endswith(") is writing there. Wait for its end, or choose another folder with --out.")
    assert caught.value.exit_code == 1


def test_run_that_was_killed_holds_nothing(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / FILE_NAME).read_text()
    with sole_run(tmp_path):
        assert f'"pid": {os.getpid()}' in (tmp_path / FILE_NAME).read_text()


def test_another_output_folder_is_free(tmp_path, holder):
    with sole_run(tmp_path / "other"):
        assert (tmp_path / "other" / FILE_NAME).is_file()


def test_lock_is_given_back_at_the_end(tmp_path):
    for _ in range(2):
        with sole_run(tmp_path):
            pass


def test_unreadable_name_of_the_holder_is_left_out(tmp_path, holder):
    (tmp_path / FILE_NAME).write_text("?")
    with pytest.raises(ResourceError, match="another run is writing there"), sole_run(tmp_path):
        pytest.fail("it ran")


def test_output_folder_that_cannot_be_written_is_told_before_any_work(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ResourceError, match="cannot be written: Read-only file system"), sole_run(tmp_path):
        pytest.fail("it ran")


def test_file_system_without_locks_is_warned_about(tmp_path, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with sole_run(tmp_path):
        assert "this file system has no locks" in caplog.text


def test_a_lock_that_is_a_link_is_refused_and_its_target_left(tmp_path):
    target = tmp_path / "theirs.txt"
    target.write_text("theirs")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / FILE_NAME).symlink_to(target)
    with (
        pytest.raises(ResourceError, match=r"\.lock: is a link, and links are not followed\. Delete it\."),
        sole_run(tmp_path / "out"),
    ):
        pytest.fail("it ran")
    assert target.read_text() == "theirs"
