"""Recordings of a folder that wait for review: a suspended run each in the Prefect UI, with the form of their items."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from flows.finished import Outcome
from tasks.report.files import settle_files
from tests.real_server import asked
from tests.test_report_stage import job, minutes  # noqa: F401
from tests.test_review import answer, manifest, older, report, unsure


@pytest.fixture
def deployment(prefect_api: str) -> Iterator[str]:
    """The name of a deployment of the recording's flow, from which nobody takes runs."""
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_api}):
        name = uuid4().hex
        with get_client(sync_client=True) as client:
            client.create_deployment(client.create_flow_from_name("minutes-recording"), name=name)
        yield f"minutes-recording/{name}"


def outcome_of(folder: Path) -> Outcome:
    return Outcome.from_manifest(f"/in/{folder.name}.flac", manifest(folder), folder)


def ask_for(deployment: str, folder: Path) -> None:
    from flows.review import ask_in_prefect

    ask_in_prefect(folder.parent, [outcome_of(folder)], "default", ["a.b=c"], deployment)


def runs_of(url: str, deployment: str) -> list[dict[str, Any]]:
    body = {"deployments": {"name": {"any_": [deployment.partition("/")[2]]}}}
    return asked("POST", f"{url}/flow_runs/filter", body)


def form_in(url: str, run: dict[str, Any]) -> dict[str, Any]:
    key = run["state"]["state_details"]["run_input_keyset"]["schema"]
    return asked("GET", f"{url}/flow_runs/{run['id']}/input/{key}")


def resume(url: str, run: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return asked("POST", f"{url}/flow_runs/{run['id']}/resume", {"run_input": given})


def test_a_recording_that_waits_has_one_suspended_run_with_a_form(prefect_api, deployment, job):  # noqa: F811
    folder = report(job, unsure())
    ask_for(deployment, folder)
    ask_for(deployment, folder)
    [run] = runs_of(prefect_api, deployment)
    assert (run["state_name"], run["name"]) == ("Suspended", f"{folder.name}.flac")
    assert run["parameters"] == {"recording": f"/in/{folder.name}.flac", "config": "default", "overrides": ["a.b=c"]}
    form = form_in(prefect_api, run)
    shown = sorted(form["properties"].values(), key=lambda each: each["position"])
    assert [each["title"] for each in shown] == ["1. decision · 00:00:00", "2. task · 00:00:30", "3. decision · ?"]
    assert shown[0]["description"] == "only possible, by 54 %\n\n> We go ahead with the repair."
    task = next(each for each in form["definitions"].values() if "owner" in each["properties"])
    assert [(name, field["default"]) for name, field in task["properties"].items()] == [
        ("answer", "later"),
        ("text", "Call Jo"),
        ("owner", ""),
        ("due", ""),
        ("at", "00:00:30"),
    ]
    assert task["properties"]["answer"]["enum"] == ["later", "accept", "correct", "drop"]


def test_the_form_refuses_what_is_no_day_and_takes_the_rest(prefect_api, deployment, job):  # noqa: F811
    ask_for(deployment, report(job, unsure()))
    [run] = runs_of(prefect_api, deployment)
    name = next(name for name, field in form_in(prefect_api, run)["properties"].items() if "task" in field["title"])
    refused = resume(prefect_api, run, {name: {"answer": "correct", "due": "soon"}})
    assert (refused["status"], "soon" in refused["details"]["reason"]) == ("REJECT", True)
    assert resume(prefect_api, run, {name: {"answer": "correct", "due": "2026-03-06"}})["status"] == "ACCEPT"
    [run] = runs_of(prefect_api, deployment)
    assert run["state_name"] == "Resuming"


def test_what_was_filled_in_becomes_answers():
    from flows.review import answers_in

    given = {"p_1a2b3c": {"answer": "accept", "text": "x"}, "u_1a2b3c": {"answer": "later"}, "d_1": "?", "a_2": {}}
    assert [(each.id, each.answer) for each in answers_in({**given, "a_2": {"answer": "drop"}})] == [
        ("p-1a2b3c", "accept"),
        ("a-2", "drop"),
    ]
    assert answers_in(None) == ()


@pytest.mark.parametrize("way", ["answered", "expired", "gone"])
def test_a_run_whose_minutes_do_not_wait_any_more_is_ended(prefect_api, deployment, job, way):  # noqa: F811
    folder = report(job, unsure())
    ask_for(deployment, folder)
    if way == "answered":
        answer(folder, we="accept", call="drop", sell="drop")
    elif way == "expired":
        older(folder, 30)
    settle_files(folder.parent)
    outcome = outcome_of(folder)
    if way == "gone":
        (folder / "run.json").unlink()
    from flows.review import ask_in_prefect

    ask_in_prefect(folder.parent, [outcome], "default", [], deployment)
    [run] = runs_of(prefect_api, deployment)
    assert run["state_name"] == ("ReviewExpired" if way == "expired" else "Reviewed")


def test_other_items_are_asked_in_a_new_run(prefect_api, deployment, job):  # noqa: F811
    folder = report(job, unsure())
    ask_for(deployment, folder)
    answer(folder, call="drop")
    settle_files(folder.parent)
    ask_for(deployment, folder)
    assert sorted(run["state_name"] for run in runs_of(prefect_api, deployment)) == ["Reviewed", "Suspended"]


def test_a_server_without_the_deployment_is_named_and_the_files_wait(prefect_api, deployment, job, caplog):  # noqa: F811
    ask_for("minutes-recording/none", report(job, unsure()))
    assert "no deployment minutes-recording/none, so reviews can be answered in" in caplog.text


def test_minutes_without_a_review_make_no_run(prefect_api, deployment, job):  # noqa: F811
    ask_for(deployment, report(job, minutes()))
    assert runs_of(prefect_api, deployment) == []
