"""Who spoke when: error, number of speakers, speed and memory of diarization: `python benchmarks/speakers.py`.

Recordings: the sample meetings, assembled recordings with an RTTM beside them, and meetings made of known voices (see
`meetings_made.py`; needs flite and espeak-ng: `sudo apt-get install flite espeak-ng`). The error is the diarization error rate
of pyannote.metrics with no collar and overlaps scored. All clusterings in a run read the same embeddings, taken once.
"""

import argparse
import json
import resource
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from meetings_made import make_meetings, write_flac

from tasks.audio.levels import read_wav
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.diarization.by_voice import ByVoice
from tasks.diarization.channels import Channels
from tasks.diarization.clustering import Vectors, VoiceOptions, cluster_voices
from tasks.diarization.turns import folded, merge_turns
from tasks.engine.base import BackendChoice, Device
from tasks.engine.registry import find_backend, parse_options
from tasks.inspection import inspect_recording
from tasks.models.cpu_threads import limit_torch
from tasks.schema import Region, SplitAudio, Turn

SAMPLES = Path(__file__).parent.parent / "sample_audio"
DATA = Path(__file__).parents[2] / "shared" / "data"
Spoken = tuple[tuple[float, float, str], ...]
Clustering = Callable[[Vectors, list[float]], list[int]]


class Case(NamedTuple):
    """A recording and its truth."""

    group: str
    name: str
    path: Path
    spoken: Spoken


class Row(NamedTuple):
    """What one clustering made of one recording."""

    group: str
    name: str
    way: str
    errors: dict[str, float]
    found: int
    there: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Diarization error, number of speakers, speed and memory.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with speech/assembled and speech/librispeech_test_other")
    parser.add_argument("--meetings", type=int, default=20, help="how many meetings to make; half of real voices")
    parser.add_argument("--backend", default="resemblyzer", help="a diarization backend that hears voices")
    parser.add_argument("--options", type=json.loads, default={}, help="its options as JSON")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--hours", type=float, default=10, help="length of a recording whose clustering alone is measured")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    limit_torch(args.threads)
    choice = BackendChoice(backend=args.backend, options=args.options)
    options = parse_options(choice, "diarization")
    assert isinstance(options, VoiceOptions), "a backend that hears voices"
    backend = find_backend("diarization", args.backend)
    with tempfile.TemporaryDirectory() as folder, backend(options, Device("cpu", "benchmark")) as engine:
        assert isinstance(engine, ByVoice)
        rows, clock = measure(engine, list(cases(args.data, args.meetings, Path(folder))), ways(options))
    report(rows, clock)
    measure_long(options, args.hours)


