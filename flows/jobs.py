"""What is to be done with recordings, as the stages need to know it."""

from collections.abc import Sequence
from pathlib import Path

from configs.load import LoadedConfig
from flows.device import resolve_device
from tasks.job import Job


def make_jobs(paths: Sequence[Path], loaded: LoadedConfig, out: Path, *, force: bool = False) -> list[Job]:
    """One job a recording, on the device that the configuration asks for."""
    device = resolve_device(loaded.config.hardware.device)
    return [Job(path=str(path), out=str(out.resolve()), device=device, force=force) for path in paths]
