"""Repetition in text, before any sound is asked."""

import pytest

from tasks.language.scripts import foreign_script, syllables, unlike_language
from tasks.transcription.guards.loops import compression, repetitions, tokenize
from tasks.transcription.guards.phrases import is_courtesy, is_credit
from tests.builders import word, words


def found(text: str) -> list[tuple[int, int, int]]:
    return [(item.first, item.length, item.times) for item in repetitions(text.split())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one two three", []),
        ("no no no", [(0, 1, 3)]),
        ("we go a b a b a b home", [(2, 2, 3)]),
        ("a b c d a b c d a b", [(0, 4, 2)]),
        ("no no yes yes", [(0, 1, 2), (2, 1, 2)]),
    ],
)
def test_repetitions_are_found_with_their_shortest_phrase(text: str, expected: list[tuple[int, int, int]]):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "count"), [("hahaha", 1), ("hahahahaha", 5), ("Hahahahaha!", 5), ("nooooo", 1), ("10000000000000", 1), ("...", 0)]
)
def test_word_that_repeats_a_part_of_itself_is_many_tokens(text: str, count: int):
    assert len(tokenize([word(text, 0, 1)], "en")) == count


def test_characters_are_tokens_in_languages_without_spaces():
    tokens = tokenize([word("我们，", 0, 1)], "zh-CN")
    assert [(token.text, token.start_s, token.word) for token in tokens] == [("我", 0.0, 0), ("们", 0.5, 0)]


def test_short_texts_pack_as_they_like():
    assert compression("na na na na") == 1
    assert compression("and then we go " * 20) > 5


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("word", "en", 1),
        ("question", "en", 2),
        ("nghiêng", "vi", 1),
        ("我们", "zh", 2),
        ("спасибо", "ru", 3),
        ("2024", "en", 4),
        ("...", "en", 0),
    ],
)
def test_syllables(text: str, language: str, expected: float):
    assert syllables(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Subtitles by the Amara.org community",
        "Sous-titres réalisés para la communauté d'Amara.org",
        "Hãy subscribe cho kênh La La School",
        "Cảm ơn các bạn đã theo dõi và hẹn gặp lại.",
        "Untertitelung im Auftrag des ZDF, 2021",
        "ご視聴ありがとうございました",
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "시청해주셔서 감사합니다",
        "Altyazı M.K.",
        "[Music]",
        "♪♪",
        "...",
    ],
)
def test_credits_are_known(text: str):
    assert is_credit(text.split())


@pytest.mark.parametrize(
    "text", ["We like the video.", "Can you subscribe me to the list?", "The subtitles are wrong.", "Music", "Cảm ơn anh."]
)
def test_what_people_say_is_no_credit(text: str):
    assert not is_credit(text.split())


@pytest.mark.parametrize("text", ["Thank you.", "you", "Cảm ơn.", "Vielen Dank!", "Merci.", "ありがとうございました。"])
def test_courtesies_are_known(text: str):
    assert is_courtesy(text.split())


def test_sentence_that_holds_a_courtesy_is_none():
    assert not is_courtesy("Thank you, Helen.".split())


@pytest.mark.parametrize(
    ("text", "language", "foreign", "unlike"),
    [
        ("Субтитры сделал", "en", True, False),
        ("I spoke with Иван yesterday", "en", False, False),
        ("Hà Nội", "vi", False, False),
        ("deployment", "ru", False, False),
        ("xin chao " * 12, "vi", False, True),
        ("we talk about the budget " * 4, "ja", False, True),
    ],
)
def test_scripts(text: str, language: str, foreign: bool, unlike: bool):
    texts = [item.text for item in words(text)]
    assert (foreign_script(texts, language), unlike_language(texts, language)) == (foreign, unlike)
