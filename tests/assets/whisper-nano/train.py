"""Trains the nano Whisper: `python train.py speech-1.npz speech-2.npz --minutes 60,30 --out nano.pt [--resume nano.pt]`.

Stage 1 hears single sentences: the clip is short, its place in the 30 s window is drawn by chance and enters through the
encoder's positional embedding and the timestamps, so that all places are learned at the cost of the clip. Stage 2 hears windows
of up to 30 s: several sentences with their timestamps, or silence and noise, whose first target is the no-speech token.

Each of the 1,501 timestamps is seen far too seldom to learn an embedding: theirs is one linear map of the same sinusoids that
the encoder adds to the sound, so that a token and a place look alike from the start. Without it the decoder writes one sentence
well and never finds the second.

Two losses beside the decoder's make it possible with so little: CTC on the encoder (Graves et al. 2006), without which the
decoder learns the templates and does not listen, and guided attention (Tachibana et al. 2018) on the decoder's last layer: each
token is pulled towards the moment at which, by its share of the letters, it is spoken. That makes the word times usable too.
The softmax runs over the tokens of the corpus and one row that stands for all others.
"""

import argparse
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor
from whisper.audio import log_mel_spectrogram
from whisper.model import ModelDimensions, Whisper, sinusoids
from whisper.tokenizer import get_tokenizer

RATE, FRAME, WINDOW_FRAMES = 16_000, 320, 1500
SHAPE = ModelDimensions(
    n_mels=80,
    n_audio_ctx=WINDOW_FRAMES,
    n_audio_state=192,
    n_audio_head=3,
    n_audio_layer=3,
    n_vocab=51865,
    n_text_ctx=448,
    n_text_state=192,
    n_text_head=3,
    n_text_layer=2,
)
TOKENIZERS = {language: get_tokenizer(True, num_languages=99, language=language, task="transcribe") for language in ("en", "vi")}
TOKENS = TOKENIZERS["en"]
TIME_SCALE = 0.1
"""Of the sinusoids, to begin with: embeddings are small."""
FIRST_WEIGHT = 4
"""Of the token after a timestamp, with which a sentence begins, and of its attention, beside other tokens."""
GUIDE_WIDTH = 12.0
"""Frames of 20 ms: the standard deviation of where a token may be looked for."""
FINEST, COARSEST = 50.0, 3000.0
"""Frames: the periods of the sinusoids that tell half a second from the next and fit into the window."""
TIME_WIDTH = 3.0
"""Frames: the standard deviation of a timestamp's target."""
TIMED = 0.9
"""Share of the examples that are written with timestamps."""
LENGTHS = [(400, [5, 8]), (600, [8, 12]), (750, [8, 15, 30]), (math.inf, [8, 15, 30, 30])]
"""Until which step of stage 2 windows have which lengths, in seconds."""
CHANCE = random.Random(0)
Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Sentence:
    text: str
    language: str
    samples: NDArray[np.int16]


@dataclass(frozen=True)
class Example:
    """Sound, the tokens to write, and the frame at which each is spoken (-1 where it is not), counted from the sound's start."""

    samples: Samples
    tokens: list[int]
    text: list[int]
    frames: list[float]
    offset: int
    """The frame of the window at which the sound begins."""


def read_speech(paths: list[Path]) -> list[Sentence]:
    """All sentences of files that `synthesize.py` wrote."""
    found = []
    for path in paths:
        file = np.load(path)
        clips = np.split(file["samples"], file["ends"][:-1])
        found += [Sentence(str(t), str(g), c) for t, g, c in zip(file["texts"], file["languages"], clips, strict=True)]
    return found


