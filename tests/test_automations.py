"""The automations that come with the project are such as Prefect takes, and speak of events that runs send."""

from pathlib import Path

import yaml

from flows.told import STATE_NAMES
from tasks.schema import Status

FILE = Path(__file__).parent.parent / "automations.yaml"


def test_prefect_takes_each_of_them_and_only_what_needs_no_block_is_switched_on():
    from prefect.events.schemas.automations import AutomationCore

    made = [AutomationCore.model_validate(each) for each in yaml.safe_load(FILE.read_text())["automations"]]
    whole = [all(action.type == "change-flow-run-state" for action in each.actions) for each in made]
    assert [each.enabled for each in made] == whole == [True, False, False, False]


def test_their_events_are_those_that_runs_send():
    text = FILE.read_text()
    expected = {event for each in yaml.safe_load(text)["automations"] for event in each["trigger"]["expect"]}
    sent = {f"minutes.recording.{what}" for what in ("completed", "failed", "needs-review")}
    states = {f"prefect.flow-run.{name}" for name in (STATE_NAMES[Status.COMPLETED_WITH_WARNINGS], "CompletedWithErrors")}
    assert {event for event in expected if event.startswith("minutes.")} <= sent
    assert states <= expected
