"""What `minutes.html` plays: the recording itself where browsers can, else a small copy beside the page.

The recording is only read. That there is nothing to play is no reason to fail: the page can open a file from its reader's disk.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from tasks.audio.joined import decoder_of
from tasks.audio.opus import mark_of, write_opus
from tasks.errors import AudioError
from tasks.language.messages import message
from tasks.report.options import PageAudio
from tasks.schema import Notice, NoticeKind, Recording

COPY_NAME = "audio.opus"
_TEXT = "text"
_PLAYED = {
    ".mp3": {"mp3", "mp3float"},
    ".m4a": {"aac", "mp3"},
    ".m4b": {"aac", "mp3"},
    ".mp4": {"aac", "mp3"},
    ".m4v": {"aac", "mp3"},
    ".wav": {"pcm_s16le", "pcm_u8", "pcm_s24le", "pcm_f32le"},
    ".flac": {"flac"},
    ".ogg": {"opus", "libopus", "vorbis"},
    ".oga": {"opus", "libopus", "vorbis"},
    ".opus": {"opus", "libopus"},
    ".webm": {"opus", "libopus", "vorbis"},
}
"""Suffix -> codecs that today's Chromium, Firefox and Safari play (developer.mozilla.org, media container and codec guides).
The suffix counts because servers tell a browser by it what a file is."""


def page_audio(
    files: Sequence[Path], recording: Recording, folder: Path, wanted: PageAudio
) -> tuple[str | None, tuple[Notice, ...]]:
    """The address of what the page in this folder plays, written there if need be, and what readers should know of it.

    Raises a `ResourceError` where a copy cannot be written.
    """
    if wanted is PageAudio.NONE or recording.codec == _TEXT:
        return None, ()
    if wanted is PageAudio.LINK and browsers_play(files, recording):
        return _address(files[0], folder), ()
    mark = f"1 {recording.sha256} {recording.track}"
    copy = folder / COPY_NAME
    if mark_of(copy) != mark:
        try:
            write_opus(copy, decoder_of(files, recording), mark)
        except AudioError as error:
            return None, (Notice.of(NoticeKind.WARNING, "report", message("page_without_audio", str(error))),)
    return COPY_NAME, ()


def browsers_play(files: Sequence[Path], recording: Recording) -> bool:
    """Whether the recording is one file of a kind that browsers play, which they would play the right track of."""
    return len(files) == 1 and recording.track == 1 and recording.codec in _PLAYED.get(files[0].suffix.lower(), ())


def _address(path: Path, folder: Path) -> str:
    """The relative address of a file as seen from a folder, whatever the bytes of its name."""
    return quote(os.fsencode(os.path.relpath(path.absolute(), folder.absolute())))
