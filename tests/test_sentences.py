"""Where sentences end: at their marks, and not at every full stop."""

import pytest

from tasks.meeting.sentences import split_sentences
from tests.builders import segment
from tests.test_rules import find

WHOLE = [
    "I will call the bank at 9 a.m. tomorrow.",
    "I will call the bank at 9 a.m. Monday.",
    "The fair is at 10 p.m. May 5th.",
    "I will pay the invoice No. 5 by Friday.",
    "I will check Fig. 3 and vol. 2 tomorrow.",
    "I will call the St. Mary hospital tomorrow.",
    "I will call the Mt. Sinai clinic tomorrow.",
    "I will send the offer to Acme Inc. tomorrow.",
    "I will send the offer to Acme Ltd. by Friday.",
    "I will order approx. twenty chairs by Friday.",
    "I will write to Prof. Lee by Friday.",
    "I will write to Dr. med. Lee by Friday.",
    "I will send Lt. Col. Ode the plan by Friday.",
    "I will call J. R. Smith tomorrow.",
    "I will call Ben Ode Jr. tomorrow.",
    "I will compare red vs. blue paint by Friday.",
    "I will order chairs, tables, etc. by Friday.",
    "I will call the 5th Ave. store tomorrow.",
    "Tôi sẽ gửi cho TS. Lan trước thứ sáu.",
]
CUT = [
    ("We went with plan B. Omar could book the room.", 2),
    ("We take option C. I will call the bank.", 2),
    ("We meet at 9 a.m. Omar brings the plan.", 2),
    ("We meet at 9 a.m. Monday is too late.", 2),
    ("I work for Acme Inc. They pay well.", 2),
    ("It is in room A. Then there is lunch.", 2),
    ("We need ten chairs, tables, etc. Who buys them?", 2),
    ("I said no. We need more.", 2),
    ("We go to St. Mary. Then we go home.", 2),
    ("It is vitamin C. It is good.", 2),
]


def pieces(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences([segment(1, text)], "Omar|Dana", punctuated=True)]


@pytest.mark.parametrize("text", WHOLE)
def test_a_full_stop_of_an_abbreviation_ends_nothing(text):
    assert pieces(text) == [text]


@pytest.mark.parametrize(("text", "number"), CUT)
def test_a_sentence_may_end_with_an_abbreviation_or_a_letter(text, number):
    assert len(pieces(text)) == number


@pytest.mark.parametrize(
    ("said", "task", "phrase"),
    [
        ("I will check Fig. 3 tomorrow.", "Check Fig. 3", "tomorrow"),
        ("I will read chapter 3 tomorrow.", "Read chapter 3", "tomorrow"),
        ("I will call the bank at 3 tomorrow.", "Call the bank", "at 3 tomorrow"),
        ("I will call the bank by 3 tomorrow.", "Call the bank", "by 3 tomorrow"),
        ("I will call the bank at 9 a.m. Monday.", "Call the bank", "at 9 a.m. Monday"),
    ],
)
def test_a_number_before_a_day_is_an_hour_only_where_it_is_said_so(said, task, phrase):
    (claim,) = find("A: Good morning everybody.", f"A: {said}").action_items
    assert (claim.text, claim.due_phrase) == (task, phrase)
