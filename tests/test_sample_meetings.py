"""The command, run as a user runs it, on the sample meetings; what it finds is compared with what was said."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ground_truth import Comparison

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_audio"
GARDEN, LAUNCH, CALL = "2026-03-02-garden-committee.flac", "2026-04-14-product-launch.mp3", "2026-05-20-support-call.m4a"
WEEKLY = "2026-06-10-hop-tuan.vtt"
ENGLISH = (GARDEN, LAUNCH, CALL)
MEETINGS = (*ENGLISH, WEEKLY)


def minutes(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> "subprocess.CompletedProcess[str]":
    """One `minutes run` over the meetings of `make demo`, with the temporary server that a first user gets."""
    out = tmp_path_factory.mktemp("minutes")
    return minutes("run", *(str(SAMPLES / name) for name in MEETINGS), "--config", "embedded", "--out", str(out), "--json")


@pytest.fixture(scope="module")
def outcomes(done: "subprocess.CompletedProcess[str]") -> dict[str, dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return {outcome["name"]: outcome for outcome in json.loads(done.stdout)["recordings"]}


@pytest.fixture(scope="module")
def compared(outcomes: dict[str, dict[str, Any]]) -> dict[str, Comparison]:
    return {
        name: Comparison(Path(outcome["folder"]), (SAMPLES / name).with_suffix(".truth.json"))
        for name, outcome in outcomes.items()
    }


def test_the_terminal_is_silent_with_json(done: "subprocess.CompletedProcess[str]") -> None:
    assert done.stderr == ""
    assert json.loads(done.stdout)


def test_figures_are_printed(compared: dict[str, Comparison], capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"{comparison.line()}\n" for comparison in compared.values()))
    assert set(compared) == set(MEETINGS)


@pytest.mark.parametrize(("name", "most"), [(GARDEN, 0.05), (LAUNCH, 0.05), (CALL, 0.05)])
def test_words_are_heard(compared: dict[str, Comparison], name: str, most: float) -> None:
    assert compared[name].word_error_rate <= most


@pytest.mark.parametrize("name", MEETINGS)
def test_speech_has_the_right_speaker(compared: dict[str, Comparison], name: str) -> None:
    assert compared[name].right_speaker_share >= 0.97


@pytest.mark.parametrize("name", MEETINGS)
def test_every_decision_is_found(compared: dict[str, Comparison], name: str) -> None:
    assert compared[name].missed_decisions == []


@pytest.mark.parametrize(("name", "most_missed"), [(GARDEN, 0), (LAUNCH, 0), (CALL, 0), (WEEKLY, 0)])
def test_action_items_have_their_owner_date_and_time(compared: dict[str, Comparison], name: str, most_missed: int) -> None:
    assert len(compared[name].missed_actions) <= most_missed, compared[name].missed_actions


@pytest.mark.parametrize("name", MEETINGS)
def test_nothing_is_found_that_is_not_there(compared: dict[str, Comparison], name: str) -> None:
    assert len(compared[name].false_items) <= 1, "what was learnt takes a wrong one now and then: docs/experiments/commitments.md"


@pytest.mark.parametrize("name", MEETINGS)
def test_no_trap_is_taken(compared: dict[str, Comparison], name: str) -> None:
    assert compared[name].traps_taken == []


@pytest.mark.parametrize("name", ENGLISH)
def test_every_claim_has_verified_evidence_and_every_second_is_accounted_for(compared: dict[str, Comparison], name: str) -> None:
    found = compared[name].minutes
    assert all(item.evidence.verified for item in (*found.decisions, *found.action_items, *found.summary))
    assert found.unverified == ()
    assert found.coverage.complete
    assert found.coverage.duration_ms / 1000 == pytest.approx(compared[name].truth["duration_s"], abs=0.1)


def test_speakers_of_the_garden_meeting_are_named_as_they_introduced_themselves(compared: dict[str, Comparison]) -> None:
    assert set(compared[GARDEN].minutes.participants) == {"Helen", "William", "David"}


@pytest.mark.parametrize(("name", "source"), [(GARDEN, "file_name"), (LAUNCH, "file_name"), (CALL, "sidecar")])
def test_the_date_comes_from_the_best_source(compared: dict[str, Comparison], name: str, source: str) -> None:
    recording = compared[name].minutes.recording
    assert recording.recorded_at_source == source
    assert recording.recorded_at.date().isoformat() == compared[name].truth["recorded_at"][:10]
