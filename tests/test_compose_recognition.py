"""Recognised windows become a recognition: what is kept, marked, left out and said about it."""

import pytest

from tasks.schema import NoticeKind, Recognition
from tasks.transcription.compose import compose_recognition
from tasks.transcription.guards.verdicts import GuardOptions
from tasks.transcription.windows import DoubtedWords, SpanWords, WindowWords
from tests.builders import engine, interval, words


def window(number: int, text: str, *flags: str, channel: int | None = None, language: str = "en") -> WindowWords:
    """Twenty seconds from `20 * number` on, with words in its first seconds."""
    start, spoken = 20.0 * number, words(text, 20.0 * number)
    doubts = tuple(DoubtedWords(flag=flag, first=0, last=len(spoken)) for flag in flags)
    return WindowWords(
        start_s=start, end_s=start + 20, channel=channel, words=spoken, language=language, doubts=doubts, speech_s=18
    )


def composed(*windows: WindowWords, **span) -> Recognition:
    return compose_recognition([SpanWords(windows=windows, **span)], engine(), GuardOptions(), ())


def texts(found: Recognition) -> list[str]:
    return [segment.text for segment in found.segments]


GOOD = [window(number, "we meet again on friday") for number in range(10)]


def test_window_that_cannot_be_made_out_is_marked_with_its_time():
    found = composed(*GOOD, window(10, "the the the the", "loop"))
    assert texts(found)[-1] == "[unclear 00:03:20-00:03:22]"
    assert found.segments[-1].flags == ("unclear", "loop")
    assert found.filtered == (interval(200, 202),)
    assert found.filters == {"loop": 1}


def test_good_words_before_a_loop_are_kept():
    doubted = window(10, "we will pay for the fence the fence the fence the fence")
    doubted = doubted.model_copy(update={"doubts": (DoubtedWords(flag="loop", first=6, last=12),)})
    found = composed(*GOOD, doubted)
    assert texts(found)[-2:] == ["We will pay for the fence", "[unclear 00:03:23-00:03:26]"]
    assert found.segments[-2].flags == ()


def test_words_that_nobody_said_leave_no_mark_but_are_counted():
    found = composed(*GOOD, window(10, "thank you for watching", "silence_phrase"))
    assert len(found.segments) == 10
    assert found.filters == {"silence_phrase": 1}
    (notice,) = found.notices
    assert notice.kind is NoticeKind.FILTERED
    assert notice.message == "1 part was left out as invented or garbled, first at 00:03:20: silence phrase 1"


def test_sparse_window_keeps_its_words_and_its_flag():
    found = composed(*GOOD, window(10, "hello", "sparse"))
    assert (found.segments[-1].text, found.segments[-1].flags, found.filtered) == ("Hello", ("sparse",), ())
    (notice,) = found.notices
    assert notice.message.startswith("1 part was recognised with far fewer words than the speech is long, first at 00:03:20")


def test_when_too_much_would_go_the_words_stay_with_flags_and_a_warning():
    found = composed(*(window(number, "la la la la", "loop") for number in range(5)))
    assert set(texts(found)) == {"La la la la"}
    assert {segment.flags for segment in found.segments} == {("loop",)}
    assert found.filtered == ()
    (notice,) = found.notices
    assert (notice.kind, notice.message) == (
        NoticeKind.WARNING,
        "5 parts were doubtful, too much of the speech to leave out: the words stand as recognised, with flags",
    )


def test_segments_begin_anew_where_the_language_changes():
    found = composed(window(0, "we meet again"), window(1, "chúng ta gặp lại", language="vi"))
    assert [(segment.language, segment.text) for segment in found.segments] == [
        ("en", "We meet again"),
        ("vi", "Chúng ta gặp lại"),
    ]


def test_channels_are_interleaved_by_time():
    found = composed(window(0, "hello", channel=1), window(0, "hi there", channel=2), window(1, "bye", channel=1))
    assert [(segment.id, segment.channel) for segment in found.segments] == [("S0001", 1), ("S0002", 2), ("S0003", 1)]


@pytest.mark.parametrize("flags", [(), ("loop",)])
def test_window_without_words_makes_no_segment_of_words(flags):
    assert all(segment.text.startswith("[unclear") for segment in composed(*GOOD, window(10, "", *flags)).segments[10:])
