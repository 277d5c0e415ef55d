"""Names that stay: how many voices are recognised, and how many unknown ones are named: `python benchmarks/enrolment.py`.

Everybody of whom there are two clips or more is enrolled from the first one; every other clip is then looked up twice, once
among all who are enrolled and once without its own speaker. The clips are those of `--data`: LibriSpeech test-other, LJ Speech,
LibriVox, VIVOS (Vietnamese); at most 16 s of each.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from meetings_made import RATE, load_audio

from tasks.diarization.campplus import WINDOW_S, load_network
from tasks.diarization.enrolment import Enrolment, recognised
from tasks.diarization.heard import voices_around
from tasks.engine.base import Device
from tasks.models.cpu_threads import limit_torch

DATA = Path(__file__).parents[2] / "shared" / "data" / "speech"
FOLDERS = {"librispeech_test_other": "*.flac", "ljspeech": "*.wav", "librivox_sense": "*.wav", "vi_vivos": "*.wav"}
LONGEST_S = 16
STEP_S = 0.8


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Recognised voices, and unknown ones that were named.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with the folders named above")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    args = parser.parse_args()
    limit_torch(args.threads)
    voices = heard(args.data)
    between = [float(a @ b) for one in voices for other in voices if one < other for a in voices[one] for b in voices[other]]
    within = [float(clip @ other) for clips in voices.values() for place, clip in enumerate(clips) for other in clips[:place]]
    print(
        f"{len(voices)} people, {sum(map(len, voices.values()))} clips; similarity of clips of one person: {told(within)};",
        end=" ",
    )
    print(f"of different people: {told(between)}")
    report(voices)


def heard(data: Path) -> dict[str, list[np.ndarray]]:
    """Speaker -> the mean voice of each clip."""
    network = load_network(Device("cpu", "benchmark"))
    found: defaultdict[str, list[np.ndarray]] = defaultdict(list)
    for folder, pattern in FOLDERS.items():
        for path in sorted((data / folder).glob(pattern)):
            wave = load_audio(path)[: LONGEST_S * RATE]
            centres = np.arange(STEP_S, max(2 * STEP_S, wave.size / RATE - STEP_S), STEP_S)
            total = voices_around(network, wave, list(centres), WINDOW_S).sum(axis=0)
            speaker = path.name.split("-")[0] if folder.startswith("librispeech") else folder
            found[speaker].append(total / np.linalg.norm(total))
    return found


def report(voices: dict[str, list[np.ndarray]]) -> None:
    """How many clips were named right, wrong and though nobody should know them."""
    everybody = Enrolment(model="benchmark")
    for name, clips in voices.items():
        everybody = everybody.with_person(name, clips[0], 1.0)
    right = wrong = unknown = count = 0
    for name, clips in voices.items():
        for clip in clips[1:]:
            among, without = (recognised({0: clip}, known).get(0) for known in (everybody, everybody.without(name)))
            count, right, unknown = count + 1, right + (among == name), unknown + (without is not None)
            wrong += among not in (name, None)
    print(f"known: {right} of {count} named right, {wrong} wrong; unknown: {unknown} of {count} named")


def told(values: list[float]) -> str:
    """The least, the median and the most."""
    least, middle, most = np.percentile(values, [0, 50, 100])
    return f"{least:.2f} to {most:.2f}, median {middle:.2f}"


if __name__ == "__main__":
    main()
