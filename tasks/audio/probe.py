"""The child process that looks at media files which nobody has looked at: `python -m tasks.audio.probe`.

Reads paths, a JSON text a line, and answers each with what the container says, or with the error. A file that makes the library
crash, fill the memory or run for ever takes this process with it and nothing else: see `inspector.py`.
"""

import json
import sys
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.audio.media import is_decodable, open_media
from tasks.errors import AudioError, MinutesError

if TYPE_CHECKING:
    import av

MEMORY_BYTES = 4 << 30
"""Address space of this process. Python and FFmpeg take half a gigabyte of it; chosen by hand."""
_LONGEST_VALUE = 1000
_MOST_VALUES = 200
_MOST_TRACKS = 100
_MICROSECONDS = 1_000_000


def main() -> None:
    """Answer until the standard input ends."""
    _limit()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(Path(json.loads(line)))) + "\n")
        sys.stdout.flush()


def _answer(path: Path) -> dict[str, Any]:
    try:
        with open_media(path) as container:
            return {"media": _media(path, container)}
    except MinutesError as error:
        incomplete = getattr(error, "incomplete", False)
        return {"error": type(error).__name__, "what": error.what, "fix": error.fix, "incomplete": incomplete}


def _limit() -> None:
    """No more memory than this, and nothing written, as far as the system has such limits: macOS refuses that of memory."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _media(path: Path, container: "av.container.InputContainer") -> dict[str, Any]:
    tracks = container.streams.audio
    if len(tracks) > _MOST_TRACKS:
        raise AudioError(f"has {len(tracks)} audio tracks.", where=str(path), fix="Export the one that is meant.")
    return {
        "format": container.format.name,
        "duration_s": container.duration / _MICROSECONDS if container.duration else None,
        "metadata": _texts(container.metadata),
        "tracks": [_track(track) for track in tracks],
    }


def _track(track: "av.AudioStream") -> dict[str, Any]:
    from av.stream import Disposition

    context = track.codec_context
    known = context is not None and is_decodable(context.name)
    return {
        "codec": context.name if known else None,
        "tag": context.codec_tag if known else "",
        "layout": context.layout.name if known else "",
        "channels": context.channels if known else 0,
        "sample_rate": context.sample_rate if known else 0,
        "bit_rate": context.bit_rate if known else None,
        "duration_s": float(track.duration * track.time_base) if track.duration and track.time_base else None,
        "default": bool(track.disposition & Disposition.default),
        "metadata": _texts(track.metadata),
    }


def _texts(metadata: dict[str, str]) -> dict[str, str]:
    return {key[:_LONGEST_VALUE]: value[:_LONGEST_VALUE] for key, value in islice(metadata.items(), _MOST_VALUES)}


if __name__ == "__main__":
    main()
