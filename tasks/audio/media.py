"""Opens media files, and says in plain words why one cannot be opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from tasks.errors import AudioError, ResourceError
from tasks.files import displayable, sha256_of_file

if TYPE_CHECKING:
    import av

_PLAYLISTS = ("concat", "hls", "dash", "sdp")
_REPAIR = "Repair it with the program that recorded it, or record it again."


def open_media(path: Path) -> "av.container.InputContainer":
    """An open container that has at least one audio track."""
    import av

    try:
        container = av.open(str(path.absolute()), metadata_errors="replace")  # a relative `10:30.wav` looks like an address
    except av.error.PermissionError as error:
        raise AudioError(
            "cannot be read: permission denied.", where=displayable(str(path)), fix="Let this user read it."
        ) from error
    except av.error.FileNotFoundError as error:
        raise AudioError("was taken away.", where=displayable(str(path)), fix="Put it back and run it again.") from error
    except av.error.FFmpegError as error:
        _require_healthy_disk(path)
        if _is_mp4(path):
            raise AudioError(
                "is incomplete: it was never finalised.", where=displayable(str(path)), fix=_REPAIR, incomplete=True
            ) from error
        raise AudioError(
            f"is not a recording that can be decoded ({error.strerror}).",
            where=displayable(str(path)),
            fix="Check that it plays in a media player, or export it again.",
        ) from error
    if container.format.name in _PLAYLISTS:
        container.close()
        raise AudioError(
            "is not a recording but a playlist.", where=displayable(str(path)), fix="Name the recordings themselves."
        )
    if not container.streams.audio:
        container.close()
        raise AudioError("has no audio track.", where=displayable(str(path)), fix="Export it again with sound.")
    return container


def _require_healthy_disk(path: Path) -> None:
    """Raise if it is not the content that is at fault. FFmpeg says `Input/output error` of damaged files too."""
    try:
        sha256_of_file(path)
    except OSError as error:
        fix = "Check the disk; the next run tries it again."
        raise ResourceError(f"could not be read ({error.strerror}).", where=displayable(str(path)), fix=fix) from error


def _is_mp4(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8)[4:] == b"ftyp"
