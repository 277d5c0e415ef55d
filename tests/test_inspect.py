"""What a file is, by its content, and why it cannot be used if it cannot."""

import datetime as dt
import errno
import hashlib
import os
from pathlib import Path

import av
import numpy as np
import pytest

from tasks.audio.options import AudioOptions
from tasks.errors import AudioError
from tasks.inspection import inspect_recording
from tasks.schema import DateSource, NoticeKind
from tests.builders import fill_track, tone, write_audio

NOT_DECODABLE = "is not a recording that can be decoded (Invalid data found when processing input)."
EXPORT_AGAIN = "Check that it plays in a media player, or export it again."


def refusal(path: Path) -> str:
    """The message with which a file is refused, without the path that it starts with."""
    with pytest.raises(AudioError) as caught:
        inspect_recording(path, AudioOptions())
    place, _, message = str(caught.value).partition(": ")
    assert place == str(path)
    return message


def write_video(path: Path, *, sound: bool) -> Path:
    with av.open(str(path), "w") as file:
        picture = file.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        track = file.add_stream("aac", rate=16_000, layout="mono") if sound else None
        file.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        file.mux(picture.encode(None))
        if track:
            fill_track(file, track, tone(1))
    return path


def test_recording_is_described(tmp_path):
    path = write_audio(tmp_path / "2026-03-02 talk.flac", np.stack([tone(2, 44_100)] * 2), 44_100, "flac")
    found = inspect_recording(path, AudioOptions())
    assert (found.path, found.name) == (str(path), "2026-03-02 talk.flac")
    assert (found.container, found.codec, found.channels, found.sample_rate) == ("flac", "flac", 2, 44_100)
    assert found.duration_s == pytest.approx(2, abs=0.01)
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found.recorded_at, found.recorded_at_source) == (dt.datetime(2026, 3, 2), DateSource.FILE_NAME)
    assert found.notices == ()


@pytest.mark.parametrize(
    ("clock", "source", "note"),
    [
        ("2026-03-03T04:10:00Z", DateSource.FILE_NAME, "its name 2026-03-02: the day of the name counts"),
        ("2026-03-04T04:10:00Z", DateSource.CONTAINER, "its name 2026-03-02: the clock counts"),
        ("2026-03-02T10:10:00Z", DateSource.FILE_NAME, None),
    ],
)
def test_clock_in_utc_and_a_name_in_local_time_are_compared(tmp_path, clock, source, note):
    path = write_audio(tmp_path / "2026-03-02_2010_call.m4a", tone(1), 16_000, "aac", metadata={"creation_time": clock})
    found = inspect_recording(path, AudioOptions())
    assert found.recorded_at_source is source
    assert [note in notice.message for notice in found.notices] == ([True] if note else [])


def test_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "talk.wav") == "no such file. Check the spelling."


def test_broken_link_is_refused(tmp_path):
    (tmp_path / "talk.wav").symlink_to("talk.wav")
    assert refusal(tmp_path / "talk.wav") == "no such file. Check the spelling."


def test_folder_is_refused_with_the_command_for_folders(tmp_path):
    assert refusal(tmp_path) == "is not a file. For a folder use: minutes batch FOLDER"


def test_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "talk.wav")
    assert refusal(tmp_path / "talk.wav").startswith("is not a file.")


def test_empty_file_is_refused(tmp_path):
    (tmp_path / "talk.wav").touch()
    assert refusal(tmp_path / "talk.wav") == "is empty (0 bytes). Copy or record it again."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Minutes of the garden committee\n" * 50, id="text"),
        pytest.param(b"%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\n" * 50, id="pdf"),
        pytest.param(np.random.default_rng(1).bytes(20_000), id="random bytes"),
    ],
)
def test_other_files_renamed_to_audio_are_refused(tmp_path, content):
    (tmp_path / "talk.mp3").write_bytes(content)
    assert refusal(tmp_path / "talk.mp3") == f"{NOT_DECODABLE} {EXPORT_AGAIN}"


