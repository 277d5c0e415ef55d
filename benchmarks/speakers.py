"""Who spoke when: error, number of speakers, speed and memory of diarization: `python benchmarks/speakers.py`.

Recordings: the sample meetings, assembled recordings with an RTTM, heads of real meetings, meetings and overlaps made of known
voices (see `meetings_made.py`; the synthetic ones need flite and espeak-ng: `sudo apt-get install flite espeak-ng`). The error
is the diarization error rate of pyannote.metrics, overlaps scored. Resemblyzer, which was used here before, is measured beside
the rest where it is installed (`former_speakers.py`).
"""

import argparse
import json
import resource
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from former_speakers import Resemblyzer
from meetings_made import Meeting, make_meeting, make_overlaps, read_voices, speak_voices, write_flac

from tasks.audio.levels import read_wav
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.diarization.campplus import Campplus
from tasks.diarization.channels import Channels
from tasks.diarization.diarizer import UNKNOWN_SPEAKER, Diarizer
from tasks.diarization.heard import HeardStretch
from tasks.engine.base import Device
from tasks.evaluation.speakers import KINDS, read_rttm, speaker_errors
from tasks.inspection import inspect_recording
from tasks.models.cpu_threads import limit_torch
from tasks.schema import Region, SplitAudio, Turn

SAMPLES = Path(__file__).parent.parent / "sample_audio"
DATA = Path(__file__).parents[2] / "shared" / "data"
CPU = Device("cpu", "benchmark")
STRICT, WIDE, JOINED = "collar 0", "collar 0.25", "collar 0, pauses joined"
PAUSE_S = 0.3
"""In the evaluations of NIST a shorter pause of one speaker is speech. Made meetings have 0.15 s between the pieces of a turn."""


class Case(NamedTuple):
    """A recording and its truth."""

    group: str
    name: str
    path: Path
    spoken: tuple[Turn, ...]


class Row(NamedTuple):
    """What one engine made of one recording: seconds of each kind of error, by the way of scoring."""

    group: str
    engine: str
    errors: dict[str, dict[str, float]]
    found: int
    there: int
    audio_s: float
    wall_s: float
    cpu_s: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Diarization error, number of speakers, speed and memory.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with speech/, see above")
    parser.add_argument("--meetings", type=int, default=10, help="how many meetings to make of each kind of voices")
    parser.add_argument("--groups", default="", help="only groups that begin so, separated by commas")
    parser.add_argument("--engines", default="campplus,resemblyzer", help="which to measure, if they are installed")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--hours", type=float, default=10, help="of a recording whose memory is measured; 0: none")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    limit_torch(args.threads)
    engines = opened(args.engines.split(","), args.threads)
    with tempfile.TemporaryDirectory() as folder:
        wanted = tuple(args.groups.split(","))
        chosen = (case for case in cases(args.data / "speech", args.meetings, Path(folder)) if case.group.startswith(wanted))
        rows = [row for case in chosen for row in measure(case, engines)]
    report(rows)
    if args.hours:
        measure_long(args.hours, engines["campplus"], args.data / "speech")


def opened(names: Sequence[str], threads: int) -> dict[str, Diarizer]:
    """The engines that are asked for and installed."""
    found: dict[str, Diarizer] = {}
    if "campplus" in names:
        found["campplus"] = Campplus(Campplus.Options(threads=threads), CPU)
    if "resemblyzer" in names and find_spec("resemblyzer"):
        found["resemblyzer"] = Resemblyzer(Resemblyzer.Options(), CPU)
    return found


