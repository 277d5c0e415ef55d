"""The bar of the evidence check: every planted lie is caught, and what is true gets through in the words of a minute taker."""

from collections import Counter

import pytest

from tasks.schema import Claim, Transcript
from tasks.verification.evidence import Checker, Rejected
from tests.lies import claim_of, in_lower_case, meetings, planted_lies, true_claims

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
