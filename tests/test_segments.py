"""Words become segments that break where the speaker pauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.meeting.segments import LONGEST_S, PAUSE_S, make_segment, readable, to_segments
from tasks.schema import Word
from tests.builders import word, words


@st.composite
def spoken_words(draw) -> list[Word]:
    """Words in order with pauses of up to two seconds."""
    parts = draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 3000)), max_size=40))
    result, clock = [], 0
    for pause_ms, length_ms in parts:
        start = clock + pause_ms
        clock = start + length_ms
        result.append(word(f"w{len(result)}", start / 1000, clock / 1000))
    return result


def texts(*spoken: Word) -> list[str]:
    return [segment.text for segment in to_segments(spoken, "en")]


@given(spoken_words())
def test_every_word_is_in_exactly_one_segment_and_in_order(spoken):
    assert [item for segment in to_segments(spoken, "en") for item in segment.words] == spoken


@given(spoken_words())
def test_segments_are_short_unless_one_word_is_long(spoken):
    assert all(segment.duration_s < LONGEST_S or len(segment.words) == 1 for segment in to_segments(spoken, "en"))


@given(spoken_words())
def test_no_segment_holds_a_pause(spoken):
    gaps = [b.start_s - a.end_s for s in to_segments(spoken, "en") for a, b in zip(s.words, s.words[1:], strict=False)]
    assert all(gap < PAUSE_S for gap in gaps)


def test_segments_break_at_a_pause():
    assert texts(word("one", 0, 1), word("two", 1.4, 2), word("three", 2.5, 3)) == ["One two", "Three"]


def test_segments_break_before_they_are_too_long():
    spoken = words("word " * 50)
    assert [len(segment.words) for segment in to_segments(spoken, "en")] == [39, 11]


def test_no_words_are_no_segments():
    assert to_segments([], "en") == []


def test_segments_are_numbered_from_one():
    spoken = [word("one", 0, 1), word("two", 2, 3), word("three", 4, 5)]
    assert [segment.id for segment in to_segments(spoken, "en")] == ["S0001", "S0002", "S0003"]


def test_segment_spans_its_words():
    segment = make_segment(7, words("chào buổi sáng", start_s=3), "vi", "Speaker 2")
    assert (segment.id, segment.start_s, segment.end_s) == ("S0007", 3, 4.5)
    assert (segment.text, segment.language, segment.speaker) == ("Chào buổi sáng", "vi", "Speaker 2")


@pytest.mark.parametrize(
    ("spoken", "text"),
    [
        (["the", "old", "fence"], "The old fence"),
        (["i", "think", "i'll", "go"], "I think I'll go"),
        (["it", "is", "in", "india"], "It is in india"),
        (["McDonald", "said", "NO."], "McDonald said NO."),
        (["đúng", "rồi"], "Đúng rồi"),
        (["2026", "was", "good"], "2026 was good"),
        ([], ""),
    ],
)
def test_text_is_made_readable_and_nothing_else_is_changed(spoken, text):
    assert readable(spoken) == text
