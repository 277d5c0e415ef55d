"""What is taken from a folder, what is left alone and why; and a whole folder of good recordings and faults."""

import errno
import hashlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from configs.load import load_config
from flows.finished import Outcome
from flows.folder.fingerprint import Fingerprint, still_changing
from flows.folder.jobs import make_jobs
from flows.folder.scan import scan
from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.options import AudioOptions
from tasks.errors import ConfigError, ResourceError
from tasks.inspection import inspect_recording
from tests.builders import quiet_run, tone, write_audio
from tests.folder_faults import FAULTS, GOOD, Expected, build_folder, captions, make_old
from tests.plain_batch import OFF, QUICK, plain_batch, plain_stages

NOBODY = 65534


def reasons(folder: Path) -> dict[str, str]:
    return {Path(entry.path).name: entry.reason for entry in scan(folder).skipped}


# Rules


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_every_entry_is_taken_or_left_alone_with_its_reason(tmp_path, fault):
    expected = fault(tmp_path, "00", 1)
    skipped = {name: wanted.reason for name, wanted in expected.items() if wanted.state == "skipped"}
    found = reasons(tmp_path)
    assert {name: reason for name, reason in found.items() if skipped[name] not in reason} == {}
    assert sorted(path.name for path in scan(tmp_path).recordings) == sorted(set(expected) - set(skipped))


@pytest.mark.parametrize("recursive", [True, False])
def test_a_folder_that_may_not_be_entered_stops_nothing(recursive):
    """`lost+found`, say, where the recordings are a disk of their own."""
    with tempfile.TemporaryDirectory() as place, as_nobody(place):
        (Path(place) / "talk.srt").write_text(captions(1))
        (Path(place) / "lost+found").mkdir(mode=0)
        found = scan(Path(place), recursive=recursive)
    assert [path.name for path in found.recordings] == ["talk.srt"]
    assert len(found.skipped) == 1


@contextmanager
def as_nobody(place: str) -> Iterator[None]:
    """Without the rights of root inside the block, in a folder of their own."""
    if os.geteuid():
        yield
        return
    os.chown(place, NOBODY, -1)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "talk.mp3"
    path.write_bytes(b"x")

    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert reasons(tmp_path) == {"talk.mp3": "cannot be read: permission denied"}


def test_a_folder_that_cannot_be_listed_says_so(tmp_path, monkeypatch):
    listed = os.listdir

    def refuse(path):
        if Path(path) == tmp_path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert reasons(tmp_path) == {tmp_path.name: "cannot be listed: Permission denied"}
    with pytest.raises(ResourceError, match=r"cannot be listed: Permission denied\. Let this user read it"):
        plain_batch(tmp_path, tmp_path.parent / "out")


def test_a_file_whose_blocks_the_file_system_does_not_count_is_taken(tmp_path, monkeypatch):
    (tmp_path / "talk.mp3").write_bytes(b"x" * 9000)
    real = Path.lstat

    def without_blocks(path):
        facts = real(path)
        return os.stat_result(facts[:10], {"st_blocks": 0})

    monkeypatch.setattr(Path, "lstat", without_blocks)
    assert without_blocks(tmp_path / "talk.mp3").st_blocks == 0
    assert [path.name for path in scan(tmp_path).recordings] == ["talk.mp3"]


