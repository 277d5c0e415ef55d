"""Every format that people hold gives its whole length, and each sound at its time.

Coders that work in blocks begin a little late (priming) and fill up their last block (padding). Where the file says how much,
both are cut off: 10 ms and 20 ms are the rule. The formats with a larger figure have no place for it, or FFmpeg does not read it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.options import AudioOptions
from tasks.inspection import inspect_recording
from tests.builders import silence
from tests.faults import Track, at_rate, write_tracks

LENGTH_S = 6.0
BURSTS_S = (0.5, 3.0, 5.5)
BURST_S = 0.08
PADDED, PRIMED = 25.0, 27.0
BOTH = 40.0
_AMR_WB_SPEECH, _AMR_WB_NOTHING = b"\x14", b"\x7c"


def bursts() -> Samples:
    """Silence in which a short tone is heard three times; each time is that of its middle."""
    sound = silence(LENGTH_S)
    for middle_s in BURSTS_S:
        time = np.arange(round(BURST_S * SAMPLE_RATE)) / SAMPLE_RATE
        first = round((middle_s - BURST_S / 2) * SAMPLE_RATE)
        sound[first : first + time.size] = 12000 * np.sin(2 * np.pi * 1000 * time) * np.hanning(time.size)
    return sound


SOUND = bursts()


@dataclass(frozen=True)
class Format:
    """How to write a file, and how exactly it is read back."""

    suffix: str
    codec: str
    rate: int = 44_100
    layout: str = "mono"
    container: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    bit_rate: int | None = None
    picture: bool = False
    start_s: float = 0.0
    length_ms: float = 10
    time_ms: float = 20

    def write(self, folder: Path) -> Path:
        sound = at_rate(SOUND, self.rate)
        sound = sound if self.layout == "mono" else np.stack([sound] * 2)
        track = Track(sound, self.codec, self.rate, self.layout, self.start_s, self.bit_rate)
        path = folder / f"talk.{self.suffix}"
        picture_s = LENGTH_S if self.picture else 0.0
        return write_tracks(path, track, picture_s=picture_s, container=self.container, options=dict(self.options))


FORMATS = {
    "wav 16-bit": Format("wav", "pcm_s16le"),
    "wav 24-bit": Format("wav", "pcm_s24le", 48_000),
    "wav 32-bit": Format("wav", "pcm_s32le", 96_000),
    "wav float32": Format("wav", "pcm_f32le", 48_000),
    "wav float64": Format("wav", "pcm_f64le", 48_000),
    "wav mu-law": Format("wav", "pcm_mulaw", 8_000),
    "wav a-law": Format("wav", "pcm_alaw", 8_000),
    "wav IMA ADPCM": Format("wav", "adpcm_ima_wav", 22_050, length_ms=PADDED),
    "RF64": Format("wav", "pcm_s16le", options=(("rf64", "always"),)),
    "W64": Format("w64", "pcm_s16le"),
    "flac": Format("flac", "flac"),
    "flac 24-bit stereo": Format("flac", "flac", 96_000, "stereo"),
    "alac": Format("m4a", "alac"),
    "mp3 CBR": Format("mp3", "libmp3lame", bit_rate=64_000),
    "mp3 CBR without its header": Format(
        "mp3", "libmp3lame", bit_rate=64_000, options=(("write_xing", "0"),), length_ms=BOTH, time_ms=PRIMED
    ),
    "mp3 low rate": Format("mp3", "libmp3lame", 16_000, bit_rate=24_000),
    "m4a": Format("m4a", "aac", length_ms=PADDED),
    "m4a stereo": Format("m4a", "aac", 48_000, "stereo", length_ms=PADDED),
    "m4a fragmented": Format("m4a", "aac", options=(("movflags", "frag_keyframe+empty_moov"),), length_ms=BOTH, time_ms=PRIMED),
    "ADTS aac": Format("aac", "aac", container="adts", length_ms=BOTH, time_ms=PRIMED),
    "ogg vorbis": Format("ogg", "vorbis", layout="stereo"),
    "ogg opus": Format("opus", "libopus", 48_000),
    "webm opus": Format("webm", "libopus", 48_000),
    "mp4 with picture": Format("mp4", "aac", 48_000, picture=True, length_ms=PADDED),
    "mkv with picture": Format("mkv", "aac", 48_000, picture=True, length_ms=PADDED),
    "mkv flac": Format("mkv", "flac", 48_000, picture=True),
    "mkv opus": Format("mkv", "libopus", 48_000, picture=True),
    "mov": Format("mov", "aac", 48_000, picture=True, length_ms=PADDED),
    "mov PCM": Format("mov", "pcm_s16be", 48_000, picture=True),
    "amr narrow-band": Format("amr", "libopencore_amrnb", 8_000, bit_rate=12_200, length_ms=PADDED),
    "3gp amr": Format("3gp", "libopencore_amrnb", 8_000, bit_rate=12_200, length_ms=PADDED),
    "wma": Format("wma", "wmav2", bit_rate=64_000, container="asf", length_ms=30, time_ms=50),
    "wma stereo": Format("wma", "wmav2", 48_000, "stereo", bit_rate=96_000, container="asf", length_ms=30, time_ms=50),
    "aiff": Format("aiff", "pcm_s16be"),
    "caf": Format("caf", "pcm_s16le"),
    "caf alac": Format("caf", "alac", length_ms=BOTH),
    "ac3": Format("ac3", "ac3", 48_000, length_ms=PADDED),
    "mp2": Format("mp2", "mp2"),
    "mpegts": Format("ts", "mp2", 48_000, start_s=100.0),
    "mpegts aac": Format("ts", "aac", 48_000, start_s=100.0, picture=False, length_ms=BOTH, time_ms=PRIMED),
    "mpeg": Format("mpg", "mp2", 48_000),
    "avi": Format("avi", "libmp3lame", 48_000, picture=True, length_ms=PADDED, time_ms=PRIMED),
    "avi PCM": Format("avi", "pcm_s16le", 48_000, picture=True),
}


def middle_s(samples: Samples, near_s: float) -> float:
    """The centre of energy of a burst."""
    first = max(0, round((near_s - 0.3) * SAMPLE_RATE))
    power = np.square(samples[first : first + round(0.6 * SAMPLE_RATE)], dtype=np.float64)
    assert power.max() > 4000**2, f"no burst near {near_s} s"
    return (first + np.average(np.arange(power.size), weights=power)) / SAMPLE_RATE


@pytest.fixture(scope="module", params=FORMATS)
def decoded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Format, Samples, Decoder]:
    """A format, and what a file of it decodes to."""
    form = FORMATS[request.param]
    decoder = Decoder(form.write(tmp_path_factory.mktemp("format")))
    return form, np.concatenate(list(decoder), axis=1), decoder


def test_format_gives_its_whole_length(decoded):
    form, samples, decoder = decoded
    assert abs(samples.shape[1] / SAMPLE_RATE - LENGTH_S) * 1000 <= form.length_ms
    assert decoder.position == samples.shape[1]
    assert decoder.lost == []


def test_each_sound_is_at_its_time(decoded):
    form, samples, _ = decoded
    late_ms = [1000 * (middle_s(samples[0], burst_s) - burst_s) for burst_s in BURSTS_S]
    assert max(map(abs, late_ms)) <= form.time_ms
    assert max(late_ms) - min(late_ms) < 1, "it drifts"


def test_each_sound_has_its_loudness_and_the_rest_is_silent(decoded):
    _, samples, _ = decoded
    loud = np.flatnonzero(np.abs(samples[0].astype(int)) > 1500) / SAMPLE_RATE
    assert np.abs(samples[0].astype(int)).max() == pytest.approx(12000, rel=0.15)
    assert [time for time in loud if min(abs(time - burst_s) for burst_s in BURSTS_S) > 0.1] == []


def test_channels_are_those_of_the_file(decoded):
    form, samples, _ = decoded
    assert samples.shape[0] == (2 if form.layout == "stereo" else 1)


def test_sound_of_a_wide_band_phone_call_is_at_its_time(tmp_path):
    """No coder for it is at hand: frames of a made-up sound stand between frames that say `nothing is sent`."""
    made_up = np.random.default_rng(7)
    frames = [_AMR_WB_SPEECH + made_up.bytes(32) if 50 <= number < 60 else _AMR_WB_NOTHING for number in range(150)]
    path = tmp_path / "talk.amr"
    path.write_bytes(b"#!AMR-WB\n" + b"".join(frames))
    assert inspect_recording(path, AudioOptions()).codec == "amrwb"
    samples = np.concatenate(list(Decoder(path)), axis=1)
    loud = np.flatnonzero(np.abs(samples[0].astype(int)) > 1000) / SAMPLE_RATE
    assert samples.shape == (1, 3 * SAMPLE_RATE)
    assert (loud[0], loud[-1]) == pytest.approx((1.0, 1.2), abs=0.03)
