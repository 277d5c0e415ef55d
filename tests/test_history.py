"""What is done again, what is not, and what is known of it: contents, attempts, errors, a lost ledger."""

import datetime as dt
import errno
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.finished import Outcome
from flows.folder import classify
from flows.folder.failed_notes import write_note
from flows.folder.history import History, entry_of_failure, entry_of_start, forgive_interrupted
from flows.folder.status import status_rows
from tasks.errors import AudioError, BackendError, ResourceError
from tasks.files import as_resource_error, sha256_of_file
from tasks.report.manifest import output_folder
from tests.builders import recording
from tests.folder_faults import captions
from tests.plain_batch import plain_batch, statuses


@pytest.fixture
def folder(tmp_path) -> Path:
    """One good recording."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2026-03-02-talk.srt").write_text(captions(1))
    return tmp_path / "in"


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


def entries(out: Path) -> list[dict]:
    return [entry.model_dump(mode="json") for entry in History(out).entries.values()]


def bad(folder: Path) -> Path:
    """A recording that fails for good."""
    path = folder / "bad.mp3"
    path.write_text("no music")
    return path


# Identity is the content


def test_same_name_with_new_content_is_new(folder, out):
    [first] = plain_batch(folder, out)
    (folder / "2026-03-02-talk.srt").write_text(captions(2))
    [second] = plain_batch(folder, out)
    assert (second.unchanged, second.folder != first.folder) == (False, True)


def test_new_content_is_seen_though_size_and_time_are_the_same(folder, out):
    """A file that took the place of another one has another inode."""
    path = folder / "2026-03-02-talk.srt"
    plain_batch(folder, out)
    before = path.stat()
    (folder / "new").write_text(captions(1).replace("green", "brown"))
    os.utime(folder / "new", ns=(before.st_atime_ns, before.st_mtime_ns))
    (folder / "new").replace(path)
    assert path.stat().st_size == before.st_size
    assert not plain_batch(folder, out)[0].unchanged


def test_renamed_recording_is_a_duplicate_of_its_old_name(folder, out):
    [first] = plain_batch(folder, out)
    (folder / "2026-03-02-talk.srt").rename(folder / "2026-03-02-standup.srt")
    for _ in range(2):
        [second] = plain_batch(folder, out)
        assert (second.status, second.folder) == ("duplicate", first.folder)
        assert "has the same content as '2026-03-02-talk.srt'" in second.error


def test_copy_in_a_sub_folder_is_processed_once(folder, out):
    (folder / "a").mkdir()
    (folder / "a" / "copy.srt").write_text(captions(1))
    for _ in range(2):
        first, second = plain_batch(folder, out, "folder.recursive=true")
        assert (second.status, second.folder) == ("duplicate", first.folder)
    assert len(list(out.glob("*/minutes.md"))) == 1


def test_copy_that_sorts_before_what_is_done_is_the_duplicate(folder, out):
    plain_batch(folder, out)
    (folder / "2026-03-01-copy.srt").write_text(captions(1))
    assert statuses(plain_batch(folder, out))["2026-03-01-copy.srt"] == "(duplicate)"


def test_copy_of_what_failed_is_not_tried_and_has_no_minutes(folder, out):
    bad(folder)
    (folder / "worse.mp3").write_text("no music")
    *_, copy = plain_batch(folder, out)
    assert (copy.status, copy.folder) == ("duplicate", None)
    assert copy.error.endswith("which failed.")


def test_moved_clock_and_touched_file_cost_a_hash_and_nothing_else(folder, out):
    names: list[str] = []
    plain_batch(folder, out)
    os.utime(folder / "2026-03-02-talk.srt", (0, 0))
    assert plain_batch(folder, out, worked_on=names)[0].unchanged
    assert names == []


def test_changed_sidecar_makes_the_minutes_anew(folder, out):
    plain_batch(folder, out)
    (folder / "2026-03-02-talk.meta.yaml").write_text("title: The fence")
    assert not plain_batch(folder, out)[0].unchanged
    assert plain_batch(folder, out)[0].unchanged


def test_unchanged_file_is_not_read_again(folder, out, monkeypatch):
    plain_batch(folder, out)
    monkeypatch.setattr(classify, "describe", lambda *_: pytest.fail("it was read"))
    assert plain_batch(folder, out)[0].unchanged


def test_minutes_that_were_deleted_are_made_again(folder, out):
    [first] = plain_batch(folder, out)
    (Path(first.folder) / "minutes.md").unlink()
    assert not plain_batch(folder, out)[0].unchanged


# Failures


def test_permanent_failure_is_tried_once(folder, out):
    bad(folder)
    first, second = plain_batch(folder, out), plain_batch(folder, out)
    assert (statuses(first)["bad.mp3"], statuses(second)["bad.mp3"]) == ("failed", "(failed)")
    assert "It failed once and is not tried again as it is; --retry-failed tries it at once." in second[1].error


@pytest.mark.parametrize("change", ["content", "config", "asked for"])
def test_permanent_failure_is_tried_again_when_there_is_a_reason(folder, out, change):
    path = bad(folder)
    plain_batch(folder, out)
    if change == "content":
        path.write_text("no music either")
    config = ["summarization.options.sentences=2"] if change == "config" else []
    outcomes = plain_batch(folder, out, *config, retry_failed=change == "asked for")
    assert statuses(outcomes)["bad.mp3"] == "failed"


def test_passing_failure_is_tried_so_often_and_then_only_when_asked(folder, out):
    down = BackendError("the server is busy.", where="talk")
    for _ in range(2):
        assert list(statuses(plain_batch(folder, out, "folder.attempts=2", failing=down)).values()) == ["failed"]
    names: list[str] = []
    [outcome] = plain_batch(folder, out, "folder.attempts=2", failing=down, worked_on=names)
    assert (outcome.unchanged, names) == (True, [])
    assert "It failed 2 times and is not tried again" in outcome.error
    assert plain_batch(folder, out, "folder.attempts=2", retry_failed=True)[0].folder


def test_a_device_that_broke_down_costs_the_others_no_attempt(folder, out):
    (folder / "zz.srt").write_text(captions(2))
    plain_batch(folder, out, failing=ResourceError("the GPU broke down.", fatal=True))
    assert {entry["name"]: entry["attempts"] for entry in entries(out)} == {"2026-03-02-talk.srt": 1, "zz.srt": 0}


@pytest.mark.parametrize("changed", [False, True])
def test_error_of_a_file_that_changed_meanwhile_is_not_for_good(folder, out, changed, monkeypatch):
    if changed:
        monkeypatch.setattr("flows.folder.batch.Fingerprint", SimpleNamespace(at=lambda path: None))
    plain_batch(folder, out, failing=AudioError("was changed while it was processed."))
    assert [entry["permanent"] for entry in entries(out)] == [not changed]


def test_failed_recording_leaves_a_page_that_goes_when_it_succeeds(folder, out):
    down = BackendError("the server is busy.", where="talk.srt", fix="Start it.")
    plain_batch(folder, out, failing=down)
    [page] = (out / "failed").iterdir()
    text = page.read_text()
    assert text.startswith("# No minutes of `2026-03-02-talk.srt`\n")
    assert "`talk.srt: the server is busy. Start it.`" in text
    assert "the next run tries it again, 2 more times at most." in text
    plain_batch(folder, out)
    assert list((out / "failed").iterdir()) == []


def test_page_of_a_recording_that_is_gone_goes_too(folder, out):
    bad(folder)
    plain_batch(folder, out)
    (folder / "bad.mp3").unlink()
    plain_batch(folder, out)
    assert (list((out / "failed").iterdir()), len(entries(out))) == ([], 1)


def test_failures_of_a_folder_that_is_not_there_today_are_remembered(folder, out, tmp_path):
    """The mount point of a disk that is not mounted is an empty folder."""
    bad(folder)
    plain_batch(folder, out)
    folder.rename(tmp_path / "disk")
    folder.mkdir()
    plain_batch(folder, out)
    folder.rmdir()
    (tmp_path / "disk").rename(folder)
    assert statuses(plain_batch(folder, out))["bad.mp3"] == "(failed)"
    assert len(list((out / "failed").iterdir())) == 1


def test_failures_in_a_folder_that_may_not_be_entered_for_now_are_remembered(folder, out, monkeypatch):
    bad(folder)
    plain_batch(folder, out)
    known = History(out)

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("flows.folder.history.os.lstat", refuse)
    assert known.forget_gone(folder) == []


def test_page_of_a_failed_run_by_hand_goes_when_there_are_minutes(folder, out):
    [done] = plain_batch(folder, out)
    entry = entry_of_failure(Outcome.failure(done.path, BackendError("down.")), sha256_of_file(Path(done.path)), "", 1)
    write_note(out, entry, attempts_allowed=None)
    plain_batch(folder, out)
    assert list((out / "failed").iterdir()) == []


def test_recording_that_cannot_even_be_looked_at_does_not_stop_the_others(folder, out, monkeypatch):
    bad(folder)
    describe = classify.describe
    monkeypatch.setattr(
        classify, "describe", lambda files, config: describe(files, config) if files[0].suffix == ".srt" else 1 / 0
    )
    assert statuses(plain_batch(folder, out)) == {"2026-03-02-talk.srt": "completed", "bad.mp3": "failed"}


def test_failed_enrichment_is_tried_so_often_and_then_taken_as_it_is(folder, out, monkeypatch):
    from tasks.actions.rules import RuleExtractor

    config = ("folder.attempts=2", "folder.settle_s=0")
    with monkeypatch.context() as patch:
        patch.setattr(RuleExtractor, "extract", lambda *_: 1 / 0)
        ended = [plain_batch(folder, out, *config)[0] for _ in range(3)]
    assert [str(outcome.status) for outcome in ended] == ["completed_with_warnings"] * 3
    assert [outcome.unchanged for outcome in ended] == [False, False, True]
    [again] = plain_batch(folder, out, *config, retry_failed=True)
    notices = json.loads((Path(again.folder) / "run.json").read_text())["notices"]
    assert (again.unchanged, [notice for notice in notices if notice["kind"] == "failed"]) == (False, [])


# The ledger itself


def test_ledger_says_what_was_done_when_and_where(folder, out):
    [outcome] = plain_batch(folder, out)
    [entry] = entries(out)
    assert (entry["status"], entry["attempts"], entry["path"]) == (str(outcome.status), 1, outcome.path)
    assert out / entry["folder"] == Path(outcome.folder)
    assert dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(entry["at"]) < dt.timedelta(minutes=5)


@pytest.mark.parametrize("loss", ["gone", "damaged", "half", "of a later version"])
def test_lost_ledger_is_made_anew_from_the_minutes(folder, out, loss):
    plain_batch(folder, out)
    path, names = out / "ledger.json", []
    text = path.read_text()
    if loss == "gone":
        path.unlink()
    else:
        path.write_text(
            {"damaged": "\0", "half": text[:100], "of a later version": text.replace('"version": 1', '"version": 9')}[loss]
        )
    assert ("damaged" in (History(out).problem or "")) == (loss != "gone")
    assert plain_batch(folder, out, worked_on=names)[0].unchanged
    assert (names, json.loads(path.read_text())["recordings"]) == ([], json.loads(text)["recordings"])


def test_minutes_made_by_hand_are_known_without_work(folder, out):
    plain_batch(folder, out)
    (out / "ledger.json").unlink()
    (folder / "2026-03-02-talk.srt").rename(folder / "2026-03-02-other.srt")
    names: list[str] = []
    assert statuses(plain_batch(folder, out, worked_on=names)) == {"2026-03-02-other.srt": "(duplicate)"}
    assert names == []


def test_status_tells_how_each_recording_stands(folder, out):
    bad(folder)
    (folder / "copy.srt").write_text(captions(1))
    plain_batch(folder, out)
    (folder / "late.srt").write_text(captions(3))
    rows = {row["name"]: row for row in status_rows(sorted(folder.iterdir()), out)}
    assert {name: row["state"].removesuffix("_with_warnings") for name, row in rows.items()} == {
        "2026-03-02-talk.srt": "completed",
        "bad.mp3": "failed",
        "copy.srt": "duplicate",
        "late.srt": "new",
    }
    assert Path(rows["2026-03-02-talk.srt"]["minutes"]).is_file()
    assert "is not a recording that can be decoded" in rows["bad.mp3"]["reason"]


def test_status_knows_what_is_done_without_a_ledger(folder, out):
    plain_batch(folder, out)
    (out / "ledger.json").unlink()
    assert [row["state"].removesuffix("_with_warnings") for row in status_rows(sorted(folder.iterdir()), out)] == ["completed"]


def test_an_orderly_end_takes_back_only_the_attempts_that_it_ended(out):
    now = dt.datetime.now(dt.UTC)
    history = History(out)
    for number, (attempts, age_s) in enumerate(((1, 0), (2, 0), (1, 100))):
        begun = entry_of_start(Path(f"/in/{number}.wav"), f"{number}" * 64, "", attempts)
        history.put(begun.model_copy(update={"at": now - dt.timedelta(seconds=age_s)}))
    history.save()
    forgive_interrupted(out, now - dt.timedelta(seconds=10))
    assert {entry["path"]: entry["attempts"] for entry in entries(out)} == {"/in/1.wav": 1, "/in/2.wav": 1}


def test_whatever_fails_has_a_page_and_an_entry_and_is_given_up_in_the_end(folder, out, monkeypatch):
    """A fault of ours before the content is known once left nothing, and was met every night."""

    def fail(files, config):
        raise ZeroDivisionError

    monkeypatch.setattr(classify, "describe", fail)
    for attempt in (1, 2, 3):
        [outcome] = plain_batch(folder, out)
        assert (outcome.status, outcome.unchanged) == ("failed", False)
        assert [entry["attempts"] for entry in entries(out)] == [attempt]
        assert len(list((out / "failed").iterdir())) == 1
    assert [outcome.unchanged for outcome in plain_batch(folder, out)] == [True]
    monkeypatch.undo()
    [outcome] = plain_batch(folder, out, retry_failed=True)
    assert outcome.status in ("completed", "completed_with_warnings")
    assert [entry["status"] for entry in entries(out)] == [outcome.status]
    assert list((out / "failed").iterdir()) == []


def test_a_full_disk_costs_no_attempt(folder, out, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise as_resource_error(OSError(errno.ENOSPC, "No space left on device"), out)

    monkeypatch.setattr("tasks.captions.stage.read_transcript", full)
    for _ in range(4):
        [outcome] = plain_batch(folder, out)
        assert (outcome.status, outcome.unchanged) == ("failed", False)
        assert "the disk is full" in outcome.error
    monkeypatch.undo()
    assert plain_batch(folder, out)[0].status in ("completed", "completed_with_warnings")


def test_two_contents_whose_short_hashes_meet_have_two_folders(out):
    mine, other = "9f2c41d0" + "0" * 56, "9f2c41d0" + "1" * 56
    first = output_folder(str(out), recording(sha256=mine))
    first.mkdir(parents=True)
    for name in ("minutes.json", "run.json"):
        (first / name).write_text(f'{{"sha256": "{mine}"}}')
        assert output_folder(str(out), recording(sha256=mine)) == first
        assert output_folder(str(out), recording(sha256=other)).name.endswith(other)