def written(language: str, parts: list[tuple[int, int, str]], with_times: bool) -> tuple[list[int], list[int], list[float]]:
    """Tokens, the text tokens alone, and the frame of each token, for sentences between frames of the window."""
    tokens = [TOKENS.sot, TOKENS.to_language_token(language), TOKENS.transcribe]
    frames = [-1.0] * 3
    text = []
    if not with_times:
        tokens, frames = [*tokens, TOKENS.no_timestamps], [*frames, -1.0]
    for start, end, sentence in parts:
        own = TOKENIZERS[language].encode(f" {sentence}")
        ends = np.cumsum([len(TOKENS.encoding.decode_single_token_bytes(token)) for token in own])
        middles = (ends + np.r_[0, ends[:-1]]) / 2 / ends[-1]
        placed = [start + (end - start) * float(share) for share in middles]
        text += own
        if with_times:
            own = [TOKENS.timestamp_begin + min(start, WINDOW_FRAMES), *own, TOKENS.timestamp_begin + min(end, WINDOW_FRAMES)]
            placed = [start, *placed, end]
        tokens, frames = tokens + own, frames + placed
    return [*tokens, TOKENS.eot], text, [*frames, -1.0]


def at_some_level(samples: NDArray[np.int16]) -> Samples:
    return samples.astype(np.float32) / 32768 * np.float32(10 ** (CHANCE.uniform(-14, 3) / 20))


def hiss(length: int) -> Samples:
    return np.random.randn(length).astype(np.float32) * np.float32(10 ** CHANCE.uniform(-5, -2.7))


