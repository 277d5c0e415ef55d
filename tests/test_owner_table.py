"""A table of short dialogues with the tasks and owners that come out of them, written from the meaning and not from the code."""

from pathlib import Path

import pytest
import yaml

from tasks.schema import Participant
from tests.test_rules import find

TABLE = yaml.safe_load((Path(__file__).parent / "data" / "owner_cases.yaml").read_text(encoding="utf-8"))
NAMES = TABLE["names"]
CASES = [pytest.param(language, case, id=" / ".join(case["lines"])) for language in NAMES for case in TABLE[language]]


@pytest.mark.parametrize(("language", "case"), CASES)
def test_a_task_goes_to_who_took_it_or_to_nobody(language, case):
    roster = [Participant(**person) for person in case.get("roster", ())]
    found = find(*case["lines"], language=language, names=case.get("names", NAMES[language]), roster=roster).action_items
    assert [(item.owner, item.owner_source) for item in found] == [(owner, source) for _, owner, source in case["items"]], found
    for item, (words, *_) in zip(found, case["items"], strict=True):
        assert words.lower() in item.text.lower()


def test_the_table_has_40_dialogues_of_each_language():
    assert {language: len(TABLE[language]) for language in NAMES} == {"en": 40, "vi": 40}
