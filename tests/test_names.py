"""Names for speaker labels: from the sidecar, or because a person said who they are."""

import pytest

from tasks.meeting.introductions import introduced_name, names_of_speakers
from tasks.schema import Participant, Sidecar
from tests.builders import segment


def said(*lines: tuple[str | None, str]):
    return [segment(number, text, speaker=speaker) for number, (speaker, text) in enumerate(lines, start=1)]


def roster(*names: str, **aliases: tuple[str, ...]) -> Sidecar:
    return Sidecar(participants=tuple(Participant(name=name, aliases=aliases.get(name, ())) for name in names))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hello, my name is Rob. I look after the water.", "Rob"),
        ("my name is rob", "rob"),
        ("This is Helen.", "Helen"),
        ("And this is David. I keep the money.", "David"),
        ("Good evening, everyone. This is Helen.", "Helen"),
        ("Hi everyone, this is Helen speaking.", "Helen"),
        ("Rob here.", "Rob"),
        ("Helen speaking!", "Helen"),
        ("Xin chào, tôi là Hương.", "Hương"),
        ("Tôi tên là Đức.", "Đức"),
        ("Tên tôi là Nam.", "Nam"),
        ("My name is O'Brien.", "O'Brien"),
    ],
)
def test_introduction_gives_the_name(text, name):
    assert introduced_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "We look after the water.",
        "My name is not on the list.",
        "This is the last point.",
        "This is going to be expensive.",
        "I think this is Helen.",
        "Everybody is here.",
        "Tôi là người mới.",
        "His name is Rob.",
        "Is this David?",
    ],
)
def test_other_sentences_give_no_name(text):
    assert introduced_name(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "This is terrible.",
        "This is exactly what I meant.",
        "This is David's idea.",
        "So this is basically done.",
        "I have lived and worked here.",
        "The problem lies here.",
        "People were English speaking.",
        "Tôi là giám đốc kinh doanh.",
        "Tôi là nhân viên mới.",
    ],
)
def test_common_words_are_not_taken_for_names(text):
    assert introduced_name(text) is None


def test_name_goes_to_the_label_of_who_said_it():
    assert names_of_speakers(said(("Speaker 1", "Good morning."), ("Speaker 2", "my name is helen")), Sidecar()) == {
        "Speaker 2": "Helen"
    }


@pytest.mark.parametrize(
    ("asked", "answer", "name"),
    [
        ("Tom, could you send the report?", "Sure, I will.", "Tom"),
        ("Thank you. And Tom, what do you think?", "I think it is fine.", "Tom"),
        ("Can you hear us, Tom?", "Yes.", "Tom"),
        ("Minh ơi, phần của em đến đâu rồi?", "Dạ, em làm xong rồi.", "Minh"),
    ],
)
def test_who_is_asked_by_name_and_answers_bears_it(asked, answer, name):
    assert names_of_speakers(said(("Speaker 1", asked), ("Speaker 2", answer)), Sidecar()) == {"Speaker 2": name}


@pytest.mark.parametrize(
    "lines",
    [
        [("Speaker 1", "Tom, could you send the report?"), ("Speaker 2", "The report is long.")],
        [("Speaker 1", "Tom, could you send the report?"), ("Speaker 1", "Yes, I know.")],
        [("Speaker 1", "Tom, could you send the report?"), (None, "Yes.")],
        [("Speaker 1", "Tom will send the report."), ("Speaker 2", "Yes.")],
        [("Speaker 1", "Thanks, Tom."), ("Speaker 2", "Okay.")],
        [("Speaker 1", "Tom, could you wait? Let us see the next slide."), ("Speaker 2", "Okay.")],
        [("Speaker 1", "Okay, could you send the report?"), ("Speaker 2", "Sure.")],
        [("Speaker 1", "tom could you send the report"), ("Speaker 2", "sure")],
    ],
)
def test_other_mentions_name_nobody(lines):
    assert names_of_speakers(said(*lines), Sidecar()) == {}


def test_two_voices_that_answer_to_a_name_or_two_names_of_a_voice_are_no_names():
    one, two, three = "Speaker 1", "Speaker 2", "Speaker 3"
    assert (
        names_of_speakers(said((one, "Tom, are you there?"), (two, "Yes."), (one, "Tom, are you?"), (three, "Yes.")), Sidecar())
        == {}
    )
    assert (
        names_of_speakers(said((one, "Tom, are you there?"), (two, "Yes."), (one, "Ben, are you?"), (two, "Yes.")), Sidecar())
        == {}
    )


