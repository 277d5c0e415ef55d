"""What a run of one recording ended with, and whether an earlier run already did the work."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from configs.settings import Config
from tasks import versions
from tasks.engine.registry import identity
from tasks.errors import one_line
from tasks.files import displayable
from tasks.job import Job
from tasks.path_text import PathText
from tasks.report.corrections import corrected_names
from tasks.report.found import folders_of
from tasks.report.manifest import Manifest, output_folder, read_finished, read_manifest
from tasks.report.own_templates import templates_digest
from tasks.report.review import ReviewState
from tasks.schema import Model, Recording, Status
from tasks.store import Ref, digest


class Outcome(Model):
    """How one recording ended: what the table on the terminal and the artifact in the UI show."""

    path: PathText
    name: str
    status: Status | Literal["waiting", "duplicate"]
    unchanged: bool = False
    """Nothing was done in this run, because an earlier one did it, or tried it in vain."""
    folder: str | None = None
    duration_s: float | None = None
    processing_s: float | None = None
    reused: bool = False
    """Results of an earlier run were used, so that the time says nothing about speed."""
    unreviewed: int = 0
    """How many tasks and decisions wait for a person's answer."""
    error: str | None = None
    error_class: str | None = None
    tried: bool = True
    """False for a failure that says nothing about the recording, since nothing was done with it."""

    @classmethod
    def of(cls, job: Job, run_file: Ref) -> Self:
        """The outcome of a run whose `run.json` was just written."""
        return cls.from_manifest(job.path, run_file.load(Manifest), Path(run_file.path).parent)

    @classmethod
    def failure(cls, path: str, error: Exception, *, tried: bool = True) -> Self:
        """The outcome of a recording that could not be processed."""
        what = str(error) if getattr(error, "where", None) else f"{shown(path)}: {error}"
        kind = type(error).__name__
        return cls(path=path, name=_name(path), status=Status.FAILED, error=what, error_class=kind, tried=tried)

    @classmethod
    def waiting(cls, path: str, why: str) -> Self:
        """The outcome of a recording that somebody may still be writing."""
        return cls(path=path, name=_name(path), status="waiting", error=f"{why} It waits for the next run.")

    @classmethod
    def duplicate(cls, path: str, of: str, folder: str | None) -> Self:
        """The outcome of a file with the same content as another one."""
        where = "its minutes are those of both" if folder else "which failed"
        what = f"{shown(path)}: has the same content as '{shown(of)}'; {where}."
        return cls(path=path, name=_name(path), status="duplicate", unchanged=True, folder=folder, error=what)

    @classmethod
    def unexpected(cls, path: str, error: Exception) -> Self:
        """The outcome of a fault in this program, without what the error says: that may hold words of the meeting."""
        kind = type(error).__name__
        advice = "This is a fault in audio-minutes; run it again with --debug and report what you see."
        what = f"{shown(path)}: unexpected {kind}. {advice}"
        return cls(path=path, name=_name(path), status=Status.FAILED, error=what, error_class=kind)

    @classmethod
    def from_manifest(cls, path: str, manifest: Manifest, folder: Path, *, unchanged: bool = False) -> Self:
        """The outcome that a `run.json` tells."""
        return cls(
            path=path,
            name=_name(path),
            status=manifest.status,
            unchanged=unchanged,
            folder=str(folder),
            duration_s=manifest.coverage.duration_ms / 1000,
            processing_s=manifest.processing_s,
            reused=manifest.reused,
            unreviewed=manifest.unreviewed if manifest.review is ReviewState.WAITING else 0,
        )


NOT_DECIDING = frozenset({"hardware", "folder", "schedule", "notify", "deliver"})
"""Blocks of the configuration that the minutes do not depend on."""


def run_key(recording: Recording, config: Config, config_name: str) -> str:
    """Hash of everything that decides the minutes: the recording, the options, engine revisions, stage versions."""
    source = recording.model_dump(mode="json", exclude={"path"})
    return digest([source, *_deciding(config, config_name)])


def config_key(config: Config, config_name: str) -> str:
    """Hash of everything but the recording that decides the minutes."""
    return digest(_deciding(config, config_name))


def with_known_names(config: Config, out: str, recording: Recording) -> Config:
    """The configuration with the names that `--speakers` gave to voices of this recording in earlier runs; new ones win.

    Also, if they are wanted, with those that people wrote into corrections of other meetings; of a recording that has minutes,
    those that were known then, so that a new name makes none of them anew.
    """
    own = output_folder(out, recording)
    manifests = [read_manifest(folder) for folder in (own, *folders_of(own, recording.sha256))]
    before = [each.config for each in manifests if each and each.recording.sha256 == recording.sha256]
    speakers: Mapping[str, str] = next((known["speakers"] for known in before if known.get("speakers")), {})
    names: Iterable[str] = ()
    if config.transcription.remember_names:
        names = before[0]["transcription"].get("vocabulary", ()) if before else corrected_names(Path(out))
    return with_names(config, {**speakers, **config.speakers}, (*dict.fromkeys((*names, *config.transcription.vocabulary)),))


def with_names(config: Config, speakers: Mapping[str, str], vocabulary: tuple[str, ...]) -> Config:
    """The configuration with these names of voices, and these words to expect."""
    transcription = config.transcription.model_copy(update={"vocabulary": vocabulary})
    return config.model_copy(update={"speakers": dict(speakers), "transcription": transcription})


def find_finished(job: Job, recording: Recording, key: str) -> Outcome | None:
    """The outcome of an earlier complete run that this one would only repeat; None when there is work to do."""
    folder = output_folder(job.out, recording)
    manifest = None if job.force else read_finished(folder, key)
    return Outcome.from_manifest(job.path, manifest, folder, unchanged=True) if manifest else None


def _deciding(config: Config, config_name: str) -> list[Any]:
    engines = [identity(stage, choice) for stage, choice in config.engines.items()]
    own = templates_digest(config.report.templates)
    return [config.model_dump(mode="json", exclude=set(NOT_DECIDING)), own, config_name, engines, versions.ALL]


def shown(path: str) -> str:
    """A path as a message can hold it, on one line."""
    return one_line(displayable(path))


def _name(path: str) -> str:
    return displayable(Path(path).name)
