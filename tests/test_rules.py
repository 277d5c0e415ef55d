"""Action items, decisions and open questions by rules, on short made-up meetings in both styles of transcript."""

import datetime as dt
import re

import pytest

from tasks.actions.rules import RuleExtractor
from tasks.engine.base import Device
from tasks.schema import ActionClaim, Findings, OwnerSource, Participant, Sidecar
from tests.builders import recording, segment, transcript

MONDAY = dt.datetime(2026, 3, 2, 10)
NAMES = {"A": "Anna", "B": "Ben", "C": "Clara", "D": "David"}


def meeting(*lines, language="en", names=NAMES, roster=(), pause_s=0.9):
    """A transcript with one segment for each `speaker: words` line; a line that starts with `+` follows after a short pause."""
    segments, clock, speaker = [], 0.0, None
    for number, line in enumerate(lines, start=1):
        clock += 0.5 if line.startswith("+") else pause_s
        if line.startswith("+"):
            text = line.lstrip("+ ")
        else:
            speaker, _, text = line.partition(": ")
        seconds = 0.3 * len(text.split())
        segments.append(segment(number, text, clock, end_s=clock + seconds, speaker=speaker.strip() or None, language=language))
        clock += seconds
    return transcript(
        *segments,
        recording=recording(recorded_at=MONDAY, sidecar=Sidecar(participants=tuple(roster))),
        speakers=names,
        language=language,
    )


def as_heard(*lines):
    """The lines as a recognizer without punctuation writes them."""
    return tuple(_without_marks(line) for line in lines)


def _without_marks(line):
    speaker, colon, words = line.partition(": ")
    words = re.sub(r"[.,?!;:]", "", words or speaker).lower()
    words = re.sub(r"\bi\b", "I", words)
    return f"{speaker}{colon}{words[:1].upper()}{words[1:]}" if colon else words


def find(*lines, **options) -> Findings:
    extractor = RuleExtractor(RuleExtractor.Options(detector=False), Device("cpu", "test"))
    return extractor.extract(meeting(*lines, **options))


def rows(findings):
    return [(item.owner, item.text, str(item.due_date or "")) for item in findings.action_items]


def only(findings) -> ActionClaim:
    assert len(findings.action_items) == 1, rows(findings)
    return findings.action_items[0]


SAID_ALONE = [
    ("I will call the carpenter tomorrow.", "Anna", "Call the carpenter", "2026-03-03"),
    ("I'll send the report by Friday.", "Anna", "Send the report", "2026-03-06"),
    ("I am going to book the room.", "Anna", "Book the room", ""),
    ("I'm gonna write the test plan next week.", "Anna", "Write the test plan", "2026-03-13"),
    ("By Friday I will send the contract.", "Anna", "Send the contract", "2026-03-06"),
    (
        "I will call the carpenter tomorrow and ask about the price.",
        "Anna",
        "Call the carpenter and ask about the price",
        "2026-03-03",
    ),
    ("I can print the tickets on Thursday.", "Anna", "Print the tickets", "2026-03-05"),
    ("I have to sign the contract before Thursday.", "Anna", "Sign the contract", "2026-03-05"),
    ("I will definitely review the draft tonight.", "Anna", "Review the draft", "2026-03-02"),
    ("Let me check the numbers by tomorrow.", "Anna", "Check the numbers", "2026-03-03"),
    ("I think I will order the boxes on Monday.", "Anna", "Order the boxes", "2026-03-09"),
    ("I will paint the fence in two weeks.", "Anna", "Paint the fence", "2026-03-16"),
    (
        "I will send you a new printer tomorrow, and you do not have to pay for it.",
        "Anna",
        "Send you a new printer",
        "2026-03-03",
    ),
    (
        "I will change the budget, and I will send it to you tomorrow.",
        "Anna",
        "Change the budget and send it to you",
        "2026-03-03",
    ),
    ("Ben, could you measure the north side before Friday?", "Ben", "Measure the north side", "2026-03-06"),
    ("Ben, please ask the lawyer about the contract.", "Ben", "Ask the lawyer about the contract", ""),
    ("Ben, can you please update the wiki?", "Ben", "Update the wiki", ""),
    ("Ben, I need you to fix the login page.", "Ben", "Fix the login page", ""),
    ("David will send the new budget by the end of March.", "David", "Send the new budget", "2026-03-31"),
    ("David is going to test the backup.", "David", "Test the backup", ""),
    ("David needs to renew the licence before Friday.", "David", "Renew the licence", "2026-03-06"),
    ("Clara should call the customer by Wednesday.", "Clara", "Call the customer", "2026-03-04"),
    ("Action item for Clara: write the manual.", "Clara", "Write the manual", ""),
    ("The action is on Clara to book the hotel.", "Clara", "Book the hotel", ""),
    ("I will ask Clara to translate the letter.", "Clara", "Translate the letter", ""),
    ("Clara, send me the photos by tomorrow.", "Clara", "Send me the photos", "2026-03-03"),
    ("Ben, don't forget to send the invoice.", "Ben", "Send the invoice", ""),
    ("Ben and Clara will prepare the slides by Monday.", "Ben and Clara", "Prepare the slides", "2026-03-09"),
    ("Clara takes care of the flowers.", "Clara", "Takes care of the flowers", ""),
    ("We agreed that Ben will write the summary by Friday.", "Ben", "Write the summary", "2026-03-06"),
    ("I will have the report ready by Friday.", "Anna", "Have the report ready", "2026-03-06"),
    ("I will not be here, so David will send the report.", "David", "Send the report", ""),
    ("I'll make sure the report is sent by Friday.", "Anna", "Make sure the report is sent", "2026-03-06"),
    ("Please send your feedback by Friday.", None, "Send your feedback", "2026-03-06"),
    ("Someone has to clean the kitchen by Friday.", None, "Clean the kitchen", "2026-03-06"),
    ("We have to send the form before the end of March.", None, "Send the form", "2026-03-31"),
]


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize(("said", "owner", "task", "due"), SAID_ALONE)
def test_a_task_is_found_with_its_owner_and_day(said, owner, task, due, style):
    line = f"A: {said}"
    item = only(find(line) if style == "written" else find(*as_heard(line)))
    assert (item.owner, item.text.lower(), str(item.due_date or "")) == (owner, task.lower(), due)


