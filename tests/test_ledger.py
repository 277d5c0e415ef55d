"""The ledger on the disk: whatever byte a kill comes at, all that was saved is there."""

import datetime as dt
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from configs.load import load_config
from flows.folder.batch import run_batch, scan_folder
from flows.folder.classify import Order
from flows.folder.fingerprint import Fingerprint
from flows.folder.history import History
from flows.folder.ledger import FILE_NAME, JOURNAL_NAME, Entry, FolderLedger, Seen
from tasks.errors import ResourceError
from tasks.schema import Status
from tests.folder_faults import captions
from tests.plain_batch import OFF, QUICK, plain_batch

AT = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
NAMES = ("a", "b", "họp", "caf\udce9")


def entry(sha256: str, attempts: int = 1) -> Entry:
    return Entry(sha256=sha256, name=sha256, path=f"/in/{sha256}", status=Status.FAILED, at=AT, attempts=attempts, error="no")


def seen(path: str, size: int) -> Seen:
    return Seen(path=path, look=Fingerprint(size=size, mtime_ns=1, inode=1), sha256="0" * 64)


def state(ledger: FolderLedger) -> tuple[dict[str, Entry], dict[str, Seen]]:
    return dict(ledger.entries), dict(ledger.files)


def change(ledger: FolderLedger, name: str, number: int | None) -> None:
    """One of the four things that can happen."""
    if name in NAMES[:2]:
        ledger.put(name, None if number is None else entry(name, number))
    else:
        ledger.see(name, None if number is None else seen(name, number))


CHANGES = st.lists(st.tuples(st.sampled_from(NAMES), st.none() | st.integers(1, 9)), min_size=1, max_size=8)


@settings(max_examples=40)
@given(CHANGES, CHANGES, st.integers(0, 3), st.data())
def test_a_kill_at_any_byte_leaves_what_was_saved(first, second, compactions, data):
    with tempfile.TemporaryDirectory() as name:
        out, states = Path(name), []
        ledger = FolderLedger(out)
        for each in first:
            change(ledger, *each)
        ledger.compact()
        saved = [(0, state(ledger))]
        for each in second:
            change(ledger, *each)
            ledger.save()
            size = (out / JOURNAL_NAME).stat().st_size if (out / JOURNAL_NAME).exists() else 0
            saved.append((size, state(ledger)))
        journal = (out / JOURNAL_NAME).read_bytes() if (out / JOURNAL_NAME).exists() else b""
        cut = data.draw(st.integers(0, len(journal)))
        (out / JOURNAL_NAME).write_bytes(journal[:cut])
        expected = [known for size, known in saved if size <= cut][-1]
        killed = FolderLedger(out)
        states.append(state(killed))
        assert killed.torn == (cut not in {size for size, _ in saved})
        for _ in range(compactions):
            killed.compact()
            states.append(state(FolderLedger(out)))
        change(killed, "a", 99)
        killed.save()
        assert states == [expected] * len(states)
        assert FolderLedger(out).entries["a"].attempts == 99


@settings(max_examples=20)
@given(CHANGES)
def test_a_kill_between_the_two_files_changes_nothing(changes):
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        ledger = FolderLedger(out)
        for each in changes:
            change(ledger, *each)
            ledger.save()
        journal = (out / JOURNAL_NAME).read_bytes() if (out / JOURNAL_NAME).exists() else b""
        ledger.compact()
        (out / JOURNAL_NAME).write_bytes(journal)
        assert state(FolderLedger(out)) == state(ledger)


