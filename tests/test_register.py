"""The action items of all meetings in one list that updates and never doubles."""

import csv
import datetime as dt
import json
import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.report.register import Register
from tasks.schema import ActionItem, Decision, Evidence, MatchMethod, Minutes, Status
from tests.builders import coverage, engine, evidence, recording


def item(task: str, start_s: float = 10.0, name: str | None = None, **changes: Any) -> ActionItem:
    evidence = Evidence(
        segment_ids=("S0001",), start_s=start_s, end_s=start_s + 5, quote=f"I'll {task}.", method=MatchMethod.EXACT
    )
    values = {"owner": "Ana", "owner_source": None, "due_phrase": "Friday", "due_date": dt.date(2026, 3, 6), "evidence": evidence}
    return ActionItem(**({"id": name or f"a-{abs(hash(task)) % 10**6:06d}", "task": task} | values | changes))


def minutes(*items: ActionItem, sha: str = "9f2c41d0", **changes: Any) -> Minutes:
    values = {
        "recording": recording(sha256=sha * 8),
        "title": "Standup",
        "status": Status.COMPLETED,
        "language": "en",
        "participants": ("Ana",),
        "action_items": items,
        "coverage": coverage(),
        "engines": (engine(),),
        "config_name": "test",
        "version": "1",
    }
    empty = {name: () for name in ("summary", "topics", "decisions", "open_questions", "unverified", "talk_time", "warnings")}
    return Minutes(**(values | empty | changes))


def process(out: Path, made: Minutes, folder: str = "standup-9f2c41d0") -> Minutes:
    """What the report stage does."""
    known = Register(out).with_known_ids(made)
    Register(out).update(known, out / folder)
    return known


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "actions.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def edit(out: Path, name: str, status: str) -> None:
    text = (out / "actions.csv").read_text(encoding="utf-8-sig")
    (out / "actions.csv").write_text(text.replace(f"{name},open", f"{name},{status}"), encoding="utf-8-sig")


def test_items_of_all_meetings_stand_in_one_list_by_date(tmp_path):
    later = recording(sha256="ab" * 32, recorded_at=dt.datetime(2026, 4, 1, 9, 0))
    process(tmp_path, minutes(item("call Bo"), recording=later), "later-abababab")
    process(tmp_path, minutes(item("send the plan", 20.0), item("book a room")))
    assert [row["task"] for row in rows(tmp_path)] == ["book a room", "send the plan", "call Bo"]
    assert rows(tmp_path)[0] | {"id": ""} == {
        "id": "",
        "status": "open",
        "owner": "Ana",
        "agreed": "",
        "task": "book a room",
        "due_date": "2026-03-06",
        "due_phrase": "Friday",
        "due_relation": "",
        "due_from": "",
        "overdue_days": "26",
        "promised": "",
        "first_promised": "",
        "meeting": "Standup",
        "held_on": "2026-03-02",
        "heard_at": "00:00:10",
        "quote": "I'll book a room.",
        "accepted": "",
        "context": "",
        "minutes": "standup-9f2c41d0",
    }


