"""What the detector adds to the rules: a passage, and nothing that was not said."""

import numpy as np
import pytest

from tasks.actions.detector import packaged
from tasks.actions.likely import stretches, with_likely
from tasks.actions.rules import RuleExtractor
from tasks.engine.base import Device
from tasks.meeting.calendar import calendar_of
from tasks.schema import ActionClaim, Findings
from tests.builders import coverage, recording, transcript
from tests.test_detector import CHATTER, HANDED_OUT, meeting

LONG = [*CHATTER * 40, *HANDED_OUT]
SHORT = [*CHATTER * 20, *HANDED_OUT]
CLOSING = [f"S{len(LONG) - len(HANDED_OUT) + row:04d}" for row in range(1, len(HANDED_OUT) + 1)]


def content(language: str = "en", lines=LONG):
    segments = meeting(*lines, language=language)
    length = segments[-1].end_s
    return transcript(*segments, coverage=coverage(length, len(segments)), recording=recording(duration_s=length))


def found(known: tuple[str, ...] = (), language: str = "en"):
    spoken = content(language)
    items = with_likely(Findings(), spoken.segments, packaged(), known, calendar_of(spoken))
    return [*items.action_items, *(claim for claim in items.possible if claim.kind == "task")]


def test_task_without_a_rule_is_found_in_its_own_words():
    claim = next(claim for claim in found() if "Marketing" in claim.text)
    assert claim.quote == claim.text
    assert "The Marketing Expert, you're gonna be looking at the user requirements." in claim.text


def test_what_is_listed_is_not_possible_too():
    spoken = content()
    items = with_likely(Findings(), spoken.segments, packaged(), (), calendar_of(spoken))
    for kind, listed in (("task", items.action_items), ("decision", items.decisions)):
        cited = {name for claim in listed for name in claim.segment_ids}
        assert not [claim for claim in items.possible if claim.kind == kind and cited & set(claim.segment_ids)]


def test_in_a_meeting_shorter_than_those_it_learnt_from_the_detector_lists_nothing():
    spoken = content(lines=SHORT)
    found = with_likely(Findings(), spoken.segments, packaged(), (), calendar_of(spoken))
    assert not found.action_items
    assert not found.decisions


def test_stretches_bridge_short_gaps_and_end():
    likely = np.zeros(30, dtype=bool)
    likely[[0, 3, 8, 9, 10, 11, 12, 13, 14, 29]] = True
    assert list(stretches(likely)) == [[0, 3], [8, 9, 10, 11, 12, 13], [14], [29]]


def test_chatter_is_no_task():
    said = {text for _, text in CHATTER}
    assert not [claim for claim in found() if claim.text in said]


def test_what_a_rule_cites_is_not_listed_again():
    assert not [claim for claim in found(known=tuple(CLOSING)) if set(claim.segment_ids) & set(CLOSING)]


def test_other_languages_are_left_to_the_rules():
    assert found(language="vi") == []


def test_detector_can_be_switched_off():
    counts = []
    for detector in (True, False):
        extractor = RuleExtractor(RuleExtractor.Options(detector=detector), Device("cpu", "test"))
        found = extractor.extract(content())
        counts.append(len(found.action_items) + len(found.possible))
    assert counts[0] > counts[1]


def promise(number: int, due: str | None = None):
    return ActionClaim(text="Make a note", segment_ids=(f"S{number:04d}",), due_phrase=due)


@pytest.mark.parametrize(("rounds", "due", "doubted"), [(40, None, True), (40, "tomorrow", False), (10, None, False)])
def test_a_promise_amid_an_hour_of_talk_is_only_possible_unless_it_has_a_date(rounds: int, due: str | None, doubted: bool):
    segments = meeting(*CHATTER * rounds)
    spoken = transcript(*segments, coverage=coverage(segments[-1].end_s, len(segments)), recording=recording(duration_s=9999.0))
    found = with_likely(Findings(action_items=(promise(8, due),)), segments, packaged(), {"S0008"}, calendar_of(spoken))
    assert bool(found.action_items) is not doubted
    assert any(claim.text == "Make a note" for claim in found.possible) is doubted
