"""A recording becomes spans that tile it, cut in silence, with the speech regions known."""

import errno
import importlib
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import silero_vad
import torch
from hypothesis import given
from hypothesis import strategies as st

from tasks.audio import stage
from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.levels import read_wav, write_wav
from tasks.audio.media import open_media
from tasks.audio.options import AudioOptions
from tasks.audio.span_files import read_span, remove_span_files
from tasks.audio.speech import cut_long, find_speech, quietest, speech_probabilities
from tasks.audio.split import find_cut, split_recording
from tasks.engine.base import Device
from tasks.errors import AudioError, ResourceError
from tasks.files import as_resource_error, sha256_of_file
from tasks.job import Job
from tasks.language.clock import clock
from tasks.schema import NoticeKind, SplitAudio
from tests.builders import SAMPLE_SPEECH, damage, noise, quiet_run, recording, silence, span, tone, write_audio

SHORT_SPANS = AudioOptions(max_span_s=30)


@st.composite
def regions_in_a_span(draw) -> tuple[list[tuple[int, int]], int, int]:
    """Regions, the length of what they lie in, and the longest that may be cut off."""
    length = draw(st.integers(2, 1000))
    edges = sorted(draw(st.lists(st.integers(0, length), unique=True, max_size=20)))
    return list(zip(edges[::2], edges[1::2], strict=False)), length, draw(st.integers(1, length))


@pytest.fixture(scope="module")
def speech() -> Samples:
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]


@pytest.fixture(scope="module")
def talk(tmp_path_factory, speech) -> tuple[SplitAudio, Samples, list]:
    """The sample meeting twice in a row, cut into short spans: result, samples of the span files, progress."""
    work = tmp_path_factory.mktemp("work")
    path = write_audio(work / "talk.wav", np.tile(speech[: 35 * SAMPLE_RATE], 2))
    heard: list[float] = []
    audio = split_recording(path, recording(duration_s=70.0), work, SHORT_SPANS, progress=heard.append)
    return audio, [read_wav(work / span.audio_path)[0] for span in audio.spans], heard


def split(tmp_path, samples: Samples, options: AudioOptions = SHORT_SPANS) -> SplitAudio:
    return split_recording(write_audio(tmp_path / "talk.wav", samples), recording(), tmp_path, options)


@given(regions_in_a_span())
def test_cut_is_in_the_last_pause_of_the_second_half(case):
    regions, length, limit = case
    cut = find_cut(silence(length / SAMPLE_RATE)[np.newaxis], regions, limit)
    assert round(limit / 2) <= cut <= limit
    pauses = zip([0, *(end for _, end in regions)], [*(start for start, _ in regions), length], strict=True)
    late = [(max(start, round(limit / 2)), min(end, limit)) for start, end in pauses]
    if late := [(start, end) for start, end in late if start < end]:
        assert cut == sum(late[-1]) // 2


@pytest.mark.parametrize(
    ("regions", "cut"),
    [
        pytest.param([(0, 60), (80, 110)], 70, id="pause in the second half"),
        pytest.param([(0, 60), (70, 80), (90, 110)], 85, id="the last of two pauses"),
        pytest.param([(0, 20), (40, 70), (70, 110)], 70, id="pause too early, but a region ends"),
        pytest.param([(0, 90)], 95, id="pause at the end"),
        pytest.param([(0, 90), (104, 110)], 95, id="pause across the limit"),
        pytest.param([], 75, id="no speech"),
    ],
)
def test_span_is_cut_in_the_middle_of_the_last_late_pause(regions, cut):
    assert find_cut(np.zeros((1, 110), np.int16), regions, 100) == cut


def test_speech_without_any_pause_is_cut_where_it_is_quietest():
    samples = noise(60)
    samples[41 * SAMPLE_RATE : round(41.1 * SAMPLE_RATE)] //= 10
    assert find_cut(samples[np.newaxis], [(0, samples.size)], samples.size) / SAMPLE_RATE == pytest.approx(41.05, abs=0.02)
    assert quietest(samples, 20 * SAMPLE_RATE, 30 * SAMPLE_RATE) < 30 * SAMPLE_RATE


