"""The encoder in bfloat16 on the real weights of Whisper base, and the file that it reads them from."""

from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("faster_whisper")

from faster_whisper import WhisperModel

from tasks.audio.decode import Decoder
from tasks.engine.base import Device
from tasks.errors import DependencyError, ResourceError
from tasks.models.ctranslate import convert
from tasks.models.ctranslate_file import read_weights
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.recognizer import Hint
from tasks.transcription.whisper import ctranslate_engine
from tasks.transcription.whisper.bfloat16_encoder import BFloat16Encoder
from tests.builders import SAMPLE_SPEECH
from tests.whisper_base import installed_folder
from tests.whisper_weights_random import random_checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning")  # whisper leaves it open
CPU = Device("cpu", "asked for")
AS_SAID = 0.02
"""Mean difference to float32, as a share of the mean value; 8-bit weights are 0.05 away."""


@pytest.fixture(scope="module")
def base() -> Path:
    if (folder := installed_folder()) is None:
        pytest.skip("Whisper base is not on this machine: make install, or minutes models pull --config embedded")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    return random_checkpoint(tmp_path_factory.mktemp("weights") / "random.pt", seed=3)


@pytest.fixture(scope="module")
def random(checkpoint, tmp_path_factory) -> Path:
    return convert(checkpoint, tmp_path_factory.mktemp("models") / "float32", "float32")


def garden() -> np.ndarray:
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0].astype(np.float32) / 32768


@pytest.mark.parametrize("frames", [3000, 1000, 402, 20])
def test_encoder_sees_what_that_of_the_library_sees(base, frames):
    model = WhisperModel(str(base), device="cpu", compute_type="float32", cpu_threads=1, local_files_only=True)
    features = np.ascontiguousarray(model.feature_extractor(garden()[: 30 * 16_000])[:, :frames])
    expected, seen = (np.asarray(it.encode(features)) for it in (model, BFloat16Encoder(base)))
    assert seen.shape == expected.shape
    assert np.abs(seen - expected).mean() < AS_SAID * np.abs(expected).mean()


def test_words_are_those_of_float32(base, monkeypatch):
    monkeypatch.setattr(ctranslate_engine, "processor_flags", lambda: ("amx_bf16",))
    window = (garden()[: round(11.3 * 16_000)] * 32768).astype(np.int16)
    texts = {}
    for compute_type in ("auto", "float32"):
        with FasterWhisper(FasterWhisper.Options(model=str(base), compute_type=compute_type), CPU) as engine:
            precision = engine.fit.load.precision
            texts[precision] = [word.text for word in next(engine.recognize([window], Hint(language="en"))).words]
    assert texts["int8_bfloat16"] == texts["float32"] != []


def test_processor_without_a_matrix_unit_stays_with_the_library(random, monkeypatch):
    monkeypatch.setattr(ctranslate_engine, "processor_flags", lambda: ("avx2", "avx512_bf16"))
    assert ctranslate_engine.choose_compute_type("auto", "cpu") == ("int8", None)
    with pytest.raises(ResourceError, match="this cpu device has no int8_bfloat16"):
        FasterWhisper(FasterWhisper.Options(model=str(random), compute_type="int8_bfloat16"), CPU)


def test_precision_that_was_asked_for_is_kept_with_a_matrix_unit(monkeypatch):
    monkeypatch.setattr(ctranslate_engine, "processor_flags", lambda: ("amx_bf16",))
    assert [ctranslate_engine.choose_compute_type(name, "cpu")[0] for name in ("int8", "float32")] == ["int8", "float32"]
    with pytest.raises(ResourceError, match=r"no float16; it has .*int8_bfloat16"):
        ctranslate_engine.choose_compute_type("float16", "cpu")


# The file


@pytest.mark.parametrize(("quantization", "apart"), [("float16", 1e-3), ("bfloat16", 1e-2), ("int8", 1e-2)])
def test_weights_of_every_precision_are_read(checkpoint, random, tmp_path, quantization, apart):
    exact = read_weights(random / "model.bin", "encoder/")
    stored = read_weights(convert(checkpoint, tmp_path / "other", quantization) / "model.bin", "encoder/")
    assert stored.keys() == exact.keys()
    for name, weight in exact.items():
        most = float(weight.abs().max())
        torch.testing.assert_close(stored[name].float(), weight.float(), atol=apart * most, rtol=0)


def test_only_what_was_asked_for_is_read(random):
    names = read_weights(random / "model.bin", "decoder/layer_0/")
    assert names
    assert all(name.startswith("decoder/layer_0/") for name in names)


def test_names_that_share_their_numbers_are_all_there(random):
    weights = read_weights(random / "model.bin", "decoder/")
    assert weights["decoder/projection/weight"].equal(weights["decoder/embeddings/weight"])


@pytest.mark.parametrize("size", [0, 3, 10, 5000])
def test_file_cut_short_is_refused(random, tmp_path, size):
    cut = tmp_path / "model.bin"
    cut.write_bytes((random / "model.bin").read_bytes()[:size])
    with pytest.raises(DependencyError, match=r"model.bin: is no file of CTranslate2 whose weights can be read"):
        read_weights(cut)


def test_file_of_another_version_is_refused(random, tmp_path):
    other = tmp_path / "model.bin"
    other.write_bytes(b"\x07" + (random / "model.bin").read_bytes()[1:])
    with pytest.raises(DependencyError, match="its version is 7, and 6 is known"):
        read_weights(other)