NO_TASK = [
    "We should paint it some day.",
    "Maybe one day I will write a book.",
    "It would be nice to have a bigger room.",
    "I would sell it for one hundred dollars.",
    "If we had more money, we could open a store.",
    "If I find the time I will write the report.",
    "I already sent the contract last week.",
    "I called him yesterday.",
    "I won't call the carpenter.",
    "I will not send the invoice.",
    "David will not send the invoice.",
    "I will be honest with you.",
    "I'll say it again.",
    "I will start with the agenda.",
    "Let me share my screen.",
    "I'll be back in a minute.",
    "I'll see you tomorrow.",
    "I will just show you the next slide.",
    "I think the report is good.",
    "The vendor will deliver the parts on Monday.",
    "They will call us on Monday.",
    "The driver will pick it up at your door.",
    "He said he will send the report.",
    "Everything I will say is on the slides.",
    "I don't think I will call them.",
    "What will I tell the customer?",
    "Ben, can you hear me?",
    "Ben, could you tell us about the price?",
    "Ben, what do you think?",
    "Can you give me the number of your order?",
    "How can I help you?",
    "David will be happy about that.",
    "My name is Anna, and I will lead the launch of the new machine.",
    "Now we have to talk about the date.",
    "We will talk about it at the next meeting.",
    "I'll take that one.",
    "I was going to call him.",
    "I am going to the bank tomorrow.",
    "I would like to thank Ben.",
    "We are going to have a great year.",
    "Please sit down.",
    "Most people will not pay more than one hundred dollars.",
]


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize("said", NO_TASK)
def test_what_is_no_task_is_not_listed(said, style):
    line = f"A: {said}"
    assert rows(find(line) if style == "written" else find(*as_heard(line))) == []


