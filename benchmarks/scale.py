"""What grows with the number of recordings: `python benchmarks/scale.py 100 1000`, and with `--server URL` through the flows.

Without a server: milliseconds of processor time of what happens once a recording or once a run, with so many recordings in the
output folder; to wait for the disk is not in it. With one, which must be started for it: `minutes batch` of so many captions of
two lines, in rising numbers into one output folder: seconds a recording by the clock and of processors, those of the command and
with `--pid` those of the server; seconds of a second run, which finds nothing to do; and how much the database has grown,
for which `--database` names a file of SQLite or an address for `psql`.

Ten thousand take hours: `--keep FOLDER $(seq 1000 1000 10000)` keeps recordings, minutes and figures there. The same command goes
on after a stop: rows that are complete are printed again, and the first new one begins with what is done.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from flows.folder.fingerprint import Fingerprint  # noqa: E402
from flows.folder.history import History, entry_of_manifest  # noqa: E402
from flows.folder.ledger import Entry  # noqa: E402
from flows.folder.scan import scan  # noqa: E402
from tasks.report.manifest import read_manifest  # noqa: E402
from tasks.report.register import Register  # noqa: E402
from tasks.schema import Minutes  # noqa: E402

_OLD_S = 7200
HEADS = (
    "recordings there",
    "list the folder",
    "read the ledger",
    "note a recording",
    "write the ledger",
    "read the register",
    "a meeting into it",
    "write the register",
)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 1000], metavar="N")
    parser.add_argument("--server", metavar="URL")
    parser.add_argument("--pid", help="the process of the server")
    parser.add_argument("--database")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of the configuration, with a server")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to go on; nothing is kept without it")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if told.server:
            through_flows(told.keep or Path(place), told.sizes, told)
        else:
            by_size(Path(place), told.sizes)


def by_size(place: Path, sizes: list[int]) -> None:
    """Milliseconds of each step."""
    print(f"| {', ms | '.join(HEADS).replace(', ms', '', 1)}, ms |\n|{'---|' * len(HEADS)}", flush=True)
    sample = one_meeting(place / "sample")
    for size in sizes:
        seconds = steps(place / f"in-{size}", place / f"out-{size}", sample, size)
        print(f"| {size} | {' | '.join(f'{1000 * each:.1f}' for each in seconds)} |", flush=True)


def steps(folder: Path, out: Path, sample: Path, size: int) -> tuple[float, ...]:
    """Seconds of each step in a folder of this size."""
    minutes = filled(folder, out, sample, size)
    history, register, last = History(out), Register(out), out / "meeting-0"
    register.update(minutes, last)  # the first of a run writes all files, those after it a line
    entry = next(iter(history.entries.values()))
    return (
        timed(lambda: scan(folder)),
        timed(lambda: History(out)),
        timed(lambda: note(history, entry)),
        timed(lambda: write_ledger(history, entry)),
        timed(lambda: Register(out).with_known_ids(minutes)),
        timed(lambda: register.update(register.with_known_ids(minutes), last)),
        timed(lambda: Register(out).settle()),
    )


def note(history: History, entry: Entry) -> None:
    """What is written when a recording begins or ends."""
    history.drop(entry.sha256)
    history.put(entry)
    history.save()


def write_ledger(history: History, entry: Entry) -> None:
    """What is written at the start and the end of a run."""
    history.drop(entry.sha256)
    history.put(entry)
    history.compact()


def one_meeting(place: Path) -> Path:
    """The folder of minutes of two lines, made without a server."""
    from tests.plain_batch import plain_batch

    (place / "in").mkdir(parents=True)
    write_captions(place / "in", 0)
    [outcome] = plain_batch(place / "in", place / "out")
    return Path(outcome.folder or "")


def filled(folder: Path, out: Path, sample: Path, size: int) -> Minutes:
    """A folder of recordings and one of their minutes, copies of a meeting with a hash and a task of their own; the last one."""
    manifest, last = read_manifest(sample), Minutes.model_validate_json((sample / "minutes.json").read_bytes())
    assert manifest
    folder.mkdir()
    history, register = History(out), Register(out)
    for number in range(size):
        path = write_captions(folder, number)
        recording = manifest.recording.model_copy(update={"sha256": f"{number:064x}", "name": path.name})
        items = tuple(
            item.model_copy(update={"id": f"a-{number:06x}", "task": f"Call carpenter number {number}", "spoken": None})
            for item in last.action_items[:1]
        )
        decisions = tuple(
            each.model_copy(update={"id": f"d-{number:06x}", "text": f"Paint shed number {number} green", "spoken": None})
            for each in last.decisions[:1]
        )
        last = last.model_copy(update={"recording": recording, "action_items": items, "decisions": decisions})
        own = out / f"meeting-{number:08x}"
        own.mkdir(parents=True)
        (own / "minutes.json").write_text(last.model_dump_json())
        (own / "run.json").write_text(manifest.model_copy(update={"recording": recording}).model_dump_json())
        history.put(entry_of_manifest(manifest.model_copy(update={"recording": recording}), own, str(path), "key"))
        history.see(path, Fingerprint.at(path), recording.sha256)
        register.update(last, own)
    history.compact()
    register.settle()
    return last


def write_captions(folder: Path, number: int) -> Path:
    """Captions of a meeting that is unlike the others."""
    path = folder / f"2026-03-02-meeting-{number:06}.srt"
    lines = (f"Anna: We decided to paint shed number {number} green.", f"Tom: I will call carpenter number {number} by Friday.")
    cues = (f"{n + 1}\n00:00:{10 * n:02},000 --> 00:00:{10 * n + 5:02},500\n{line}\n" for n, line in enumerate(lines))
    path.write_text("\n".join(cues))
    os.utime(path, (time.time() - _OLD_S,) * 2)
    return path


def timed(work: Callable[[], object], rounds: int = 3) -> float:
    """Processor seconds of the fastest round: other work on the machine does not change them much."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def through_flows(place: Path, sizes: list[int], told: argparse.Namespace) -> None:
    """What a recording of folder runs on this server costs, growing the same output folder."""
    heads = ("recordings there", "new", "s a recording", "CPU s: command", "server", "second run, s", "database, kB a recording")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    folder, out, figures = place / "in", place / "out", place / "figures.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    for row in map(json.loads, figures.read_text().splitlines() if figures.exists() else ()):
        print_row(row)
    for size in sizes:
        there = done_in(out)
        if size <= there:
            continue
        for number in range(sum(1 for _ in folder.iterdir()), size):
            write_captions(folder, number)
        kept, served = size_of(told.database), cpu_of(told.pid)
        first, new = batch(folder, out, told), done_in(out) - there
        served, kept = cpu_of(told.pid) - served, size_of(told.database) - kept
        second = batch(folder, out, told)
        row = [there, new, first.wall_s / new, first.cpu_s / new, served / new, second.wall_s, kept / new / 1000]
        with figures.open("a") as done:
            done.write(f"{json.dumps(row)}\n")
        print_row(row)


