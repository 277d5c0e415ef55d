"""What a run would do with some paths: recording by recording, the models, the memory, the time. Loads no model."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from configs.load import LoadedConfig
from configs.problems import check_machine
from flows.device import device_of
from flows.finished import NOT_DECIDING, Outcome, shown
from flows.folder.batch import check_folders, require_recordings
from flows.folder.classify import Classified, Order, examine
from flows.folder.history import History
from flows.folder.scan import scan
from flows.models import ModelRow, list_models
from flows.overlap import WRITING, stages_for
from tasks.captions.source import is_text
from tasks.engine.base import Device
from tasks.engine.registry import STAGES
from tasks.errors import ConfigError, MinutesError
from tasks.files import displayable
from tasks.path_text import PathText
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.report.manifest import Manifest, output_folder, read_manifest
from tasks.schema import Model, Status

State = Literal["to do", "done", "duplicate", "waiting", "failed before", "cannot be used", "left alone", "part"]


class Planned(Model):
    """What would be done with one file."""

    path: PathText
    state: State
    reason: str | None = None
    minutes: str | None = None
    duration_s: float | None = None
    captions: bool = False
    """True where nothing is to be heard."""
    listed: bool = True
    """False for what nobody would take for a recording."""


class Speed(Model):
    """How long the recordings to do will take, from what earlier ones took with the same configuration on the same device."""

    expected_s: float | None
    """None if it is not known."""
    because: str


class Plan(Model):
    """What a run would do."""

    config: str
    reason: str
    device: str
    device_reason: str
    problems: tuple[str, ...]
    """Why this configuration cannot run here; empty if it can."""
    models: tuple[ModelRow, ...]
    memory: str
    files: tuple[Planned, ...]
    speed: Speed


def make_plan(paths: Sequence[Path], loaded: LoadedConfig, out: Path, say: Callable[[str], None]) -> Plan:
    """The plan for recordings and folders. Writes nothing."""
    files = tuple(planned for path in paths for planned in _files(path, loaded, out, say))
    recordings = [file for file in files if file.state not in ("left alone", "part")]
    needed = WRITING if recordings and all(file.captions for file in recordings) else STAGES
    problems = check_machine(loaded.config, needed)
    try:
        device = device_of(loaded.config.hardware)
    except MinutesError as error:
        device = Device(loaded.config.hardware.device, "not usable here")
        problems = [*problems, str(error)]
    models = list_models(loaded, needed)
    return Plan(
        config=loaded.name,
        reason=loaded.reason,
        device=device.name,
        device_reason=device.reason,
        problems=tuple(problems),
        models=tuple(models),
        memory=memory_needed(models, device),
        files=files,
        speed=expected_speed([file for file in files if file.state == "to do"], loaded, device, out),
    )


def expected_speed(files: Sequence[Planned], loaded: LoadedConfig, device: Device, out: Path) -> Speed:
    """The time that these recordings will take, told by complete earlier runs; never guessed."""
    earlier = [read_manifest(path.parent) for path in sorted(out.glob(f"*/{RUN_FILE}"))]
    comparable = [manifest for manifest in earlier if manifest and _comparable(manifest, loaded, device)]
    expected_s, known = 0.0, []
    for captions in sorted({file.captions for file in files}):
        factors = [run.real_time_factor for run in comparable if is_text(run.recording) == captions and run.real_time_factor]
        what = "captions" if captions else "sound"
        if not factors:
            why = f"no whole run of {what} with this configuration on {device.name} in '{displayable(str(out))}'"
            return Speed(expected_s=None, because=why)
        lengths = [file.duration_s for file in files if file.captions == captions]
        if None in lengths:
            return Speed(expected_s=None, because="the length of a recording is not known before it is decoded")
        factor = sum(factors) / len(factors)
        expected_s += factor * sum(filter(None, lengths))
        known.append(f"{factor:.2g} × the length of {what}, the mean of {len(factors)} earlier")
    return Speed(expected_s=round(expected_s, 1), because="; ".join(known) or "nothing is to do")


def free_memory_bytes() -> int | None:
    """Main memory that a new process can have; all there is where the system does not tell, None where it tells nothing."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        pass  # no Linux, or no /proc
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return None


