"""The extractive summary: quotes only, in order, none twice, at most as many as asked for."""

import random
import tracemalloc

import pytest

from tasks.engine.base import Device
from tasks.schema import Notes, Segment, Transcript
from tasks.summarization.extractive import Extractive
from tasks.summarization.summarizer import Brief, Detail
from tasks.verification.evidence import Checker
from tests.builders import segment, transcript

ON_THE_FENCE = [
    "The fence around the garden has to be built this spring.",
    "A cedar fence around the garden costs four hundred and eighty pounds.",
    "A pine fence costs three hundred and ten pounds this spring.",
    "Helen says that pine rots in about five years.",
    "We decided that the garden fence is built in cedar.",
    "The carpenter can build the cedar fence in April.",
    "My cousin has bought a very small green car.",
    "Somebody left the kitchen light on again last night.",
]


def meeting(*texts: str) -> Transcript:
    return transcript(*(segment(number, text) for number, text in enumerate(texts, start=1)))


def summarize(content: Transcript, detail: Detail = "normal", **options: int) -> Notes:
    with Extractive(Extractive.Options(**options), Device("cpu", "asked for")) as engine:
        return engine.summarize(content, Brief(detail=detail))


def chosen(*texts: str, **options: int) -> list[str]:
    return [point.text for point in summarize(meeting(*texts), **options).summary]


def random_texts(count: int) -> list[str]:
    """Sentences of twelve words in any order."""
    pick, words = random.Random(1), sorted({word.strip(".") for text in ON_THE_FENCE for word in text.split()})
    return [f"{' '.join(pick.sample(words, 12))}." for _ in range(count)]


def spoken(content: Transcript) -> dict[str, Segment]:
    return {item.id: item for item in content.segments}


def test_each_point_is_a_segment_word_for_word_with_its_id():
    content = meeting(*ON_THE_FENCE)
    points = summarize(content, sentences=4).summary
    assert [(point.text, point.quote) for point in points] == [
        (spoken(content)[point.segment_ids[0]].text,) * 2 for point in points
    ]
    assert [len(point.segment_ids) for point in points] == [1] * 4


def test_every_point_passes_the_check_of_evidence():
    content = meeting(*ON_THE_FENCE)
    checker = Checker(content)
    assert all(checker.prove(point).verified for point in summarize(content).summary)


@pytest.mark.parametrize(("detail", "sentences", "count"), [("low", 5, 3), ("low", 1, 1), ("normal", 3, 3), ("high", 3, 6)])
def test_detail_decides_how_many_sentences_there_are(detail, sentences, count):
    assert len(summarize(meeting(*ON_THE_FENCE), detail, sentences=sentences).summary) == count


@pytest.mark.parametrize("sentences", [1, 3, 7, 8, 50])
def test_never_more_points_than_asked_for_or_than_there_are(sentences):
    assert 1 <= len(chosen(*ON_THE_FENCE, sentences=sentences)) <= min(sentences, len(ON_THE_FENCE))


def test_points_stand_in_the_order_of_the_meeting():
    starts = [ON_THE_FENCE.index(text) for text in chosen(*ON_THE_FENCE, sentences=5)]
    assert starts == sorted(starts)


def test_central_sentences_go_before_asides():
    assert not {ON_THE_FENCE[6], ON_THE_FENCE[7]} & set(chosen(*ON_THE_FENCE, sentences=2))


@pytest.mark.parametrize("ending", [" then.", " and so on.", " as I said."])
def test_sentence_is_not_quoted_again_with_another_ending(ending):
    again = ON_THE_FENCE[4].removesuffix(".") + ending
    assert len({ON_THE_FENCE[4], again} & set(chosen(*ON_THE_FENCE[:5], again, *ON_THE_FENCE[5:], sentences=4))) <= 1


@pytest.mark.parametrize("count", [2, 3, 20])
def test_sentence_that_is_said_again_and_again_is_quoted_once(count):
    assert chosen(*[ON_THE_FENCE[0]] * count) == [ON_THE_FENCE[0]]


def test_sentence_repeated_in_other_letters_is_quoted_once_at_its_first_place():
    assert chosen(ON_THE_FENCE[0], ON_THE_FENCE[3], ON_THE_FENCE[0].upper()) == [ON_THE_FENCE[0], ON_THE_FENCE[3]]


def test_short_segments_are_not_quoted():
    assert chosen("Yes.", "Well, all right then.", ON_THE_FENCE[0], sentences=3) == [ON_THE_FENCE[0]]


