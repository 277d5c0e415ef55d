"""Recognition on trained weights: `python benchmarks/recognition.py --model FOLDER --checkpoint FILE.pt --speech FOLDER`.

Each folder under `--speech` whose files stand in its refs.jsonl is one recording: its files with a second of silence between.
Every engine runs in a process of its own, opened before the clock starts, and they take turns on the same recording, each turn
another first, so that the load of the machine falls on all alike. The language is not told. Ours is what a run does: voice
detection, the vote on the language, windows, guards, retries. Words are compared by the rules of Whisper's paper. Seconds are
medians of the turns, by the clock and of the processors.

Then one more turn of ours under the profiler of Python: where the time goes.
"""

import argparse
import cProfile
import json
import pstats
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from speech_set import Clip, read_clips

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.evaluation.words import word_errors, words_of
from tasks.models.cpu_threads import own_cores, wait_idly
from tasks.models.processor import processor_line

BASELINE = "faster-whisper batched, word times"
PAUSE = np.zeros(SAMPLE_RATE, dtype=np.int16)
Engine = Callable[[Samples], str]
PARTS = {
    "voice detection": ("speech.py", "find_speech"),
    "features": ("feature_extractor.py", "__call__"),
    "encoder": ("faster_whisper.py", "_each"),
    "decoder": ("faster_whisper.py", "_decode"),
    "alignment": ("~", "<method 'align' of 'ctranslate2._ext.Whisper' objects>"),
    "vote on the language": ("faster_whisper.py", "language_probabilities"),
    "holes": ("holes.py", "fill_holes"),
    "retries": ("retries.py", "in_halves"),
}
"""Functions by file and name; the last two hold encoder and decoder work that is in the rows above as well."""


class Setup(NamedTuple):
    """What every engine is told."""

    model: Path
    checkpoint: Path | None
    threads: int
    options: dict[str, Any]


class Turn(NamedTuple):
    """One recording by one engine."""

    text: str
    seconds: float
    cpu_s: float


def library(setup: Setup, **options: Any) -> Engine:
    """`whisper.transcribe`, as it is."""
    import torch
    import whisper

    torch.set_num_threads(setup.threads)
    model = whisper.load_model(str(setup.checkpoint), "cpu")
    return lambda sound: str(model.transcribe(as_float(sound), fp16=False, **options)["text"])


