"""Tasks and decisions in other words: what is honest stands, no lie does, and nothing else of the minutes changes."""

from functools import cache

import pytest

from tasks.actions.rules import find_by_rules, learnt
from tasks.enrichment import enrich
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.schema import ActionItem, Decision, Minutes, Notes, NoticeKind, Rewordings, Status, Transcript
from tasks.verification.minutes import compose_minutes
from tasks.verification.reworded import with_rewordings
from tasks.verification.rewording import RewordingChecker, Unchanged, Unproved
from tests.builders import engine
from tests.lies_of_rewording import RewordedLie, lies
from tests.lies_of_talk import talk
from tests.rewritings import honest, item_of

LEAST_STANDING = {"en": 0.6, "vi": 0.55}
"""Share of the honest rewritings that stand. A part of them is in words that nobody said, which cannot be proved."""
LANGUAGES = ("en", "vi")


def objection(checker: RewordingChecker, item: ActionItem | Decision, text: str) -> str | None:
    try:
        checker.prove(item, text)
    except Unproved as reason:
        return str(reason)
    return None


@cache
def planted(language: str) -> list[RewordedLie]:
    return list(lies(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_lie_stands(language):
    checkers: dict[int, RewordingChecker] = {}
    believed = []
    for lie in planted(language):
        checker = checkers.setdefault(id(lie.meeting), RewordingChecker(lie.meeting))
        if objection(checker, lie.item, lie.text) is None:
            believed.append((lie.kind, lie.item, lie.text))
    assert len(planted(language)) >= 2000
    assert believed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_honest_rewritings_stand(language):
    told = honest(language)
    fallen = [(each.text, reason) for each in told if (reason := objection(RewordingChecker(each.meeting), each.item, each.text))]
    assert len(told) >= 40
    assert len(fallen) <= (1 - LEAST_STANDING[language]) * len(told), fallen


PRINTER = talk(
    "Mia: The printer on the second floor is broken again.",
    "Omar: I'll call the company about it before Monday, but only if the warranty has ended.",
    people=("Mia", "Omar"),
)
PARTS = talk(
    "Walter: The vendor will deliver three new parts on Thursday.",
    "Robert: I will test them in two weeks.",
    people=("Walter", "Robert"),
)
BILL = talk(
    "Linda: I need a copy of the bill.",
    "Michael: I will send you the bill tomorrow, and you do not have to pay for it.",
    people=("Linda", "Michael"),
)

TOYS = talk(
    "Rosalind: The room takes a hundred and twenty toys.",
    "Rosalind: I'd be most grateful if the list could come down to that, and if I could see it soon.",
    "Hamid: All right. I shall weep.",
    people=("Rosalind", "Hamid"),
)
BAR = talk("Imogen: After three, then.", "Ravi: I'll let the bar know when I see Moira.", people=("Imogen", "Ravi"))
GRATEFUL = ("Hamid", "I'd be most grateful if the list could come down to that, and if I could see it soon")
OF_THEMSELVES = "its speaker speaks of themselves, and not of the owner"


@pytest.mark.parametrize(
    ("meeting", "told", "text", "reason"),
    [
        (PARTS, ("Robert", "test them"), "Test the new parts", None),
        (PARTS, ("Robert", "test them"), "Robert will test the three new parts", None),
        (PARTS, ("Robert", "test them"), "Test the three new parts by 16 March", "it names a time that is not that of the task"),
        (PARTS, ("Robert", "test them"), "Test the new parts on Thursday", "it names a time that is not that of the task"),
        (PARTS, ("Robert", "test them"), "Test the four new parts", "not all of its words were said of it"),
        (PARTS, ("Robert", "test them"), "Test the vendor", "not all of its words were said of it"),
        (PARTS, ("Robert", "test them"), "Walter will test the new parts", "somebody else is to do it"),
        (PARTS, ("Robert", "test them"), "Tested the new parts", "it tells 'tested' as done"),
        (PARTS, ("Robert", "test them"), "I will test the new parts", "it speaks as one of those who were there"),
        (PARTS, ("Robert", "test them"), "Kiểm tra các linh kiện mới", "it is in another language"),
        (PARTS, ("Robert", "test them"), "Test the new parts?", "it is not one short sentence"),
        (PARTS, ("Robert", "test them"), 'Robert will "test the new parts', "it is not one short sentence"),
        (PARTS, ("Robert", "test them"), "Test them.", "it is the spoken words"),
        (PRINTER, ("Omar", "call the company about it"), "Call the company about the printer", "leaves out what qualifies it"),
        (BILL, ("Michael", "send you the bill"), "Send Linda the bill", None),
        (
            TOYS,
            GRATEFUL,
            "Hamid would be most grateful if the list could come down to that, and if he could see it soon",
            OF_THEMSELVES,
        ),
        (TOYS, GRATEFUL, "Hamid would be most grateful if the list could come down", OF_THEMSELVES),
        (
            TOYS,
            GRATEFUL,
            "The list could come down to that most, if he could see it soon",
            "it speaks of somebody of whom nobody spoke",
        ),
        (BAR, ("Ravi", "Let the bar know when I see Moira"), "Ravi will let the bar know when he sees Moira", None),
        (BILL, ("Michael", "send you the bill"), "Do not send Linda the bill", "it adds what qualifies it: denied"),
    ],
)
def test_what_stands_and_why_the_rest_falls(meeting, told, text, reason):
    found = objection(RewordingChecker(meeting), item_of(meeting, 1, *told), text)
    assert (found is None) if reason is None else reason in (found or "")


@pytest.mark.parametrize(
    ("clock", "stands"), [("before Monday at nine", True), ("before Monday at ten", False), ("after Monday at nine", False)]
)
def test_the_hour_is_not_changed(clock, stands):
    meeting = talk("Ana: I will phone the bank before Monday at nine.", people=("Ana",))
    item = item_of(meeting, 0, "Ana", "phone the bank")
    assert (objection(RewordingChecker(meeting), item, f"Phone the bank {clock}") is None) is stands


def test_in_a_language_whose_small_words_are_unknown_nothing_is_proved():
    meeting = talk("Ana: Ich rufe morgen die Bank an.", people=("Ana",), language="de")
    item = item_of(meeting, 0, "Ana", "Ich rufe morgen die Bank an")
    assert objection(RewordingChecker(meeting), item, "Die Bank anrufen")


def minutes_of(meeting: Transcript) -> Minutes:
    read = Notes(segments_read=tuple(segment.id for segment in meeting.segments))
    return compose_minutes(meeting, read, find_by_rules(meeting, **learnt(wanted=True)), "test", "1")


THREE = talk(
    "Walter: The vendor will deliver three new parts on Thursday.",
    "Robert: I will test them in two weeks.",
    "Jennifer: I will send a letter to the press by Friday.",
    "Walter: Then we have decided. The price is ninety nine dollars.",
    people=("Walter", "Robert", "Jennifer"),
)


def test_a_proved_rewriting_replaces_the_words_and_nothing_else():
    before = minutes_of(THREE)
    test, letter = before.action_items
    made = Rewordings(texts={test.id: "Test the new parts.", letter.id: "Send a letter to the mayor"}, engine=engine("rewriting"))
    after = with_rewordings(THREE, before, made)
    reworded, kept = after.action_items
    assert (reworded.task, reworded.spoken, reworded.reworded, reworded.context) == ("Test the new parts", test.task, True, None)
    same = {"task", "spoken", "reworded", "context"}
    assert reworded.model_dump(exclude=same) == test.model_dump(exclude=same)
    assert kept == letter
    assert [notice.kind for notice in after.warnings[len(before.warnings) :]] == [NoticeKind.INFO]
    assert after.warnings[-1].message.startswith("1 of 2 sentences that were worded anew could not be proved")
    assert after.status is before.status
    assert after.engines[-1].stage == "rewriting"


@pytest.mark.parametrize("text", ["Test the new parts in two weeks.", "In two weeks, test the new parts."])
def test_the_day_stands_beside_the_task_and_not_in_it(text):
    before = minutes_of(THREE)
    test, letter = before.action_items
    made = Rewordings(texts={test.id: text, letter.id: "Send a letter to the press by Friday."}, engine=engine("rewriting"))
    reworded, same = with_rewordings(THREE, before, made).action_items
    assert "two weeks" not in reworded.task
    assert (reworded.due_date, same) == (test.due_date, letter)


def test_what_the_model_leaves_as_it_was_is_no_news():
    before = minutes_of(THREE)
    after = with_rewordings(THREE, before, Rewordings(texts={item.id: f"{item.task}." for item in before.action_items}))
    assert after == before


def test_a_failure_is_said_and_the_spoken_words_stay():
    def fail() -> Rewordings:
        raise BackendError("the model is gone.")

    before = minutes_of(THREE)
    assert before.status is Status.COMPLETED
    after = with_rewordings(THREE, before, enrich("rewriting", fail, Rewordings(), lambda why: message("rewriting_failed", why)))
    assert after.action_items == before.action_items
    assert after.status is Status.COMPLETED_WITH_WARNINGS
    assert "the model is gone" in after.warnings[-1].message


def test_the_spoken_words_themselves_are_told_apart():
    meeting = PARTS
    with pytest.raises(Unchanged):
        RewordingChecker(meeting).prove(item_of(meeting, 1, "Robert", "test them"), "Test them")


@pytest.mark.parametrize(
    ("said", "told", "text", "shown"),
    [
        ("Robert: I will test the new parts.", "test the new parts", "Robert tests the new parts", "Test the new parts"),
        (
            "Robert: I will carry the new parts up.",
            "carry the new parts up",
            "Robert carries up the new parts",
            "Carry up the new parts",
        ),
        ("Robert: I will fetch the new parts.", "fetch the new parts", "Robert fetches the new parts.", "Fetch the new parts"),
    ],
)
def test_what_the_owner_does_is_told_as_what_is_to_be_done(said, told, text, shown):
    meeting = talk("Walter: The vendor delivers on Thursday.", said, people=("Walter", "Robert"))
    item = item_of(meeting, 1, "Robert", told)
    assert RewordingChecker(meeting).prove(item, text) == shown
