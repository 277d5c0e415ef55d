"""The summarization stage: what happens when there is too little to summarise, or the engine fails."""

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.engine.base import Device, Options
from tasks.errors import BackendError, DependencyError, ResourceError
from tasks.job import Job
from tasks.schema import Notes, NoticeKind, Transcript
from tasks.store import Ref
from tasks.summarization import stage
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.stage import summarize
from tasks.summarization.summarizer import Summarizer
from tests.builders import quiet_run, segment, transcript

LONG = (
    "We should plant three apple trees behind the old wooden shed before winter comes.",
    "Their roots need plenty of space, and somebody has to remove all those heavy stones.",
    "My neighbour owns a small digger which he would lend us for free next weekend.",
)


def meeting(*texts: str) -> Transcript:
    return transcript(*(segment(number, text) for number, text in enumerate(texts, start=1)))


@pytest.fixture
def run(tmp_path: Path):
    def run_stage(content: Transcript, **choice: Any) -> Notes:
        job = Job(path="a.flac", out=str(tmp_path), device=Device("cpu", "test"))
        path = tmp_path / "transcript.json"
        path.write_text(content.model_dump_json())
        ref = Ref.to("transcript", path, content, cached=False, seconds=0.0)
        return summarize(job, quiet_run(), ref, SummarizationChoice(**({"backend": "extractive"} | choice))).load(Notes)

    return run_stage


@pytest.fixture
def broken(monkeypatch):
    """A backend named `broken` that raises what the test wants as it opens."""

    class Broken(Summarizer):
        name = "broken"
        summary = "for tests"
        error: Exception = BackendError("is on fire.")

        def __init__(self, options: Options, device: Device) -> None:
            raise self.error

        def summarize(self, transcript, brief):
            raise AssertionError("never opened")

    from tasks.engine import pool, registry

    find = registry.find_backend
    for module in (registry, pool):
        monkeypatch.setattr(module, "find_backend", lambda stage, name: Broken if name == "broken" else find(stage, name))
    return Broken


@pytest.mark.parametrize(
    ("texts", "count"),
    [(["test test test"], "1 different word was"), (["hello hello", "can you hear me"], "5 different words were")],
)
def test_with_few_words_no_engine_is_asked(run, broken, texts, count):
    notes = run(meeting(*texts), backend="broken")
    assert not notes.summary
    assert [notice.message for notice in notes.notices] == [f"only {count} said, too few to summarise"]
    assert len(notes.segments_read) == len(texts)


def test_words_without_spaces_are_counted_by_the_character(run):
    content = transcript(segment(1, "我们明天下午三点在花园里种苹果树然后一起去喝茶和吃点心因为天气很好", language="zh"))
    assert not run(content).notices


def test_silence_needs_no_excuse(run):
    assert run(meeting()) == Notes(language="en", engine=run(meeting()).engine)


@pytest.mark.parametrize(
    "error", [BackendError("is on fire."), DependencyError("is gated."), ResourceError("memory ran out."), ValueError("shape")]
)
def test_engine_that_fails_is_stood_in_for_and_that_is_said(run, broken, error):
    broken.error = error
    notes = run(meeting(*LONG), backend="broken")
    assert notes.summary
    assert notes.engine.backend == "extractive"
    assert notes.notices[0].kind is NoticeKind.FAILED
    said = "an unexpected ValueError" if isinstance(error, ValueError) else error
    assert notes.notices[0].message == f"broken failed, so the most telling sentences stand in for a summary: {said}"


def test_failed_engine_is_tried_again_by_the_next_run(run, broken, monkeypatch):
    run(meeting(*LONG), backend="broken")
    tried = []
    monkeypatch.setattr(stage, "notes_of", lambda *_: tried.append(1) or Notes())
    run(meeting(*LONG), backend="broken")
    assert tried


def test_lost_gpu_ends_the_run(run, broken):
    broken.error = ResourceError("cuda broke down.", fatal=True)
    with pytest.raises(ResourceError):
        run(meeting(*LONG), backend="broken")


@pytest.mark.parametrize(("wanted", "written"), [("auto", "en"), ("vi", "vi")])
def test_language_of_the_notes_is_the_meetings_or_the_configured_one(run, wanted, written):
    assert run(meeting(*LONG), language=wanted).language == written


def test_no_transcript_text_is_logged(run, broken, caplog):
    caplog.set_level("INFO")
    run(meeting(*LONG), backend="broken")
    assert caplog.text
    assert "apple" not in caplog.text


def test_notes_travel_as_json(run):
    notes = run(meeting(*LONG))
    assert Notes.model_validate_json(json.dumps(notes.model_dump(mode="json"))) == notes
