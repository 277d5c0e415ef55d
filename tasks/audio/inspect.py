"""What a file is, by its content: container, tracks, date with its source, sha256.

Input: a path. Output: a `Recording`. Fails with a permanent `AudioError` that says in plain words why the
file cannot be used; nothing is written and nothing beside the file is touched.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.audio.recorded_at import find_recording_date
from tasks.audio.sidecar import read_sidecar
from tasks.errors import AudioError
from tasks.files import displayable, sha256_of_file
from tasks.schema import DateSource, Notice, NoticeKind, Recording

if TYPE_CHECKING:
    import av

_PLAYLISTS = ("concat", "hls", "dash", "sdp")
_REPAIR = "Repair it with the program that recorded it, or record it again."
_MICROSECONDS = 1_000_000


def inspect_recording(path: Path) -> Recording:
    """Describe a recording without decoding it."""
    _require_readable(path)
    sidecar, sidecar_notices = read_sidecar(path)
    with open_media(path) as container:
        stream = audio_track(container, path)
        date = find_recording_date(path, sidecar, {**stream.metadata, **container.metadata})
        return Recording(
            path=displayable(str(path)),
            name=displayable(path.name),
            sha256=sha256_of_file(path),
            duration_s=container.duration / _MICROSECONDS if container.duration else None,
            container=container.format.name,
            codec=stream.codec_context.name,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate,
            recorded_at=date.value,
            recorded_at_source=date.source,
            start_time_known=date.time_known,
            sidecar=sidecar,
            notices=(*sidecar_notices, *_track_notices(container), *_date_notices(date.source)),
        )


def open_media(path: Path) -> "av.container.InputContainer":
    """An open container that has at least one audio track."""
    import av

    try:
        container = av.open(str(path.absolute()), metadata_errors="replace")  # a relative `10:30.wav` looks like an address
    except av.error.PermissionError as error:
        raise AudioError(
            "cannot be read: permission denied.", where=displayable(str(path)), fix="Let this user read it."
        ) from error
    except av.error.FFmpegError as error:
        if _is_mp4(path):
            raise AudioError("is incomplete: it was never finalised.", where=displayable(str(path)), fix=_REPAIR) from error
        raise AudioError(
            f"is not a recording that can be decoded ({error.strerror}).",
            where=displayable(str(path)),
            fix="Check that it plays in a media player, or export it again.",
        ) from error
    if not container.streams.audio:
        container.close()
        raise AudioError("has no audio track.", where=displayable(str(path)), fix="Export it again with sound.")
    return container


def audio_track(container: "av.container.InputContainer", path: Path) -> "av.AudioStream":
    """The track to use: the one marked as default, else the one that FFmpeg judges best."""
    track: Any = container.streams.best("audio")
    where = displayable(str(path))
    if container.format.name in _PLAYLISTS:
        raise AudioError("is not a recording but a playlist.", where=where, fix="Name the recordings themselves.")
    if track is None or track.codec_context is None:
        fix = "Check that it plays in a media player, or export it again."
        raise AudioError("is in a format that is not known.", where=where, fix=fix)
    if track.codec_context.codec_tag == "drms":
        raise AudioError("is protected against copying.", where=where, fix="Use a copy without protection.")
    found: av.AudioStream = track
    return found


def _is_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"


def _require_readable(path: Path) -> None:
    where = displayable(str(path))
    if not path.exists():
        raise AudioError("no such file.", where=where, fix="Check the spelling.")
    if not path.is_file():
        raise AudioError("is not a file.", where=where, fix="For a folder use: minutes batch FOLDER")
    if path.stat().st_size == 0:
        raise AudioError("is empty (0 bytes).", where=where, fix="Copy or record it again.")


def _track_notices(container: "av.container.InputContainer") -> tuple[Notice, ...]:
    count = len(container.streams.audio)
    if count == 1:
        return ()
    message = f"{count} audio tracks; the one marked as default, or else the best, was used"
    return (Notice(kind=NoticeKind.INFO, stage="audio", message=message),)


def _date_notices(source: DateSource) -> tuple[Notice, ...]:
    if source is not DateSource.MTIME:
        return ()
    message = "the meeting's date is the file's modification time; name the file 2026-03-02-… or add a sidecar to fix it"
    return (Notice(kind=NoticeKind.INFO, stage="audio", message=message),)
