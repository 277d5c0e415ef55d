"""Whisper on transformers: small random weights of the true architecture, converted as `minutes models convert` does it."""

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
import whisper
from pydantic import ValidationError
from safetensors.torch import load_file, save_file

from tasks.audio.decode import SAMPLE_RATE
from tasks.engine.base import Device, ModelNeed
from tasks.errors import BackendError, ConfigError, DependencyError
from tasks.models.checkpoint import to_hugging_face
from tasks.transcription.recognizer import Hint, WindowResult
from tasks.transcription.transformers_whisper import TransformersWhisper
from tasks.transcription.whisper import hub_decoding
from tasks.transcription.whisper.hub_model import HubTokenizer
from tasks.transcription.whisper.word_tokens import split_to_pieces
from tests.builders import noise, silence, tone
from tests.whisper_weights_random import random_checkpoint

pytestmark = pytest.mark.filterwarnings("ignore:.*tiktoken:pytest.PytestUnraisableExceptionWarning")  # whisper leaves them open
CPU = Device("cpu", "asked for")
ENGLISH = Hint(language="en")
CONTEXT = 32
"""Tokens that the decoder can read: few, so that the babble is short."""
WINDOWS = [noise(3), tone(5), noise(1.5), np.concatenate([tone(2), noise(4)])]
TEXT = " Good morning, “everyone” – 3.5 percent! Chào buổi sáng. 今天开会。"


def convert(folder: Path, **dims: int) -> Path:
    random_checkpoint(folder / "tiny.pt", n_text_ctx=CONTEXT, **dims)
    to_hugging_face(folder / "tiny.pt", folder / "tiny")
    return folder / "tiny"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Path:
    """A multilingual model; its checkpoint in openai-whisper's format lies beside it."""
    return convert(tmp_path_factory.mktemp("multilingual"))


@pytest.fixture(scope="session")
def tiny_en(tmp_path_factory) -> Path:
    return convert(tmp_path_factory.mktemp("english"), n_vocab=51864)


@pytest.fixture(scope="module")
def backend(tiny) -> TransformersWhisper:
    return opened(tiny)


@pytest.fixture
def copied(tiny, tmp_path) -> Path:
    """A copy of the multilingual model that a test may change."""
    return Path(shutil.copytree(tiny, tmp_path / "copied"))


def opened(folder: Path, **options) -> TransformersWhisper:
    """In fp32, whatever this processor likes: what is compared here are numbers."""
    values = {"model": str(folder), "threads": 1, "precision": "fp32", **options}
    return TransformersWhisper(TransformersWhisper.Options(**values), CPU)


def texts(results) -> list[list[str]]:
    return [[word.text for word in heard.words] for heard in results]


def change(folder: Path, file: str, **values: object) -> Path:
    """Set (or with None, remove) entries of a JSON file of the model."""
    content = json.loads((folder / file).read_text()) | values
    (folder / file).write_text(json.dumps({name: value for name, value in content.items() if value is not None}))
    return folder


# What is heard


@pytest.mark.slow
def test_tokens_are_those_of_openai_whisper(backend, tiny):
    model = whisper.load_model(str(tiny.with_name("tiny.pt")), device="cpu")
    options = whisper.DecodingOptions(language="en", fp16=False, sample_len=CONTEXT - 5)
    for window in WINDOWS[:2]:
        mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(window).float() / 32768))
        expected = whisper.decode(model, mel, options)
        assert tokens(backend, window) == expected.tokens
        [heard] = backend.recognize([window], ENGLISH)
        assert heard.no_speech == pytest.approx(expected.no_speech_prob, abs=1e-4)


def tokens(backend: TransformersWhisper, window: np.ndarray, prompt: tuple[int, ...] = (), timestamps: bool = True) -> list[int]:
    loaded = backend.model
    with torch.inference_mode():
        encoded = hub_decoding.encode(loaded, [window])
        return hub_decoding.generate(loaded, encoded, ["en"], hub_decoding.Manner(prompt, 0.0, timestamps), [0])[0]


