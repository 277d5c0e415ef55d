"""What `minutes run` costs on top of the stages' own work: `make overhead`.

Runs the first seconds of a sample meeting through the console script, in turn with a temporary Prefect server and with one that is already
running, and prints wall seconds, the seconds of the stages themselves, and the difference.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_audio" / "2026-03-02-garden-committee.flac"
ROUNDS = 3
SECONDS = 20


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "prefect"
        recording = cut(Path(folder) / "meeting.wav")
        environment = {**os.environ, "PREFECT_HOME": str(home), "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        environment.pop("PREFECT_API_URL", None)
        rows = {"temporary, first ever on this machine": [run(recording, environment)]}
        rows["temporary"] = [run(recording, environment) for _ in range(ROUNDS)]
        rows["already running"] = with_server(recording, environment)
    print("| Prefect server | wall s | stages s | overhead s |\n|---|---|---|---|")
    for name, runs in rows.items():
        wall, stages = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"| {name} | {wall:.1f} | {stages:.1f} | {statistics.median(wall - stages for wall, stages in runs):.1f} |")


def cut(path: Path) -> Path:
    """The first seconds of the sample as a WAV file."""
    import numpy as np

    from tasks.audio.decode import SAMPLE_RATE, Decoder
    from tasks.audio.levels import write_wav

    write_wav(path, np.concatenate(list(Decoder(SAMPLE)))[: SECONDS * SAMPLE_RATE])
    return path


def run(recording: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Wall seconds of one command and the seconds of its stages, models already opened not counted among the latter."""
    with tempfile.TemporaryDirectory() as out:
        command = [Path(sys.executable).with_name("minutes"), "run", recording, "--config", "embedded", "--out", out, "--json"]
        started = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - started
    return wall, json.loads(done.stdout)["recordings"][0]["processing_s"]


def with_server(recording: Path, environment: dict[str, str]) -> list[tuple[float, float]]:
    """The same with a server that was started before."""
    from flows.server import temporary_server

    os.environ.update(environment)
    with temporary_server() as server:
        server.wait()
        return [run(recording, environment | {"PREFECT_API_URL": server.url}) for _ in range(ROUNDS)]


if __name__ == "__main__":
    main()
