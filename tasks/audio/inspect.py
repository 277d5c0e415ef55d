"""What a file is, by its content: container, tracks, date with its source, sha256.

Input: a path. Output: a `Recording`. Fails with a permanent `AudioError` that says in plain words why the
file cannot be used; nothing is written and nothing beside the file is touched.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.audio.media import open_media
from tasks.audio.options import AudioOptions
from tasks.audio.recorded_at import find_recording_date
from tasks.audio.sidecar import read_sidecar
from tasks.audio.tracks import choose_track, describe_tracks
from tasks.captions.describe import describe_text
from tasks.errors import AudioError
from tasks.files import displayable, sha256_of_file
from tasks.schema import DateSource, Notice, NoticeKind, Recording

if TYPE_CHECKING:
    import av

_MICROSECONDS = 1_000_000
_WITHOUT_LENGTH = ("aac", "ac3", "amr", "eac3")


def inspect_recording(path: Path, options: AudioOptions) -> Recording:
    """Describe a recording without decoding it."""
    _require_readable(path)
    if text := describe_text(path):
        return text.model_copy(update={"notices": (*text.notices, *_date_notices(text.recorded_at_source))})
    sidecar, sidecar_notices = read_sidecar(path)
    with open_media(path) as container:
        track = choose_track(container, path, options.track)
        stream = container.streams.audio[track - 1]
        date = find_recording_date(path, sidecar, {**stream.metadata, **container.metadata})
        return Recording(
            path=displayable(str(path)),
            name=displayable(path.name),
            sha256=sha256_of_file(path),
            duration_s=_promised_s(container),
            container=container.format.name,
            codec=stream.codec_context.name,
            track=track,
            channels=stream.codec_context.channels,
            sample_rate=stream.codec_context.sample_rate,
            recorded_at=date.value,
            recorded_at_source=date.source,
            start_time_known=date.time_known,
            sidecar=sidecar,
            notices=(
                *sidecar_notices,
                *_track_notices(container, track),
                *_rest_notices(path, container, stream),
                *_date_notices(date.source),
            ),
        )


def _require_readable(path: Path) -> None:
    where = displayable(str(path))
    if not path.exists():
        raise AudioError("no such file.", where=where, fix="Check the spelling.")
    if not path.is_file():
        raise AudioError("is not a file.", where=where, fix="For a folder use: minutes batch FOLDER")
    if path.stat().st_size == 0:
        raise AudioError("is empty (0 bytes).", where=where, fix="Copy or record it again.", incomplete=True)


def _promised_s(container: "av.container.InputContainer") -> float | None:
    """The length that the header says; None where there is none and FFmpeg only estimates one from the bit rate."""
    if container.format.name in _WITHOUT_LENGTH or not container.duration:
        return None
    return container.duration / _MICROSECONDS


def _track_notices(container: "av.container.InputContainer", used: int) -> tuple[Notice, ...]:
    tracks = container.streams.audio
    if len(tracks) == 1:
        return ()
    return (Notice(kind=NoticeKind.INFO, stage="audio", message=describe_tracks(tracks, used)),)


def _rest_notices(path: Path, container: "av.container.InputContainer", stream: "av.AudioStream") -> tuple[Notice, ...]:
    """A WAV file may go on after the end that its header names, because the recorder died before it wrote the final length."""
    promised_s, bit_rate = _promised_s(container), stream.codec_context.bit_rate
    if not (promised_s and bit_rate and container.format.name == "wav" and stream.codec_context.name.startswith("pcm")):
        return ()
    room_s = path.stat().st_size * 8 / bit_rate
    if room_s - promised_s <= max(1.0, 0.02 * promised_s):
        return ()
    message = f"its header says {promised_s:.1f} s, the file has room for {room_s:.1f} s; only what the header names was read"
    return (Notice(kind=NoticeKind.WARNING, stage="audio", message=message),)


def _date_notices(source: DateSource) -> tuple[Notice, ...]:
    if source is not DateSource.MTIME:
        return ()
    message = "the meeting's date is the file's modification time; name the file 2026-03-02-… or add a sidecar to fix it"
    return (Notice(kind=NoticeKind.INFO, stage="audio", message=message),)