@pytest.mark.slow
def test_words_are_in_order_inside_their_window(backend):
    results = list(backend.recognize(WINDOWS, ENGLISH))
    assert all(isinstance(heard, WindowResult) and heard.words for heard in results)
    for heard, window in zip(results, WINDOWS, strict=True):
        edges = [edge for word in heard.words for edge in (word.start_s, word.end_s)]
        starts = edges[::2]
        assert starts == sorted(starts)
        assert 0 <= min(edges) <= max(edges) <= window.size / SAMPLE_RATE
        assert all(word.text == word.text.strip() and word.text and 0 <= word.confidence <= 1 for word in heard.words)


def assert_same(results: Iterable[WindowResult], expected: Sequence[WindowResult]) -> None:
    """The same but for beliefs, which change a little with the order of sums: by up to 3e-6, and not alike on all processors."""
    for heard, wanted in zip(results, expected, strict=True):
        assert [word.confidence for word in heard.words] == pytest.approx([word.confidence for word in wanted.words], abs=1e-3)
        assert heard.no_speech == pytest.approx(wanted.no_speech, abs=1e-5)
        assert without_beliefs(heard) == without_beliefs(wanted)


def without_beliefs(heard: WindowResult) -> WindowResult:
    words = tuple(word.model_copy(update={"confidence": None}) for word in heard.words)
    return heard.model_copy(update={"words": words, "no_speech": None})


@pytest.mark.slow
def test_result_does_not_depend_on_the_batch(backend, tiny):
    alone = [heard for window in WINDOWS for heard in backend.recognize([window], Hint())]
    with opened(tiny, batch_size=3) as other:
        assert_same(other.recognize(WINDOWS, Hint()), alone)


def test_chance_is_the_same_each_time_and_for_each_window_its_own(backend):
    hint = Hint(language="en", temperature=0.8)
    together = list(backend.recognize(WINDOWS[:2], hint))
    [alone] = backend.recognize(WINDOWS[1:2], hint)
    assert_same(together[1:], [alone])
    assert texts(together) != texts(backend.recognize(WINDOWS[:2], ENGLISH))


def test_chance_leaves_that_of_others_alone(backend):
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    list(backend.recognize(WINDOWS[:1], Hint(language="en", temperature=0.5)))
    assert torch.rand(1) == expected


def test_language_is_the_likeliest_unless_it_is_told(backend):
    [beliefs] = backend.language_probabilities(WINDOWS[:1])
    assert sum(beliefs.values()) == pytest.approx(1)
    assert {"en", "vi", "jv"} <= beliefs.keys()
    [found], [told] = (list(backend.recognize(WINDOWS[:1], hint)) for hint in (Hint(), Hint(language="vi-VN")))
    assert (found.language, told.language) == (max(beliefs, key=beliefs.get), "vi")


def test_language_is_found_among_those_known(backend):
    found = backend.recognize(WINDOWS[:2], Hint(languages=("vi", "jv")))
    assert {result.language for result in found} <= {"vi", "jv"}


def test_what_was_encoded_for_the_vote_is_not_encoded_again_for_the_words(backend, monkeypatch):
    module, hub_encode, encoded = "tasks.transcription.transformers_whisper.encode", hub_decoding.encode, []
    fresh = list(backend.recognize(WINDOWS[:1], ENGLISH))
    monkeypatch.setattr(module, lambda opened, left: encoded.extend(left) or hub_encode(opened, left))
    backend.language_probabilities(WINDOWS[:1])
    assert_same(backend.recognize(WINDOWS[:1], ENGLISH), fresh)
    assert len(encoded) == 1


def test_windows_of_one_batch_may_be_in_several_languages(backend, monkeypatch):
    codes = ["vi", "en"]
    monkeypatch.setattr("tasks.transcription.transformers_whisper.likeliest", lambda *_: codes)
    together = list(backend.recognize(WINDOWS[:2], Hint()))
    assert [heard.language for heard in together] == codes
    assert texts(together[1:]) == texts(backend.recognize(WINDOWS[1:2], ENGLISH))


