"""Nemotron-3-Diarization: the true architecture, small, with random weights, saved by the test."""

import json

import pytest

from tasks.diarization.nemotron import Nemotron
from tasks.engine.base import Device
from tasks.errors import ConfigError, DependencyError
from tasks.schema import SplitAudio
from tests.builders import noise, region, span

CPU = Device("cpu", "test")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    import torch
    from transformers import (
        Nemotron3DiarizationConfig,
        Nemotron3DiarizationForAudioFrameClassification,
        Nemotron3DiarizationProcessor,
        NemotronAsrStreamingFeatureExtractor,
    )

    path = tmp_path_factory.mktemp("models") / "tiny"
    torch.manual_seed(1)
    audio = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = Nemotron3DiarizationConfig(
        audio_config=audio, head_config={"hidden_size": 8, "audio_hidden_size": 16}, chunk_length=20, chunk_right_context=4
    )
    Nemotron3DiarizationForAudioFrameClassification(config).save_pretrained(path)
    Nemotron3DiarizationProcessor(NemotronAsrStreamingFeatureExtractor(feature_size=128)).save_pretrained(path)
    return path


def opened(folder, **options) -> Nemotron:
    return Nemotron(Nemotron.Options(model=str(folder), threads=1, **options), CPU)


def altered(folder, tmp_path, **changes):
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    settings = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    (copy / "config.json").write_text(json.dumps(settings | changes), encoding="utf-8")
    return copy


def test_sound_becomes_turns_over_several_spans(folder):
    audio = SplitAudio(duration_s=9.0, spans=(span(0, 0, 5, region(0, 5)), span(1, 5, 9, region(5, 9))))
    with opened(folder, threshold=0.4) as engine:
        turns = engine.diarize(audio, lambda part: noise(part.duration_s)[None])
    assert turns
    assert max(turn.end_s for turn in turns) <= 9
    assert turns[0].speaker == "Speaker 1"
    assert {turn.speaker for turn in turns} <= {f"Speaker {number}" for number in range(1, 9)}


def test_every_frame_of_a_span_is_judged_once(folder):
    with opened(folder) as engine:
        active, cache = engine.active(noise(5.0), None)
        again, _ = engine.active(noise(5.0), cache)
    assert active.shape[1] == again.shape[1] == 8
    assert abs(len(active) - 500) <= 8
    assert cache is not None
    assert len(again) == len(active)


def test_nobody_speaks_where_no_speech_is(folder):
    with opened(folder) as engine:
        assert engine.diarize(SplitAudio(duration_s=6.0, spans=(span(0, 0, 6),)), lambda _: noise(6.0)[None]) == []


def test_model_of_another_kind_is_refused(folder, tmp_path):
    with pytest.raises(ConfigError, match="is a model of the type 'whisper'"):
        opened(altered(folder, tmp_path, model_type="whisper"))


def test_missing_weights_are_refused(folder, tmp_path):
    from safetensors.numpy import load_file, save_file

    copy = altered(folder, tmp_path)
    kept = {name: value for name, value in load_file(copy / "model.safetensors").items() if "classifier" not in name}
    save_file(kept, copy / "model.safetensors", {"format": "pt"})
    with pytest.raises(DependencyError, match=r"it lacks \d+ weights, among them 'classifier"):
        opened(copy)


def test_unpinned_hub_id_is_refused():
    with pytest.raises(ValueError, match=r"revision with the commit of 'nvidia/Nemotron-3-Diarization'"):
        Nemotron.Options(model="nvidia/Nemotron-3-Diarization")
