"""Spoken sentences of the summary in other words: what is honest stands with its speaker, and no lie does."""

import pytest

from tasks.schema import Claim, Findings, Minutes, Notes, Rewordings, SummaryPoint, TopicClaim, Transcript
from tasks.summarization.rewriting import write_rewordings
from tasks.verification.minutes import compose_minutes
from tasks.verification.reworded import with_rewordings
from tasks.verification.rewording import RewordingChecker, Unproved
from tests.builders import engine
from tests.lies_of_talk import talk
from tests.scripted_chat import ScriptedChat

LAMP = ("Lea: Did anybody look at the projector?", "Tim: Well, it needs a new lamp, and that will take two weeks.")
COVER = ("Ruth: Do we take the green cover or the grey one?", "Jonas: I think the grey one looks like a tax form.")
CONTRACT = ("Mia: What about the contract with the bakery?", "Walter: I already sent the contract last week.")
MACHINES = ("Mia: Last year the other company had the same problem.", "Walter: They had to take back six thousand machines.")
PRICE = ("Mia: And the price of the tickets?", "Walter: Most people will not pay more than ten dollars.")
LAMP_VI = ("Thu: Có ai xem máy chiếu chưa?", "Sơn: Nó cần bóng đèn mới, sẽ mất hai tuần.")


def said_last(lines: tuple[str, ...], language: str = "en") -> tuple[Transcript, SummaryPoint]:
    """A talk, and its last line as a point of the summary."""
    people = tuple(dict.fromkeys(line.partition(": ")[0] for line in lines))
    meeting = talk(*lines, people=people, language=language)
    return meeting, minutes_of(meeting, meeting.segments[-1].id).summary[0]


def minutes_of(meeting: Transcript, *ids: str) -> Minutes:
    said = [segment for segment in meeting.segments if segment.id in ids]
    claims = tuple(Claim(text=segment.text, segment_ids=(segment.id,), quote=segment.text) for segment in said)
    topic = TopicClaim(title="Everything", text=claims[0].text, segment_ids=claims[0].segment_ids, points=claims)
    return compose_minutes(meeting, Notes(summary=claims, topics=(topic,)), Findings(), "test", "1")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (LAMP, "The projector needs a new lamp, and that will take two weeks."),
        (LAMP, "Tim said that the projector needs a new lamp, and that will take two weeks."),
        (COVER, "Jonas thinks the grey one looks like a tax form."),
        (CONTRACT, "Walter already sent the contract last week."),
        (MACHINES, "They had to take back 6,000 machines."),
        (PRICE, "Most people will not pay more than $10."),
    ],
)
def test_honest_words_stand(lines, text):
    meeting, point = said_last(lines)
    assert RewordingChecker(meeting).prove(point, text) == text.rstrip(".")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (LAMP, "The projector needs a new lamp, and that will take three weeks."),
        (LAMP, "The projector needed a new lamp, and that took two weeks."),
        (LAMP, "Lea said that the projector needs a new lamp, and that will take two weeks."),
        (LAMP, "Lea needs a new lamp, and that will take two weeks."),
        (LAMP, "Tim needs a new lamp, and that will take two weeks."),
        (LAMP, "The projector needs a new lamp and a new cable, and that will take two weeks."),
        (LAMP, "The projector does not need a new lamp."),
        (LAMP, "It needs a new lamp, and I will take two weeks."),
        (COVER, "The projector looks like a tax form."),
        (COVER, "Ruth thinks the grey one looks like a tax form."),
        (COVER, "The green cover looks like a tax form."),
        (CONTRACT, "Mia already sent the contract last week."),
        (CONTRACT, "Walter already sent the contract next week."),
        (CONTRACT, "Walter already signed the contract last week."),
        (MACHINES, "Walter had to take back six thousand machines."),
        (MACHINES, "They had to take back five thousand machines."),
        (PRICE, "Most people will pay more than ten dollars."),
        (PRICE, "Most people will not pay ten dollars."),
        (PRICE, "Walter agreed that most people will not pay more than ten dollars."),
    ],
)
def test_no_lie_stands(lines, text):
    meeting, point = said_last(lines)
    with pytest.raises(Unproved):
        RewordingChecker(meeting).prove(point, text)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Máy chiếu cần bóng đèn mới, sẽ mất hai tuần.", True),
        ("Sơn cho biết máy chiếu cần bóng đèn mới, sẽ mất hai tuần.", True),
        ("Máy chiếu cần bóng đèn mới, sẽ mất ba tuần.", False),
        ("Máy chiếu đã có bóng đèn mới.", False),
        ("Thu cho biết máy chiếu cần bóng đèn mới, sẽ mất hai tuần.", False),
        ("Máy chiếu không cần bóng đèn mới.", False),
    ],
)
def test_vietnamese(text, stands):
    meeting, point = said_last(LAMP_VI, "vi")
    if stands:
        assert RewordingChecker(meeting).prove(point, text)
    else:
        with pytest.raises(Unproved):
            RewordingChecker(meeting).prove(point, text)


def test_a_sentence_that_stands_twice_is_asked_about_once_and_worded_in_both_places_with_its_speaker():
    meeting, _ = said_last(LAMP)
    minutes = minutes_of(meeting, meeting.segments[-1].id)
    model = ScriptedChat(lambda request: "The projector needs a new lamp, and that will take two weeks.")
    made = write_rewordings(model, meeting, minutes)
    assert len(model.asked) == 1
    assert model.asked[0].question.startswith("Words (Tim): Well, it needs a new lamp")
    after = with_rewordings(meeting, minutes, made.model_copy(update={"engine": engine("rewriting")}))
    points = (*after.summary, *after.topics[0].points)
    assert [point.shown for point in points] == ["The projector needs a new lamp, and that will take two weeks (Tim)"] * 2
    assert {point.said for point in points} == {meeting.segments[-1].text}
    assert {point.evidence for point in points} == {minutes.summary[0].evidence}
    assert after.topics[0].text == points[0].shown


def test_sentences_of_the_models_own_are_not_worded_again():
    meeting, _ = said_last(LAMP)
    told = Claim(text="The projector needs a new lamp.", segment_ids=(meeting.segments[-1].id,))
    minutes = compose_minutes(meeting, Notes(summary=(told,)), Findings(), "test", "1")
    assert minutes.summary
    assert write_rewordings(ScriptedChat(lambda request: "No."), meeting, minutes) == Rewordings()
