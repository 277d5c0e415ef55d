"""Speed and memory of the Whisper engines, with random weights: `python benchmarks/asr.py --minutes 10 --tokens 90`.

Every engine runs in a process of its own, opened before the clock starts. They take turns on the same windows, one piece of the
recording after the other and each time another first, so that the load of the machine falls on all alike; the ratio is that of
the sums. The weights themselves end each window after so many tokens, so no engine can be brief. `whisper.transcribe` gets each
window alone, without temperatures to fall back to and without conditioning on what it said before.
"""

import argparse
import os
import platform
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.backend import Device
from tasks.models.cpu_threads import wait_idly

WINDOW_S = 30
BASELINE = "whisper.transcribe"
SIZES = {
    "tiny": {},
    "base": dict(n_audio_state=512, n_audio_head=8, n_audio_layer=6, n_text_state=512, n_text_head=8, n_text_layer=6),
    "large-v3-turbo": dict(
        n_mels=128,
        n_vocab=51866,
        n_audio_state=1280,
        n_audio_head=20,
        n_audio_layer=32,
        n_text_state=1280,
        n_text_head=20,
        n_text_layer=4,
    ),
}
Engine = Callable[[Sequence[Samples]], Any]


class Setup(NamedTuple):
    """What every engine is told."""

    weights: Path
    device: str
    threads: int
    batch_size: int


def library(setup: Setup) -> Engine:
    """`whisper.transcribe`, window by window."""
    import torch
    import whisper

    torch.set_num_threads(setup.threads)
    model = whisper.load_model(str(setup.weights), setup.device)
    plain = {"temperature": 0.0, "condition_on_previous_text": False, "language": "en", "fp16": setup.device != "cpu"}
    unchecked = dict.fromkeys(("no_speech_threshold", "logprob_threshold", "compression_ratio_threshold"))
    return lambda windows: [model.transcribe(window.astype(np.float32) / 32768, **plain, **unchecked) for window in windows]


def batched_library(setup: Setup) -> Engine:
    """`whisper.decode` with as many windows at once as ours."""
    import torch
    import whisper

    torch.set_num_threads(setup.threads)
    model = whisper.load_model(str(setup.weights), setup.device)
    options = whisper.DecodingOptions(language="en", fp16=setup.device != "cpu")

    def run(windows: Sequence[Samples]) -> None:
        sounds = [torch.from_numpy(window.astype(np.float32) / 32768).to(setup.device) for window in windows]
        whisper.decode(model, torch.stack([whisper.log_mel_spectrogram(sound, model.dims.n_mels) for sound in sounds]), options)

    return run


def ours(setup: Setup, *, word_timestamps: bool) -> Engine:
    """The `openai-whisper` backend."""
    from tasks.transcription.openai_whisper import OpenAIWhisper

    values = {"model": str(setup.weights), "batch_size": setup.batch_size, "threads": setup.threads}
    return recognizing(
        OpenAIWhisper(OpenAIWhisper.Options(**values, word_timestamps=word_timestamps), Device(setup.device, "asked for"))
    )


def faster(setup: Setup) -> Engine:
    """The `faster-whisper` backend, int8 on a CPU, with the same weights converted."""
    return recognizing(open_faster(setup))


def encoder_alone(setup: Setup) -> Engine:
    """What no decoder can be faster than."""
    return open_faster(setup)._encode


def open_faster(setup: Setup) -> Any:
    """The backend on the converted weights."""
    from tasks.models.ctranslate import convert
    from tasks.transcription.faster_whisper import FasterWhisper

    folder = setup.weights.with_suffix(".ct2")
    convert(setup.weights, folder, "int8")
    values = {"model": str(folder), "batch_size": setup.batch_size, "cpu_threads": setup.threads}
    return FasterWhisper(FasterWhisper.Options(**values), Device(setup.device, "asked for"))


def recognizing(backend: Any) -> Engine:
    """A backend of ours as a function of windows; an error among the results ends the benchmark."""
    from tasks.transcription.recognizer import Heard, Hint

    def run(windows: Sequence[Samples]) -> None:
        results = list(backend.recognize(windows, Hint(language="en")))
        assert all(isinstance(result, Heard) for result in results), results

    return run


