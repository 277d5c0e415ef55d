"""The nano Whisper of the tests, in openai-whisper's own format, and what it was not trained on: speech of its corpus.

Nearly all of its 51,865 tokens never occur in its corpus and share one embedding; the asset holds the rows that differ, once.
`python tests/whisper_nano.py pack nano.pt` and `python tests/whisper_nano.py speech speech-99.npz` write the assets.
"""

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file

ASSETS = Path(__file__).parent / "assets" / "whisper-nano"
WEIGHTS, SPEECH, SENTENCES = ASSETS / "nano.safetensors", ASSETS / "held-out.ogg", ASSETS / "held-out.json"
RATE = 16_000
WINDOW_S = 10.0
"""In longer ones it leaves out or repeats sentences."""
EMBEDDING = "decoder.token_embedding.weight"
_TOKENS, _ROWS, _SHARED = "embedding.tokens", "embedding.rows", "embedding.shared"
_APART = RATE // 2
_BITS_A_SECOND = 24_000


@dataclass(frozen=True)
class Spoken:
    """Sound, int16 at 16 kHz, and its sentences with their start and end in seconds."""

    samples: NDArray[np.int16]
    language: str
    sentences: tuple[tuple[float, float, str], ...]

    @property
    def text(self) -> str:
        return " ".join(text for *_, text in self.sentences)


def unpack(path: Path) -> Path:
    """Write the checkpoint that `whisper.load_model` reads."""
    with safe_open(WEIGHTS, "pt") as file:
        dims = json.loads(file.metadata()["dims"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
    embedding = tensors.pop(_SHARED).repeat(dims["n_vocab"], 1)
    embedding[tensors.pop(_TOKENS).long()] = tensors.pop(_ROWS)
    torch.save({"dims": dims, "model_state_dict": {**tensors, EMBEDDING: embedding}}, path)
    return path


def windows() -> list[Spoken]:
    """Ten windows: seven in English, three in Vietnamese."""
    return [_joined(language, WINDOW_S, seed) for seed, language in enumerate(["en"] * 7 + ["vi"] * 3)]


def meeting() -> Spoken:
    """Three minutes in English."""
    return _joined("en", 180.0, seed=20)


def _joined(language: str, longest_s: float, seed: int) -> Spoken:
    """Held-out sentences by chance, a quarter to one and a half seconds apart, on faint noise."""
    chance = np.random.default_rng(seed)
    pool = [sentence for sentence in _held_out() if sentence[1] == language]
    sound = chance.normal(0, 3, round(longest_s * RATE))
    position, said = round(chance.uniform(0.2, 0.8) * RATE), []
    while True:
        text, _, samples = pool[chance.integers(len(pool))]
        end = position + samples.size
        if end > sound.size - RATE // 4:
            return Spoken(sound.astype(np.int16), language, tuple(said))
        sound[position:end] += 0.5 * samples
        said.append((position / RATE, end / RATE, text))
        position = end + round(chance.uniform(0.25, 1.5) * RATE)


@cache
def _held_out() -> list[tuple[str, str, NDArray[np.int16]]]:
    """Text, language and sound of every held-out sentence."""
    from tasks.audio.decode import Decoder

    sound = np.concatenate(list(Decoder(SPEECH)), axis=1)[0]
    listed = json.loads(SENTENCES.read_text(encoding="utf-8"))
    return [(item["text"], item["language"], sound[item["start"] : item["end"]]) for item in listed]


def pack(checkpoint: Path) -> None:
    """Write the weights from a trained checkpoint."""
    loaded = torch.load(checkpoint, weights_only=True)
    state = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in loaded["model_state_dict"].items()
    }
    embedding = state.pop(EMBEDDING)
    rows, counts = torch.unique(embedding, dim=0, return_counts=True)
    shared = rows[counts.argmax()]
    tokens = (embedding != shared).any(dim=1).nonzero().flatten()
    packed = {_TOKENS: tokens.int(), _ROWS: embedding[tokens].clone(), _SHARED: shared.clone()}
    save_file({**state, **packed}, WEIGHTS, {"dims": json.dumps(loaded["dims"])})


def pack_speech(path: Path) -> None:
    """Write held-out speech as one Opus file, half a second of silence between sentences, with a list of its sentences."""
    import av

    from tests.builders import fill_track

    file = np.load(path)
    clips = np.split(file["samples"], file["ends"][:-1])
    parts, listed, position = [], [], 0
    for clip, text, language in zip(clips, file["texts"], file["languages"], strict=True):
        listed.append({"text": str(text), "language": str(language), "start": position, "end": position + clip.size})
        parts += [clip, np.zeros(_APART, np.int16)]
        position += clip.size + _APART
    with av.open(str(SPEECH), "w") as sound:
        track = sound.add_stream("libopus", rate=RATE, layout="mono")
        track.bit_rate = _BITS_A_SECOND
        fill_track(sound, track, np.concatenate(parts))
    SENTENCES.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    {"pack": pack, "speech": pack_speech, "unpack": unpack}[sys.argv[1]](Path(sys.argv[2]))