def cases(speech: Path, meetings: int, folder: Path) -> Iterator[Case]:
    """All recordings; made ones are written to the folder."""
    for truth in sorted(SAMPLES.glob("*.truth.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        spoken = tuple(Turn(start_s=turn["start_s"], end_s=turn["end_s"], speaker=turn["speaker"]) for turn in known["turns"])
        yield Case("samples", known["recording"], SAMPLES / known["recording"], spoken)
    for rttm in sorted((speech / "assembled").glob("*.rttm")):
        audio = next(path for path in rttm.parent.glob(f"{rttm.stem}.*") if path.suffix != ".rttm")
        yield Case("assembled", audio.name, audio, read_rttm(rttm.read_text(encoding="utf-8")))
    for line in (speech / "refs.jsonl").read_text(encoding="utf-8").splitlines():
        if (known := json.loads(line))["file"].startswith("speech/ami_30s/"):
            yield Case("AMI heads", Path(known["file"]).name, speech.parent / known["file"], read_rttm("\n".join(known["rttm"])))
    yield from written("made, real", folder, made(read_voices(speech / "librispeech_test_other"), meetings))
    yield from written("overlapped", folder, make_overlaps(speech / "librispeech_test_other", max(1, meetings // 2)))
    if shutil.which("flite") and shutil.which("espeak-ng"):
        yield from written("made, synthetic", folder, made(speak_voices(), meetings))


def made(voices: dict[str, list[np.ndarray]], count: int) -> Iterator[Meeting]:
    """Meetings of 1 to 10 of these voices."""
    sizes = (2, 3, 4, 5, 6, 1, 8, 10)
    for number in range(count):
        size = min(sizes[number % len(sizes)], len(voices))
        yield make_meeting(f"{number + 1}, {size} voices", voices, size, number)


def written(group: str, folder: Path, meetings: Iterator[Meeting]) -> Iterator[Case]:
    """Meetings as recordings."""
    for meeting in meetings:
        path = write_flac(folder / f"{len(list(folder.iterdir()))}.flac", meeting.samples)
        yield Case(
            group, meeting.name, path, tuple(Turn(start_s=start, end_s=end, speaker=who) for start, end, who in meeting.turns)
        )


def measure(case: Case, engines: dict[str, Diarizer]) -> Iterator[Row]:
    """A row for each engine."""
    options = AudioOptions()
    with tempfile.TemporaryDirectory() as work:
        audio = split_recording(case.path, inspect_recording(case.path, options), Path(work), options)
        for name, engine in engines.items():
            started, busy = perf_counter(), process_time()
            turns = diarized(engine, audio, Path(work))
            clock = (perf_counter() - started, process_time() - busy)
            found = len({turn.speaker for turn in turns} - {UNKNOWN_SPEAKER})
            there = len({turn.speaker for turn in case.spoken})
            scored = {
                STRICT: speaker_errors(case.spoken, turns),
                WIDE: speaker_errors(case.spoken, turns, 0.25),
                JOINED: speaker_errors(joined(case.spoken), turns),
            }
            row = Row(case.group, name, scored, found, there, audio.duration_s, *clock)
            print(f"{case.group:16}{case.name:40}{name:12}{rate([row], STRICT):7.1%}  {found} of {there} speakers", flush=True)
            yield row


def diarized(engine: Diarizer, audio: SplitAudio, work: Path) -> list[Turn]:
    """Turns as the stage would make them: by channel where each is one party, else by voice."""
    by = Channels(Channels.Options(), CPU) if audio.one_party_a_channel else engine
    return by.diarize(audio, lambda span: read_wav(work / span.audio_path))


def joined(spoken: Sequence[Turn]) -> list[Turn]:
    """The turns of a truth, those of one speaker with a short pause between them as one."""
    found: dict[str, list[Turn]] = {}
    for turn in sorted(spoken, key=lambda turn: turn.start_s):
        mine = found.setdefault(turn.speaker, [])
        if mine and turn.start_s - mine[-1].end_s < PAUSE_S:
            mine[-1] = mine[-1].model_copy(update={"end_s": max(turn.end_s, mine[-1].end_s)})
        else:
            mine.append(turn)
    return [turn for mine in found.values() for turn in mine]


def rate(rows: Sequence[Row], scoring: str, kinds: Sequence[str] = KINDS) -> float:
    """The error rate over all of their speech."""
    told = [row.errors[scoring] for row in rows]
    return sum(each[kind] for each in told for kind in kinds) / max(1e-9, sum(each["total"] for each in told))


def report(rows: Sequence[Row]) -> None:
    """A line for each group and engine, then speed and memory."""
    heads = f"{'DER':>7}{'missed':>8}{'false':>8}{'wrong':>8}{'at 0.25':>9}{'wrong':>8}{'joined':>8}"
    print(f"\n{'':31}{heads}  right number of speakers")
    for group in dict.fromkeys(row.group for row in rows):
        for engine in dict.fromkeys(row.engine for row in rows):
            mine = [row for row in rows if (row.group, row.engine) == (group, engine)]
            parts = "".join(f"{rate(mine, STRICT, (kind,)):8.1%}" for kind in KINDS)
            wide = f"{rate(mine, WIDE):9.1%}{rate(mine, WIDE, ('confusion',)):8.1%}{rate(mine, JOINED):8.1%}"
            right = sum(row.found == row.there for row in mine)
            print(f"{group:18}{engine:13}{rate(mine, STRICT):7.1%}{parts}{wide}  {right} of {len(mine)}")
    for engine in dict.fromkeys(row.engine for row in rows):
        mine = [row for row in rows if row.engine == engine]
        audio_s, wall_s, cpu_s = (sum(getattr(row, name) for row in mine) for name in ("audio_s", "wall_s", "cpu_s"))
        print(f"{engine}: {audio_s / 60:.1f} min in {wall_s:.0f} s ({audio_s / wall_s:.0f} times real time),", end=" ")
        print(f"{cpu_s:.0f} s of CPU ({audio_s / cpu_s:.0f} times)")
    print(f"peak memory of the process: {peak_mb():.0f} MB")


def measure_long(hours: float, engine: Diarizer, speech: Path) -> None:
    """Time and memory of so many hours: one recording heard once, and all that is kept of it as if it came again and again."""
    assert isinstance(engine, Campplus)
    path, options = speech / "assembled" / "librispeech_4spk.mp3", AudioOptions()
    with tempfile.TemporaryDirectory() as work:
        audio = split_recording(path, inspect_recording(path, options), Path(work), options)
        once = [heard for span in audio.spans for heard in engine.hear(span, read_wav(Path(work) / span.audio_path))]
    before, busy = peak_mb(), process_time()
    rounds = round(hours * 3600 / audio.duration_s)
    turns = engine.turns_of([again(heard, number, audio) for number in range(rounds) for heard in once])
    people = len({turn.speaker for turn in turns} - {UNKNOWN_SPEAKER})
    print(f"{hours:g} h: {len(turns)} turns of {people} people, {process_time() - busy:.1f} s of CPU after hearing,", end=" ")
    print(f"peak memory {before:.0f} MB while hearing and {peak_mb():.0f} MB after")


def again(heard: HeardStretch, number: int, audio: SplitAudio) -> HeardStretch:
    """What was heard in a recording, in its repetition of this number: later, and in other spans."""
    later_s = number * audio.duration_s
    regions = [
        Region(start_s=each.start_s + later_s, end_s=each.end_s + later_s, channel=each.channel)
        for each in (heard.region, *heard.pieces)
    ]
    tracks = tuple((span + number * len(audio.spans), channel, person) for span, channel, person in heard.tracks)
    return HeardStretch(regions[0], tracks, tuple(regions[1:]), heard.vectors.copy())


def peak_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
