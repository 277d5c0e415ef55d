"""Make the sample recordings and their ground truth from the scripts beside this file.

A maintainer's tool, not part of the product: the recordings it makes are kept in the repository.
It needs Debian's `flite` and `espeak-ng` on the PATH and the project's own virtual environment.

    python sample_audio/make_samples.py                      # every script
    python sample_audio/make_samples.py 2026-03-02-garden-committee

`scripts/<name>.yaml` says who speaks, with which voice, what, after which gap (a negative `gap_s` interrupts
the turn before), and what a reader should find there: decisions, action items, open questions, traps.
Each sentence is synthesised and trimmed by itself, so that every time in `<name>.truth.json` is measured on the audio.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
import yaml
from numpy.typing import NDArray
from scipy.signal import resample_poly

FOLDER = Path(__file__).parent
CHANNELS = {"left": 0, "right": 1}
LEAD_S = 0.6
GAPS_S = (0.5, 0.7, 0.4, 0.9, 0.6)
SENTENCE_PAUSE_S = 0.35
SPEECH_RMS = 0.06
NOISE_RMS = 0.001
SILENCE_DB = -40.0
KINDS = ("decisions", "action_items", "open_questions", "traps")

Audio = NDArray[np.float64]
Script = dict[str, Any]


@dataclass(frozen=True)
class Sentence:
    """A sentence where it is heard: `start_s` and `end_s` are times in the recording."""

    text: str
    audio: Audio
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Turn:
    """One speaker's sentences in a row, with the script's notes on them."""

    speaker: str
    sentences: list[Sentence]
    notes: Script

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def start_s(self) -> float:
        return self.sentences[0].start_s

    @property
    def end_s(self) -> float:
        return self.sentences[-1].end_s


def main() -> None:
    """Make the recordings named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Make the sample recordings and their ground truth.")
    names = sorted(path.stem for path in (FOLDER / "scripts").glob("*.yaml"))
    parser.add_argument("names", nargs="*", help=f"scripts to use (default: all of {', '.join(names)})")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder for the results (default: this one)")
    args = parser.parse_args()
    for name in args.names or names:
        print(make_sample(name, args.out))