CONVERSATIONS = {
    "accepted": (
        ["A: Ben, could you measure the north side?", "B: Yes, I will do that."],
        [("Ben", "Measure the north side", "")],
    ),
    "accepted with the verb again": (
        ["A: Ben, please ask the lawyer about it.", "B: All right, I will ask her."],
        [("Ben", "Ask the lawyer about it", "")],
    ),
    "refused": (["A: Ben, could you measure the north side?", "B: Sorry, I can't."], []),
    "done already": (["A: Ben, could you send the invoice?", "B: I already sent it."], []),
    "refused and taken by another": (
        ["A: Ben, could you measure the north side?", "B: Sorry, I can't.", "C: I can do that."],
        [("Clara", "Measure the north side", "")],
    ),
    "you, accepted": (["A: Could you email your slides as well?", "C: Sure, I will."], [("Clara", "Email your slides", "")]),
    "you, not accepted": (["A: Could you email your slides as well?", "C: What do you mean?"], []),
    "volunteered": (["A: We need to book a bigger room.", "D: I can do that."], [("David", "Book a bigger room", "")]),
    "handed on by the person asked": (
        [
            "A: Ben, can you order new boxes next week?",
            "B: Next week I am not in the office. Can David do it?",
            "D: Yes, I can take that. I will order the boxes next week.",
        ],
        [("David", "Order new boxes", "2026-03-13")],
    ),
    "scrapped": (["B: I will print the posters on Thursday.", "A: Scrap that. We have no money."], []),
    "scrapped by name": (
        ["B: I will print the posters on Thursday.", "C: I will call the printer tomorrow.", "A: We do not need any posters."],
        [("Clara", "Call the printer", "2026-03-03")],
    ),
    "scrapped for one person": (
        ["B: I will print the posters.", "C: I will call the printer.", "A: Forget that, Ben."],
        [("Clara", "Call the printer", "")],
    ),
    "never mind": (["B: I will print the posters.", "A: Never mind."], []),
    "taken back": (["B: I will print the posters.", "B: No, I will not print the posters."], []),
    "given to another": (
        ["A: Ben will send the report by Friday.", "C: Actually David will do that instead of Ben."],
        [("David", "Send the report", "2026-03-06")],
    ),
    "let another do it": (
        ["A: Ben will send the report by Friday.", "A: Let Clara take it instead."],
        [("Clara", "Send the report", "2026-03-06")],
    ),
    "give that to another": (
        ["B: I will send the report by Friday.", "A: Give that to David."],
        [("David", "Send the report", "2026-03-06")],
    ),
    "said again for another": (
        ["A: Ben will send the report.", "A: Clara will book the room.", "A: David will send the report instead of Ben."],
        [("David", "Send the report", ""), ("Clara", "Book the room", "")],
    ),
    "a new day": (["B: I will send the report by Friday.", "A: Make it Thursday."], [("Ben", "Send the report", "2026-03-05")]),
    "a new day by the owner": (
        ["B: I will send the report by Friday.", "B: Actually, by Wednesday."],
        [("Ben", "Send the report", "2026-03-04")],
    ),
    "another meeting's day": (
        ["B: I will ask the lawyer.", "A: Our next meeting is on Monday. No, wait, I am wrong. It is on Tuesday."],
        [("Ben", "Ask the lawyer", "")],
    ),
    "said twice": (
        ["B: I will send the report.", "A: Good.", "B: So I will send the report by Friday."],
        [("Ben", "Send the report", "2026-03-06")],
    ),
    "who can": (["A: Who can take care of the catering?", "C: I can do that."], [("Clara", "Take care of the catering", "")]),
    "refused with a reason, taken by another": (
        ["A: David, can you look into the login problem?", "D: I'm afraid I'm on vacation.", "B: I can take it."],
        [("Ben", "Look into the login problem", "")],
    ),
    "the next person is asked": (
        ["A: Ben, can you send the report?", "B: No, I can't do that this week.", "A: Clara, can you do it?", "C: Yes."],
        [("Clara", "Send the report", "")],
    ),
    "unavailable next week": (
        ["A: Ben, can you order the boxes?", "B: Next week I am not in the office. Can David do it?", "D: Yes, I can take that."],
        [("David", "Order the boxes", "")],
    ),
    "good bye": (
        ["A: I will send the notes to everybody this afternoon. Have a good day."],
        [("Anna", "Send the notes to everybody", "2026-03-02")],
    ),
    "no need": (["B: I'll call the hotel tomorrow.", "A: No need, I already called them."], []),
    "done by another": (["B: I'll call the hotel tomorrow.", "A: I already called the hotel."], []),
    "bargained": (
        ["A: Ben will send the report by Friday.", "B: Friday is too early. I will send it on Monday."],
        [("Ben", "Send the report", "2026-03-09")],
    ),
    "confirmed": (
        ["A: Ben, you'll send the invoice by Thursday, right?", "B: Yep."],
        [("Ben", "Send the invoice", "2026-03-05")],
    ),
    "two tasks in one breath": (
        ["B: I will call the bank tomorrow and David will book the room."],
        [("Ben", "Call the bank", "2026-03-03"), ("David", "Book the room", "")],
    ),
}


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize("case", CONVERSATIONS)
def test_the_last_word_wins(case, style):
    lines, expected = CONVERSATIONS[case]
    found = rows(find(*lines) if style == "written" else find(*as_heard(*lines)))
    assert [(owner, task.lower(), due) for owner, task, due in found] == [
        (owner, task.lower(), due) for owner, task, due in expected
    ]


