"""The bar of the evidence check: every planted lie is caught, and what is true gets through in the words of a minute taker."""

from collections import Counter

import pytest

from tasks.schema import Claim, Transcript
from tasks.verification.evidence import Checker, Rejected
from tests.lies import claim_of, in_lower_case, meetings, planted_lies, true_claims
from tests.lies_of_state import MERGED, REVERSED, TABLES, merged, reversed_at_once, reversed_decision, status_lost

MOST_REJECTED = 0.02
WRITTEN = {"as spoken": meetings(), "in lower case": {name: in_lower_case(meeting) for name, meeting in meetings().items()}}


def rejection(checker: Checker, claim: Claim) -> str | None:
    try:
        checker.prove(claim)
    except Rejected as reason:
        return str(reason)
    return None


def checkers(written: dict[str, Transcript]) -> dict[str, Checker]:
    return {name: Checker(meeting) for name, meeting in written.items()}


def test_every_planted_lie_is_caught():
    lies, checker = planted_lies(), checkers(WRITTEN["as spoken"])
    believed = [(lie.kind, lie.meeting, lie.claim) for lie in lies if rejection(checker[lie.meeting], lie.claim) is None]
    assert len(lies) >= 200
    assert believed == []


@pytest.mark.parametrize("kind", sorted({lie.kind for lie in planted_lies()}))
def test_kind_of_lie_is_planted_often_enough_to_count(kind):
    assert Counter(lie.kind for lie in planted_lies())[kind] >= 8


def test_what_is_shown_of_a_quote_is_the_words_of_the_one_who_said_them():
    """Two whole turns as one quote: what they prove may be true, but the page shows one person's words as theirs."""
    shown = 0
    for name, truth in true_claims():
        meeting, checker = meetings()[name], Checker(meetings()[name])
        first = truth.turns[0] - 1
        pair = (
            meeting.segments[first : first + 2] if first + 1 < len(meeting.segments) else meeting.segments[first - 1 : first + 1]
        )
        joined = {"quote": " ".join(part.text for part in pair), "segment_ids": tuple(part.id for part in pair)}
        claim = Claim(text=truth.text, segment_ids=(), quote=None).model_copy(update=joined)
        if pair[0].speaker == pair[1].speaker or rejection(checker, claim):
            continue
        evidence, shown = checker.prove(claim), shown + 1
        (owner,) = (part for part in pair if part.text == evidence.quote)
        assert (evidence.speaker, evidence.start_s, evidence.end_s) == (owner.speaker, owner.start_s, owner.end_s)
    assert shown >= 50


@pytest.mark.parametrize(("first", "second", "language"), MERGED)
def test_two_commitments_are_never_one(first, second, language):
    assert list(merged(first, second, language)) == []


@pytest.mark.parametrize(("earlier", "later"), REVERSED)
def test_a_decision_that_was_given_up_does_not_stand(tmp_path, earlier, later):
    assert list(reversed_decision(tmp_path, earlier, later)) == []


@pytest.mark.parametrize(("earlier", "later"), [pair for pair in REVERSED if "instead" not in pair[1]])
def test_a_decision_that_the_same_meeting_gave_up_does_not_stand(earlier, later):
    assert list(reversed_at_once(earlier, later)) == []


@pytest.mark.parametrize("table", TABLES)
def test_a_state_that_somebody_set_is_not_lost(tmp_path, table):
    assert list(status_lost(tmp_path, TABLES[table])) == []


@pytest.mark.parametrize("quoted", [True, False], ids=["with quote", "without quote"])
@pytest.mark.parametrize("written", WRITTEN)
def test_true_claims_get_through(written, quoted):
    checker = checkers(WRITTEN[written])
    reasons = [
        (truth.text, reason)
        for name, truth in true_claims()
        if (reason := rejection(checker[name], claim_of(WRITTEN[written][name], truth, quoted=quoted)))
    ]
    assert len(true_claims()) >= 100
    assert len(reasons) <= MOST_REJECTED * len(true_claims()), reasons