@pytest.mark.parametrize("min_words", [10, 11, 12])
def test_how_short_is_an_option(min_words):
    quoted = chosen(*ON_THE_FENCE, sentences=len(ON_THE_FENCE), min_words=min_words)
    assert quoted
    assert all(len(text.split()) >= min_words for text in quoted)
    assert min(len(text.split()) for text in chosen(*ON_THE_FENCE, sentences=len(ON_THE_FENCE))) < 10


@pytest.mark.parametrize("texts", [[], ["Yes."], ["", "  "]])
def test_meeting_without_sentences_has_no_summary(texts):
    assert chosen(*texts) == []


def test_sentences_of_single_letters_do_no_harm():
    letters = [f"{letter} b c d e f" for letter in "uvwxyz"]
    assert set(chosen(*letters, sentences=3)) <= set(letters)


def test_vietnamese_is_quoted_like_any_language():
    texts = ["Chúng ta sẽ xây hàng rào bằng gỗ.", "Hàng rào bằng gỗ tốn bốn trăm đồng.", "Hôm nay trời rất đẹp và mát."]
    assert set(chosen(*texts, sentences=2)) <= set(texts)


def test_all_segments_count_as_read_the_short_ones_too():
    content = meeting("Yes.", *ON_THE_FENCE)
    assert summarize(content, sentences=2).segments_read == tuple(spoken(content))


# Sentences in pieces


@pytest.mark.parametrize(
    ("speakers", "starts", "points"),
    [
        ("AA", (0, 5), ["We are going to build the new fence in cedar and not in pine."]),
        ("AB", (0, 5), ["We are going to build the new fence", "in cedar and not in pine."]),
        ("AA", (0, 9), ["We are going to build the new fence", "in cedar and not in pine."]),
    ],
    ids=["one voice", "two voices", "a pause"],
)
def test_sentence_in_pieces_is_quoted_whole(speakers, starts, points):
    pieces = ("We are going to build the new fence", "in cedar and not in pine.")
    said = [segment(n, *piece, speaker=who) for n, (*piece, who) in enumerate(zip(pieces, starts, speakers, strict=True), 1)]
    found = [point.text for point in summarize(transcript(*said), min_words=5).summary]
    assert found == points[: len(found)] != []


def test_whole_sentence_cites_all_its_pieces_and_passes_the_check_of_evidence():
    content = transcript(*(segment(number, "we build the fence and", 5.0 * number) for number in range(1, 5)))
    (point,) = summarize(content).summary
    assert point.segment_ids == tuple(spoken(content))
    assert Checker(content).prove(point).quote == " ".join(["we build the fence and"] * 4)


def test_sentence_that_ended_is_not_joined_with_the_next():
    said = [segment(number, text, 5.0 * number) for number, text in enumerate(ON_THE_FENCE[:2], start=1)]
    assert [point.text for point in summarize(transcript(*said)).summary] == ON_THE_FENCE[:2]


def test_speech_without_full_stops_is_not_quoted_at_any_length():
    said = [segment(number, f"word{number} and so on without an end", 5.0 * number) for number in range(1, 40)]
    lengths = [len(point.text.split()) for point in summarize(transcript(*said)).summary]
    assert 0 < max(lengths) <= 30


def test_sentence_that_says_much_goes_before_platitudes():
    platitudes = [f"And so it is {end}" for end in ("that.", "this.", "it.", "so.", "then.", "now.", "and that.")]
    telling = "And so the supplier in Hanoi delivers four thousand cedar boards before the end of March."
    assert telling in chosen(*platitudes[:4], telling, *platitudes[4:], sentences=2, min_words=4)


# Any length


def test_choice_is_the_same_every_time():
    texts = random_texts(60)
    assert chosen(*texts) == chosen(*texts)


def test_provenance_names_method_and_version():
    engine = summarize(meeting()).engine
    assert engine is not None
    assert (engine.stage, engine.backend, engine.model, engine.draft) == ("summarization", "extractive", "telling", True)


def test_long_meeting_needs_no_matrix_of_all_pairs():
    """Two hours are 2,000 sentences: 2,000 by 2,000 numbers would be 32 MB, and those that are not zero 16 MB."""
    content = meeting(*random_texts(2_000))
    tracemalloc.start()
    points = summarize(content).summary
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (len(points), peak_bytes < 16 << 20) == (5, True), f"{peak_bytes >> 20} MB"
