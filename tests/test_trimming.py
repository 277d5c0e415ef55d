"""Small words around a spoken line fall away, and nothing that says, counts, denies, asks or depends."""

import pytest

from tasks.language.trimming import can_stand_without, without_small_talk


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        ("en", "All right, so no lamp, somebody asks the library", "So no lamp, somebody asks the library"),
        ("en", "Very well. Let me have the registration and I'll see to it.", "Let me have the registration and I'll see to it."),
        ("en", "Done, then. Quiet after ten on a school night.", "Quiet after ten on a school night."),
        ("en", "We rent the house, then.", "We rent the house"),
        ("vi", "Vâng, trước thứ sáu em có cho chị.", "Trước thứ sáu em có cho chị."),
    ],
)  # fmt: skip
def test_small_talk_falls_away(language, text, kept):
    assert without_small_talk(text, language) == kept


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'll do that, I'm nice in writing."),
        ("en", "If so, I'll call the bank."),
        ("en", "No, I'll call the bank."),
        ("en", "One. The Thursday."),
        ("en", "Only then, I'll call the bank."),
        ("en", "Phones stay in the lockers, all of them."),
        ("vi", "Không, em gọi ngân hàng."),
        ("de", "Also, ich rufe die Bank an."),
    ],
)
def test_what_may_matter_stays(language, text):
    assert without_small_talk(text, language) == text


@pytest.mark.parametrize(
    ("sentence", "other", "can"),
    [
        ("I'll let the hall have the Friday back.", "That was painless.", True),
        ("I'll sound her out.", "I'm having a drink with Jean.", False),
        ("I'll call the bank.", "Not before we have the figures.", False),
        ("I'll call the bank.", "If they open.", False),
        ("I'll call the bank.", "Can you send the figures?", False),
        ("Who calls the bank?", "That was painless.", False),
    ],
)
def test_a_sentence_stands_without_the_others_of_its_line(sentence, other, can):
    assert can_stand_without(sentence, [other], "en") is can


def test_in_a_language_that_drops_pronouns_no_sentence_stands_alone():
    assert not can_stand_without("Sau Tết tôi đưa chị.", ["Thì tôi kê."], "vi")
