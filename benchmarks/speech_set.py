"""Speech with its words known, for the benchmarks of recognition: recordings of a `refs.jsonl`, and worse versions of them.

A line of `refs.jsonl`: `file` (relative to the folder, or to the one above), `language`, `text`, and where they are known `words`
or `segments` with `start`, `end` in seconds and `word` or `text`.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jiwer import process_words

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import write_wav

LOUDEST = 0.9 * 32767


class Timed(NamedTuple):
    """A word, or several, and when they were said."""

    start_s: float
    end_s: float
    text: str


class Clip(NamedTuple):
    """A recording and its words; `kind` is how it was made worse, empty if it was not."""

    name: str
    group: str
    path: Path
    language: str
    text: str
    timed: tuple[Timed, ...] = ()
    kind: str = ""


def read_clips(folder: Path) -> list[Clip]:
    """The recordings of a folder with a `refs.jsonl`."""
    lines = (folder / "refs.jsonl").read_text(encoding="utf-8").splitlines()
    return [_clip(folder, json.loads(line)) for line in lines if line.strip()]


def sample_clips(folder: Path) -> list[Clip]:
    """The project's own samples, whose words are in `.truth.json` files."""
    found = []
    for truth in sorted(folder.glob("*.truth.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        timed = tuple(Timed(turn["start_s"], turn["end_s"], turn["text"]) for turn in known["turns"])
        text = " ".join(turn.text for turn in timed)
        found.append(Clip(known["recording"], "samples", folder / known["recording"], known["language"], text, timed))
    return found


def _clip(folder: Path, line: dict[str, Any]) -> Clip:
    path = next(path for path in (folder / line["file"], folder.parent / line["file"]) if path.is_file())
    pieces = line.get("words") or line.get("segments") or ()
    timed = tuple(Timed(piece["start"], piece["end"], piece.get("word") or piece.get("text", "")) for piece in pieces)
    return Clip(path.name, path.parent.name, path, line["language"], line["text"] or "", timed)


def said_at(said: Sequence[str], written: Sequence[str], first: int, last: int) -> list[str]:
    """The words of the reference that stand where `written[first:last]` does, by the alignment of the whole."""
    if not said or not written:
        return list(said)
    places = [0] * (len(written) + 1)
    for chunk in process_words(" ".join(said), " ".join(written)).alignments[0]:
        length, wide = chunk.hyp_end_idx - chunk.hyp_start_idx, chunk.ref_end_idx - chunk.ref_start_idx
        for step in range(length):
            places[chunk.hyp_start_idx + step] = chunk.ref_start_idx + min(step, wide)
    places[0], places[-1] = 0, len(said)
    return list(said[places[first] : places[last]])


def wrong_words(said: Sequence[str], written: Sequence[str]) -> list[bool]:
    """Of each word that was written, whether it is wrong, or words are missing right beside it."""
    if not said or not written:
        return [True] * len(written)
    wrong = [False] * len(written)
    for chunk in process_words(" ".join(said), " ".join(written)).alignments[0]:
        beside = chunk.type == "delete"
        if chunk.type != "equal":
            for place in range(chunk.hyp_start_idx - beside, chunk.hyp_end_idx + beside):
                wrong[min(max(place, 0), len(written) - 1)] = True
    return wrong


# Tables


def print_head(*columns: str) -> None:
    """The first two lines of a table."""
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")


def print_row(*cells: object) -> None:
    """A line of a table."""
    print(f"| {' | '.join(map(str, cells))} |", flush=True)


# Worse versions


def worse_clips(clips: Sequence[Clip], folder: Path, seed: int = 1) -> Iterator[Clip]:
    """Each clip in noise, in a room and beside another one, written to the folder."""
    random = np.random.default_rng(seed)
    sounds = {clip.path: decoded(clip.path) for clip in clips}
    for number, clip in enumerate(clips):
        sound = sounds[clip.path]
        other = sounds[clips[(number + 7) % len(clips)].path]
        made = {
            "noise 10 dB": with_noise(sound, 10, random),
            "noise 0 dB": with_noise(sound, 0, random),
            "noise -5 dB": with_noise(sound, -5, random),
            "room": in_room(sound, 0.8, random),
            "room, noise 5 dB": with_noise(in_room(sound, 0.8, random), 5, random),
            "two at once": beside(sound, other),
        }
        for kind, samples in made.items():
            path = folder / f"{clip.path.stem} {kind}.wav"
            write_wav(path, scaled(samples)[np.newaxis])
            yield clip._replace(path=path, kind=kind)


def decoded(path: Path) -> Any:
    """The first channel, as floating point numbers."""
    return np.concatenate(list(Decoder(path)), axis=1)[0].astype(np.float64)


def with_noise(sound: Any, above_db: float, random: np.random.Generator) -> Any:
    """Speech with noise of many voices' spectrum under it: white noise through the speech's own average spectrum."""
    spectrum = np.abs(np.fft.rfft(sound))
    smooth = np.convolve(spectrum, np.ones(501) / 501, mode="same")
    noise = np.fft.irfft(np.fft.rfft(random.normal(size=sound.size)) * smooth, sound.size)
    return sound + noise * rms(sound) / rms(noise) / 10 ** (above_db / 20)


def in_room(sound: Any, decay_s: float, random: np.random.Generator) -> Any:
    """Speech some metres away: an echo that falls by 60 dB in so many seconds, as loud as the voice itself."""
    times = np.arange(round(decay_s * SAMPLE_RATE)) / SAMPLE_RATE
    echo = random.normal(size=times.size) * 10 ** (-3 * times / decay_s)
    size = sound.size + echo.size
    tail = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)[: sound.size]
    return sound + tail * rms(sound) / rms(tail)


def beside(sound: Any, other: Any) -> Any:
    """Speech while somebody else speaks, as loud; the words of the first count."""
    again = np.resize(other, sound.size)
    return sound + again * rms(sound) / rms(again)


def rms(sound: Any) -> float:
    """The loudness."""
    return float(np.sqrt(np.mean(np.square(sound)))) or 1.0


def scaled(sound: Any) -> Samples:
    """The samples as loud as they may be."""
    samples: Samples = np.round(sound * LOUDEST / max(1.0, np.abs(sound).max())).astype(np.int16)
    return samples
