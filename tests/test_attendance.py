"""Who took part: heard, not heard, absent, late and gone early, by the list and by what was said."""

import pytest

from tasks.schema import Participant, Sidecar, Transcript
from tasks.verification.attendance import attendance
from tests.builders import recording, segment, transcript

ROSTER = ("Tom Ray", "Maria Chen", "Omar Reed", "Will Stone")
ROSTER_VI = ("Lê Thị Mai", "Nguyễn Văn Hùng", "Trần Lan")


def meeting(
    *lines: str, roster: tuple[str | Participant, ...] = ROSTER, language: str = "en", every_s: float = 10.0
) -> Transcript:
    """A meeting of `Name: words` lines; a name in brackets is a voice without a name."""
    said = [line.partition(": ")[::2] for line in lines]
    segments = [
        segment(number, words, start_s=every_s * number, speaker=who, language=language)
        for number, (who, words) in enumerate(said, start=1)
    ]
    people = tuple(Participant(name=person) if isinstance(person, str) else person for person in roster)
    names = {who: who for who, _ in said if not who.startswith("(")}
    held = recording(sidecar=Sidecar(participants=people))
    return transcript(*segments, recording=held, speakers=names, language=language)


def test_who_never_spoke_was_not_heard():
    there = attendance(meeting("Omar Reed: Good morning.", "Tom Ray: Hello.", "Zoë: Hi."))
    assert there.participants == ("Tom Ray", "Omar Reed", "Zoë")
    assert (there.not_heard, there.absent) == (("Maria Chen", "Will Stone"), ())


def test_first_name_and_alias_are_the_person_of_the_list():
    roster = (Participant(name="Robert Smith", aliases=("Bob",)), "Maria Chen", "Maria Lopez", "Nguyễn Văn Hùng")
    there = attendance(meeting("Bob: Hello.", "Maria: Hi.", "Hùng: Chào.", roster=roster))
    assert there.participants == ("Robert Smith", "Nguyễn Văn Hùng", "Maria")
    assert there.not_heard == ("Maria Chen", "Maria Lopez")


def test_while_a_voice_has_no_name_nobody_was_silent():
    there = attendance(meeting("Omar Reed: Good morning.", "(1): Hello.", "Omar Reed: Maria can't make it today."))
    assert there.participants == ("Tom Ray", "Omar Reed", "Will Stone", "(1)")
    assert (there.not_heard, there.absent) == ((), ("Maria Chen",))


def test_without_a_list_only_voices_count():
    there = attendance(meeting("Omar Reed: Maria can't make it today.", roster=()))
    assert (there.participants, there.not_heard, there.absent) == (("Omar Reed",), (), ())


ABSENT = [
    ("Maria can't make it today.", ["Maria Chen"]),
    ("So, Maria cannot join us today, and we start.", ["Maria Chen"]),
    ("Maria won't be here, so let's begin.", ["Maria Chen"]),
    ("Maria Chen is sick today.", ["Maria Chen"]),
    ("Maria's on holiday.", ["Maria Chen"]),
    ("Maria isn't here.", ["Maria Chen"]),
    ("We have apologies from Maria and Will.", ["Maria Chen", "Will Stone"]),
    ("Maria sends her apologies.", ["Maria Chen"]),
    ("Maria and Will can't make it today.", ["Maria Chen", "Will Stone"]),
    ("Will can't make it today.", ["Will Stone"]),
    ("Will is away this morning.", ["Will Stone"]),
    ("If Maria can't make it today, we start.", []),
    ("Maria can't make it today?", []),
    ("Maria can't make it on Friday.", []),
    ("Maria can't make it work.", []),
    ("Maria is sick of it.", []),
    ("Maria is here.", []),
    ("Last week Maria couldn't make it.", []),
    ("Omar is away.", []),
    ("The report isn't here.", []),
    ("It will not be here.", []),
]


