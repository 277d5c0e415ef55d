"""Speakers by CAM++ and pyannote's segmentation, with the real weights: the networks, and what a diarization makes of them."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.diarization.activity import find_activity, frames_of, spread, steadied, stretches, time_of
from tasks.diarization.camplusplus_network import CamPlusPlusNetwork
from tasks.diarization.campplus import BORDERS, VOICES, Campplus, turns_of
from tasks.diarization.clustering import UNKNOWN
from tasks.diarization.filter_bank import log_mel
from tasks.diarization.heard import HeardStretch, labelled
from tasks.diarization.segmentation_network import opened, segment
from tasks.engine.base import Device
from tasks.errors import DependencyError
from tasks.models.cpu_threads import one_core_each
from tasks.models.snapshots import find_snapshot
from tasks.models.state_dict import read_state_dict
from tasks.schema import SplitAudio
from tests.builders import SAMPLE_SPEECH, region, span

CPU = Device("cpu", "test")
OPTIONS = Campplus.Options(threads=1)
EMBEDDING = [0.179, 0.290, 0.396, 0.427, -0.330, -0.093, -0.305, -0.080]
CHANGES = [(0, 0), (34, 4), (118, 0), (136, 4), (195, 0), (214, 4), (337, 0), (378, 2), (495, 0), (516, 2)]
pytestmark = pytest.mark.usefixtures("one_torch_thread")


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as threads:
        yield threads


@cache
def sample() -> np.ndarray:
    """Eleven seconds of a sample meeting, of which two people speak 5 s each; int16, shape (1, n)."""
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[:, : 11 * SAMPLE_RATE]


def wave() -> np.ndarray:
    return sample()[0].astype(np.float32) / 32768


def weights(need) -> dict:
    return read_state_dict(find_snapshot(need) / need.files[0])


def diarized(*regions, samples=None, **options):
    audio = SplitAudio(duration_s=11.0, spans=(span(0, 0, 11, *regions),))
    with Campplus(OPTIONS.model_copy(update=options), CPU) as engine:
        return engine.diarize(audio, lambda _: sample() if samples is None else samples)


def test_two_people_of_the_sample_meeting_are_told_apart():
    found = diarized(region(0.5, 5.8), region(6.3, 11))
    assert [turn.speaker for turn in found] == ["Speaker 1", "Speaker 2"]
    assert found[0].end_s == pytest.approx(5.725, abs=0.2)


def test_two_people_at_once_are_both_heard():
    first, second = sample()[:, 8000 : 5 * SAMPLE_RATE], sample()[:, round(6.4 * SAMPLE_RATE) :]
    size = 2 * SAMPLE_RATE
    both = np.concatenate([first, second], axis=1).astype(np.int32)
    mixed = np.concatenate([both[:, : first.shape[1] - size], first[:, -size:] + second[:, :size], second[:, size:]], axis=1)
    mixed = np.pad(np.clip(mixed, -32768, 32767).astype(np.int16), ((0, 0), (0, 11 * SAMPLE_RATE - mixed.shape[1])))
    found = diarized(region(0, 7.0), samples=mixed)
    assert {turn.speaker for turn in found} == {"Speaker 1", "Speaker 2"}
    assert sum(a.overlap_s(b) for a in found for b in found if a.speaker < b.speaker) == pytest.approx(2.0, abs=0.8)


def test_nothing_heard_is_no_turn():
    assert diarized() == []


def test_silence_that_was_taken_for_speech_is_no_turn():
    assert diarized(region(1, 4), samples=np.zeros((1, 11 * SAMPLE_RATE), np.int16)) == []


def test_features_are_what_kaldi_computes():
    """By kaldi-native-fbank 1.23.0 with 80 bands and no dither, on the second and third second."""
    import torch

    found = log_mel(torch.from_numpy(wave()[SAMPLE_RATE : 3 * SAMPLE_RATE])).numpy()
    expected = [[-8.682, -4.015, -7.495, -5.5], [-9.537, -1.702, -2.861, -5.225], [-14.943, -11.238, -7.388, -5.183]]
    assert found.shape == (198, 80)
    np.testing.assert_allclose(found[[0, 50, 197]][:, [0, 15, 40, 79]], expected, atol=2e-3)


def test_embedding_is_that_of_the_published_network():
    """By the code of 3D-Speaker with the same weights, on the same two seconds."""
    import torch

    network = CamPlusPlusNetwork(weights(VOICES))
    with torch.inference_mode():
        heard = network.hear(log_mel(torch.from_numpy(wave()[SAMPLE_RATE : 3 * SAMPLE_RATE])))
        found = network.embed(heard, [slice(0, heard.shape[1])])[0].numpy()
    assert heard.shape == (512, 99)
    np.testing.assert_allclose(found[[0, 1, 2, 3, 4, 5, -2, -1]], EMBEDDING, atol=2e-3)


def test_segmentation_is_that_of_the_published_network():
    """By the code of pyannote.audio with the same weights, on the first ten seconds: where the set of people changes."""
    import torch

    with torch.inference_mode():
        found = segment(opened(weights(BORDERS)), torch.from_numpy(wave()[None, : 10 * SAMPLE_RATE]))[0].numpy()
    codes = found @ [1, 2, 4]
    places = np.flatnonzero(np.diff(codes, prepend=-1))
    assert [(int(place), int(codes[place])) for place in places] == CHANGES


def test_loudness_makes_no_difference_to_who_speaks(pool):
    network = opened(weights(BORDERS))
    quiet, loud = (find_activity(network, wave() * gain, [(0, 11)], pool) for gain in (0.05, 2))
    assert (quiet == loud).mean() > 0.999
    assert quiet.any(axis=0).sum() >= 2


def test_windows_without_speech_are_not_looked_at(pool):
    assert not find_activity(opened(weights(BORDERS)), wave(), [], pool).any()


def test_number_of_threads_changes_nothing():
    three, one = (diarized(region(0.5, 11), threads=threads) for threads in (3, 1))
    assert len(one) == 2
    assert one == three


def test_torch_has_its_threads_back_after_work_side_by_side():
    import torch

    torch.set_num_threads(2)
    with one_core_each(3) as pool:
        assert set(pool.map(lambda _: torch.get_num_threads(), range(6))) == {1}
    assert torch.get_num_threads() == 2
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == 2
    torch.set_num_threads(1)


def test_frames_and_seconds_agree():
    frames = frames_of([(2.0, 3.0)], 600)
    (found,) = stretches(np.stack([frames, ~frames & False, frames & False], axis=1), 0)
    assert (time_of(found.start), time_of(found.end)) == (pytest.approx(2.0, abs=0.02), pytest.approx(3.0, abs=0.02))


def test_unsure_speech_is_by_who_speaks_nearest():
    frames = np.zeros((12, 3), dtype=bool)
    frames[3:5, 0] = frames[9:10, 1] = True
    speech = np.ones(12, dtype=bool)
    speech[0] = False
    found = spread(frames, speech, 2)
    assert [stretch[:2] + stretch[2] for stretch in stretches(found, 0)] == [(1, 7, 0), (7, 12, 1)]


def test_voice_that_flickers_up_between_the_words_of_another_is_nobodys():
    one, other = [1] * 10 + [0] * 2 + [1] * 10 + [0] * 8, [0] * 10 + [1] * 2 + [0] * 10 + [0] * 2 + [1] * 2 + [0] * 4
    found = steadied(np.array([one, other], dtype=np.bool_).T, 6)
    assert found[:, 0].tolist() == [bool(each) for each in one]
    assert np.flatnonzero(found[:, 1]).tolist() == [24, 25], "alone it may be a word"


def test_pause_is_bridged_between_words_of_the_same_people_only():
    frames = np.zeros((12, 3), dtype=bool)
    frames[0:2, 0] = frames[4:6, 0] = frames[8:10, 2] = True
    assert [tuple(stretch) for stretch in stretches(frames, 2)] == [(0, 6, (0,)), (8, 10, (2,))]


def test_overlap_is_of_those_who_spoke_before_and_after():
    one, two = (0, None, 0), (0, None, 1)
    vector = np.ones((1, 192), np.float32)
    heard = [
        HeardStretch(region(0, 2), (one,), (region(0, 2),), vector),
        HeardStretch(region(2, 3), (one, two)),
        HeardStretch(region(3, 5), (two,), (region(3, 5),), vector),
        HeardStretch(region(30, 30.2), (two,)),
    ]
    pieces, labels = labelled(heard, [4, 7])
    assert [(piece.start_s, label) for piece, label in zip(pieces, labels, strict=True)] == [
        (0, 4),
        (2, 4),
        (2, 7),
        (3, 7),
        (30, UNKNOWN),
    ]


def test_speech_too_short_to_tell_by_is_nobodys():
    assert [turn.speaker for turn in turns_of([HeardStretch(region(0, 0.2), ((0, None, 0),))], OPTIONS)] == ["Unknown speaker"]


class Loud:
    """What a pickle could do if it were believed."""

    def __reduce__(self):
        return (Path.touch, (Path("ran"),))


def test_code_in_a_checkpoint_is_not_run(tmp_path, monkeypatch):
    import torch

    monkeypatch.chdir(tmp_path)
    torch.save({"state_dict": {"a": torch.ones(2)}, "more": Loud()}, tmp_path / "weights.bin")
    found = read_state_dict_or_error(tmp_path / "weights.bin")
    assert not (tmp_path / "ran").exists()
    assert found is None or list(found) == ["a"]


def read_state_dict_or_error(path: Path):
    try:
        return read_state_dict(path)
    except DependencyError:
        return None


def test_file_that_is_no_checkpoint_is_named(tmp_path):
    (tmp_path / "weights.bin").write_bytes(b"nothing")
    with pytest.raises(DependencyError, match=r"'weights.bin' holds no weights that can be read"):
        read_state_dict(tmp_path / "weights.bin")


def test_models_that_were_not_fetched_are_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(DependencyError, match="minutes models pull"):
        Campplus(OPTIONS, CPU)