ENGINES: dict[str, Callable[[Setup], Engine]] = {
    BASELINE: library,
    "whisper.decode, batched": batched_library,
    "openai-whisper": lambda setup: ours(setup, word_timestamps=False),
    "openai-whisper, word times": lambda setup: ours(setup, word_timestamps=True),
    "faster-whisper int8": faster,
    "the same, encoder alone": encoder_alone,
}


class Worker:
    """One engine in its own process."""

    def __init__(self, name: str, setup: Setup) -> None:
        context = get_context("spawn")
        self.name, self.seconds = name, 0.0
        self._pipe, far = context.Pipe()
        context.Process(target=serve, args=(name, setup, far), daemon=True).start()
        self.opened_mb = self._pipe.recv()

    def run(self, windows: Sequence[Samples]) -> None:
        """Recognise windows and add the seconds it took."""
        self._pipe.send(windows)
        self.seconds += self._pipe.recv()

    def peak_mb(self) -> float:
        """End the process; the most memory that it ever held, on the GPU if it used one."""
        self._pipe.send(None)
        peak: float = self._pipe.recv()
        return peak


def serve(name: str, setup: Setup, pipe: Connection) -> None:
    """Open an engine, then time it on whatever comes; nothing ends it."""
    engine = ENGINES[name](setup)
    engine([noise(99)])  # compiles and fills caches
    pipe.send(used_mb(setup.device))
    while (windows := pipe.recv()) is not None:
        started = perf_counter()
        engine(windows)
        pipe.send(perf_counter() - started)
    pipe.send(used_mb(setup.device))


def used_mb(device: str) -> float:
    """The most memory held so far."""
    if device == "cpu":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    import torch

    return torch.cuda.max_memory_allocated() / 2**20


def noise(seed: int) -> Samples:
    """A window of sound."""
    return np.random.default_rng(seed).normal(0, 2000, WINDOW_S * SAMPLE_RATE).astype(np.int16)


def main() -> None:
    """Print the table."""
    wait_idly()
    chosen = arguments()
    from tests.whisper_weights_random import random_checkpoint

    windows = [noise(seed) for seed in range(round(chosen.minutes * 60 / WINDOW_S))]
    with tempfile.TemporaryDirectory() as folder:
        weights = random_checkpoint(Path(folder) / "random.pt", tokens=chosen.tokens, **SIZES[chosen.size])
        setup = Setup(weights, chosen.device, chosen.threads, chosen.batch_size)
        workers = [Worker(name, setup) for name in chosen.backends]
        for turn, start in enumerate(range(0, len(windows), chosen.batch_size)):
            first = turn % len(workers)
            for worker in (*workers[first:], *workers[:first]):
                worker.run(windows[start : start + chosen.batch_size])
        report(workers, chosen)


def report(workers: list[Worker], chosen: argparse.Namespace) -> None:
    """The table, under what it was measured with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "openai-whisper"))
    print(
        f"{chosen.minutes:g} min of audio, {chosen.tokens} tokens a window of {WINDOW_S} s, random weights of size {chosen.size},"
    )
    where = f"{chosen.device}, {chosen.threads} threads, {platform.machine()}"
    print(f"batch {chosen.batch_size}, {where}; {packages}; engines took turns\n")
    print(
        "| engine | seconds | real-time factor | peak memory, MB | times as fast as whisper.transcribe |\n|---|---|---|---|---|"
    )
    baseline = next((worker.seconds for worker in workers if worker.name == BASELINE), None)
    for worker in workers:
        ratio = f"{baseline / worker.seconds:.2f}" if baseline else "-"
        factor = worker.seconds / (chosen.minutes * 60)
        print(f"| {worker.name} | {worker.seconds:.1f} | {factor:.3f} | {worker.peak_mb():.0f} | {ratio} |")


def arguments() -> argparse.Namespace:
    """The command line."""
    installed = [name for name in ENGINES if name != "faster-whisper int8" or find_spec("faster_whisper")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--tokens", type=int, default=90, help="that each window says; 90 is brisk talk")
    parser.add_argument("--backends", nargs="+", choices=list(ENGINES), default=installed)
    parser.add_argument("--size", choices=list(SIZES), default="base")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser.parse_args()


if __name__ == "__main__":
    main()