@pytest.mark.parametrize(("said", "absent"), ABSENT)
def test_absent_is_who_is_said_to_be(said, absent):
    there = attendance(meeting(f"Tom Ray: {said}", "Omar Reed: All right."))
    assert list(there.absent) == absent
    assert list(there.not_heard) == [name for name in ("Maria Chen", "Will Stone") if name not in absent]


ABSENT_VI = [
    ("Hùng xin vắng.", ["Nguyễn Văn Hùng"]),
    ("Anh Hùng hôm nay vắng mặt.", ["Nguyễn Văn Hùng"]),
    ("Hùng không đến được hôm nay.", ["Nguyễn Văn Hùng"]),
    ("Hôm nay Hùng xin phép nghỉ ạ.", ["Nguyễn Văn Hùng"]),
    ("Hùng không tham gia được, mình bắt đầu nhé.", ["Nguyễn Văn Hùng"]),
    ("Hùng và Lan xin vắng hôm nay.", ["Nguyễn Văn Hùng", "Trần Lan"]),
    ("Chị Lan nghỉ ốm.", ["Trần Lan"]),
    ("Nếu Hùng không đến được thì sao.", []),
    ("Hùng không đến được thứ sáu.", []),
    ("Hùng sẽ gửi báo cáo.", []),
    ("Tuần trước Hùng xin vắng.", []),
]


@pytest.mark.parametrize(("said", "absent"), ABSENT_VI)
def test_absent_in_vietnamese(said, absent):
    assert list(attendance(meeting(f"Lê Thị Mai: {said}", roster=ROSTER_VI, language="vi")).absent) == absent


def test_who_speaks_is_not_absent():
    there = attendance(meeting("Tom Ray: Maria can't make it today.", "Maria Chen: Here I am."))
    assert (there.absent, there.participants) == ((), ("Tom Ray", "Maria Chen"))


def test_of_two_namesakes_the_silent_one_is_meant():
    roster = ("Tom Ray", "Maria Chen", "Maria Lopez")
    said = "Tom Ray: Maria can't make it today."
    assert attendance(meeting(said, "Maria Chen: I see.", roster=roster)).absent == ("Maria Lopez",)
    assert attendance(meeting(said, roster=roster)).absent == ()


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ("Sorry, I'm late.", True),
        ("Hi everybody, sorry for joining late.", True),
        ("Apologies for being a bit late to the meeting, the train stood.", True),
        ("Xin lỗi mọi người, em vào họp muộn ạ.", True),
        ("Xin lỗi tôi đến trễ.", True),
        ("Sorry that the report is late.", False),
        ("I'm late with the report.", False),
        ("Sorry, I'm late with the report.", False),
        ("Omar was late.", False),
    ],
)
def test_late_is_who_says_so(said, late):
    assert attendance(meeting("Tom Ray: Hello.", f"Omar Reed: {said}")).joined_late == (("Omar Reed",) if late else ())


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I have to go now.", True),
        ("Sorry, I need to drop off, bye.", True),
        ("I've got to leave.", True),
        ("Em xin phép về trước ạ.", True),
        ("Tôi phải đi trước nhé.", True),
        ("I have to go through the list.", False),
        ("I have to leave on Friday.", False),
        ("If nobody asks I stay.", False),
        ("Tôi phải đi họp.", False),
    ],
)
def test_gone_early_is_who_says_so_and_is_not_heard_again(said, left):
    others = [f"Tom Ray: Point {number}." for number in range(9)]
    gone = ("Omar Reed",) if left else ()
    assert attendance(meeting("Tom Ray: Hello.", f"Omar Reed: {said}", *others)).left_early == gone
    assert attendance(meeting("Tom Ray: Hello.", f"Omar Reed: {said}", *others, "Omar Reed: One more.")).left_early == ()
    assert attendance(meeting("Tom Ray: Hello.", *others, f"Omar Reed: {said}", "Tom Ray: Bye.")).left_early == ()
