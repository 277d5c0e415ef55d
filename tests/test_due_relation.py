"""How spoken words bound the time of a task, on sentences that are drawn with their meaning; see docs/due-dates.md."""

import datetime as dt
import re
from collections import Counter

import pytest

from tasks.language.clock import due_days
from tasks.language.due_dates import Due, find_due, find_dues, find_meanings
from tasks.language.trimming import without_phrase
from tasks.language.wording import wording_for
from tasks.schema import ActionClaim, ActionItem
from tasks.verification.evidence import Checker, Rejected
from tests.builders import segment, transcript
from tests.drawn_dates import Drawn, drawn
from tests.test_markdown import action, heard
from tests.test_rules import find

DRAWN = 10_000
MONDAY, FRIDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 6)


def meaning(due: Due | None) -> tuple[str | None, dt.date | None, dt.date | None]:
    return (due.relation, due.first, due.last) if due else (None, None, None)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def misread(row: Drawn) -> str | None:
    due = find_due(row.sentence, row.base, row.language)
    if meaning(due) != (row.relation, row.first, row.last):
        return f"{row.base} {row.sentence}: {meaning(due)}, not {(row.relation, row.first, row.last)}"
    rest = without_phrase(row.sentence, due.stretch) if due else row.sentence
    return f"{row.sentence}: lost {lost}" if (lost := words(row.task) - words(rest)) else None


@pytest.mark.parametrize("language", ["en", "vi"])
def test_drawn_sentences_mean_what_they_were_drawn_from(language):
    wrong = [found for row in drawn(language, DRAWN, seed=1) if (found := misread(row))]
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize(
    ("said", "relation", "first", "last"),
    [
        ("not before Friday", "not_before", "2026-03-06", None),
        ("I won't send it before Friday", "not_before", "2026-03-06", None),
        ("don't forget to send it before Friday", "by", None, "2026-03-06"),
        ("not after Friday", "by", None, "2026-03-06"),
        ("not before Monday but by Friday", "between", "2026-03-09", "2026-03-13"),
        ("not before Wednesday but by Friday", "between", "2026-03-04", "2026-03-06"),
        ("by EOD Friday", "by", None, "2026-03-06"),
        ("before Monday's call", "by", None, "2026-03-09"),
        ("two days before Friday", "on", None, "2026-03-04"),
        ("in the week commencing Monday", "between", "2026-03-09", "2026-03-13"),
        ("on Monday or Tuesday", None, None, None),
        ("not on Friday", None, None, None),
        ("I don't think we can do it by Friday", None, None, None),
        ("I can't do it today, but I'll do it before Friday", "by", None, "2026-03-06"),
        ("before 10 tomorrow", "by", None, "2026-03-03"),
        ("between now and Friday", "between", "2026-03-02", "2026-03-06"),
        ("within a week of Friday", "by", None, "2026-03-13"),
        ("within a week of the launch", None, None, None),
        ("move the call from Monday to Wednesday", None, None, None),
        ("by Good Friday", "by", None, "2026-04-03"),
        ("before Easter Monday", "by", None, "2026-04-06"),
        ("on Whit Monday", "on", None, "2026-05-25"),
        ("not before Ascension Day", "not_before", "2026-05-14", None),
        ("by Ash Wednesday", "by", None, "2027-02-10"),
        ("by Easter", None, None, None),
        ("by Black Friday", None, None, None),
        ("by Christmas", None, None, None),
        ("by the end of the fiscal year", None, None, None),
        ("around next week", None, None, None),
    ],
)
def test_a_bound_and_a_day_are_read_together(said, relation, first, last):
    due = find_due(said, MONDAY, "en")
    assert meaning(due) == (relation, *(day and dt.date.fromisoformat(day) for day in (first, last)))


@pytest.mark.parametrize(
    "said",
    [
        "buy the Super Tuesday tickets",
        "publish the Casual Friday rules",
        "print the Pancake Tuesday menu",
        "cancel the Friday Harbour booking",
        "print the Wednesday Addams script",
        "order the Cyber Monday banners",
        "upload the Happy Mondays playlist",
        "call TGI Fridays",
        "book Ash Wednesday off",
        "book a table at Ruby Tuesday's",
        "print the Freaky Friday page",
    ],
)
def test_a_weekday_in_a_name_is_no_day(said):
    assert [due for due in find_dues(f"I will {said}.", MONDAY, "en") if due.dated] == []


@pytest.mark.parametrize(
    ("said", "phrase"),
    [
        ("call Omar Friday", "Friday"),
        ("call Omar Friday morning", "Friday morning"),
        ("call Omar Friday about the plan", "Friday"),
        ("send Omar the plan Friday", "Friday"),
        ("send it to Omar Friday next week", "Friday next week"),
        ("print the Casual Friday rules by Wednesday", "by Wednesday"),
    ],
)
def test_a_weekday_behind_a_name_is_a_day(said, phrase):
    assert [due.phrase for due in find_dues(f"I will {said}.", MONDAY, "en") if due.dated] == [phrase]