VIETNAMESE = {
    "self": (["A: Tôi sẽ gửi báo giá cho khách hàng ngày mai."], [("Lan", "Gửi báo giá cho khách hàng", "2026-03-03")]),
    "to do it oneself": (["A: Để tôi gọi cho khách hàng."], [("Lan", "Gọi cho khách hàng", "")]),
    "asked": (["A: Anh Nam gửi báo cáo trước thứ sáu nhé."], [("Nam", "Gửi báo cáo", "2026-03-06")]),
    "asked and accepted": (
        ["A: Nam sửa lỗi trang thanh toán trước thứ sáu được không?", "B: Dạ được, em sẽ làm xong trước thứ sáu."],
        [("Nam", "Sửa lỗi trang thanh toán", "2026-03-06")],
    ),
    "asked and refused": (["A: Nam sửa lỗi trang thanh toán được không?", "B: Xin lỗi, em không làm được."], []),
    "in charge": (["A: Chị Lan phụ trách phần thiết kế."], [("Lan", "Phụ trách phần thiết kế", "")]),
    "named": (["A: Anh Nam sẽ đặt phòng họp tuần sau."], [("Nam", "Đặt phòng họp", "2026-03-13")]),
    "assigned": (["A: Giao cho anh Nam viết tài liệu."], [("Nam", "Viết tài liệu", "")]),
    "past": (["A: Tôi đã gửi báo cáo tuần trước."], []),
    "own field": (["A: Em phụ trách phần trang web."], []),
    "negated": (["A: Tôi sẽ không gửi báo cáo."], []),
    "hypothetical": (["A: Sau này nếu có tiền thì mình nên làm thêm ứng dụng."], []),
    "third party": (["A: Khách hàng sẽ gửi hợp đồng ngày mai."], []),
    "talk": (["A: Tôi sẽ trình bày phần đầu."], []),
    "scrapped": (["A: Tôi sẽ in tờ rơi.", "B: Thôi bỏ việc đó đi."], []),
    "given to another": (["A: Tôi sẽ in tờ rơi ngày mai.", "A: Thôi, để anh Nam làm."], [("Nam", "In tờ rơi", "2026-03-03")]),
}


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize("case", VIETNAMESE)
def test_vietnamese_tasks(case, style):
    lines, expected = VIETNAMESE[case]
    found = rows(find(*(lines if style == "written" else as_heard(*lines)), language="vi", names={"A": "Lan", "B": "Nam"}))
    assert [(owner, task.lower(), due) for owner, task, due in found] == [
        (owner, task.lower(), due) for owner, task, due in expected
    ]


DECISIONS = [
    (["A: We decided to sell it for ninety nine dollars."], ["Sell it for ninety nine dollars"]),
    (["A: Fine. We agreed to move the party to June."], ["Move the party to June"]),
    (["A: Good. Then it is decided. We will buy the strong fence."], ["We will buy the strong fence"]),
    (["A: Then we have decided. The launch will be on May twelfth."], ["The launch will be on May twelfth"]),
    (["A: Then we agree to sell the machine only in our own stores."], ["Sell the machine only in our own stores"]),
    (["A: So let's go with the second offer."], ["Let's go with the second offer"]),
    (["A: The decision is to close the old shop."], ["Close the old shop"]),
    (["A: Okay, we will use the blue logo."], ["We will use the blue logo"]),
    (["A: We decided not to hire anybody this year."], ["Not to hire anybody this year"]),
    (["A: We will definitely go with option two."], ["We will definitely go with option two"]),
    (["A: So we are all agreed. The price is ten dollars."], ["The price is ten dollars"]),
    (["A: It is settled that the office moves in May."], ["The office moves in May"]),
    (["A: We never decided on a date."], []),
    (["A: We have to decide on a date."], []),
    (["A: I decided to leave."], []),
    (["A: Have we decided on the price?"], []),
    (["A: We have not decided on the price."], []),
    (["A: We haven't decided anything about the price."], []),
    (["A: If we decided to sell it, we would be rich."], []),
    (["A: We could go with the second offer."], []),
    (["A: Last year we decided to close the old shop."], []),
    (["A: When we agreed on the price, it was too late."], []),
    (["A: We agreed to move the party to June.", "B: Scrap that."], []),
]


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize(("lines", "expected"), DECISIONS)
def test_decisions(lines, expected, style):
    # the recognizer pauses between sentences
    split = [part for line in lines for part in re.split(r"(?<=\.) ", line)]
    heard = [_without_marks(part) for part in split]
    found = find(*lines) if style == "written" else find(*(line if ": " in line else f"+ {line}" for line in heard))
    assert [decision.text.lower() for decision in found.decisions] == [text.lower() for text in expected]


