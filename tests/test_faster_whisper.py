"""faster-whisper on converted random weights: what openai-whisper would say, one result a window, no network."""

import json
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("faster_whisper")

from tasks.audio.decode import SAMPLE_RATE
from tasks.engine.base import Device, ModelNeed
from tasks.errors import BackendError, ConfigError, DependencyError, ResourceError
from tasks.models.ctranslate import CTRANSLATE_FILES, convert, need_of
from tasks.models.step_down import Load
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.recognizer import Hint, WindowResult
from tasks.transcription.whisper import ctranslate_engine as engine
from tests.whisper_weights_random import random_checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*tiktoken:ResourceWarning")  # whisper leaves it open
CPU = Device("cpu", "asked for")
ENGLISH = Hint(language="en")
EOT, TIME = 50257, 50364
SOUNDING = 5
"""So many of the windows are longer than a few samples."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory) -> Path:
    return random_checkpoint(tmp_path_factory.mktemp("weights") / "random.pt", seed=3)


@pytest.fixture(scope="module")
def folder(checkpoint, tmp_path_factory) -> Path:
    return convert(checkpoint, tmp_path_factory.mktemp("models") / "random", "float32")


@pytest.fixture(scope="module")
def windows() -> list[np.ndarray]:
    """Sounds of several lengths, silence, and stretches too short to hold a word."""
    random = np.random.default_rng(5)
    sounds = [random.normal(0, level, round(seconds * SAMPLE_RATE)) for level, seconds in ((3000, 3), (500, 30), (8000, 0.7))]
    tone = 9000 * np.sin(np.arange(5 * SAMPLE_RATE) ** 1.3 / 900)
    rest = [np.zeros(2 * SAMPLE_RATE), np.zeros(0), np.ones(1), np.ones(100)]
    return [np.asarray(samples).astype(np.int16) for samples in (*sounds, tone, *rest)]


def open_it(folder: Path, **options) -> FasterWhisper:
    values = {"model": str(folder), "compute_type": "float32", "cpu_threads": 1, "silence_s": 30, **options}
    return FasterWhisper(FasterWhisper.Options(**values), CPU)


@pytest.fixture(scope="module")
def recognizer(folder) -> FasterWhisper:
    return open_it(folder)


@pytest.fixture(scope="module")
def heard(recognizer, windows) -> list[WindowResult]:
    return list(recognizer.recognize(windows, ENGLISH))


def said(results) -> list[list[tuple[str, float, float]]]:
    """Texts and times. In windows of a few samples nothing was said, and the last bit decides where in them it was not said."""
    return [
        [(word.text, word.start_s, word.end_s) if number < SOUNDING else word.text for word in result.words]
        for number, result in enumerate(results)
    ]


# What it says


def test_text_is_that_of_openai_whisper(checkpoint, windows, heard):
    import torch
    import whisper

    model = whisper.load_model(str(checkpoint), device="cpu")
    options = whisper.DecodingOptions(language="en", fp16=False)
    for window, result in zip(windows[:4], heard, strict=False):
        sound = torch.from_numpy(whisper.pad_or_trim(window.astype(np.float32) / 32768))
        expected = whisper.decode(model, whisper.log_mel_spectrogram(sound), options)
        assert "".join("".join(word.text for word in result.words).split()) == "".join(expected.text.split())
        assert result.no_speech == pytest.approx(expected.no_speech_prob, abs=1e-4)


def test_every_window_has_one_result_in_order(windows, heard):
    assert len(heard) == len(windows)
    assert all(isinstance(result, WindowResult) for result in heard)
    assert any(result.words for result in heard)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_results_do_not_depend_on_the_batch(folder, windows, heard, batch_size):
    assert said(open_it(folder, batch_size=batch_size).recognize(windows, ENGLISH)) == said(heard)


def test_words_are_in_order_and_inside_their_window(windows, heard):
    for window, result in zip(windows, heard, strict=True):
        edges = [edge for word in result.words for edge in (word.start_s, word.end_s)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= window.size / SAMPLE_RATE for edge in edges)
        assert all(word.text == word.text.strip() and 0 <= word.confidence <= 1 for word in result.words)


def test_language_is_found_for_each_window(recognizer, windows):
    alone = [next(recognizer.recognize([window], Hint())) for window in windows]
    together = list(recognizer.recognize(windows, Hint()))
    assert [result.language for result in together] == [result.language for result in alone]
    assert said(together) == said(alone)


def test_language_is_found_among_those_known(recognizer, windows):
    assert {result.language for result in recognizer.recognize(windows[:4], Hint(languages=("vi",)))} == {"vi"}


def test_language_probabilities_agree_with_what_is_chosen(recognizer, windows):
    beliefs = recognizer.language_probabilities(windows)
    assert [round(sum(window.values()), 3) for window in beliefs] == [1.0] * len(windows)
    assert [max(window, key=window.get) for window in beliefs] == [it.language for it in recognizer.recognize(windows, Hint())]


def test_eight_bit_weights_say_something_too(folder, windows):
    assert len(list(open_it(folder, compute_type="auto").recognize(windows[:2], ENGLISH))) == 2


def test_chance_gives_a_result_for_each_window(recognizer, windows):
    assert len(list(recognizer.recognize(windows[:3], Hint(language="en", temperature=0.8)))) == 3


@dataclass
class SaidBy:
    """What the engine says of a window."""

    sequences_ids: list[list[int]]
    scores: tuple[float] = (0.0,)
    no_speech_prob: float = 0.0


class Spy:
    """Stands before the engine: tells what `generate` was asked, and may fail."""

    def __init__(self, engine, fail=lambda windows: None) -> None:
        self._engine, self._fail, self.asked = engine, fail, []

    def __getattr__(self, name: str):
        return getattr(self._engine, name)

    def generate(self, encoded, prompts, **options):
        self.asked.append((prompts, options))
        if message := self._fail(len(prompts)):
            raise RuntimeError(message)
        return self._engine.generate(encoded, prompts, **options)


@pytest.fixture
def spied(folder, monkeypatch):
    """The recognizer and its spy."""

    def make(fail=lambda windows: None, **options) -> tuple[FasterWhisper, Spy]:
        recognizer = open_it(folder, **options)
        spy = Spy(recognizer.model.model, fail)
        recognizer.model.model = spy
        return recognizer, spy

    return make


def test_prompt_goes_before_the_text_and_never_into_it(spied, windows):
    recognizer, spy = spied()
    list(recognizer.recognize(windows[:2], Hint(language="en", prompt="Nguyen, budget")))
    tokenizer = recognizer.tokenizer("en")
    words = tokenizer.encode(" Nguyen, budget")
    assert spy.asked[0][0] == [[tokenizer.sot_prev, *words, *tokenizer.sot_sequence]] * 2


def test_nothing_is_carried_from_window_to_window(spied, windows):
    recognizer, spy = spied(batch_size=1)
    list(recognizer.recognize(windows[:3], ENGLISH))
    assert [prompts for prompts, _ in spy.asked] == [[recognizer.tokenizer("en").sot_sequence]] * 3


def test_text_may_end_in_half_a_character(spied, windows, monkeypatch):
    recognizer, _ = spied()
    said = iter([[TIME, 2425, 156, 94], [156, 94], []])
    monkeypatch.setattr(Spy, "generate", lambda *_, **__: [SaidBy([next(said)]) for _ in range(3)])
    heard = recognizer.recognize([windows[0]] * 3, ENGLISH)
    assert [[word.text for word in each.words] for each in heard] == [["Hello\ufffd"], ["\ufffd"], []]


# When something fails


def test_half_the_batch_when_memory_is_short_and_it_is_said(spied, windows, heard):
    recognizer, _ = spied(lambda windows: "CUDA failed with error out of memory" if windows > 2 else None)
    assert said(recognizer.recognize(windows, ENGLISH)) == said(heard)
    assert tuple(map(str, recognizer.steps)) == (
        "memory ran out on cpu with a batch of 8, so 4 were taken at once",
        "memory ran out on cpu with a batch of 4, so 2 were taken at once",
    )


def test_memory_short_for_one_window_is_a_resource_error(spied, windows):
    recognizer, _ = spied(lambda windows: "CUDA failed with error out of memory")
    with pytest.raises(ResourceError, match=r"with one window at a time in float32. Use compute_type: int8 or a smaller model"):
        list(recognizer.recognize(windows, ENGLISH))


def test_short_of_memory_a_gpu_goes_to_eight_bits_and_then_to_the_cpu():
    opened = []

    def open_if_on_cpu(load: Load) -> str:
        opened.append((load.device, load.precision))
        if load.device != "cpu":
            raise RuntimeError("CUDA failed with error out of memory")
        return "model"

    fit = engine.FasterWhisperFit(Load(8, "float16", "cuda"), open_if_on_cpu)
    assert (fit.model, fit.load.batch_size) == ("model", 8)
    assert opened == [("cuda", "float16"), ("cuda", "int8"), ("cpu", "int8")]
    assert tuple(map(str, fit.steps)) == (
        "memory ran out on cuda in float16, so int8 was used",
        "memory ran out on cuda, so the CPU did the work, which is slow",
    )


def test_failure_in_a_batch_costs_only_the_window_that_fails_alone(spied, windows):
    failures = iter([True, False, True, False])
    recognizer, _ = spied(lambda windows: "bad luck" if next(failures) else None)
    first, second, third = recognizer.recognize(windows[:3], ENGLISH)
    assert [type(first), type(second), type(third)] == [WindowResult, BackendError, WindowResult]
    assert str(second) == "faster-whisper stopped: bad luck."


def test_short_windows_are_not_filled_up_and_say_the_same_in_any_company(folder, windows):
    recognizer = open_it(folder, silence_s=4)
    assert [recognizer.frames(round(seconds * SAMPLE_RATE)) for seconds in (0, 3, 7, 11, 13, 15, 25, 30)] == [
        400,
        800,
        1200,
        1600,
        2000,
        2000,
        3000,
        3000,
    ]
    together = list(recognizer.recognize(windows, ENGLISH))
    alone = [next(recognizer.recognize([window], ENGLISH)) for window in windows]
    assert said(together) == said(alone)


def test_what_was_encoded_for_the_vote_is_not_encoded_again_for_the_words(folder, windows, monkeypatch):
    from faster_whisper import WhisperModel

    recognizer, encode, encoded = open_it(folder, silence_s=4), WhisperModel.encode, []
    fresh = said(list(recognizer.recognize(windows, ENGLISH)))
    monkeypatch.setattr(WhisperModel, "encode", lambda self, sound: encoded.append(1) or encode(self, sound))
    recognizer.language_probabilities(windows)
    assert said(list(recognizer.recognize(windows, ENGLISH))) == fresh
    assert len(encoded) == len(windows)


def test_broken_gpu_ends_the_process_instead_of_each_window(spied, windows):
    recognizer, spy = spied(lambda windows: "CUDA failed with error an illegal memory access was encountered")
    with pytest.raises(ResourceError, match="illegal memory access was encountered") as caught:
        list(recognizer.recognize(windows, ENGLISH))
    assert caught.value.fatal
    assert len(spy.asked) == 1


def test_missing_libraries_of_cuda_give_the_install_line(spied, windows):
    recognizer, _ = spied(lambda windows: "Library libcublas.so.12 is not found or cannot be loaded")
    with pytest.raises(DependencyError, match="pip install nvidia-cublas-cu12 nvidia-cudnn-cu12"):
        list(recognizer.recognize(windows, ENGLISH))


# Languages and precision


@pytest.mark.parametrize(
    ("wanted", "known", "code"), [("vi-VN", ("en", "vi"), "vi"), (None, ("en", "vi"), None), (None, ("en",), "en")]
)
def test_language_as_the_model_calls_it(wanted, known, code):
    assert engine.known_language(wanted, known, "tiny") == code


@pytest.mark.parametrize(("known", "what"), [(("en",), "English only"), (("en", "vi"), "no language 'xx'")])
def test_language_that_the_model_does_not_know_is_refused(known, what):
    with pytest.raises(BackendError, match=f"the model 'tiny' knows {what}. Choose a multilingual model"):
        engine.known_language("xx", known, "tiny")


def test_precision_that_the_device_lacks_is_refused(folder):
    with pytest.raises(
        ResourceError, match=r"compute_type: this cpu device has no float16; it has .*int8.*\. Choose one of these"
    ):
        open_it(folder, compute_type="float16")


def test_auto_says_when_it_is_not_the_fastest(monkeypatch):
    monkeypatch.setattr("ctranslate2.get_supported_compute_types", lambda place: {"float32", "int8"})
    step = "this cuda device has no float16, so faster-whisper runs in int8"
    precision, said = engine.choose_compute_type("auto", "cuda")
    assert said
    assert (precision, said.message) == ("int8", step)


def test_threads_are_the_share_of_the_process(folder, monkeypatch):
    monkeypatch.setattr(engine, "own_cores", lambda: 1)
    asked = []
    monkeypatch.setattr("faster_whisper.WhisperModel.__init__", lambda self, *args, **options: asked.append(options) or _stop())
    with pytest.raises(DependencyError):
        open_it(folder, cpu_threads=0)
    assert (asked[0]["cpu_threads"], asked[0]["local_files_only"]) == (1, True)


def _stop() -> None:
    raise ValueError("seen enough")


# Models


def test_opening_asks_no_network(folder, monkeypatch):
    asked = []

    def refuse(*args, **kwargs):
        asked.append(args)
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    open_it(folder).close()
    assert asked == []


@pytest.mark.parametrize(
    ("model", "need"),
    [
        ("tiny", ModelNeed("hub", "Systran/faster-whisper-tiny", None, CTRANSLATE_FILES)),
        ("team/model", ModelNeed("hub", "team/model", None, CTRANSLATE_FILES)),
        ("./mine", ModelNeed("local", "./mine")),
    ],
)
def test_model_is_a_name_a_hub_id_or_a_folder(model, need):
    assert FasterWhisper.models(FasterWhisper.Options(model=model)) == (need,)


def test_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no model 'larg-v3'; .*tiny.en, .*Did you mean 'large-v3'\?$"):
        need_of("larg-v3", None)


def test_model_that_was_not_fetched_names_the_command_and_the_way_without():
    with pytest.raises(DependencyError) as caught:
        open_it(Path("tiny"))
    assert str(caught.value) == (
        "model 'Systran/faster-whisper-tiny': is not on this machine."
        " Fetch it with `minutes models pull` and the same --config; the smallest is --config embedded, 180 MB."
    )


def test_folder_without_tokenizer_is_refused_before_one_is_fetched(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "tokenizer.json").unlink()
    with pytest.raises(DependencyError, match=r"has no tokenizer.json, .*minutes models convert"):
        open_it(copy)


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json"])
def test_file_cut_short_is_a_dependency_error(folder, tmp_path, name):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / name).write_bytes((copy / name).read_bytes()[:5000])
    with pytest.raises(DependencyError, match=r"cannot be opened: .* Get it anew: minutes models pull"):
        open_it(copy)


def test_features_that_do_not_fit_the_model_are_noticed(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "copy")
    settings = json.loads((copy / "preprocessor_config.json").read_text())
    (copy / "preprocessor_config.json").write_text(json.dumps(settings | {"feature_size": 128}))
    with pytest.raises(DependencyError, match="wants 80 mel bands"):
        open_it(copy)


def test_revision_pins_the_weights_and_the_library(recognizer):
    assert recognizer.revision(recognizer.options).startswith("faster-whisper 1.")
    assert ", sha256 " in recognizer.revision(recognizer.options)