def stock(setup: Setup, *, batched: bool, word_timestamps: bool) -> Engine:
    """faster-whisper in int8 with its own voice detection: windows one after the other by beam 5, or eight at once by beam 1."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    model = WhisperModel(str(setup.model), device="cpu", compute_type="int8", cpu_threads=setup.threads, local_files_only=True)
    if batched:
        pipeline = BatchedInferencePipeline(model)
        return lambda sound: joined(
            pipeline.transcribe(as_float(sound), batch_size=8, beam_size=1, word_timestamps=word_timestamps)[0]
        )
    return lambda sound: joined(model.transcribe(as_float(sound), vad_filter=True, word_timestamps=word_timestamps)[0])


def ours(setup: Setup, backend: str) -> Engine:
    """A backend of ours with everything that a run does around it."""
    from tasks.audio.options import AudioOptions
    from tasks.audio.speech import find_speech
    from tasks.engine.base import Device
    from tasks.engine.registry import find_backend
    from tasks.schema import Region, Span
    from tasks.transcription.guards.retries import recognize_guarded
    from tasks.transcription.guards.verdicts import GuardOptions, Verdict, believed
    from tasks.transcription.language import choose_voters, count_votes
    from tasks.transcription.recognizer import Hint, Recognizer
    from tasks.transcription.stage import cut_windows

    kind = find_backend("transcription", backend)
    threads = "cpu_threads" if backend == "faster-whisper" else "threads"
    model = setup.model if backend == "faster-whisper" else setup.checkpoint
    options = kind.Options.model_validate({"model": str(model), threads: setup.threads, **setup.options.get(backend, {})})
    recognizer = kind(options, Device("cpu", "asked for"))
    assert isinstance(recognizer, Recognizer)

    def run(sound: Samples) -> str:
        regions = [
            Region(start_s=start / SAMPLE_RATE, end_s=end / SAMPLE_RATE)
            for start, end in find_speech(sound, AudioOptions()).regions
        ]
        length_s = sound.size / SAMPLE_RATE
        span = Span(index=0, start_s=0, end_s=length_s, audio_path="-", sha256="", level_dbfs=None, speech=tuple(regions))
        windows = cut_windows(sound[None], span, recognizer.pack(regions))
        voters = set(choose_voters([window.region for window in windows]))
        vote = count_votes(recognizer.language_probabilities([each.samples for each in windows if each.region in voters]))
        verdicts = recognize_guarded(recognizer, windows, Hint(language=vote.language), GuardOptions(), lambda window: None)
        return " ".join(word.text for verdict in verdicts if isinstance(verdict, Verdict) for word in believed(verdict))

    return run


ENGINES: dict[str, Callable[[Setup], Engine]] = {
    "whisper.transcribe": library,
    "whisper.transcribe, word times": lambda setup: library(setup, word_timestamps=True),
    "faster-whisper, word times": lambda setup: stock(setup, batched=False, word_timestamps=True),
    "faster-whisper batched": lambda setup: stock(setup, batched=True, word_timestamps=False),
    BASELINE: lambda setup: stock(setup, batched=True, word_timestamps=True),
    "ours, faster-whisper": lambda setup: ours(setup, "faster-whisper"),
    "ours, openai-whisper": lambda setup: ours(setup, "openai-whisper"),
}
OURS = "ours, faster-whisper"


class Worker:
    """One engine in its own process."""

    def __init__(self, name: str, setup: Setup) -> None:
        context = get_context("spawn")
        self.name = name
        self._pipe, far = context.Pipe()
        context.Process(target=serve, args=(name, setup, far), daemon=True).start()
        self._pipe.recv()

    def run(self, sound: Samples) -> Turn:
        """Recognise one recording."""
        self._pipe.send(sound)
        turn: Turn = self._pipe.recv()
        return turn

    def peak_mb(self) -> float:
        """End the process; the most memory that it ever held."""
        self._pipe.send(None)
        peak: float = self._pipe.recv()
        return peak


def serve(name: str, setup: Setup, pipe: Connection) -> None:
    """Open an engine, then time it on whatever comes."""
    engine = ENGINES[name](setup)
    pipe.send("open")
    warm = False
    while (sound := pipe.recv()) is not None:
        warm = warm or bool(engine(sound[: 10 * SAMPLE_RATE])) or True  # loads what is only loaded at the first call
        started, cpu = perf_counter(), process_time()
        text = engine(sound)
        pipe.send(Turn(text, perf_counter() - started, process_time() - cpu))
    pipe.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main() -> None:
    """Print the tables."""
    wait_idly()
    asked = arguments()
    setup = Setup(asked.model, asked.checkpoint, asked.threads, {"faster-whisper": json.loads(asked.options)})
    names = [name for name in asked.engines if asked.checkpoint or name not in CHECKPOINT]
    recordings = list(read_recordings(asked.speech, asked.sets))
    print(f"{asked.threads} threads on {own_cores()} cores, {processor_line()}")
    print(", ".join(f"{name} {version(name)}" for name in ("faster-whisper", "ctranslate2", "openai-whisper", "torch")))
    workers = [Worker(name, setup) for name in names]
    rows: dict[tuple[str, str], list[Turn]] = defaultdict(list)
    for turn in range(asked.turns):
        for recording in recordings:
            first = turn % len(workers)
            for worker in (*workers[first:], *workers[:first]):
                rows[recording.name, worker.name].append(worker.run(recording.sound))
    peaks = {worker.name: worker.peak_mb() for worker in workers}
    for recording in recordings:
        report(recording, {name: rows[recording.name, name] for name in names}, peaks)
    if OURS in names:
        where_time_goes(setup, recordings)


class Recording(NamedTuple):
    """The files of a folder, one after the other, and what was said."""

    name: str
    language: str
    sound: Samples
    said: list[str]


def read_recordings(folder: Path, wanted: Sequence[str]) -> Iterator[Recording]:
    """One recording a folder; files without words are left out."""
    sets: dict[str, list[Clip]] = defaultdict(list)
    for clip in read_clips(folder):
        if clip.text and (not wanted or clip.group in wanted):
            sets[clip.group].append(clip)
    for name, clips in sets.items():
        sound = np.concatenate([part for clip in clips for part in (*(block[0] for block in Decoder(clip.path)), PAUSE)])
        language = clips[0].language
        yield Recording(name, language, sound, words_of(" ".join(clip.text for clip in clips), language))


def report(recording: Recording, turns: dict[str, list[Turn]], peaks: dict[str, float]) -> None:
    """The table of one recording."""
    length_s = recording.sound.size / SAMPLE_RATE
    print(f"\n{recording.name}: {length_s:.0f} s, {recording.language}\n")
    print("| engine | WER % | seconds | of processors | real-time factor | peak MB | times as fast as batched with word times |")
    print("|---|---|---|---|---|---|---|")
    base = median(turn.cpu_s for turn in turns[BASELINE]) if BASELINE in turns else None
    for name, found in turns.items():
        seconds, cpu_s = median(turn.seconds for turn in found), median(turn.cpu_s for turn in found)
        ratio = f"{base / cpu_s:.2f}" if base else "-"
        rate = 100 * word_errors(recording.said, words_of(found[0].text, recording.language)).rate
        print(f"| {name} | {rate:.1f} | {seconds:.1f} | {cpu_s:.1f} | {seconds / length_s:.3f} | {peaks[name]:.0f} | {ratio} |")


def where_time_goes(setup: Setup, recordings: Sequence[Recording]) -> None:
    """Shares of the time of ours, by the functions in which it was spent."""
    engine = ENGINES[OURS](setup)
    print("\nWhere the time of ours goes, % of its seconds\n")
    print(f"| recording | seconds | {' | '.join(PARTS)} |\n|---|---|{'---|' * len(PARTS)}")
    for recording in recordings:
        profile = cProfile.Profile()
        profile.runcall(engine, recording.sound)
        stats: Any = pstats.Stats(profile)
        spent = [sum(row[3] for key, row in stats.stats.items() if is_part(key, part)) for part in PARTS.values()]
        shares = " | ".join(f"{100 * seconds / stats.total_tt:.0f}" for seconds in spent)
        print(f"| {recording.name} | {stats.total_tt:.1f} | {shares} |")


def is_part(key: tuple[str, int, str], part: tuple[str, str]) -> bool:
    """Whether a function that was profiled is the one meant; those of extensions have no file, and a longer name."""
    file, _, name = key
    return Path(file).name == part[0] and (name == part[1] or (file == "~" and part[1] in name.split(".")))


def as_float(sound: Samples) -> "np.ndarray[Any, np.dtype[np.float32]]":
    """From -1 to 1, as the libraries want it."""
    return sound.astype(np.float32) / np.float32(32768)


def joined(segments: Any) -> str:
    """The text of what faster-whisper gives."""
    return " ".join(segment.text for segment in segments)


CHECKPOINT = {"whisper.transcribe", "whisper.transcribe, word times", "ours, openai-whisper"}
"""What needs a checkpoint of openai-whisper."""


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="folder of a CTranslate2 Whisper")
    parser.add_argument("--checkpoint", type=Path, help="the same weights as a checkpoint of openai-whisper")
    parser.add_argument("--speech", type=Path, default=Path("../shared/data/speech"), help="folder with refs.jsonl")
    parser.add_argument("--sets", nargs="*", default=(), help="folders under it; all without")
    parser.add_argument("--engines", nargs="+", choices=list(ENGINES), default=list(ENGINES))
    parser.add_argument("--options", default="{}", help="more options of our faster-whisper, as JSON")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--threads", type=int, default=own_cores())
    asked = parser.parse_args()
    if not (asked.speech / "refs.jsonl").is_file():
        parser.error(f"there is no {asked.speech / 'refs.jsonl'}: name a folder of speech with --speech")
    return asked


if __name__ == "__main__":
    main()
