"""The action items of all meetings in one list that updates and never doubles."""

import csv
import datetime as dt
import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from tasks.report.register import read_register, update_register, with_known_ids
from tasks.schema import ActionItem, Evidence, MatchMethod, Minutes, Status
from tests.builders import coverage, engine, recording


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
    known = with_known_ids(made, out)
    update_register(known, out / folder)
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
            update_register(minutes(item(f"call number {number}", name=f"a-{number}"), recording=own), tmp_path / f"m-{number}")

    writers = [multiprocessing.get_context("fork").Process(target=work, args=(first,)) for first in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(read_register(tmp_path)) == 30


def test_processing_again_doubles_nothing(tmp_path):
    for _ in range(2):
        process(tmp_path, minutes(item("call Bo"), item("send the plan", 20.0)))
    assert len(read_register(tmp_path)) == 2


def test_item_in_other_words_at_the_same_place_keeps_its_id(tmp_path):
    process(tmp_path, minutes(item("call Bo about the fence", name="a-1")))
    again = process(tmp_path, minutes(item("Call Bo on the fence and the gate", 11.2, name="a-2")))
    assert [each.id for each in again.action_items] == ["a-1"]
    assert [each.id for each in read_register(tmp_path)] == ["a-1"]


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
    assert [(each.id, each.status) for each in read_register(tmp_path)] == [("a-1", "done")]


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
    assert len(read_register(tmp_path)) == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"id,state\r\na-1,done\r\n", b'"', b""])
def test_table_that_cannot_be_read_costs_nothing(tmp_path, content):
    process(tmp_path, minutes(item("call Bo", name="a-1")))
    (tmp_path / "actions.csv").write_bytes(content)
    assert [each.status for each in read_register(tmp_path)] == ["open"]
