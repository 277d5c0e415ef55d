"""What the detector adds to the rules: a passage, and nothing that was not said."""

from tasks.actions.likely_tasks import likely_tasks
from tasks.actions.rules import RuleExtractor
from tasks.engine.base import Device
from tasks.meeting.calendar import calendar_of
from tests.builders import coverage, recording, transcript
from tests.test_detector import CHATTER, HANDED_OUT, WHOLE, meeting

CLOSING = [f"S{len(WHOLE) - len(HANDED_OUT) + row:04d}" for row in range(1, len(HANDED_OUT) + 1)]


def content(language: str = "en"):
    segments = meeting(*WHOLE, language=language)
    length = segments[-1].end_s
    return transcript(*segments, coverage=coverage(length, len(segments)), recording=recording(duration_s=length))


def found(known: tuple[str, ...] = (), language: str = "en"):
    spoken = content(language)
    return list(likely_tasks(spoken, known, calendar_of(spoken)))


def test_task_without_a_rule_is_found_in_its_own_words():
    claim = next(claim for claim in found() if "Marketing" in claim.text)
    assert claim.quote == claim.text
    assert "The Marketing Expert, you're gonna be looking at the user requirements." in claim.text
    assert claim.owner is None


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
        counts.append(len(extractor.extract(content()).action_items))
    assert counts[0] > counts[1]