@pytest.mark.parametrize(
    ("said", "task"),
    [
        ("I will pay $1,250.50 to the printer by Friday.", "Pay $1,250.50 to the printer"),
        ("I will pay 1.5 million dollars to the bank by Friday.", "Pay 1.5 million dollars to the bank"),
        ("I will pay the printer by Friday.", "Pay the printer"),
        ("I will pay the printer $400 by Friday.", "Pay the printer $400"),
        ("I will pay ten euros to Ben tomorrow.", "Pay ten euros to Ben"),
        ("I will send €3.400,50 to the landlord by Friday.", "Send €3.400,50 to the landlord"),
        ("I will transfer £2k to the club by Friday.", "Transfer £2k to the club"),
        ("I will call 555-0134 tomorrow.", "Call 555-0134"),
        ("I will order paint for $3.5 million by Friday.", "Order paint for $3.5 million"),
        ("I will book the hall for 99.90 by Friday.", "Book the hall for 99.90"),
        ("I will pay attention to the costs.", None),
        ("I will pay ten dollars for that.", None),
    ],
)
def test_sums_of_money_stay_whole_in_tasks(said, task):
    assert [item.text for item in find("A: Good morning everybody.", f"A: {said}").action_items] == ([task] if task else [])


SCRIPTS = {
    "A": "דנה לוי",
    "B": "أمل حسن",
    "C": "Zoe 🌻",
    "D": "Łukasz Żak",
    "E": "李雷",
    "F": "Иван Петров",
    "G": "😀 Max",
    "H": "Ñusta Quispe",
}


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        (["A: أمل, could you book the meeting room tomorrow?", "B: Sure, I will."], "أمل حسن"),
        (["C: דנה will book the meeting room tomorrow."], "דנה לוי"),
        (["A: Zoe, could you book the meeting room tomorrow?", "C: Sure."], "Zoe 🌻"),
        (["A: Zoe 🌻 will book the meeting room tomorrow."], "Zoe 🌻"),
        (["A: I'll ask Zoe to book the meeting room tomorrow."], "Zoe 🌻"),
        (["A: Łukasz, please book the meeting room tomorrow."], "Łukasz Żak"),
        (["A: 李雷, please book the meeting room tomorrow."], "李雷"),
        (["A: Иван will book the meeting room tomorrow."], "Иван Петров"),
        (["A: Max, could you book the meeting room tomorrow?", "G: Sure."], "😀 Max"),
        (["G: I will book the meeting room tomorrow."], "😀 Max"),
        (["A: Ñusta will book the meeting room tomorrow."], "Ñusta Quispe"),
        (["B: I will book the meeting room tomorrow."], "أمل حسن"),
    ],
)
def test_names_of_any_script_and_with_emoji_own_tasks(lines, owner):
    found = find(*(f"{label}: Good morning everybody." for label in SCRIPTS), *lines, names=SCRIPTS)
    assert rows(found) == [(owner, "Book the meeting room", "2026-03-03")]


LETTERED = [
    ("We agreed on option C. I will call the bank tomorrow.", "Option C", "Call the bank"),
    ("We have decided to go with plan B. I will book the room.", "Go with plan B", "Book the room"),
    ("We have decided to go with plan A. Ben will book the room.", "Go with plan A", "Book the room"),
    ("We decided for team A. And I will call the bank.", "Team A", "Call the bank"),
    ("We all agreed on version D. Then I will print the posters.", "Version D", "Print the posters"),
    ("We decided to meet in room F. Please print the posters, Ben.", "Meet in room F", "Print the posters"),
    ("Everybody agrees on hall C. I will book it tomorrow.", "Hall C", "Book it"),
    ("We voted for offer E! I will call the bank.", "Offer E", "Call the bank"),
    ("We agreed on type B. So I will order the chairs.", "Type B", "Order the chairs"),
    ("We decided to hire J. Smith. I will write the contract.", "Hire J. Smith", "Write the contract"),
    ("We decided to drop vitamin C. I'll call the shop.", "Drop vitamin C", "Call the shop"),
    ("We decided on gate A.", "Gate A", None),
]


@pytest.mark.parametrize(("said", "decision", "task"), LETTERED)
def test_a_sentence_may_end_with_a_letter(said, decision, task):
    found = find("A: Good morning everybody.", f"A: {said}")
    assert [claim.text for claim in found.decisions] == [decision]
    assert [claim.text.partition(" (")[0] for claim in found.action_items] == ([task] if task else [])


@pytest.mark.parametrize(
    "said", ["We agreed on that one.", "We agreed on the colour.", "We decided on it.", "That's settled, good."]
)
def test_a_decision_that_names_nothing_is_none(said):
    assert find(f"A: {said}").decisions == ()


def test_a_decision_may_stand_before_its_announcement():
    assert [decision.text for decision in find("A: We won't hire anyone this year, that's decided.").decisions] == [
        "We won't hire anyone this year"
    ]


