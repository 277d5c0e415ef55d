"""Opens media files, and says in plain words why one cannot be opened. The one place where FFmpeg is given something.

It gets an open file and a name without a meaning, so that it has no path to follow; containers that name other files
(playlists, VobSub) are not among those that it may read, and pictures are never decoded.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tasks.errors import AudioError, ResourceError
from tasks.files import displayable
from tasks.source_file import as_source_error, open_source

if TYPE_CHECKING:
    import av

_FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dss,dts,eac3,flac,flv,gsm,loas,matroska,mov,mp3,mpeg,mpegts,ogg"
    ",tta,w64,wav,wv"
)
"""Demuxers of FFmpeg that hold sound in the file itself."""
_CODECS = frozenset(
    "aac aac_latm ac3 ac3_fixed alac amrnb amrwb ape cook dca dss_sp eac3 flac g722 g723_1 g726 g726le g729 gsm gsm_ms ilbc"
    " libopencore_amrnb libopencore_amrwb libopus mlp mp1 mp1float mp2 mp2float mp3 mp3float nellymoser opus qdm2 qdmc qcelp"
    " s302m speex truehd truespeech tta vorbis wavpack wmalossless wmapro wmav1 wmav2 wmavoice".split()
)
_FAMILIES = ("adpcm_", "pcm_")
_REPAIR = "Repair it with the program that recorded it, or record it again."
_RATES = range(4_000, 768_001)
"""Samples a second: telephones have 8,000, studios 384,000. What claims more or less is made to fill memory or disk."""
_MOST_CHANNELS = 64


@contextmanager
def open_media(path: Path) -> "Iterator[av.container.InputContainer]":
    """A container that has at least one audio track, open inside the block."""
    with open_source(path) as file, _opened(path, file) as container:
        if not container.streams.audio:
            raise AudioError("has no audio track.", where=displayable(str(path)), fix="Export it again with sound.")
        yield container


def is_decodable(codec: str) -> bool:
    """Whether a track in this codec is decoded at all."""
    return codec in _CODECS or codec.startswith(_FAMILIES)


def require_sane(path: Path, rate: int, channels: int) -> None:
    """Raise for sound in a form in which nobody records and which only costs memory."""
    if rate not in _RATES or not 0 < channels <= _MOST_CHANNELS:
        what = f"claims {channels} channels of {rate} samples a second, which no recorder makes."
        raise AudioError(what, where=displayable(str(path)), fix="Export it again.")


class _Nameless:
    """An open file for PyAV; FFmpeg judges a format by the end of a name too."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.name = f"recording{path.suffix if path.suffix.isascii() else ''}"
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _opened(path: Path, file: BinaryIO) -> "av.container.InputContainer":
    import av

    codecs = ",".join(sorted(name for name in av.codecs_available if is_decodable(name)))
    bounds = {"format_whitelist": _FORMATS, "protocol_whitelist": "file", "codec_whitelist": codecs}
    source: Any = _Nameless(file, path)
    try:
        container: av.container.InputContainer = av.open(source, metadata_errors="replace", options=bounds)
    except av.error.ArgumentError as error:
        what = "is not a recording but a playlist, a picture, or in a format in which meetings are not recorded."
        raise AudioError(what, where=displayable(str(path)), fix="Name the recordings themselves.") from error
    except av.error.FFmpegError as error:
        if _is_mp4(file):
            what = "is incomplete: it was never finalised."
            raise AudioError(what, where=displayable(str(path)), fix=_REPAIR, incomplete=True) from error
        what = f"is not a recording that can be decoded ({error.strerror})."
        fix = "Check that it plays in a media player, or export it again."
        raise AudioError(what, where=displayable(str(path)), fix=fix) from error
    except OSError as error:
        raise as_source_error(error, path) from error
    except MemoryError as error:
        what = "there is not enough memory to look at it."
        raise ResourceError(what, where=displayable(str(path)), fix="Export it again if other recordings can be read.") from error
    return container


def _is_mp4(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(8)[4:] == b"ftyp"
