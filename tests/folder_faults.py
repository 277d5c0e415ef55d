"""A folder as people leave it: good captions among everything that goes wrong in a folder, at any size."""

import os
import socket
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.builders import silence, write_audio
from tests.faults import Track, cut_off, speech, write_tracks

GOOD = 22
"""Good recordings of the folder that the tests use."""
_OLD_S = 7200
_PLACES = ("attic", "barn", "cellar", "garage", "garden", "hall", "kitchen", "lobby", "office", "porch", "roof", "shed")


class Expected(NamedTuple):
    """What must become of a file."""

    state: str
    """A status, or `skipped`."""
    reason: str = ""
    """Part of what is said about it."""


def captions(number: int) -> str:
    """A short meeting; another number is another meeting."""
    place = _PLACES[number % len(_PLACES)]
    said = [f"Anna: We decided to paint the {place} number {number} green.", "Tom: I will call the carpenter by Friday."]
    cues = [f"{n + 1}\n00:00:{10 * n:02},000 --> 00:00:{10 * n + 5:02},500\n{text}\n" for n, text in enumerate(said)]
    return "\n".join(cues)


def build_folder(folder: Path, good: int = GOOD, rounds: int = 1, *, sound: bool = False) -> dict[str, Expected]:
    """Fill a folder, and say for each file what must become of it. `sound` adds recordings that must be decoded."""
    folder.mkdir(parents=True)
    expected: dict[str, Expected] = {}
    for number in range(good):
        name = f"2026-03-02-meeting-{number:03}.srt"
        (folder / name).write_text(captions(number))
        expected[name] = Expected("completed")
    numbers = count(good)
    for turn in range(rounds):
        for fault in [*FAULTS, *(SOUND_FAULTS if sound else ())]:
            expected |= fault(folder, f"{turn:02}", next(numbers))
    make_old(folder)
    for turn in range(rounds):
        expected |= just_begun(folder, f"{turn:02}")
    return expected


def make_old(folder: Path) -> None:
    """Nobody writes to these files any more."""
    then = time.time() - _OLD_S
    for path in folder.rglob("*"):
        if not path.is_symlink():
            os.utime(path, (then, then))


# Faults: each makes files in the folder and says what must become of them


