"""Files that are whole or not there, and names that every file system takes."""

import errno
import os
import unicodedata

import pytest

from tasks.errors import ResourceError
from tasks.files import displayable, folder_name, in_turn, require_room, sha256_of_file, write_atomic

SHA256 = "9f2c41d0" * 8


def fail_with(code: int):
    def call(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return call


def test_text_is_written_as_utf8_with_unix_line_ends(tmp_path):
    written = write_atomic(tmp_path / "a.txt", "tuần\nđầu\n")
    assert written.read_bytes() == "tuần\nđầu\n".encode()


def test_missing_folders_are_made(tmp_path):
    assert write_atomic(tmp_path / "one" / "two" / "a.txt", "x").read_text() == "x"


def test_new_text_replaces_the_old_and_leaves_nothing_else(tmp_path):
    write_atomic(tmp_path / "a.txt", "old")
    write_atomic(tmp_path / "a.txt", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "new")]


def test_file_has_the_permissions_that_open_would_give(tmp_path):
    plain = tmp_path / "plain.txt"
    plain.write_text("x")
    assert write_atomic(tmp_path / "a.txt", "x").stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_failing_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = write_atomic(tmp_path / "a.txt", "old")
    monkeypatch.setattr(os, step, fail_with(errno.ENOSPC))
    with pytest.raises(ResourceError):
        write_atomic(path, "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "old")]


def test_permissions_of_the_process_are_never_changed_for_a_moment(tmp_path, monkeypatch):
    """Another thread would make files that everybody may write."""
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("umask was set"))
    write_atomic(tmp_path / "a.txt", "x")


def test_a_link_is_replaced_and_its_target_left(tmp_path):
    target, link = tmp_path / "theirs.txt", tmp_path / "a.txt"
    target.write_text("theirs")
    link.symlink_to(target)
    write_atomic(link, "ours")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("theirs", "ours", False)


@pytest.mark.parametrize("kind", ["link", "dangling", "pipe"])
def test_a_lock_that_is_no_file_is_refused_and_not_waited_for(tmp_path, kind):
    target, lock = tmp_path / "theirs.txt", tmp_path / ".lock"
    if kind == "link":
        target.write_text("theirs")
    os.mkfifo(lock) if kind == "pipe" else lock.symlink_to(target)
    with (
        pytest.raises(ResourceError, match="cannot be written" if kind == "pipe" else "is a link, and links are not followed"),
        in_turn(lock),
    ):
        pytest.fail("it was opened")
    assert target.exists() == (kind == "link")
    assert not target.exists() or target.read_text() == "theirs"


def test_a_disk_that_is_too_small_is_told_before_the_work(tmp_path):
    with pytest.raises(ResourceError, match=r"the disk has \d+ MB free, and \d+ MB are needed") as caught:
        require_room(tmp_path / "not" / "yet", 1e18)
    assert caught.value.surroundings
    require_room(tmp_path, 1)


def test_text_that_utf8_cannot_hold_leaves_the_old_file_and_nothing_else(tmp_path):
    path = write_atomic(tmp_path / "a.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "caf\udce9")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "old")]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "the disk is full."),
        (errno.EROFS, "cannot be written: Read-only file system."),
    ],
)
def test_failing_write_says_why_and_what_to_do(tmp_path, monkeypatch, code, message):
    monkeypatch.setattr(os, "fsync", fail_with(code))
    with pytest.raises(ResourceError) as caught:
        write_atomic(tmp_path / "a.txt", "new")
    advice = "Free some space or choose another folder with --out."
    assert str(caught.value) == f"{tmp_path / 'a.txt'}: {message} {advice}"


def test_folder_that_cannot_be_made_is_a_resource_error(tmp_path):
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(ResourceError, match="cannot be written"):
        write_atomic(tmp_path / "out" / "a.txt", "x")


def test_sha256_covers_files_longer_than_one_piece(tmp_path):
    path = tmp_path / "zeros"
    path.write_bytes(bytes(3_000_000))
    assert sha256_of_file(path) == "35bce4eae54ec8e6cc2868baa8d157914d6ae2858811b4cc0c078c94460fa26f"


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Garden Committee.flac", "garden-committee-9f2c41d0"),
        ("Jürgen.wav", "jurgen-9f2c41d0"),
        ("Họp tuần đầu.ogg", "hop-tuan-dau-9f2c41d0"),
        ("会议.wav", "hui-yi-9f2c41d0"),
        ("🎉.wav", "recording-9f2c41d0"),
        ("-rf.wav", "rf-9f2c41d0"),
        ("a\nb.wav", "a-b-9f2c41d0"),
        ("../../etc/passwd.wav", "etc-passwd-9f2c41d0"),
        ("..", "recording-9f2c41d0"),
        (".hidden", "hidden-9f2c41d0"),
        ("talk", "talk-9f2c41d0"),
        ('say "hi": a|b?.wav', "say-hi-a-b-9f2c41d0"),
        ("caf\udce9.wav", "caf-9f2c41d0"),
    ],
)
def test_folder_is_named_readably_and_safely(name, folder):
    assert folder_name(name, SHA256) == folder


def test_folder_is_the_same_for_both_spellings_of_an_umlaut():
    composed, decomposed = (unicodedata.normalize(form, "Jürgen Müller.wav") for form in ("NFC", "NFD"))
    assert folder_name(composed, SHA256) == folder_name(decomposed, SHA256)


def test_longest_file_name_gives_a_folder_of_bounded_length():
    assert folder_name("ä" * 125 + ".wav", SHA256) == "a" * 60 + "-9f2c41d0"


def test_same_name_with_other_content_gets_another_folder():
    assert folder_name("a.wav", SHA256) != folder_name("a.wav", "0" * 64)


@pytest.mark.parametrize(("raw", "shown"), [(b"caf\xe9.wav", r"caf\xe9.wav"), ("café.wav".encode(), "café.wav")])
def test_any_path_can_be_shown(raw, shown):
    assert displayable(raw.decode("utf-8", "surrogateescape")) == shown
