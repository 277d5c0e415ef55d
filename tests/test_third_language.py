"""A language that the project does not know is added by one value: `tests/esperanto.py`."""

import datetime as dt

import pytest

from tasks.language.answers import Consent, reply_in
from tasks.language.detection import guess_language, language_of
from tasks.language.due_dates import find_due
from tasks.language.languages import LANGUAGES
from tasks.language.negation import contradicts
from tasks.language.words import content_stems
from tasks.schema import Agreed, DueRelation, Notes
from tasks.verification.minutes import compose_minutes
from tests.esperanto import ESPERANTO
from tests.test_rules import find, meeting

MONDAY = dt.date(2026, 3, 2)
TALK = (
    "A: Ni decidis ke la biblioteko estos fermita dimanĉe.",
    "B: Mi sendos la raporton ĝis vendredo.",
    "A: Clara, bonvolu skribi la leteron al la urbo ne antaŭ merkredo.",
    "C: Jes, volonte.",
)


@pytest.fixture(autouse=True)
def esperanto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LANGUAGES, ESPERANTO.code, ESPERANTO)


def test_it_is_told_from_the_others():
    assert {language_of(line.partition(": ")[2]) for line in TALK[:3]} == {"eo"}
    assert guess_language(" ".join(TALK)) == "eo"
    assert language_of("We will send the report by Friday.") == "en"
    assert language_of("Chúng ta sẽ gửi báo cáo trước thứ sáu.") == "vi"


@pytest.mark.parametrize(
    ("words", "relation", "first", "last"),
    [
        ("ĝis vendredo", "by", None, dt.date(2026, 3, 6)),
        ("ne antaŭ merkredo", "not_before", dt.date(2026, 3, 4), None),
        ("morgaŭ", "on", None, dt.date(2026, 3, 3)),
    ],
)
def test_its_days_and_bounds_are_read(words: str, relation: DueRelation, first: dt.date | None, last: dt.date | None):
    due = find_due(f"Mi sendos ĝin {words}.", MONDAY, "eo")
    assert due is not None
    assert (due.relation, due.first or None, due.last or None) == (relation, first, last)
    assert find_due(f"Mi sendos ĝin {words}.", MONDAY, "en") is None


def test_its_words_are_compared_in_their_own_forms():
    assert content_stems("Mi sendos la raportojn", "eo") == content_stems("raporto sendis", "eo") == {"send", "raport"}
    assert contradicts("La biblioteko estos fermita", "La biblioteko ne estos fermita.", "eo", ())
    assert reply_in("Volonte.", "eo") is Consent.YES


def test_tasks_and_decisions_are_found_and_proved():
    talk = meeting(*TALK, language="eo")
    minutes = compose_minutes(talk, Notes(), find(*TALK, language="eo"), "embedded", "0")
    tasks = [(item.owner, item.due_relation, item.due_from or item.due_date, item.agreed) for item in minutes.action_items]
    assert tasks == [
        ("Ben", "by", dt.date(2026, 3, 6), Agreed.SELF),
        ("Clara", "not_before", dt.date(2026, 3, 4), Agreed.ACCEPTED),
    ]
    assert len(minutes.decisions) == 1
    assert not minutes.unverified


def test_without_it_nothing_of_this_is_understood(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(LANGUAGES, ESPERANTO.code)
    assert not find(*TALK, language="eo").action_items
