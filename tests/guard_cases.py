"""Cases for the guards: what is said, how it sounds, and what an engine wrote, from a compact notation."""

import re
import zlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.language.scripts import syllables
from tasks.schema import Word
from tasks.transcription.recognizer import WindowResult
from tests.builders import word

CASES = Path(__file__).parent / "data" / "guard_cases.yaml"
_NOTATION = re.compile(r"([\d.]+)-([\d.]+)(?:/([\d.]+))?(?:@(-\d+))?(?: x(\d+))? (.+)")
_SPEECH_DB = -22.0
_PAD_S = 0.2


class Case(NamedTuple):
    """What an engine heard in a window, and what is to be thought of it."""

    about: str
    heard: WindowResult
    samples: Samples
    speech: tuple[tuple[float, float], ...]
    flags: tuple[str, ...]
    left: str | None


class Said(NamedTuple):
    """A stretch of text in time, at a level relative to other speech."""

    start_s: float
    end_s: float
    text: str
    gain_db: float = 0.0


@cache
def cases() -> tuple[Case, ...]:
    return tuple(_case(**entry) for entry in yaml.safe_load(CASES.read_text(encoding="utf-8")))


def spread(text: str, start_s: float, end_s: float, language: str = "en") -> list[Word]:
    """The words of a text over a time, each about as long as its syllables."""
    items = text.split()
    lengths = np.array([max(0.5, syllables(item, language)) * _weight(item) for item in items])
    edges = start_s + np.concatenate([[0], np.cumsum(lengths)]) / lengths.sum() * (end_s - start_s)
    return [word(item, float(a), float(b)) for item, a, b in zip(items, edges[:-1], edges[1:], strict=True)]


def spoken(words: list[Word], seconds: float, language: str = "en", gain_db: float = 0.0) -> np.ndarray:
    """Something like a voice that says these words: harmonics that rise and fall with each syllable, some of them hissing."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    for item in words:
        names = [f"{item.text} {number}" for number in range(max(1, round(syllables(item.text, language))))]
        shares = np.array([_weight(name) for name in names])
        starts = item.start_s + item.duration_s * np.concatenate([[0], np.cumsum(shares)[:-1]]) / shares.sum()
        for name, start, share in zip(names, starts, shares / shares.sum(), strict=True):
            made = _syllable(name, item.duration_s * share) * _weight(name)
            first = round(start * SAMPLE_RATE)
            made = made[: max(0, sound.size - first)]
            sound[first : first + made.size] += made
    return sound * 10 ** ((_SPEECH_DB + gain_db) / 20)


def background(kind: str, seconds: float, level_db: float, seed: int = 0) -> np.ndarray:
    """A sound in which nobody speaks, in full scale units."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = _BACKGROUNDS[kind](time, random)
    size = float(np.sqrt(np.mean(np.square(sound))))
    return sound / size * 10 ** (level_db / 20) if size else sound


def pcm(sound: np.ndarray) -> Samples:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def _case(
    *,
    about: str,
    said: list[str],
    flags: list[str],
    text: list[str] | None = None,
    language: str = "en",
    seconds: float | None = None,
    over: str = "noise -65",
    vad: list[list[float]] | None = None,
    no_speech: float | None = None,
    left: str | None = None,
) -> Case:
    really = [part for line in said for part in _parts(line)]
    wrote = really if text is None else [part for line in text for part in _parts(line)]
    length = seconds or max(part.end_s for part in [*really, *wrote]) + 0.5
    kind, _, level = over.partition(" ")
    sound = background(kind, length, float(level or 0), zlib.crc32(about.encode()))
    for part in really:
        sound = sound + spoken(spread(part.text, part.start_s, part.end_s, language), length, language, part.gain_db)
    detected = [(max(0, part.start_s - _PAD_S), min(length, part.end_s + _PAD_S)) for part in really]
    words = sorted(
        (item for part in wrote for item in spread(part.text, part.start_s, part.end_s, language)), key=lambda item: item.start_s
    )
    return Case(
        about=about,
        heard=WindowResult(words=tuple(words), language=language, no_speech=no_speech),
        samples=pcm(sound),
        speech=tuple(detected if vad is None else ((a, b) for a, b in vad)),
        flags=tuple(flags),
        left=left,
    )


def _parts(line: str) -> list[Said]:
    match = _NOTATION.fullmatch(line)
    assert match, line
    start, end, every, gain, times, text = match.groups()
    if every:
        return [
            Said(float(start) + n * float(every), float(end) + n * float(every), text, float(gain or 0))
            for n in range(int(times))
        ]
    return [Said(float(start), float(end), " ".join([text] * int(times or 1)), float(gain or 0))]


def _weight(name: str) -> float:
    """Words and syllables differ in length and loudness, each in the same way whenever it is said."""
    return 0.6 + (zlib.crc32(name.encode()) % 1000) / 1000


def _syllable(name: str, seconds: float) -> np.ndarray:
    """The same name sounds the same, give or take a little."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    seconds = min(seconds, 0.4)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch, formants = random.uniform(95, 230), random.uniform([250, 800], [800, 2400])
    voice = np.zeros(time.size)
    for harmonic in range(1, 25):
        frequency = pitch * harmonic
        strength = sum(np.exp(-(((frequency - formant) / 150) ** 2)) for formant in formants) + 0.05
        voice += strength * np.sin(2 * np.pi * frequency * (1 - 0.1 * time) * time)
    shape = np.sin(np.pi * np.linspace(0, 1, time.size)) ** 1.5
    sound = voice / max(1e-9, float(np.sqrt(np.mean(voice**2)) if voice.size else 1)) * shape
    if random.random() < 0.5:
        hiss = np.diff(random.normal(0, 0.25, time.size + 1)) * (np.linspace(0, 1, time.size) < 0.3)
        sound = sound + hiss
    return sound


def _hum(time: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return sum(np.sin(2 * np.pi * 50 * n * time + random.uniform(0, 6)) / n for n in (1, 2, 3, 5, 7, 10)) + random.normal(
        0, 0.02, time.size
    )


def _music(time: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A melody with chords, two to four notes a second, each struck and dying away."""
    sound, now, length = np.zeros(time.size), 0.0, random.choice([0.25, 0.33, 0.5])
    while now < time[-1]:
        root, first = 220 * 2 ** (random.integers(0, 13) / 12), round(now * SAMPLE_RATE)
        since = time[first : first + SAMPLE_RATE] - now
        ringing = np.exp(-since * 4) * np.clip(since / 0.01, 0, 1)
        sound[first : first + since.size] += ringing * sum(
            np.sin(2 * np.pi * root * ratio * since) for ratio in (1, 1.25, 1.5, 2)
        )
        now += length
    return sound


def _brown(time: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Rumble, as of wind or traffic."""
    sound = np.cumsum(random.normal(0, 1, time.size))
    window = 4000
    padded = np.pad(sound, (window // 2, window - window // 2 - 1), mode="edge")
    sums = np.concatenate([[0], np.cumsum(padded)])
    return sound - (sums[window:] - sums[:-window]) / window


_BACKGROUNDS = {
    "silence": lambda time, random: np.zeros(time.size),
    "noise": lambda time, random: random.normal(0, 1, time.size),
    "brown": _brown,
    "hum": _hum,
    "tone": lambda time, random: np.sin(2 * np.pi * random.uniform(200, 1200) * time),
    "music": _music,
}
