"""Subtitles that players read: checked by reading them back the way the formats are defined."""

import html
import re
from typing import NamedTuple

import pytest

from tasks.report.subtitles import to_srt, to_vtt
from tasks.schema import Segment, Transcript
from tests.builders import segment, transcript

TIME = r"(\d\d+):([0-5]\d):([0-5]\d)%s(\d{3})"
SRT_TIMES = re.compile(f"{TIME} --> {TIME}" % (",", ","))
VTT_TIMES = re.compile(f"{TIME} --> {TIME}" % (r"\.", r"\."))
each_format = pytest.mark.parametrize("write", [to_srt, to_vtt])

HOSTILE = [
    "a --> b",
    "-->",
    "<i>loud</i> <script>",
    "a < b > c & d",
    "&lt;already&gt; &amp;",
    "two\nlines",
    "a gap\n\nand 00:00:01.000 --> 00:00:02.000\nmore",
    "tab\tand  spaces\r\nhere",
    "NOTE this",
    "WEBVTT",
    "3",
    "{\\an8}top",
    "họp tuần 🌱",
]


class Cue(NamedTuple):
    """One subtitle as a player has it."""

    start_s: float
    end_s: float
    text: str


def read_srt(text: str) -> list[Cue]:
    """Blocks of a number, a time line and one line of text, an empty line between them."""
    blocks = [block.split("\n") for block in text.removesuffix("\n").split("\n\n")] if text else []
    assert [block[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    return [cue(SRT_TIMES, block[1:]) for block in blocks]


def read_vtt(text: str) -> list[Cue]:
    """`WEBVTT`, then blocks of a time line and one line of text."""
    header, *blocks = text.removesuffix("\n").split("\n\n")
    assert header == "WEBVTT"
    return [cue(VTT_TIMES, block.split("\n")) for block in blocks]


def cue(times: re.Pattern[str], lines: list[str]) -> Cue:
    (line, text) = lines
    parts = times.fullmatch(line)
    assert parts, line
    hours, minutes, seconds, thousandths, *end = (int(part) for part in parts.groups())
    start_s = hours * 3600 + minutes * 60 + seconds + thousandths / 1000
    return Cue(start_s, end[0] * 3600 + end[1] * 60 + end[2] + end[3] / 1000, text)


def read(write: object, content: Transcript) -> list[Cue]:
    return read_srt(to_srt(content)) if write is to_srt else read_vtt(to_vtt(content))


def said(text: str, **changes: object) -> Transcript:
    return transcript(segment(1, text, **changes))


def named(*segments: Segment) -> Transcript:
    return transcript(*segments, speakers={"A": "Helen"})


def test_whole_srt():
    content = named(segment(1, "Hello.", speaker="A"), segment(2, "Hi.", speaker="B"), segment(3, "All here?"))
    assert to_srt(content) == (
        "1\n00:00:00,000 --> 00:00:05,000\nHelen: Hello.\n\n"
        "2\n00:00:10,000 --> 00:00:15,000\nB: Hi.\n\n"
        "3\n00:00:20,000 --> 00:00:25,000\nAll here?\n"
    )


def test_whole_vtt():
    content = named(segment(1, "Hello.", speaker="A"), segment(2, "Hi.", speaker="B"), segment(3, "All here?"))
    assert to_vtt(content) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\n<v Helen>Hello.\n\n"
        "00:00:10.000 --> 00:00:15.000\n<v B>Hi.\n\n"
        "00:00:20.000 --> 00:00:25.000\nAll here?\n"
    )


def test_transcript_without_speech_gives_files_without_cues():
    assert (to_srt(transcript()), to_vtt(transcript())) == ("", "WEBVTT\n")


@each_format
def test_one_cue_a_segment_in_order(write):
    content = transcript(*(segment(number, f"Sentence {number}.") for number in range(1, 120)))
    assert [found.text for found in read(write, content)] == [item.text for item in content.segments]


@each_format
@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_no_text_breaks_the_cues(write, text):
    content = transcript(segment(1, "Before."), segment(2, text), segment(3, "After."))
    assert [found.text for found in read(write, content)][::2] == ["Before.", "After."]


@each_format
@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_text_holds_no_arrow_that_looks_like_times(write, text):
    ((_, _, shown),) = read(write, said(text))
    assert "-->" not in shown


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_vtt_text_holds_no_tag_and_reads_as_it_was_said(text):
    ((_, _, shown),) = read_vtt(to_vtt(said(text)))
    assert not {"<", ">"} & set(shown)
    assert html.unescape(shown) == " ".join(text.split()).replace("-->", "→")


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_srt_text_reads_as_it_was_said(text):
    ((_, _, shown),) = read_srt(to_srt(said(text)))
    assert shown == " ".join(text.split()).replace("-->", "→")


@pytest.mark.parametrize("name", ["<b>", "Anna & Ben", "A > B", "a\nb", "x --> y"])
def test_any_speaker_name_is_one_vtt_voice(name):
    content = transcript(segment(1, "Hello.", speaker="A"), speakers={"A": name})
    ((_, _, shown),) = read_vtt(to_vtt(content))
    voice = re.fullmatch(r"<v ([^<>\n]+)>Hello\.", shown)
    assert voice
    assert html.unescape(voice[1]) == " ".join(name.split()).replace("-->", "→")


@each_format
def test_segment_without_length_is_shown_for_a_moment(write):
    ((start_s, end_s, _),) = read(write, said("Yes.", start_s=7.0, end_s=7.0))
    assert (start_s, end_s) == (7.0, 7.1)


@each_format
def test_times_are_exact_to_the_millisecond(write):
    ((start_s, end_s, _),) = read(write, said("Yes.", start_s=59.9996, end_s=3723.4567))
    assert (start_s, end_s) == (60.0, 3723.457)


@each_format
def test_hours_go_beyond_99(write):
    ((start_s, end_s, _),) = read(write, said("Yes.", start_s=360_000.0, end_s=360_001.5))
    assert (start_s, end_s) == (360_000.0, 360_001.5)


@each_format
@pytest.mark.parametrize("text", ["", " \n "])
def test_segment_without_words_does_not_break_the_cues(write, text):
    content = transcript(segment(1, "Before."), segment(2, text), segment(3, "After."))
    assert [found.text for found in read(write, content)][-1] == "After."
