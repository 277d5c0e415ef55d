"""Who is meant by a spoken name."""

import re

import pytest

from tasks.meeting.people import is_punctuated, people_of
from tasks.schema import Participant
from tests.test_rules import find, meeting, rows

ROSTER = [Participant(name="Robert Smith", aliases=("Bob",), role="Project Manager"), Participant(name="Nguyễn Thị Lan")]


def people(*lines, names=None, roster=(), language="en", punctuated=True):
    return people_of(meeting(*lines, names=names or {}, roster=roster, language=language), punctuated)


@pytest.mark.parametrize("spoken", ["Robert Smith", "robert", "Smith", "Bob", "the project manager"])
def test_every_spelling_of_the_roster_means_one_person(spoken):
    assert people(roster=ROSTER).person(spoken) == "Robert Smith"


def test_a_vietnamese_person_is_called_by_the_last_name_word():
    assert people(roster=ROSTER).person("lan") == "Nguyễn Thị Lan"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("A: Tom, could you send the report?", "Tom"),
        ("A: Okay, Tom, can you send the report?", "Tom"),
        ("A: Thank you for that. Thanks, Tom.", "Tom"),
        ("A: Could you send the report, Tom?", "Tom"),
        ("A: My name is Tom.", "Tom"),
        ("A: Hello, this is Tom. I keep the money.", "Tom"),
        ("A: Minh ơi, phần của em đến đâu rồi?", "Minh"),
        ("A: Anh Nam gửi báo cáo nhé.", "Nam"),
    ],
)
def test_a_name_is_known_once_somebody_is_called_by_it(said, name):
    assert people(said).person(name.lower()) == name


@pytest.mark.parametrize(
    "said", ["A: Well, could you send it?", "A: Guys, please listen.", "A: Thanks, everybody.", "A: The Vendor will call."]
)
def test_other_words_are_no_names(said):
    assert people(said).names == {}


def test_without_capitals_a_name_is_known_when_introduced_and_addressed():
    lines = ("A: That morning this is jennifer I work in sales", "B: This is important", "B: Jennifer could you call the bank")
    assert people(*lines, punctuated=False).names == {"jennifer": "Jennifer"}


def test_a_role_that_somebody_takes_means_that_speaker():
    known = people("A: I'm the industrial designer.", names={"A": "Nathan"})
    assert known.person("the industrial designer") == "Nathan"


def test_capitals_tell_a_name_from_a_word():
    roster = [Participant(name="Mark")]
    pattern = people(roster=roster).pattern
    assert re.fullmatch(pattern, "Mark", re.IGNORECASE)
    assert not re.fullmatch(pattern, "mark", re.IGNORECASE)
    assert re.fullmatch(people(roster=roster, punctuated=False).pattern, "mark", re.IGNORECASE)


def test_without_names_nothing_is_one():
    assert not re.search(people().pattern, "Anybody will do")


def test_a_speaker_is_a_name_or_a_label():
    known = people("A: Hello.", names={"A": "Anna"})
    assert [known.speaker(label) for label in ("A", "Speaker 2", None)] == ["Anna", "Speaker 2", None]


def test_marks_or_pauses():
    assert is_punctuated(meeting("A: I will call him. Good.").segments)
    assert not is_punctuated(meeting("A: I will call him tomorrow good").segments)


def test_a_third_party_never_owns_a_task():
    assert rows(find("A: The vendor will send the parts on Monday.", "A: Peter will call us tomorrow.")) == []


def test_the_asked_person_owns_even_when_no_speaker_has_the_name():
    assert rows(find("A: Tom, could you send the report?", "B: Sure.", names={})) == [("Tom", "Send the report", "")]


def test_somebody_else_cannot_refuse_for_the_person_asked():
    found = find("A: Ben, could you send the report?", "C: I can't see the slide.", "B: Yes.")
    assert rows(found) == [("Ben", "Send the report", "")]