def _files(path: Path, loaded: LoadedConfig, out: Path, say: Callable[[str], None]) -> list[Planned]:
    """What would be done with a recording, or with everything in a folder."""
    order = Order(path, loaded, out)
    if not os.path.lexists(path):
        raise ConfigError("no such file or folder.", where=displayable(str(path)), fix="Check the spelling, or list the folder.")
    if not path.is_dir():
        return [_planned(finding, order) for finding in examine([path], order, History(out), say)]
    check_folders(path, out)
    options = loaded.config.folder
    found = scan(path, recursive=options.recursive, join_parts=options.join_parts)
    require_recordings(path, found)
    parts = [entry for entry in found.skipped if entry.part_of]
    files = []
    for finding in examine(found.recordings, order, History(out), say):
        later = [entry for entry in parts if entry.part_of == str(finding.path)]
        files += [_planned(finding, order), *(Planned(path=part.path, state="part", reason=part.reason) for part in later)]
    others = [entry for entry in found.skipped if not entry.part_of]
    return files + [Planned(path=file.path, state="left alone", reason=file.reason, listed=not file.expected) for file in others]


def _planned(finding: Classified, order: Order) -> Planned:
    planned = _planned_alone(finding, order)
    if finding.parts:
        names = ", ".join(shown(part.name) for part in finding.parts)
        notes = [planned.reason, f"one meeting of {len(finding.parts)} parts: {names}"]
    else:
        notes = [planned.reason, f"not joined: {finding.apart}" if finding.apart else None]
    return planned.model_copy(update={"reason": "; ".join(filter(None, notes)) or None})


def _planned_alone(finding: Classified, order: Order) -> Planned:
    path, captions = str(finding.path), stages_for([finding.path]) == WRITING
    if finding.same_as:
        same = f"has the same content as '{shown(str(finding.same_as))}'"
        return Planned(path=path, state="duplicate", reason=same, captions=captions)
    if finding.outcome:
        return _settled(finding.outcome, captions)
    recording = finding.recording
    if recording is None:
        return Planned(path=path, state="to do", captions=captions)
    minutes = str(output_folder(str(order.out), recording))
    return Planned(path=path, state="to do", minutes=minutes, duration_s=recording.duration_s, captions=captions)


def _settled(outcome: Outcome, captions: bool) -> Planned:
    state: State = "done"
    if outcome.status is Status.FAILED:
        state = "failed before" if outcome.unchanged else "cannot be used"
    elif not isinstance(outcome.status, Status):
        state = outcome.status
    facts = {"minutes": outcome.folder, "duration_s": outcome.duration_s, "captions": captions}
    return Planned(path=outcome.path, state=state, reason=outcome.error, **facts)


def _comparable(manifest: Manifest, loaded: LoadedConfig, device: Device) -> bool:
    """True for a run that took as long as a new recording would: the same configuration and device, and nothing reused."""
    ours = loaded.config.model_dump(mode="json", exclude=set(NOT_DECIDING))
    theirs = {key: value for key, value in manifest.config.items() if key not in NOT_DECIDING}
    return not manifest.reused and ours == theirs and manifest.device.name == device.name


def memory_needed(models: Sequence[ModelRow], device: Device) -> str:
    """Whether the models fit, as far as their size on the disk tells."""
    needed = sum(row.size_bytes for row in models)
    if unknown := [row.model for row in models if not row.cached and not row.size_bytes]:
        return f"not known before these models are there: {', '.join(unknown)}"
    if not needed:
        return "no models to load but those that come with the packages (below 1 GB)"
    free = _free_on(device)
    if free is None:
        return f"the models are {needed / 1e9:.1f} GB on the disk; how much memory is free is not known"
    verdict = "likely enough" if free > 1.5 * needed else "tight" if free > needed else "likely too little"
    where = f"{device.name} memory" if device.name == "cuda" else "memory"
    facts = f"the models are {needed / 1e9:.1f} GB on the disk, {free / 1e9:.1f} GB of {where} are free"
    return f"{verdict}: {facts}; work needs more, quantized weights less"


def _free_on(device: Device) -> int | None:
    if device.name != "cuda":
        return free_memory_bytes()
    import torch

    return int(torch.cuda.mem_get_info()[0])
