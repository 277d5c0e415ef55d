"""A batch killed again and again at random moments: `python benchmarks/kill.py [KILLS] [SECONDS] [--server temporary|real]`.

The folder holds that many seconds of a sample meeting, in spans of half a minute, and two recordings of captions. The same
command is given again after each kill, until it ends before the next one is due; then all begins anew with an empty output
folder, and that kill comes there. Each comes after a random part of the time that a run without kills takes. Printed are, for
each kill, after how many seconds it came, what was stored by then, and whether anything half-written could be seen; for each
output folder whether it holds in the end what a run without kills makes, and how many spans were recognised more than once.

Without `--server` the stages run without Prefect in a process that starts at once; else each run is the command itself.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tasks.audio.decode import SAMPLE_RATE, Decoder  # noqa: E402
from tasks.audio.levels import write_wav  # noqa: E402
from tests import killable  # noqa: E402
from tests.builders import SAMPLE_SPEECH  # noqa: E402
from tests.folder_faults import captions, make_old  # noqa: E402
from tests.real_server import real_server  # noqa: E402

KILLS, SECONDS = 30, 40
SPANS = "audio.max_span_s=30"
Run = Callable[..., float]
STAGES = ("audio", "transcription-spans", "transcription", "diarization", "summarization", "actions", "minutes")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("seconds", nargs="?", type=int, default=SECONDS)
    parser.add_argument("--server", choices=("temporary", "real"), help="run `minutes batch` with such a Prefect server")
    parser.add_argument("--overlap", choices=("off", "lanes", "stages"), default="off", help="hardware.overlap; else as without")
    chosen = parser.parse_args()
    if chosen.overlap != "off" and not chosen.server:
        parser.error("--overlap needs --server")
    wishes = (SPANS, f"hardware.overlap={chosen.overlap}")
    with tempfile.TemporaryDirectory() as place, ways(Path(place), chosen.server) as (run, begun):
        folder, whole = Path(place) / "in", Path(place) / "whole"
        fill(folder, chosen.seconds)
        length_s = run(folder, whole, *wishes)
        print(
            f"not killed: {length_s:.1f} s\n\n| kill | after, s | results stored | half-written |\n|---|---|---|---|", flush=True
        )
        moments = [random.Random(number).random() for number in range(chosen.kills)]
        for turn in count(1):
            killed = Path(place) / f"killed-{turn}"
            kills, last_s = kill_often(partial(run, folder, killed, *wishes), killed, moments, length_s)
            report(turn, kills, killed, whole, begun(killed) - begun(whole))
            if not moments:
                return
            length_s = length_s if kills else last_s  # the machine was busier before


@contextmanager
def ways(place: Path, server: str | None) -> Iterator[tuple[Run, Callable[[Path], int]]]:
    """How a batch is run, and how one learns how many spans it began to recognise."""
    if server is None:
        yield partial(killable.run, killable.context()), lambda out: killable.times_heard(out).total()
        return
    home = place / "prefect"
    home.mkdir()
    with real_server(home) if server == "real" else nullcontext() as url:
        yield partial(killable.run_command, server=url), killable.spans_begun


def kill_often(run: Run, out: Path, moments: list[float], length_s: float) -> tuple[int, float]:
    """How often the work was killed before it was done, and the seconds of the run that ended; takes from the moments.

    A moment is a share of the length. When there is none left, the work is left in peace.
    """
    for kills in count():
        limit_s = moments[0] * length_s if moments else None
        after_s = run(kill_after_s=limit_s)
        if limit_s is None or after_s < limit_s:
            return kills, after_s
        moments.pop(0)
        stored = {stage: len(list((out / ".work" / stage).glob("*.json"))) for stage in STAGES}
        told = ", ".join(f"{stage} {number}" for stage, number in stored.items() if number)
        print(f"| {kills + 1} | {after_s:.1f} | {told} | {len(killable.half_written(out))} |", flush=True)
    raise AssertionError


def report(turn: int, kills: int, killed: Path, whole: Path, again: int) -> None:
    """What was made in spite of the kills."""
    made, wanted = killable.content(killed), killable.content(whole)
    other = sorted(name for name in made | wanted if made.get(name) != wanted.get(name))
    result = f"differs: {', '.join(other)}" if other else "the same result"
    print(f"| end of folder {turn} | | {result}; spans recognised again: {again} in {kills} kills | |", flush=True)


def fill(folder: Path, seconds: int) -> None:
    """One recording with sound and two without."""
    samples = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    write_wav(folder / "2026-03-02-meeting.wav", samples[: seconds * SAMPLE_RATE])
    for number in range(2):
        (folder / f"2026-03-0{number + 3}-talk.srt").write_text(captions(number))
    make_old(folder)


if __name__ == "__main__":
    main()
