"""Names that are words, and names that two people have."""

import datetime as dt

import pytest

from tasks.actions.rules import find_by_rules
from tasks.language.word_names import stands_as_name
from tasks.schema import ActionClaim, Findings, Notes, Participant, Sidecar
from tasks.verification.minutes import compose_minutes
from tests.builders import recording, segment, transcript
from tests.test_rules import find

WORDS = {
    "A": "Dana Fox",
    "B": "Will Stone",
    "C": "May Lin",
    "D": "April Jones",
    "E": "Mark Hill",
    "F": "Bill Moor",
    "G": "Hung Vo",
}


def owners(*lines: str, names: dict[str, str], language: str = "en") -> list[tuple[str | None, str]]:
    greeting = "Chào mọi người." if language == "vi" else "Good morning everybody."
    hello = [f"{label}: {greeting}" for label in names]
    return [(item.owner, item.text) for item in find(*hello, *lines, names=names, language=language).action_items]


AS_NAMES = [
    ("Will will send the report by Friday.", "Will Stone"),
    ("Will is going to book the room tomorrow.", "Will Stone"),
    ("Will, could you send the report by Friday?", "Will Stone"),
    ("Could you send the report by Friday, Will?", "Will Stone"),
    ("I'd like Will to send the report by Friday.", "Will Stone"),
    ("Let's ask Will to send the report.", "Will Stone"),
    ("May will call the bank tomorrow.", "May Lin"),
    ("May, please call the bank tomorrow.", "May Lin"),
    ("April will book the room on Monday.", "April Jones"),
    ("I'll ask April to book the room.", "April Jones"),
    ("Mark will pay the bill by Friday.", "Mark Hill"),
    ("Mark has to check the door by Friday.", "Mark Hill"),
    ("Bill needs to send the bill by Friday.", "Bill Moor"),
    ("Hung will print the posters tomorrow.", "Hung Vo"),
    ("Hung and Mark will print the posters tomorrow.", "Hung Vo and Mark Hill"),
]
AS_WORDS = [
    "Will the bank call us tomorrow?",
    "The bill will arrive in May.",
    "Mark the date please.",
    "Bill the client by Friday.",
    "May I send the report tomorrow?",
    "In May, could be the fair.",
    "April will be busy.",
    "The fair in April will move the dates.",
    "Hung the posters yesterday.",
    "It may rain on Friday.",
    "May we begin with the budget?",
]


@pytest.mark.parametrize(("said", "owner"), AS_NAMES)
def test_word_is_a_name_where_people_do_something(said, owner):
    assert [found for found, _ in owners(f"A: {said}", names=WORDS)] == [owner]


@pytest.mark.parametrize("said", AS_WORDS)
def test_word_is_a_word_elsewhere(said):
    assert [found for found, _ in owners(f"A: {said}", names=WORDS) if found not in {None, "Dana Fox"}] == []


@pytest.mark.parametrize(("said", "owner"), [("Will you send the report by Friday?", None), ("I will send it.", "Dana Fox")])
def test_others_keep_their_tasks(said, owner):
    assert all(found == owner for found, _ in owners(f"A: {said}", names=WORDS))


VIETNAMESE = {"A": "Trần Lan", "B": "Lê Thị Mai", "C": "Nguyễn Văn Hùng"}


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("Mai ơi, gửi báo cáo trước thứ sáu nhé.", "Lê Thị Mai"),
        ("Mai sẽ gọi thợ mộc.", "Lê Thị Mai"),
        ("Nhờ Mai gửi báo cáo trước thứ sáu.", "Lê Thị Mai"),
        ("Chị Mai phụ trách gửi báo cáo.", "Lê Thị Mai"),
        ("Mai tôi sẽ gửi báo cáo.", "Trần Lan"),
        ("Ngày mai em sẽ gọi thợ mộc.", "Trần Lan"),
        ("Hùng sẽ gửi báo cáo vào mai.", "Nguyễn Văn Hùng"),
    ],
)
def test_mai_is_a_person_or_tomorrow(said, owner):
    assert {found for found, _ in owners(f"A: {said}", names=VIETNAMESE, language="vi")} == {owner}


