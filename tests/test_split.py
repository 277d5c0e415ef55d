"""A recording becomes spans that tile it, cut in silence, with the speech regions known."""

import importlib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import silero_vad
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import read_wav, write_wav
from tasks.audio.options import AudioOptions
from tasks.audio.span_files import read_span, remove_span_files
from tasks.audio.speech import speech_regions
from tasks.audio.split import find_cut, split_recording
from tasks.backend import Device
from tasks.errors import AudioError, ResourceError
from tasks.files import sha256_of_file
from tasks.job import Job
from tasks.progress import listening
from tasks.schema import NoticeKind, SplitAudio
from tests.builders import SAMPLE_SPEECH, damage, noise, recording, silence, span, tone, write_audio

SHORT_SPANS = AudioOptions(max_span_s=30)


@st.composite
def regions_in_a_span(draw) -> tuple[list[tuple[int, int]], int]:
    length = draw(st.integers(1, 1000))
    edges = sorted(draw(st.lists(st.integers(0, length), unique=True, max_size=20)))
    return list(zip(edges[::2], edges[1::2], strict=False)), length


@pytest.fixture(scope="module")
def speech() -> Samples:
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)))


@pytest.fixture(scope="module")
def talk(tmp_path_factory, speech) -> tuple[SplitAudio, Samples, list]:
    """The sample meeting twice in a row, cut into short spans: result, samples of the span files, progress."""
    work = tmp_path_factory.mktemp("work")
    path = write_audio(work / "talk.wav", np.tile(speech[: 35 * SAMPLE_RATE], 2))
    heard: list[tuple[str, float]] = []
    with listening(lambda *news: heard.append(news)):
        audio = split_recording(path, recording(duration_s=70.0), work, SHORT_SPANS)
    return audio, [read_wav(work / span.audio_path) for span in audio.spans], heard


def split(tmp_path, samples: Samples, options: AudioOptions = SHORT_SPANS) -> SplitAudio:
    return split_recording(write_audio(tmp_path / "talk.wav", samples), recording(), tmp_path, options)


@given(regions_in_a_span())
def test_cut_is_never_inside_speech(case):
    regions, length = case
    cut = find_cut(regions, length)
    assert 0 < cut <= length
    assert cut == length or not any(start < cut < end for start, end in regions)


@given(regions_in_a_span())
def test_cut_is_in_the_second_half_and_no_later_pause_is_left_out(case):
    regions, length = case
    cut = find_cut(regions, length)
    middles = [
        (a + b) // 2 for a, b in zip([0, *(e for _, e in regions)], [*(s for s, _ in regions), length], strict=True) if b > a
    ]
    assert cut == max((middle for middle in middles if middle * 2 >= length), default=length)


@pytest.mark.parametrize(
    ("regions", "cut"),
    [
        pytest.param([(0, 60), (80, 100)], 70, id="pause in the second half"),
        pytest.param([(0, 60), (70, 80), (90, 100)], 85, id="the last of two pauses"),
        pytest.param([(0, 20), (40, 100)], 100, id="pause too early"),
        pytest.param([(0, 100)], 100, id="no pause"),
        pytest.param([(0, 80)], 90, id="pause at the end"),
        pytest.param([], 50, id="no speech"),
    ],
)
def test_span_is_cut_in_the_middle_of_the_last_late_pause(regions, cut):
    assert find_cut(regions, 100) == cut


def test_spans_tile_the_recording(talk):
    audio, _, _ = talk
    assert (audio.spans[0].start_s, audio.spans[-1].end_s, audio.duration_s) == (0, 70, 70)
    assert [span.end_s for span in audio.spans[:-1]] == [span.start_s for span in audio.spans[1:]]
    assert [span.index for span in audio.spans] == list(range(len(audio.spans)))


def test_spans_are_neither_too_long_nor_tiny(talk):
    lengths = [span.duration_s for span in talk[0].spans]
    assert len(lengths) > 2
    assert all(15 <= length <= 30 for length in lengths[:-1])
    assert lengths[-1] <= 30


