"""Whisper's tokens to words: nothing torn, nothing glued, and times that stay with the sound."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whisper.tokenizer import Tokenizer, get_tokenizer

from tasks.clean_text import visible
from tasks.meeting.segments import readable
from tasks.schema import Word
from tasks.transcription.whisper.decoding import DecodedWindow
from tasks.transcription.whisper.segments import MarkedSegment, Text, WordTiming, words_of
from tasks.transcription.whisper.word_tokens import split_to_pieces

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # whisper.tokenizer leaves a file open
SECOND = 16_000
HALF = [156, 94]
"""Two of the three bytes of a character."""
BYTES = st.integers(94, 187)
"""Tokens of one byte that is no character by itself, most of them."""
TORN = (
    "It costs $3.5 million, which is 7.25% more (or 1,250,000 €) than in 2025/26.",
    "The well-known follow-up e-mail goes out at 10:30 a.m., or 9 o'clock; O'Neill's there.",
    "See www.acme.com/a-b?c=d&e=f#g or write to an.nguyen@acme.com.vn!",
    "“Don't,” she said — ‘not now’ … [laughter] {sic} R&D, C++ and #1.",
    "Chúng tôi sẽ trả 3,5 triệu đồng (khoảng 7,25%) trước 10:30, thứ Sáu 15/5.",
    "- Yes. - No! ... and - well - so on",
)


@cache
def tokenizer(language: str) -> Tokenizer:
    return get_tokenizer(multilingual=True, num_languages=99, language=language, task="transcribe")


def text_of(tokens: list[int], language: str, seconds: float = 20.0) -> Text:
    return Text(DecodedWindow(tokens, [0.5] * len(tokens), language, 0.0), tokenizer(language), round(seconds * SECOND))


def aligned(text: Text) -> list[WordTiming]:
    """Each piece takes a tenth of a second."""
    pieces = zip(*split_to_pieces(text.tokenizer, text.tokens, text.said.language), strict=True)
    return [WordTiming(word, part, n / 10, (n + 1) / 10, 0.5) for n, (word, part) in enumerate(pieces)]


@st.composite
def written(draw) -> str:
    """What meetings are full of: numbers, money, times, names, addresses, in English and Vietnamese."""
    number = st.from_regex(r"\A[$€£]?[1-9][0-9]{0,2}([.,][0-9]{1,3}){0,2}(%|th|kg| million)?\Z")
    clock = st.from_regex(r"\A[0-9]{1,2}[:.h][0-9]{2}\Z")
    address = st.from_regex(r"\A(www\.|https://)[a-z]{2,6}(-[a-z]{2,5})?\.(com|vn)(/[a-z?=&#]{1,6})?\Z")
    plain = st.sampled_from(
        [
            "we",
            "O'Neill",
            "I'll",
            "follow-up",
            "o'clock",
            "nghị",
            "đồng",
            "(sic)",
            "“so”",
            "state-of-the-art",
            "wait...",
            "Đúng!",
            "😀",
        ]
    )
    return " ".join(draw(st.lists(st.one_of(number, clock, address, plain), min_size=1, max_size=25)))


def as_read(words: tuple[Word, ...], language: str = "en") -> str:
    return readable([word.text for word in words], language).casefold()


@pytest.mark.parametrize("said", TORN)
def test_words_are_what_stands_between_spaces(said):
    text = text_of(tokenizer("en").encode(f" {said}"), "en")
    for words in (words_of(text, aligned(text)), words_of(text, [])):
        assert as_read(words) == said.casefold()
        assert not [word.text for word in words if word.text.startswith((".", "%", "'", ",")) and not word.text.startswith("...")]


@given(written(), st.sampled_from(["en", "vi"]))
@example("9 o'clock", "en")
def test_words_joined_by_spaces_are_the_text(said, language):
    text = text_of(tokenizer(language).encode(f" {said}"), language)
    assert as_read(words_of(text, aligned(text)), language) == said.casefold()


@given(st.lists(st.integers(0, 50256) | BYTES, max_size=40), st.sampled_from(["en", "vi"]))
@example(HALF, "en")
@example([2425, *HALF], "vi")
@example([*HALF, 2425, 11, 1002], "en")
@example([202], "en")  # a control character is no word
@example([2648], "en")  # a dotless i, whose capital is that of another letter
def test_no_letter_of_any_tokens_is_lost_or_doubled(tokens, language):
    text = text_of(tokens, language)
    read, said = as_read(words_of(text, aligned(text)), language), visible(tokenizer(language).decode(tokens))
    assert all(word.text.strip() for word in words_of(text, []))
    assert read.upper().casefold().split() == said.upper().casefold().split()


@given(st.lists(st.integers(0, 50256) | BYTES, max_size=40), st.sampled_from(["en", "zh"]))
def test_pieces_hold_every_token_and_read_as_the_whole(tokens, language):
    pieces, parts = split_to_pieces(tokenizer(language), tokens, language)
    assert [token for part in parts for token in part] == tokens
    assert "".join(pieces) == tokenizer(language).decode(tokens)


def test_half_a_character_leaves_the_words_beside_it_alone():
    said = tokenizer("en")
    pieces, _ = split_to_pieces(said, [*said.encode(" Good"), *HALF, *said.encode(" morning."), *HALF], "en")
    assert pieces == [" Good\ufffd", " morning", ".\ufffd"]


@given(st.text(st.sampled_from("今天开会,我们 use Python3.5。「はい」 50%!"), max_size=30))
def test_text_without_spaces_keeps_those_that_it_has(said):
    text = text_of(tokenizer("zh").encode(said), "zh")
    assert as_read(words_of(text, aligned(text)), "zh").split() == said.casefold().split()


def test_mark_that_is_not_said_takes_no_time():
    yes, comma, now, stop = (tokenizer("en").encode(part) for part in (" Yes", ",", " now", "."))
    text = text_of([*yes, *comma, *now, *stop], "en", 3.0)
    times = [(0.1, 0.4), (0.4, 1.9), (2.0, 2.3), (2.3, 3.0)]
    pieces = [
        WordTiming(part, tokens, *when, 0.5)
        for part, tokens, when in zip((" Yes", ",", " now", "."), (yes, comma, now, stop), times, strict=True)
    ]
    assert [(word.text, word.start_s, word.end_s) for word in words_of(text, pieces)] == [("Yes,", 0.1, 0.4), ("now.", 2.0, 2.3)]


def test_pause_is_not_given_to_the_word_beside_it():
    a, b, c = (tokenizer("en").encode(part) for part in (" a", " b", " c"))
    text = text_of([*a, *b, *c], "en", 6.0)
    pieces = [WordTiming(" a", a, 0.0, 5.2, 0.5), WordTiming(" b", b, 5.2, 5.4, 0.5), WordTiming(" c", c, 5.4, 5.6, 0.5)]
    words = words_of(text, pieces)
    assert (round(words[0].start_s, 2), words[0].end_s) == (4.8, 5.2)


# Segments as the model marks them


def stretches(*tokens: int, seconds: float = 10.0) -> list[MarkedSegment]:
    return text_of(list(tokens), "en", seconds).stretches


TIME = 50364


def test_stretches_lie_between_timestamps():
    assert stretches(TIME, 11, 12, TIME + 100, TIME + 150, 13, TIME + 200) == [
        MarkedSegment(0.0, 2.0, [11, 12]),
        MarkedSegment(3.0, 4.0, [13]),
    ]


def test_open_end_reaches_to_the_end_of_the_window():
    assert stretches(TIME + 50, 11, 12, seconds=5.5) == [MarkedSegment(1.0, 5.5, [11, 12])]


def test_times_beyond_the_window_are_brought_back():
    assert stretches(TIME + 1500, 11, seconds=5.5) == [MarkedSegment(5.5, 5.5, [11])]


def test_time_without_text_is_no_stretch():
    assert stretches(TIME, TIME + 100) == []
