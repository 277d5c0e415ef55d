"""Bad language models: whatever they answer, the minutes are never blank, never parroted, and say what stands there instead."""

from collections.abc import Callable

import pytest

from tasks.errors import BackendError
from tasks.models.catalogue import Skill
from tasks.schema import Findings, Minutes, Notes, NoticeKind, Status, Transcript
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.notes_by_model import write_notes
from tasks.summarization.summarizer import Brief
from tasks.verification.minutes import compose_minutes
from tests.builders import recording, segment, transcript
from tests.scripted_chat import ScriptedChat, asks_for, told

SAID = {
    "en": (
        "The carpenter can build the cedar fence in April.",
        "A cedar fence costs four hundred and eighty pounds.",
        "Helen asked whether pine would be cheaper this spring.",
        "The water bill went up by a third since last year.",
        "Omar found a broken pipe behind the glass house.",
        "The plumber can repair the pipe next Tuesday morning.",
        "The summer party needs forty chairs and two long tables.",
        "The school lends the chairs if we fetch them on Friday.",
    ),
    "vi": (
        "Thợ mộc có thể dựng hàng rào gỗ thông trong tháng tư.",
        "Hàng rào gỗ thông tốn khoảng hai mươi triệu đồng.",
        "Chị Lan hỏi gỗ tràm có rẻ hơn gỗ thông không.",
        "Tiền nước tăng một phần ba so với năm ngoái.",
        "Anh Minh thấy ống nước sau nhà kính bị vỡ.",
        "Thợ sửa ống nước hẹn sáng thứ ba tuần sau.",
        "Tiệc mùa hè cần bốn mươi ghế và hai bàn dài.",
        "Trường học cho mượn ghế nếu mình đến lấy thứ sáu.",
    ),
}
SKILL = Skill(words_at_a_time=150, finds=False)
VILLAINS: dict[str, Callable[[Request], str]] = {
    "empty": lambda _: "",
    "blank": lambda _: " \n```\n```\n",
    "empty JSON": lambda _: '{"topics":[],"summary":[]}',
    "parrot of the question": lambda request: request.question,
    "parrot of the instructions": lambda request: request.instructions,
    "repeater": lambda _: "The team talked about the cedar fence. " * 40,
    "refuser": lambda _: "I'm sorry, but as an AI language model I cannot help with that request.",
    "refuser in Vietnamese": lambda _: "Xin lỗi, tôi là mô hình ngôn ngữ nên không thể giúp bạn yêu cầu này.",
    "copier of the talk": lambda request: "\n".join(request.material.splitlines()[1:4]),
    "talker": lambda _: "Helen: I'm glad to hear about the fence.\nOmar: I'm glad too.\n" * 20,
    "dreamer": lambda _: "Bob bought seven airplanes in Paris. The stock market crashed on Mars.",
    "other language": lambda _: "Das Treffen war sehr gut und wir haben über den Zaun gesprochen, und die Kosten sind hoch.",
    "other letters": lambda _: "会议讨论了花园的围栏和水费的问题，大家同意下周再谈。",
    "flood": lambda _: "and so on fence " * 200,
    "thinker without end": lambda _: "<think>The user wants me to write",
}


def meeting(language: str = "en", times: int = 4) -> Transcript:
    """Three matters, each for a while."""
    words = [text for at in (0, 3, 6) for _ in range(times) for text in SAID[language][at : at + 3]]
    parts = [segment(n, text, speaker="AB"[n % 2], language=language, start_s=5.0 * n) for n, text in enumerate(words, 1)]
    return transcript(*parts, speakers={"A": "Helen", "B": "Omar"}, language=language, recording=recording(duration_s=600.0))


def notes_of(answer: Callable[[Request], object], content: Transcript) -> Notes:
    return write_notes(ScriptedChat(answer), content, Brief(language=content.language), SKILL)


def minutes_of(answer: Callable[[Request], object], content: Transcript) -> Minutes:
    return compose_minutes(content, notes_of(answer, content), Findings(), "test", "1")


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("villain", VILLAINS)
def test_what_was_said_stands_in_for_a_bad_answer_and_the_head_says_so(villain, language):
    content = meeting(language)
    minutes = minutes_of(VILLAINS[villain], content)
    said = {part.text for part in content.segments}
    assert minutes.summary
    assert len(minutes.topics) > 1
    assert {point.text for topic in minutes.topics for point in topic.points} <= said
    assert {point.text for point in minutes.summary} <= said
    assert any(notice.code == "parts_unusable" for notice in minutes.warnings)
    assert minutes.status is Status.COMPLETED_WITH_WARNINGS


def test_bad_answer_is_asked_for_once_more_and_then_no_more():
    model = ScriptedChat(VILLAINS["refuser"])
    write_notes(model, meeting(), Brief(), SKILL)
    sections = [request for request in model.asked if asks_for(request) == "Section"]
    assert len(sections) == 2 * len({request.material for request in sections})


def test_second_answer_counts():
    asked: list[str] = []

    def late(request: Request) -> str:
        first = request.material not in asked
        asked.append(request.material)
        return "" if first else f"They said that {told(request)[0][:1].lower()}{told(request)[0][1:]}"

    notes = notes_of(late, meeting())
    assert not notes.notices
    assert all(point.text.startswith("They said") for topic in notes.topics for point in topic.points)


def test_engine_that_fails_on_one_part_is_told_apart_and_tried_again_by_the_next_run():
    def moody(request: Request) -> object:
        return BackendError("too hot.") if "pipe" in request.material else f"They said: {told(request)[0]}"

    notes = notes_of(moody, meeting())
    notice = next(notice for notice in notes.notices if notice.code == "parts_unanswered")
    assert (notice.kind, notice.detail) == (NoticeKind.FAILED, "too hot.")
    unread = {part.id for part in meeting().segments} - set(notes.segments_read)
    assert unread >= {part.id for part in meeting().segments if "pipe" in part.text}


def test_sentence_that_is_cut_off_is_left_out():
    notes = notes_of(lambda _: Reply("They want a cedar fence, a new pipe and forty chairs. The carpen", cut=True), meeting())
    assert not any("carpen" in point.text.split() for topic in notes.topics for point in topic.points)


def test_sentence_that_is_not_proved_gives_way_to_what_was_said():
    def inventive(request: Request) -> str:
        return (
            f"{told(request)[0].rstrip('.')} and it costs 7,312 pounds." if asks_for(request) == "Section" else "Fences and pipes"
        )

    minutes = minutes_of(inventive, meeting())
    assert {point.text for topic in minutes.topics for point in topic.points} <= set(SAID["en"])
    assert all("7,312" in item.text for item in minutes.unverified if item.kind == "topic" and "costs" in item.text)
    assert any(notice.code == "topics_unproved" for notice in minutes.warnings)


def test_title_with_an_invented_name_gives_way_to_that_of_code():
    def inventive(request: Request) -> str:
        return "Fences Of Mr Featherstone" if asks_for(request) == "Title" else told(request)[0]

    minutes = minutes_of(inventive, meeting())
    assert minutes.topics
    assert not any("Featherstone" in topic.title for topic in minutes.topics)