def same_content(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    first, second = f"same-{turn}-a.srt", f"same-{turn}-b.srt"
    for name in (first, second):
        (folder / name).write_text(captions(number))
    return {first: Expected("completed"), second: Expected("duplicate", f"has the same content as '{folder / first}'")}


def same_stem(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    """Captions beside what they are the captions of: only that is read, here in vain."""
    (folder / f"stem-{turn}.mp3").write_bytes(b"no music " * 90 + turn.encode())
    (folder / f"stem-{turn}.srt").write_text(captions(number))
    return {
        f"stem-{turn}.mp3": Expected("failed", "is not a recording that can be decoded"),
        f"stem-{turn}.srt": Expected("skipped", "holds captions of a file that is taken"),
    }


def odd_names(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    """Every name that the file system allows."""
    names = [
        f"-dash {turn}.srt",
        f"new\nline {turn}.srt",
        f'quote\'s "{turn}" `x` | <b>.srt',
        f"u\u0308ber {turn}.srt",
        f"\u00fcber {turn}.srt",
        f"会議 🎉 {turn}.srt",
        os.fsdecode(b"caf\xe9 " + turn.encode() + b".srt"),
        f"{turn}{'x' * 249}.srt",
    ]
    for letter, name in enumerate(names):
        (folder / name).write_text(captions(1000 * (number + 1) + letter))
    return dict.fromkeys(names, Expected("completed"))


def empty(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    names = [f"empty-{turn}-a.mp3", f"empty-{turn}-b.wav"]
    for name in names:
        (folder / name).touch()
    return dict.fromkeys(names, Expected("failed", "is empty (0 bytes)"))


def text_for_sound(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    (folder / f"notes-{turn}.mp3").write_text(f"Buy seeds {number}.\n" * 50)
    (folder / f"paper-{turn}.m4a").write_bytes(b"%PDF-1.7\n" + turn.encode() * 200)
    undecodable = Expected("failed", "is not a recording that can be decoded")
    return {f"notes-{turn}.mp3": undecodable, f"paper-{turn}.m4a": undecodable}


def wrong_encoding(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    (folder / f"latin-{turn}.srt").write_bytes(captions(number).replace("Anna", "Zoë").encode("latin-1"))
    return {f"latin-{turn}.srt": Expected("failed", "is neither UTF-8 nor UTF-16")}


def never_finalised(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    (folder / f"cut-{turn}.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + turn.encode() * 50)
    return {f"cut-{turn}.mp4": Expected("failed", "is incomplete: it was never finalised")}


def unfinished_downloads(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    download, temporary = Expected("skipped", "is a download"), Expected("skipped", "is a temporary file")
    suffixes = {"part": download, "crdownload": download, "partial": download, "download": download, "tmp": temporary}
    names = {f"later-{turn}.mp3.{suffix}": expected for suffix, expected in suffixes.items()} | {f"~$talk-{turn}.mp4": temporary}
    for name in names:
        (folder / name).write_text("half")
    return names


def hidden_and_other(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    names = {
        f".hidden-{turn}.mp3": Expected("skipped", "is hidden"),
        f"._talk-{turn}.mp3": Expected("skipped", "is hidden"),
        f"agenda-{turn}.docx": Expected("skipped", "is no audio, video or captions by its name"),
        f"talk-{turn}.meta.yaml": Expected("skipped", "describes a recording"),
        f"noname{turn}": Expected("skipped", "is no audio, video or captions by its name"),
    }
    for name in names:
        (folder / name).write_text("title: x")
    return names


def in_the_cloud(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    (folder / f".far-{turn}.mp3.icloud").write_text("stub")
    (folder / f"far-{turn}.mp3.nextcloud").write_text(" ")
    with (folder / f"hole-{turn}.mp3").open("wb") as file:
        file.truncate(1 << 20)
    names = (f".far-{turn}.mp3.icloud", f"far-{turn}.mp3.nextcloud", f"hole-{turn}.mp3")
    return dict.fromkeys(names, Expected("skipped", "is only a placeholder for a file in the cloud"))


def links(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    targets = {f"link-{turn}.mp3": "nowhere.mp3", f"loop-{turn}.mp3": f"loop-{turn}.mp3", f"tree-{turn}": "."}
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    return dict.fromkeys(targets, Expected("skipped", "is a link; links are not followed"))


def no_files(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    os.mkfifo(folder / f"pipe-{turn}.mp3")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        try:
            server.bind(f"socket-{turn}.mp3")
        finally:
            os.chdir(here)
    (folder / f"folder-{turn}.mp3").mkdir()
    return {
        f"pipe-{turn}.mp3": Expected("skipped", "is a pipe, not a file"),
        f"socket-{turn}.mp3": Expected("skipped", "is a socket, not a file"),
        f"folder-{turn}.mp3": Expected("skipped", "is a folder"),
    }


def old_minutes(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    (folder / f"minutes-{turn}").mkdir()
    (folder / f"minutes-{turn}" / "run.json").write_text("{}")
    (folder / f"minutes-{turn}" / "transcript.srt").write_text(captions(number))
    return {f"minutes-{turn}": Expected("skipped", "holds minutes of an earlier run")}


def just_begun(folder: Path, turn: str) -> dict[str, Expected]:
    """The only one that is not old: a recorder has written its first bytes."""
    (folder / f"live-{turn}.mp4").write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso3" + turn.encode() * 50)
    return {f"live-{turn}.mp4": Expected("waiting", "waits for the next run")}


# Faults of sound, which cost decoding


def broken_sound(folder: Path, turn: str, number: int) -> dict[str, Expected]:
    picture = write_tracks(folder / f"picture-{turn}.mp4", picture_s=0.5)
    with picture.open("ab") as file:
        file.write(f"free {turn}".encode())
    track = Track(speech(2.0 + number % 20, 4.0 + number % 20))
    cut_off(write_tracks(folder / f"half-{turn}.m4a", track), 0.5)
    quiet = silence(1.5 + number / 100)
    quiet[-1] = 1
    write_audio(folder / f"silent-{turn}.wav", quiet)
    write_audio(folder / f"renamed-{turn}.mp3", np.roll(quiet, 50), container="wav")
    return {
        f"picture-{turn}.mp4": Expected("failed", "has no audio track"),
        f"half-{turn}.m4a": Expected("failed", "is incomplete: it was never finalised"),
        f"silent-{turn}.wav": Expected("no_speech"),
        f"renamed-{turn}.mp3": Expected("no_speech"),
    }


Fault = Callable[[Path, str, int], dict[str, Expected]]
FAULTS: tuple[Fault, ...] = (
    same_content,
    same_stem,
    odd_names,
    empty,
    text_for_sound,
    wrong_encoding,
    never_finalised,
    unfinished_downloads,
    hidden_and_other,
    in_the_cloud,
    links,
    no_files,
    old_minutes,
)
SOUND_FAULTS: tuple[Fault, ...] = (broken_sound,)
