"""What two engines found about one thing is one item."""

import datetime as dt
from typing import Any

import pytest

from tasks.schema import ActionItem, Decision, Evidence, MatchMethod, OwnerSource
from tasks.verification.merging import merge_actions, merge_decisions


def passage(*numbers: int, quote: str = "I'll send it.") -> Evidence:
    ids = tuple(f"S{number:04d}" for number in numbers)
    return Evidence(
        segment_ids=ids, start_s=10.0 * numbers[0], end_s=10.0 * numbers[-1] + 5, quote=quote, method=MatchMethod.EXACT
    )


def action(task: str, *numbers: int, owner: str | None = None, due: str | None = None, **changes: Any) -> ActionItem:
    values = {
        "id": f"a-{task[:4]}{numbers[0]}",
        "task": task,
        "owner": owner,
        "owner_source": OwnerSource.NAMED if owner else None,
        "due_phrase": due,
        "due_date": dt.date(2026, 3, 6) if due else None,
        "evidence": passage(*numbers),
    }
    return ActionItem(**(values | changes))


def test_same_passage_and_much_the_same_words_is_one_item():
    (item,) = merge_actions(
        [action("Tom sends the budget to the board", 4)], [action("send the budget", 4, owner="Tom", due="Friday")]
    )
    assert (item.task, item.owner, item.due_phrase) == ("Tom sends the budget to the board", "Tom", "Friday")


def test_same_passage_and_other_words_are_two_items():
    assert len(merge_actions([action("send the budget", 4)], [action("book a room", 4)])) == 2


def test_same_words_elsewhere_are_one_item():
    assert len(merge_actions([action("send the budget", 4)], [action("Send the budget.", 90)])) == 1


def test_what_was_asked_for_explains_the_answer_to_it():
    asked = action("ask him", 4, owner="Beth", context="My husband could do it.", evidence=passage(3, 4))
    taken = action("ask him", 5, owner="Beth", due="tonight", context="Would you ask him?", evidence=passage(4, 5))
    assert [item.due_phrase for item in merge_actions([], [asked, taken])] == ["tonight"]
    elsewhere = action("ask him", 9, owner="Beth", context="The tenor sings flat.", evidence=passage(8, 9))
    assert len(merge_actions([], [asked, elsewhere])) == 2


def test_other_number_is_another_item():
    assert len(merge_actions([action("order 5 trees", 4)], [action("order 6 trees", 4)])) == 2


def test_later_date_holds_and_its_passage_is_shown():
    moved = action("send the budget", 90, due="next Friday", due_date=dt.date(2026, 3, 13))
    (item,) = merge_actions([action("send the budget", 4, due="Friday")], [moved])
    assert item.due_date == dt.date(2026, 3, 13)
    assert item.evidence.start_s == 900.0
    assert item.evidence.segment_ids == ("S0004", "S0090")


def test_date_that_was_said_once_is_not_lost():
    (item,) = merge_actions([action("send the budget", 4, due="Friday")], [action("send the budget", 90)])
    assert item.due_phrase == "Friday"


def test_later_owner_holds():
    (item,) = merge_actions([action("send the budget", 90, owner="Ana")], [action("send the budget", 4, owner="Tom")])
    assert item.owner == "Ana"


@pytest.mark.parametrize("turned", [False, True])
def test_about_one_passage_the_surer_owner_holds(turned):
    sure = action("send the budget", 4, owner="Ana", owner_source=OwnerSource.SELF_COMMITMENT)
    named = action("send the budget", 4, owner="Tom")
    (item,) = merge_actions([named], [sure]) if turned else merge_actions([sure], [named])
    assert item.owner == "Ana"


def test_what_one_engine_tells_apart_stays_apart():
    assert len(merge_actions([], [action("call the carpenter", 4), action("pay the carpenter", 4)])) == 2


def test_what_one_engine_says_twice_is_said_once():
    assert len(merge_actions([action("Call the carpenter", 4), action("call the carpenter.", 90)], [])) == 1


def test_the_same_task_of_two_people_is_two_items():
    items = [action("call the carpenter", 4, owner="Tom"), action("call the carpenter", 9, owner="Ana")]
    assert len(merge_actions(items, [])) == 2


def test_item_joins_the_one_most_like_it():
    written = [action("pay the carpenter", 4), action("call the carpenter today", 4)]
    pay, call = merge_actions(written, [action("call the carpenter", 4, owner="Tom")])
    assert (pay.owner, call.owner) == (None, "Tom")


def test_items_come_in_the_order_of_the_meeting():
    items = merge_actions([action("send the budget", 9), action("book a room", 30)], [action("water the trees", 20)])
    assert [item.task for item in items] == ["send the budget", "water the trees", "book a room"]


def test_decisions_are_united_too():
    first = Decision(id="d-1", text="The fence is painted green", evidence=passage(7))
    second = Decision(id="d-2", text="paint the fence green", evidence=passage(7))
    assert merge_decisions([first], [second]) == (first,)
