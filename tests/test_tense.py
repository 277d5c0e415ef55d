"""A plan that is told as done is not what was said."""

import pytest

from tasks.language.tense import is_over, told_as_done
from tasks.schema import Claim
from tasks.verification.evidence import Checker, Rejected
from tests.lies_of_talk import talk


@pytest.mark.parametrize(
    ("said", "text", "verb"),
    [
        ("I will order the boxes next week.", "Robert ordered the boxes next week.", "ordered"),
        ("Could you please order them?", "Robert has ordered the boxes.", "ordered"),
        ("We'll start with black and white.", "The team started with black and white.", "started"),
        ("I can write to the mayor.", "Ines wrote to the mayor.", "wrote"),
        ("We should drop the second shift.", "They dropped the second shift.", "dropped"),
        ("I will order the boxes next week.", "Robert will order the boxes.", None),
        ("I will order the boxes next week.", "The boxes will be ordered by Robert.", None),
        ("I ordered the boxes, and I will order more.", "Robert ordered the boxes.", None),
        ("Then we agree to sell it ourselves.", "They agreed to sell it themselves.", None),
        ("Who ordered the boxes?", "Robert ordered the boxes.", "ordered"),
        ("The price is ninety dollars.", "Walter suggested ninety dollars.", None),
    ],
)
def test_english(said, text, verb):
    assert told_as_done(text, [said], "en") == verb


@pytest.mark.parametrize(
    ("said", "text", "verb"),
    [
        ("Em sẽ gửi báo cáo vào thứ hai.", "Lan đã gửi báo cáo.", "gửi"),
        ("Anh nhờ em đặt phòng họp nhé.", "Nam đã đặt phòng họp.", "đặt"),
        ("Em sẽ gửi báo cáo vào thứ hai.", "Lan sẽ gửi báo cáo.", None),
        ("Em đã gửi báo cáo hôm qua.", "Lan đã gửi báo cáo.", None),
    ],
)
def test_vietnamese(said, text, verb):
    assert told_as_done(text, [said], "vi") == verb


def test_unknown_language_is_not_judged():
    assert told_as_done("Il a commandé les boîtes.", ["Je vais commander les boîtes."], "fr") is None


def test_summary_that_tells_a_plan_as_done_is_not_proved():
    meeting = talk("Mia: Who orders the boxes?", "Robert: I will order the boxes next week.", people=("Mia", "Robert"))
    with pytest.raises(Rejected, match="tells 'ordered' as done"):
        Checker(meeting).prove(Claim(text="Robert ordered the boxes.", segment_ids=("S0002",)))
    assert Checker(meeting).prove(Claim(text="Robert will order the boxes next week.", segment_ids=("S0002",)))


@pytest.mark.parametrize(
    ("text", "day", "over", "language"),
    [
        ("The printer left our house on Monday but it was sent to the wrong city.", "on Monday", True, "en"),
        ("We finished it on Monday.", "on Monday", True, "en"),
        ("He said so on Tuesday, it came back.", "on Tuesday", False, "en"),
        ("We talked about it and it needs to be done by Friday.", "by Friday", False, "en"),
        ("We finished the rest, and I will send it on Monday.", "on Monday", False, "en"),
        ("We agreed to send it by Friday.", "by Friday", False, "en"),
        ("On Monday I will send it.", "On Monday", False, "en"),
        ("Em đã gửi hôm thứ hai.", "thứ hai", True, "vi"),
        ("Thứ sáu em gửi nhé.", "Thứ sáu", False, "vi"),
        ("Sie kam am Montag.", "am Montag", False, "de"),
    ],
)
def test_day_of_what_is_done_is_over(text, day, over, language):
    assert is_over(text, day, language) is over
