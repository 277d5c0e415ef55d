"""The one way in which a stage's result is reused or made."""

import logging
import os
from pathlib import Path

import pytest

from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.job import Job, Run, RunStopped, stored
from tasks.schema import Interval
from tests.builders import interval, quiet_run

CPU = Device("cpu", "no GPU")


@pytest.fixture
def job(tmp_path) -> Job:
    return Job(path="meetings/standup.flac", out=str(tmp_path), device=CPU)


class Maker:
    """Makes intervals and counts them; each is longer than the one before."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Interval:
        self.calls += 1
        return interval(0, self.calls)


def test_job_reads_back_from_json_equal(job):
    assert Job.model_validate_json(job.model_dump_json()) == job


def test_job_knows_its_file_and_folders(job, tmp_path):
    assert (job.name, job.work, job.store.folder) == ("standup.flac", tmp_path / ".work", tmp_path / ".work")


def test_name_of_a_job_can_be_shown_whatever_its_bytes(job):
    odd = job.model_copy(update={"path": os.fsdecode(b"meetings/caf\xe9.flac")})
    assert odd.name.encode("utf-8") == rb"caf\xe9.flac"


def test_first_call_makes_the_result(job):
    ref = stored(job, quiet_run(), "stage", Interval, [1], Maker())
    assert (ref.cached, ref.load(Interval)) == (False, interval(0, 1))


def test_second_call_reuses_the_result(job):
    maker = Maker()
    first = stored(job, quiet_run(), "stage", Interval, [1], maker)
    second = stored(job, quiet_run(), "stage", Interval, [1], maker)
    assert (maker.calls, second.cached) == (1, True)
    assert (second.path, second.digest) == (first.path, first.digest)


@pytest.mark.parametrize(("stage", "inputs"), [("stage", [2]), ("stage", [1, None]), ("other", [1])])
def test_other_inputs_or_stage_make_another_result(job, stage, inputs):
    maker = Maker()
    stored(job, quiet_run(), "stage", Interval, [1], maker)
    assert not stored(job, quiet_run(), stage, Interval, inputs, maker).cached
    assert maker.calls == 2


def test_force_makes_the_result_again_and_keeps_the_new_one(job):
    maker = Maker()
    stored(job, quiet_run(), "stage", Interval, [1], maker)
    assert not stored(job.model_copy(update={"force": True}), quiet_run(), "stage", Interval, [1], maker).cached
    assert stored(job, quiet_run(), "stage", Interval, [1], maker).load(Interval) == interval(0, 2)


def test_result_that_shall_not_be_kept_is_made_again_next_time(job):
    maker = Maker()
    ref = stored(job, quiet_run(), "stage", Interval, [1], maker, keep=lambda result: result.end_s > 1)
    assert ref.load(Interval) == interval(0, 1)
    assert not stored(job, quiet_run(), "stage", Interval, [1], maker, keep=lambda result: result.end_s > 1).cached
    assert stored(job, quiet_run(), "stage", Interval, [1], maker).cached


def test_damaged_result_is_made_again(job):
    maker = Maker()
    ref = stored(job, quiet_run(), "stage", Interval, [1], maker)
    Path(ref.path).write_text('{"start_s": 0')
    assert stored(job, quiet_run(), "stage", Interval, [1], maker).load(Interval) == interval(0, 2)


def test_nothing_is_stored_when_making_fails(job):
    def fail() -> Interval:
        raise RuntimeError("out of luck")

    with pytest.raises(RuntimeError, match="out of luck"):
        stored(job, quiet_run(), "stage", Interval, [1], fail)
    assert not job.work.exists()


def telling(heard: list[tuple[str, float]]) -> Run:
    return Run(ModelPool(), progress=lambda path, stage, share: heard.append((stage, share)))


def test_progress_starts_at_none_and_ends_at_all(job):
    heard: list[tuple[str, float]] = []
    stored(job, telling(heard), "stage", Interval, [1], Maker())
    assert heard == [("stage", 0.0), ("stage", 1.0)]


def test_progress_of_a_reused_result_is_all_at_once(job):
    heard: list[tuple[str, float]] = []
    stored(job, quiet_run(), "stage", Interval, [1], Maker())
    stored(job, telling(heard), "stage", Interval, [1], Maker())
    assert heard == [("stage", 1.0)]


def test_log_has_one_line_in_and_one_line_out(job, caplog):
    with caplog.at_level(logging.INFO, "minutes.stage"):
        stored(job, quiet_run(), "stage", Interval, [1], Maker())
    assert caplog.messages == ["standup.flac: stage started", "standup.flac: stage took 0.0 s"]


def test_log_says_that_a_result_was_reused(job, caplog):
    stored(job, quiet_run(), "stage", Interval, [1], Maker())
    with caplog.at_level(logging.INFO, "minutes.stage"):
        stored(job, quiet_run(), "stage", Interval, [1], Maker())
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith("standup.flac: reused ")


def test_run_that_was_stopped_makes_nothing_more(job):
    run, maker = quiet_run(), Maker()
    run.stop()
    with pytest.raises(RunStopped):
        stored(job, run, "stage", Interval, [1], maker)
    assert maker.calls == 0


def test_run_that_is_stopped_meanwhile_keeps_what_was_made(job):
    run, maker = quiet_run(), Maker()

    def make() -> Interval:
        run.stop()
        return maker()

    with pytest.raises(RunStopped):
        stored(job, run, "stage", Interval, [1], make)
    assert stored(job, quiet_run(), "stage", Interval, [1], maker).cached
