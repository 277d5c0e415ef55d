"""Any container to 16 kHz mono samples, with every second in its place."""

import av
import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.errors import AudioError
from tests.builders import damage, fill_track, noise, silence, tone, write_audio

ANY_RATE = (8_000, 44_100, 48_000, 96_000)
FORMATS = [
    ("wav", "pcm_s16le", ANY_RATE),
    ("wav", "pcm_s24le", ANY_RATE),
    ("wav", "pcm_f32le", ANY_RATE),
    ("wav", "pcm_mulaw", (8_000,)),
    ("flac", "flac", ANY_RATE),
    ("mp3", "libmp3lame", (8_000, 44_100, 48_000)),
    ("m4a", "aac", ANY_RATE),
    ("ogg", "libopus", (8_000, 48_000)),
    ("webm", "libopus", (8_000, 48_000)),
    ("mkv", "aac", ANY_RATE),
]
CASES = [
    pytest.param(suffix, codec, rate, channels, id=f"{suffix}-{codec}-{rate}-{channels}")
    for suffix, codec, rates in FORMATS
    for rate in rates
    for channels in (1, 2)
]
DAMAGEABLE = [("flac", "flac"), ("m4a", "aac"), ("ogg", "libopus"), ("webm", "libopus"), ("mkv", "aac")]


def decode(path) -> Samples:
    return np.concatenate(list(Decoder(path)))


@pytest.mark.parametrize(("suffix", "codec", "rate", "channels"), CASES)
def test_every_format_gives_its_length_and_sound(tmp_path, suffix, codec, rate, channels):
    sound = np.stack([tone(2, rate)] * channels).squeeze()
    samples = decode(write_audio(tmp_path / f"talk.{suffix}", sound, rate, codec))
    assert samples.size == pytest.approx(2 * SAMPLE_RATE, rel=0.01, abs=0.1 * SAMPLE_RATE)
    assert np.abs(samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]).max() == pytest.approx(8000, rel=0.3)


def test_blocks_are_flat_arrays_of_16_bit_samples(tmp_path):
    path = write_audio(tmp_path / "talk.wav", np.stack([tone(1, 44_100)] * 2), 44_100)
    assert {(block.dtype, block.ndim) for block in Decoder(path)} == {(np.dtype(np.int16), 1)}


def test_16_khz_mono_is_passed_through_bit_for_bit(tmp_path):
    path = write_audio(tmp_path / "talk.flac", noise(1), codec="flac")
    assert np.array_equal(decode(path), noise(1))


@pytest.mark.parametrize("seconds", [0.02, 0.5, 3])
def test_short_clips_are_whole(tmp_path, seconds):
    assert decode(write_audio(tmp_path / "talk.wav", tone(seconds))).size == seconds * SAMPLE_RATE


def test_sound_stays_at_its_time(tmp_path):
    sound = np.concatenate([silence(3, 44_100), tone(1, 44_100), silence(3, 44_100)])
    samples = decode(write_audio(tmp_path / "talk.mp3", sound, 44_100, "libmp3lame"))
    loud = np.flatnonzero(np.abs(samples) > 2000) / SAMPLE_RATE
    assert (loud[0], loud[-1]) == pytest.approx((3, 4), abs=0.05)


def test_undamaged_file_loses_nothing(tmp_path):
    decoder = Decoder(write_audio(tmp_path / "talk.flac", tone(2), codec="flac"))
    assert sum(block.size for block in decoder) == decoder.position == 2 * SAMPLE_RATE
    assert decoder.lost == []


@pytest.mark.parametrize(("suffix", "codec"), DAMAGEABLE)
def test_damage_in_the_middle_keeps_the_timeline(tmp_path, suffix, codec):
    path = write_audio(tmp_path / f"talk.{suffix}", noise(16), codec=codec)
    damage(path)
    assert decode(path).size == pytest.approx(16 * SAMPLE_RATE, abs=0.26 * SAMPLE_RATE)


@pytest.mark.parametrize(("suffix", "codec"), [*DAMAGEABLE, ("mp3", "libmp3lame")])
def test_damage_in_the_middle_is_located(tmp_path, suffix, codec):
    path = write_audio(tmp_path / f"talk.{suffix}", noise(16), codec=codec)
    damage(path)
    decoder = Decoder(path)
    list(decoder)
    assert decoder.lost
    assert decoder.lost[0][0] / SAMPLE_RATE == pytest.approx(8, abs=1.1)


def test_lost_stretch_is_silent_and_in_one_piece(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", noise(16), codec="aac")
    damage(path)
    decoder = Decoder(path)
    samples = np.concatenate(list(decoder))
    ((start, end),) = decoder.lost
    assert 0.5 < (end - start) / SAMPLE_RATE < 2
    assert not samples[start:end].any()


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_length_in_the_header_is_not_believed(tmp_path, size):
    path = write_audio(tmp_path / "talk.wav", tone(2))
    content = bytearray(path.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = size.to_bytes(4, "little")
    path.write_bytes(content)
    assert decode(path).size == 2 * SAMPLE_RATE


def test_truncated_file_gives_what_is_there(tmp_path):
    path = write_audio(tmp_path / "talk.flac", noise(10), codec="flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert decode(path).size == pytest.approx(5 * SAMPLE_RATE, abs=0.5 * SAMPLE_RATE)


def test_file_in_which_nothing_can_be_decoded_is_refused(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", noise(2), codec="aac")
    content = path.read_bytes()
    first, last = content.index(b"mdat") + 4, content.index(b"moov") - 4
    path.write_bytes(content[:first] + bytes(last - first) + content[last:])
    with pytest.raises(AudioError) as caught:
        decode(path)
    assert str(caught.value) == f"{path}: holds no audio that can be decoded. Record or export it again."


@pytest.mark.parametrize(("suffix", "codec", "container"), [("mp3", "libmp3lame", None), ("aac", "aac", "adts")])
def test_rate_and_channels_may_change_inside_a_file(tmp_path, suffix, codec, container):
    parts = [(tone(2, 44_100), 44_100), (np.stack([tone(2, 22_050)] * 2), 22_050)]
    files = [write_audio(tmp_path / f"{rate}.{suffix}", sound, rate, codec, container) for sound, rate in parts]
    joined = tmp_path / f"joined.{suffix}"
    joined.write_bytes(b"".join(path.read_bytes() for path in files))
    assert decode(joined).size == pytest.approx(4 * SAMPLE_RATE, abs=0.3 * SAMPLE_RATE)


def test_one_dead_channel_does_not_hide_the_other(tmp_path):
    samples = decode(write_audio(tmp_path / "talk.wav", np.stack([tone(1), silence(1)])))
    assert np.abs(samples).max() >= 4000


def test_channels_of_opposite_phase_are_not_summed_to_silence(tmp_path):
    samples = decode(write_audio(tmp_path / "talk.wav", np.stack([tone(1), -tone(1)])))
    assert np.abs(samples).max() > 1000


def test_track_marked_as_default_is_decoded(tmp_path):
    with av.open(str(tmp_path / "talk.mkv"), "w") as file:
        other, default = (file.add_stream("aac", rate=16_000, layout="mono") for _ in range(2))
        other.disposition, default.disposition = av.stream.Disposition.comment, av.stream.Disposition.default
        fill_track(file, other, tone(1))
        fill_track(file, default, tone(4))
    assert decode(tmp_path / "talk.mkv").size == pytest.approx(4 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)


def test_file_is_read_once_and_closed(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    blocks = iter(Decoder(path))
    next(blocks)
    path.unlink()
    assert sum(block.size for block in blocks) > 0