def test_two_that_write_at_once_lose_nothing(tmp_path):
    def work(first: int) -> None:
        for number in range(first, first + 15):
            own = recording(sha256=f"{number:02x}" * 32)
            Register(tmp_path).update(
                minutes(item(f"call number {number}", name=f"a-{number}"), recording=own), tmp_path / f"m-{number}"
            )

    writers = [multiprocessing.get_context("fork").Process(target=work, args=(first,)) for first in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(Register(tmp_path).items()) == 30


def test_processing_again_doubles_nothing(tmp_path):
    for _ in range(2):
        process(tmp_path, minutes(item("call Bo"), item("send the plan", 20.0)))
    assert len(Register(tmp_path).items()) == 2


def test_item_in_other_words_at_the_same_place_keeps_its_id(tmp_path):
    process(tmp_path, minutes(item("call Bo about the fence", name="a-1")))
    again = process(tmp_path, minutes(item("Call Bo on the fence and the gate", 11.2, name="a-2")))
    assert [each.id for each in again.action_items] == ["a-1"]
    assert [each.id for each in Register(tmp_path).items()] == ["a-1"]


def test_two_items_at_one_place_keep_their_own_ids(tmp_path):
    first = process(tmp_path, minutes(item("call Bo", name="a-1"), item("call Bo and Tom", 12.0, name="a-2")))
    again = process(tmp_path, minutes(item("call Bo", name="a-3"), item("call Bo and Tom", 12.0, name="a-4")))
    assert [each.id for each in again.action_items] == [each.id for each in first.action_items]


@pytest.mark.parametrize("other", [item("water the trees", name="a-2"), item("call Bo", 300.0, name="a-2")])
def test_another_item_gets_an_id_of_its_own(tmp_path, other):
    process(tmp_path, minutes(item("call Bo", name="a-1")))
    assert [each.id for each in process(tmp_path, minutes(other)).action_items] == ["a-2"]


def test_what_a_person_ticked_off_stays_so(tmp_path):
    process(tmp_path, minutes(item("call Bo", name="a-1")))
    edit(tmp_path, "a-1", "done")
    again = process(tmp_path, minutes(item("call Bo", name="a-9")))
    assert again.action_items[0].status == "done"
    assert rows(tmp_path)[0]["status"] == "done"


def test_item_that_is_no_longer_found_goes_unless_a_person_touched_it(tmp_path):
    process(tmp_path, minutes(item("call Bo", name="a-1"), item("book a room", 30.0, name="a-2")))
    edit(tmp_path, "a-1", "done")
    process(tmp_path, minutes())
    assert [(each.id, each.status) for each in Register(tmp_path).items()] == [("a-1", "done")]


def test_meeting_without_items_makes_no_register(tmp_path):
    process(tmp_path, minutes())
    assert [path.name for path in tmp_path.iterdir()] == [".actions.lock"]


def test_speech_is_no_formula(tmp_path):
    process(tmp_path, minutes(item('=HYPERLINK("http://evil", "x")'), item("@SUM(A1)", 50.0)))
    assert [row["task"][:3] for row in rows(tmp_path)] == ["'=H", "'@S"]
    assert json.loads((tmp_path / "actions.json").read_text())[0]["task"].startswith("=HYPER")


@pytest.mark.parametrize("content", ["", "{", '[{"id": 1}]'])
def test_damaged_register_is_made_anew(tmp_path, content):
    (tmp_path / "actions.json").write_text(content)
    process(tmp_path, minutes(item("call Bo")))
    assert len(Register(tmp_path).items()) == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"id,state\r\na-1,done\r\n", b'"', b""])
def test_table_that_cannot_be_read_costs_nothing(tmp_path, content):
    process(tmp_path, minutes(item("call Bo", name="a-1")))
    (tmp_path / "actions.csv").write_bytes(content)
    assert [each.status for each in Register(tmp_path).items()] == ["open"]


# What a run of many meetings costs


TASKS = ("call the bank", "send the report", "book a room", "water the trees")
DECISIONS = ("We use blue paint", "We don't use blue paint", "We will use red paint instead of blue paint", "Trains, not cars")


def drawn(number: int, week: int, tasks: list[int], decisions: list[int]) -> Minutes:
    own = recording(sha256=f"{number:02x}" * 32, recorded_at=dt.datetime(2026, 3, 2, 9) + dt.timedelta(weeks=week))
    items = [item(TASKS[task], 20.0 * place, f"a-{number}{place}", due_date=None) for place, task in enumerate(tasks)]
    decided = [
        Decision(id=f"d-{number}{place}", text=DECISIONS[said], evidence=evidence(quote="So be it."))
        for place, said in enumerate(decisions)
    ]
    return minutes(*items, recording=own, decisions=tuple(decided))