@pytest.mark.parametrize(
    "said",
    [
        "We were going to buy the pump, but we decided against it.",
        "We wanted to sell the house, but then we agreed not to.",
        "We are going to Lisbon, or so we decided back then.",
        "We will repaint the hall, that was settled by nobody here.",
        "Chúng ta sẽ bán căn nhà, nhưng rồi chúng ta đã quyết định là không.",
    ],
)
def test_plan_that_was_given_up_is_no_decision(said):
    assert find(f"A: {said}").decisions == ()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Vậy chúng ta quyết định ra mắt trang web vào ngày một tháng bảy.", ["Ra mắt trang web vào ngày một tháng bảy"]),
        ("Chúng ta thống nhất dùng mẫu thứ hai.", ["Dùng mẫu thứ hai"]),
        ("Chốt lại là thuê văn phòng mới.", ["Thuê văn phòng mới"]),
        ("Chúng ta đã quyết định chưa?", []),
        ("Nếu chúng ta quyết định bán thì sao?", []),
    ],
)
def test_vietnamese_decisions(said, expected):
    assert [decision.text for decision in find(f"A: {said}", language="vi").decisions] == expected


QUESTIONS = [
    (
        ["A: Who will answer the phone when customers call?", "B: We do not know that yet."],
        ["Who will answer the phone when customers call?"],
    ),
    (["A: How long is the guarantee?", "B: Let's talk about it at the next meeting."], ["How long is the guarantee?"]),
    (["A: And when can the factory begin?", "B: Let's leave that open."], ["When can the factory begin?"]),
    (["A: We still need to find out who owns the land."], ["Who owns the land"]),
    (["A: How long would that take?", "B: Two hours should be enough."], []),
    (["A: What kind of problems?", "B: The water gets too hot."], []),
    (["A: The water gets too hot.", "B: We do not know why."], []),
]


@pytest.mark.parametrize("style", ["written", "heard"])
@pytest.mark.parametrize(("lines", "expected"), QUESTIONS)
def test_open_questions(lines, expected, style):
    found = find(*lines) if style == "written" else find(*as_heard(*lines))
    assert [question.text.lower() for question in found.open_questions] == [text.lower() for text in expected]


def test_a_vietnamese_question_that_waits_is_open():
    found = find("A: Còn ai sẽ viết bài giới thiệu?", "B: Chuyện đó tuần sau mình bàn tiếp.", language="vi")
    assert [question.text for question in found.open_questions] == ["Ai sẽ viết bài giới thiệu?"]


@pytest.mark.parametrize(
    ("lines", "source"),
    [
        (["A: I will call the bank."], OwnerSource.SELF_COMMITMENT),
        (["A: Ben, could you call the bank?"], OwnerSource.ADDRESSED),
        (["A: Could you call the bank?", "B: Sure, I will."], OwnerSource.ADDRESSED),
        (["A: Ben will call the bank."], OwnerSource.NAMED),
        (["A: Someone has to call the bank by Friday."], None),
    ],
)
def test_every_owner_has_a_source(lines, source):
    assert only(find(*lines)).owner_source is source


def test_a_speaker_without_a_name_owns_by_label():
    assert only(find("Speaker 2: I will call the bank.", names={})).owner == "Speaker 2"


def test_without_speakers_nobody_owns_a_self_commitment():
    item = only(find(": I will call the bank.", names={}))
    assert (item.owner, item.owner_source) == (None, None)


def test_an_alias_and_a_role_mean_the_person_of_the_roster():
    roster = [Participant(name="Robert Smith", aliases=("Bob",), role="Designer")]
    found = find("A: Bob, could you call the bank?", "A: The designer will draw a new logo by Friday.", roster=roster)
    assert rows(found) == [("Robert Smith", "Call the bank", ""), ("Robert Smith", "Draw a new logo", "2026-03-06")]


def test_a_sentence_over_three_segments_is_one_task_with_three_proofs():
    item = only(find("A: I will", "+ Call the carpenter", "+ Before friday"))
    assert (item.text, item.segment_ids, str(item.due_date)) == ("Call the carpenter", ("S0001", "S0002", "S0003"), "2026-03-06")
    assert item.quote == "I will Call the carpenter Before friday"


def test_two_sentences_in_one_segment_are_two_tasks():
    found = find("A: I will call the carpenter tomorrow ben could you measure the north side before friday")
    assert rows(found) == [("Anna", "Call the carpenter", "2026-03-03"), ("Ben", "Measure the north side", "2026-03-06")]


def test_an_answer_and_a_promise_in_one_segment_prove_the_same_task():
    item = only(find("A: Ben can you order new boxes", "B: Yes I can take that I will order the boxes next week"))
    assert (item.owner, item.quote, str(item.due_date)) == ("Ben", "I will order the boxes next week", "2026-03-13")


def test_the_answer_is_cited_after_the_request():
    item = only(find("A: Ben, could you measure the north side?", "B: Yes, I will do that."))
    assert item.segment_ids == ("S0001", "S0002")
    assert item.quote == "Ben, could you measure the north side?"


