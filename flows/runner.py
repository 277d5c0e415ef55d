"""Runs recordings from the command line: skips what is done, finds a server, opens models while it starts."""

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from pathlib import Path

from configs.load import LoadedConfig
from flows.delivery import deliver_outcomes
from flows.finished import Outcome, find_finished, run_key, shown, with_known_names
from flows.folder.batch import run_batch
from flows.folder.classify import Order, describe
from flows.folder.jobs import check_out, make_jobs, meetings_of
from flows.observer import NOBODY, RunObserver
from flows.overlap import choose_overlap, needs_models, open_models, opened_first
from flows.server.find import prefect_server
from tasks.audio.formats import named_twice
from tasks.engine.pool import ModelPool
from tasks.errors import MinutesError
from tasks.files import displayable
from tasks.job import Job
from tasks.report.files import settle_files

_log = logging.getLogger("minutes.runner")


def run_recordings(  # noqa: PLR0913 - one parameter an option, and who is told
    paths: Sequence[Path],
    loaded: LoadedConfig,
    out: Path,
    *,
    results: Path | None = None,
    join: bool = False,
    force: bool = False,
    say: Callable[[str], None] = _log.info,
    observer: RunObserver = NOBODY,
) -> list[Outcome]:
    """One outcome a recording, in the order given, each a flow run of its own; one that fails does not stop the others.

    `join` makes one meeting of all. `say` is told what takes time before the first recording starts, and which captions have no
    outcome because those of the same meeting are taken. `results` is where intermediate results lie, if not below `out`.
    """
    check_out(out)
    twice = {} if join else named_twice(paths)
    for path, taken in twice.items():
        say(f"'{shown(path.name)}' is left alone: '{shown(taken.name)}' has more of the same meeting; to read it, name it alone")
    observer.waiting("looking at the recordings")
    jobs = meetings_of(
        make_jobs([path for path in paths if path not in twice], loaded, out, results=results, force=force), join=join
    )
    early = {job.path: outcome for job in jobs if (outcome := settle_early(job, loaded))}
    pending = [job for job in jobs if job.path not in early]
    late = run_flows(pending, loaded, None, say, observer) if pending else []
    done = early | {outcome.path: outcome for outcome in late}
    for problem in (*settle_files(out), *deliver_outcomes(out, loaded.config, done.values())):
        say(problem)
    return [done[job.path] for job in jobs]


def run_folder(
    order: Order, recordings: Sequence[Path], say: Callable[[str], None] = _log.info, observer: RunObserver = NOBODY
) -> list[Outcome]:
    """One outcome a recording of a folder, all of them one flow run, as on a schedule."""
    name = displayable(order.folder.resolve().name)

    def process(paths: Sequence[Path], told: RunObserver, died_at: Collection[str]) -> list[Outcome]:
        jobs = make_jobs(paths, order.loaded, order.out, force=order.force, died_at=died_at)
        return run_flows(jobs, order.loaded, name, say, told)

    return run_batch(order, recordings, process, say, observer)


def settle_early(job: Job, loaded: LoadedConfig) -> Outcome | None:
    """The outcome of a recording that is done or cannot be done, known without a server or a model."""
    try:
        recording = describe(job.files, loaded.config)
        config = with_known_names(loaded.config, job.out, recording)
        return find_finished(job, recording, run_key(recording, config, loaded.name))
    except MinutesError as error:
        return Outcome.failure(job.path, error)


def run_flows(
    jobs: Sequence[Job], loaded: LoadedConfig, folder_name: str | None, say: Callable[[str], None], observer: RunObserver
) -> list[Outcome]:
    """Run the jobs as flows, on a Prefect server that starts while the models are opened."""
    with ExitStack() as stack:
        server = stack.enter_context(prefect_server())
        models = "opening models; " if needs_models(loaded.config, jobs) else ""
        say(models + server.description)
        observer.waiting("opening models" if models else "waiting for the Prefect server")
        pool = stack.enter_context(ModelPool())
        overlap, _ = choose_overlap(loaded.config, jobs) if folder_name else ("off", "")
        open_models(pool, loaded.config, jobs, opened_first(overlap))
        from flows.orchestrate import run_on_server  # takes seconds, in which the server comes up

        observer.waiting("waiting for the Prefect server")
        server.wait()
        return run_on_server(server.url, jobs, loaded, folder_name, pool, observer)