def test_sub_folders_are_looked_into_when_asked(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a", tmp_path / "a" / "b"):
        (folder / "talk.srt").write_text("x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert [path.parent for path in scan(tmp_path).recordings] == [tmp_path]
    assert [path.parent for path in scan(tmp_path, recursive=True).recordings] == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]


def test_captions_belong_to_a_recording_of_their_own_folder_only(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "talk.mp3").write_text("x")
    (tmp_path / "a" / "talk.srt").write_text("x")
    assert len(scan(tmp_path, recursive=True).recordings) == 2


@pytest.mark.parametrize(
    ("suffix", "codec", "container"),
    [
        (".3gp", "aac", "3gp"),
        (".m4v", "aac", "ipod"),
        (".ts", "aac", "mpegts"),
        (".mts", "ac3", "mpegts"),
        (".m2ts", "ac3", "mpegts"),
        (".w64", "pcm_s16le", "w64"),
    ],
)
def test_what_phones_cameras_and_studios_write_is_taken_and_can_be_decoded(tmp_path, suffix, codec, container):
    path = write_audio(tmp_path / f"talk{suffix}", tone(1, 48_000), 48_000, codec, container)
    assert scan(tmp_path).recordings == [path]
    assert inspect_recording(path, AudioOptions()).codec == codec
    decoder = Decoder(path)
    assert sum(block.shape[1] for block in decoder) / SAMPLE_RATE == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("content", ["export const name = 1;\n", "<?xml version='1.0'?><TS></TS>", "G" + "o on" * 90])
def test_program_texts_and_translations_called_ts_are_left_alone(tmp_path, content):
    (tmp_path / "main.ts").write_text(content)
    assert reasons(tmp_path) == {"main.ts": "is called .ts, but is no video"}


# Two looks


def test_old_files_are_not_waited_for(tmp_path):
    (tmp_path / "talk.srt").write_text("x")
    make_old(tmp_path)
    started = time.monotonic()
    assert still_changing({tmp_path / "talk.srt": Fingerprint.at(tmp_path / "talk.srt")}, settle_s=60) == set()
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("change", ["grows", "goes", "stays"])
def test_a_recent_file_is_looked_at_twice(tmp_path, change):
    path = tmp_path / "talk.srt"
    path.write_text("x")
    look = Fingerprint.at(path)
    if change == "grows":
        threading.Timer(0.05, lambda: path.write_text("xx")).start()
    elif change == "goes":
        threading.Timer(0.05, path.unlink).start()
    assert still_changing({path: look}, settle_s=0.3) == ({path} if change != "stays" else set())


def test_a_file_that_is_being_written_waits_and_is_taken_by_the_next_run(tmp_path):
    folder, out, ended = tmp_path / "in", tmp_path / "out", threading.Event()
    folder.mkdir()
    path = folder / "talk.srt"
    path.touch()

    def record() -> None:
        while not ended.wait(0.01):
            with path.open("a") as file:
                file.write("x")

    recorder = threading.Thread(target=record)
    recorder.start()
    [outcome] = plain_batch(folder, out, "folder.settle_s=0.5")
    ended.set()
    recorder.join()
    assert (outcome.status, "is still being written" in (outcome.error or "")) == ("waiting", True)
    path.write_text(captions(1))
    [outcome] = plain_batch(folder, out)
    assert outcome.folder


def test_what_a_person_asks_for_is_no_attempt_and_its_success_counts(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "talk.srt").write_text(captions(1))
    [failed] = plain_batch(folder, out, "folder.attempts=1", failing=OSError("gone"))
    assert (failed.status, len(list((out / "failed").iterdir()))) == ("failed", 1)
    time.sleep(0.01)
    by_hand(folder / "talk.srt", out, "folder.attempts=1", failing=OSError("gone"))
    assert json.loads((out / "ledger.json").read_text())["recordings"][0]["attempts"] == 1
    by_hand(folder / "talk.srt", out, "folder.attempts=1")
    [outcome] = plain_batch(folder, out, "folder.attempts=1")
    assert (outcome.unchanged, outcome.folder is not None) == (True, True)
    assert list((out / "failed").iterdir()) == []


def by_hand(path: Path, out: Path, *overrides: str, failing: Exception | None = None) -> None:
    """What `minutes run` and runs on demand do with a recording."""
    from flows.recording import process

    loaded = load_config("embedded", [QUICK, OFF, *overrides], environ={})
    with patch.multiple("flows.recording", **plain_stages(failing)), suppress(OSError):
        process(make_jobs([path], loaded, out)[0], quiet_run(), loaded.config, loaded.name)


@pytest.mark.parametrize("out", ["caf\udce9", "caf\udce9/minutes"])
def test_an_output_folder_whose_name_is_no_text_is_refused_before_anything_is_done(tmp_path, out):
    (tmp_path / "in").mkdir()
    with pytest.raises(ConfigError, match="whose bytes are no UTF-8 text") as caught:
        plain_batch(tmp_path / "in", tmp_path / out)
    assert "caf\\xe9" in str(caught.value)
    assert not (tmp_path / out).exists()


# The whole folder


def originals(folder: Path) -> dict[str, tuple[str, int]]:
    """Name -> content and time of change of every file."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def worked(tmp_path_factory) -> tuple[Path, Path, dict[str, Expected], list[Outcome], dict, list[str]]:
    """The folder, its minutes, what was expected, what came, the originals before, and what was worked on."""
    root = tmp_path_factory.mktemp("folder")
    folder, out = root / "in", root / "out"
    expected = build_folder(folder)
    before = originals(folder)
    names: list[str] = []
    return folder, out, expected, plain_batch(folder, out, worked_on=names), before, names


def test_each_file_of_the_folder_ends_as_it_must(worked):
    folder, _, expected, outcomes, _, _ = worked
    came = {Path(outcome.path).name: (outcome.status, outcome.error or "") for outcome in outcomes}
    came |= {Path(entry.path).name: ("skipped", entry.reason) for entry in scan(folder).skipped}
    assert set(came) == set(expected)
    wrong = {name: came[name] for name, wanted in expected.items() if not fits(came[name], wanted)}
    assert wrong == {}


def fits(came: tuple[str, str], wanted: Expected) -> bool:
    status = "completed" if came[0] == "completed_with_warnings" else came[0]
    return status == wanted.state and wanted.reason in came[1]


def test_the_folder_has_enough_good_recordings_and_every_kind_of_end(worked):
    states = [wanted.state for wanted in worked[2].values()]
    assert states.count("completed") >= GOOD >= 20
    assert {"completed", "failed", "skipped", "waiting", "duplicate"} == set(states)


def test_each_recording_has_minutes_of_its_own(worked):
    folders = [outcome.folder for outcome in worked[3] if outcome.folder and outcome.status != "duplicate"]
    assert len(folders) == len(set(folders)) == sum(wanted.state == "completed" for wanted in worked[2].values())
    assert all((Path(folder) / "minutes.md").is_file() for folder in folders)


def test_a_name_whose_bytes_are_no_text_is_in_its_minutes_and_in_the_ledger(worked):
    _, out, _, outcomes, _, _ = worked
    [odd] = [outcome for outcome in outcomes if outcome.name.startswith("caf\\xe9")]
    assert json.loads((Path(odd.folder or "") / "run.json").read_text())["recording"]["name"] == odd.name
    assert "caf%E9" in (out / "ledger.json").read_text()


def test_each_failed_recording_has_a_page_and_no_other(worked):
    _, out, expected, outcomes, _, _ = worked
    pages = [path.read_text() for path in (out / "failed").iterdir()]
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert len(pages) == len(failed) == sum(wanted.state == "failed" for wanted in expected.values())
    assert [outcome.name for outcome in failed if not any(f"`{outcome.name}`" in page for page in pages)] == []


def test_a_second_run_does_nothing_and_the_originals_are_as_they_were(worked):
    folder, out, _, first, before, _ = worked
    names: list[str] = []
    minutes = {path: path.stat().st_mtime_ns for path in out.rglob("minutes.md")}
    second = plain_batch(folder, out, worked_on=names)
    assert names == []
    assert [outcome.name for outcome in second if not outcome.unchanged and outcome.status != "waiting"] == []
    assert [outcome.path for outcome in second] == [outcome.path for outcome in first]
    assert {path: path.stat().st_mtime_ns for path in out.rglob("minutes.md")} == minutes
    assert originals(folder) == before


SAID = [
    "I will order {n} chairs by Friday.",
    "I will send version {n} by Friday.",
    "I will book room {n} by Friday.",
    "I will call the bank about invoice {n} by Friday.",
    "I will send ${n}00 to the printer by Friday.",
    "I will print {n} posters tomorrow.",
    "I will check chapter {n} by March {n}th.",
    "I will call number {n} on the list by Friday.",
    "I will write {n} letters by Friday.",
    "I will order {n}0 litres of paint by Friday.",
]


@pytest.mark.parametrize("said", SAID)
def test_tiny_meetings_of_one_day_keep_their_tasks_apart(tmp_path, said):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for n in range(4, 12):
        cue = "00:00:0{n},000 --> 00:00:0{m},000\n"
        first, second = cue.format(n=1, m=4), cue.format(n=5, m=9)
        words = f"1\n{first}Anna: Good morning everybody.\n\n2\n{second}Anna: {said.format(n=n)}\n"
        (folder / f"2026-03-02-{n:02}.srt").write_text(words)
    make_old(folder)
    for _ in range(2):
        assert all(outcome.folder for outcome in plain_batch(folder, out))
        tasks = [row["task"] for row in json.loads((out / "actions.json").read_text(encoding="utf-8"))]
        assert len(tasks) == len(set(tasks)) == 8, tasks