def test_a_pronoun_cites_the_sentence_it_points_to():
    item = only(find("A: It's only the software.", "A: I'll fix it by Friday."))
    assert (item.text, item.quote, item.segment_ids) == ("Fix it", "I'll fix it by Friday.", ("S0001", "S0002"))


DISTINCT = {
    "numbers": ("I will send version 2 on Thursday.", "And I will send version 3 on Friday."),
    "colours": ("I will send the red report tomorrow.", "I will send the blue report on Friday."),
    "people": ("I will send Maria the contract tomorrow.", "I will send Peter the contract tomorrow."),
    "places": ("I will book a hotel room in Paris.", "I will book a hotel room in Madrid."),
    "months": ("I will pay the May invoice today.", "I will pay the June invoice tomorrow."),
    "letters": ("I will write up plan B for the board.", "I will write up plan C for the board."),
    "versions": ("I will install release 2.1 on Monday.", "I will install release 2.4 on Tuesday."),
    "objects": ("I will send the report to the bank.", "I will send the offer to the bank."),
    "adjectives": ("I will check the old printer today.", "I will check the new printer tomorrow."),
    "another": ("I will order a big table today.", "I will order another big table tomorrow."),
}
DISTINCT_VI = {
    "numbers": ("Tôi sẽ gửi phiên bản hai vào thứ năm.", "Tôi sẽ gửi phiên bản ba vào thứ sáu."),
    "colours": ("Tôi sẽ gửi bản vẽ màu đỏ vào ngày mai.", "Tôi sẽ gửi bản vẽ màu xanh vào thứ sáu."),
    "places": ("Tôi sẽ đặt phòng khách sạn ở Huế.", "Tôi sẽ đặt phòng khách sạn ở Vinh."),
    "people": ("Tôi sẽ gọi điện cho chị Lan.", "Tôi sẽ gọi điện cho anh Tuấn."),
}
SAID_AGAIN = {
    "other order": (
        "I will send the report to the client.",
        "So I will send the client the report by Friday.",
        "2026-03-06",
    ),
    "corrected": ("I will send the red report on Thursday.", "No, I will send the red report on Friday.", "2026-03-06"),
    "with more words": ("I will order the boxes.", "So I will order the new boxes next Monday.", "2026-03-09"),
    "in figures": ("I will send version two.", "Yes, I will send version 2 tomorrow.", "2026-03-03"),
}


@pytest.mark.parametrize("kind", [*DISTINCT, *(f"{kind}, Vietnamese" for kind in DISTINCT_VI)])
def test_different_commitments_are_two_items_with_their_own_words(kind):
    table, language = (DISTINCT_VI, "vi") if kind.endswith("Vietnamese") else (DISTINCT, "en")
    lines = table[kind.removesuffix(", Vietnamese")]
    found = find(f"A: {lines[0]}", f"A: {lines[1]}", language=language)
    assert [item.quote for item in found.action_items] == list(lines)
    assert [item.segment_ids for item in found.action_items] == [("S0001",), ("S0002",)]


@pytest.mark.parametrize("kind", SAID_AGAIN)
def test_what_is_said_again_is_one_item(kind):
    first, second, day = SAID_AGAIN[kind]
    assert str(only(find(f"A: {first}", f"A: {second}")).due_date) == day


def test_the_answer_to_a_request_sets_its_day():
    assert str(only(find("A: Ben, could you pay the bill?", "B: I'll pay it tomorrow.")).due_date) == "2026-03-03"


def test_who_has_asked_another_takes_on_something_else():
    found = find("A: Ben, please order the flowers.", "C: The permit is missing.", "A: I will do that tomorrow.")
    assert [item.owner for item in found.action_items if "flowers" in item.text] == ["Ben"]


def test_a_decision_against_something_is_one_in_vietnamese():
    found = find("A: Vậy chúng ta quyết định không thuê văn phòng ở quận ba.", language="vi")
    assert [claim.text for claim in found.decisions] == ["Không thuê văn phòng ở quận ba"]


def test_a_task_in_place_of_another_is_that_task():
    item = only(find("A: I will send the red report tomorrow.", "A: Actually I will send the blue report instead."))
    assert item.text == "Send the blue report"


def test_only_the_version_that_is_named_is_cancelled():
    found = find("A: I will send version 2 on Thursday.", "A: I will send version 3 on Friday.", "B: We don't need version 2.")
    assert [row[1] for row in rows(found)] == ["Send version 3"]


def test_a_vague_time_keeps_its_words_without_a_date():
    item = only(find("A: I will send the report as soon as possible."))
    assert (item.due_phrase, item.due_date, item.text) == ("as soon as possible", None, "Send the report")