def test_who_calls_somebody_else_by_a_name_does_not_bear_it():
    lines = said(("Speaker 1", "Tom, are you there?"), ("Speaker 2", "I am not Tom. Tom, are you there?"))
    assert names_of_speakers(lines, Sidecar()) == {}


def test_a_voice_that_says_its_name_is_believed_before_those_that_call_it():
    lines = said(("Speaker 1", "Tom, are you there?"), ("Speaker 2", "Yes. My name is Ben."), ("Speaker 3", "My name is Tom."))
    assert names_of_speakers(lines, Sidecar()) == {"Speaker 2": "Ben", "Speaker 3": "Tom"}


def test_the_roster_tells_a_name_without_capitals():
    lines = said(("Speaker 1", "bob, could you send the report"), ("Speaker 2", "sure"))
    assert names_of_speakers(lines, roster("Robert Smith", **{})) == {}
    sidecar = Sidecar(participants=(Participant(name="Robert Smith", aliases=("Bob",)),))
    assert names_of_speakers(lines, sidecar) == {"Speaker 2": "Robert Smith"}


def test_segment_without_a_speaker_names_nobody():
    assert names_of_speakers(said((None, "My name is Rob.")), Sidecar()) == {}


def test_name_that_two_voices_claim_goes_to_neither():
    lines = said(("Speaker 1", "My name is Rob."), ("Speaker 2", "Rob here."), ("Speaker 3", "This is Helen."))
    assert names_of_speakers(lines, Sidecar()) == {"Speaker 3": "Helen"}


def test_name_that_a_voice_gives_most_often_wins():
    lines = said(("Speaker 1", "This is Ron."), ("Speaker 1", "My name is Rob."), ("Speaker 1", "Rob here."))
    assert names_of_speakers(lines, Sidecar()) == {"Speaker 1": "Rob"}


def test_sidecar_names_come_first():
    sidecar = Sidecar(speakers={"Speaker 1": "Laura"})
    assert names_of_speakers(said(("Speaker 1", "My name is Rob.")), sidecar) == {"Speaker 1": "Laura"}


def test_name_that_the_sidecar_gives_to_one_label_is_not_given_to_another():
    sidecar = Sidecar(speakers={"Speaker 1": "Laura"})
    assert names_of_speakers(said(("Speaker 2", "This is Laura.")), sidecar) == {"Speaker 1": "Laura"}


@pytest.mark.parametrize("spoken", ["rob", "Bobby", "miller", "Robert Miller"])
def test_name_is_spelled_as_on_the_roster(spoken):
    sidecar = Sidecar(participants=(Participant(name="Robert Miller", aliases=("Rob", "Bobby")),))
    assert names_of_speakers(said(("Speaker 1", f"My name is {spoken}")), sidecar) == {"Speaker 1": "Robert Miller"}


def test_name_that_is_not_on_the_roster_is_kept_as_heard():
    assert names_of_speakers(said(("Speaker 1", "my name is rob")), roster("Helen")) == {"Speaker 1": "Rob"}


def test_first_name_of_two_people_is_not_completed_by_a_guess():
    names = names_of_speakers(said(("Speaker 1", "My name is David.")), roster("David Miller", "David Jones"))
    assert names in ({}, {"Speaker 1": "David"})


@pytest.mark.parametrize("full_name", ["Nguyễn Thị Lan", "Nguyễn Văn An"])
def test_full_vietnamese_name_is_not_given_to_a_namesake(full_name):
    names = names_of_speakers(
        said(("Speaker 1", f"Tôi là {full_name}.")), roster("Nguyễn Văn Minh", "Nguyễn Thị Lan", "Nguyễn Văn An")
    )
    assert names == {"Speaker 1": full_name}


@pytest.mark.parametrize("key", ["left", "Left ", "channel 1", "Channel 1"])
def test_sidecar_may_name_a_channel_by_its_side(key):
    lines = said(("Channel 1", "Good morning."), ("Channel 2", "This is Rob."))
    assert names_of_speakers(lines, Sidecar(speakers={key: "Helen"})) == {"Channel 1": "Helen", "Channel 2": "Rob"}


@pytest.mark.parametrize(("key", "label"), [("A", "Speaker 1"), ("s1", "Speaker 1"), ("1", "A"), ("spk_01", "SPK_01")])
def test_sidecar_and_option_mean_the_same_label(key, label):
    assert names_of_speakers(said((label, "Good morning.")), Sidecar(speakers={key: "Helen"})) == {label: "Helen"}
