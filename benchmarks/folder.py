"""A folder of 200 files, half of them faulty, through `minutes batch` twice: `python benchmarks/folder.py [GOOD] [ROUNDS]`.

The folder is that of the tests (`tests/folder_faults.py`), larger and with recordings that must be decoded. Printed are how many
files there are, what became of them, the seconds of the first and of the second run, and whether the originals are as they were.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.folder_faults import Expected, build_folder  # noqa: E402

GOOD, ROUNDS = 73, 3
"""Each round adds every fault once, and with it nine more recordings that are good under an odd name or twice there."""


def main() -> None:
    """Print the table."""
    good, rounds = (int(word) for word in (*sys.argv[1:], *map(str, (GOOD, ROUNDS)[len(sys.argv) - 1 :])))
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "in", Path(place) / "out"
        expected = build_folder(folder, good, rounds, sound=True)
        before = originals(folder)
        first, first_s = batch(folder, out)
        second, second_s = batch(folder, out)
        print("| | |\n|---|---|")
        for name, value in {
            "entries in the folder": len(expected),
            "good": sum(wanted.state == "completed" for wanted in expected.values()),
            **{f"outcome: {state}": number for state, number in sorted(Counter(first.values()).items())},
            "ended other than expected": len(wrong(first, expected)),
            "first run, s": f"{first_s:.1f}",
            "second run, s": f"{second_s:.1f}",
            "second run: tried or done": sum(state in ("completed", "failed", "no_speech") for state in second.values()),
            "originals unchanged": "yes" if originals(folder) == before else "NO",
        }.items():
            print(f"| {name} | {value} |")
        for name, state in wrong(first, expected).items():
            print(f"{name!r}: {state}, expected {expected[name]}", file=sys.stderr)


def batch(folder: Path, out: Path) -> tuple[dict[str, str], float]:
    """What became of each entry, those that were known in brackets, and the wall seconds."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", "batch", str(folder), "--out", str(out)]
    started = time.perf_counter()
    done = subprocess.run([*command, "--config", "embedded", "--json"], cwd=ROOT, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(done.stderr.decode())
    told = json.loads(done.stdout)
    states = {entry_name(entry["path"]): state_of(entry) for entry in told["recordings"]}
    return states | {entry_name(entry["path"]): "skipped" for entry in told["skipped"]}, seconds


def state_of(outcome: dict[str, Any]) -> str:
    """The status, with or without warnings."""
    state = str(outcome["status"]).replace("completed_with_warnings", "completed")
    return f"({state})" if outcome["unchanged"] and state != "duplicate" else state


def entry_name(path: str) -> str:
    """The name of a file as the folder has it."""
    from tasks.path_text import decode_path

    return Path(decode_path(path)).name


def wrong(states: dict[str, str], expected: dict[str, Expected]) -> dict[str, str]:
    """Those that ended otherwise."""
    return {name: states.get(name, "nothing") for name, wanted in expected.items() if states.get(name) != wanted.state}


def originals(folder: Path) -> dict[str, tuple[str, int]]:
    """Name -> content and time of change of every file."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {os.fspath(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


if __name__ == "__main__":
    main()
