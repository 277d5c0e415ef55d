"""Meetings put together from voices that are known, so that who spoke when is known to the millisecond.

Real voices are read utterances of LibriSpeech (10 speakers), cut at their pauses,
twice and differently because there is little of each; synthetic ones are flite's and espeak-ng's,
which must be installed (`sudo apt-get install flite espeak-ng`). The same numbers give the same meetings.
"""

import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Audio = NDArray[np.float32]
RATE = 16_000
_RMS = 0.06
_NOISE_RMS = 0.001
_LEAD_S = 0.6
_TURN_S = ((1.2, 6.0), (1.2, 3.5))
"""Every utterance is cut twice, into long and into short pieces: there is too little of it to make meetings of otherwise."""
_FLITE = ("slt", "rms", "awb", "kal16")
_ESPEAK = {"en-us": 20, "en-gb+f3": 85, "vi": 45, "vi+f2": 70}
"""Voice -> pitch. Other variants of one language are the same voice to an encoder of voices (cosine 0.95 to 0.99)."""
_SENTENCES = {
    "en": (
        "Good morning, let us look at the numbers of last month.",
        "We have sold more than we thought, but the costs are higher too.",
        "I would like to know why the second delivery was so late.",
        "The truck had to wait for two days at the border.",
        "Can we find another supplier before the summer?",
        "Yes, I have already written to three of them.",
        "The new office will be ready at the end of April.",
        "Who is going to order the furniture and the lamps?",
        "I can do that, if somebody tells me how many people will sit there.",
        "There are twelve desks on the plan, and two meeting rooms.",
        "Please remember that the old contract ends in March.",
        "I do not think that we should sign it again.",
        "Right.",
        "That sounds good to me.",
        "The customers ask for a simpler form on our page.",
        "My team can make a first version within two weeks.",
    ),
    "vi": (
        "Chào mọi người, chúng ta bắt đầu cuộc họp nhé.",
        "Tuần trước chúng ta đã bán được nhiều hơn dự kiến.",
        "Tôi nghĩ chúng ta nên gọi lại cho khách hàng vào ngày mai.",
        "Em sẽ gửi báo cáo cho mọi người trước thứ sáu.",
        "Phần thiết kế đã xong, nhưng phần kiểm tra thì chưa.",
        "Được rồi.",
        "Ai sẽ chuẩn bị tài liệu cho buổi gặp tiếp theo?",
        "Anh cần thêm hai tuần để làm xong việc này.",
    ),
}


@dataclass(frozen=True)
class Meeting:
    """Samples, float32 at 16 kHz, and (start_s, end_s, voice) for every turn."""

    name: str
    samples: Audio
    turns: tuple[tuple[float, float, str], ...]

    @property
    def voices(self) -> int:
        return len({voice for *_, voice in self.turns})


def make_overlaps(librispeech: Path, count: int) -> Iterator[Meeting]:
    """Two real voices who begin before the other has ended, so that about a fifth of the speech is both at once."""
    voices = read_voices(librispeech)
    for number in range(count):
        random = np.random.default_rng(9000 + number)
        chosen = [str(voice) for voice in random.choice(sorted(voices), 2, replace=False)]
        pieces = [piece for pair in zip(*(voices[voice] for voice in chosen), strict=False) for piece in pair]
        end_s, placed = _LEAD_S, []
        for place, piece in enumerate(pieces):
            start_s = max(_LEAD_S, end_s - random.uniform(0.3, 0.35 * piece.size / RATE + 0.3))
            placed.append((start_s, piece, chosen[place % 2]))
            end_s = max(end_s, start_s + piece.size / RATE)
        yield _mixed(f"overlapped {number + 1}", placed, end_s, random)


def make_meeting(name: str, voices: dict[str, list[Audio]], size: int, seed: int) -> Meeting:
    """Some of the voices take turns: nobody twice in a row, now and then one a little early, each as loud as they are."""
    random = np.random.default_rng(seed)
    chosen = [str(voice) for voice in random.choice(sorted(voices), size, replace=False)]
    left = {voice: [voices[voice][place] for place in random.permutation(len(voices[voice]))] for voice in chosen}
    gains = {voice: 10 ** (random.uniform(-9, 0) / 20) for voice in chosen}
    placed: list[tuple[float, Audio, str]] = []
    end_s, before = _LEAD_S, ""
    while able := [voice for voice in chosen if left[voice] and voice != before]:
        share = np.array([len(left[voice]) for voice in able], dtype=float)
        before = str(random.choice(able, p=share / share.sum()))
        for _ in range(min(len(left[before]), int(random.integers(1, 4)))):
            piece = left[before].pop() * gains[before]
            placed.append((end_s, piece, before))
            end_s += piece.size / RATE + 0.15
        end_s += random.uniform(-0.45, 0.9)
    return _mixed(name, placed, end_s, random)


