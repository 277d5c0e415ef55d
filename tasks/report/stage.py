"""Writes the files that people read.

Input: `Minutes`, `Transcript`, and how the run went. Output: the recording's folder with its files; the register of all meetings.
An old set stays until the new one is rendered; then `run.json` goes first and comes back last.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.files import write_atomic
from tasks.job import Job, Run
from tasks.prefect_stage import stage_task
from tasks.report.html_page import NAME as PAGE_NAME
from tasks.report.html_page import render_html
from tasks.report.manifest import FILE_NAME, Manifest, output_folder, package_versions, peak_memory_mb, reused, stage_runs
from tasks.report.markdown import TIMELINE, render_markdown
from tasks.report.options import Format, PageAudio, ReportOptions
from tasks.report.playback import COPY_NAME, page_audio
from tasks.report.register import update_register, with_known_ids
from tasks.report.subtitles import to_srt, to_vtt
from tasks.report.timeline import timeline_svg
from tasks.schema import Minutes, Transcript
from tasks.store import Ref

_FILES = {
    Format.MD: ("minutes.md", TIMELINE),
    Format.HTML: (PAGE_NAME,),
    Format.JSON: ("minutes.json", "transcript.json"),
    Format.SRT: ("transcript.srt",),
    Format.VTT: ("transcript.vtt",),
}


def write_report(  # noqa: PLR0913, PLR0917 - the job, its run, and all that is read
    job: Job, run: Run, minutes: Ref, transcript: Ref, earlier: Sequence[Ref], run_key: str, config: dict[str, Any]
) -> Ref:
    """Write all files of a recording and return a pointer to `run.json`."""
    run.checkpoint(job, "report", 0.0)
    content = with_known_ids(minutes.load(Minutes), Path(job.out))
    folder, options = output_folder(job.out, content.recording), ReportOptions.model_validate(config["report"])
    wanted = options.audio if Format.HTML in options.formats else PageAudio.NONE
    audio, notices = page_audio(job.files, content.recording, folder, wanted)
    content = content.model_copy(update={"warnings": (*content.warnings, *notices)})
    texts = render_files(content, transcript.load(Transcript), options, audio)
    files = (*texts, COPY_NAME) if audio == COPY_NAME else tuple(texts)
    manifest = _manifest(job, content, [*earlier, minutes], run_key, config, files)
    for stale in (FILE_NAME, *(name for names in (*_FILES.values(), (COPY_NAME,)) for name in names if name not in files)):
        (folder / stale).unlink(missing_ok=True)
    for name, text in texts.items():
        write_atomic(folder / name, text)
    update_register(content, folder)
    path = write_atomic(folder / FILE_NAME, manifest.model_dump_json(indent=2) + "\n")
    return Ref.to("report", path, manifest, cached=False, seconds=0.0)


def render_files(minutes: Minutes, transcript: Transcript, options: ReportOptions, audio: str | None = None) -> dict[str, str]:
    """File name -> content, for the chosen formats; `audio` is the address of what the page plays."""
    chosen = tuple(name for form in dict.fromkeys(options.formats) for name in _FILES[form])
    picture = timeline_svg(transcript, minutes.title)
    names = tuple(name for name in chosen if name != TIMELINE or picture)
    makers = {
        "minutes.md": lambda: render_markdown(minutes, (*names, FILE_NAME), options.language),
        PAGE_NAME: lambda: render_html(minutes, transcript, (*names, FILE_NAME), options.language, audio),
        "minutes.json": lambda: minutes.model_dump_json(indent=2) + "\n",
        "transcript.json": lambda: transcript.model_dump_json(indent=2) + "\n",
        TIMELINE: lambda: picture,
        "transcript.srt": lambda: to_srt(transcript),
        "transcript.vtt": lambda: to_vtt(transcript),
    }
    return {name: makers[name]() for name in names}


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
        finished_at=dt.datetime.now().astimezone().replace(microsecond=0),
    )


write_report_task = stage_task(write_report, "Report")
