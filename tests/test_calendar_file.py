"""The calendar of a meeting, as a calendar reads it."""

import datetime as dt
from typing import Any

import icalendar
import pytest

from configs.settings import Config
from tasks.report.calendar_file import to_ics
from tasks.report.rendering import render_files
from tasks.schema import Minutes, NextMeeting
from tests.builders import segment, transcript
from tests.test_markdown import action, heard, minutes

LONG = "Gửi báo cáo họp tuần cho chị Đức, anh Hùng; và 🙂 \\ " * 8


def read(content: Minutes) -> list[Any]:
    return [each for each in icalendar.Calendar.from_ical(to_ics(content)).walk() if each.name in ("VTODO", "VEVENT")]


def test_task_has_its_owner_its_day_and_what_was_said():
    [task] = read(minutes(action_items=(action(owner="Helen", due_date=dt.date(2026, 3, 6)),)))
    assert (task.name, str(task["SUMMARY"]), task["DUE"].dt) == ("VTODO", "Helen: Call the carpenter", dt.date(2026, 3, 6))
    assert str(task["DESCRIPTION"]) == 'Standup: "I\'ll call the carpenter."'
    assert (str(task["UID"]), str(task["STATUS"])) == ("a-3f9c21@audio-minutes", "NEEDS-ACTION")


@pytest.mark.parametrize(("status", "shown"), [("done", "COMPLETED"), ("xong", "COMPLETED"), ("waits", "NEEDS-ACTION")])
def test_state_is_told(status, shown):
    assert str(read(minutes(action_items=(action(status=status),)))[0]["STATUS"]) == shown


def test_task_without_a_day_has_none_and_one_between_two_days_both():
    between = action(id="a-2", due_from=dt.date(2026, 3, 9), due_date=dt.date(2026, 3, 13))
    never, week = read(minutes(action_items=(action(), between)))
    assert ("DUE" in never, "DTSTART" in never) == (False, False)
    assert (week["DTSTART"].dt, week["DUE"].dt) == (dt.date(2026, 3, 9), dt.date(2026, 3, 13))


@pytest.mark.parametrize("text", [LONG, "a\r\nBEGIN:VALARM\nx", "BEGIN:VEVENT", "a;b,c:d\\n", "שלום 👩‍👩‍👧 é"])
def test_every_text_comes_back_and_no_line_is_too_long(text):
    content = minutes(title=text, action_items=(action(text, evidence=heard(1, text)),))
    [task] = read(content)
    assert str(task["SUMMARY"]) == " ".join(content.action_items[0].task.split())
    assert max(len(line.encode()) for line in to_ics(content).split("\r\n")) <= 75
    assert "\n" not in to_ics(content).replace("\r\n", "")


def next_meeting(**changes: Any) -> NextMeeting:
    values = {"due_phrase": "on Friday", "due_date": dt.date(2026, 3, 6), "place": "Room 2", "evidence": heard(50, "On Friday.")}
    return NextMeeting(**(values | changes))


def test_next_meeting_is_an_event_of_its_day():
    [event] = read(minutes(next_meeting=next_meeting()))
    assert (event.name, event["DTSTART"].dt, event["DTEND"].dt) == ("VEVENT", dt.date(2026, 3, 6), dt.date(2026, 3, 7))
    assert (str(event["LOCATION"]), str(event["SUMMARY"])) == ("Room 2", "Standup")


@pytest.mark.parametrize("changes", [{"due_date": None}, {"due_from": dt.date(2026, 3, 2)}])
def test_meeting_on_no_certain_day_is_no_event(changes):
    assert read(minutes(next_meeting=next_meeting(**changes))) == []


def test_calendar_is_written_only_where_it_is_asked_for():
    said = transcript(segment(1))
    assert "minutes.ics" not in render_files(minutes(), said, Config().report)
    asked = Config.model_validate({"report": {"formats": ["ics"]}}).report
    assert render_files(minutes(), said, asked)["minutes.ics"] == to_ics(minutes())