def test_header_without_audio_is_refused(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    path.write_bytes(path.read_bytes()[:44])
    assert refusal(path) == f"{NOT_DECODABLE} {EXPORT_AGAIN}"


def test_recording_that_was_never_finalised_is_called_incomplete(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", tone(2), codec="aac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "incomplete" in refusal(path)


def test_protected_recording_is_refused(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", tone(1), codec="aac")
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"drms"))
    assert "protected" in refusal(path)


def test_unknown_codec_is_refused(tmp_path):
    path = write_audio(tmp_path / "talk.mkv", tone(1), codec="aac")
    path.write_bytes(path.read_bytes().replace(b"A_AAC", b"A_ZZZ"))
    assert EXPORT_AGAIN in refusal(path)


def test_playlist_is_refused_and_not_followed(tmp_path):
    write_audio(tmp_path / "other.wav", tone(1))
    (tmp_path / "talk.mp3").write_text("ffconcat version 1.0\nfile 'other.wav'\n")
    assert "is not a recording" in refusal(tmp_path / "talk.mp3")


def test_video_without_sound_is_refused(tmp_path):
    assert refusal(write_video(tmp_path / "talk.mkv", sound=False)) == "has no audio track. Export it again with sound."


def test_video_with_sound_is_a_recording(tmp_path):
    assert inspect_recording(write_video(tmp_path / "2026-03-02.mkv", sound=True), AudioOptions()).codec == "aac"


def test_content_counts_and_not_the_suffix(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", tone(1), codec="aac").rename(tmp_path / "talk.mp3")
    assert inspect_recording(path, AudioOptions()).container.startswith("mov,mp4,m4a")


def write_tracks(path: Path, seconds: tuple[float, ...], default: tuple[int, ...] = ()) -> Path:
    """A Matroska file with one audio track a length; those numbered in `default` are marked so."""
    flag = av.stream.Disposition
    with av.open(str(path), "w") as file:
        tracks = [file.add_stream("aac", rate=16_000, layout="mono") for _ in seconds]
        for number, track in enumerate(tracks, start=1):
            track.disposition = flag.default if number in default else flag.comment
        for length, track in zip(seconds, tracks, strict=True):
            fill_track(file, track, tone(length))
    return path


@pytest.mark.parametrize(
    ("default", "wanted", "used"),
    [
        pytest.param((1,), "auto", 1, id="the only default track"),
        pytest.param((), "auto", 2, id="no default: the longest"),
        pytest.param((1, 2, 3), "auto", 2, id="all default: the longest"),
        pytest.param((1,), 3, 3, id="the one that was asked for"),
    ],
)
def test_track_is_chosen_and_all_are_listed(tmp_path, default, wanted, used):
    path = write_tracks(tmp_path / "2026-03-02.mkv", (1, 3, 2), default)
    found = inspect_recording(path, AudioOptions(track=wanted))
    (notice,) = found.notices
    assert (found.track, notice.kind) == (used, NoticeKind.INFO)
    listed = "; ".join(f"{number} aac mono 16000 Hz{' (used)' * (number == used)}" for number in (1, 2, 3))
    which = f"the file has 3 audio tracks, of which number {used} was used; choose another one with audio.track"
    assert notice.message == f"{which}: {listed}"


def test_track_that_is_not_there_is_refused(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    with pytest.raises(AudioError, match=r"has only one audio track, no track 2\. Set audio\.track: auto, or one that exists\."):
        inspect_recording(path, AudioOptions(track=2))


@pytest.mark.parametrize(
    "name", [b"caf\xe9.wav", "Họp 🌱.wav".encode(), b"-rf.wav", b"a\nb.wav", b"%03d.wav", b"x" * 251 + b".wav"]
)
def test_any_file_name_is_read(tmp_path, name):
    path = write_audio(tmp_path / "talk.wav", tone(0.1)).rename(tmp_path / os.fsdecode(name))
    assert inspect_recording(path, AudioOptions()).name == name.decode("utf-8", "backslashreplace").replace("\n", r"\n")


@pytest.mark.parametrize("name", ["10:30 standup.wav", "pipe:0", "-rf.wav"])
def test_relative_path_is_never_taken_for_an_address_or_option(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    write_audio(Path("talk.wav"), tone(0.1)).rename(name)
    assert inspect_recording(Path(name), AudioOptions()).name == name


def test_date_is_read_from_the_container(tmp_path):
    path = write_audio(tmp_path / "talk.m4a", tone(1), codec="aac", metadata={"creation_time": "2026-06-10T08:00:00Z"})
    found = inspect_recording(path, AudioOptions())
    assert (found.recorded_at, found.recorded_at_source) == (dt.datetime(2026, 6, 10, 8, tzinfo=dt.UTC), DateSource.CONTAINER)


def test_date_of_last_resort_is_reported(tmp_path):
    (notice,) = inspect_recording(write_audio(tmp_path / "talk.wav", tone(1)), AudioOptions()).notices
    assert notice.message == (
        "the meeting's date is the file's modification time; name the file 2026-03-02-… or add a sidecar to fix it"
    )


def test_sidecar_is_part_of_the_recording(tmp_path):
    (tmp_path / "talk.meta.yaml").write_text("{title: Garden, recorded_at: 2026-03-02}")
    found = inspect_recording(write_audio(tmp_path / "talk.wav", tone(1)), AudioOptions())
    assert (found.sidecar.title, found.recorded_at_source) == ("Garden", DateSource.SIDECAR)


def test_wrong_sidecar_is_reported(tmp_path):
    (tmp_path / "2026-03-02.meta.yaml").write_text("titel: Garden")
    (notice,) = inspect_recording(write_audio(tmp_path / "2026-03-02.wav", tone(1)), AudioOptions()).notices
    assert notice.message.startswith("of the sidecar '2026-03-02.meta.yaml' this was ignored")


def test_original_is_only_read(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    before = path.read_bytes(), path.stat().st_mtime_ns
    inspect_recording(path, AudioOptions())
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    really_open = os.open

    def deny(name: str | Path, flags: int, *more: int) -> int:
        if str(name) == str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return really_open(name, flags, *more)

    monkeypatch.setattr(os, "open", deny)
    assert refusal(path).startswith("cannot be read: permission denied.")