def _mixed(name: str, placed: list[tuple[float, Audio, str]], end_s: float, random: np.random.Generator) -> Meeting:
    samples = random.normal(0, _NOISE_RMS, round((end_s + _LEAD_S + 1) * RATE)).astype(np.float32)
    for start_s, piece, _ in placed:
        start = round(start_s * RATE)
        samples[start : start + piece.size] += piece
    return Meeting(name, samples, tuple((start_s, start_s + piece.size / RATE, voice) for start_s, piece, voice in placed))


def read_voices(folder: Path) -> dict[str, list[Audio]]:
    """Speaker -> pieces of what they read, cut at pauses."""
    found: defaultdict[str, list[Audio]] = defaultdict(list)
    for path in sorted(folder.glob("*.flac")):
        samples = load_audio(path)
        found[path.name.split("-")[0]] += [_loud(piece) for limits in _TURN_S for piece in cut_at_pauses(samples, *limits)]
    if not found:
        raise SystemExit(f"error: {folder} holds no FLAC files; name the folder of LibriSpeech utterances with --data.")
    return dict(found)


def speak_voices() -> dict[str, list[Audio]]:
    """Synthetic voice -> its sentences."""
    for program in ("flite", "espeak-ng"):
        if shutil.which(program) is None:
            raise SystemExit(
                f"error: '{program}' is not installed, and the synthetic voices need it: sudo apt-get install {program}"
            )
    commands = {f"flite {name}": ["flite", "-voice", name] for name in _FLITE}
    commands |= {f"espeak-ng {name}": ["espeak-ng", "-v", name, "-p", str(pitch)] for name, pitch in _ESPEAK.items()}
    return {voice: [_loud(trimmed(_speak(command, text))) for text in _texts(voice)] for voice, command in commands.items()}


def _texts(voice: str) -> tuple[str, ...]:
    return _SENTENCES["vi" if voice.split()[1].startswith("vi") else "en"]


def _speak(command: list[str], text: str) -> Audio:
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        rest = ["-t", text, "-o", wav.name] if command[0] == "flite" else ["-w", wav.name, text]
        subprocess.run([*command, *rest], check=True)
        return load_audio(Path(wav.name))


def load_audio(path: Path) -> Audio:
    """Any file as mono float32 at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    with av.open(str(path)) as file:
        frames = [out for frame in file.decode(audio=0) for out in resampler.resample(frame)] + resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def cut_at_pauses(samples: Audio, shortest_s: float, longest_s: float) -> list[Audio]:
    """Pieces as long as turns in a meeting, cut where it is quietest, without the silence around them."""
    shortest, longest = round(shortest_s * RATE), round(longest_s * RATE)
    pieces, start = [], 0
    while samples.size - start > longest:
        levels = _levels(samples[start + shortest : start + longest], RATE // 5)
        cut = start + shortest + int(levels.argmin()) * (RATE // 5) + RATE // 10
        pieces.append(samples[start:cut])
        start = cut
    return [trimmed(piece) for piece in (*pieces, samples[start:]) if piece.size > RATE // 2]


def trimmed(samples: Audio) -> Audio:
    """Without the silence at both ends, to within 10 ms."""
    frame = RATE // 100
    levels = _levels(samples, frame)
    loud = np.flatnonzero(levels > levels.max() / 100)
    return samples[loud[0] * frame : (loud[-1] + 1) * frame]


def write_flac(path: Path, samples: Audio) -> Path:
    """A 16 kHz mono file."""
    pcm = np.clip(samples * 32768, -32768, 32767).astype(np.int16)[None]
    with av.open(str(path), "w") as file:
        stream = file.add_stream("flac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def _levels(samples: Audio, frame: int) -> Audio:
    whole = samples[: max(frame, samples.size // frame * frame)]
    return np.sqrt(np.mean(whole.reshape(-1, frame) ** 2, axis=1))


def _loud(samples: Audio) -> Audio:
    return samples * np.float32(_RMS / np.sqrt(np.mean(samples**2)))
