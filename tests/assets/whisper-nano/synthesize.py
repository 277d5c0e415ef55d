"""Speech to train the nano Whisper on: `python synthesize.py SEED COUNT` writes speech-SEED.npz.

Needs Debian's flite and espeak-ng. Voices: slt and rms of flite for English, two of espeak-ng for Vietnamese; tempo by chance.
The file holds `samples` (int16 at 16 kHz, one after the other), `ends` of each sentence in it, `texts` and `languages`.
"""

import random
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
from corpus import VIETNAMESE, english
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16_000
_VIETNAMESE_SHARE = 0.12
_SILENT = 0.01
"""Of the loudest sample: quieter edges are cut off."""


def speak(text: str, language: str, chance: random.Random, path: Path) -> NDArray[np.int16]:
    """One sentence, edges trimmed, at a set level."""
    if language == "vi":
        voice, speed = chance.choice(["vi", "vi+f2"]), str(chance.randint(130, 175))
        command = ["espeak-ng", "-v", voice, "-s", speed, "-w", str(path), text]
    else:
        voice, stretch = chance.choice(["slt", "slt", "rms"]), f"duration_stretch={chance.uniform(0.88, 1.15):.2f}"
        command = ["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    samples, rate = soundfile.read(path, dtype="float32")
    if rate != RATE:
        samples = resample_poly(samples, RATE, rate)
    loud = np.flatnonzero(np.abs(samples) > _SILENT * np.abs(samples).max())
    spoken = samples[max(0, loud[0] - 400) : loud[-1] + 800]
    return (spoken / np.abs(spoken).max() * 20_000).astype(np.int16)


def main(seed: int, count: int) -> None:
    """Write the file."""
    chance = random.Random(seed)
    texts, languages, clips = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            language = "vi" if chance.random() < _VIETNAMESE_SHARE else "en"
            texts.append(chance.choice(VIETNAMESE) if language == "vi" else english(chance))
            languages.append(language)
            clips.append(speak(texts[-1], language, chance, Path(folder) / "sentence.wav"))
    ends = np.cumsum([clip.size for clip in clips])
    np.savez(f"speech-{seed}.npz", samples=np.concatenate(clips), ends=ends, texts=texts, languages=languages)
    print(f"{count} sentences, {ends[-1] / RATE / 3600:.2f} h")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
