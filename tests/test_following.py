"""The next meeting, and why something was decided: only what was said in so many words."""

import datetime as dt

import pytest

from tasks.language.reasons import reason_in
from tasks.schema import Claim, Findings, Minutes, Notes
from tasks.verification.minutes import compose_minutes
from tests.builders import segment, transcript


def day(number: int) -> dt.date:
    """A day of the month of the meeting of the builders, which is on Monday the second."""
    return dt.date(2026, 3, number)


def made(*said: str, language: str = "en", decided: str | None = None) -> Minutes:
    parts = [segment(number, text, language=language, speaker="A") for number, text in enumerate(said, start=1)]
    claims = [Claim(text=decided, segment_ids=(part.id,), quote=part.text) for part in parts if decided and decided in part.text]
    meeting = transcript(*parts, language=language, speakers={"A": "Helen"})
    return compose_minutes(meeting, Notes(decisions=tuple(claims)), Findings(), "test", "1")


@pytest.mark.parametrize(
    ("language", "said", "on", "phrase", "place"),
    [
        ("en", "We meet again on Friday at 6 pm in the town hall.", day(6), "on Friday at 6 pm", "the town hall"),
        ("en", "The next meeting will be at nine on Tuesday the tenth.", day(10), "at nine on Tuesday the tenth", None),
        ("en", "Let's meet again on Monday at the office and bring your notes.", day(9), "on Monday", "the office"),
        (
            "vi",
            "Cuộc họp tiếp theo là thứ hai tuần sau lúc 9 giờ sáng tại phòng họp số 2 nhé.",
            day(9),
            "thứ hai tuần sau lúc 9 giờ sáng",
            "phòng họp số 2",
        ),
        ("vi", "Buổi họp sau vào 9 giờ thứ ba ở văn phòng.", day(3), "9 giờ thứ ba", "văn phòng"),
    ],
)
def test_next_meeting_is_told_with_its_day_time_and_place_as_said(language, said, on, phrase, place):
    found = made("Good morning to everybody.", said, language=language).next_meeting
    assert (found.due_date, found.due_phrase, found.place) == (on, phrase, place)
    assert (found.evidence.quote, found.evidence.segment_ids, found.evidence.speaker) == (said, ("S0002",), "Helen")


@pytest.mark.parametrize(
    ("language", "said", "on"),
    [
        ("en", ("Our next meeting is on Monday.", "No, wait, I am wrong.", "It is on Tuesday."), day(3)),
        ("en", ("We meet again on Friday.", "Sorry, Thursday."), day(5)),
        ("vi", ("Cuộc họp tiếp theo là thứ hai.", "À không, tôi nhầm.", "Là thứ ba."), day(3)),
    ],
)
def test_day_of_the_next_meeting_that_was_set_right_is_told_and_proved_by_both(language, said, on):
    found = made("Good morning to everybody.", *said, language=language).next_meeting
    assert found.due_date == on
    assert found.evidence.quote == " ".join(said)


@pytest.mark.parametrize(
    "said",
    [
        ("Our next meeting is on Monday.", "No, wait.", "Is it on Tuesday?"),
        ("Our next meeting is on Monday.", "No, wait.", "It is on Tuesday or on Friday."),
        ("Is the next meeting on Monday?",),
        ("Our next meeting is on Monday.", "No, wait, I am wrong."),
        ("Our next meeting is on Monday.", "Good.", "Fine.", "We meet again on Thursday."),
        ("The next meeting is important for everybody here on Friday.",),
        ("We met on Friday at the town hall.",),
        ("Cuộc họp tiếp theo rất quan trọng.",),
    ],
)
def test_what_is_asked_taken_back_or_unclear_is_no_next_meeting(said):
    assert made(*said).next_meeting is None


@pytest.mark.parametrize(
    ("language", "said", "decided", "reason"),
    [
        ("en", ("We go with cedar because pine rots in five years.",), "We go with cedar", "because pine rots in five years"),
        ("en", ("Because it is cheaper, we take the pine fence.",), "we take the pine fence", "Because it is cheaper"),
        ("en", ("We go with cedar.", "Because pine rots in five years."), "We go with cedar", "Because pine rots in five years"),
        ("vi", ("Chúng ta chọn gỗ thông vì nó rẻ hơn.",), "Chúng ta chọn gỗ thông", "vì nó rẻ hơn"),
        ("en", ("We go with cedar.", "He left because he was ill."), "We go with cedar", None),
        ("en", ("We go with cedar.", "Fine with me.", "Because pine rots in five years."), "We go with cedar", None),
        ("en", ("We go with cedar, not because of the money.",), "We go with cedar", None),
        ("vi", ("Vì vậy chúng ta chọn gỗ thông.",), "chúng ta chọn gỗ thông", None),
    ],
)
def test_decision_has_the_reason_that_was_said_with_it_and_no_other(language, said, decided, reason):
    [decision] = made(*said, language=language, decided=decided).decisions
    assert (decision.reason and decision.reason.quote) == reason
    assert decision.reason is None or any(reason in text for text in said)


def test_decision_that_says_why_itself_needs_no_reason():
    said = "We go with cedar because pine rots in five years."
    [decision] = made(said, decided=said).decisions
    assert decision.reason is None


@pytest.mark.parametrize("text", ["Why, because you said so before?", "Because.", "Because we can", "nothing"])
def test_questions_and_stubs_give_no_reason(text):
    found = reason_in(text, "en")
    assert (found is None) == (text != "Because we can")
