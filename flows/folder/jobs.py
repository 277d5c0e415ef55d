"""What is to be done with recordings, as the stages need to know it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from configs.load import LoadedConfig
from flows.device import device_of
from flows.folder.scan import joined_among
from tasks.captions.source import text_kind
from tasks.errors import ConfigError
from tasks.files import displayable
from tasks.folder_options import FolderOptions
from tasks.job import Job


def check_out(out: Path) -> None:
    """Raise a `ConfigError` if minutes cannot be written below this path, whatever it is on the disk."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"'{displayable(str(out))}' is a file.", where="--out", fix="Choose a folder for the minutes.")
    if displayable(path := str(out.resolve())) != path:
        what = f"'{displayable(path)}' has a name whose bytes are no UTF-8 text, which Prefect cannot hold."
        raise ConfigError(what, where="--out", fix="Choose another folder for the minutes.")


def make_jobs(
    paths: Sequence[Path],
    loaded: LoadedConfig,
    out: Path,
    *,
    results: Path | None = None,
    force: bool = False,
    died_at: Collection[str] = (),
) -> list[Job]:
    """One job a recording, on the device that the configuration asks for; the first part of a meeting stands for all of it.

    Args:
        results: the folder of intermediate results, if not below `out`.
        died_at: the recordings at which an earlier process died.
    """
    device = device_of(loaded.config.hardware)
    meetings, _ = joined_among(paths, loaded.config.folder)
    return [
        Job(
            path=str(path),
            out=str(out.resolve()),
            device=device,
            results=str(results.resolve()) if results else None,
            force=force,
            parts=tuple(map(str, meetings.get(path, ()))),
            died_before=str(path) in died_at,
        )
        for path in paths
    ]


def meeting_of(path: Path, options: FolderOptions) -> tuple[Path, ...]:
    """The files of the meeting that a recording stands for, or the recording alone."""
    meetings, _ = joined_among([path], options)
    return meetings.get(path) or (path,)


def meetings_of(jobs: Sequence[Job], *, join: bool) -> list[Job]:
    """The jobs without those that are parts of another one; with `join` one job for all of them as the parts of one meeting."""
    if not join:
        later = {part for job in jobs for part in job.parts[1:]}
        return [job for job in jobs if job.path not in later]
    if len(jobs) < 2:
        raise ConfigError("needs the names of at least two recordings.", where="--join")
    if texts := [job.name for job in jobs if text_kind(Path(job.path))]:
        raise ConfigError(f"'{texts[0]}' holds text; only sound can be joined.", where="--join")
    return [jobs[0].model_copy(update={"parts": tuple(job.path for job in jobs)})]
