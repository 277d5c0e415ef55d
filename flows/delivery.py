"""Delivers what a run made, by the configuration of that run."""

from collections.abc import Iterable
from pathlib import Path

from configs.settings import Config
from flows.finished import Outcome
from tasks.report.deliver import deliver
from tasks.schema import Status


def deliver_outcomes(out: Path, config: Config, outcomes: Iterable[Outcome]) -> tuple[str, ...]:
    """Deliver the minutes that were made now, and those that earlier runs could not. What is in the way, a sentence each."""
    made = [Path(each.folder) for each in outcomes if each.folder and not each.unchanged and each.status is not Status.NO_SPEECH]
    return deliver(out, config.deliver, made)