@given(st.integers(1, 200 * SAMPLE_RATE), st.integers(0, 10))
def test_long_speech_is_cut_into_touching_parts_of_at_most_thirty_seconds(length, start):
    parts = cut_long(np.zeros(length + start, np.int16), (start, start + length))
    assert [parts[0][0], *(end for _, end in parts)] == [*(begin for begin, _ in parts), start + length]
    assert all(0 < end - begin <= 30 * SAMPLE_RATE for begin, end in parts)


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
    assert heard == [span.end_s / 70 for span in talk[0].spans]


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
    loud = find_speech(speech[: 20 * SAMPLE_RATE], SHORT_SPANS).regions
    quiet = find_speech((speech[: 20 * SAMPLE_RATE] / 300).astype(np.int16), SHORT_SPANS).regions
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
    importlib.import_module("tasks.audio.speech").find_speech(tone(1), SHORT_SPANS)
    assert torch.get_num_threads() == 2


@pytest.mark.filterwarnings("ignore:`torch.jit.load` is deprecated")
def test_detector_hears_in_one_go_what_it_hears_frame_by_frame(speech):
    part = speech[: 20 * SAMPLE_RATE]
    model = silero_vad.load_silero_vad()
    frames = torch.from_numpy(part.astype(np.float32) / 32768).split(512)
    one_by_one = [model(torch.nn.functional.pad(frame, (0, 512 - frame.numel())), SAMPLE_RATE).item() for frame in frames]
    assert speech_probabilities(part) == pytest.approx(one_by_one, abs=1e-3)


def test_threads_do_not_disturb_each_other(speech):
    parts = [speech[start * SAMPLE_RATE : (start + 10) * SAMPLE_RATE] for start in (0, 20, 40)] * 4
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda part: find_speech(part, SHORT_SPANS), parts))
    assert found == [find_speech(part, SHORT_SPANS) for part in parts]


