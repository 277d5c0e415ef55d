"""The three local engines on the real weights of Whisper base, in float32: the same words at the same times."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
import torch
import whisper

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.engine.base import Device
from tasks.models import whisper_weights
from tasks.schema import Word
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.openai_whisper import OpenAIWhisper
from tasks.transcription.recognizer import Hint, Recognizer
from tasks.transcription.transformers_whisper import TransformersWhisper
from tasks.transcription.whisper.decoding import Prompting, decode, encode
from tests.builders import SAMPLE_SPEECH
from tests.whisper_base import hugging_face_folder, installed_folder, openai_checkpoint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("one_torch_thread"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # whisper.tokenizer leaves a file open
    pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning"),
]
CPU = Device("cpu", "asked for")
EDGES_S = (0.3, 11.3, 15.1, 21.1, 29.1)
"""Where nobody speaks."""
PROMPTS = (None, "Helen, William, David")
NEAR_S = 0.2
ENGINES = ("openai-whisper", "faster-whisper", "transformers")
PAIRS = list(combinations(ENGINES, 2))


@dataclass(frozen=True)
class Models:
    """Where the same weights lie in three formats."""

    ctranslate: Path
    checkpoint: Path
    hugging_face: Path

    def open(self, engine: str) -> Recognizer:
        if engine == "openai-whisper":
            return OpenAIWhisper(OpenAIWhisper.Options(model=str(self.checkpoint), precision="fp32", threads=1), CPU)
        if engine == "transformers":
            return TransformersWhisper(
                TransformersWhisper.Options(model=str(self.hugging_face), precision="fp32", threads=1), CPU
            )
        return FasterWhisper(FasterWhisper.Options(model=str(self.ctranslate), compute_type="float32", silence_s=30), CPU)


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Iterator[Models]:
    """Whisper base in three formats. The checkpoint is known as the library's, so that its heads are those of base."""
    folder = installed_folder()
    if folder is None:
        pytest.skip("Whisper base is not on this machine: make install, or minutes models pull --config embedded")
    place = tmp_path_factory.mktemp("whisper-base")
    checkpoint = openai_checkpoint(folder, place / "base.pt")
    digest = hashlib.sha256(checkpoint.read_bytes()).hexdigest()
    known = {"base": whisper_weights.KnownModel("base", f"https://example.org/{digest}/base.pt")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whisper_weights, "known_models", lambda: known)
        yield Models(folder, checkpoint, hugging_face_folder(checkpoint, place / "hugging-face"))


@pytest.fixture(scope="module")
def windows() -> list[Samples]:
    """29 seconds of the garden meeting in four windows."""
    samples = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    return [samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)] for start, end in pairwise(EDGES_S)]


@pytest.fixture(scope="module")
def heard(models, windows) -> dict[str, list[Sequence[Word]]]:
    """The words of each window by each engine."""
    found = {}
    for name in ENGINES:
        with models.open(name) as engine:
            found[name] = [each.words for each in engine.recognize(windows, Hint(language="en"))]
    return found


@pytest.mark.parametrize("prompt", PROMPTS, ids=["plain", "prompt"])
def test_tokens_are_those_of_whisper_decode_in_any_batch(models, windows, prompt):
    model = whisper_weights.load_weights(str(models.checkpoint)).float()
    options = whisper.DecodingOptions(language="en", prompt=prompt, fp16=False)
    prompting = Prompting("en", prompt)
    with torch.inference_mode():
        features = encode(model, windows)
        expected = [result.tokens for result in whisper.decode(model, features, options)]
        expected[0] = whisper.decode(model, spectrum(windows[0]), options).tokens
        together = decode(model, features, prompting)[0]
        alone = [decode(model, features[row : row + 1], prompting)[0][0] for row in range(len(windows))]
    assert [said.tokens for said in together] == expected
    assert [said.tokens for said in alone] == expected


def spectrum(window: Samples) -> torch.Tensor:
    return whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(window.astype(np.float32) / 32768)))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_engines_write_the_same_words(heard, one, other):
    texts = [[" ".join(word.text for word in words) for words in heard[name]] for name in (one, other)]
    assert all(texts[0])
    assert jiwer.wer(*texts) <= 0.01


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_engines_put_words_at_the_same_times(heard, one, other):
    """On 617 words of read speech all times were equal; float32 sums of other processors may move a border."""
    pairs = [pair for windows in zip(heard[one], heard[other], strict=True) for pair in same_words(*windows)]
    near = [max(abs(first.start_s - second.start_s), abs(first.end_s - second.end_s)) <= NEAR_S + 1e-6 for first, second in pairs]
    assert len(near) > 60
    assert sum(near) / len(near) >= 0.98


def same_words(one: Sequence[Word], other: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    texts = [[word.text for word in words] for words in (one, other)]
    for block in SequenceMatcher(None, *texts, autojunk=False).get_matching_blocks():
        yield from zip(one[block.a : block.a + block.size], other[block.b : block.b + block.size], strict=True)
