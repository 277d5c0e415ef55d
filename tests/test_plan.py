"""What `minutes plan` tells: each file, the device, the models, the memory, the time. Nothing is done."""

import json
from pathlib import Path

import pytest

from configs.load import load_config
from flows import plan as planning
from flows.cli.tables import print_plan
from flows.models import ModelRow
from flows.plan import Plan, make_plan
from tasks.engine.base import Device
from tasks.errors import ConfigError
from tests.builders import tone, write_audio
from tests.folder_faults import captions
from tests.plain_batch import QUICK, plain_batch


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "in").mkdir()
    for number in range(2):
        (tmp_path / "in" / f"2026-03-0{number + 1}-talk.srt").write_text(captions(number))
    return tmp_path / "in"


def plan(path: Path, out: Path, *overrides: str) -> Plan:
    return make_plan([path], load_config("embedded", [QUICK, *overrides], environ={}), out, lambda text: None)


def states(made: Plan) -> dict[str, str]:
    return {Path(file.path).name: file.state for file in made.files}


def test_plan_names_every_file_and_writes_nothing(folder, tmp_path):
    (folder / "copy.srt").write_text(captions(0))
    (folder / "bad.mp3").write_text("no music")
    (folder / "live.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(50))
    (folder / "x.part").write_text("half")
    made = plan(folder, tmp_path / "out")
    assert states(made) == {
        "2026-03-01-talk.srt": "to do",
        "2026-03-02-talk.srt": "to do",
        "bad.mp3": "cannot be used",
        "copy.srt": "duplicate",
        "live.mp4": "waiting",
        "x.part": "left alone",
    }
    assert not (tmp_path / "out").exists()
    assert json.loads(made.model_dump_json())["files"][5]["reason"] == "is a download that has not ended"


def test_plan_knows_what_is_done_and_what_failed(folder, tmp_path):
    (folder / "bad.mp3").write_text("no music")
    plain_batch(folder, tmp_path / "out")
    assert set(states(plan(folder, tmp_path / "out")).values()) == {"done", "failed before"}
    assert set(states(plan(folder, tmp_path / "out", "report.formats=[md]")).values()) == {"to do", "cannot be used"}


@pytest.mark.parametrize("overrides", [(), ("report.formats=[md]",)], ids=["done", "to do"])
def test_captions_need_no_model_of_hearing_whether_done_or_not(folder, tmp_path, overrides):
    plain_batch(folder, tmp_path / "out")
    (folder / "notes.txt").write_text("no recording")
    made = plan(folder, tmp_path / "out", *overrides)
    assert [file.captions for file in made.files] == [True, True, False]
    assert [row.stage for row in made.models] == []


def test_folder_of_minutes_is_told_to_be_one(folder, tmp_path):
    plain_batch(folder, tmp_path / "out")
    with pytest.raises(ConfigError, match="out: holds the minutes of earlier runs, and no recordings"):
        plan(tmp_path / "out", tmp_path / "other")


def test_plan_of_a_single_file(folder, tmp_path):
    assert list(states(plan(folder / "2026-03-01-talk.srt", tmp_path / "out")).values()) == ["to do"]


def test_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no such file or folder"):
        plan(tmp_path / "nowhere", tmp_path / "out")


def test_time_is_unknown_before_the_first_run_and_measured_after_it(folder, tmp_path):
    out = tmp_path / "out"
    assert plan(folder, out).speed.expected_s is None
    plain_batch(folder, out)
    factors = [json.loads(path.read_text())["real_time_factor"] for path in out.glob("*/run.json")]
    (folder / "new.srt").write_text(captions(7))
    made = plan(folder, out)
    [new] = [file for file in made.files if file.state == "to do"]
    assert made.speed.expected_s == pytest.approx(sum(factors) / 2 * new.duration_s, abs=0.06)
    assert "the mean of 2 earlier" in made.speed.because


def test_runs_with_another_configuration_tell_no_time(folder, tmp_path):
    plain_batch(folder, tmp_path / "out", "summarization.options.sentences=2")
    assert plan(folder, tmp_path / "out").speed.expected_s is None


@pytest.mark.parametrize("override", ["notify.webhook_env=HOOK", "schedule.cron=0 7 * * *"])
def test_runs_before_a_webhook_or_a_schedule_was_set_still_tell_the_time(folder, tmp_path, override):
    plain_batch(folder, tmp_path / "out")
    (folder / "new.srt").write_text(captions(7))
    made = plan(folder, tmp_path / "out", override)
    assert "the mean of 2 earlier" in made.speed.because


def test_captions_need_no_engine_that_hears(folder, tmp_path):
    made = plan(folder, tmp_path / "out", "transcription.backend=faster-whisper", "transcription.options.model=/nowhere")
    assert (made.problems, made.models) == ((), ())


def test_problem_of_the_configuration_is_in_the_plan(folder, tmp_path):
    write_audio(folder / "2026-03-03-talk.wav", tone(2))
    hears = ("transcription.backend=faster-whisper", "transcription.options.model=/nowhere")
    made = plan(folder, tmp_path / "out", *hears, "diarization.backend=none")
    assert [row.cached for row in made.models] == [False]
    assert made.problems
    assert made.memory == "not known before these models are there: /nowhere"


@pytest.mark.parametrize(("free_gb", "verdict"), [(8, "likely enough"), (2.5, "tight"), (1, "likely too little")])
def test_memory_is_judged_by_the_size_of_the_models(monkeypatch, free_gb, verdict):
    monkeypatch.setattr(planning, "free_memory_bytes", lambda: int(free_gb * 1e9))
    row = ModelRow(
        stage="summarization",
        backend="b",
        kind="hub",
        model="a",
        revision=None,
        cached=True,
        size_bytes=2_000_000_000,
        licence=None,
    )
    said = planning.memory_needed([row], Device("cpu", "test"))
    assert said.startswith(f"{verdict}: the models are 2.0 GB on the disk, {free_gb:.1f} GB of memory are free")


def test_free_memory_is_what_the_system_tells():
    assert 1e8 < (planning.free_memory_bytes() or 0) < 1e14


def test_printed_plan_has_a_line_for_each_file_and_fact(folder, tmp_path, capsys):
    (folder / "agenda.docx").write_text("x")
    print_plan(plan(folder, tmp_path / "out"))
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split() == ["recording", "plan", "length", "minutes", "or", "reason"]
    assert "agenda.docx" not in printed
    for fact in (
        "left alone besides: 1 ",
        "configuration: embedded",
        "device: cpu",
        "memory: no models to load but those that come with the packages",
        "expected time: unknown",
    ):
        assert fact in printed