def test_lost_seconds_are_located_and_reported(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", noise(16), codec="aac")
    damage(path)
    audio = split_recording(path, recording(duration_s=16.0), tmp_path, SHORT_SPANS)
    (lost,), (notice,) = audio.undecodable, audio.notices
    assert lost.start_s == pytest.approx(8, abs=1)
    assert notice.kind is NoticeKind.WARNING
    assert notice.message == f"{lost.duration_s:.1f} s are missing or could not be decoded, first at {clock(lost.start_s)}"


@pytest.mark.parametrize(("suffix", "codec"), [("flac", "flac"), ("mp3", "libmp3lame"), ("mkv", "aac")])
def test_recording_that_breaks_off_early_is_reported(tmp_path, suffix, codec):
    path = write_audio(tmp_path / f"talk.{suffix}", noise(16), codec=codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    audio = split_recording(path, recording(duration_s=16.0), tmp_path, SHORT_SPANS)
    warnings = [notice.message for notice in audio.notices if notice.kind is NoticeKind.WARNING]
    assert any("16.0 s" in message for message in warnings)


def test_wav_file_reads_back_equal(tmp_path):
    write_wav(tmp_path / "spans" / "0000.wav", noise(1))
    assert np.array_equal(read_wav(tmp_path / "spans" / "0000.wav"), noise(1)[np.newaxis])
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
    assert np.array_equal(np.concatenate(again[::-1], axis=1)[0], noise(3))


def test_span_that_is_there_is_not_decoded_again(cut):
    job, audio = cut
    Path(job.path).unlink()
    assert np.array_equal(read_span(job, audio, audio.spans[1]), noise(3)[np.newaxis, SAMPLE_RATE:])


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


def test_span_file_with_other_sound_is_not_heard(cut):
    job, audio = cut
    write_wav(job.work / audio.spans[0].audio_path, tone(1))
    assert np.array_equal(read_span(job, audio, audio.spans[0])[0], noise(3)[:SAMPLE_RATE])


def test_other_options_leave_the_spans_of_these_alone(tmp_path):
    first = split(tmp_path, noise(70))
    second = split(tmp_path, noise(70), AudioOptions(max_span_s=40))
    files = [{tmp_path / span.audio_path for span in audio.spans} for audio in (first, second)]
    assert not files[0] & files[1]


def test_recording_that_changes_while_it_is_decoded_is_not_taken_for_what_it_was(tmp_path, monkeypatch):
    job = Job(path=str(write_audio(tmp_path / "talk.wav", tone(1))), out=str(tmp_path / "out"), device=Device("cpu", "no GPU"))
    found = stage.inspect(job, quiet_run(), SHORT_SPANS)

    def split_late(path, *rest, **more):
        write_audio(path, noise(2))
        return split_recording(path, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(stage, "split_recording", split_late)
        with pytest.raises(AudioError, match="was changed while it was processed"):
            stage.split(job, quiet_run(), found, SHORT_SPANS)
    assert not list(job.work.rglob("*.wav"))
    write_audio(tmp_path / "talk.wav", tone(1))
    assert stage.split(job, quiet_run(), found, SHORT_SPANS).load(SplitAudio).duration_s == 1.0


def test_disk_that_fails_while_a_recording_is_read_is_not_the_recording_s_fault(tmp_path, monkeypatch):
    job = Job(path=str(write_audio(tmp_path / "talk.wav", tone(1))), out=str(tmp_path / "out"), device=Device("cpu", "no GPU"))
    found = stage.inspect(job, quiet_run(), SHORT_SPANS)

    class Failing(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("tasks.source_file.open_source", lambda path: Failing())
    with pytest.raises(ResourceError, match="could not be read"):
        stage.split(job, quiet_run(), found, SHORT_SPANS)
    monkeypatch.setattr("tasks.audio.media.open_source", lambda path: Failing())
    with pytest.raises(ResourceError, match="could not be read"), open_media(tmp_path / "notes.wav"):
        pass


def test_changed_file_is_refused_the_second_time_too(cut):
    job, audio = cut
    remove_span_files(job, audio)
    write_audio(Path(job.path), tone(3), codec="flac")
    for _ in range(2):
        with pytest.raises(AudioError, match="was changed while it was processed"):
            read_span(job, audio, audio.spans[0])


@pytest.mark.parametrize("when", ["first", "second"])
def test_a_full_disk_gets_its_space_back_and_the_next_run_goes_on(tmp_path, monkeypatch, when):
    """A partial span once stayed for ever, so that every later run failed."""
    job = Job(path=str(write_audio(tmp_path / "talk.wav", noise(70))), out=str(tmp_path / "out"), device=Device("cpu", "no GPU"))
    found = stage.inspect(job, quiet_run(), SHORT_SPANS)
    written = []

    def write(path, samples):
        written.append(path)
        if len(written) == (1 if when == "first" else 2):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_suffix(".partial").write_bytes(b"RIFF")
            raise as_resource_error(OSError(errno.ENOSPC, "No space left on device"), path)
        write_wav(path, samples)

    with monkeypatch.context() as patch:
        patch.setattr("tasks.audio.split.write_wav", write)
        with pytest.raises(ResourceError, match="the disk is full") as caught:
            stage.split(job, quiet_run(), found, SHORT_SPANS)
    assert caught.value.surroundings
    assert [path for path in (job.work / "spans").rglob("*") if path.is_file()] == []
    assert len(stage.split(job, quiet_run(), found, SHORT_SPANS).load(SplitAudio).spans) > 1


def test_a_span_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def fail(self, target):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(ResourceError, match="the disk is full"):
        write_wav(tmp_path / "0000.wav", noise(1))
    assert list(tmp_path.iterdir()) == []
