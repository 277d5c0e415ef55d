"""Writes the files that people read.

Input: `Minutes`, `Transcript`, and how the run went. Output: the recording's folder with its files; the register of all meetings.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tasks.job import Job, Run
from tasks.prefect_stage import stage_task
from tasks.report.exports.formats import export_notices
from tasks.report.files import take_answers, take_over_corrections, write_files
from tasks.report.manifest import Manifest, output_folder, package_versions, peak_memory_mb, reused, stage_runs
from tasks.report.options import Format, PageAudio, ReportOptions
from tasks.report.playback import page_audio
from tasks.report.register import Register
from tasks.report.rendering import file_names, reported_files
from tasks.schema import Minutes, Notice, NoticeKind, SplitAudio, Transcript
from tasks.store import Ref


def write_report(  # noqa: PLR0913, PLR0917 - the job, its run, and all that is read
    job: Job, run: Run, minutes: Ref, transcript: Ref, earlier: Sequence[Ref], run_key: str, config: dict[str, Any]
) -> Ref:
    """Write all files of a recording and return a pointer to `run.json`."""
    run.checkpoint(job, "report", 0.0)
    found, options = minutes.load(Minutes), ReportOptions.model_validate(config["report"])
    folder = output_folder(job.out, found.recording)
    take_over_corrections(folder, found.recording.sha256)
    seen, unusable = take_answers(folder)
    wanted = options.audio if Format.HTML in options.formats else PageAudio.NONE
    audio, notices = page_audio(job.files, found.recording, folder, wanted)
    said = transcript.load(Transcript)
    unused = (Notice.of(NoticeKind.WARNING, "report", problem) for problem in unusable)
    told, register = (*notices, *export_notices(options, found, said), *unused), run.keep(Register, folder.parent)
    content, texts = reported_files(found, said, folder, options, told, audio, register=register)
    manifest = _manifest(job, content.minutes, [*earlier, minutes], run_key, config, file_names(texts, audio))
    manifest = manifest.model_copy(update={**content.told(), "page_audio": audio})
    path = write_files(folder, content, texts, manifest, options, seen, register)
    return Ref.to("report", path, manifest, cached=False, seconds=0.0)


def _manifest(
    job: Job, minutes: Minutes, refs: Sequence[Ref], run_key: str, config: dict[str, Any], files: tuple[str, ...]
) -> Manifest:
    stages = stage_runs(refs)
    seconds = sum(stage.seconds for stage in stages)
    duration_s = minutes.coverage.duration_ms / 1000
    return Manifest(
        run_key=run_key,
        status=minutes.status,
        recording=minutes.recording,
        config_name=minutes.config_name,
        config=config,
        device=job.device,
        engines=minutes.engines,
        stages=stages,
        processing_s=round(seconds, 3),
        real_time_factor=round(seconds / duration_s, 4) if duration_s and not reused(stages) else None,
        peak_memory_mb=peak_memory_mb(),
        coverage=minutes.coverage,
        notices=minutes.warnings,
        files=files,
        versions=package_versions(minutes.engines),
        language=minutes.language,
        level_dbfs=_level(refs),
        to_review=len(minutes.unverified) + len(minutes.possible),
        finished_at=dt.datetime.now().astimezone().replace(microsecond=0),
    )


def _level(refs: Sequence[Ref]) -> float | None:
    """How loud the recording is; None for captions, and where nothing sounds."""
    audio = next((ref.load(SplitAudio) for ref in refs if ref.stage == "audio"), None)
    return audio.level_dbfs if audio else None


write_report_task = stage_task(write_report, "Report")
