"""Any container to 16 kHz mono samples, with every second in its place."""

from pathlib import Path

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
    return np.concatenate(list(Decoder(path)), axis=1)[0]


@pytest.mark.parametrize(("suffix", "codec", "rate", "channels"), CASES)
def test_every_format_gives_its_length_and_sound(tmp_path, suffix, codec, rate, channels):
    sound = np.stack([tone(2, rate)] * channels).squeeze()
    samples = decode(write_audio(tmp_path / f"talk.{suffix}", sound, rate, codec))
    assert samples.size == pytest.approx(2 * SAMPLE_RATE, rel=0.01, abs=0.1 * SAMPLE_RATE)
    assert np.abs(samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2]).max() == pytest.approx(8000, rel=0.3)


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 2), ("quad", 2)])
def test_blocks_are_rows_of_16_bit_samples_of_one_or_two_channels(tmp_path, layout, channels):
    rows = np.stack([tone(1, 44_100)] * av.AudioLayout(layout).nb_channels)
    path = write_audio(tmp_path / "talk.wav", rows, 44_100, layout=layout)
    blocks = list(Decoder(path))
    assert {(block.dtype, len(block)) for block in blocks} == {(np.dtype(np.int16), channels)}
    assert sum(block.shape[1] for block in blocks) == pytest.approx(SAMPLE_RATE, abs=20)


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
    samples = np.concatenate(list(decoder), axis=1)[0]
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


def test_track_that_was_chosen_is_decoded(tmp_path):
    with av.open(str(tmp_path / "talk.mkv"), "w") as file:
        tracks = [file.add_stream("aac", rate=16_000, layout="mono") for _ in range(2)]
        for track, seconds in zip(tracks, (1, 4), strict=True):
            fill_track(file, track, tone(seconds))
    lengths = [sum(block.shape[1] for block in Decoder(tmp_path / "talk.mkv", track)) for track in (1, 2)]
    assert lengths == pytest.approx([SAMPLE_RATE, 4 * SAMPLE_RATE], abs=0.2 * SAMPLE_RATE)


def test_track_that_begins_late_begins_with_silence_and_nothing_is_lost(tmp_path):
    path = write_late_sound(tmp_path / "talk.mkv", late_s=2.0, seconds=1.0)
    decoder = Decoder(path)
    samples = np.concatenate(list(decoder), axis=1)[0]
    assert np.flatnonzero(np.abs(samples) > 2000)[0] / SAMPLE_RATE == pytest.approx(2.0, abs=0.02)
    assert decoder.lost == []


def write_late_sound(path, late_s: float, seconds: float):
    """A video whose sound begins later than its picture."""
    with av.open(str(path), "w") as file:
        video = file.add_stream("mpeg4", rate=10)
        video.width = video.height = 64
        sound = file.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        for number in range(round((late_s + seconds) * 10)):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
            frame.pts = number
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
        frame = av.AudioFrame.from_ndarray(tone(seconds)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, round(late_s * SAMPLE_RATE)
        file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
    return path


@pytest.mark.parametrize(
    ("jumps", "believed_s"),
    [
        pytest.param([5.0], 5.0, id="a gap"),
        pytest.param([5000.0], 0.0, id="a jump of more than an hour"),
        pytest.param([3000.0] * 20, 12 * 3600.0, id="no end of gaps"),
    ],
)
def test_gaps_are_believed_within_reason(jumps, believed_s):
    decoder = Decoder(Path("talk.mkv"))
    assert sum(decoder.believed(jump) for jump in jumps) == believed_s - believed_s % jumps[0]


def test_file_is_read_once_and_closed(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(3))
    blocks = iter(Decoder(path))
    next(blocks)
    path.unlink()
    assert sum(block.size for block in blocks) > 0
