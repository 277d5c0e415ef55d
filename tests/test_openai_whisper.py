"""Whisper in batches, on random weights of the true architecture, against the library's own functions for one window."""

import copy
import hashlib
import os
import pickle
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
import whisper
from whisper.timing import add_word_timestamps, find_alignment, median_filter
from whisper.tokenizer import get_tokenizer

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.engine.base import Device
from tasks.errors import BackendError, ConfigError, DependencyError
from tasks.models import whisper_weights
from tasks.models.whisper_weights import cache_folder, find_weights, known_models, load_weights, weights_revision
from tasks.transcription import openai_whisper
from tasks.transcription.openai_whisper import OpenAIWhisper
from tasks.transcription.recognizer import Hint, WindowResult
from tasks.transcription.whisper.alignment import align, median_of_7
from tasks.transcription.whisper.decoding import DecodedWindow, Prompting, decode, encode
from tasks.transcription.whisper.segments import Text
from tasks.transcription.whisper.spoken_words import placed_words
from tests.whisper_weights_random import random_checkpoint

LENGTHS_S = (30.0, 3.1, 17.4, 0.4, 8.0, 26.3, 12.2, 5.5)
HINTS = {
    "english": ("en", None),
    "found": (None, None),
    "prompt": ("vi", "Nguyễn Văn An, Kubernetes"),
    "long prompt": (None, "Lan and Minh, " * 100),
}
CPU = Device("cpu", "asked for")
pytestmark = [
    pytest.mark.usefixtures("one_torch_thread"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # whisper.tokenizer leaves a file open
]


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("weights")
    return [random_checkpoint(folder / f"{seed}.pt", seed) for seed in range(2)]


@pytest.fixture(scope="module")
def whispers(checkpoints) -> list[whisper.Whisper]:
    return [whisper.load_model(str(path), "cpu") for path in checkpoints]


@pytest.fixture(scope="module")
def alone(whispers):
    """What `whisper.decode` says of a window by itself."""

    @cache
    def decoded(seed: int, number: int, language: str | None, prompt: str | None) -> whisper.DecodingResult:
        options = whisper.DecodingOptions(language=language, prompt=prompt, fp16=False)
        return whisper.decode(whispers[seed], spectrum(windows()[number]), options)

    return decoded


@cache
def windows() -> tuple[Samples, ...]:
    """Noise that swells, over a gliding tone: each unlike the others."""
    chance = np.random.default_rng(0)
    made = []
    for seconds in LENGTHS_S:
        time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
        noise = chance.normal(0, 1500, time.size) * (1 + np.sin(2 * np.pi * chance.uniform(0.3, 3) * time))
        made.append((noise + 4000 * np.sin(2 * np.pi * chance.uniform(100, 900) * time * (1 + 0.1 * time))).astype(np.int16))
    return tuple(made)


def spectrum(window: Samples) -> torch.Tensor:
    return whisper.log_mel_spectrogram(whisper.pad_or_trim(torch.from_numpy(window.astype(np.float32) / 32768)))


def opened(path: Path, **options) -> OpenAIWhisper:
    """In fp32, whatever this processor likes: what is compared here are numbers."""
    return OpenAIWhisper(OpenAIWhisper.Options(**{"model": str(path), "threads": 1, "precision": "fp32", **options}), CPU)


def heard(backend: OpenAIWhisper, **hint) -> list[WindowResult]:
    return list(backend.recognize(windows(), Hint(**hint)))


SLOW = pytest.mark.slow


@pytest.mark.parametrize(("seed", "batch_size"), [pytest.param(0, 1, marks=SLOW), (0, 8), pytest.param(1, 3, marks=SLOW)])
@pytest.mark.parametrize("hint", HINTS)
def test_tokens_are_those_of_whisper_decode(seed, hint, batch_size, checkpoints, alone):
    language, prompt = HINTS[hint]
    model = load_weights(str(checkpoints[seed])).float()
    numbers = range(8) if seed == 0 and hint in ("english", "found") else range(3, 6)
    expected = [alone(seed, number, language, prompt) for number in numbers]
    batches = [list(numbers)[start : start + batch_size] for start in range(0, len(numbers), batch_size)]
    with torch.inference_mode():
        found = [
            said
            for batch in batches
            for said in decode(model, encode(model, [windows()[number] for number in batch]), Prompting(language, prompt))[0]
        ]
    assert [said.tokens for said in found] == [result.tokens for result in expected]
    assert [said.language for said in found] == [result.language for result in expected]
    assert [said.no_speech for said in found] == pytest.approx([result.no_speech_prob for result in expected], rel=1e-3)
    assert [np.log(said.probabilities).sum() / (len(said.tokens) + 1) for said in found] >= [
        result.avg_logprob - 1e-3 for result in expected
    ]


@pytest.mark.slow
def test_random_weights_use_every_rule(alone):
    results = [alone(seed, number, "en", None) for seed in (0, 1) for number in range(8)]
    assert len({len(result.tokens) for result in results}) > 8
    assert any(sum(token >= 50364 for token in result.tokens) > 3 for result in results)


@pytest.mark.slow
def test_word_times_are_those_of_the_library(checkpoints, whispers):
    model, tokenizer = load_weights(str(checkpoints[0])).float(), get_tokenizer(True, language="en", task="transcribe")
    with torch.inference_mode():
        said, decoder = decode(model, encode(model, windows()[:5]), Prompting("en"))
        texts = [Text(each, tokenizer, window.size) for each, window in zip(said, windows(), strict=False)]
        timings = align(decoder, model.alignment_heads, texts)
    for text, found, window in zip(texts, timings, windows(), strict=False):
        expected = find_alignment(whispers[0], tokenizer, text.tokens, spectrum(window), window.size // 160)
        assert [timing.word for timing in found] == [timing.word for timing in expected]
        assert [timing.start for timing in found] == pytest.approx([timing.start for timing in expected], abs=1e-6)
        assert [timing.end for timing in found] == pytest.approx([timing.end for timing in expected], abs=1e-6)


def test_words_are_shortened_at_pauses_as_the_library_does_it(whispers):
    tokenizer = get_tokenizer(True, language="en", task="transcribe")
    first_time, plain = tokenizer.timestamp_begin, tokenizer.encode(" Well, no. (Yes!) One more thing?")
    for number, marks in enumerate([(0, 90), (300, 500), (900, 1300)]):
        tokens = [first_time + marks[0], *plain, first_time + marks[1], first_time + marks[1] + 20, *plain]
        said = DecodedWindow(tokens, [0.5] * len(tokens), "en", 0.0)
        window = windows()[(0, 2, 5)[number]]
        text = Text(said, tokenizer, window.size)
        segments = [
            {"seek": 0, "start": part.start_s, "end": part.end_s, "tokens": part.tokens} for part in copy.deepcopy(text.stretches)
        ]
        add_word_timestamps(
            segments=segments,
            model=whispers[0],
            tokenizer=tokenizer,
            mel=spectrum(window),
            num_frames=window.size // 160,
            last_speech_timestamp=0.0,
        )
        expected = [word for segment in segments for word in segment["words"]]
        aligned = find_alignment(whispers[0], tokenizer, text.tokens, spectrum(window), window.size // 160)
        found = placed_words(aligned, text.stretches, "en")
        assert [word.text for word in found] == [word["word"].strip() for word in expected]
        assert [word.start_s for word in found] == pytest.approx([float(word["start"]) for word in expected], abs=0.006)
        assert [word.end_s for word in found] == pytest.approx([max(word["start"], word["end"]) for word in expected], abs=0.006)


@pytest.mark.parametrize("word_timestamps", [True, False])
def test_text_may_end_in_half_a_character(checkpoints, monkeypatch, word_timestamps):
    def half(*given):
        _, decoder = decode(*given)
        return [DecodedWindow(tokens, [0.5] * len(tokens), "en", 0.0) for tokens in ([50364, 2425, 156, 94], [156, 94])], decoder

    monkeypatch.setattr(openai_whisper, "decode", half)
    backend = opened(checkpoints[0], word_timestamps=word_timestamps)
    found = backend.recognize(windows()[1:3], Hint(language="en"))
    assert [[word.text for word in each.words] for each in found] == [["Hello\ufffd"], ["\ufffd"]]


@pytest.mark.parametrize("frames", [1, 3, 4, 20, 301])
def test_median_is_that_of_the_library(frames):
    values = torch.randn(2, 5, frames, generator=torch.Generator().manual_seed(frames))
    assert torch.equal(median_of_7(values), median_filter(values, 7))


@pytest.mark.parametrize("word_timestamps", [True, False])
def test_words_lie_in_their_window_in_order(checkpoints, word_timestamps):
    results = heard(opened(checkpoints[0], word_timestamps=word_timestamps), language="en")
    assert len(results) == len(windows())
    assert sum(len(result.words) for result in results) > 50
    for result, seconds in zip(results, LENGTHS_S, strict=True):
        starts = [word.start_s for word in result.words]
        assert starts == sorted(starts)
        assert all(word.start_s <= word.end_s <= seconds and 0 <= word.confidence <= 1 for word in result.words)
        assert all(word.text == word.text.strip() != "" for word in result.words)


def test_both_kinds_of_times_have_the_same_words(checkpoints):
    exact, spread = (heard(opened(checkpoints[1], word_timestamps=exact), language="en") for exact in (True, False))
    assert ["".join(word.text for word in result.words) for result in exact] == [
        "".join(word.text for word in result.words) for result in spread
    ]


def test_a_window_says_the_same_in_any_company_at_any_temperature(checkpoints):
    hint = Hint(language="en", temperature=0.4)
    backend = opened(checkpoints[0], batch_size=8, word_timestamps=False)
    together = list(backend.recognize(windows(), hint))
    apart = [next(iter(backend.recognize([window], hint))) for window in windows()]
    assert [[word.text for word in result.words] for result in together] == [
        [word.text for word in result.words] for result in apart
    ]
    assert [result.words for result in together] != [result.words for result in heard(backend, language="en")]


def test_language_probabilities_are_those_of_the_library(checkpoints, whispers):
    found = opened(checkpoints[0], batch_size=3).language_probabilities(windows()[:4])
    for shares, window in zip(found, windows(), strict=False):
        expected = whispers[0].detect_language(spectrum(window))[1]
        expected["jv"] = expected.pop("jw")
        assert shares == pytest.approx(expected, abs=1e-4)
        assert sum(shares.values()) == pytest.approx(1, abs=1e-3)


def test_what_was_encoded_for_the_vote_is_not_encoded_again_for_the_words(checkpoints, monkeypatch):
    backend, encoded, few = opened(checkpoints[0]), [], windows()[3:5]
    fresh = list(backend.recognize(few, Hint(language="en")))
    monkeypatch.setattr(openai_whisper, "encode", lambda model, left: encoded.extend(left) or encode(model, left))
    backend.language_probabilities(few)
    assert list(backend.recognize(few, Hint(language="en"))) == fresh
    assert len(encoded) == len(few)


def test_nothing_to_hear_gives_nothing(checkpoints):
    backend = opened(checkpoints[0])
    assert list(backend.recognize([], Hint())) == []
    shortest = list(backend.recognize([np.zeros(1, np.int16), np.zeros(100, np.int16)], Hint(language="en")))
    assert all(word.end_s <= 0.01 for result in shortest for word in result.words)


def test_unknown_language_is_refused(checkpoints):
    with pytest.raises(BackendError, match=r"does not know the language 'tlh'\. Correct the language"):
        heard(opened(checkpoints[0]), language="tlh")


def test_language_is_found_among_those_known(checkpoints):
    found = opened(checkpoints[0]).recognize(windows()[:2], Hint(languages=("vi", "jv")))
    assert {result.language for result in found} <= {"vi", "jv"}


@pytest.mark.parametrize(("common", "own"), [("nb-NO", "no"), ("vi_VN", "vi"), ("jv", "jw")])
def test_languages_go_by_their_common_codes(checkpoints, common, own):
    assert opened(checkpoints[0]).language_of(common) == own


def test_english_only_weights_know_english_only(tmp_path):
    backend = opened(random_checkpoint(tmp_path / "english.pt", 2, n_vocab=51864))
    assert {result.language for result in heard(backend)} == {"en"}
    assert backend.language_probabilities(windows()[:1]) == []
    with pytest.raises(BackendError, match=r"does not know the language 'vi'\. Choose a multilingual model"):
        heard(backend, language="vi")


def test_lack_of_memory_halves_the_batch_and_is_told(checkpoints, monkeypatch):
    def crowded(model, features, prompting):
        if len(features) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return decode(model, features, prompting)

    backend = opened(checkpoints[0], batch_size=8)
    calm = heard(backend, language="en")
    monkeypatch.setattr(openai_whisper, "decode", crowded)
    assert [result.words for result in heard(backend, language="en")] == [result.words for result in calm]
    assert [step.message.split(",")[0] for step in backend.steps] == [
        "memory ran out on cpu with a batch of 8",
        "memory ran out on cpu with a batch of 4",
    ]


def test_overflow_is_an_error_of_the_window_and_not_words(checkpoints, monkeypatch):
    def one_overflows(model, windows):
        return encode(model, windows).index_fill(0, torch.tensor([1]), torch.nan)

    monkeypatch.setattr(openai_whisper, "encode", one_overflows)
    results = heard(opened(checkpoints[0]), language="en")
    assert [isinstance(result, BackendError) for result in results] == [False, True, *[False] * 6]
    assert str(results[1]) == "Whisper's numbers overflowed. Use precision: bf16 or fp32."


def test_any_other_failure_is_an_error_of_each_window(checkpoints, monkeypatch):
    def failing(*_):
        raise RuntimeError("shapes differ\nlong explanation")

    monkeypatch.setattr(openai_whisper, "decode", failing)
    assert {str(result) for result in heard(opened(checkpoints[0]), language="en")} == {"Whisper stopped: shapes differ"}


def test_precision_that_a_cpu_lacks_is_refused(checkpoints):
    with pytest.raises(ConfigError, match=r"transcription\.options\.precision: cpu cannot compute in fp16"):
        opened(checkpoints[0], precision="fp16")


def test_known_models_are_those_of_the_library():
    assert list(known_models()) == whisper.available_models()
    assert {known.url for known in known_models().values()} == set(whisper._MODELS.values())


def test_missing_weights_say_how_to_get_them():
    with pytest.raises(DependencyError) as caught:
        find_weights("base")
    assert str(caught.value) == (
        f"transcription.options.model: the weights of 'base' are not in {cache_folder()}."
        " Fetch it with `minutes models pull` and the same --config; the smallest is --config embedded, 180 MB."
    )


def test_missing_file_is_named():
    with pytest.raises(DependencyError, match=r"there is no file 'no/such\.pt'\. Fetch it with `minutes models pull`"):
        opened(Path("no/such.pt"))


def test_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no Whisper model 'larg-v3'; .*Did you mean 'large-v3'\?"):
        find_weights("larg-v3")


def test_weights_are_found_where_the_library_keeps_them(checkpoints, monkeypatch):
    folder = cache_folder()
    assert folder == Path(os.environ["XDG_CACHE_HOME"]) / "whisper"
    folder.mkdir(parents=True)
    content = checkpoints[0].read_bytes()
    published = whisper_weights.KnownModel("base", f"https://example.org/{hashlib.sha256(content).hexdigest()}/base.pt")
    monkeypatch.setattr(whisper_weights, "known_models", lambda: {"base": published})
    (folder / "base.pt").write_bytes(content)
    monkeypatch.setattr(whisper, "_ALIGNMENT_HEADS", {"base": alignment_heads([[0, 1], [1, 0]])})
    assert load_weights("base").alignment_heads.tolist() == [[False, True], [True, False]]
    assert load_weights(str(checkpoints[0])).alignment_heads.tolist() == [[False, True], [True, False]]
    (folder / "base.pt").write_bytes(content[:-1])
    with pytest.raises(DependencyError, match=r"is damaged or another one\. Delete it and run `minutes models pull`"):
        load_weights("base")


def alignment_heads(heads: list[list[int]]) -> bytes:
    import base64
    import gzip

    return base64.b85encode(gzip.compress(np.array(heads, dtype=bool).tobytes()))


def test_pinned_hash_is_checked(checkpoints):
    digest = hashlib.sha256(checkpoints[0].read_bytes()).hexdigest()
    assert opened(checkpoints[0], sha256=digest)
    with pytest.raises(DependencyError, match=f"has the sha256 {digest}, and {'0' * 64} was expected"):
        opened(checkpoints[0], sha256="0" * 64)


def test_revision_is_the_hash_of_the_weights(checkpoints, tmp_path):
    copied = tmp_path / "copy.pt"
    copied.write_bytes(checkpoints[0].read_bytes())
    digest = hashlib.sha256(copied.read_bytes()).hexdigest()
    assert OpenAIWhisper.revision(OpenAIWhisper.Options(model=str(copied))).endswith(f", sha256 {digest}")
    copied.write_bytes(checkpoints[1].read_bytes() + b"more")
    assert weights_revision(str(copied)) != f"sha256 {digest}"
    assert weights_revision("base") == f"sha256 {known_models()['base'].sha256}"
    assert weights_revision("no/such.pt") == "no/such.pt (not found)"


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04 cut short"], ids=["empty", "pickle", "truncated"])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "weights.pt"
    path.write_bytes(content)
    with pytest.raises(DependencyError, match=r"weights\.pt' is no openai-whisper checkpoint"):
        load_weights(str(path))


def test_code_in_weights_is_not_run(tmp_path, checkpoints):
    class Malicious:
        def __reduce__(self):
            return Path.touch, (tmp_path / "was-run",)

    path = tmp_path / "weights.pt"
    with zipfile.ZipFile(checkpoints[0]) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = pickle.dumps(Malicious(), protocol=2) if name.endswith("data.pkl") else source.read(name)
            target.writestr(name, content)
    with pytest.raises(DependencyError, match="is no openai-whisper checkpoint"):
        load_weights(str(path))
    assert not (tmp_path / "was-run").exists()