def done_in(out: Path) -> int:
    """How many recordings have minutes there."""
    return sum(entry.folder is not None for entry in History(out).entries.values())


def print_row(row: list[float]) -> None:
    """A line of the table."""
    there, new, *cells, kept = row
    print(f"| {there} | {new} | {' | '.join(f'{cell:.2f}' for cell in cells)} | {kept:.0f} |", flush=True)


class Cost(NamedTuple):
    """What a command cost."""

    wall_s: float
    cpu_s: float


def batch(folder: Path, out: Path, told: argparse.Namespace) -> Cost:
    """`minutes batch`, which must end well."""
    command = ["minutes", "batch", str(folder), "--out", str(out), "--config", "embedded", "--json"]
    command += [word for each in told.set for word in ("--set", each)]
    program = [sys.executable, "-c", "import sys; sys.argv = sys.argv[1:]; from flows.cli import main; main()"]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [*program, *command], cwd=ROOT, env=os.environ | {"PREFECT_API_URL": told.server}, capture_output=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(time.perf_counter() - started, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def cpu_of(pid: str | None) -> float:
    """Processor seconds of a process so far; 0 if it is not named."""
    if not pid:
        return 0.0
    fields = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def size_of(database: str | None) -> int:
    """Bytes of the database; 0 if it is not named."""
    if not database:
        return 0
    if "://" not in database:
        return sum(path.stat().st_size for path in (Path(database), Path(f"{database}-wal")) if path.exists())
    asked = ["psql", database, "-Atc", "select pg_database_size(current_database())"]
    return int(subprocess.run(asked, capture_output=True, check=True).stdout)


if __name__ == "__main__":
    main()