def test_prompt_is_text_and_changes_what_is_heard(backend):
    plain, prompted = (list(backend.recognize(WINDOWS[:1], hint)) for hint in (ENGLISH, Hint(language="en", prompt="Lan, Minh")))
    assert texts(plain) != texts(prompted)
    assert hub_decoding.prompt_tokens(backend.model, " ") == []
    assert all(token < 50257 for token in hub_decoding.prompt_tokens(backend.model, "<|vi|> <|endoftext|>"))


def test_prompt_that_is_too_long_is_cut_and_that_is_said(tiny):
    with opened(tiny) as backend:
        [heard] = backend.recognize(WINDOWS[:1], Hint(language="en", prompt="one two three " * 30))
        assert isinstance(heard, WindowResult)
        assert tuple(map(str, backend.steps)) == (
            f"Whisper takes no more than {CONTEXT // 2 - 1} tokens of a prompt, so its beginning was left out",
        )


@pytest.mark.parametrize("window", [silence(0), silence(0.01), silence(30), tone(30), np.full(100, -32768, dtype=np.int16)])
def test_any_window_gives_a_result(backend, window):
    [heard] = backend.recognize([window], ENGLISH)
    assert isinstance(heard, WindowResult)
    assert all(word.end_s <= window.size / SAMPLE_RATE for word in heard.words)


def test_no_windows_no_results(backend):
    assert list(backend.recognize([], Hint())) == []
    assert backend.language_probabilities([]) == []


def test_checkpoint_that_babbles_without_timestamps_spreads_its_words(tiny):
    with opened(tiny, timestamps=False, word_timestamps=False) as backend:
        said = tokens(backend, WINDOWS[0], timestamps=False)
        [heard] = backend.recognize(WINDOWS[:1], ENGLISH)
    assert max(said) < 50257
    assert (heard.words[0].start_s, heard.words[-1].end_s) == (0, pytest.approx(3))
    assert tuple(map(str, backend.steps)) == ()


# Other checkpoints


def test_english_only_model_works(tiny_en):
    model = whisper.load_model(str(tiny_en.with_name("tiny.pt")), device="cpu")
    mel = whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(WINDOWS[0]).float() / 32768))
    with opened(tiny_en) as backend:
        expected = whisper.decode(model, mel, whisper.DecodingOptions(language="en", fp16=False, sample_len=CONTEXT - 3))
        assert tokens(backend, WINDOWS[0]) == expected.tokens
        assert [heard.language for heard in backend.recognize(WINDOWS[:2], Hint())] == ["en", "en"]
        assert backend.language_probabilities(WINDOWS[:1]) == []
        with pytest.raises(BackendError, match="does not know the language 'vi'; it knows en"):
            list(backend.recognize(WINDOWS[:1], Hint(language="vi")))


def test_language_that_no_whisper_knows_is_refused(backend):
    with pytest.raises(BackendError, match="does not know the language 'tlh'"):
        list(backend.recognize(WINDOWS[:1], Hint(language="tlh")))


def test_old_checkpoint_is_completed_from_its_tokenizer(copied, backend):
    (copied / "generation_config.json").write_text(
        '{"decoder_start_token_id": 50258, "eos_token_id": 50257, "pad_token_id": 50257}'
    )
    change(copied, "config.json", forced_decoder_ids=[[1, 50278], [2, 50359], [3, 50363]])
    with opened(copied) as old:
        [heard] = old.recognize(WINDOWS[:1], ENGLISH)
        assert isinstance(heard, WindowResult)
        [found], [expected] = (each.language_probabilities(WINDOWS[:1]) for each in (old, backend))
        assert found == pytest.approx(expected, abs=1e-5)
        assert tuple(map(str, old.steps)) == (
            f"'{copied}' does not tell which of its heads follow the sound, so the times of words were estimated",
        )
        assert all(0 <= word.confidence <= 1 for word in heard.words)


