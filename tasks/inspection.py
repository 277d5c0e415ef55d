"""What a file is, by its content: container, tracks, date with its source, sha256.

Input: a path. Output: a `Recording`. Fails with a permanent `AudioError` that says in plain words why the
file cannot be used; nothing is written and nothing beside the file is touched. The files
of a meeting that came in several become one `Recording`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tasks.audio.inspector import MediaFacts, look_at
from tasks.audio.options import AudioOptions
from tasks.audio.parts import joined_sha256, unmarked
from tasks.audio.recorded_at import find_recording_date
from tasks.audio.sidecar import read_sidecar
from tasks.audio.tracks import choose_track, describe_tracks
from tasks.captions.describe import describe_text
from tasks.captions.source import text_kind
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.language.messages import message
from tasks.schema import DateSource, Message, Notice, NoticeKind, Part, Recording, Sidecar
from tasks.source_file import sha256_of_source

_WITHOUT_LENGTH = ("aac", "ac3", "amr", "eac3")


def inspect_recording(path: Path, options: AudioOptions) -> Recording:
    """Describe a recording without decoding it."""
    _require_readable(path)
    if text := describe_text(path):
        return text.model_copy(update={"notices": (*text.notices, *_date_notices(text.recorded_at_source))})
    sidecar, sidecar_notices = read_sidecar(path)
    if sidecar.parts:
        sidecar_notices = (*sidecar_notices, _info(message("parts_not_joined")))
    return _describe(path, options, sidecar, sidecar_notices)


def inspect_meeting(parts: Sequence[Path], options: AudioOptions) -> Recording:
    """Describe a meeting that came in several files, in this order. Raises only if none of them can be used."""
    sidecar, sidecar_notices = read_sidecar(parts[0], unmarked(parts[0].name))
    found = [_describe_part(path, options, sidecar) for path in parts]
    used = [part for part in found if isinstance(part, Recording)]
    if not used:
        raise next(error for error in found if isinstance(error, AudioError))
    rows = tuple(_part(path, described) for path, described in zip(parts, found, strict=True))
    lengths = [part.duration_s for part in rows]
    changes: dict[str, Any] = {
        "path": displayable(str(parts[0])),
        "name": displayable(parts[0].name),
        "sha256": joined_sha256(part.sha256 for part in rows),
        "duration_s": None if None in lengths else sum(filter(None, lengths)),
        "channels": max(part.channels for part in used),
        "notices": (*sidecar_notices, *_part_notices(found, rows), *_date_notices(used[0].recorded_at_source)),
        "parts": rows,
    }
    return used[0].model_copy(update=changes)


def _describe(path: Path, options: AudioOptions, sidecar: Sidecar, sidecar_notices: tuple[Notice, ...]) -> Recording:
    media = look_at(path)
    number = choose_track(media.tracks, path, options.track)
    track, promised_s = media.tracks[number - 1], _promised_s(media)
    date = find_recording_date(path, sidecar, {**track.metadata, **media.metadata}, promised_s or 0.0)
    return Recording(
        path=displayable(str(path)),
        name=displayable(path.name),
        sha256=sha256_of_source(path),
        duration_s=promised_s,
        container=media.format,
        codec=track.codec or "",
        track=number,
        channels=track.channels,
        sample_rate=track.sample_rate,
        recorded_at=date.value,
        recorded_at_source=date.source,
        start_time_known=date.time_known,
        sidecar=sidecar,
        notices=(
            *sidecar_notices,
            *_track_notices(media, number),
            *_rest_notices(path, media, number),
            *_date_notices(date.source, date.note),
        ),
    )


def _describe_part(path: Path, options: AudioOptions, sidecar: Sidecar) -> Recording | AudioError:
    """A file of a meeting, or why it cannot be used."""
    try:
        _require_readable(path)
        if text_kind(path):
            raise AudioError("holds text, which cannot be a part.", where=displayable(str(path)), fix="Name it otherwise.")
        return _describe(path, options, sidecar, ())
    except AudioError as error:
        return error


def _part(path: Path, described: Recording | AudioError) -> Part:
    if isinstance(described, AudioError):
        sha256, problem = sha256_of_source(path), described.what
        return Part(name=displayable(path.name), sha256=sha256, track=0, channels=0, duration_s=None, problem=problem)
    return Part(**described.model_dump(include={"name", "sha256", "track", "channels", "duration_s"}))


def _part_notices(found: Sequence[Recording | AudioError], parts: Sequence[Part]) -> Iterator[Notice]:
    """What the reader should know of single parts."""
    for number, (described, part) in enumerate(zip(found, parts, strict=True), start=1):
        if isinstance(described, AudioError):
            told = message("part_useless", described.what.rstrip("."), part=number, file=part.name)
            yield Notice.of(NoticeKind.WARNING, "audio", told)
        else:
            dates = _date_notices(described.recorded_at_source)
            for notice in described.notices:
                if notice not in dates:
                    yield Notice.of(notice.kind, notice.stage, message("of_part", notice.detail, part=number, said=notice))


def _require_readable(path: Path) -> None:
    where = displayable(str(path))
    if not path.exists():
        raise AudioError("no such file.", where=where, fix="Check the spelling.")
    if not path.is_file():
        raise AudioError("is not a file.", where=where, fix="For a folder use: minutes batch FOLDER")
    if path.stat().st_size == 0:
        raise AudioError("is empty (0 bytes).", where=where, fix="Copy or record it again.", incomplete=True)


def _promised_s(media: MediaFacts) -> float | None:
    """The length that the header says; None where there is none and FFmpeg only estimates one from the bit rate."""
    return None if media.format in _WITHOUT_LENGTH else media.duration_s


def _track_notices(media: MediaFacts, used: int) -> tuple[Notice, ...]:
    return (_info(describe_tracks(media.tracks, used)),) if len(media.tracks) > 1 else ()


def _rest_notices(path: Path, media: MediaFacts, used: int) -> tuple[Notice, ...]:
    """A WAV file may go on after the end that its header names, because the recorder died before it wrote the final length."""
    promised_s, track = _promised_s(media), media.tracks[used - 1]
    bit_rate = track.bit_rate
    if not (promised_s and bit_rate and media.format == "wav" and (track.codec or "").startswith("pcm")):
        return ()
    room_s = path.stat().st_size * 8 / bit_rate
    if room_s - promised_s <= max(1.0, 0.02 * promised_s):
        return ()
    return (Notice.of(NoticeKind.WARNING, "audio", message("file_goes_on", promised=promised_s, room=room_s)),)


def _info(said: Message) -> Notice:
    return Notice.of(NoticeKind.INFO, "audio", said)


def _date_notices(source: DateSource, note: Message | None = None) -> tuple[Notice, ...]:
    said = message("date_of_file") if source is DateSource.MTIME else note
    return (_info(said),) if said else ()
