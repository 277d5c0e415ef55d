"""What the page plays: the recording where it lies, a small copy, or nothing."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from tasks.audio.decode import Decoder
from tasks.audio.options import AudioOptions
from tasks.audio.opus import mark_of
from tasks.errors import ResourceError
from tasks.inspection import inspect_meeting, inspect_recording
from tasks.report.options import PageAudio
from tasks.report.playback import COPY_NAME, browsers_play, page_audio
from tasks.schema import Recording
from tests.builders import recording

SAMPLES = Path(__file__).parents[1] / "sample_audio"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Where the minutes lie."""
    path = tmp_path / "minutes" / "standup"
    path.mkdir(parents=True)
    return path


def inspected(path: Path) -> Recording:
    return inspect_recording(path, AudioOptions())


@pytest.mark.parametrize(
    "name",
    [
        "2026-03-02-garden-committee.flac",
        "2026-04-14-product-launch.mp3",
        "2026-05-20-support-call.m4a",
        "2026-06-10-hop-tuan.ogg",
    ],
)
def test_what_browsers_play_is_linked_where_it_lies(folder, name):
    path = SAMPLES / name
    address, notices = page_audio([path], inspected(path), folder, PageAudio.LINK)
    assert (folder / address).resolve() == path.resolve()
    assert (notices, list(folder.iterdir())) == ((), [])


def test_address_is_relative_and_safe_whatever_the_name(folder, tmp_path):
    path = tmp_path / 'họp "tuần" #1 <b>?%.mp3'
    address, _ = page_audio([path], recording(codec="mp3"), folder, PageAudio.LINK)
    assert address == "../../h%E1%BB%8Dp%20%22tu%E1%BA%A7n%22%20%231%20%3Cb%3E%3F%25.mp3"


def test_name_that_is_no_text_keeps_its_bytes(folder, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/h\xecp.mp3"))
    assert page_audio([path], recording(codec="mp3"), folder, PageAudio.LINK)[0] == "../../h%ECp.mp3"


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wma", "wmav2"), ("a.m4a", "alac"), ("a.mkv", "aac"), ("a", "mp3"), ("a.mp3", "mp2")]
)
def test_what_browsers_may_not_play_is_copied(folder, tmp_path, short_meeting, name, codec):
    path = shutil.copy(short_meeting, tmp_path / name)
    before = Path(path).read_bytes()
    assert page_audio([Path(path)], recording(codec=codec), folder, PageAudio.LINK)[0] == COPY_NAME
    assert Path(path).read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted([name, "minutes"])


def test_other_track_than_the_first_is_copied(folder, short_meeting):
    found = inspected(short_meeting).model_copy(update={"track": 2})
    assert not browsers_play([short_meeting], found)
    assert browsers_play([short_meeting], inspected(short_meeting))


def test_copy_sounds_like_the_recording_and_is_small(folder, short_meeting):
    address, _ = page_audio([short_meeting], inspected(short_meeting), folder, PageAudio.COPY)
    original, copy = (np.concatenate(list(Decoder(path)), axis=1)[0].astype(float) for path in (short_meeting, folder / address))
    assert abs(len(original) - len(copy)) < 1600
    length = min(len(original), len(copy))
    loud = [np.abs(sound[: length // 1600 * 1600]).reshape(-1, 1600).mean(axis=1) for sound in (original, copy)]
    assert np.corrcoef(loud)[0, 1] > 0.95
    assert (folder / address).stat().st_size < short_meeting.stat().st_size / 5


def test_copy_is_made_once_and_anew_for_another_recording(folder, short_meeting):
    found = inspected(short_meeting)
    page_audio([short_meeting], found, folder, PageAudio.COPY)
    first = (folder / COPY_NAME).stat()
    page_audio([short_meeting], found, folder, PageAudio.COPY)
    assert (folder / COPY_NAME).stat().st_ino == first.st_ino
    page_audio([short_meeting], found.model_copy(update={"sha256": "1" * 64}), folder, PageAudio.COPY)
    assert mark_of(folder / COPY_NAME) == f"1 {'1' * 64} 1"


def test_meeting_in_several_files_is_one_copy(folder, short_meeting, tmp_path):
    second = tmp_path / "second.wav"
    shutil.copy(short_meeting, second)
    meeting = inspect_meeting([short_meeting, second], AudioOptions())
    assert page_audio([short_meeting, second], meeting, folder, PageAudio.LINK)[0] == COPY_NAME
    length = sum(block.shape[1] for block in Decoder(folder / COPY_NAME))
    assert length == pytest.approx(2 * sum(block.shape[1] for block in Decoder(short_meeting)), abs=1600)


@pytest.mark.parametrize(("wanted", "codec"), [(PageAudio.NONE, "mp3"), (PageAudio.LINK, "text"), (PageAudio.COPY, "text")])
def test_nothing_is_played_where_nothing_is_wanted_or_there(folder, wanted, codec):
    assert page_audio([folder / "a.mp3"], recording(codec=codec), folder, wanted) == (None, ())
    assert list(folder.iterdir()) == []


def test_recording_that_cannot_be_copied_is_said(folder):
    (folder / "a.wma").write_bytes(b"no sound")
    address, [notice] = page_audio([folder / "a.wma"], recording(codec="wmav2"), folder, PageAudio.LINK)
    assert address is None
    assert notice.message.startswith("the page has no audio: ")
    assert [path.name for path in folder.iterdir()] == ["a.wma"]


def test_folder_that_cannot_be_written_is_said_as_such(tmp_path, short_meeting):
    (tmp_path / "file").write_text("")
    with pytest.raises(ResourceError, match="cannot be written"):
        page_audio([short_meeting], inspected(short_meeting), tmp_path / "file", PageAudio.COPY)
