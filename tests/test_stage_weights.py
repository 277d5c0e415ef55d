"""How far a recording is, of what its stages tell."""

from itertools import pairwise

import pytest

from flows.app.work import Progress
from flows.stage_weights import WEIGHTS, share_of_all


def test_bar_only_rises_and_ends_with_the_files():
    told = [(stage, share) for stage in WEIGHTS for share in (0.0, 0.5, 1.0)]
    shares = [share_of_all(stage, share) for stage, share in (*told, ("report", 0.0))]
    assert all(one <= other for one, other in pairwise(shares))
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@pytest.mark.parametrize("stage", ["language", "words of a span"])
def test_what_is_stored_on_the_way_of_a_stage_moves_no_bar(stage):
    work = Progress("standup.m4a")
    work.progress("standup.m4a", "transcription", 0.5)
    before = work.stage, work.share
    work.progress("standup.m4a", stage, 1.0)
    assert share_of_all(stage, 1.0) is None
    assert (work.stage, work.share) == before
