"""A table of due phrases with the days they mean, written from the meaning and not from the code."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from tasks.language.due_dates import find_due, next_meeting_day
from tests.builders import segment
from tests.test_rules import find

TABLE = yaml.safe_load((Path(__file__).parent / "data" / "due_phrases.yaml").read_text(encoding="utf-8"))
ROWS = [pytest.param(language, row, id=f"{row['said']} on {row['base']}") for language, rows in TABLE.items() for row in rows]
MONDAY = dt.date(2026, 3, 2)


def next_day(language: str, row: dict[str, Any]) -> dt.date | None:
    earlier = [segment(1, row["earlier"], language=language)] if "earlier" in row else []
    return next_meeting_day(earlier, row["base"])


@pytest.mark.parametrize(("language", "row"), ROWS)
def test_a_phrase_is_found_and_means_its_day(language, row):
    due = find_due(row["said"], row["base"], language, next_day(language, row))
    assert (due.phrase, due.last) == (row.get("phrase", row["said"]), row.get("date"))


def test_the_table_has_75_phrases_of_each_language():
    assert {language: len(rows) for language, rows in TABLE.items()} == {"en": 75, "vi": 75}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        (["Our next meeting is on March tenth."], "2026-03-10"),
        (["The next meeting will be at nine on Tuesday the tenth."], "2026-03-10"),
        (["We'll meet again in two weeks."], "2026-03-16"),
        (["Our next meeting is on Monday. No, wait, I am wrong. It is on Tuesday."], "None"),
        (["Our next meeting is on Monday.", "Actually, it is on Tuesday."], "2026-03-03"),
        (["Our next meeting is on Monday.", "Good.", "Fine.", "We meet again on Thursday."], "None"),
        (["Is the next meeting on Monday?"], "None"),
        (["The next meeting is important for everybody here on Friday."], "None"),
        (["I will send it on Monday."], "None"),
    ],
)
def test_the_next_meeting_has_a_day_once_it_was_said_and_stands(said, day):
    assert str(next_meeting_day([segment(number, text) for number, text in enumerate(said, start=1)], MONDAY)) == day


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (["A: Ben, please check it before the next meeting.", "C: Good. Our next meeting is on March tenth."], "2026-03-10"),
        (["A: Ben, please check it before the next meeting.", "C: Our next meeting is soon."], "None"),
    ],
)
def test_a_task_for_the_next_meeting_is_due_on_its_day(lines, day):
    item = find(*lines).action_items[0]
    assert (item.due_phrase, str(item.due_date)) == ("before the next meeting", day)