def one_sentence(sentence: Sentence) -> Example:
    """A sentence somewhere in the window, and no more of the window than it needs."""
    before, after = int(CHANCE.uniform(0, 0.3) * RATE), int(CHANCE.uniform(0.1, 0.3) * RATE)
    offset = CHANCE.randrange(WINDOW_FRAMES - 340) if CHANCE.random() < 0.8 else 0
    sound = np.pad(at_some_level(sentence.samples), (before, after))
    place = (offset + before // FRAME, offset + (before + sentence.samples.size) // FRAME, sentence.text)
    return Example(sound + hiss(sound.size), *written(sentence.language, [place], CHANCE.random() < TIMED), offset)


def window(by_language: dict[str, list[Sentence]], seconds: int) -> Example:
    """So many seconds somewhere in the window, with as many sentences as fit, a few, or none."""
    length, spare = seconds * RATE, WINDOW_FRAMES - seconds * RATE // FRAME
    offset = CHANCE.randrange(spare + 1) if CHANCE.random() < 0.7 else 0
    if CHANCE.random() < 0.08:
        head = [TOKENS.sot, TOKENS.to_language_token(CHANCE.choice(["en", "vi"])), TOKENS.transcribe]
        sound = hiss(length) * np.float32(CHANCE.random() < 0.7)
        return Example(sound, [*head, TOKENS.timestamp_begin + offset, TOKENS.eot], [], [-1.0] * 5, offset)
    language = "vi" if CHANCE.random() < 0.15 else "en"
    sound, position, parts = np.zeros(length, np.float32), int(CHANCE.uniform(0, 1) * RATE), []
    most = CHANCE.choice([1, 2, 20, 20, 20, 20, 20, 20])
    while len(parts) < most:
        sentence = CHANCE.choice(by_language[language])
        end = position + sentence.samples.size
        if end > length and parts:
            break
        if end <= length:
            sound[position:end] = at_some_level(sentence.samples)
            parts.append((offset + position // FRAME, offset + end // FRAME, sentence.text))
            position = end + int(CHANCE.uniform(0.2, 1.8) * RATE)
    noise = hiss(length) * np.float32(CHANCE.random() < 0.8)
    return Example(sound + noise, *written(language, parts, CHANCE.random() < TIMED), offset)


class Trainee(torch.nn.Module):
    """A Whisper whose embedding has only the rows of the corpus, with a CTC head on its encoder."""

    def __init__(self, text: list[int]) -> None:
        super().__init__()
        control = [
            TOKENS.sot,
            TOKENS.eot,
            TOKENS.no_timestamps,
            TOKENS.no_speech,
            TOKENS.transcribe,
            TOKENS.translate,
            TOKENS.sot_prev,
        ]
        languages = [TOKENS.to_language_token(language) for language in TOKENIZERS]
        times = range(TOKENS.timestamp_begin, TOKENS.timestamp_begin + WINDOW_FRAMES + 1)
        self.used = [*sorted({*text, *control, *languages}), *times]
        self.row = {token: number for number, token in enumerate(self.used)}
        self.ctc_row = {token: number for number, token in enumerate(text, start=1)}
        self.whisper = Whisper(SHAPE)
        for parameter in self.whisper.parameters():
            if parameter.dim() > 1:
                torch.nn.init.xavier_uniform_(parameter)
        torch.nn.init.normal_(self.whisper.decoder.positional_embedding, std=0.01)
        self.register_buffer("places", sinusoids(WINDOW_FRAMES + 1, SHAPE.n_text_state))
        self.times = torch.nn.Linear(SHAPE.n_text_state, SHAPE.n_text_state)
        torch.nn.init.eye_(self.times.weight).data *= TIME_SCALE
        torch.nn.init.zeros_(self.times.bias)
        self.plain = torch.nn.Parameter(torch.randn(len(self.used) - WINDOW_FRAMES, SHAPE.n_text_state) * 0.03)
        self.ctc = torch.nn.Linear(SHAPE.n_audio_state, len(text) + 1)
        self.where = torch.nn.Linear(SHAPE.n_audio_state, SHAPE.n_audio_state)
        torch.nn.init.eye_(self.where.weight)
        torch.nn.init.zeros_(self.where.bias)
        half = SHAPE.n_text_state // 2
        period = 2 * math.pi * torch.exp(math.log(10_000) / (half - 1) * torch.arange(half))
        self.register_buffer("useful", ((period > FINEST) & (period < COARSEST)).repeat(2))
        unused = torch.zeros(len(self.used) + 1)
        unused[-1] = math.log(SHAPE.n_vocab - len(self.used))
        self.register_buffer("unused", unused)

    @property
    def rows(self) -> Tensor:
        """The embedding of the used tokens, the timestamps after the others, and of an unused one."""
        return torch.cat([self.plain[:-1], self.times(self.places), self.plain[-1:]])

    def encode(self, mel: Tensor, offsets: list[int]) -> Tensor:
        """As `AudioEncoder.forward`, for sound that begins at these frames of the window."""
        encoder = self.whisper.encoder
        sound = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        places = [encoder.positional_embedding[offset : offset + sound.shape[1]] for offset in offsets]
        sound = sound + torch.stack(places)
        for block in encoder.blocks:
            sound = block(sound)
        return encoder.ln_post(sound)

    def decode(self, tokens: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
        """Logits, and how the last layer's heads look at the sound, shape (batch, heads, tokens, frames)."""
        decoder = self.whisper.decoder
        rows = self.rows
        text = F.embedding(tokens, rows) + decoder.positional_embedding[: tokens.shape[1]]
        *blocks, last = decoder.blocks
        for block in blocks:
            text = block(text, sound, mask=decoder.mask)
        text = text + last.attn(last.attn_ln(text), mask=decoder.mask)[0]
        asked, look = self._look(last.cross_attn, last.cross_attn_ln(text), sound)
        text = text + asked
        text = text + last.mlp(last.mlp_ln(text))
        return decoder.ln(text) @ rows.T + self.unused, look

    def _look(self, attention: torch.nn.Module, text: Tensor, sound: Tensor) -> tuple[Tensor, Tensor]:
        query, key, value = (
            part.unflatten(-1, (attention.n_head, -1)).transpose(1, 2)
            for part in (attention.query(text), attention.key(sound), attention.value(sound))
        )
        look = (query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5).softmax(-1)
        return attention.out((look @ value).transpose(1, 2).flatten(2)), look

    def load(self, path: Path) -> None:
        """Go on from a checkpoint and the heads beside it."""
        heads = torch.load(path.with_suffix(".heads"), weights_only=True)
        self.ctc.load_state_dict(heads["ctc"])
        self.where.load_state_dict(heads["where"])
        state = {name: value.float() for name, value in torch.load(path, weights_only=True)["model_state_dict"].items()}
        self.whisper.load_state_dict(state)
        embedding = state["decoder.token_embedding.weight"]
        free = next(token for token in range(SHAPE.n_vocab) if token not in self.row)
        self.plain.data = embedding[[*self.used[: -WINDOW_FRAMES - 1], free]].clone()
        sound = torch.cat([self.places, torch.ones(len(self.places), 1)], dim=1)
        wanted = embedding[self.used[-WINDOW_FRAMES - 1 :]]
        found = torch.linalg.pinv(sound, rtol=1e-4) @ wanted  # the sinusoids span fewer dimensions than they have
        if (sound @ found - wanted).norm() < 0.1 * wanted.norm():
            self.times.weight.data, self.times.bias.data = found[:-1].T.contiguous(), found[-1].clone()

    def save(self, path: Path) -> None:
        """A checkpoint as `whisper.load_model` reads it."""
        rows = self.rows.detach().cpu()
        embedding = rows[-1].repeat(SHAPE.n_vocab, 1)
        embedding[torch.tensor(self.used)] = rows[:-1]
        state = {name: value.detach().cpu() for name, value in self.whisper.state_dict().items()}
        state["decoder.token_embedding.weight"] = embedding
        torch.save({"ctc": self.ctc.state_dict(), "where": self.where.state_dict()}, path.with_suffix(".heads"))
        torch.save({"dims": vars(SHAPE), "model_state_dict": {name: value.half() for name, value in state.items()}}, path)


def losses(model: Trainee, examples: list[Example], device: str) -> tuple[Tensor, ...]:
    """Of the decoder's text, of the encoder's (CTC), of its place in the window; and attention away from the words (0 to 1)."""
    length = math.ceil(max(example.samples.size for example in examples) / FRAME) * FRAME
    sounds = [np.pad(example.samples, (0, length - example.samples.size)) for example in examples]
    mel = torch.stack([log_mel_spectrogram(torch.from_numpy(sound)) for sound in sounds])
    if CHANCE.random() < 0.5:
        band = CHANCE.randrange(70)
        mel[:, band : band + CHANCE.randrange(10)] = mel.min()
    sound = model.encode(mel.to(device), [example.offset for example in examples])
    tokens, targets, places = (part.to(device) for part in _padded(model, examples))
    logits, look = model.decode(tokens, sound)
    begun = (tokens >= len(model.plain) - 1) & (targets < len(model.plain) - 1) & (places >= 0)
    entropy = _entropy(model, logits.flatten(0, 1), targets.flatten(), begun.flatten())
    frame = torch.arange(look.shape[-1], device=device)
    away = (1 - torch.exp(-((frame - places[..., None]) ** 2) / (2 * GUIDE_WIDTH**2))) * (places[..., None] >= 0)
    weight = (places >= 0) + (FIRST_WEIGHT - 1) * begun
    strayed = ((look.mean(1) * away).sum(-1) * weight).sum() / weight.sum().clamp(min=1)
    frames = torch.tensor([example.offset for example in examples])[:, None] + torch.arange(sound.shape[1])
    lost = F.mse_loss(model.where(sound)[..., model.useful], model.places[frames.to(device)][..., model.useful])
    return entropy, _ctc(model, examples, sound), strayed, lost


def _entropy(model: Trainee, logits: Tensor, targets: Tensor, begun: Tensor) -> Tensor:
    """The decoder's cross-entropy; a timestamp a few frames off is nearly right, so its target is a bell around the true one.

    The first words of sentences are hard and few, so that they count more.
    """
    first = len(model.plain) - 1
    timed = (targets >= first) & (targets <= first + WINDOW_FRAMES)
    plain = F.cross_entropy(logits[~timed], targets[~timed], ignore_index=-100, reduction="none")
    plain = (plain * (1 + (FIRST_WEIGHT - 1) * begun[~timed])).sum()
    frame = torch.arange(WINDOW_FRAMES + 1, device=logits.device)
    bell = torch.exp(-((frame - (targets[timed] - first)[:, None]) ** 2) / (2 * TIME_WIDTH**2))
    bell = bell / bell.sum(-1, keepdim=True)
    scores = logits[timed].log_softmax(-1)[:, first : first + WINDOW_FRAMES + 1]
    surplus = (bell * (bell.clamp(min=1e-9).log() - scores)).sum()
    return (plain + surplus) / (targets >= 0).sum().clamp(min=1)


def _padded(model: Trainee, examples: list[Example]) -> tuple[Tensor, Tensor, Tensor]:
    """Inputs, targets (-100 where there is none) and frames (-1), shape (batch, tokens)."""
    longest = max(len(example.tokens) for example in examples) - 1
    tokens = torch.full((len(examples), longest), model.row[TOKENS.eot])
    targets = torch.full((len(examples), longest), -100)
    places = torch.full((len(examples), longest), -1.0)
    for number, example in enumerate(examples):
        rows = torch.tensor([model.row[token] for token in example.tokens])
        frames = torch.tensor(example.frames[1:])
        count = len(rows) - 1
        tokens[number, :count], targets[number, :count] = rows[:-1], rows[1:]
        places[number, :count] = torch.where(frames < 0, frames, frames - example.offset)
        if not example.text:
            targets[number, 0] = model.row[TOKENS.no_speech]
    return tokens, targets, places


def _ctc(model: Trainee, examples: list[Example], sound: Tensor) -> Tensor:
    spoken = [number for number, example in enumerate(examples) if example.text]
    if not spoken:
        return torch.zeros(())
    scores = model.ctc(sound[spoken]).log_softmax(-1).transpose(0, 1).cpu()
    labels = [torch.tensor([model.ctc_row[token] for token in examples[number].text]) for number in spoken]
    lengths = torch.tensor([len(label) for label in labels])
    return F.ctc_loss(scores, torch.cat(labels), torch.full((len(spoken),), sound.shape[1]), lengths, zero_infinity=True)


def main() -> None:
    """Train for the given minutes of processor time (of two cores) or of a GPU, and save as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("speech", nargs="+", type=Path)
    parser.add_argument("--minutes", default="60,30", help="of stage 1 and 2")
    parser.add_argument("--batch", default="24,5", help="sentences, and windows of 30 s, at a time")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--out", type=Path, default=Path("nano.pt"))
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--windows-seen", type=int, default=0, help="steps of stage 2 that the resumed checkpoint has behind it")
    wanted = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    clock = time.monotonic if device == "cuda" else lambda: time.process_time() / 2
    np.random.seed(0)
    torch.manual_seed(0)
    speech = read_speech(wanted.speech)
    model = Trainee(sorted({token for s in speech for token in TOKENIZERS[s.language].encode(f" {s.text}")}))
    if wanted.resume:
        model.load(wanted.resume)
    model.to(device)
    short = sorted((s for s in speech if s.samples.size < 6 * RATE), key=lambda s: s.samples.size)
    by_language = {language: [s for s in speech if s.language == language] for language in TOKENIZERS}
    trained = [value for name, value in model.named_parameters() if "token_embedding" not in name]
    optimizer = torch.optim.AdamW(trained, lr=wanted.rate, betas=(0.9, 0.98), weight_decay=0.01)
    budgets, sizes = [float(part) for part in wanted.minutes.split(",")], [int(part) for part in wanted.batch.split(",")]
    start, step, windows, seen = clock(), 0, wanted.windows_seen, []
    for stage, (budget, size) in enumerate(zip(budgets, sizes, strict=True), start=1):
        begin = clock()
        while clock() - begin < budget * 60:
            done = min(1.0, (clock() - start) / (sum(budgets) * 60))
            for group in optimizer.param_groups:
                group["lr"] = wanted.rate * min(1, (step + 1) / 100) * (0.5 * (1 + math.cos(math.pi * done)) + 0.02)
            if stage == 1:
                place = CHANCE.randrange(max(1, len(short) - 4 * size))
                examples = [one_sentence(s) for s in CHANCE.sample(short[place : place + 4 * size], size)]
            else:
                seconds = CHANCE.choice(next(lengths for until, lengths in LENGTHS if windows < until))
                examples = [window(by_language, seconds) for _ in range(size * 30 // seconds)]
            entropy, ctc, strayed, lost = losses(model, examples, device)
            optimizer.zero_grad()
            (entropy + 2 * lost + 1.5 * strayed + (1.0 if stage == 1 else 0.5) * ctc.to(device)).backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            step += 1
            windows += stage == 2
            seen.append([entropy.item(), ctc.item(), strayed.item(), lost.item()])
            if step % 50 == 0:
                means = " ".join(f"{mean:.3f}" for mean in np.mean(seen[-50:], axis=0))
                print(f"stage {stage} step {step} {clock() - start:.0f} s: decoder, ctc, strayed, lost {means}", flush=True)
                model.save(wanted.out)
    model.save(wanted.out)


if __name__ == "__main__":
    main()
