"""Which spoken sentences minutes quote, on talk that nothing was learnt from."""

import pytest

from tasks.report.content import is_spoken
from tasks.schema import Findings, Notes, Transcript
from tasks.summarization.salience import MARKS, packaged
from tasks.summarization.spoken import choose_spoken, most_telling, spoken_sentences
from tasks.verification.evidence import Checker
from tasks.verification.minutes import compose_minutes
from tests.builders import segment, transcript

NEWS = {
    "en": [
        ("Good morning, this is Karen, can everybody hear me all right?", "The dishwasher in the staff kitchen leaks again."),
        ("Ha, you should have seen his face when he came in.", "The insurance pays for the broken window but not for the frame."),
        ("Okay, lovely, shall we go on to the next point then?", "Sales in the second quarter were eleven percent below plan."),
        ("I had the fish, and it was really very good, I must say.", "The ferry does not run on Sundays in winter."),
        (
            "Yes, yes, I know what you mean, absolutely, go on please.",
            "We lost two nurses in August, so the night shift is short.",
        ),
        ("Thanks everybody for coming on such a rainy evening.", "The council has approved the money for the new playground."),
        ("Sorry, I was on mute, can you say that again please?", "Customers cannot pay by card since the update on Monday."),
        ("It is nearly twelve, so let us be quick about this one.", "The old boiler uses a third more gas than the new one."),
    ],
    "vi": [
        ("Chào cả nhà, hôm nay trời mưa to quá nhỉ mọi người.", "Máy lọc nước ở tầng hai hỏng từ hôm thứ hai."),
        ("Dạ vâng, em cảm ơn anh chị đã đến đông đủ ạ.", "Doanh thu quý hai thấp hơn kế hoạch mười một phần trăm."),
        ("Ừ thì để từ từ xem thế nào rồi tính tiếp nhé.", "Bảo hiểm chỉ trả tiền kính vỡ, không trả tiền khung cửa."),
        (
            "Anh ơi, tiếng của anh bị nhỏ quá, em không nghe được.",
            "Từ sau bản cập nhật, khách hàng không thanh toán bằng thẻ được.",
        ),
        ("Ha ha, hôm qua xem bóng đá muộn quá nên buồn ngủ.", "Xã đã duyệt kinh phí làm sân chơi mới cho trẻ em."),
        ("Rồi, xong phần này, mình sang phần tiếp theo nhé.", "Phà không chạy vào chủ nhật trong mùa đông."),
    ],
}


def talk(*lines: str, language: str = "en") -> Transcript:
    """Two people, one line after the other."""
    said = (
        segment(number, text, 6.0 * number, speaker="AB"[number % 2], language=language) for number, text in enumerate(lines, 1)
    )
    return transcript(*said, language=language)


def summary(content: Transcript, most: int) -> list[str]:
    return [claim.text for claim in choose_spoken(spoken_sentences(content), content.segments, most)]


@pytest.mark.parametrize(("language", "chatter", "news"), [(code, *pair) for code, pairs in NEWS.items() for pair in pairs])
def test_of_chatter_and_news_the_news_is_spokend(language, chatter, news):
    assert summary(talk(chatter, news, language=language), 1) == [news]
    assert summary(talk(news, chatter, language=language), 1) == [news]


@pytest.mark.parametrize("language", NEWS)
def test_a_meeting_is_told_by_its_news_alone(language):
    lines = [line for pair in NEWS[language] for line in pair]
    assert set(summary(talk(*lines, language=language), 5)) <= {news for _, news in NEWS[language]}


def test_a_greeting_in_front_of_the_news_falls_away():
    content = talk(
        "Good morning, everybody. The dishwasher in the staff kitchen leaks again and the floor below is wet.", "Oh no."
    )
    quoted = most_telling(spoken_sentences(content), content.segments)
    assert quoted is not None
    assert quoted.text == "The dishwasher in the staff kitchen leaks again and the floor below is wet."


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Well, okay, the dishwasher in the staff kitchen leaks again.", "en"),
        ("Dạ, máy lọc nước ở tầng hai hỏng từ hôm thứ hai.", "vi"),
    ],
)
def test_what_is_left_of_a_line_is_shown_as_a_quote_with_its_speaker(line, language):
    content = talk(line, language=language)
    minutes = compose_minutes(
        content, Notes(summary=tuple(choose_spoken(spoken_sentences(content), content.segments, 1))), Findings(), "test", "1"
    )
    [point] = minutes.summary
    assert len(point.text) < len(line)
    assert is_spoken(point.text, point.evidence)


def test_a_sentence_that_points_to_the_one_before_is_told_with_it():
    content = talk("The fence rots. It will not survive another winter outside.", "Oh dear, oh dear.")
    quoted = most_telling(spoken_sentences(content), content.segments)
    assert quoted is not None
    assert quoted.text.startswith("The fence rots.")


@pytest.mark.parametrize(
    ("said", "withdrawn", "language"),
    [
        (("Our next meeting is on Monday.", "No, wait, I am wrong.", "It is on Tuesday."), "on Monday.", "en"),
        (("The new roof costs four thousand euros.", "Sorry, five thousand euros."), "four thousand euros.", "en"),
        (("The pool opens on the first of June.", "Actually, they moved that to July."), "first of June.", "en"),
        (("Cuộc họp tới vào thứ hai tuần sau.", "À không, vào thứ ba tuần sau."), "thứ hai tuần sau.", "vi"),
    ],
)
def test_what_was_corrected_is_never_quoted_without_its_correction(said, withdrawn, language):
    segments = (
        segment(number, text, 3.0 * number, end_s=3.0 * number + 2.9, language=language) for number, text in enumerate(said, 1)
    )
    content = transcript(*segments, language=language)
    for one in spoken_sentences(content):
        assert not one.claim.text.endswith(withdrawn)


@pytest.mark.parametrize(
    ("said", "answer", "quoted"),
    [
        ("The new roof costs four thousand euros.", "No, it is five thousand.", False),
        ("Our next meeting is on Monday.", "Sorry, on Tuesday.", False),
        ("The new roof costs four thousand euros.", "No, we have no money for that.", True),
        ("The old boiler leaks in the cellar.", "No, wait, since two weeks already.", True),
    ],
)
def test_a_figure_that_somebody_else_corrects_is_not_quoted(said, answer, quoted):
    assert (said in [one.claim.text for one in spoken_sentences(talk(said, answer))]) is quoted


def test_a_sentence_that_points_back_is_quoted_with_what_it_points_to():
    said = ("Last year another company had the same problem.", "They had to take back six thousand machines.")
    segments = (segment(number, text, 3.0 * number, end_s=3.0 * number + 2.9) for number, text in enumerate(said, 1))
    content = transcript(*segments)
    quoted = most_telling(spoken_sentences(content), content.segments)
    assert quoted is not None
    assert (quoted.text, quoted.segment_ids) == (" ".join(said), ("S0001", "S0002"))
    assert Checker(content).prove(quoted).verified


def test_where_nothing_was_learnt_of_a_language_the_words_that_are_said_most_decide():
    lines = (
        "Der Zaun wird dieses Jahr gebaut.",
        "Ich habe gestern sehr gut gegessen.",
        "Der Zaun kostet vierhundert Euro im Jahr.",
    )
    found = summary(talk(*lines, language="de"), 1)
    assert found
    assert "Zaun" in found[0]


def test_what_was_learnt_is_small():
    learnt = packaged()
    assert set(learnt) == set(MARKS)
    assert all(each.weights.nbytes < 1 << 20 for each in learnt.values())