@pytest.mark.parametrize(
    ("said", "language", "relation"),
    [
        ("Em không kịp trước thứ sáu.", "vi", None),
        ("Em không gửi kịp trước thứ sáu đâu.", "vi", None),
        ("Tôi chưa kịp gửi trước thứ sáu.", "vi", None),
        ("Em sợ không làm kịp trước thứ sáu.", "vi", None),
        ("Không kịp đến thứ sáu.", "vi", None),
        ("Em không thể làm kịp sau thứ sáu.", "vi", None),
        ("Em sẽ gửi kịp trước thứ sáu.", "vi", "by"),
        ("Em không gửi trước thứ sáu.", "vi", "not_before"),
        ("Đừng gửi trước thứ sáu.", "vi", "not_before"),
        ("Không kịp rồi, em sẽ gửi trước thứ sáu.", "vi", "by"),
        ("I won't make it before Friday.", "en", None),
        ("We can't get there in time before Friday.", "en", None),
        ("We can't manage before Friday.", "en", None),
        ("I won't send it before Friday.", "en", "not_before"),
        ("I'll make it before Friday.", "en", "by"),
    ],
)
def test_not_in_time_before_a_day_is_no_bound(said, language, relation):
    assert find_due(said, MONDAY, language).relation == relation


@pytest.mark.parametrize(
    ("said", "language", "day"),
    [
        ("next Monday", "en", "2026-12-28"),
        ("by Monday", "en", "2026-12-28"),
        ("by next Friday", "en", "2027-01-01"),
        ("this Friday", "en", "2027-01-01"),
        ("on Sunday", "en", "2027-01-03"),
        ("by next Sunday", "en", "2027-01-03"),
        ("by the 3rd", "en", "2027-01-03"),
        ("by January 5th", "en", "2027-01-05"),
        ("by the end of next month", "en", "2027-01-31"),
        ("by the end of the year", "en", "2026-12-31"),
        ("by the end of Q1", "en", "2027-03-31"),
        ("in two weeks", "en", "2027-01-10"),
        ("in two months", "en", "2027-02-27"),
        ("thứ hai tuần sau", "vi", "2026-12-28"),
        ("trước ngày 5 tháng 1", "vi", "2027-01-05"),
        ("cuối tháng sau", "vi", "2027-01-31"),
        ("cuối quý một", "vi", "2027-03-31"),
        ("hai tuần nữa", "vi", "2027-01-10"),
    ],
)
def test_on_the_last_sunday_of_a_year_days_are_of_the_next_week_and_year(said, language, day):
    assert find_due(said, dt.date(2026, 12, 27), language).last == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("said", "relation", "first", "last"),
    [
        ("Gửi report cho client trước Friday nhé.", "by", None, 6),
        ("Em sẽ gửi trước Friday tuần sau.", "by", None, 13),
        ("Deadline là Monday.", "by", None, 9),
        ("Chậm nhất Wednesday em gửi.", "by", None, 4),
        ("Em gửi vào Friday.", "on", None, 6),
        ("Sáng Friday em gửi.", "on", None, 6),
        ("Em sẽ gửi tomorrow.", "on", None, 3),
        ("Không trước Friday.", "not_before", 6, None),
        ("Gửi sau Friday nhé.", "after", 6, None),
        ("Từ Monday đến Wednesday em đi vắng.", "between", 9, 11),
    ],
)
def test_english_days_among_vietnamese_words(said, relation, first, last):
    assert meaning(find_due(said, MONDAY, "vi")) == (relation, *(day and dt.date(2026, 3, day) for day in (first, last)))


@pytest.mark.parametrize(
    "said", ["Em gửi số liệu Black Friday.", "Cập nhật bảng Monday.com.", "Viết bài cho Sunday Times.", "Em gọi TGI Fridays."]
)
def test_english_names_that_hold_a_day_are_none_among_vietnamese_words(said):
    assert find_dues(said, MONDAY, "vi") == []


def test_feasts_fall_as_almanacs_say():
    fridays = {2020: "04-10", 2024: "03-29", 2025: "04-18", 2027: "03-26", 2028: "04-14", 2038: "04-23", 2049: "04-16"}
    found = {year: find_due("by Good Friday", dt.date(year, 1, 1), "en").last for year in fridays}
    assert found == {year: dt.date.fromisoformat(f"{year}-{day}") for year, day in fridays.items()}


@pytest.mark.parametrize(
    "said", ["prepare the Monday meeting", "write to the Sunday Times", "renew the Monday.com licence", "the Black Friday sale"]
)
def test_a_day_in_a_name_is_no_time(said):
    assert find_dues(said, MONDAY, "en") == []