def test_span_files_together_are_the_recording(talk, speech):
    audio, files, _ = talk
    assert np.array_equal(np.concatenate(files), np.tile(speech[: 35 * SAMPLE_RATE], 2))
    assert [file.size for file in files] == [round(span.duration_s * SAMPLE_RATE) for span in audio.spans]


def test_times_are_whole_samples(talk):
    times = [time for item in (*talk[0].spans, *talk[0].speech) for time in (item.start_s, item.end_s)]
    assert [time for time in times if round(time * SAMPLE_RATE) / SAMPLE_RATE != time] == []


def test_speech_lies_inside_its_span_and_in_order(talk):
    for part in talk[0].spans:
        edges = [part.start_s, *(edge for region in part.speech for edge in (region.start_s, region.end_s)), part.end_s]
        assert edges == sorted(edges)


def test_sample_meeting_is_mostly_speech(talk):
    audio, _, _ = talk
    assert sum(region.duration_s for region in audio.speech) > 0.6 * audio.duration_s


def test_spans_are_cut_in_quiet_places(talk):
    _, files, _ = talk
    edge = SAMPLE_RATE // 50
    loud = np.abs(np.concatenate(files).astype(float)).mean()
    assert all(np.abs(file[-edge:].astype(float)).mean() < 0.2 * loud for file in files[:-1])


def test_progress_rises_to_the_end(talk):
    heard = talk[2]
    assert [stage for stage, _ in heard] == ["audio"] * len(talk[0].spans)
    assert [share for _, share in heard] == [span.end_s / 70 for span in talk[0].spans]


def test_digital_silence_has_no_speech_and_no_level(tmp_path):
    audio = split(tmp_path, silence(70))
    assert audio.duration_s == 70
    assert audio.speech == ()
    assert {span.level_dbfs for span in audio.spans} == {None}


@pytest.mark.parametrize("sound", [noise, tone])
def test_sound_without_speech_has_no_speech(tmp_path, sound):
    audio = split(tmp_path, sound(10))
    assert (len(audio.spans), audio.speech) == (1, ())


def test_level_is_that_of_the_samples(tmp_path):
    assert split(tmp_path, tone(5)).spans[0].level_dbfs == pytest.approx(20 * np.log10(8000 / np.sqrt(2) / 32768), abs=0.1)


def test_clip_of_a_fraction_of_a_second_is_one_span(tmp_path):
    assert [(span.start_s, span.end_s) for span in split(tmp_path, tone(0.05)).spans] == [(0, 0.05)]


def test_recording_of_exactly_the_longest_span_loses_nothing(tmp_path):
    assert split(tmp_path, silence(30)).spans[-1].end_s == 30


def test_quiet_speech_is_found_as_well_as_loud(speech):
    loud = speech_regions(speech[: 20 * SAMPLE_RATE], SHORT_SPANS)
    quiet = speech_regions((speech[: 20 * SAMPLE_RATE] / 300).astype(np.int16), SHORT_SPANS)
    found = [sum(end - start for start, end in regions) for regions in (loud, quiet)]
    assert found[1] == pytest.approx(found[0], rel=0.15)


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_loading_the_detector_leaves_the_threads_of_other_models_alone(monkeypatch, two_threads):
    for name in [name for name in sys.modules if name == "tasks.audio.speech" or name.startswith("silero_vad")]:
        monkeypatch.delitem(sys.modules, name)
    importlib.import_module("tasks.audio.speech").speech_regions(tone(1), SHORT_SPANS)
    assert torch.get_num_threads() == 2


def test_no_two_threads_share_a_detector_at_the_same_time(speech, monkeypatch):
    """It keeps state between windows: shared, it hears wrong things and crashes the process."""
    busy, shared = set(), []

    def listen(samples: object, detector: object, **_: object) -> list[dict[str, int]]:
        shared.append(detector in busy)
        busy.add(detector)
        time.sleep(0.1)
        busy.discard(detector)
        return []

    speech_regions(speech[:SAMPLE_RATE], SHORT_SPANS)
    monkeypatch.setattr(silero_vad, "get_speech_timestamps", listen)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda samples: speech_regions(samples, SHORT_SPANS), [speech[:SAMPLE_RATE]] * 2))
    assert shared == [False, False]


