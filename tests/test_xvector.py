"""Speaker embeddings by x-vector models: a tiny one with random weights, saved by the test."""

import json

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.xvector import XVector
from tasks.engine.base import BackendChoice, Device, ModelNeed
from tasks.engine.registry import parse_options
from tasks.errors import ConfigError, DependencyError, ResourceError
from tasks.schema import SplitAudio
from tests.builders import noise, region, span, tone

CPU = Device("cpu", "test")
WINDOW = round(1.6 * SAMPLE_RATE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch
    from transformers import Wav2Vec2FeatureExtractor, WavLMConfig, WavLMForXVector

    path = tmp_path_factory.mktemp("models") / "tiny"
    torch.manual_seed(1)
    config = WavLMConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        conv_dim=(8, 8),
        conv_stride=(160, 2),
        conv_kernel=(200, 2),
        num_feat_extract_layers=2,
        num_conv_pos_embeddings=4,
        num_conv_pos_embedding_groups=2,
        tdnn_dim=(16, 16),
        tdnn_kernel=(3, 1),
        tdnn_dilation=(1, 1),
        xvector_output_dim=12,
    )
    WavLMForXVector(config).save_pretrained(path)
    Wav2Vec2FeatureExtractor(do_normalize=True, sampling_rate=SAMPLE_RATE).save_pretrained(path)
    return path


def opened(folder, **options) -> XVector:
    return XVector(XVector.Options(model=str(folder), threads=1, **options), CPU)


def altered(folder, tmp_path, **changes):
    """A copy of the model whose config.json says something else."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    settings = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(settings | changes), encoding="utf-8")
    return copy


def waves() -> tuple[list[np.ndarray], list[range]]:
    sounds = [(part / 32768).astype(np.float32) for part in (noise(3.2), tone(2.4))]
    return sounds, [range(0, WINDOW + 1, 6400), range(0, 12_801, 6400)]


def test_there_is_one_unit_vector_a_window(folder):
    with opened(folder) as engine:
        vectors = engine.embed(*waves())
    assert (vectors.shape, vectors.dtype) == ((8, 12), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    assert len(np.unique(vectors.round(4), axis=0)) > 4


@pytest.mark.parametrize("size", [1, 3])
def test_batching_changes_nothing(folder, size):
    with opened(folder) as engine, opened(folder, batch_size=size) as other:
        np.testing.assert_allclose(engine.embed(*waves()), other.embed(*waves()), atol=1e-5)


def test_speech_becomes_turns(folder):
    audio = SplitAudio(duration_s=6.0, spans=(span(0, 0, 6, region(0, 2.9), region(3.5, 6)),))
    with opened(folder) as engine:
        turns = engine.diarize(audio, lambda _: noise(6.0)[None])
        assert turns
        assert engine.engine("xvector").revision.startswith("transformers ")
    assert {turn.start_s for turn in turns} & {0.0}
    assert max(turn.end_s for turn in turns) <= 6


def test_nothing_heard_is_no_turn(folder):
    with opened(folder) as engine:
        assert engine.diarize(SplitAudio(duration_s=6.0, spans=(span(0, 0, 6),)), lambda _: noise(6.0)[None]) == []


def test_batch_that_does_not_fit_is_halved_and_said(folder, monkeypatch):
    with opened(folder, batch_size=8) as engine:
        expected = engine.embed(*waves())
        work = engine.embedded
        monkeypatch.setattr(engine, "embedded", lambda batch: work(batch) if len(batch) <= 2 else _run_out())
        np.testing.assert_allclose(engine.embed(*waves()), expected, atol=1e-5)
        assert engine.steps[-1].message == "memory ran out on cpu with a batch of 4, so 2 were taken at once"


def test_no_memory_for_one_window_is_said(folder, monkeypatch):
    with opened(folder) as engine:
        monkeypatch.setattr(engine, "embedded", lambda batch: _run_out())
        with pytest.raises(ResourceError, match="with one window at a time"):
            engine.embed(*waves())


def _run_out():
    raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")


def test_unpinned_hub_id_is_refused():
    with pytest.raises(ValueError, match=r"revision with the commit of 'microsoft/wavlm-base-plus-sv' that you checked"):
        XVector.Options(model="microsoft/wavlm-base-plus-sv")


def test_neither_id_nor_folder_is_refused():
    with pytest.raises(ValueError, match="not 'wavlm'"):
        XVector.Options(model="wavlm")


def test_hub_model_is_needed_at_its_revision():
    choice = BackendChoice(backend="xvector", options={"model": "microsoft/wavlm-base-plus-sv", "revision": "abc"})
    options = parse_options(choice, "diarization")
    assert XVector.models(options) == (ModelNeed("hub", "microsoft/wavlm-base-plus-sv", "abc"),)
    assert XVector.revision(options).endswith("commit abc")


def test_model_that_was_not_fetched_is_asked_for():
    with pytest.raises(DependencyError, match="minutes models pull"):
        XVector(XVector.Options(model="nobody/nothing", revision="abc"), CPU)


@pytest.mark.parametrize(
    "changes", [{"model_type": "whisper"}, {"architectures": ["WavLMForCTC"]}, {"architectures": None}, {"model_type": None}]
)
def test_model_of_another_kind_is_refused(folder, tmp_path, changes):
    with pytest.raises(ConfigError, match="and this backend runs those for ForXVector"):
        opened(altered(folder, tmp_path, **changes))


def test_weights_that_may_hold_code_are_refused(folder, tmp_path):
    copy = altered(folder, tmp_path)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(DependencyError, match="no weights as safetensors"):
        opened(copy)


def test_missing_weights_are_refused(folder, tmp_path):
    from safetensors.numpy import load_file, save_file

    copy = altered(folder, tmp_path)
    weights = load_file(copy / "model.safetensors")
    save_file(
        {name: value for name, value in weights.items() if "tdnn.1" not in name}, copy / "model.safetensors", {"format": "pt"}
    )
    with pytest.raises(DependencyError, match=r"it lacks 2 weights, among them 'tdnn\.1"):
        opened(copy)


def test_missing_folder_is_said(tmp_path):
    with pytest.raises(DependencyError, match="there is no folder"):
        opened(tmp_path / "nowhere")
