"""Recordings in flow runs of their own, in this process, on the server that Prefect is set to."""

from configs.load import LoadedConfig
from flows.finished import Outcome
from tasks.job import Job
from tests.builders import quiet_run


def run_one(job: Job, loaded: LoadedConfig) -> Outcome:
    """How a recording ends that is run by itself."""
    from flows.folder.flow import process_all
    from flows.recording import process
    from flows.recording_run import RecordingRuns

    run = quiet_run()
    with RecordingRuns(loaded, below=False) as runs:
        [outcome] = process_all([job], lambda job: process(job, run, loaded.config, loaded.name), run, runs, runs.phases)
    return outcome
