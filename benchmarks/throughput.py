"""What a folder of recordings costs beside the work of its stages, and what overlap saves: `python benchmarks/throughput.py`.

Twenty cuts of a sample meeting, or the recordings of `--folder`, go through the same pipeline four ways, in turn, `--rounds`
times: in one process with Prefect taken away (`tests/plain_pipeline.py`), and by `minutes batch` on a running Prefect server with
`hardware.overlap` off, lanes and stages. Each is a process of its own, from the start of Python to the last minutes, with an
output folder of its own. The table has medians. CPU seconds are those of the process and, where there is one, of the server.
The cost of orchestration is what `off` takes longer than the process without Prefect, in wall and in CPU seconds.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
SAMPLE = ROOT / "sample_audio" / "2026-03-02-garden-committee.flac"
PLAIN, OFF = "without Prefect", "off"
WAYS = (PLAIN, OFF, "lanes", "stages")


class Cost(NamedTuple):
    """What one way cost."""

    wall_s: float
    cpu_s: float


def main() -> None:
    """Print the table."""
    told = arguments()
    from flows.cli.quiet import quiet_libraries

    quiet_libraries(debug=False)
    with tempfile.TemporaryDirectory() as place:
        folder = told.folder or cut(Path(place) / "in", told.recordings, told.seconds)
        os.environ |= {"PREFECT_HOME": f"{place}/prefect", "OMP_WAIT_POLICY": "passive"}
        os.environ.pop("PREFECT_API_URL", None)
        found = measure(folder, told)
    count = sum(1 for path in folder.iterdir()) if told.folder else told.recordings
    report({way: [cost[way] for cost in found] for way in WAYS}, count)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="recordings to use instead of cuts of the sample")
    parser.add_argument("--recordings", type=int, default=20, help="how many cuts")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each is")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--config", default="embedded")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    return parser.parse_args()


def measure(folder: Path, told: argparse.Namespace) -> list[dict[str, Cost]]:
    """What each way cost, round by round."""
    from flows.server.find import temporary_server

    with temporary_server(guarded=False) as server:
        server.wait()
        assert server.process
        rounds = []
        for number in range(told.rounds):
            turn = WAYS[number % len(WAYS) :] + WAYS[: number % len(WAYS)]
            rounds.append({way: cost_of(way, folder, told, server.url, server.process.pid) for way in turn})
            print(number + 1, rounds[-1], file=sys.stderr)
    return rounds


def cost_of(way: str, folder: Path, told: argparse.Namespace, url: str, server: int) -> Cost:
    """One way, once, with a fresh output folder."""
    settings = [word for setting in told.set for word in ("--set", setting)]
    with tempfile.TemporaryDirectory() as out:
        if way == PLAIN:
            script, recordings = str(ROOT / "tests" / "plain_pipeline.py"), sorted(map(str, folder.iterdir()))
            command = [sys.executable, "-W", "ignore", script, *recordings, out, "--config", told.config, *settings]
        else:
            batch = ["-c", "from flows.cli import main; main()", "batch", str(folder), "--out", out, "--config", told.config]
            chosen = ["--set", f"hardware.overlap={way}", "--set", "folder.settle_s=0"]
            command = [sys.executable, *batch, *settings, *chosen]
        before, started = cpu_s(server), time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PREFECT_API_URL": url}, capture_output=True, check=False)
        wall_s = time.perf_counter() - started
        if done.returncode:
            sys.exit(done.stderr.decode())
        return Cost(wall_s, cpu_s(server) - before)


def cpu_s(server: int) -> float:
    """CPU seconds of all commands that ended, and of the server."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    fields = Path(f"/proc/{server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ended.ru_utime + ended.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def report(costs: dict[str, list[Cost]], recordings: int) -> None:
    """The table, and what orchestration costs a recording."""
    median = {way: Cost(*(statistics.median(column) for column in zip(*found, strict=True))) for way, found in costs.items()}
    print(f"| {recordings} recordings | wall, s | CPU, s | wall to `off` |\n|---|---|---|---|")
    for way, cost in median.items():
        print(f"| {way} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.wall_s / median[OFF].wall_s:.2f} |")
    wall_s, cpu = (
        statistics.median(off[column] - plain[column] for plain, off in zip(costs[PLAIN], costs[OFF], strict=True))
        for column in (0, 1)
    )
    print(f"orchestration: {wall_s / recordings:.2f} s a recording, {wall_s / median[OFF].wall_s:.1%} of the wall time", end="; ")
    print(f"{cpu / recordings:.2f} CPU seconds a recording")


def cut(folder: Path, recordings: int, seconds: float) -> Path:
    """A folder of cuts, each from another place of the sample, all written a while ago."""
    import numpy as np

    from tasks.audio.decode import SAMPLE_RATE, Decoder
    from tasks.audio.levels import write_wav

    samples = np.concatenate(list(Decoder(SAMPLE)), axis=1)[0]
    last = samples.size - round(seconds * SAMPLE_RATE)
    for number in range(recordings):
        first = last * number // max(1, recordings - 1)
        path = folder / f"2026-03-02-cut-{number:02}.wav"
        write_wav(path, samples[first : first + round(seconds * SAMPLE_RATE)])
        os.utime(path, (1, 1))
    return folder


if __name__ == "__main__":
    main()