def test_what_is_said_to_be_saved_survives_a_real_kill(tmp_path):
    program = (
        "import sys; from pathlib import Path; from tests.test_ledger import *\n"
        f"ledger = FolderLedger(Path({str(tmp_path)!r}))\n"
        "for number in range(10**6):\n"
        "    ledger.put('a', entry('a', number)); ledger.save(); print(number, flush=True)\n"
        "    if number % 50 == 49: ledger.compact()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = [int(process.stdout.readline()) for _ in range(130)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    assert FolderLedger(tmp_path).entries["a"].attempts >= told[-1]


def test_a_change_costs_a_line_however_long_the_ledger_is(tmp_path):
    ledger = FolderLedger(tmp_path)
    for number in range(500):
        ledger.put(f"{number}", entry(f"{number}"))
    ledger.compact()
    whole = (tmp_path / FILE_NAME).stat()
    ledger.put("new", entry("new"))
    ledger.save()
    assert (tmp_path / FILE_NAME).stat() == whole
    assert (tmp_path / JOURNAL_NAME).read_bytes().count(b"\n") == 1
    assert (tmp_path / JOURNAL_NAME).stat().st_size < 300


def test_what_did_not_change_is_not_written(tmp_path):
    ledger = FolderLedger(tmp_path)
    ledger.put("a", entry("a"))
    ledger.compact()
    before = (tmp_path / FILE_NAME).stat()
    again = FolderLedger(tmp_path)
    again.put("a", entry("a"))
    again.save()
    again.compact()
    assert ((tmp_path / FILE_NAME).stat(), (tmp_path / JOURNAL_NAME).exists()) == (before, False)


def test_a_full_disk_leaves_no_half_line(tmp_path, monkeypatch):
    ledger, write = FolderLedger(tmp_path), os.write
    ledger.put("a", entry("a"))
    ledger.save()

    def full(handle: int, data: bytes) -> int:
        write(handle, data[:10])
        raise OSError(errno.ENOSPC, "full")

    ledger.put("b", entry("b"))
    with monkeypatch.context() as patch:
        patch.setattr("tasks.journal.os.write", full)
        with pytest.raises(ResourceError, match="the disk is full"):
            ledger.save()
    assert list(FolderLedger(tmp_path).entries) == ["a"]
    ledger.save()
    assert (list(FolderLedger(tmp_path).entries), FolderLedger(tmp_path).torn) == (["a", "b"], False)


def test_no_link_is_followed(tmp_path):
    (tmp_path / "other").write_text("mine")
    (tmp_path / JOURNAL_NAME).symlink_to("other")
    ledger = FolderLedger(tmp_path)
    ledger.put("a", entry("a"))
    with pytest.raises(ResourceError, match="is a link"):
        ledger.save()
    assert (tmp_path / "other").read_text() == "mine"


def test_a_ledger_of_before_is_taken_over(tmp_path):
    """One file, written whole after each recording."""
    old = {
        "version": 1,
        "recordings": [entry("a", 2).model_dump(mode="json")],
        "files": [seen("/in/a", 3).model_dump(mode="json")],
    }
    (tmp_path / FILE_NAME).write_text(json.dumps(old, indent=1))
    ledger = FolderLedger(tmp_path)
    ledger.put("b", entry("b"))
    ledger.save()
    assert [(each.sha256, each.attempts) for each in FolderLedger(tmp_path).entries.values()] == [("a", 2), ("b", 1)]
    assert list(FolderLedger(tmp_path).files) == ["/in/a"]


def test_a_torn_line_is_said_and_the_next_run_has_one_file_again(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2026-03-02-talk.srt").write_text(captions(1))
    out, said = tmp_path / "out", list[str]()
    plain_batch(tmp_path / "in", out)
    (out / JOURNAL_NAME).write_text('{"sha256":"ab')
    assert "ends in the middle of a line" in (History(out).problem or "")
    order = Order(tmp_path / "in", load_config("embedded", [QUICK, OFF], environ={}), out)
    [outcome] = run_batch(order, scan_folder(order).recordings, lambda *_: [], said.append)
    assert outcome.unchanged
    assert any("ledger.jsonl ends in the middle of a line, at which a run was killed" in each for each in said)
    assert not (out / JOURNAL_NAME).exists()
