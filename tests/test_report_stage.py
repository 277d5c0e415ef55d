"""The files of a recording: which are written, in which order, and what a crash leaves."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from configs.settings import Config
from tasks.engine.base import Device
from tasks.engine.registry import STAGES, backends, packages_of
from tasks.errors import ResourceError
from tasks.files import write_atomic
from tasks.job import Job
from tasks.report import files, rendering
from tasks.report.manifest import Manifest, output_folder, package_versions, read_finished
from tasks.report.options import Format
from tasks.report.rendering import render_files
from tasks.report.stage import write_report
from tasks.schema import Engine, Minutes, Status, Transcript
from tasks.store import Ref
from tests.builders import coverage, engine, quiet_run, recording, segment, transcript

KEY = "key of this run"
FILES = {
    Format.MD: ["minutes.md"],
    Format.HTML: ["minutes.html"],
    Format.JSON: ["minutes.json", "transcript.json"],
    Format.SRT: ["transcript.srt"],
    Format.VTT: ["transcript.vtt"],
}
TRANSCRIPT = transcript(segment(1), segment(2))
LISTED = "- Files: [minutes.md](minutes.md), [transcript.srt](transcript.srt), [run.json](run.json)"


def minutes(**changes: Any) -> Minutes:
    values: dict[str, Any] = {name: () for name, field in Minutes.model_fields.items() if field.is_required()}
    values |= {
        "recording": recording(),
        "title": "Standup",
        "status": Status.COMPLETED,
        "language": "en",
        "coverage": coverage(segments=2),
        "engines": (engine(),),
        "config_name": "embedded",
        "version": "0.1.0",
    }
    return Minutes(**(values | changes))


@pytest.fixture
def job(tmp_path) -> Job:
    return Job(path="meetings/standup.flac", out=str(tmp_path / "out"), device=Device("cpu", "asked for"))


@pytest.fixture
def folder(job) -> Path:
    """Where the files of the recording belong."""
    return output_folder(job.out, recording())


def stored(job: Job, name: str, result: Minutes | Transcript, seconds: float = 0.0, cached: bool = False) -> Ref:
    """A result in the work folder, as an earlier stage leaves it."""
    path = write_atomic(job.work / f"{name}.json", result.model_dump_json())
    return Ref.to(name, path, result, cached=cached, seconds=seconds)


def write(job: Job, *formats: str, content: Minutes | None = None, key: str = KEY) -> Ref:
    """Write the report of a run that took 6 seconds for a minute of audio."""
    config = Config.model_validate({"report": {"formats": formats or tuple(FILES)}}).model_dump(mode="json")
    words = stored(job, "transcription", TRANSCRIPT, seconds=4.0)
    notes = stored(job, "summarization", TRANSCRIPT, seconds=1.5, cached=True)
    checked = stored(job, "minutes", content or minutes(), seconds=0.5)
    return write_report(job, quiet_run(), checked, words, [words, notes], key, config)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("chosen", FILES)
def test_each_format_writes_its_files_and_the_manifest(job, folder, chosen):
    write(job, chosen)
    assert names(folder) == {*FILES[chosen], "run.json"}


def test_all_formats_are_written_by_default(job, folder):
    write(job, *Config().report.formats)
    assert names(folder) == {name for of_format in FILES.values() for name in of_format} | {"run.json"}


def test_folder_is_named_after_the_recording_and_its_content(job, folder):
    write(job)
    assert folder == Path(job.out) / "standup-9f2c41d0"


def test_json_files_read_back_as_what_was_written(job, folder):
    write(job, "json")
    assert Minutes.model_validate_json((folder / "minutes.json").read_text()) == minutes()
    assert Transcript.model_validate_json((folder / "transcript.json").read_text()) == TRANSCRIPT


def test_page_lists_the_files_of_its_folder(job, folder):
    write(job, "md", "srt")
    assert LISTED in (folder / "minutes.md").read_text().splitlines()


def test_format_named_twice_is_written_and_listed_once():
    config = Config.model_validate({"report": {"formats": ["md", "srt", "md"]}})
    files = render_files(minutes(), TRANSCRIPT, config.report)
    assert list(files) == ["minutes.md", "transcript.srt"]
    assert LISTED in files["minutes.md"].splitlines()


def in_language(language: str) -> dict[str, str]:
    """The files of minutes in English, with the headings in a language."""
    return render_files(minutes(), TRANSCRIPT, Config.model_validate({"report": {"language": language}}).report)


def test_language_changes_the_page_and_nothing_that_programs_read():
    english, vietnamese = in_language("auto"), in_language("vi")
    assert {name for name in english if english[name] != vietnamese[name]} == {"minutes.md", "minutes.html"}
    assert "## Quyết định\n" in vietnamese["minutes.md"]


@pytest.mark.parametrize("language", ["de", "", "VI", "english"])
def test_language_without_a_wording_is_refused(language):
    with pytest.raises(ValidationError, match=r"report.language\n.*one of auto, en, vi"):
        in_language(language)


def test_manifest_says_what_was_done_with_what_and_how_long_it_took(job, folder):
    write(job, "md", "vtt")
    manifest = json.loads((folder / "run.json").read_text())
    facts = {name: manifest[name] for name in ("run_key", "status", "config_name", "device", "files", "notices")}
    assert facts == {
        "run_key": KEY,
        "status": "completed",
        "config_name": "embedded",
        "device": {"name": "cpu", "reason": "asked for"},
        "files": ["minutes.md", "transcript.vtt"],
        "notices": [],
    }
    report = {"formats": ["md", "vtt"], "language": "auto", "mail_to": [], "audio": "link", "review": "none", "review_days": 7.0}
    report |= {"templates": None}
    assert manifest["config"]["report"] == report
    assert manifest["recording"] == recording().model_dump(mode="json")


def test_manifest_counts_seconds_and_names_what_was_reused(job):
    manifest = write(job).load(Manifest)
    assert [tuple(run.model_dump().values()) for run in manifest.stages] == [
        ("transcription", 4.0, False),
        ("summarization", 1.5, True),
        ("minutes", 0.5, False),
    ]
    assert (manifest.processing_s, manifest.real_time_factor) == (6.0, None)  # part of the time was spent by an earlier run
    assert manifest.finished_at.tzinfo
    assert manifest.peak_memory_mb > 10


def test_recording_of_no_length_has_no_real_time_factor(job):
    assert write(job, content=minutes(coverage=coverage(0))).load(Manifest).real_time_factor is None


def test_manifest_names_the_versions_that_decide():
    assert {"python", "audio-minutes", "prefect", "torch", "av"} <= package_versions().keys()


@pytest.mark.parametrize("stage", STAGES)
def test_manifest_names_the_packages_of_every_engine_that_is_installed(stage):
    for name, backend in backends(stage).items():
        if backend.packages and not backend.missing_packages():
            engine = Engine(stage=stage, backend=name, model="m", revision="1")
            assert packages_of(engine)
            assert set(packages_of(engine)) <= package_versions([engine]).keys()


def test_speech_recognised_by_faster_whisper_names_its_two_packages():
    engine = Engine(stage="transcription", backend="faster-whisper", model="base", revision="1")
    assert {"faster-whisper", "ctranslate2"} <= package_versions([engine]).keys()


def test_manifest_is_written_last(job, folder, monkeypatch):
    order = []
    monkeypatch.setattr(files, "write_atomic", lambda path, text: (order.append(path.name), write_atomic(path, text))[1])
    write(job)
    assert order == [*(name for of_format in FILES.values() for name in of_format), "run.json"]


def test_files_of_formats_no_longer_chosen_are_removed(job, folder):
    write(job)
    write(job, "srt")
    assert names(folder) == {"transcript.srt", "run.json"}


def test_files_of_other_people_are_left_alone(job, folder):
    write(job)
    (folder / "notes of mine.md").write_text("mine")
    write(job, "srt")
    assert (folder / "notes of mine.md").read_text() == "mine"


class Crash(Exception):
    """The machine goes down."""


def crash_at(monkeypatch: pytest.MonkeyPatch, name: str, error: Exception) -> None:
    """Fail when a file of this name is about to be written."""

    def write_or_crash(path: Path, text: str) -> Path:
        if path.name == name:
            raise error
        return write_atomic(path, text)

    monkeypatch.setattr(files, "write_atomic", write_or_crash)


@pytest.mark.parametrize("name", ["minutes.md", "transcript.json", "transcript.vtt", "run.json"])
def test_crash_between_files_leaves_no_manifest(job, folder, monkeypatch, name):
    write(job, key="earlier run")
    crash_at(monkeypatch, name, Crash())
    with pytest.raises(Crash):
        write(job)
    assert (read_finished(folder, KEY), read_finished(folder, "earlier run")) == (None, None)
    assert "run.json" not in names(folder)


def test_run_after_a_crash_completes_the_set(job, folder, monkeypatch):
    crash_at(monkeypatch, "transcript.srt", Crash())
    with pytest.raises(Crash):
        write(job)
    monkeypatch.undo()
    write(job)
    assert read_finished(folder, KEY) is not None


def test_full_disk_is_reported_as_such(job, monkeypatch):
    crash_at(monkeypatch, "minutes.json", ResourceError("the disk is full."))
    with pytest.raises(ResourceError, match="the disk is full"):
        write(job)


def test_report_that_cannot_be_rendered_leaves_the_old_set_whole(job, folder, monkeypatch):
    write(job, key="earlier run")
    monkeypatch.setattr(rendering, "to_vtt", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write(job)
    assert read_finished(folder, "earlier run") is not None


# What counts as finished


def test_complete_set_with_the_same_key_is_finished(job, folder):
    assert write(job).load(Manifest) == read_finished(folder, KEY)


def test_other_key_is_not_finished(job, folder):
    write(job)
    assert read_finished(folder, "another key") is None


@pytest.mark.parametrize(
    "name",
    ["minutes.md", "minutes.html", "minutes.json", "transcript.json", "transcript.srt", "transcript.vtt", "run.json"],
)
def test_set_with_a_missing_file_is_not_finished(job, folder, name):
    write(job)
    (folder / name).unlink()
    assert read_finished(folder, KEY) is None


def test_file_replaced_by_a_folder_is_not_finished(job, folder):
    write(job)
    (folder / "minutes.md").unlink()
    (folder / "minutes.md").mkdir()
    assert read_finished(folder, KEY) is None


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"null", b"\xff\xfe", b'{"run_key": "key of this run"}'])
def test_corrupt_manifest_is_not_finished(job, folder, content):
    write(job)
    (folder / "run.json").write_bytes(content)
    assert read_finished(folder, KEY) is None


def test_manifest_of_a_newer_version_with_unknown_fields_is_not_finished(job, folder):
    write(job)
    newer = json.loads((folder / "run.json").read_text()) | {"mood": "good"}
    (folder / "run.json").write_text(json.dumps(newer))
    assert read_finished(folder, KEY) is None


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir], ids=["file", "folder"])
def test_something_else_in_the_place_is_not_finished(tmp_path, make):
    make(tmp_path / "standup")
    assert read_finished(tmp_path / "standup", KEY) is None


def test_folder_that_does_not_exist_is_not_finished(tmp_path):
    assert read_finished(tmp_path / "nowhere", KEY) is None
