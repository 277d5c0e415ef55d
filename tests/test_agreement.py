"""Who agreed to a task: its owner, by a promise or a yes, or nobody yet. What was refused is no task."""

from collections.abc import Sequence

import pytest

from tasks.schema import ActionClaim, ActionItem, Agreed, Findings, Minutes, Notes, OwnerSource, segment_id
from tasks.verification.evidence import Checker, Rejected
from tasks.verification.minutes import compose_minutes
from tests.lies_of_talk import answered, requested, talk

PEOPLE = ("Anna", "Ben", "Clara", "Hoa", "Nam")
ASKED = "Anna: Ben, could you send the contract?"
CASES = {
    "promised": (("Ben: I will send the contract.",), "self", None),
    "accepted": ((ASKED, "Ben: Sure."), "accepted", "Sure."),
    "accepted in two sentences": ((ASKED, "Ben: Okay. I'll do it tomorrow."), "accepted", "Okay."),
    "accepted after a question back": (
        (ASKED, "Ben: Which one?", "Anna: The one with the bank.", "Ben: Yes, okay."),
        "accepted",
        "Yes, okay.",
    ),
    "accepted while another is asked too": (
        (ASKED, "Anna: And Clara, could you call the landlord?", "Ben: Will do."),
        "accepted",
        "Will do.",
    ),
    "somebody else answers": ((ASKED, "Clara: Sure."), "asked", None),
    "nobody answers": ((ASKED, "Anna: The next point is the party.", "Anna: It is in June."), "asked", None),
    "the last of the meeting": ((ASKED,), "asked", None),
    "the yes belongs to another question": (
        (ASKED, "Anna: And has everybody seen the new kitchen downstairs?", "Ben: Yes."),
        "asked",
        None,
    ),
    "says what else they will do": (
        ("Anna: Ben will send the contract.", "Ben: And I will bring the office keys."),
        "asked",
        None,
    ),
    "a word that only opens": ((ASKED, "Ben: Good question."), "asked", None),
    "not at that time": ((ASKED, "Ben: I can't before Friday."), "asked", None),
    "not now but later": ((ASKED, "Ben: I can't this week, but I'll do it on Monday."), "accepted", None),
    "sorry for something else": ((ASKED, "Ben: Sorry, I was muted.", "Ben: Yes, I can."), "accepted", "Yes, I can."),
    "refused": ((ASKED, "Ben: I'm afraid I have no time."), "refused", None),
    "refused politely": ((ASKED, "Ben: I'd rather not."), "refused", None),
    "done before": ((ASKED, "Ben: I have already sent it."), "refused", None),
    "taken back": ((ASKED, "Ben: Sure.", "Ben: No, wait, I can't."), "refused", None),
    "promised and taken back": (("Ben: I will send the contract.", "Ben: Actually, I won't do that."), "refused", None),
    "refused, others talk on": ((ASKED, "Ben: No.", "Anna: Fine.", "Clara: Yes."), "refused", None),
}
CASES_VI = {
    "accepted": (("Hoa: Anh Nam gửi hợp đồng giúp tôi nhé.", "Nam: Vâng ạ."), "accepted", "Vâng ạ."),
    "asked": (("Hoa: Anh Nam gửi hợp đồng giúp tôi nhé.", "Hoa: Sang phần tiếp theo."), "asked", None),
    "refused": (("Hoa: Anh Nam gửi hợp đồng giúp tôi nhé.", "Nam: Xin lỗi chị, em không làm được."), "refused", None),
    "too busy": (("Hoa: Anh Nam gửi hợp đồng giúp tôi nhé.", "Nam: Dạ tuần này em bận lắm."), "refused", None),
    "promised": (("Nam: Tôi sẽ gửi hợp đồng.",), "self", None),
}


def minutes(lines: Sequence[str], owner: str | None, *, language: str = "en", **changes: object) -> Minutes:
    """The minutes of a meeting whose first line is claimed as a task."""
    meeting = talk(*lines, people=PEOPLE, language=language)
    quote = meeting.segments[0].text
    task = "Gửi hợp đồng" if language == "vi" else "Send the contract"
    values = {"text": task, "segment_ids": ("S0001",), "quote": quote, "owner": owner, **changes}
    return compose_minutes(meeting, Notes(action_items=(ActionClaim(**values),)), Findings(), "test", "1")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*CASES, *(f"{kind}, Vietnamese" for kind in CASES_VI)])
def test_how_a_task_came_to_its_owner(kind):
    table, language = (CASES_VI, "vi") if kind.endswith("Vietnamese") else (CASES, "en")
    lines, agreed, words = table[kind.removesuffix(", Vietnamese")]
    made = minutes(lines, "Nam" if language == "vi" else "Ben", language=language)
    if agreed == "refused":
        assert made.action_items == ()
        assert [claim.reason.endswith("did not take it on") for claim in made.unverified] == [True]
        return
    (item,) = made.action_items
    assert item.agreed == agreed
    if words:
        assert item.accepted is not None
        assert (item.accepted.quote, item.accepted.speaker) == (words, item.owner)
        assert item.evidence.speaker != item.accepted.speaker


def test_what_was_only_likely_and_was_refused_is_named_nowhere():
    made = minutes((ASKED, "Ben: I can't."), "Ben", owner_source=OwnerSource.ADDRESSED, owner_guessed=True)
    assert (made.action_items, made.unverified) == ((), ())


def test_a_task_of_nobody_is_agreed_to_by_nobody():
    (item,) = minutes(("Anna: Somebody has to send the contract.", "Ben: Yes."), None).action_items
    assert (item.agreed, item.accepted) == (None, None)


def test_a_task_of_nobody_that_was_refused_is_none():
    assert minutes(("Anna: Could you send the contract?", "Ben: No, I can't."), None).action_items == ()


