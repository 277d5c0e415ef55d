"""The picture of who spoke when."""

import xml.etree.ElementTree as ET

import pytest

from tasks.report.timeline import timeline_svg
from tasks.schema import Turn
from tests.builders import coverage, transcript

SVG = "{http://www.w3.org/2000/svg}"


def turn(speaker: str, start_s: float, end_s: float) -> Turn:
    return Turn(speaker=speaker, start_s=start_s, end_s=end_s)


def drawn(*turns: Turn, **changes):
    return transcript(turns=turns, **changes)


TWO = (turn("Speaker 1", 0, 15), turn("Speaker 2", 15, 30), turn("Speaker 1", 30, 60))


def test_each_speaker_has_a_row_with_their_name():
    root = ET.fromstring(timeline_svg(drawn(*TWO, speakers={"Speaker 1": "Ana"})))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[-2:] == ["Ana", "Speaker 2"]


def test_picture_says_in_words_what_it_shows():
    root = ET.fromstring(timeline_svg(drawn(*TWO), "Wer sprach wann"))
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == "Wer sprach wann"
    assert root.find(f"{SVG}desc").text == "Speaking time within 00:01:00. Speaker 1: 00:00:45, Speaker 2: 00:00:15."


def test_turns_lie_where_they_were():
    text = timeline_svg(drawn(*TWO))
    assert 'd="M180.0 14H372.5v18H180.0zM565.0 14H950.0v18H565.0z"' in text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'A&B "C"', "a\x00b\x1b[0m", "x" * 300, "Hùng 🙂"])
def test_any_name_gives_a_sound_picture(name):
    text = timeline_svg(drawn(*TWO, speakers={"Speaker 1": name}))
    ET.fromstring(text)
    assert "<script" not in text


def test_same_transcript_gives_the_same_picture():
    assert timeline_svg(drawn(*TWO)) == timeline_svg(drawn(*TWO))


def test_turn_beyond_the_end_stays_inside():
    assert "H950.0" in timeline_svg(drawn(turn("Speaker 1", 0, 90)))


@pytest.mark.parametrize("seconds", [1, 59, 3600, 36_000, 200_000])
def test_times_are_few_whatever_the_length(seconds):
    root = ET.fromstring(timeline_svg(drawn(turn("A", 0, 1), coverage=coverage(seconds))))
    assert 2 <= len(list(root.iter(f"{SVG}text"))) <= 10


def test_nobody_spoke_is_no_picture():
    assert timeline_svg(drawn()) == ""
