"""Whether several recordings are worked on at once, and which models are open meanwhile."""

import logging
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from configs.settings import Config, Overlap
from tasks.captions.source import text_kind
from tasks.engine.base import Backend
from tasks.engine.hosted_backend import HostedBackend
from tasks.engine.pool import ModelPool
from tasks.engine.registry import STAGES, find_backend, parse_options
from tasks.errors import MinutesError
from tasks.job import Job
from tasks.models.cpu_threads import own_cores

HEARING = ("transcription", "diarization")
"""The stages that captions do not go through."""
WRITING = tuple(stage for stage in STAGES if stage not in HEARING)
_ENOUGH_CORES = 4
_log = logging.getLogger("minutes.overlap")


def choose_overlap(config: Config, jobs: Sequence[Job]) -> tuple[Overlap, str]:
    """How these recordings are worked on, and why so."""
    wanted, device = config.hardware.overlap, jobs[0].device.name
    if len(jobs) == 1:
        return "off", "there is one recording"
    if wanted != "auto":
        return wanted, "asked for"
    if config.hardware.cluster:
        return "lanes", "a cluster opens the models"
    if device != "cpu":
        return "lanes", f"models run on {device}, and the CPU is free meanwhile"
    if hosted := [stage for stage in ("transcription", "summarization") if _is_hosted(stage, config)]:
        return "lanes", f"a server does the {' and the '.join(hosted)}"
    cores = own_cores()
    enough = cores >= _ENOUGH_CORES
    return "lanes" if enough else "off", f"{cores} CPU cores{'' if enough else ' are busy with one recording'}"


def stages_for(paths: Iterable[str | Path]) -> tuple[str, ...]:
    """The stages with an engine that these files go through."""
    return WRITING if all(_is_text(path) for path in paths) else STAGES


def opened_first(overlap: Overlap) -> Collection[str]:
    """The stages whose models are open from the beginning."""
    return HEARING if overlap == "stages" else STAGES


def open_models(pool: ModelPool, config: Config, jobs: Sequence[Job], stages: Collection[str] = STAGES) -> None:
    """Open what these jobs need ahead of its stage. A backend that fails says so in its stage, where the report is told."""
    if config.hardware.cluster:
        return
    needed = stages_for(job.path for job in jobs)
    for stage in (stage for stage in stages if stage in needed):
        try:
            with pool.backend(stage, config.choice(stage), jobs[0].device, Backend):
                pass
        except Exception as error:  # noqa: BLE001 - nothing is lost yet; the stage meets the same error and reports it
            _log.warning("%s could not be opened ahead: %s", stage, error)


def needs_models(config: Config, jobs: Sequence[Job]) -> bool:
    """Whether these jobs open a model that takes its time; the engines that come with the package do not."""
    if config.hardware.cluster:
        return False
    choices = ((stage, config.choice(stage)) for stage in stages_for(job.path for job in jobs))
    return any(find_backend(stage, choice.backend).models(parse_options(choice, stage)) for stage, choice in choices)


def _is_text(path: str | Path) -> bool:
    try:
        return text_kind(Path(path)) is not None
    except MinutesError:
        return False  # taken away meanwhile, or unreadable: it says so itself, and stops no other


def _is_hosted(stage: str, config: Config) -> bool:
    """Whether a server does the work of a stage."""
    return issubclass(find_backend(stage, config.choice(stage).backend), HostedBackend)