@pytest.mark.parametrize(
    ("said", "due", "task"),
    [
        ("I will send the contract after Friday.", ("after Friday", "after", FRIDAY, None), "Send the contract"),
        ("I will send it, but not before Friday.", ("but not before Friday", "not_before", FRIDAY, None), "Send it"),
        ("I will send it to Tom by Monday, no, wait, by Friday.", ("by Friday", "by", None, FRIDAY), "Send it to Tom"),
        ("I will call Tom by Monday. Sorry, I meant Friday.", ("Friday", "by", None, FRIDAY), "Call Tom"),
        ("I will call Tom by Monday. No, let's make it Friday.", ("Friday", "by", None, FRIDAY), "Call Tom"),
    ],
)
def test_a_task_carries_its_bound_and_keeps_no_rest_of_it(said, due, task):
    (item,) = find(f"A: {said}").action_items
    assert (item.text, (item.due_phrase, item.due_relation, item.due_from, item.due_date)) == (task, due)


@pytest.mark.parametrize(
    "said",
    [
        "I will call Tom by Friday. Actually, on second thought, I won't.",
        "I will call Tom by Friday. No, I can't do it after all.",
    ],
)
def test_a_task_that_is_taken_back_at_once_is_none(said):
    assert not find(f"A: {said}").action_items


def checked(said: str, **claimed: object) -> str | None:
    """Why a claim about this one sentence is rejected."""
    claim = ActionClaim(**({"text": "Send the contract", "segment_ids": ("S0001",)} | claimed))
    try:
        Checker(transcript(segment(1, said))).prove(claim)
    except Rejected as rejected:
        return str(rejected)
    return None


def on_friday(relation: str) -> Due:
    return Due("Friday", relation, None, FRIDAY)


NOT_BEFORE = "I will send the contract, but not before Friday."


@pytest.mark.parametrize(
    ("claimed", "reason"),
    [
        ({"due_phrase": "not before Friday", "due_relation": "not_before", "due_from": FRIDAY}, None),
        ({"due_phrase": "not before Friday", "due_relation": "by", "due_date": FRIDAY}, "not by Fri 6 March 2026"),
        ({"due_phrase": "Friday", "due_relation": "on", "due_date": FRIDAY}, "not on Fri 6 March 2026"),
        ({"due_phrase": "before Friday", "due_date": FRIDAY}, "means not before Fri 6 March 2026, not Fri 6 March 2026"),
        ({"text": "Send the contract by Friday"}, "the cited passage bounds Fri 6 March 2026 the other way round"),
        ({"text": "Send the contract after Friday"}, None),
    ],
)
def test_a_claim_that_turns_the_bound_around_is_rejected(claimed, reason):
    objection = checked(NOT_BEFORE, **claimed)
    assert objection is None if reason is None else reason in objection


@pytest.mark.parametrize(
    ("said", "phrase", "meanings"),
    [
        (NOT_BEFORE, "Friday", [Due("but not before Friday", "not_before", FRIDAY)]),
        ("Send it by Monday, sorry, by Friday.", "Monday", [Due("by Friday", "by", None, FRIDAY)]),
        ("Send it by Monday. That is soon. Move it to Friday.", "Friday", [on_friday("on"), on_friday("by")]),
        ("Send it by Friday.", "Monday", []),
    ],
)
def test_a_part_of_what_was_said_means_what_the_whole_does(said, phrase, meanings):
    assert find_meanings(phrase, said, MONDAY, "en") == meanings


@pytest.mark.parametrize(
    ("fields", "english", "vietnamese"),
    [
        ({"due_relation": "by", "due_date": FRIDAY}, "by Fri 6 March 2026", "chậm nhất thứ Sáu, 6 tháng 3 năm 2026"),
        (
            {"due_relation": "not_before", "due_from": FRIDAY},
            "not before Fri 6 March 2026",
            "không trước thứ Sáu, 6 tháng 3 năm 2026",
        ),
        (
            {"due_relation": "between", "due_from": MONDAY, "due_date": FRIDAY},
            "between Mon 2 March 2026 and Fri 6 March 2026",
            "giữa thứ Hai, 2 tháng 3 năm 2026 và thứ Sáu, 6 tháng 3 năm 2026",
        ),
        ({"due_date": FRIDAY}, "Fri 6 March 2026", "thứ Sáu, 6 tháng 3 năm 2026"),
        ({}, "", ""),
    ],
)
def test_the_days_are_written_with_their_bound(fields, english, vietnamese):
    item = action("Send it", due_phrase="then", evidence=heard(1, "Send it then."), **fields)
    assert [due_days(item, wording_for(language, "en")) for language in ("en", "vi")] == [english, vietnamese]


def test_minutes_of_before_there_were_relations_are_read():
    item = action("Send it", due_phrase="by Friday", due_date=FRIDAY, evidence=heard(1, "Send it by Friday."))
    old = item.model_dump_json(exclude={"due_relation", "due_from"})
    assert ActionItem.model_validate_json(old) == item
