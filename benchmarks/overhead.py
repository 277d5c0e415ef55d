"""What Prefect and the command line cost on top of the stages' own work: `make overhead`.

The baseline is the same pipeline in a process of its own with Prefect taken away (`tests/plain_pipeline.py`): start of Python,
opening of models, all stages. It and `minutes run` take turns on the first seconds of a sample meeting; the table has the
medians, and the median of their differences.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_audio" / "2026-03-02-garden-committee.flac"
ROUNDS = 3
SECONDS = 10


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        recording = cut(Path(folder) / "meeting.wav")
        own = {"PREFECT_HOME": f"{folder}/prefect", "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
        environment = {**os.environ, **own}
        environment.pop("PREFECT_API_URL", None)
        print("| Prefect server | without Prefect, s | minutes run, s | overhead, s | ratio |\n|---|---|---|---|---|")
        report("temporary, first ever", compare(recording, environment, rounds=1))
        report("temporary", compare(recording, environment, ROUNDS))
        with running_server(own) as url:
            report("already running", compare(recording, environment | {"PREFECT_API_URL": url}, ROUNDS))


def report(name: str, pairs: list[tuple[float, float]]) -> None:
    """One row of the table: medians of the pairs."""
    plain, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
    over = statistics.median(whole - plain for plain, whole in pairs)
    ratio = statistics.median(whole / plain for plain, whole in pairs)
    print(f"| {name} | {plain:.1f} | {whole:.1f} | {over:.1f} | {ratio:.2f} |", flush=True)


def compare(recording: Path, environment: dict[str, str], rounds: int) -> list[tuple[float, float]]:
    """Wall seconds without Prefect and with it, in turn."""
    plain = [sys.executable, "-W", "ignore", str(ROOT / "tests" / "plain_pipeline.py"), str(recording)]
    whole = [str(Path(sys.executable).with_name("minutes")), "run", str(recording), "--config", "embedded", "--out"]
    return [(seconds(plain, environment), seconds(whole, environment)) for _ in range(rounds)]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall seconds of a command that is given a fresh output folder as its last argument."""
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        subprocess.run([*command, out], env=environment, capture_output=True, check=True)
        return time.perf_counter() - started


def cut(path: Path) -> Path:
    """The first seconds of the sample as a WAV file."""
    import numpy as np

    from tasks.audio.decode import SAMPLE_RATE, Decoder
    from tasks.audio.levels import write_wav

    write_wav(path, np.concatenate(list(Decoder(SAMPLE)), axis=1)[:, : SECONDS * SAMPLE_RATE])
    return path


@contextmanager
def running_server(settings: dict[str, str]) -> Iterator[str]:
    """The URL of a server that was started before."""
    from flows.server.find import temporary_server

    os.environ.update(settings)
    with temporary_server(guarded=False) as server:
        server.wait()
        yield server.url


if __name__ == "__main__":
    main()