def make_sample(name: str, out: Path) -> Path:
    """Path of the recording made from `scripts/<name>.yaml`; its ground truth lies beside it."""
    script = yaml.safe_load((FOLDER / "scripts" / f"{name}.yaml").read_text(encoding="utf-8"))
    turns = list(speak_turns(script))
    samples = mix_turns(turns, script, seed=zlib.crc32(name.encode()))
    recording = out / f"{name}{script['audio']['suffix']}"
    write_recording(recording, samples, script["audio"])
    truth = describe_truth(recording.name, script, turns, samples.shape[1] / script["audio"]["sample_rate_hz"])
    recording.with_suffix(".truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if script.get("captions"):
        recording.with_suffix(".vtt").write_text(to_captions(truth["turns"]), encoding="utf-8")
    return recording


def speak_turns(script: Script) -> Iterator[Turn]:
    """The script's turns, spoken and placed one after the other."""
    end_s = LEAD_S
    for index, notes in enumerate(script["turns"]):
        gap_s = notes.get("gap_s", GAPS_S[index % len(GAPS_S)]) if index else 0.0
        voice = script["speakers"][notes["speaker"]]
        sentences = list(speak_sentences(notes["text"], voice, script["audio"]["sample_rate_hz"], end_s + gap_s))
        turn = Turn(notes["speaker"], sentences, notes)
        end_s = turn.end_s
        yield turn


def speak_sentences(text: str, voice: Script, sample_rate_hz: int, start_s: float) -> Iterator[Sentence]:
    """The sentences of a turn, the first at `start_s`, with a short pause between them."""
    for sentence in re.split(r"(?<=[.?!])\s+", text.strip()):
        audio = trim_silence(synthesise(sentence, voice, sample_rate_hz), sample_rate_hz)
        audio = audio * SPEECH_RMS / np.sqrt(np.mean(audio**2))
        end_s = start_s + len(audio) / sample_rate_hz
        yield Sentence(sentence, audio, start_s, end_s)
        start_s = end_s + SENTENCE_PAUSE_S


def synthesise(text: str, voice: Script, sample_rate_hz: int) -> Audio:
    """Speech for `text` at the wanted sample rate, as flite or espeak-ng says it."""
    program, name = voice["voice"].split()
    stretch, pitch = voice.get("stretch", 1.0), voice.get("pitch", 1.0)
    flite_features = ["--setf", f"duration_stretch={stretch}", "--setf", f"f0_shift={pitch}"]
    espeak_features = ["-s", str(round(175 / stretch)), "-p", str(round(50 * pitch))]
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        commands = {
            "flite": ["-voice", name, *flite_features, "-t", text, "-o", wav.name],
            "espeak-ng": ["-v", name, *espeak_features, "-w", wav.name, text],
        }
        subprocess.run([program, *commands[program]], check=True)
        speech, rate_hz = soundfile.read(wav.name)
    return np.asarray(resample_poly(speech, sample_rate_hz, rate_hz))


def trim_silence(audio: Audio, sample_rate_hz: int) -> Audio:
    """The audio without the silence around it, to within 5 ms."""
    frame = sample_rate_hz // 200
    frames = audio[: len(audio) // frame * frame].reshape(-1, frame)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > level.max() * 10 ** (SILENCE_DB / 20))
    return audio[loud[0] * frame : (loud[-1] + 1) * frame]


def mix_turns(turns: list[Turn], script: Script, seed: int) -> Audio:
    """All turns on a bed of quiet room noise, one row per channel."""
    rate_hz = script["audio"]["sample_rate_hz"]
    length = round((max(turn.end_s for turn in turns) + LEAD_S) * rate_hz)
    shape = (script["audio"].get("channels", 1), length)
    samples = np.random.default_rng(seed).normal(0.0, NOISE_RMS, shape)
    for turn in turns:
        channel = CHANNELS[script["speakers"][turn.speaker].get("channel", "left")]
        for sentence in turn.sentences:
            start = round(sentence.start_s * rate_hz)
            samples[channel, start : start + len(sentence.audio)] += sentence.audio
    return samples


def write_recording(path: Path, samples: Audio, audio: Script) -> None:
    """Encode the samples as the script asks, with its container metadata."""
    pcm = np.clip(samples * 32768, -32768, 32767).astype(np.int16).T.reshape(1, -1)
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        container.metadata.update(audio.get("metadata", {}))
        stream = container.add_stream(audio["codec"], rate=audio["sample_rate_hz"], layout=layout)
        if "bit_rate" in audio:
            stream.bit_rate = audio["bit_rate"]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm), format="s16", layout=layout)
        frame.sample_rate = audio["sample_rate_hz"]
        frame.pts = 0  # without it the encoder's delay is not written to the file, and every time is late by it
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def describe_truth(recording: str, script: Script, turns: list[Turn], duration_s: float) -> Script:
    """The ground truth: what is said, by whom and when, and what minutes should make of it."""
    truth: Script = {"recording": recording}
    truth |= {key: script[key] for key in ("title", "language", "recorded_at", "participants")}
    truth["recorded_at"] = to_iso(script["recorded_at"])
    truth["duration_s"] = round(duration_s, 3)
    truth["turns"] = [{"speaker": turn.speaker, **times_of(turn), "text": turn.text} for turn in turns]
    for kind in KINDS:
        truth[kind] = [describe_note(kind, note, turn) for turn in turns for note in turn.notes.get(kind, [])]
    return truth


def to_captions(turns: list[Script]) -> str:
    """What is said, as WebVTT with the names of the speakers."""
    cues = [f"{_clock(turn['start_s'])} --> {_clock(turn['end_s'])}\n<v {turn['speaker']}>{turn['text']}\n" for turn in turns]
    return "\n".join(["WEBVTT\n", *cues])


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"


def describe_note(kind: str, note: Script, turn: Turn) -> Script:
    """One decision, action item, open question or trap, with the sentence that proves it and its times."""
    quoted = find_quote(note.get("quote", turn.text), turn)
    quote = {"quote": " ".join(sentence.text for sentence in quoted)}
    times = {"start_s": round(quoted[0].start_s, 3), "end_s": round(quoted[-1].end_s, 3)}
    if kind == "decisions":
        return {"text": note["text"], "speaker": turn.speaker, **quote, **times}
    if kind == "open_questions":
        return {"text": note["text"], **times}
    if kind == "traps":
        return {"kind": note["kind"], **quote, **times}
    due = {"due_phrase": note.get("due_phrase"), "due_date": to_iso(note.get("due_date"))}
    return {"task": note["task"], "owner": note["owner"], **due, **quote, "speaker": turn.speaker, **times}


def find_quote(quote: str, turn: Turn) -> list[Sentence]:
    """The turn's sentences that make up the quote; a quote of anything but whole sentences is an error."""
    count = len(turn.sentences)
    runs = (turn.sentences[first:last] for first in range(count) for last in range(first + 1, count + 1))
    for run in runs:
        if " ".join(sentence.text for sentence in run) == quote:
            return run
    raise ValueError(f"no whole sentences of {turn.speaker}'s turn read '{quote}'; the turn is '{turn.text}'")


def times_of(turn: Turn) -> Script:
    """The turn's times, rounded to the millisecond."""
    return {"start_s": round(turn.start_s, 3), "end_s": round(turn.end_s, 3)}


def to_iso(value: Any) -> str | None:
    """A date or date-time as ISO 8601 text, nothing for nothing."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    main()