MEETINGS = st.lists(
    st.builds(
        drawn,
        st.integers(0, 5),
        st.integers(0, 3),
        st.lists(st.integers(0, len(TASKS) - 1), max_size=3),
        st.lists(st.integers(0, len(DECISIONS) - 1), max_size=2),
    ),
    max_size=8,
)


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


@settings(max_examples=12)
@given(MEETINGS)
def test_a_run_that_writes_the_files_once_ends_as_one_that_writes_them_after_each_meeting(meetings):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other, rarely_rendered():
        register = Register(Path(other))
        for made in (drawn(9, 0, [0], [0]), *meetings):
            known = register.with_known_ids(made)
            assert known == process(Path(one), made, made.recording.sha256)
            register.update(known, Path(other) / made.recording.sha256)
        for out in (one, other):
            Register(Path(out)).settle()
        assert files(Path(one)) == files(Path(other))
        assert Register(Path(one)).items() == register.items()


@contextmanager
def rarely_rendered() -> Iterator[None]:
    """The files are written at the first meeting of a run, and at its end."""
    with patch("tasks.report.register._REST", 1e9):
        yield


def test_a_meeting_costs_a_line_however_many_there_are(tmp_path):
    register = Register(tmp_path)
    with rarely_rendered():
        for number in range(40):
            made = register.with_known_ids(drawn(number, number, [0, 1], [0]))
            register.update(made, tmp_path / f"m-{number}")
            if number == 0:
                before = files(tmp_path)
    assert {name: data for name, data in files(tmp_path).items() if name != "actions.jsonl"} == before
    lines = (tmp_path / "actions.jsonl").read_bytes().splitlines()
    assert (len(lines), max(map(len, lines)) < 1.1 * min(map(len, lines))) == (39, True)
    assert made.repeated[0].times == 40


def test_meetings_of_a_run_that_was_killed_are_in_the_register_of_the_next(tmp_path):
    register = Register(tmp_path)
    with rarely_rendered():
        for number in range(3):
            register.update(drawn(number, number, [number], []), tmp_path / f"m-{number}")
    whole = (tmp_path / "actions.jsonl").read_bytes()
    first, second = whole.splitlines(keepends=True)
    for cut in range(len(first), len(whole) + 1, 7):
        (tmp_path / "actions.jsonl").write_bytes(whole[:cut])
        assert [each.task for each in Register(tmp_path).items()] == list(TASKS[: 3 if cut == len(whole) else 2])
    (tmp_path / "actions.jsonl").write_bytes(first + second[:20])
    process(tmp_path, drawn(3, 3, [3], []), "m-3")
    assert [row["task"] for row in rows(tmp_path)] == [TASKS[0], TASKS[1], TASKS[3]]
    assert not (tmp_path / "actions.jsonl").exists()


def test_a_state_that_somebody_writes_during_a_run_counts(tmp_path):
    register = Register(tmp_path)
    with rarely_rendered():
        register.update(drawn(0, 0, [0, 1], []), tmp_path / "m-0")
        edit(tmp_path, "a-00", "done")
        assert register.with_known_ids(drawn(1, 1, [0, 1], [])).repeated[0].item_id == "a-11"
        register.update(drawn(1, 1, [0], []), tmp_path / "m-1")
        again = register.with_known_ids(drawn(0, 0, [0, 1], []))
        register.update(again, tmp_path / "m-0")
    register.settle()
    assert [(row["id"], row["status"]) for row in rows(tmp_path)] == [("a-00", "done"), ("a-01", "open"), ("a-10", "open")]


def test_a_line_of_another_version_is_said_and_not_lost_in_silence(tmp_path):
    process(tmp_path, drawn(0, 0, [0], []), "m-0")
    (tmp_path / "actions.jsonl").write_text('{"recording_sha256": "ab", "held_on": "2026-03-02", "new": 1}\n')
    [problem] = Register(tmp_path).settle()
    assert (
        "actions.jsonl: tasks and decisions of 1 meetings, written by another version that was killed, cannot be read" in problem
    )
    assert Register(tmp_path).settle() == ()
