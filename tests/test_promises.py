"""What the register tells over several meetings: promised again, overdue, reversed."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.report.promises import Promise
from tasks.report.register import Register
from tasks.report.registered import registered_item
from tasks.report.state import is_closed
from tasks.schema import Decision, Minutes
from tests.builders import evidence, recording
from tests.test_register import edit, item, minutes, process, rows

FIRST = dt.date(2026, 3, 2)


def held(week: int, *items: Any, decisions: tuple[str, ...] = (), quote: str = "So be it.") -> Minutes:
    """The minutes of a meeting so many weeks after the first."""
    day = dt.datetime(2026, 3, 2, 9, 0) + dt.timedelta(weeks=week)
    made = tuple(
        Decision(id=f"d-{week}{number}", text=text, evidence=evidence(quote=quote)) for number, text in enumerate(decisions)
    )
    return minutes(*items, recording=recording(sha256=f"{week:02x}" * 32, recorded_at=day), decisions=made)


def hold(out: Path, week: int, *items: Any, decisions: tuple[str, ...] = (), quote: str = "So be it.") -> Minutes:
    return process(out, held(week, *items, decisions=decisions, quote=quote), f"week-{week}")


def test_third_promise_is_counted_with_the_first_day(tmp_path):
    hold(tmp_path, 0, item("Call the bank", name="a-0"))
    assert hold(tmp_path, 1, item("call the bank again", name="a-1")).repeated[0].times == 2
    (found,) = hold(tmp_path, 2, item("Call a bank", name="a-2")).repeated
    assert (found.item_id, found.times, found.first_on) == ("a-2", 3, FIRST)
    assert [row["promised"] for row in rows(tmp_path)] == ["", "2", "3"]
    assert [row["first_promised"] for row in rows(tmp_path)] == ["", "2026-03-02", "2026-03-02"]


@pytest.mark.parametrize(
    "other",
    [
        item("call the bank", name="a-1", owner="Bo"),
        item("call the bank", name="a-1", owner=None),
        item("call the bank back tomorrow", name="a-1"),
        item("send version 3", name="a-1"),
        item("call", name="a-1"),
    ],
)
def test_another_owner_or_other_words_are_another_task(tmp_path, other):
    hold(tmp_path, 0, item("call the bank", name="a-0"), item("send version 2", 40.0), item("call", 70.0))
    assert hold(tmp_path, 1, other).repeated == ()


def test_task_that_was_done_is_promised_anew(tmp_path):
    hold(tmp_path, 0, item("call the bank", name="a-0"))
    edit(tmp_path, "a-0", "done")
    assert hold(tmp_path, 1, item("call the bank", name="a-1")).repeated == ()
    assert hold(tmp_path, 2, item("call the bank", name="a-2")).repeated[0].times == 2


def test_closing_all_of_them_at_once_does_not_make_the_promises_fewer(tmp_path):
    for week in range(3):
        hold(tmp_path, week, item("call the bank", name=f"a-{week}"))
    for week in range(3):
        edit(tmp_path, f"a-{week}", "done")
    Register(tmp_path).settle()
    assert [row["promised"] for row in rows(tmp_path)] == ["", "2", "3"]
    assert hold(tmp_path, 2, item("call the bank", name="a-2")).repeated[0].times == 3
    assert hold(tmp_path, 3, item("call the bank", name="a-3")).repeated == ()


def test_promise_of_a_meeting_that_is_processed_late_counts(tmp_path):
    hold(tmp_path, 1, item("call the bank", name="a-1"))
    hold(tmp_path, 0, item("call the bank", name="a-0"))
    assert [row["promised"] for row in rows(tmp_path)] == ["", "2"]
    assert hold(tmp_path, 1, item("call the bank", name="a-1")).repeated[0].times == 2


def test_two_recordings_of_a_day_are_one_promise(tmp_path):
    hold(tmp_path, 0, item("call the bank", name="a-0"))
    same_day = recording(sha256="ee" * 32, recorded_at=dt.datetime(2026, 3, 2, 15, 0))
    assert process(tmp_path, minutes(item("call the bank", name="a-e"), recording=same_day), "copy").repeated == ()
    assert hold(tmp_path, 1, item("call the bank", name="a-1")).repeated[0].times == 2


def test_processing_again_counts_nothing_twice(tmp_path):
    hold(tmp_path, 0, item("call the bank", name="a-0"))
    made = [hold(tmp_path, 1, item("call the bank", name="a-1")) for _ in range(3)]
    assert made[0] == made[1] == made[2]
    assert Register(tmp_path).with_known_ids(held(0, item("call the bank", name="a-0"))).repeated == ()


def test_overdue_counts_to_the_newest_meeting(tmp_path):
    hold(tmp_path, 0, item("call the bank", name="a-0"), item("book a room", 40.0, name="a-1", due_date=None))
    assert [each.overdue_days for each in Register(tmp_path).items()] == [0, 0]
    hold(tmp_path, 2, item("send it on", name="a-2", due_date=dt.date(2026, 3, 20)))
    assert [each.overdue_days for each in Register(tmp_path).items()] == [10, 0, 0]
    edit(tmp_path, "a-0", "waiting for Bo")
    hold(tmp_path, 3)
    assert [each.overdue_days for each in Register(tmp_path).items()] == [17, 0, 3]
    edit(tmp_path, "a-2", "Done")
    hold(tmp_path, 4)
    assert [each.overdue_days for each in Register(tmp_path).items()] == [24, 0, 0]


def test_meeting_without_tasks_counts_as_the_newest_by_its_run(tmp_path):
    hold(tmp_path, 0, item("call the bank", name="a-0"))
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "run.json").write_text('{"recording": {"recorded_at": "2026-03-16T09:00:00"}}')
    Register(tmp_path).settle()
    assert [each.overdue_days for each in Register(tmp_path).items()] == [10]


@pytest.mark.parametrize(("status", "closed"), [("DONE ", True), ("đã  xong", True), ("open", False), ("not done", False)])
def test_closed_is_what_says_so(status, closed):
    assert is_closed(status) is closed


REVERSED = {
    "a negation more": ("We use blue paint", "we will not use the blue paint"),
    "a negation less": ("We don't hire anybody this year", "We hire anybody this year"),
    "no longer": ("We meet on Mondays", "we no longer meet on Mondays"),
    "instead of": ("We meet on Monday", "We meet on Tuesday instead of Monday"),
    "going back": ("We use blue paint for the fence", "we go back on the blue paint"),
    "Vietnamese negation": ("Chúng ta thuê văn phòng ở Huế", "chúng ta không thuê văn phòng ở Huế nữa"),
    "Vietnamese instead": ("Chúng ta họp vào thứ hai", "chúng ta họp vào thứ ba thay vì thứ hai"),
}


@pytest.mark.parametrize(("earlier", "later"), REVERSED.values(), ids=REVERSED)
def test_contrary_decision_of_a_later_meeting_is_named(tmp_path, earlier, later):
    hold(tmp_path, 0, decisions=(earlier, "We buy a shed"))
    (found,) = hold(tmp_path, 1, decisions=("We sell the car", later)).reversals
    assert (found.decision_id, found.earlier_text, found.earlier_on) == ("d-11", earlier, FIRST)
    assert found.earlier_minutes == "week-0"
    register = json.loads((tmp_path / "decisions.json").read_text())
    assert [entry["reversed_by"] for entry in register] == ["d-11", None, None, None]


NOT_REVERSED = {
    "the same again": ("We use blue paint", "we use the blue paint"),
    "another thing": ("We use blue paint", "we will not use red paint"),
    "not yet": ("We start the work", "we do not start the work until May"),
    "the kept one": ("We meet on Tuesday", "We meet on Tuesday instead of Monday"),
    "another frame": ("We pay on Monday", "We meet on Tuesday instead of Monday"),
    "part of it": ("We use blue paint for the fence", "we will not use paint"),
    "off and on": ("We turn off the heating", "we do not turn on the heating"),
    "a number": ("We buy 3 chairs", "we do not buy 5 chairs"),
    "twice negated": ("We never use paint", "we do not say that we never use paint"),
    "one word": ("We agree", "we do not agree"),
}


@pytest.mark.parametrize(("earlier", "later"), NOT_REVERSED.values(), ids=NOT_REVERSED)
def test_what_the_words_do_not_prove_is_no_reversal(tmp_path, earlier, later):
    hold(tmp_path, 0, decisions=(earlier,))
    assert hold(tmp_path, 1, decisions=(later,)).reversals == ()


def test_the_words_that_take_back_may_stand_in_the_quote(tmp_path):
    hold(tmp_path, 0, decisions=("We use blue paint",))
    assert hold(tmp_path, 1, decisions=("The fence is green",), quote="We go back on the blue paint.").reversals


def test_decision_can_be_reversed_twice(tmp_path):
    for week, text in enumerate(("We use blue paint", "We don't use blue paint", "We use blue paint")):
        made = hold(tmp_path, week, decisions=(text,))
    assert [reversal.earlier_on for reversal in made.reversals] == [dt.date(2026, 3, 9)]


def test_both_sides_of_one_day_are_no_reversal(tmp_path):
    assert hold(tmp_path, 0, decisions=("We use blue paint", "We don't use blue paint")).reversals == ()


def test_meeting_that_is_processed_late_finds_its_place(tmp_path):
    hold(tmp_path, 1, decisions=("We don't use blue paint",))
    hold(tmp_path, 0, decisions=("We use blue paint",))
    register = json.loads((tmp_path / "decisions.json").read_text())
    assert [(entry["held_on"], entry["reversed_on"]) for entry in register] == [
        ("2026-03-02", "2026-03-09"),
        ("2026-03-09", None),
    ]


def test_decisions_that_were_lost_come_back_from_the_minutes(tmp_path):
    made = hold(tmp_path, 0, decisions=("We use blue paint",))
    (tmp_path / "week-0").mkdir()
    (tmp_path / "week-0" / "minutes.json").write_text(made.model_dump_json())
    (tmp_path / "decisions.json").write_text("{")
    assert hold(tmp_path, 1, decisions=("We don't use blue paint",)).reversals[0].earlier_text == "We use blue paint"


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans())), st.integers(0, 6), st.none() | st.integers(0, 6))
def test_promises_are_counted_as_one_would_by_hand(told, day, since):
    on = [FIRST + dt.timedelta(days=number) for number in range(7)]
    items = [
        registered_item(item("call the bank", status="done" if closed else "open"), held(0), "m").model_copy(
            update={"held_on": on[number]}
        )
        for number, closed in told
    ]
    days: list[dt.date] = []
    for each in sorted(items, key=lambda each: each.held_on):
        if each.held_on < on[day]:
            closed = is_closed(each.status) and (since is None or each.held_on < on[since])
            days = [] if closed else [*days, each.held_on]
    first = on[since] if since is not None else None
    assert Promise(items).before(on[day], first) == (len(set(days)), min(days, default=None))
