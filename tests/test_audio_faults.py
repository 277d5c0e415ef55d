"""What the audio stage makes of every recording that is broken, odd or difficult. Each id names the fault."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import read_wav
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.diarization.assemble import measure_coverage
from tasks.errors import AudioError
from tasks.inspection import inspect_recording
from tasks.language.clock import clock
from tasks.schema import Notice, NoticeKind, Recognition, Recording, SplitAudio
from tests.builders import engine, noise, silence, tone, write_audio
from tests.faults import (
    DEFAULT,
    NOT_DEFAULT,
    Track,
    Turn,
    at,
    at_rate,
    cut_off,
    faint_noise,
    in_order,
    louder,
    music,
    only,
    overlap_s,
    patch,
    remux,
    set_flac_length,
    set_mkv_length,
    set_wav_length,
    speech,
    spoil,
    spoil_inside,
    total_s,
    turns,
    write_tracks,
)

START_S, END_S = 0.0, 15.2
"""A stretch of the sample in which all three speak, one after the other."""
TALK = speech(START_S, END_S)
SAID = turns(START_S, END_S)
HELEN = turns(START_S, END_S, "Helen")
OTHERS = turns(START_S, END_S, "William", "David")
PAD_S = 0.7
"""How much earlier or later than the voice a region may begin or end: the pad, and what the detector adds."""
LOSSY = {"mp3": "libmp3lame", "m4a": "aac", "ogg": "libopus"}


def process(path: Path, **options: Any) -> tuple[Recording, SplitAudio]:
    """What the audio stage finds."""
    chosen = AudioOptions(**options)
    found = inspect_recording(path, chosen)
    work = path.parent / "work"
    return found, split_recording(path, found, work, chosen)


def decode(path: Path, track: int = 1) -> tuple[Samples, Decoder]:
    """All samples, shape (channels, n), and the decoder that gave them."""
    decoder = Decoder(path, track)
    return np.concatenate(list(decoder), axis=1), decoder


def heard(audio: SplitAudio, channel: int | None = None) -> list[Turn]:
    """The speech regions of one channel."""
    return [(region.start_s, region.end_s) for region in audio.speech if region.channel == channel]


def channels(audio: SplitAudio) -> set[int | None]:
    return {region.channel for region in audio.speech}


def rows_kept(path: Path, audio: SplitAudio) -> int:
    """How many channels the span files have."""
    (rows,) = {len(read_wav(path.parent / "work" / span.audio_path)) for span in audio.spans}
    return rows


def wider(stretches: list[Turn]) -> list[Turn]:
    return [(start_s - PAD_S, end_s + PAD_S) for start_s, end_s in stretches]


def is_heard(regions: list[Turn], said: list[Turn]) -> bool:
    """Nearly all that was said lies in a region, and nearly nothing else does."""
    return overlap_s(regions, said) > 0.9 * total_s(said) and overlap_s(regions, wider(said)) > 0.97 * total_s(regions)


def said_of(notices: tuple[Notice, ...], kind: NoticeKind) -> str:
    return "\n".join(notice.message for notice in notices if notice.kind is kind)


# Files that are refused


def empty(folder: Path) -> Path:
    path = folder / "talk.wav"
    path.touch()
    return path


def header_only(folder: Path, suffix: str, codec: str) -> Path:
    return write_tracks(folder / f"talk.{suffix}", Track(silence(0), codec))


def wav_header(folder: Path) -> Path:
    path = write_audio(folder / "talk.wav", tone(1))
    path.write_bytes(path.read_bytes()[:44])
    return path


def half_mp4(folder: Path, suffix: str) -> Path:
    return cut_off(write_tracks(folder / f"talk.{suffix}", Track(TALK)), 0.5)


def renamed(folder: Path, content: bytes) -> Path:
    path = folder / "talk.mp3"
    path.write_bytes(content)
    return path


def picture_only(folder: Path, suffix: str) -> Path:
    return write_tracks(folder / f"talk.{suffix}", picture_s=2)


def protected(folder: Path, tag: bytes) -> Path:
    return patch(write_tracks(folder / "talk.m4a", Track(TALK[: 2 * SAMPLE_RATE])), b"mp4a", tag)


def nothing_decodable(folder: Path) -> Path:
    path = write_tracks(folder / "talk.m4a", Track(TALK[: 2 * SAMPLE_RATE]))
    content = path.read_bytes()
    first, last = content.index(b"mdat") + 4, content.index(b"moov") - 4
    path.write_bytes(content[:first] + bytes(last - first) + content[last:])
    return path


def playlist(folder: Path, name: str, content: str) -> Path:
    write_audio(folder / "other.wav", tone(1))
    path = folder / name
    path.write_text(content)
    return path


TEXT = b"Minutes of the garden committee. We meet again on Friday.\n" * 400
PDF = b"%PDF-1.4\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n" * 400
M3U = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.wav\n#EXT-X-ENDLIST\n"
REFUSED = [
    pytest.param(empty, "is empty", id="0-byte file"),
    pytest.param(wav_header, "decode", id="header only: wav"),
    pytest.param(lambda folder: header_only(folder, "flac", "flac"), "decode", id="header only: flac"),
    pytest.param(lambda folder: header_only(folder, "ogg", "libopus"), "decode", id="header only: opus"),
    pytest.param(lambda folder: header_only(folder, "mkv", "aac"), "decode", id="header only: mkv"),
    pytest.param(lambda folder: half_mp4(folder, "mp4"), "is incomplete: it was never finalised", id="truncated mp4"),
    pytest.param(lambda folder: half_mp4(folder, "mov"), "is incomplete: it was never finalised", id="truncated mov"),
    pytest.param(lambda folder: renamed(folder, TEXT), "is not a recording", id="text renamed .mp3"),
    pytest.param(lambda folder: renamed(folder, PDF), "is not a recording", id="PDF renamed .mp3"),
    pytest.param(lambda folder: renamed(folder, np.random.default_rng(5).bytes(200_000)), "", id="random bytes renamed .mp3"),
    pytest.param(lambda folder: renamed(folder, bytes(200_000)), "", id="zeros renamed .mp3"),
    pytest.param(lambda folder: picture_only(folder, "mp4"), "has no audio track", id="video without audio: mp4"),
    pytest.param(lambda folder: picture_only(folder, "mkv"), "has no audio track", id="video without audio: mkv"),
    pytest.param(lambda folder: protected(folder, b"drms"), "is protected", id="DRM: drms"),
    pytest.param(lambda folder: protected(folder, b"aavd"), "is protected", id="DRM: aax"),
    pytest.param(lambda folder: protected(folder, b"enca"), "is protected", id="DRM: common encryption"),
    pytest.param(nothing_decodable, "holds no audio that can be decoded", id="no packet can be decoded"),
    pytest.param(lambda folder: playlist(folder, "talk.mp3", M3U), "is not a recording", id="playlist: m3u8 renamed .mp3"),
    pytest.param(
        lambda folder: playlist(folder, "talk.mp3", "ffconcat version 1.0\nfile 'other.wav'\n"),
        "is not a recording",
        id="playlist: ffconcat renamed .mp3",
    ),
]


@pytest.mark.parametrize(("build", "message"), REFUSED)
def test_recording_is_refused_with_its_reason_and_what_to_do(tmp_path, build, message):
    path = build(tmp_path)
    with pytest.raises(AudioError) as caught:
        process(path)
    assert caught.value.where == str(path)
    assert message in caught.value.what
    assert caught.value.fix


# Damage inside a file


def damaged(folder: Path, sound: Samples, suffix: str, codec: str, junk: bytes) -> Path:
    """A recording whose ninth second cannot be read; in Matroska and Ogg a whole block would go with it."""
    path = write_tracks(folder / f"talk.{suffix}", Track(sound, codec))
    return (spoil_inside if suffix in ("mkv", "mka", "webm") else spoil)(path, (8, 9), junk)


def with_hole(folder: Path, sound: Samples, suffix: str, codec: str) -> Path:
    """A recording without the packets of its ninth second."""
    source = write_tracks(folder / f"whole.{suffix}", Track(sound, codec))
    return remux(source, folder / f"talk.{suffix}", lost=(8, 9))


ZEROS, ONES, ANY = b"\0", b"\xff", np.random.default_rng(9).bytes(997)
SPOILT = [
    ("flac", "flac"),
    ("m4a", "aac"),
    ("ogg", "libopus"),
    ("mkv", "aac"),
    ("mka", "flac"),
    ("mp3", "libmp3lame"),
    ("ts", "mp2"),
]
CORRUPT = [(*case, junk) for case in SPOILT for junk in (ZEROS, ONES, ANY)] + [("webm", "libopus", ONES)]
MISSING = [("mkv", "aac"), ("m4a", "aac"), ("webm", "libopus"), ("ts", "mp2"), ("mka", "flac")]
KINDS_OF_JUNK = {ZEROS: "zeros", ONES: "ones", ANY: "anything"}
HOLES = [pytest.param(damaged, case, id=f"corrupt packets: {case[0]}, {KINDS_OF_JUNK[case[2]]}") for case in CORRUPT]
HOLES += [pytest.param(with_hole, case, id=f"missing packets: {case[0]}") for case in MISSING]


@pytest.mark.parametrize(("build", "case"), HOLES)
def test_lost_seconds_are_located_counted_and_reported(tmp_path, build, case):
    _, audio = process(build(tmp_path, noise(16), *case))
    coverage = measure_coverage(audio, Recognition(segments=(), engine=engine()), segments=0)
    assert audio.undecodable, "nothing was noticed"
    assert (audio.undecodable[0].start_s, audio.undecodable[-1].end_s) == pytest.approx((8, 9), abs=0.5)
    assert coverage.undecodable_ms == pytest.approx(1000, abs=500)
    assert f"first at {clock(audio.undecodable[0].start_s)}" in said_of(audio.notices, NoticeKind.WARNING)


@pytest.mark.parametrize(("build", "case"), HOLES)
def test_what_lies_after_the_damage_stays_at_its_time(tmp_path, build, case):
    sound = noise(16) // 30 + at(11.0, tone(0.5), silence(4.5))
    samples, _ = decode(build(tmp_path, sound, *case))
    loud = np.flatnonzero(np.abs(samples.astype(int)).max(axis=0) > 4000) / SAMPLE_RATE
    late = [time for time in loud if time > 9.1]
    assert (late[0], late[-1]) == pytest.approx((11.0, 11.5), abs=0.1)
    assert samples.shape[1] / SAMPLE_RATE == pytest.approx(16, abs=0.1)


# Content counts and not the suffix


@pytest.mark.parametrize(
    ("suffix", "codec", "container", "found_as"),
    [
        pytest.param("m4a", "aac", None, "mov,mp4", id="mp4 renamed .mp3"),
        pytest.param("aac", "aac", "adts", "aac", id="AAC in .mp3"),
        pytest.param("wav", "pcm_s16le", None, "wav", id="wav renamed .mp3"),
        pytest.param("ogg", "libopus", None, "ogg", id="opus renamed .mp3"),
    ],
)
def test_wrong_suffix_does_no_harm(tmp_path, suffix, codec, container, found_as):
    source = write_tracks(tmp_path / f"source.{suffix}", Track(TALK, codec), container=container)
    found, audio = process(source.rename(tmp_path / "2026-03-02.mp3"))
    assert found.container.startswith(found_as)
    assert audio.duration_s == pytest.approx(END_S, abs=0.2)
    assert is_heard(heard(audio), SAID)


# Tracks


def several_tracks(folder: Path, *dispositions: Any, seconds: tuple[float, ...]) -> Path:
    tracks = [Track(tone(length), disposition=flag) for length, flag in zip(seconds, dispositions, strict=True)]
    return write_tracks(folder / "2026-03-02.mkv", *tracks)


@pytest.mark.parametrize(
    ("dispositions", "seconds", "used"),
    [
        pytest.param((NOT_DEFAULT, DEFAULT, NOT_DEFAULT), (6, 2, 4), 2, id="several audio tracks: the one default"),
        pytest.param((DEFAULT, DEFAULT), (2, 4), 2, id="several audio tracks: two defaults, the longest"),
        pytest.param((NOT_DEFAULT, NOT_DEFAULT, NOT_DEFAULT), (2, 4, 3), 2, id="several audio tracks: no default, the longest"),
        pytest.param((NOT_DEFAULT, NOT_DEFAULT), (3, 3), 1, id="several audio tracks: all alike, the first"),
    ],
)
def test_track_is_chosen_and_all_are_listed(tmp_path, dispositions, seconds, used):
    found, audio = process(several_tracks(tmp_path, *dispositions, seconds=seconds))
    (notice,) = found.notices
    assert (found.track, notice.kind) == (used, NoticeKind.INFO)
    assert audio.duration_s == pytest.approx(seconds[used - 1], abs=0.1)
    assert [str(number) for number in range(1, len(seconds) + 1) if str(number) not in notice.message] == []


def test_track_may_be_named(tmp_path):
    path = several_tracks(tmp_path, DEFAULT, NOT_DEFAULT, seconds=(2, 4))
    found, audio = process(path, track=2)
    assert found.track == 2
    assert audio.duration_s == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("track", [3, 99])
def test_track_that_does_not_exist_is_refused_with_how_many_there_are(tmp_path, track):
    path = several_tracks(tmp_path, DEFAULT, NOT_DEFAULT, seconds=(2, 4))
    with pytest.raises(AudioError) as caught:
        inspect_recording(path, AudioOptions(track=track))
    assert str(track) in str(caught.value)
    assert "2" in str(caught.value).replace(str(path), "")


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "ts"])
def test_sound_that_starts_after_the_picture_keeps_its_time(tmp_path, suffix):
    path = write_tracks(tmp_path / f"talk.{suffix}", Track(tone(3), start_s=2.0), picture_s=5)
    samples, decoder = decode(path)
    loud = np.flatnonzero(np.abs(samples).max(axis=0) > 4000) / SAMPLE_RATE
    assert (loud[0], loud[-1]) == pytest.approx((2, 5), abs=0.03)
    assert decoder.lost == []


# Sound without speech


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(40), id="digital silence"),
        pytest.param(noise(40), id="noise only"),
        pytest.param(faint_noise(silence(40)), id="faint noise only"),
        pytest.param(louder(noise(40), 15), id="loud noise only"),
        pytest.param(music(60), id="music only"),
        pytest.param(louder(music(40), -45), id="faint music only"),
        pytest.param(tone(40), id="tone only"),
    ],
)
def test_sound_without_speech_has_no_speech(tmp_path, sound):
    _, audio = process(write_audio(tmp_path / "talk.wav", sound))
    assert audio.speech == ()
    assert audio.duration_s == sound.size / SAMPLE_RATE
    assert "clipped" not in said_of(audio.notices, NoticeKind.WARNING) or np.abs(sound).max() == 32767


def test_speech_after_five_minutes_of_hold_music_is_found(tmp_path):
    _, audio = process(write_audio(tmp_path / "talk.flac", np.concatenate([music(300), TALK]), codec="flac"))
    said = [(300 + start_s, 300 + end_s) for start_s, end_s in SAID]
    assert overlap_s(heard(audio), [(0, 299)]) < 3
    assert overlap_s(heard(audio), said) > 0.9 * total_s(said)


# Lengths


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [
        pytest.param(46.0, 46.9, id="clip under 1 s"),
        pytest.param(46.0, 46.25, id="clip of a quarter of a second"),
        pytest.param(33.0, 42.2, id="clip under 30 s"),
    ],
)
def test_short_clip_is_one_span_with_sane_times(tmp_path, start_s, end_s):
    _, audio = process(write_audio(tmp_path / "talk.wav", speech(start_s, end_s)))
    assert [(span.start_s, span.end_s) for span in audio.spans] == [(0, pytest.approx(end_s - start_s, abs=0.001))]
    assert all(0 <= start < end <= audio.duration_s for start, end in heard(audio))
    assert total_s(heard(audio)) > 0.5 * audio.duration_s or audio.duration_s < 0.5


def lying(path: Path, suffix: str, seconds: float) -> Path:
    """Let the header of a file of ours promise another length."""
    if suffix == "wav":
        return set_wav_length(path, round(seconds * SAMPLE_RATE * 2))
    return set_flac_length(path, round(seconds * SAMPLE_RATE)) if suffix == "flac" else set_mkv_length(path, seconds)


@pytest.mark.parametrize(
    "length", [pytest.param(0, id="WAV of length 0"), pytest.param(0xFFFFFFFF, id="WAV of length 0xFFFFFFFF")]
)
def test_wav_whose_header_has_no_length_is_decoded_to_its_end(tmp_path, length):
    _, audio = process(set_wav_length(write_audio(tmp_path / "2026-03-02.wav", TALK), length))
    assert audio.duration_s == END_S
    assert is_heard(heard(audio), SAID)
    assert audio.notices == ()


def test_rf64_is_decoded_to_its_end(tmp_path):
    path = write_tracks(tmp_path / "talk.wav", Track(TALK, "pcm_s16le"), options={"rf64": "always"})
    assert path.read_bytes()[:4] == b"RF64"
    _, audio = process(path)
    assert audio.duration_s == END_S
    assert is_heard(heard(audio), SAID)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mkv"])
def test_header_that_promises_more_is_reported(tmp_path, suffix):
    path = write_tracks(tmp_path / f"talk.{suffix}", Track(TALK, "pcm_s16le" if suffix == "wav" else "flac"))
    found, audio = process(lying(path, suffix, 60))
    assert audio.duration_s == pytest.approx(END_S, abs=0.01)
    if suffix != "wav":  # FFmpeg itself does not believe what is longer than the file
        assert found.duration_s == pytest.approx(60)
        assert "breaks off" in said_of(audio.notices, NoticeKind.WARNING)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mkv"])
def test_header_that_promises_less_hides_nothing_silently(tmp_path, suffix):
    path = write_tracks(tmp_path / f"talk.{suffix}", Track(TALK, "pcm_s16le" if suffix == "wav" else "flac"))
    found, audio = process(lying(path, suffix, 5))
    if suffix == "wav":  # FFmpeg reads no further than the header says
        assert audio.duration_s == END_S or "5.0 s" in said_of((*found.notices, *audio.notices), NoticeKind.WARNING)
    else:
        assert audio.duration_s == pytest.approx(END_S, abs=0.01)
        assert is_heard(heard(audio), SAID)


def test_length_that_ffmpeg_only_estimates_is_no_promise(tmp_path):
    """Raw AAC has no length: from thirty silent seconds at its start, nine minutes are estimated."""
    sound = np.concatenate([silence(30), speech(0, 10)])
    _, audio = process(write_tracks(tmp_path / "talk.aac", Track(sound), container="adts"))
    assert audio.duration_s == pytest.approx(40, abs=0.1)
    assert audio.notices == ()


# Rates, sample formats, layouts


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"),
    [
        pytest.param("wav", "pcm_s16le", 8_000, id="8 kHz"),
        pytest.param("wav", "pcm_s16le", 44_100, id="44.1 kHz"),
        pytest.param("wav", "pcm_s16le", 48_000, id="48 kHz"),
        pytest.param("wav", "pcm_s16le", 96_000, id="96 kHz"),
        pytest.param("wav", "pcm_s24le", 48_000, id="24-bit"),
        pytest.param("wav", "pcm_f32le", 48_000, id="float"),
        pytest.param("wav", "pcm_mulaw", 8_000, id="mu-law"),
    ],
)
def test_speech_is_found_at_any_rate_and_sample_format(tmp_path, suffix, codec, rate):
    path = write_tracks(tmp_path / f"talk.{suffix}", Track(at_rate(TALK, rate), codec, rate))
    _, audio = process(path)
    assert audio.duration_s == pytest.approx(END_S, abs=0.002)
    assert is_heard(heard(audio), SAID)


@pytest.mark.parametrize(("suffix", "codec", "container"), [("mp3", "libmp3lame", None), ("aac", "aac", "adts")])
def test_changing_rate_and_channels_keep_the_timeline(tmp_path, suffix, codec, container):
    parts = [Track(at_rate(TALK, 44_100), codec, 44_100), Track(np.stack([at_rate(TALK, 22_050)] * 2), codec, 22_050)]
    files = [write_tracks(tmp_path / f"{part.rate}.{suffix}", part, container=container) for part in parts]
    path = tmp_path / f"talk.{suffix}"
    path.write_bytes(b"".join(file.read_bytes() for file in files))
    _, audio = process(path)
    said = [*SAID, *((END_S + start_s, END_S + end_s) for start_s, end_s in SAID)]
    assert audio.duration_s == pytest.approx(2 * END_S, abs=0.3)
    assert channels(audio) == {None}
    assert is_heard(heard(audio), said)


def surround(*places: int, count: int = 6, sounds: tuple[Samples, ...] = (TALK,)) -> Samples:
    """Sounds at these places of a layout, silence at the others."""
    all_channels = np.zeros((count, TALK.size), dtype=np.int16)
    for place, sound in zip(places, sounds, strict=True):
        all_channels[place] = sound
    return all_channels


@pytest.mark.parametrize(
    "place", [pytest.param(0, id="5.1: left"), pytest.param(2, id="5.1: centre"), pytest.param(5, id="5.1: rear")]
)
def test_speech_on_one_of_six_channels_is_found(tmp_path, place):
    path = write_tracks(tmp_path / "talk.wav", Track(surround(place), "pcm_s16le", layout="5.1"))
    samples, _ = decode(path)
    _, audio = process(path)
    assert samples.shape[0] == 2
    assert channels(audio) == {None}
    assert is_heard(heard(audio), SAID)


def test_six_channels_are_mixed_although_people_stand_left_and_right(tmp_path):
    sounds = surround(0, 1, sounds=(only(TALK, HELEN), only(TALK, OTHERS)))
    _, audio = process(write_tracks(tmp_path / "talk.wav", Track(sounds, "pcm_s16le", layout="5.1")))
    assert channels(audio) == {None}
    assert is_heard(heard(audio), SAID)


@pytest.mark.parametrize("count", [3, 4, 10])
def test_channels_without_a_named_place_are_mixed(tmp_path, count):
    """A field recorder writes four channels and does not say where they stand."""
    wave = write_audio(tmp_path / "talk.wav", surround(count - 1, count=count).T.reshape(-1))
    content = bytearray(wave.read_bytes())
    content[22:24] = count.to_bytes(2, "little")
    content[28:34] = (SAMPLE_RATE * 2 * count).to_bytes(4, "little") + (2 * count).to_bytes(2, "little")
    wave.write_bytes(content)
    _, audio = process(wave)
    assert audio.duration_s == END_S
    assert channels(audio) == {None}
    assert is_heard(heard(audio), SAID)


# Stereo


def stereo(folder: Path, left: Samples, right: Samples, suffix: str) -> Path:
    rate = 48_000 if suffix == "ogg" else 44_100
    sound = np.stack([at_rate(left, rate), at_rate(right, rate)])
    return write_tracks(folder / f"talk.{suffix}", Track(sound, LOSSY.get(suffix, "pcm_s16le"), rate))


any_codec = pytest.mark.parametrize("suffix", ["wav", *LOSSY])


@any_codec
def test_stereo_two_party_call_keeps_each_person_on_an_own_channel(tmp_path, suffix):
    path = stereo(tmp_path, only(TALK, HELEN), only(TALK, OTHERS), suffix)
    _, audio = process(path)
    assert (channels(audio), rows_kept(path, audio)) == ({1, 2}, 2)
    assert is_heard(heard(audio, 1), HELEN)
    assert is_heard(heard(audio, 2), OTHERS)


def test_stereo_two_party_call_in_which_both_talk_at_once_keeps_both(tmp_path):
    left, right = only(TALK, turns(0, 15.2, "Helen", "William")), speech(20.9, 36.1)
    _, audio = process(stereo(tmp_path, left, right, "wav"))
    assert is_heard(heard(audio, 1), turns(0, 15.2, "Helen", "William"))
    assert overlap_s(heard(audio, 2), turns(20.9, 36.1)) > 0.9 * total_s(turns(20.9, 36.1))
    assert overlap_s(heard(audio, 1), heard(audio, 2)) > 5


@any_codec
def test_dual_mono_is_one_channel(tmp_path, suffix):
    path = stereo(tmp_path, TALK, TALK, suffix)
    _, audio = process(path)
    assert (channels(audio), rows_kept(path, audio)) == ({None}, 1)
    assert is_heard(heard(audio), SAID)


@any_codec
@pytest.mark.parametrize("living", [1, 2])
@pytest.mark.parametrize("dead", [pytest.param(np.zeros_like, id="digital zero"), pytest.param(faint_noise, id="faint noise")])
def test_dead_channel_is_ignored(tmp_path, suffix, living, dead):
    sounds = [TALK, dead(TALK)] if living == 1 else [dead(TALK), TALK]
    path = stereo(tmp_path, *sounds, suffix)
    _, audio = process(path)
    assert (channels(audio), rows_kept(path, audio)) == ({living}, 1)
    assert is_heard(heard(audio, living), SAID)


@any_codec
def test_inverted_phase_is_not_summed_to_silence(tmp_path, suffix):
    _, audio = process(stereo(tmp_path, TALK, -TALK, suffix))
    assert channels(audio) == {None}
    assert is_heard(heard(audio), SAID)


def test_room_recorded_by_two_microphones_is_one_channel(tmp_path):
    """Both hear everybody, one a little later and quieter."""
    far = np.roll(louder(TALK, -4), 12) + faint_noise(TALK)
    _, audio = process(stereo(tmp_path, TALK, far, "wav"))
    assert channels(audio) == {None}
    assert is_heard(heard(audio), SAID)


@pytest.mark.parametrize(("setting", "found"), [("mix", {None}), ("separate", {1, 2})])
@pytest.mark.parametrize("right", [pytest.param(only(TALK, OTHERS), id="two-party"), pytest.param(TALK, id="dual-mono")])
def test_what_to_do_with_channels_can_be_said(tmp_path, setting, found, right):
    left = only(TALK, HELEN) if right is not TALK else TALK
    _, audio = process(stereo(tmp_path, left, right, "wav"), channels=setting)
    assert channels(audio) == found
    everything = [stretch for channel in found for stretch in heard(audio, channel)]
    assert overlap_s(everything, SAID) > 0.9 * total_s(SAID)


# Levels


@pytest.mark.parametrize("dbfs", [-50, -60])
def test_very_quiet_speech_is_found_and_reported(tmp_path, dbfs):
    level = 20 * np.log10(np.sqrt(np.square(TALK, dtype=float).mean()) / 32768)
    _, audio = process(write_audio(tmp_path / "talk.wav", louder(TALK, dbfs - level)))
    assert is_heard(heard(audio), SAID)
    assert audio.spans[0].level_dbfs == pytest.approx(dbfs, abs=1)
    assert re.search("quiet|louder", said_of(audio.notices, NoticeKind.INFO))


def test_clipped_speech_is_found_and_reported(tmp_path):
    _, audio = process(write_audio(tmp_path / "talk.wav", louder(TALK, 25)))
    assert is_heard(heard(audio), SAID)
    assert "clipped" in said_of(audio.notices, NoticeKind.WARNING)


def test_ordinary_speech_is_reported_neither_quiet_nor_clipped(tmp_path):
    _, audio = process(write_audio(tmp_path / "talk.wav", TALK))
    assert audio.notices == ()


def test_speech_at_full_scale_that_is_not_clipped_is_not_reported(tmp_path):
    loudest = louder(TALK, 20 * np.log10(32767 / np.abs(TALK.astype(int)).max()))
    assert np.abs(loudest.astype(int)).max() >= 32766
    assert process(write_audio(tmp_path / "talk.wav", loudest))[1].notices == ()


def test_first_30_s_of_silence_do_not_hide_what_follows(tmp_path):
    _, audio = process(write_audio(tmp_path / "talk.wav", at(30.0, TALK)))
    assert is_heard(heard(audio), [(30 + start_s, 30 + end_s) for start_s, end_s in SAID])


# Long speech


def without_pauses(seconds: float) -> Samples:
    """Somebody who never breathes."""
    spoken = np.concatenate([speech(start_s, end_s) for start_s, end_s in turns(0, 84)])
    return np.resize(spoken, round(seconds * SAMPLE_RATE))


def test_long_speech_is_cut_at_its_quietest_place(tmp_path):
    sound = louder(without_pauses(50), 3)
    gap = slice(round(24.9 * SAMPLE_RATE), round(25.1 * SAMPLE_RATE))
    sound[gap] = faint_noise(sound[gap])
    _, audio = process(write_audio(tmp_path / "talk.wav", sound), min_silence_ms=5000)
    regions = heard(audio)
    assert all(end_s - start_s <= 30 for start_s, end_s in regions)
    assert any(24.85 <= edge <= 25.15 for region in regions for edge in region), regions
    assert total_s(regions) > 0.97 * 50


def test_no_region_is_longer_than_the_recognizer_hears(tmp_path):
    _, audio = process(write_audio(tmp_path / "talk.wav", without_pauses(75)), min_silence_ms=5000, max_span_s=600)
    regions = heard(audio)
    assert max(end_s - start_s for start_s, end_s in regions) <= 30
    assert in_order(regions)
    assert total_s(regions) > 0.95 * 75


# A folder of them


GOOD = "2026-03-02-short-meeting.wav"
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty.wav": (empty, "is empty"),
    "header.wav": (wav_header, "decode"),
    "truncated.mp4": (lambda folder: half_mp4(folder, "mp4"), "is incomplete: it was never finalised"),
    "text.mp3": (lambda folder: renamed(folder, TEXT), "is not a recording"),
    "report.mp3": (lambda folder: renamed(folder, PDF), "is not a recording"),
    "random.mp3": (lambda folder: renamed(folder, np.random.default_rng(5).bytes(200_000)), ""),
    "video.mp4": (lambda folder: picture_only(folder, "mp4"), "has no audio track"),
    "video.mkv": (lambda folder: picture_only(folder, "mkv"), "has no audio track"),
    "protected.m4a": (lambda folder: protected(folder, b"drms"), "is protected"),
    "hollow.m4a": (nothing_decodable, "holds no audio that can be decoded"),
    "playlist.mp3": (lambda folder: playlist(folder, "talk.mp3", M3U), "is not a recording"),
}
OLD_S = 1_700_000_000


def fill(folder: Path, make_in: Path, short_meeting: Path) -> None:
    """All the bad recordings and the good one, none of them new."""
    (folder / GOOD).write_bytes(short_meeting.read_bytes())
    write_audio(folder / "silent.wav", silence(3))
    for name, (build, _) in BAD.items():
        build(make_in).rename(folder / name)
    for path in folder.iterdir():
        os.utime(path, (OLD_S, OLD_S))


def state_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory, prefect_api: str, short_meeting: Path) -> tuple[Any, ...]:
    """`minutes batch` over the folder: the finished process, its outcomes by name, the folder before and after."""
    base = tmp_path_factory.mktemp("batch")
    folder = base / "recordings"
    for path in (folder, base / "made"):
        path.mkdir()
    fill(folder, base / "made", short_meeting)
    before = state_of(folder)
    words = ["batch", str(folder), "--out", str(base / "minutes"), "--config", "embedded", "--json"]
    environment = {**os.environ, "PREFECT_API_URL": prefect_api, "PREFECT_HOME": str(base / "prefect")}
    code = "from flows.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment, check=False)
    assert done.stdout, done.stderr
    outcomes = {outcome["name"]: outcome for outcome in json.loads(done.stdout)["recordings"]}
    return done, outcomes, before, state_of(folder)


@pytest.mark.parametrize("name", BAD)
def test_each_bad_recording_of_a_folder_is_named_with_its_reason(batch, name):
    outcome = batch[1][name]
    assert (outcome["status"], outcome["folder"]) == ("failed", None)
    assert outcome["error"].startswith(outcome["path"])
    assert BAD[name][1] in outcome["error"]
    assert "unexpected" not in outcome["error"]


def test_the_good_recording_among_bad_ones_becomes_minutes(batch):
    outcome = batch[1][GOOD]
    assert outcome["status"] == "completed"
    assert "carpenter" in (Path(outcome["folder"]) / "minutes.md").read_text()


def test_the_silent_recording_among_bad_ones_gets_a_short_report(batch):
    outcome = batch[1]["silent.wav"]
    assert outcome["status"] == "no_speech"
    assert (Path(outcome["folder"]) / "minutes.md").is_file()


def test_a_folder_with_bad_recordings_ends_with_code_1_and_names_every_file(batch):
    done, outcomes, before, _ = batch
    assert (done.returncode, done.stderr) == (1, "")
    assert set(outcomes) == set(before)


def test_originals_are_only_read_and_nothing_is_written_beside_them(batch):
    _, _, before, after = batch
    assert after == before