def test_lost_seconds_are_located_and_reported(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", noise(16), codec="aac")
    damage(path)
    audio = split_recording(path, recording(duration_s=16.0), tmp_path, SHORT_SPANS)
    (lost,), (notice,) = audio.undecodable, audio.notices
    assert lost.start_s == pytest.approx(8, abs=1)
    assert notice.kind is NoticeKind.WARNING
    assert notice.message == f"{lost.duration_s:.1f} s could not be decoded, first at {lost.start_s:.1f} s"


@pytest.mark.parametrize(("suffix", "codec"), [("flac", "flac"), ("mp3", "libmp3lame"), ("mkv", "aac")])
def test_recording_that_breaks_off_early_is_reported(tmp_path, suffix, codec):
    path = write_audio(tmp_path / f"talk.{suffix}", noise(16), codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    audio = split_recording(path, recording(duration_s=16.0), tmp_path, SHORT_SPANS)
    warnings = [notice.message for notice in audio.notices if notice.kind is NoticeKind.WARNING]
    assert any("16.0 s" in message for message in warnings)


def test_wav_file_reads_back_equal(tmp_path):
    write_wav(tmp_path / "spans" / "0000.wav", noise(1))
    assert np.array_equal(read_wav(tmp_path / "spans" / "0000.wav"), noise(1))
    assert [path.name for path in (tmp_path / "spans").iterdir()] == ["0000.wav"]


def test_span_that_cannot_be_written_is_a_resource_error(tmp_path):
    (tmp_path / "spans").write_text("a file where the folder should be")
    with pytest.raises(ResourceError):
        split(tmp_path, tone(1))


@pytest.fixture
def cut(tmp_path) -> tuple[Job, SplitAudio]:
    """Three seconds of noise, cut into spans of one and two, as a job finds them."""
    job = Job(
        path=str(write_audio(tmp_path / "talk.flac", noise(3), codec="flac")), out=str(tmp_path), device=Device("cpu", "no GPU")
    )
    spans = []
    for plain in (span(0, 0, 1), span(1, 1, 3)):
        path = job.work / plain.audio_path
        write_wav(path, noise(3)[round(plain.start_s * SAMPLE_RATE) : round(plain.end_s * SAMPLE_RATE)])
        spans.append(plain.model_copy(update={"sha256": sha256_of_file(path)}))
    return job, SplitAudio(duration_s=3, spans=tuple(spans))


def test_span_is_decoded_again_when_its_file_is_gone(cut):
    job, audio = cut
    remove_span_files(job, audio)
    assert [path for path in job.work.rglob("*") if path.is_file()] == []
    again = [read_span(job, audio, span) for span in reversed(audio.spans)]
    assert np.array_equal(np.concatenate(again[::-1]), noise(3))


def test_span_that_is_there_is_not_decoded_again(cut):
    job, audio = cut
    Path(job.path).unlink()
    assert np.array_equal(read_span(job, audio, audio.spans[1]), noise(3)[SAMPLE_RATE:])


@pytest.mark.parametrize(
    "other", [tone(3), noise(0.5), noise(2)], ids=["other sound", "shorter than a span", "last span cut off"]
)
def test_span_of_a_file_that_was_changed_is_refused(cut, other):
    job, audio = cut
    remove_span_files(job, audio)
    write_audio(Path(job.path), other, codec="flac")
    with pytest.raises(AudioError) as caught:
        read_span(job, audio, audio.spans[1])
    assert str(caught.value) == f"{job.path}: was changed while it was processed. Run it again when it is complete."


def test_changed_file_is_refused_the_second_time_too(cut):
    job, audio = cut
    remove_span_files(job, audio)
    write_audio(Path(job.path), tone(3), codec="flac")
    for _ in range(2):
        with pytest.raises(AudioError, match="was changed while it was processed"):
            read_span(job, audio, audio.spans[0])
