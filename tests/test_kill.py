"""A batch that is killed at any moment goes on where it stopped, and what kills it again and again is given up.

`KILLS=30 pytest tests/test_kill.py` kills more often; `python benchmarks/kill.py` prints a table.
"""

import os
import random
import signal
from pathlib import Path

import pytest

from flows.cli.interrupt import leave, terminable
from flows.finished import Outcome
from flows.folder.history import History
from flows.folder.status import status_rows
from tests import killable
from tests.folder_faults import captions, make_old
from tests.plain_batch import plain_batch, statuses

KILLS = int(os.environ.get("KILLS", "4"))


@pytest.fixture(scope="module")
def forked():
    return killable.context()


@pytest.fixture
def folder(tmp_path) -> Path:
    """Two recordings of captions."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(2):
        (folder / f"2026-03-0{number + 3}-talk.srt").write_text(captions(number))
    return folder


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


@pytest.mark.parametrize(("sound", "kills"), [(False, KILLS // 2), (True, KILLS // 2)])
@pytest.mark.slow
def test_killed_batch_goes_on_and_ends_as_if_nothing_had_happened(forked, folder, short_meeting, sound, kills):
    if sound:
        (folder / short_meeting.name).write_bytes(short_meeting.read_bytes())
    make_old(folder)
    whole, killed = folder.parent / "whole", folder.parent / "killed"
    length_s = killable.run(forked, folder, whole)
    chance = random.Random(kills)
    for _ in range(kills):
        killable.run(forked, folder, killed, kill_after_s=chance.uniform(0, length_s))
        assert killable.half_written(killed) == []
    killable.run(forked, folder, killed)
    assert killable.half_written(killed) == []
    assert killable.content(killed) == killable.content(whole)
    heard, once = killable.times_heard(killed), killable.times_heard(whole)
    assert heard.keys() == once.keys()
    assert heard.total() - once.total() <= kills


# A recording that kills the process


def killed_at_first(forked, folder: Path, out: Path) -> None:
    """A batch whose process dies in its first summary."""
    process = forked.Process(target=_die, args=(folder, out))
    process.start()
    process.join()
    assert process.exitcode == -9


def _die(folder: Path, out: Path) -> None:
    plain_batch(folder, out, failing=Death())


class Death(Exception):
    """Kills the process that raises it."""

    def __getattribute__(self, name):
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_sigterm_ends_a_batch_as_an_interrupt_by_hand_does(forked, folder, out):
    process = forked.Process(target=_end, args=(folder, out))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGTERM
    assert not History(out).entries
    assert set(statuses(plain_batch(folder, out)).values()) == {"completed"}


def _end(folder: Path, out: Path) -> None:
    """A batch that is told to end in its first summary."""
    try:
        with terminable():
            plain_batch(folder, out, failing=End())
    except KeyboardInterrupt as stopped:
        leave(stopped)


class End(Exception):
    """Asks the process that raises it to end."""

    def __getattribute__(self, name):
        os.kill(os.getpid(), signal.SIGTERM)


def test_recording_that_always_kills_is_given_up_and_the_others_go_on(forked, folder, out):
    for attempts in (1, 2, 3):
        killed_at_first(forked, folder, out)
        [entry] = History(out).entries.values()
        assert (entry.name, entry.status, entry.attempts) == ("2026-03-03-talk.srt", "failed", attempts)
    outcomes = plain_batch(folder, out)
    assert statuses(outcomes) == {"2026-03-03-talk.srt": "(failed)", "2026-03-04-talk.srt": "completed"}
    assert "the process ended while it worked on this recording (out of memory, killed, or power lost)" in outcomes[0].error
    assert "It failed 3 times and is not tried again as it is" in outcomes[0].error
    [page] = (out / "failed").iterdir()
    assert "attempt 3" in page.read_text()


def test_recording_that_killed_once_is_tried_again_and_its_page_goes(forked, folder, out):
    killed_at_first(forked, folder, out)
    assert set(statuses(plain_batch(folder, out)).values()) == {"completed"}
    assert list((out / "failed").iterdir()) == []


def test_old_minutes_do_not_hide_that_a_recording_kills(folder, out):
    plain_batch(folder, out)
    plain_batch(folder, out, "summarization.options.sentences=2", failing=RuntimeError("no"))
    assert [row["state"] for row in status_rows(sorted(folder.iterdir()), out)] == ["failed", "failed"]


def test_interrupt_by_hand_costs_no_attempt(folder, out, monkeypatch):
    monkeypatch.setattr("flows.lanes.isolated", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        plain_batch(folder, out)
    assert not History(out).entries


def test_status_tells_what_is_being_worked_on(folder, out, monkeypatch):
    seen: list[list[str]] = []

    def look(job, _):
        seen.append([row["state"] for row in status_rows(sorted(folder.iterdir()), out)])
        return Outcome.failure(job.path, RuntimeError("no")), None

    monkeypatch.setattr("flows.lanes.isolated", look)
    plain_batch(folder, out)
    assert seen == [["in_progress", "new"], ["failed", "in_progress"]]
