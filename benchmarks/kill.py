"""A batch killed again and again at random moments: `python benchmarks/kill.py [KILLS] [SECONDS]`.

The folder holds that many seconds of a sample meeting, in spans of half a minute, and two recordings of captions. The same
command is given again after each kill, until it ends before the next one is due, which then kills nothing; then all begins
anew with an empty output folder. Printed are, for each kill, after how many seconds it came, what was stored by then, and
whether anything half-written could be seen; for each output folder whether it holds in the end what a run without kills
makes, and how many spans were recognised more than once.
"""

import random
import sys
import tempfile
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

KILLS, SECONDS = 30, 40
SPANS = "audio.max_span_s=30"
STAGES = ("audio", "transcription-spans", "transcription", "diarization", "summarization", "actions", "minutes")


def main() -> None:
    """Print the table."""
    kills, seconds = (int(word) for word in (*sys.argv[1:], *map(str, (KILLS, SECONDS)[len(sys.argv) - 1 :])))
    with tempfile.TemporaryDirectory() as place:
        folder, whole = Path(place) / "in", Path(place) / "whole"
        fill(folder, seconds)
        forked = killable.context()
        length_s = killable.run(forked, folder, whole, SPANS)
        print(
            f"not killed: {length_s:.1f} s\n\n| kill | after, s | results stored | half-written |\n|---|---|---|---|", flush=True
        )
        limits_s = [random.Random(number).uniform(0, length_s / 2) for number in range(kills)]
        for turn in count(1):
            killed = Path(place) / f"killed-{turn}"
            here = kill_often(forked, folder, killed, limits_s)
            report(turn, here, killed, whole)
            if not limits_s:
                return


def kill_often(forked: killable.ForkServerContext, folder: Path, out: Path, limits_s: list[float]) -> int:
    """How often the work was killed before it was done; takes from the limits, and leaves it in peace when there are none."""
    for kills in count():
        limit_s = limits_s.pop(0) if limits_s else None
        after_s = killable.run(forked, folder, out, SPANS, kill_after_s=limit_s)
        if limit_s is None or after_s < limit_s:
            return kills
        stored = {stage: len(list((out / ".work" / stage).glob("*.json"))) for stage in STAGES}
        told = ", ".join(f"{stage} {number}" for stage, number in stored.items() if number)
        print(f"| {kills + 1} | {after_s:.1f} | {told} | {len(killable.half_written(out))} |", flush=True)
    raise AssertionError


def report(turn: int, kills: int, killed: Path, whole: Path) -> None:
    """What was made in spite of the kills."""
    made, wanted = killable.content(killed), killable.content(whole)
    other = sorted(name for name in made | wanted if made.get(name) != wanted.get(name))
    result = f"differs: {', '.join(other)}" if other else "the same result"
    again = killable.times_heard(killed).total() - killable.times_heard(whole).total()
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