def test_settings_of_a_checkpoint_that_skip_or_retry_are_not_obeyed(copied, backend):
    settings = {"no_speech_threshold": 0.0, "logprob_threshold": 0.0, "compression_ratio_threshold": 0.1, "num_beams": 3}
    with opened(change(copied, "generation_config.json", **settings)) as other:
        assert list(other.recognize(WINDOWS[:2], ENGLISH)) == list(backend.recognize(WINDOWS[:2], ENGLISH))


def test_tokens_that_the_checkpoint_suppresses_are_not_said(copied, backend):
    common = max(tokens(backend, WINDOWS[0])[1:], key=lambda token: token < 50257)
    settings = json.loads((copied / "generation_config.json").read_text())
    with opened(change(copied, "generation_config.json", suppress_tokens=[*settings["suppress_tokens"], common])) as other:
        assert common not in tokens(other, WINDOWS[0])


# Words from tokens


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", " Good| morning|,| “everyone|”| –| 3|.5| percent|!| Chào| buổi| sáng|.| 今天开会|。"),
        ("zh", None),
    ],
)
def test_tokens_make_whole_words(backend, language, expected):
    loaded = backend.model
    tokenizer = HubTokenizer(loaded.tokenizer, loaded.settings, language)
    given = loaded.tokenizer(TEXT, add_special_tokens=False).input_ids
    words, parts = split_to_pieces(tokenizer, [*given, tokenizer.eot], language)
    assert [token for part in parts for token in part] == [*given, tokenizer.eot]
    assert "".join(words[:-1]) == TEXT
    assert expected is None or words[:-1] == expected.split("|")
    assert "\ufffd" not in "".join(words)


@pytest.mark.parametrize("word_timestamps", [True, False])
def test_text_may_end_in_half_a_character(tiny, monkeypatch, word_timestamps):
    half = [50364, 2425, 156, 94]
    monkeypatch.setattr("tasks.transcription.transformers_whisper.generate", lambda *_: [half, half[2:]])
    with opened(tiny, word_timestamps=word_timestamps) as backend:
        assert texts(backend.recognize(WINDOWS[:2], ENGLISH)) == [["Hello\ufffd"], ["\ufffd"]]


# Which model


@pytest.mark.parametrize("model", ["vinai/PhoWhisper-small", "distil-whisper/distil-large-v3"])
def test_hub_model_without_a_revision_is_refused(model):
    with pytest.raises(ValidationError, match=f"revision with the commit of '{model}' that you checked"):
        TransformersWhisper.Options(model=model)


@pytest.mark.parametrize("model", ["large-v3", "a/b/c", "https://huggingface.co/vinai/PhoWhisper-small", "a b/c"])
def test_what_is_neither_a_folder_nor_an_id_is_refused(model):
    with pytest.raises(ValidationError, match="model with a Hub id such as openai/whisper-large-v3-turbo, or a folder"):
        TransformersWhisper.Options(model=model)


def test_default_model_is_pinned():
    (need,) = TransformersWhisper.models(TransformersWhisper.Options())
    assert need == ModelNeed("hub", "openai/whisper-large-v3-turbo", "41f01f3fe87f28c78e2fbf8b568835947dd65ed9")


def test_model_that_was_not_fetched_is_named_with_the_way_to_get_it():
    with pytest.raises(DependencyError) as caught:
        TransformersWhisper(TransformersWhisper.Options(), CPU)
    assert "openai/whisper-large-v3-turbo" in str(caught.value)
    assert "minutes models pull" in str(caught.value)
    assert "--config embedded" in str(caught.value)


def test_missing_folder_is_named():
    with pytest.raises(DependencyError, match=r"there is no folder '\./nowhere'"):
        TransformersWhisper(TransformersWhisper.Options(model="./nowhere"), CPU)


def test_revision_of_a_folder_is_that_of_its_weights(tiny, copied):
    revisions = [TransformersWhisper.revision(TransformersWhisper.Options(model=str(folder))) for folder in (tiny, copied)]
    assert revisions[0] == revisions[1]
    assert "sha256" in revisions[0]
    weights = load_file(copied / "model.safetensors")
    save_file(
        weights | {"model.encoder.conv1.bias": weights["model.encoder.conv1.bias"] + 1},
        copied / "model.safetensors",
        {"format": "pt"},
    )
    assert TransformersWhisper.revision(TransformersWhisper.Options(model=str(copied))) != revisions[0]


