"""Names that the user gives to speakers."""

import pytest

from tasks.errors import ConfigError
from tasks.meeting.given_speakers import given_speakers, with_given_speakers
from tasks.meeting.labels import canonical_label
from tasks.schema import Turn
from tests.builders import segment, transcript


def heard(**speakers: str):
    turns = tuple(Turn(speaker=f"Speaker {n}", start_s=n, end_s=n + 1) for n in (1, 2))
    return transcript(segment(1, speaker="Speaker 1"), turns=turns, speakers=speakers)


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("A", "Speaker 1"),
        ("b", "Speaker 2"),
        ("2", "Speaker 2"),
        ("S3", "Speaker 3"),
        ("speaker 10", "Speaker 10"),
        ("left", "Channel 1"),
        (" Channel  2 ", "Channel 2"),
        ("Ana K.", "Ana K."),
    ],
)
def test_labels_may_be_written_briefly(key, label):
    assert canonical_label(key) == label


def test_name_goes_to_the_label_as_the_recording_writes_it():
    lines = transcript(segment(1, speaker="A"), segment(2, speaker="b"))
    named = with_given_speakers(lines, given_speakers("A=Ana,S2=Bo"))
    assert (named.speakers, named.notices) == ({"A": "Ana", "b": "Bo"}, ())


def test_names_are_read_from_the_option():
    assert given_speakers("A=Ana Kovač, B = Bo,") == {"Speaker 1": "Ana Kovač", "Speaker 2": "Bo"}


@pytest.mark.parametrize(
    ("name", "text"), [("r.yaml", "A: Ana\nSpeaker 2: Bo\n"), ("r.json", '{"1": "Ana", "2": "Bo"}'), ("r.yml", "1: Ana\n2: Bo\n")]
)
def test_names_are_read_from_a_roster(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert given_speakers(str(path)) == {"Speaker 1": "Ana", "Speaker 2": "Bo"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A=", "'A=' lacks a label or a name"),
        ("=Ana", "'=Ana' lacks a label or a name"),
        ("A=Ana,B", "'B=' lacks a label or a name"),
        ("A=Ana,1=Bo", "'Speaker 1' is named twice"),
        ("nowhere.yaml", "neither names of speakers nor a file"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_an_example(text, reason):
    with pytest.raises(ConfigError, match=reason) as caught:
        given_speakers(text)
    assert 'Write it as "A=Ana,B=Bo"' in str(caught.value)


@pytest.mark.parametrize("text", ["- Ana\n", "A: [x]\n", "A: 1\n", "", "A: {", "{}"])
def test_roster_of_another_shape_is_refused(tmp_path, text):
    path = tmp_path / "roster.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        given_speakers(str(path))


def test_labels_stay_and_names_are_shown():
    named = with_given_speakers(heard(), {"Speaker 1": "Ana"})
    assert (named.segments[0].speaker, named.name_of("Speaker 1"), named.name_of("Speaker 2")) == (
        "Speaker 1",
        "Ana",
        "Speaker 2",
    )


def test_given_name_wins_and_is_nobody_elses():
    found = heard(**{"Speaker 1": "Helen", "Speaker 2": "Ana"})
    assert with_given_speakers(found, {"Speaker 1": "Ana"}).speakers == {"Speaker 1": "Ana"}


def test_label_that_nobody_has_is_reported_and_the_others_count():
    named = with_given_speakers(heard(), {"Speaker 7": "Ana", "Speaker 1": "Bo"})
    assert named.speakers == {"Speaker 1": "Bo"}
    assert [notice.message for notice in named.notices] == ["'Ana' is nobody: there is no 'Speaker 7', only Speaker 1, Speaker 2"]