def test_a_claim_that_quotes_only_the_yes_shows_the_request_too():
    meeting = talk(ASKED, "Ben: Yes, I will.", people=PEOPLE)
    claim = ActionClaim(text="Send the contract", segment_ids=("S0001", "S0002"), quote="Yes, I will.", owner="Ben")
    (item,) = compose_minutes(meeting, Notes(action_items=(claim,)), Findings(), "test", "1").action_items
    assert (item.evidence.speaker, item.agreed, item.accepted and item.accepted.quote) == ("Anna", "accepted", "Yes, I will.")


def test_a_voice_without_a_name_may_answer_for_who_was_asked():
    meeting = talk("A: Ben, could you send the contract?", "Speaker 2: Sure.", people=("Ben",))
    claim = ActionClaim(text="Send the contract", segment_ids=("S0001",), quote=meeting.segments[0].text, owner="Ben")
    (item,) = compose_minutes(meeting, Notes(action_items=(claim,)), Findings(), "test", "1").action_items
    assert item.agreed is Agreed.ACCEPTED


def test_every_request_that_was_accepted_is_a_task_and_none_that_was_refused():
    for number, meetings in ((4, answered(4)), (3, answered(3))):
        checkers = {name: Checker(meeting) for name, meeting in meetings.items()}
        for name, claim in requested():
            if number == 3:
                with pytest.raises(Rejected, match="did not take it on"):
                    checkers[name].prove(claim)
            else:
                assert checkers[name].agreements.of(claim.owner, checkers[name].prove(claim)).agreed is Agreed.ACCEPTED


POINTING = {
    "the only noun of the question before": (
        ("Anna: Who can fix the broken printer?", "Ben: I'll fix it by Friday."),
        "Fix it",
        ("Fix the broken printer", None),
    ),
    "a noun and a time": (("Anna: Who can pay the bills by Monday?", "Ben: I'll pay them."), "Pay them", ("Pay the bills", None)),
    "two nouns": (
        ("Anna: Who can send the offer to the bank?", "Ben: I'll send it."),
        "Send it",
        ("Send it", "Who can send the offer to the bank?"),
    ),
    "one thing and many": (
        ("Anna: Who can check the list?", "Ben: I'll check them."),
        "Check them",
        ("Check them", "Who can check the list?"),
    ),
    "a subject": (("Anna: Is the contract ready?", "Ben: I'll check it."), "Check it", ("Check it", "Is the contract ready?")),
    "a statement": (
        ("Anna: It's only the software.", "Ben: I'll fix it today."),
        "Fix it",
        ("Fix it", "It's only the software."),
    ),
    "what lies between says nothing": (
        ("Anna: The landlord waits for the form.", "Clara: Oh.", "Ben: I'll send it."),
        "Send it",
        ("Send it", "The landlord waits for the form."),
    ),
    "what lies between is an answer": (
        ("Anna: Who writes the letter to the bank?", "Clara: Not me, sorry.", "Ben: Then I'll write it."),
        "Write it",
        ("Write it", "Who writes the letter to the bank?"),
    ),
    "a complaint": (
        ("Anna: Good morning everybody.", "Clara: I can't open the gate.", "Ben: I'll repair it."),
        "Repair it",
        ("Repair it", "I can't open the gate."),
    ),
    "somebody's own": (("Anna: Who has my keys?", "Ben: I'll bring them."), "Bring them", ("Bring them", "Who has my keys?")),
    "a noun of its own": (("Anna: Who can help me?", "Ben: I'll send the form."), "Send the form", ("Send the form", None)),
    "nothing before": (("Ben: I'll send it today.",), "Send it", ("Send it", None)),
    "a whole sentence": (
        ("Anna: The lock is broken.", "Ben: Sure, I'll fix it."),
        "Sure, I'll fix it.",
        ("Sure, I'll fix it.", "The lock is broken."),
    ),
}


def pointed(lines: Sequence[str], task: str, *, language: str = "en") -> ActionItem:
    meeting = talk(*lines, people=PEOPLE, language=language)
    last = meeting.segments[-1]
    claim = ActionClaim(text=task, segment_ids=(last.id,), quote=last.text, owner=last.speaker)
    (item,) = compose_minutes(meeting, Notes(action_items=(claim,)), Findings(), "test", "1").action_items
    return item


@pytest.mark.parametrize("kind", POINTING)
def test_a_pronoun_is_replaced_only_where_the_words_prove_what_it_means(kind):
    lines, task, expected = POINTING[kind]
    item = pointed(lines, task)
    assert (item.task, item.context) == expected
    assert item.evidence.quote == lines[-1].partition(": ")[2]


def test_a_vietnamese_pronoun_keeps_the_sentence_before():
    item = pointed(("Hoa: Giấy phép thì chưa xong.", "Nam: Tôi sẽ làm việc đó vào ngày mai."), "Làm việc đó", language="vi")
    assert (item.task, item.context) == ("Làm việc đó", "Giấy phép thì chưa xong.")


def test_two_tasks_in_the_same_words_with_other_contexts_are_two():
    lines = ("Anna: The form is missing.", "Ben: I'll send it.", "Anna: Where is the offer of the bank?", "Ben: I'll send it.")
    meeting = talk(*lines, people=PEOPLE)
    claims = tuple(
        ActionClaim(text="Send it", segment_ids=(segment_id(turn),), quote="I'll send it.", owner="Ben") for turn in (2, 4)
    )
    items = compose_minutes(meeting, Notes(action_items=claims), Findings(), "test", "1").action_items
    assert [item.context for item in items] == ["The form is missing.", "Where is the offer of the bank?"]
    assert len({item.id for item in items}) == 2
