"""Two channels: one recording heard twice, two parties, or one that is dead."""

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.layout import LayoutJudge, arrange, channel_row, channels_of, echo_frames, frame_levels
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.schema import Layout, SplitAudio
from tests.builders import SAMPLE_SPEECH, noise, recording, silence, write_audio

RNG = np.random.default_rng(7)


@pytest.fixture(scope="module")
def speech() -> Samples:
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]


@pytest.fixture(scope="module")
def call(speech) -> Samples:
    """Two people taking turns of five seconds, each on a channel, with a faint hiss on both."""
    rows = np.stack([speech[: 40 * SAMPLE_RATE], speech[40 * SAMPLE_RATE : 80 * SAMPLE_RATE]]).astype(float)
    turn = np.arange(rows.shape[1]) // (5 * SAMPLE_RATE) % 2
    return (rows * np.stack([turn == 0, turn == 1]) + RNG.normal(0, 8, rows.shape)).astype(np.int16)


def quieter(samples: Samples, db: float) -> Samples:
    return (samples * 10 ** (-db / 20)).astype(np.int16)


def judged(*rows: Samples, option: str = "auto") -> Layout:
    return LayoutJudge(option).judge(np.stack(rows))


def test_mono_stays_as_it_is(speech):
    assert LayoutJudge("auto").judge(speech[np.newaxis]) is Layout.MIX
    assert np.array_equal(arrange(speech[np.newaxis], Layout.MIX)[0], speech)


def test_two_parties_are_kept_apart(call):
    assert judged(*call) is Layout.SEPARATE
    assert np.array_equal(arrange(call, Layout.SEPARATE), call)


def test_two_parties_are_kept_apart_when_one_is_much_fainter(call):
    assert judged(call[0], quieter(call[1], 20)) is Layout.SEPARATE


def test_two_parties_are_kept_apart_when_each_hears_the_other_faintly(call):
    left = call[0] + quieter(call[1], 25)
    right = call[1] + quieter(call[0], 25)
    assert judged(left, right) is Layout.SEPARATE


def test_one_recording_on_both_channels_is_taken_once(speech):
    assert judged(speech, speech) is Layout.MIX
    assert np.array_equal(arrange(np.stack([speech, speech]), Layout.MIX), speech[np.newaxis])


@pytest.mark.parametrize("db", [3, 9])
def test_room_with_two_microphones_is_mixed(speech, db):
    other = quieter(np.roll(speech, 20), db) + RNG.normal(0, 30, speech.size).astype(np.int16)
    assert judged(speech, other) is Layout.MIX


@pytest.mark.parametrize("hiss", [0, 5, 30])
@pytest.mark.parametrize(("alive", "layout"), [(0, Layout.LEFT), (1, Layout.RIGHT)])
def test_dead_channel_is_ignored(speech, hiss, alive, layout):
    rows = [speech, RNG.normal(0, hiss, speech.size).astype(np.int16)]
    stereo = np.stack(rows if alive == 0 else rows[::-1])
    assert LayoutJudge("auto").judge(stereo) is layout
    assert np.array_equal(arrange(stereo, layout)[0], speech)


def test_opposite_phase_is_turned_round(speech):
    stereo = np.stack([speech, -speech])
    assert judged(*stereo) is Layout.DIFFERENCE
    assert np.array_equal(arrange(stereo, Layout.DIFFERENCE)[0], speech)


def test_loudest_samples_do_not_overflow():
    stereo = np.array([[32767, -32768], [-32768, 32767]], dtype=np.int16)
    assert arrange(stereo, Layout.DIFFERENCE).tolist() == [[32767, -32768]]
    assert arrange(stereo, Layout.MIX).tolist() == [[-1, -1]]


def test_silence_is_mixed():
    assert judged(silence(3), silence(3)) is Layout.MIX


def test_party_who_is_silent_for_a_while_is_still_a_party(call, speech):
    judge = LayoutJudge("auto")
    alone = np.stack([speech, silence(speech.size / SAMPLE_RATE)])
    assert [judge.judge(stretch) for stretch in (call, alone)] == [Layout.SEPARATE, Layout.SEPARATE]
    assert LayoutJudge("auto").judge(alone) is Layout.LEFT


def test_option_overrides_what_is_heard(call, speech):
    assert judged(*call, option="mix") is Layout.MIX
    assert judged(speech, speech, option="separate") is Layout.SEPARATE


def test_channels_are_numbered_from_the_left():
    assert [channels_of(layout) for layout in Layout] == [(None,), (None,), (1,), (2,), (1, 2)]
    stereo = np.stack([noise(1), silence(1)])
    assert [channel_row(stereo, channel).any() for channel in (1, 2)] == [True, False]


def test_levels_are_those_of_each_frame_of_each_channel():
    levels = frame_levels(np.stack([np.full(2000, 3277, np.int16), np.zeros(2000, np.int16)]))
    assert levels.shape == (2, 3)
    assert levels[0, :2] == pytest.approx(-20, abs=0.01)
    assert levels[1].max() < -100


def test_echo_of_the_other_party_is_told_from_own_speech(call):
    left = call[0] + quieter(call[1], 25)
    echo = echo_frames(frame_levels(np.stack([left, call[1]])))
    second = echo.shape[1] // 40
    own, other = slice(0, 5 * second), slice(5 * second, 10 * second)
    assert echo[0, own].mean() < 0.1
    assert echo[0, other].mean() > 0.6


def split(tmp_path, samples: Samples, suffix: str = "wav", codec: str = "pcm_s16le", **options) -> SplitAudio:
    path = write_audio(tmp_path / f"2026-03-02.{suffix}", samples, codec=codec)
    return split_recording(path, recording(duration_s=None), tmp_path, AudioOptions(max_span_s=30, **options))


@pytest.mark.parametrize(("suffix", "codec"), [("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("m4a", "aac"), ("webm", "libopus")])
def test_speech_of_two_parties_is_found_in_its_channel(tmp_path, call, suffix, codec):
    audio = split(tmp_path, call, suffix, codec)
    assert {span.layout for span in audio.spans} == {Layout.SEPARATE}
    assert audio.one_party_a_channel
    for region in audio.speech:
        middle = (region.start_s + region.end_s) / 2
        assert region.channel == int(middle // 5) % 2 + 1


def test_echo_is_not_heard_twice(tmp_path, call):
    left, right = (call[own] + quieter(call[1 - own], 25) for own in (0, 1))
    clean, echoing = (split(tmp_path, rows) for rows in (call, np.stack([left, right])))
    seconds = [sum(region.duration_s for region in audio.speech) for audio in (clean, echoing)]
    assert seconds[1] == pytest.approx(seconds[0], rel=0.1)


def test_notice_says_what_became_of_the_channels(tmp_path, call, speech):
    cases = {
        "the two channels carry different people, so each was recognised by itself": call,
        "the right channel is empty, only the left one was used": np.stack([speech, np.zeros_like(speech)]),
        "the two channels are of opposite phase; one was turned round": np.stack([speech, -speech]),
    }
    for message, samples in cases.items():
        assert message in [notice.message for notice in split(tmp_path, samples).notices]