def test_weights_that_may_hold_code_are_refused(copied):
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(DependencyError, match="no weights as safetensors, and others are not loaded because they may hold code"):
        opened(copied)


def test_missing_weights_are_not_filled_with_random_numbers(copied):
    weights = load_file(copied / "model.safetensors")
    del weights["model.decoder.layers.1.fc1.weight"]
    save_file(weights, copied / "model.safetensors", {"format": "pt"})
    with pytest.raises(DependencyError, match=r"it lacks 1 weights, among them 'model\.decoder\.layers\.1\.fc1\.weight'"):
        opened(copied)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5])
def test_cut_weights_are_refused(copied, share):
    whole = (copied / "model.safetensors").read_bytes()
    (copied / "model.safetensors").write_bytes(whole[: round(share * len(whole))])
    with pytest.raises(DependencyError, match=r"is no Whisper that can be loaded: .*minutes models pull"):
        opened(copied)


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "preprocessor_config.json"])
def test_folder_without_a_part_is_refused(copied, file):
    (copied / file).unlink()
    with pytest.raises(DependencyError, match="is no Whisper that can be loaded"):
        opened(copied)


def test_model_of_another_kind_is_refused(copied):
    with pytest.raises(ConfigError, match="is a model of the type 'wav2vec2', and this backend runs those of the type 'whisper'"):
        opened(change(copied, "config.json", model_type="wav2vec2"))


def test_code_of_a_repository_is_not_run(copied):
    (copied / "evil.py").write_text("raise SystemExit('ran')")
    change(copied, "config.json", auto_map={"AutoModelForSpeechSeq2Seq": "evil.Model", "AutoConfig": "evil.Config"})
    with opened(copied) as backend:
        assert isinstance(next(backend.recognize(WINDOWS[:1], ENGLISH)), WindowResult)


def test_precision_that_the_device_lacks_is_refused(tiny):
    with pytest.raises(ConfigError, match="cpu cannot compute in fp16"):
        opened(tiny, precision="fp16")


# When things go wrong


def test_want_of_memory_halves_the_batch_and_is_said(tiny, monkeypatch):
    encode = hub_decoding.encode

    def encode_few(loaded, windows):
        if len(windows) > 2:
            raise torch.OutOfMemoryError("out of memory")
        return encode(loaded, windows)

    monkeypatch.setattr("tasks.transcription.transformers_whisper.encode", encode_few)
    with opened(tiny) as backend:
        assert len(list(backend.recognize(WINDOWS, ENGLISH))) == 4
        assert tuple(map(str, backend.steps)) == ("memory ran out on cpu with a batch of 4, so 2 were taken at once",)


def test_window_on_which_the_library_fails_is_an_error_of_its_own(backend, monkeypatch):
    encode = hub_decoding.encode

    def encode_most(loaded, windows):
        if any(window is WINDOWS[1] for window in windows):
            raise RuntimeError("shapes do not match\nlong story")
        return encode(loaded, windows)

    expected = list(backend.recognize([WINDOWS[0], WINDOWS[2]], ENGLISH))
    monkeypatch.setattr("tasks.transcription.transformers_whisper.encode", encode_most)
    first, error, last = backend.recognize(WINDOWS[:3], ENGLISH)
    assert ([first, last], str(error)) == (expected, "transformers stopped: shapes do not match.")


def test_numbers_beyond_the_precision_are_an_error_of_their_window(backend, monkeypatch):
    encode = hub_decoding.encode

    def overflow(loaded, windows):
        encoded = encode(loaded, windows)
        encoded[1] = torch.nan
        return encoded

    monkeypatch.setattr("tasks.transcription.transformers_whisper.encode", overflow)
    first, error = backend.recognize(WINDOWS[:2], ENGLISH)
    assert isinstance(first, WindowResult)
    assert "grew beyond its precision" in str(error)
