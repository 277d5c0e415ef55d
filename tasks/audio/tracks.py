"""Which audio track of a container is used, and what the others are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tasks.audio.inspector import TrackFacts
from tasks.audio.media import require_sane
from tasks.errors import AudioError
from tasks.files import displayable
from tasks.language.messages import message
from tasks.schema import Message

_PROTECTED = ("drms", "enca", "aavd")
"""iTunes, MPEG common encryption, Audible."""


def choose_track(tracks: Sequence[TrackFacts], path: Path, wanted: Literal["auto"] | int) -> int:
    """The number of the track to use, from 1: the one asked for, else the only default one, else the longest."""
    where = displayable(str(path))
    if wanted == "auto":
        wanted = _best(tracks)
    elif wanted > len(tracks):
        have = "only one audio track" if len(tracks) == 1 else f"only {len(tracks)} audio tracks"
        raise AudioError(f"has {have}, no track {wanted}.", where=where, fix="Set audio.track: auto, or one that exists.")
    track = tracks[wanted - 1]
    if track.codec is None:
        fix = "Check that it plays in a media player, or export it again."
        raise AudioError("is in a format that is not known.", where=where, fix=fix)
    if track.tag in _PROTECTED:
        raise AudioError("is protected against copying.", where=where, fix="Use a copy without protection.")
    require_sane(path, track.sample_rate, track.channels)
    return wanted


def describe_tracks(tracks: Sequence[TrackFacts], used: int) -> Message:
    """How many there are and which was used; in detail `1 aac stereo 48000 Hz "Desktop"; 2 aac mono 48000 Hz "Mic" (used)`."""
    named = [f"{number} {_describe(track)}{' (used)' * (number == used)}" for number, track in enumerate(tracks, start=1)]
    return message("tracks", "; ".join(named), number=len(tracks), used=used)


def _best(tracks: Sequence[TrackFacts]) -> int:
    known = [number for number, track in enumerate(tracks, start=1) if track.codec] or [1]
    default = [number for number in known if tracks[number - 1].default]
    return default[0] if len(default) == 1 else max(known, key=lambda number: _duration_s(tracks[number - 1]))


def _duration_s(track: TrackFacts) -> float:
    if track.duration_s:
        return track.duration_s
    hours, _, rest = track.metadata.get("DURATION", "").partition(":")  # Matroska: 00:12:34.500000000
    minutes, _, seconds = rest.partition(":")
    try:
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return 0.0


def _describe(track: TrackFacts) -> str:
    title = track.metadata.get("title") or track.metadata.get("handler_name") or track.metadata.get("language")
    words = [track.codec, track.layout, f"{track.sample_rate} Hz"] if track.codec else ["unknown format"]
    return " ".join([*words, *([f'"{displayable(title)}"'] if title else [])])
