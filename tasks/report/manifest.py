"""`run.json`: what was done, with what, how long it took. Written last, so its presence means the set is complete."""

import datetime as dt
import platform
import re
import resource
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tasks.audio.parts import unmarked
from tasks.engine.base import Device
from tasks.engine.registry import packages_of
from tasks.files import folder_name
from tasks.report.review import ReviewState
from tasks.schema import Coverage, Engine, Model, Notice, NoticeKind, Recording, Status
from tasks.store import Ref

FILE_NAME = "run.json"
_ALL_DIGITS = 64
_PACKAGES = ("audio-minutes", "prefect", "torch", "openai-whisper", "transformers", "bitsandbytes", "av", "pydub", "silero-vad")


class StageRun(Model):
    """One stage of a run."""

    stage: str
    seconds: float
    reused: bool


class Manifest(Model):
    """The content of `run.json`."""

    run_key: str
    status: Status
    recording: Recording
    config_name: str
    config: dict[str, Any]
    device: Device
    engines: tuple[Engine, ...]
    stages: tuple[StageRun, ...]
    processing_s: float
    real_time_factor: float | None
    peak_memory_mb: float
    coverage: Coverage
    notices: tuple[Notice, ...]
    files: tuple[str, ...]
    versions: dict[str, str]
    page_audio: str | None = None
    """The address of what minutes.html plays."""
    corrections: str | None = None
    """Digest of the corrections that the files have; None if there were none."""
    language: str | None = None
    """Of the minutes. None in files of earlier versions, as is what follows."""
    level_dbfs: float | None = None
    """How loud the recording is, as RMS over all of it; None for captions and for silence."""
    to_review: int = 0
    """How many items a person should look at: unverified and possible ones."""
    review: ReviewState | None = None
    """How far people are with what was to be reviewed; None if nothing was."""
    unreviewed: int = 0
    """How many items have no answer."""
    finished_at: dt.datetime | None = None
    """When it was written, in the time of the machine."""

    @property
    def reused(self) -> bool:
        """Whether results of an earlier run were used."""
        return reused(self.stages)


def output_folder(out: str, recording: Recording) -> Path:
    """Where the minutes of a recording lie; those of several parts go by the name that the parts share.

    A folder of that name with the minutes of another content is left to them: eight digits can be made to meet.
    """
    name = unmarked(recording.name) + Path(recording.name).suffix if recording.parts else recording.name
    short = Path(out) / folder_name(name, recording.sha256)
    return Path(out) / folder_name(name, recording.sha256, _ALL_DIGITS) if _is_of_another(short, recording.sha256) else short


def _is_of_another(folder: Path, sha256: str) -> bool:
    """Whether a folder holds the minutes of another content, also where its `run.json` is gone."""
    for name in (FILE_NAME, "minutes.json"):
        try:
            return sha256.encode() not in (folder / name).read_bytes()
        except OSError:
            continue
    return False


def read_finished(folder: Path, run_key: str, *, with_failures: bool = False) -> Manifest | None:
    """The manifest of a complete earlier run with the same key, or None.

    A run in which an enrichment failed is worth another try, so it is none, unless it is taken with its failures.
    """
    manifest = read_manifest(folder)
    if manifest is None or manifest.run_key != run_key:
        return None
    complete = all((folder / name).is_file() for name in manifest.files)
    failed = any(notice.kind is NoticeKind.FAILED for notice in manifest.notices)
    return manifest if complete and (with_failures or not failed) else None


def read_manifest(folder: Path) -> Manifest | None:
    """What `run.json` in a folder says; None if there is none that can be read."""
    try:
        return Manifest.model_validate_json((folder / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def stage_runs(refs: Iterable[Ref]) -> tuple[StageRun, ...]:
    """How long each stage took and whether its result was reused."""
    return tuple(StageRun(stage=ref.stage, seconds=round(ref.seconds, 3), reused=ref.cached) for ref in refs)


def reused(stages: Iterable[StageRun]) -> bool:
    """Whether results of an earlier run were used; looking at the recording again is no work."""
    return any(stage.reused for stage in stages if stage.stage != "inspect")


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, and of those that work for it now."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return round(peak + sum(map(_peak_of, _workers())) / 1024, 1)


def _workers() -> set[str]:
    """The numbers of the processes that this one has started; only Linux tells."""
    found = set[str]()
    with suppress(OSError):  # a thread that ended meanwhile, or a system that does not tell
        for listed in Path("/proc/self/task").glob("*/children"):
            found.update(listed.read_text().split())
    return found


def _peak_of(number: str) -> int:
    """Largest resident memory of a process in kB."""
    try:
        told = Path("/proc", number, "status").read_text(encoding="ascii", errors="replace")
    except OSError:  # it has just ended
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) if found else 0


def package_versions(engines: Iterable[Engine] = ()) -> dict[str, str]:
    """Versions of what decides the result: what every run needs, and the packages of the engines that did the work."""
    found = {"python": platform.python_version()}
    for name in dict.fromkeys((*_PACKAGES, *(name for engine in engines for name in packages_of(engine)))):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