@pytest.mark.parametrize(
    ("said", "owner", "task", "phrase"),
    [
        ("Mai gửi báo cáo nhé.", "Lê Thị Mai", "Gửi báo cáo", None),
        ("Mai gọi ngân hàng trước thứ sáu nhé.", "Lê Thị Mai", "Gọi ngân hàng", "trước thứ sáu"),
        ("Vậy Mai gửi báo cáo nhé.", "Lê Thị Mai", "Gửi báo cáo", None),
        ("Ngày mai Mai gửi báo cáo nhé.", "Lê Thị Mai", "Gửi báo cáo", "Ngày mai"),
        ("Bác Mai gửi báo cáo giúp em nhé.", "Lê Thị Mai", "Gửi báo cáo", None),
        ("Em sẽ gửi báo cáo cho ông Mai.", "Trần Lan", "Gửi báo cáo cho ông Mai", None),
        ("Em sẽ gửi báo cáo cho chị Mai nhé.", "Trần Lan", "Gửi báo cáo cho chị Mai", None),
        ("Em sẽ gọi Mai vào thứ sáu.", "Trần Lan", "Gọi Mai", "vào thứ sáu"),
        ("Em sẽ gửi báo cáo cho Mai.", "Trần Lan", "Gửi báo cáo cho Mai", None),
        ("Sáng mai em sẽ gọi Mai.", "Trần Lan", "Gọi Mai", "Sáng mai"),
        ("Em sẽ gửi báo cáo mai nhé.", "Trần Lan", "Gửi báo cáo", "mai"),
        ("Em sẽ gửi báo cáo cho anh Hùng vào mai.", "Trần Lan", "Gửi báo cáo cho anh Hùng", "vào mai"),
        ("Mai em sẽ gửi báo cáo.", "Trần Lan", "Gửi báo cáo", "Mai"),
    ],
)
def test_a_capital_or_a_title_tells_mai_from_tomorrow(said, owner, task, phrase):
    found = find("A: Chào mọi người.", f"C: {said}" if owner == "Lê Thị Mai" else f"A: {said}", names=VIETNAMESE, language="vi")
    assert [(item.owner, item.text, item.due_phrase) for item in found.action_items] == [(owner, task, phrase)]


@pytest.mark.parametrize("said", ["Mai họp lúc chín giờ nhé.", "Mai cả nhóm gửi báo cáo nhé.", "Mai trời mưa.", "Mai là thứ ba."])
def test_mai_before_other_words_is_tomorrow(said):
    assert not stands_as_name(said, "mai", "vi")


@pytest.mark.parametrize("name", ["An", "Long", "Dung", "My"])
def test_names_that_are_english_words_are_plain_names_in_vietnamese(name):
    names = VIETNAMESE | {"D": f"Trần {name}"}
    assert owners(f"A: {name} gửi báo cáo trước thứ sáu nhé.", names=names, language="vi")[0][0] == f"Trần {name}"


@pytest.mark.parametrize("name", ["Rob", "Omar", "Jack", "Mai"])
def test_plain_names_need_no_neighbours(name):
    assert owners(f"A: {name} send the report by Friday.", names=WORDS | {"H": name})[0][0] == name


def test_tomorrow_belongs_to_nobody():
    assert not [found for found, _ in owners("A: Mai chúng ta sẽ gửi báo cáo.", names=VIETNAMESE, language="vi") if found]


@pytest.mark.parametrize(
    ("text", "name", "stands"),
    [
        ("the report will be sent", "will", False),
        ("will will send the report", "will", True),
        ("mark it as done", "mark", False),
        ("mark will send it", "mark", True),
        ("the mark should be higher", "mark", False),
        ("it may be late", "may", False),
        ("may will call the bank", "may", True),
        ("we asked will to call", "will", True),
        ("the posters hung there", "hung", False),
        ("Thanks, Mark.", "mark", True),
        ("Omar will call", "omar", True),
    ],
)
def test_without_capitals_the_neighbours_tell(text, name, stands):
    assert stands_as_name(text, name, "en") is stands


