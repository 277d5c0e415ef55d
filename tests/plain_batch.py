"""A batch in this process and without a Prefect server: the real stages, called as plain functions."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from configs.load import load_config
from flows.finished import Outcome
from flows.folder.batch import run_batch, scan_folder
from flows.folder.classify import Order
from flows.observer import RunObserver
from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.job import Job, Run

CPU = Device("cpu", "test")
QUICK = "folder.settle_s=0"
OFF = "hardware.overlap=off"


def plain_batch(
    folder: Path,
    out: Path,
    *overrides: str,
    failing: Exception | None = None,
    worked_on: list[str] | None = None,
    pool: ModelPool | None = None,
    **wishes: bool,
) -> list[Outcome]:
    """One outcome a recording. `failing` is raised in place of the summary, `worked_on` gets the names of what was not known."""
    from flows.folder.flow import process_jobs

    order = Order(folder, load_config("embedded", [QUICK, OFF, *overrides], environ={}), out, **wishes)

    def work(paths: Sequence[Path], observer: RunObserver, died_at: Collection[str]) -> list[Outcome]:
        jobs = [
            Job(path=str(path), out=str(out.resolve()), device=CPU, force=order.force, died_before=str(path) in died_at)
            for path in paths
        ]
        if worked_on is not None:
            worked_on.extend(job.name for job in jobs)
        with patch.multiple("flows.recording", **plain_stages(failing)), pool or ModelPool() as models:
            run = Run(models, progress=observer.progress)
            return process_jobs(jobs, run, observer, order.loaded)

    return run_batch(order, scan_folder(order).recordings, work)


def statuses(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Name -> status, those that were known in brackets."""
    return {outcome.name: f"({outcome.status})" if outcome.unchanged else str(outcome.status) for outcome in outcomes}


def plain_stages(failing: Exception | None) -> dict[str, Any]:
    """The stages that captions go through and the artifacts, without Prefect."""
    from tasks.actions.stage import extract_actions
    from tasks.audio.stage import inspect
    from tasks.captions.stage import read_captions
    from tasks.report.stage import write_report
    from tasks.summarization.stage import summarize
    from tasks.verification.stage import verify

    def fail(*_: object) -> None:
        raise failing or AssertionError

    return {
        "inspect": inspect,
        "read_captions": read_captions,
        "summarize": fail if failing else summarize,
        "extract_actions": extract_actions,
        "verify": verify,
        "write_report": write_report,
        "publish_minutes": lambda *_: None,
    }
