"""What the audio stage costs, and whether its memory stays the same for long recordings: `make audio-bench`.

Recordings of ten minutes, an hour and ten hours are made from a sample meeting and a pause, repeated, with a click near the end.
Every measurement runs in a process of its own. The baselines of the same run are decoding alone, and Silero's own detector as
its documentation shows it, on the ten minutes. `--quick` leaves the ten hours out.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_audio" / "2026-03-02-garden-committee.flac"
PAUSE_S = 7
CLICK_BEFORE_END_S = 3
MINUTES, HOUR = 10, 60
KINDS = {"flac 16 kHz mono": ("flac", "flac", 16_000, "mono"), "m4a 48 kHz stereo": ("m4a", "aac", 48_000, "stereo")}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="leave the ten hours out")
    parser.add_argument("--measure", nargs=3, metavar=("WHAT", "FILE", "MINUTES"), help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.measure:
        what, path, minutes = said.measure
        print(json.dumps(measured(MEASURES[what], Path(path), int(minutes))))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), quick=said.quick)


def compare(folder: Path, *, quick: bool) -> None:
    """One row a measurement; the file is removed before the next is made."""
    print("| length | format | what | seconds | times real time | peak memory, MB | of the 10 minutes | click off by, ms |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    flac, m4a = KINDS
    lengths = [(MINUTES, flac), (HOUR, flac), (HOUR, m4a)] + ([] if quick else [(10 * HOUR, flac)])
    first: dict[str, float] = {}
    for minutes, kind in lengths:
        path = make(folder, minutes, *KINDS[kind])
        for what in MEASURES if minutes == MINUTES else ("decoding alone", "decode, detect, cut"):
            command = [sys.executable, "-W", "ignore", __file__, "--measure", what, str(path), str(minutes)]
            row = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            base = first.setdefault(what, row["memory_mb"])
            report(minutes, kind, what, row, base)
        path.unlink()


def report(minutes: int, kind: str, what: str, row: dict[str, Any], base_mb: float) -> None:
    """One row of the table."""
    length = f"{minutes // 60} h" if minutes >= HOUR else f"{minutes} min"
    click = "" if row["click_ms"] is None else f"{row['click_ms']:+.2f}"
    speed, memory = minutes * 60 / row["seconds"], row["memory_mb"]
    cells = (length, kind, what, f"{row['seconds']:.1f}", f"{speed:.0f}", f"{memory:.0f}", f"{memory / base_mb:.2f}", click)
    print(f"| {' | '.join(cells)} |", flush=True)


# In a process of its own


def measured(work: Callable[[Path, int], float | None], path: Path, minutes: int) -> dict[str, float | None]:
    """Seconds and peak memory of one piece of work, and what it says of the click."""
    started = time.perf_counter()
    click_ms = work(path, minutes)
    seconds = time.perf_counter() - started
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return {"seconds": seconds, "memory_mb": kilobytes / 1024, "click_ms": click_ms}


def decode_alone(path: Path, minutes: int) -> float:
    """Decode, and look for the click in the samples."""
    import numpy as np

    from tasks.audio.decode import SAMPLE_RATE, Decoder

    expected, position, loudest, found = click_position(minutes), 0, 0, 0
    for block in Decoder(path):
        if abs(position - expected) < 2 * SAMPLE_RATE:
            level = np.abs(block[0].astype(np.int32))
            if level.max() > loudest:
                loudest, found = int(level.max()), position + int(level.argmax())
        position += block.shape[1]
    return 1000 * (found - expected) / SAMPLE_RATE


def split(path: Path, minutes: int) -> float:
    """The whole stage, and the click in the last span's file."""
    import numpy as np

    from tasks.audio.decode import SAMPLE_RATE, Decoder
    from tasks.audio.options import AudioOptions
    from tasks.audio.split import split_recording
    from tasks.inspection import inspect_recording

    options = AudioOptions()
    with tempfile.TemporaryDirectory(dir=path.parent) as work:
        audio = split_recording(path, inspect_recording(path, options), Path(work), options)
        last = audio.spans[-1]
        samples = np.concatenate(list(Decoder(Path(work) / last.audio_path)), axis=1)[0].astype(np.int32)
    near = samples[-2 * CLICK_BEFORE_END_S * SAMPLE_RATE :]
    found = round(last.start_s * SAMPLE_RATE) + samples.size - near.size + int(np.abs(near).argmax())
    return 1000 * (found - click_position(minutes)) / SAMPLE_RATE


def silero_alone(path: Path, minutes: int) -> None:
    """The detector's own function over the whole recording at once."""
    import numpy as np
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad

    from tasks.audio.decode import Decoder

    samples = np.concatenate(list(Decoder(path)), axis=1)[0]
    get_speech_timestamps(torch.from_numpy(samples.astype(np.float32) / 32768), load_silero_vad())


MEASURES: dict[str, Callable[[Path, int], float | None]] = {
    "decoding alone": decode_alone,
    "Silero's own, with decoding": silero_alone,
    "decode, detect, cut": split,
}


# Recordings


def click_position(minutes: int) -> int:
    """The sample, at 16 kHz, in which the click lies."""
    return (minutes * 60 - CLICK_BEFORE_END_S) * 16_000


def make(folder: Path, minutes: int, suffix: str, codec: str, rate: int, layout: str) -> Path:
    """A recording of this length, written as a stream."""
    import av

    path = folder / f"{minutes}.{suffix}"
    with av.open(str(path), "w") as file:
        track = file.add_stream(codec, rate=rate, layout=layout)
        track.codec_context.open()
        to_track = av.AudioResampler(format=track.format, layout=layout, rate=rate, frame_size=track.codec_context.frame_size)
        for second, block in enumerate(blocks(minutes)):
            frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = 16_000, Fraction(1), second
            for piece in to_track.resample(frame):
                file.mux(track.encode(piece))
        for piece in to_track.resample(None):
            file.mux(track.encode(piece))
        file.mux(track.encode(None))
    return path


def blocks(minutes: int) -> Iterator[Any]:
    """A second after the other at 16 kHz: the meeting and a pause, over and over, and silence around the click."""
    import av
    import numpy as np

    with av.open(str(SAMPLE)) as file:
        meeting = np.concatenate([frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)])
    round_of_it = np.concatenate([meeting, np.zeros(PAUSE_S * 16_000, np.int16)])
    seconds = round_of_it.size // 16_000
    for second in range(minutes * 60):
        first = second % seconds * 16_000
        block = round_of_it[first : first + 16_000]
        if second >= minutes * 60 - 2 * CLICK_BEFORE_END_S:
            block = np.zeros(16_000, np.int16)
        if second == minutes * 60 - CLICK_BEFORE_END_S:
            block[0] = 30_000
        yield block


if __name__ == "__main__":
    main()