def cases(data: Path, meetings: int, folder: Path) -> Iterator[Case]:
    """All recordings; made ones are written to the folder."""
    for truth in sorted(SAMPLES.glob("*.truth.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        spoken = tuple((turn["start_s"], turn["end_s"], turn["speaker"]) for turn in known["turns"])
        yield Case("samples", known["recording"], SAMPLES / known["recording"], spoken)
    for rttm in sorted((data / "speech" / "assembled").glob("*.rttm")):
        audio = next(path for path in rttm.parent.glob(f"{rttm.stem}.*") if path.suffix != ".rttm")
        yield Case("assembled", audio.name, audio, read_rttm(rttm))
    for meeting in make_meetings(data / "speech" / "librispeech_test_other", meetings):
        path = write_flac(folder / f"{meeting.name.replace(' ', '-')}.flac", meeting.samples)
        yield Case(f"made, {meeting.name.split()[0]}", f"{meeting.name}, {meeting.voices} voices", path, meeting.turns)


def read_rttm(path: Path) -> Spoken:
    """(start_s, end_s, speaker) of each line."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return tuple((float(line[3]), float(line[3]) + float(line[4]), line[7]) for line in lines)


def ways(options: VoiceOptions) -> dict[str, Clustering]:
    """This project's clustering, and what it is compared with."""
    return {
        "ours": lambda vectors, seconds: cluster_voices(vectors, seconds, options),
        "one threshold": one_threshold,
        "spectral": spectral,
        "one speaker": lambda vectors, seconds: [0] * len(vectors),
    }


def one_threshold(vectors: Vectors, seconds: list[float]) -> list[int]:
    """Agglomerative clustering of the whole recording, as this project did before; who spoke under 4 s goes to the nearest."""
    from sklearn.cluster import AgglomerativeClustering

    model = AgglomerativeClustering(n_clusters=None, metric="cosine", linkage="average", distance_threshold=0.25)
    labels = model.fit_predict(vectors)
    weight = np.bincount(labels, weights=seconds)
    large = np.flatnonzero(weight >= 4.0) if (weight >= 4.0).any() else np.array([weight.argmax()])
    means = np.stack([vectors[labels == label].mean(axis=0) for label in large])
    nearest = large[(vectors @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T).argmax(axis=1)]
    return [int(label) for label in np.where(np.isin(labels, large), labels, nearest)]


def spectral(vectors: Vectors, seconds: list[float]) -> list[int]:
    """Spectral clustering of the nearest neighbours, their number by the normalised maximum eigengap (Park et al. 2020)."""
    from scipy.sparse.csgraph import laplacian
    from sklearn.cluster import KMeans

    count = len(vectors)
    if count < 20:
        return [0] * count
    order = np.argsort(-(vectors @ vectors.T), axis=1)
    best: tuple[float, int, Any] = (np.inf, 1, None)
    for share in (0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25):
        near = max(2, int(count * share))
        graph = np.zeros((count, count))
        np.put_along_axis(graph, order[:, :near], 1, axis=1)
        values, modes = np.linalg.eigh(laplacian((graph + graph.T) / 2))
        gaps = np.diff(values[:9])
        best = min(best, (share / max(gaps.max() / values[-1], 1e-9), int(gaps.argmax()) + 1, modes), key=lambda one: one[0])
    _, people, modes = best
    return [int(label) for label in KMeans(people, n_init=10, random_state=0).fit_predict(modes[:, :people])]


def measure(engine: ByVoice, recordings: Sequence[Case], compared: dict[str, Clustering]) -> tuple[list[Row], dict[str, float]]:
    """A row for each recording and clustering, and the seconds that ours took."""
    rows = []
    clock = {"audio": 0.0, "wall": 0.0, "cpu": 0.0}
    for case in recordings:
        with tempfile.TemporaryDirectory() as work:
            audio, pieces, vectors = embedded(engine, case, Path(work), clock)
        for way, cluster in compared.items():
            started, busy = perf_counter(), process_time()
            turns = turns_of(audio, pieces, vectors, cluster)
            if way == "ours":
                clock["wall"] += perf_counter() - started
                clock["cpu"] += process_time() - busy
            there = len({voice for *_, voice in case.spoken})
            row = Row(case.group, case.name, way, errors(case.spoken, turns), len({turn.speaker for turn in turns}), there)
            rows.append(row)
            if way == "ours":
                print(f"{row.name:36} {rate([row]):6.1%}  {row.found} of {row.there} speakers", flush=True)
    return rows, clock


def embedded(engine: ByVoice, case: Case, work: Path, clock: dict[str, float]) -> tuple[SplitAudio, list[Region], Vectors]:
    """The pieces of a recording with their embeddings."""
    options = AudioOptions()
    audio = split_recording(case.path, inspect_recording(case.path, options), work, options)
    started, busy = perf_counter(), process_time()
    found = [engine.embed_span(span, read_wav(work / span.audio_path)) for span in audio.spans]
    clock["audio"] += audio.duration_s
    clock["wall"] += perf_counter() - started
    clock["cpu"] += process_time() - busy
    return audio, [piece for pieces, _ in found for piece in pieces], np.concatenate([part for _, part in found if len(part)])


def turns_of(audio: SplitAudio, pieces: list[Region], vectors: Vectors, cluster: Clustering) -> list[Turn]:
    """Turns as the stage would make them: by channel where each is one party, else by voice."""
    if audio.one_party_a_channel:
        return Channels(Channels.Options(), Device("cpu", "benchmark")).diarize(audio, lambda span: np.zeros((1, 0), np.int16))
    return merge_turns(pieces, folded(pieces, cluster(vectors, [piece.duration_s for piece in pieces])))


def errors(spoken: Spoken, turns: Sequence[Turn]) -> dict[str, float]:
    """Seconds of each kind of error, and of speech."""
    from pyannote.core import Annotation, Segment
    from pyannote.metrics.diarization import DiarizationErrorRate

    truth, found = Annotation(), Annotation()
    for number, (start_s, end_s, voice) in enumerate(spoken):
        truth[Segment(start_s, end_s), number] = voice
    for number, turn in enumerate(turns):
        found[Segment(turn.start_s, turn.end_s), number] = turn.speaker
    return dict(DiarizationErrorRate(collar=0.0, skip_overlap=False)(truth, found, detailed=True))


def rate(rows: Sequence[Row], kinds: Sequence[str] = ("confusion", "missed detection", "false alarm")) -> float:
    """The error rate over all of their speech."""
    return sum(row.errors[kind] for row in rows for kind in kinds) / sum(row.errors["total"] for row in rows)


def report(rows: Sequence[Row], clock: dict[str, float]) -> None:
    """A line for each group and clustering, then speed and memory."""
    print(f"\n{'':22}{'':15}{'DER':>7}{'wrong':>8}{'missed':>8}{'false':>8}  right number of speakers")
    for group in dict.fromkeys(row.group for row in rows):
        for way in dict.fromkeys(row.way for row in rows):
            mine = [row for row in rows if (row.group, row.way) == (group, way)]
            parts = "".join(f"{rate(mine, (kind,)):8.1%}" for kind in ("confusion", "missed detection", "false alarm"))
            right = sum(row.found == row.there for row in mine)
            print(f"{group:22}{way:15}{rate(mine):7.1%}{parts}  {right} of {len(mine)}")
    audio_s = clock["audio"]
    print(f"\n{audio_s / 60:.1f} min of audio: {clock['wall']:.1f} s ({audio_s / clock['wall']:.0f} times real time),", end=" ")
    print(f"{clock['cpu']:.1f} s of CPU ({audio_s / clock['cpu']:.0f} times); peak memory {peak_mb():.0f} MB")


def measure_long(options: VoiceOptions, hours: float) -> None:
    """Time and memory of the clustering of a recording of so many hours, with made embeddings of eight voices."""
    random = np.random.default_rng(0)
    voices = random.normal(size=(8, 256))
    who = random.integers(0, 8, round(hours * 3600 / options.step_s / 10)).repeat(10)
    vectors = (voices[who] + random.normal(scale=0.5, size=(who.size, 256))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    before, started, busy = peak_mb(), perf_counter(), process_time()
    labels = cluster_voices(vectors, [options.step_s] * who.size, options)
    took, used = perf_counter() - started, process_time() - busy
    print(f"clustering of {hours:g} h ({who.size} windows): {took:.1f} s, {used:.1f} s of CPU,", end=" ")
    print(f"{len(set(labels))} of 8 voices, peak memory {before:.0f} MB before and {peak_mb():.0f} MB after")


def peak_mb() -> float:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