NAMESAKES = {"A": "Maria Lopez", "B": "Maria Chen", "C": "Tom Ray"}
ASKED = "C: Maria, could you send the report by Friday?"


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        ((ASKED, "B: Yes, I will."), "Maria Chen"),
        ((ASKED, "A: Sure."), "Maria Lopez"),
        ((ASKED,), "Maria"),
        ((ASKED, "C: Take your time.", "B: Of course."), "Maria Chen"),
        (("C: Maria will send the report by Friday.",), "Maria"),
        (("C: Maria Lopez will send the report by Friday.",), "Maria Lopez"),
        (("C: Maria Chen, could you send the report by Friday?", "B: Yes."), "Maria Chen"),
        (("A: Maria, could you send the report by Friday?",), "Maria Chen"),
        (("A: Maria will send the report by Friday.",), "Maria Chen"),
        (("C: Maria will send the report by Friday.", "B: Yes, I'll do that."), "Maria Chen"),
        (("B: I will send the report by Friday.",), "Maria Chen"),
    ],
)
def test_of_two_namesakes_it_is_the_one_whom_the_talk_proves(lines, owner):
    assert [found for found, _ in owners(*lines, names=NAMESAKES)] == [owner]


def test_refusal_of_a_namesake_counts():
    assert owners(ASKED, "A: No, I can't.", names=NAMESAKES) == []


ROSTER = ("Maria Lopez", "Maria Chen", "Tom Ray", "Will Stone", "Nguyễn Thị Lan", "Nguyễn Văn Hùng")


@pytest.mark.parametrize(
    ("owner", "said", "stands"),
    [
        ("Maria Chen", ("Tom Ray: Maria Lopez will call the bank.",), False),
        ("Maria Lopez", ("Tom Ray: Maria Lopez will call the bank.",), True),
        ("Maria Chen", ("Tom Ray: Maria will call the bank.",), False),
        ("Maria", ("Tom Ray: Maria will call the bank.",), True),
        ("Maria Chen", ("Tom Ray: Maria will call the bank.", "Maria Chen: Yes."), True),
        ("Maria Chen", ("Maria Lopez: Maria will call the bank.",), True),
        ("Will Stone", ("Tom Ray: I will call the bank.",), False),
        ("Will", ("Tom Ray: I will call the bank.",), False),
        ("Will Stone", ("Tom Ray: Will will call the bank.",), True),
        ("Nguyễn Thị Lan", ("Tom Ray: Lan will call the bank.",), True),
    ],
)
def test_claim_for_a_namesake_or_a_word_is_not_believed(owner, said, stands):
    lines = [line.partition(": ")[::2] for line in said]
    segments = [segment(number, words, speaker=who) for number, (who, words) in enumerate(lines, start=1)]
    people = tuple(Participant(name=name) for name in ROSTER)
    content = transcript(*segments, recording=recording(sidecar=Sidecar(participants=people)))
    claim = ActionClaim(
        text="Call the bank", segment_ids=tuple(part.id for part in segments), quote=segments[0].text, owner=owner
    )
    made = compose_minutes(content, Notes(action_items=(claim,)), Findings(), "test", "1")
    assert [item.owner for item in made.action_items] == ([owner] if stands else [])


@pytest.mark.parametrize(
    ("begins", "after_s", "said", "due"),
    [
        ("23:50", 0, "I will send the report tomorrow.", 3),
        ("23:50", 1200, "I will send the report tomorrow.", 4),
        ("23:50", 1200, "I will send the report by tonight.", 3),
        ("23:50", 1200, "I will send the report by Tuesday.", 10),
        ("23:50", 1200, "I will send the report by Wednesday.", 4),
        ("10:00", 1200, "I will send the report tomorrow.", 3),
        ("22:00", 7100, "I will send the report tomorrow.", 3),
        ("22:00", 7300, "I will send the report tomorrow.", 4),
        ("22:00", 7300, "Tôi sẽ gửi báo cáo vào ngày mai.", 4),
        (None, 90000, "I will send the report tomorrow.", 3),
    ],
)
def test_after_midnight_tomorrow_is_another_day(begins, after_s, said, due):
    language = "vi" if "Tôi" in said else "en"
    start = dt.datetime.combine(dt.date(2026, 3, 2), dt.time.fromisoformat(begins or "00:00"))
    held = recording(recorded_at=start, start_time_known=begins is not None)
    content = transcript(
        segment(1, said, start_s=float(after_s), speaker="Ana", language=language), recording=held, language=language
    )
    made = compose_minutes(content, Notes(), find_by_rules(content, detector=None), "test", "1")
    assert ([item.due_date for item in made.action_items], made.unverified) == ([dt.date(2026, 3, due)], ())
