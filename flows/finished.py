"""What a run of one recording ended with, and whether an earlier run already did the work."""

from pathlib import Path
from typing import Literal, Self

from configs.settings import Config
from tasks import versions
from tasks.job import Job
from tasks.registry import STAGES, identity
from tasks.report.manifest import Manifest, output_folder, read_finished
from tasks.schema import Model, Recording, Status
from tasks.store import Ref, digest


class Outcome(Model):
    """How one recording ended: what the table on the terminal and the artifact in the UI show."""

    path: str
    name: str
    status: Status | Literal["waiting"]
    unchanged: bool = False
    folder: str | None = None
    duration_s: float | None = None
    processing_s: float | None = None
    error: str | None = None

    @classmethod
    def of(cls, job: Job, run_file: Ref) -> Self:
        """The outcome of a run whose `run.json` was just written."""
        return cls._from_manifest(job, run_file.load(Manifest), Path(run_file.path).parent)

    @classmethod
    def failure(cls, job: Job, error: Exception) -> Self:
        """The outcome of a recording that could not be processed."""
        named = getattr(error, "where", None)
        return cls(path=job.path, name=job.name, status=Status.FAILED, error=str(error) if named else f"{job.path}: {error}")

    @classmethod
    def waiting(cls, job: Job, error: Exception) -> Self:
        """The outcome of a recording that somebody may still be writing."""
        what = f"{error} It was written to a moment ago, so it waits for the next run."
        return cls(path=job.path, name=job.name, status="waiting", error=what)

    @classmethod
    def unexpected(cls, job: Job, error: Exception) -> Self:
        """The outcome of a fault in this program."""
        what = f"{type(error).__name__}: {error}"
        advice = "This is a fault in audio-minutes; run it again with --debug and report what you see."
        return cls(path=job.path, name=job.name, status=Status.FAILED, error=f"unexpected {what}. {advice}")

    @classmethod
    def _from_manifest(cls, job: Job, manifest: Manifest, folder: Path, unchanged: bool = False) -> Self:
        return cls(
            path=job.path,
            name=job.name,
            status=manifest.status,
            unchanged=unchanged,
            folder=str(folder),
            duration_s=manifest.coverage.duration_ms / 1000,
            processing_s=manifest.processing_s,
        )


def run_key(recording: Recording, config: Config, config_name: str) -> str:
    """Hash of everything that decides the minutes: the recording, the options, engine revisions, stage versions."""
    engines = [identity(stage, config.choice(stage)) for stage in STAGES]
    source = recording.model_dump(mode="json", exclude={"path"})
    return digest([source, config.model_dump(mode="json", exclude={"hardware"}), config_name, engines, versions.ALL])


def find_finished(job: Job, recording: Recording, key: str) -> Outcome | None:
    """The outcome of an earlier complete run that this one would only repeat; None when there is work to do."""
    folder = output_folder(job.out, recording)
    manifest = None if job.force else read_finished(folder, key)
    return Outcome._from_manifest(job, manifest, folder, unchanged=True) if manifest else None