ALL_LINES = (
    [[f"A: {case[0]}"] for case in SAID_ALONE]
    + [lines for lines, _ in CONVERSATIONS.values()]
    + [lines for lines, _ in DECISIONS]
)


@pytest.mark.parametrize("lines", ALL_LINES)
def test_every_quote_stands_in_its_cited_segments_and_no_word_is_added(lines):
    said = {segment.id: segment.text for segment in meeting(*lines).segments}
    found = find(*lines)
    for claim in (*found.action_items, *found.decisions, *found.open_questions):
        assert claim.quote in " ".join(said[name] for name in claim.segment_ids)
        words = set(re.findall(r"\w+", " ".join(said.values()).lower()))
        assert set(re.findall(r"\w+", claim.text.lower())) <= words


def test_an_empty_transcript_has_no_findings():
    found = find()
    assert (found.action_items, found.decisions, found.open_questions) == ((), (), ())


def test_the_engine_is_named():
    engine = find("A: Hello.").engine
    assert (engine.stage, engine.backend, engine.draft) == ("actions", "rules", False)


@pytest.mark.parametrize(
    ("taken_back", "day"),
    [
        ("No, hang on, Wednesday's the lorry. By Thursday.", "2026-03-05"),
        ("Sorry, Wednesday I'm away. Friday then.", "2026-03-06"),
    ],
)
def test_day_that_is_taken_back_gives_way_to_the_next(taken_back, day):
    found = find("A: Right.", f"B: I will send the offer to the client by Wednesday. {taken_back}", "A: Good.")
    assert rows(found) == [("Ben", "Send the offer to the client", day)]


def test_day_that_is_taken_back_for_none_is_none():
    found = find("A: Right.", "B: I will ask the club on Wednesday. No, wait, Wednesday is a holiday.", "A: Good.")
    assert rows(found) == [("Ben", "Ask the club", "")]


def test_bare_day_of_somebody_else_replaces_nothing():
    found = find("B: I will send the offer to the client by Wednesday. No, wait.", "A: Friday.")
    assert rows(found) == [("Ben", "Send the offer to the client", "2026-03-04")]


def test_quote_is_the_words_of_one_person_though_another_explains_what_is_meant():
    item = only(find("A: When do we know if the parts are good?", "B: I will test them in two weeks."))
    assert item.text == "Test them"
    assert (item.quote, item.owner) == ("I will test them in two weeks.", "Ben")
    assert item.segment_ids == ("S0001", "S0002")


@pytest.mark.parametrize("mark", [",", ""])
def test_sentence_ends_where_somebody_pauses_and_calls_another_person(mark):
    item = only(find(f"A: We will talk about it at the next meeting{mark}", "+ Ben, please ask the lawyer about the warranty."))
    assert (item.segment_ids, item.owner, item.due_date) == (("S0002",), "Ben", None)


def test_sentence_ends_where_somebody_pauses_and_goes_on_with_a_new_thought():
    (decision,) = find("A: I agree with Clara,", "+ So we decided to sell it for ninety dollars.").decisions
    assert decision.segment_ids == ("S0002",)


def test_pause_inside_of_a_thought_does_not_end_its_sentence():
    (decision,) = find("A: Then we have decided,", "+ We will start with black and white.").decisions
    assert decision.segment_ids == ("S0001", "S0002")


def test_person_in_the_middle_of_a_sentence_does_not_end_it():
    item = only(find("A: I will ask Clara and", "+ Ben, please remind me, to send the report by Friday."))
    assert item.segment_ids == ("S0001", "S0002")


def test_answer_with_the_same_verb_is_the_task_that_was_asked_for():
    """However the recognizer writes the pronoun: `him` came out as `Tim`."""
    item = only(find("A: Ben, please ask the lawyer about the warranty.", "B: All right, I will ask Tim."))
    assert (item.text, item.owner) == ("Ask the lawyer about the warranty", "Ben")


def test_other_promise_after_a_request_is_a_task_of_its_own():
    found = find("A: Ben, please ask the lawyer about the warranty.", "B: All right, I will send the contract to Clara tomorrow.")
    assert len(found.action_items) == 2


@pytest.mark.parametrize(
    "more",
    [
        "B: And the letters need to go out to the parents, I can print them tomorrow.",
        "B: The cards are ready as well. I will bring them tomorrow.",
        "B: And somebody has to count the chairs. I will count them tomorrow.",
    ],
)
def test_what_the_asked_one_says_of_something_else_moves_no_date(more):
    findings = find("A: Ben, could you tell the company by Thursday?", "B: Sure, I will phone them.", more)
    told = next(item for item in findings.action_items if "company" in item.text)
    assert (told.owner, told.due_phrase) == ("Ben", "by Thursday")
